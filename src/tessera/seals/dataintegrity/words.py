"""What the contexts of a document make of its words, as far as a template has to know.

Which members say something by their text (`type`, a language, a value of a vocabulary), and
which texts could be understood as words or prefixes instead of as what they look like.
A context that changes more than that (a base, a direction, an import) has no templates.

Source: JSON-LD 1.1 sections 4.1.2 (default vocabulary), 4.1.5 (compact IRIs), 4.1.6
(aliasing keywords), 4.2.3 (type coercion), 4.1.8 (scoped contexts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tessera.standards.expansion import RELATIVE

if TYPE_CHECKING:
    from tessera.standards.contexts import Contexts

_REFUSED = frozenset({"@base", "@import", "@direction", "@language", "@propagate"})
_BY_TEXT = ("@vocab", "@json")  # types of values whose text decides what they become
_VERBATIM = frozenset({"@context", "@type", "@language", "@direction", "@index"})
_MOST_CONTEXTS = 10_000
# White space of any script ends an absolute IRI for JSON-LD processors.
_IRI = re.compile(r'([A-Za-z][A-Za-z0-9+.\-]*):[^\x00-\x20\s<>"{}|^`\\\ud800-\udfff\ufffe\uffff]*')


class NoTemplateError(Exception):
    """A document of this form is left to the plain way; not a mistake of anybody."""


@dataclass(frozen=True, slots=True)
class Words:
    """terms: every word that any context in force defines anywhere. verbatim: the members
    whose whole value belongs to the form of the document.
    """

    terms: frozenset[str]
    verbatim: frozenset[str]

    def iri_guard(self) -> Callable[[str], bool]:
        """Return a test whether a text is an absolute IRI that no context can change."""
        terms, matches, relative = self.terms, _IRI.fullmatch, RELATIVE.partition(":")[0]

        def is_plain(text: str) -> bool:
            found = matches(text)
            if found is None:
                return False
            scheme = found[1]
            if scheme == relative:
                return False
            return scheme not in terms or text.startswith("//", len(scheme) + 1)

        return is_plain


def words_of(stated: Any, contexts: Contexts) -> Words:
    """Return the words of an `@context`. Raises: NoTemplateError, ContextRefused."""
    terms: set[str] = set()
    verbatim = set(_VERBATIM)
    for context in _all(stated, contexts):
        for name, definition in context.items():
            if name.startswith("@"):
                if name in _REFUSED:
                    raise NoTemplateError(f"A context in force says {name}.")
                continue
            terms.add(name)
            if _says_by_text(definition):
                verbatim.add(name)
    return Words(frozenset(terms), frozenset(verbatim))


def _says_by_text(definition: Any) -> bool:
    if isinstance(definition, dict):
        if definition.get("@type") in _BY_TEXT:
            return True
        definition = definition.get("@id")
    return isinstance(definition, str) and definition.startswith("@") and definition != "@id"


def _all(stated: Any, contexts: Contexts) -> Iterator[dict[str, Any]]:
    """Yield every context object in force, also those of terms and types."""
    seen: set[str] = set()
    stack, count = [stated], 0
    while stack:
        one = stack.pop()
        count += 1
        if count > _MOST_CONTEXTS:
            raise NoTemplateError("There are too many contexts.")
        if isinstance(one, str):
            if one not in seen:
                seen.add(one)
                stack.append(contexts.document(one)["@context"])
        elif isinstance(one, list):
            stack.extend(one)
        elif isinstance(one, dict):
            yield one
            for definition in one.values():
                if isinstance(definition, dict) and "@context" in definition:
                    stack.append(definition["@context"])
        elif one is not None:  # None takes words away, which guards may ignore
            raise NoTemplateError("A context is none.")
