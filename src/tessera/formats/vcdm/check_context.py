"""Judge `@context` and what types mean by it, without fetching any context.

Steps: 1 the base context stands first, and every other is an address or an object; 2 no
protected term gets another meaning; 3 every type is a URL, or a context makes it one. What a
context that lies elsewhere defines is not known here: a type that only it could define is told
and does not count.

Source: Verifiable Credentials Data Model 2.0, 4.3, 4.5 and B.1; JSON-LD 1.1, 4.1.11 (protected
terms). Not checked: contexts inside other objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tessera.formats.vcdm import terms
from tessera.formats.vcdm.base_context import PROTECTED, TYPES
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model.checks import is_uri
from tessera.report import Finding
from tessera.standards.jsontext import pointer

UNKNOWN = "vc.schema.unknown-type"
_CONTEXTS = "Verifiable Credentials Data Model 2.0, 4.3 (Contexts)"
_PROTECTED = "JSON-LD 1.1, 4.1.11 (Protected Term Definitions)"
_TYPES = "Verifiable Credentials Data Model 2.0, 4.5 (Types)"


class Contexts:
    """The contexts of one document: what is wrong with them, and what its types mean.

    is_whole: every context is known here.
    """

    def __init__(self, stated: Json, path: str) -> None:
        self.items = as_list(stated)
        self.path = path + "/@context"
        self.base = next((one for one in (terms.V2, terms.V1) if self.items[:1] == [one]), None)
        self.is_whole = self.base is not None
        self.types: dict[str, str | None] = dict(TYPES[self.base]) if self.base else {}
        self.vocabulary: str | None = None
        self.findings = list(self._judge())

    def _judge(self) -> Iterator[Finding]:
        if not self.items:
            message = (
                "The document does not say what its words mean: @context is missing. Its first "
                f"item has to be {terms.V2}."
            )
            yield Finding.failed("vc.schema.context", message, path=self.path, source=_CONTEXTS)
        elif self.base is None:
            message = f"The first item of @context has to be {terms.V2} (or that of version 1.1)."
            yield Finding.failed("vc.schema.context", message, path=self.path, source=_CONTEXTS)
        protected: dict[str, Any] = dict(PROTECTED[self.base]) if self.base else {}
        for index, one in enumerate(self.items):
            path = self.path + pointer(index)
            if isinstance(one, dict):
                yield from self._inline(one, protected, path)
            elif not (isinstance(one, str) and is_uri(one)):
                message = "A context has to be an absolute address, or an object with terms."
                yield Finding.failed("vc.schema.context", message, path=path, source=_CONTEXTS)
            elif index > 0 or self.base is None:
                self.is_whole = False

    def _inline(
        self, context: JsonObject, protected: dict[str, Any], path: str
    ) -> Iterator[Finding]:
        is_protecting = context.get("@protected") is True
        if "@import" in context:
            self.is_whole = False
        if isinstance(context.get("@vocab"), str):
            self.vocabulary = context["@vocab"]
        for term, definition in context.items():
            if term.startswith("@"):
                continue
            bare = _bare(definition)
            if term in protected and (protected[term] is None or protected[term] != bare):
                message = f"The protected term '{term[:60]}' is given another meaning."
                yield Finding.failed(
                    "vc.schema.protected", message, path=path + pointer(term), source=_PROTECTED
                )
                continue
            self.types[term] = _iri(bare)
            own = definition.get("@protected") if isinstance(definition, dict) else None
            if own is True or (is_protecting and own is not False):
                protected[term] = bare

    def type_findings(self, node: JsonObject, path: str) -> Iterator[Finding]:
        """Judge what the types of a node mean; that there are any is judged elsewhere."""
        for kind in as_list(node.get("type")):
            where = path + "/type"
            if not isinstance(kind, str):
                message = "A type has to be a text."
                yield Finding.failed("vc.schema.type", message, path=where, source=_TYPES)
            elif not self._is_url(kind):
                yield self._unknown(kind, where)

    def _unknown(self, kind: str, where: str) -> Finding:
        if kind in self.types or (self.is_whole and self.base == terms.V2):
            message = (
                f"The type '{kind[:60]}' means nothing: it is no URL, and no context gives it one."
            )
            return Finding.failed("vc.schema.type", message, path=where, source=_TYPES)
        message = (
            f"What the type '{kind[:60]}' means is said by a context that was not looked into."
        )
        return Finding.indeterminate(
            UNKNOWN, message, path=where, evidence={"type": kind}, source=_TYPES, advice=True
        )

    def _is_url(self, kind: str) -> bool:
        if kind in self.types:
            meaning = self.types[kind]
            if meaning is None:
                return False
            prefix, colon, _ = meaning.partition(":")
            known = bool(colon) and prefix in self.types and self.types[prefix] is not None
            return is_uri(meaning) or known or meaning in self.types
        if is_uri(kind):
            return True
        return self.vocabulary is not None and is_uri(self.vocabulary + kind)


def _bare(definition: Json) -> Json:
    """A definition without saying that it is protected; the short form where it is enough."""
    if not isinstance(definition, dict):
        return definition
    rest = {name: value for name, value in definition.items() if name != "@protected"}
    return rest["@id"] if rest.keys() == {"@id"} else rest


def _iri(bare: Json) -> str | None:
    found = bare.get("@id") if isinstance(bare, dict) else bare
    return found if isinstance(found, str) else None
