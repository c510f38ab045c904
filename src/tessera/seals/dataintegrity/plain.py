"""Is a document written so that whoever reads it as JSON sees all that is sealed?

A proof over RDF seals statements, not letters: the holder may write the same statements in
other JSON, and the signature still fits. A withdrawn credential whose `credentialStatus` is
written as an IRI, or below `@included`, would so hide from every reader of JSON that it can be
withdrawn. So only the compacted form counts, in the words of the contexts that readers know.

1. No keyword but `@context`, and those of a text that says its language.
2. No member whose name is an IRI; a context written into the document only adds words for
   what no context with an address has a word for, so it cannot rename what readers look for.
3. No node written in pieces: no blank node with a name, none twice in one list, the
   document itself only once.

Source: W3C Verifiable Credentials Data Model 2.0 section 1.3 (a conforming document is in
compacted form); W3C VC Data Integrity 1.0 section 4.6 (context validation).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tessera.report import Finding
from tessera.standards.contexts import ContextRefused, Contexts

_TEXT = frozenset({"@value", "@language", "@direction"})
_DEFINING = frozenset({"@id", "@type", "@container", "@protected"})
_ALWAYS = (
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
)

# What has several names already; nothing is decided by it.
_SEVERAL_NAMES = {"https://schema.org/email"}


def hidden_in(document: Any, contexts: Contexts) -> Finding | None:
    """Return the finding for a document that readers of JSON may not see whole; never raises."""
    if not isinstance(document, dict):
        return None
    why = _hidden(document, _Words(contexts, document))
    if why is None:
        return None
    return Finding.indeterminate(
        "seal.not-compact",
        f"The seal covers more than people and programs would read here: {why}. It may have been "
        "written anew to hide that. Ask the issuer for the credential as it was issued.",
        source="W3C Verifiable Credentials Data Model 2.0 section 1.3; W3C Verifiable Credential "
        "Data Integrity 1.0 section 4.6",
    )


def _hidden(document: dict[str, Any], words: _Words) -> str | None:
    """Return what is not in compacted form, in words; the first that is met."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            why = _in_list(node)
            waiting += [one for one in node if isinstance(one, dict | list)]
        elif isinstance(node, dict):
            why = "it is described in several places" if _is_again(node, document) else None
            why = why or _in(node, words)
            waiting += [
                value
                for name, value in node.items()
                if isinstance(value, dict | list) and name != "@context"
            ]
        else:
            continue
        if why is not None:
            return why
    return None


def _is_again(node: dict[str, Any], document: dict[str, Any]) -> bool:
    """Say whether a node says more of the document itself; a credential inside does not."""
    if node is document or "credentialSubject" in node or node.keys() <= {"id", "type"}:
        return False
    return "id" in node and node["id"] == document.get("id")


def _in(node: dict[str, Any], words: _Words) -> str | None:
    # 1, 2
    if node.keys() <= words.plain:
        return _in_pieces(node)
    if "@value" in node:
        has_language = len(node) > 1 and node.keys() <= _TEXT
        return None if has_language else "a value is written as an object"
    for name in node:
        if name == "@context":
            stated = node[name]
            several = stated if isinstance(stated, list) else [stated]
            if not all(isinstance(one, str) or words.only_adds(one) for one in several):
                return "it brings a context of its own that can give things other names"
        elif name[:1] == "@":
            return f"it uses the keyword {name[:40]!r}"
        elif ":" in name:
            return f"it names a member by an address, {name[:80]!r}"
    return _in_pieces(node)


def _in_pieces(node: dict[str, Any]) -> str | None:
    # 3
    id = node.get("id")
    return "a part is written in pieces" if isinstance(id, str) and id[:2] == "_:" else None


def _in_list(values: list[Any]) -> str | None:
    if len(values) < 2:
        return None
    ids = [one["id"] for one in values if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return "a part is written in pieces" if len(set(ids)) < len(ids) else None


class _Words:
    """What the contexts with an address define, and what those in the document may add."""

    def __init__(self, contexts: Contexts, document: dict[str, Any]) -> None:
        stated = document.get("@context")
        several = stated if isinstance(stated, list) else [stated]
        named = [one for one in several if isinstance(one, str)]
        known = tuple(one for one in dict.fromkeys(named) if contexts.knows(one))
        self._taken, self.plain = _known(contexts, known)

    def only_adds(self, context: Any) -> bool:
        """Say whether a context of the document only defines words for other things."""
        if not isinstance(context, dict):
            return False
        terms = {name: value for name, value in context.items() if name[:1] != "@"}
        return (
            context.keys() <= {*terms, "@protected", "@version"}
            and not terms.keys() & {"urn", "http", "https"}
            and all(self._is_other(one) for one in terms.values())
        )

    def _is_other(self, definition: Any) -> bool:
        if isinstance(definition, dict):
            if not definition.keys() <= _DEFINING:
                return False
            definition = definition.get("@id")
        return (
            isinstance(definition, str)
            and definition.startswith(("https://", "http://", "urn:"))
            and definition not in self._taken
        )


@lru_cache(maxsize=64)
def _known(contexts: Contexts, named: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what the words of these contexts stand for, and those that are plain words."""
    taken: set[str] = set()
    plain: set[str] = set()
    for url in (*_ALWAYS, *named):
        try:
            context = contexts.document(url).get("@context")
        except ContextRefused:
            continue  # nothing for one that is not here
        taken |= set(_meanings(context, {}))
        plain |= {name for name in _names(context) if name[:1] != "@" and ":" not in name}
    return frozenset(taken) - _SEVERAL_NAMES, frozenset(plain)


def _names(context: Any) -> Iterator[str]:
    """Yield every word that a context defines, also for some nodes only."""
    if isinstance(context, list):
        for one in context:
            yield from _names(one)
    elif isinstance(context, dict):
        for name, value in context.items():
            yield name
            if isinstance(value, dict):
                yield from _names(value.get("@context"))


def _meanings(context: Any, outer: dict[str, str]) -> Iterator[str]:
    if isinstance(context, list):
        for one in context:
            yield from _meanings(one, outer)
    if not isinstance(context, dict):
        return
    said = {
        name: value.get("@id") if isinstance(value, dict) else value
        for name, value in context.items()
    }
    prefixes = outer | {name: iri for name, iri in said.items() if isinstance(iri, str)}
    for name, value in context.items():
        prefix, colon, rest = str(said[name]).partition(":")
        yield prefixes[prefix] + rest if colon and prefix in prefixes else f"{prefix}{colon}{rest}"
        if isinstance(value, dict) and name[:1] != "@":
            yield from _meanings(value.get("@context"), prefixes)
