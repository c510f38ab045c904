"""Statements from an expanded document, each term written as canonical N-Quads do.

Every node, list and value of the expansion becomes statements; a relative IRI, a blank
node as a property and a term that N-Quads cannot write are refused with the member.

Source: JSON-LD 1.1 Processing Algorithms and API section 8 (deserialise to RDF), with
`rdfDirection` "i18n-datatype" as the Data Integrity suites of others; RDF 1.1 N-Quads;
RDFC-1.0 section 5 (canonical form).
"""

from __future__ import annotations

import re
from typing import Any

from tessera.standards.expansion import RELATIVE, CanonicalisationRefused
from tessera.standards.jcs import jcs
from tessera.standards.structure.nquads import literal as write_literal
from tessera.standards.structure.table import Literal

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
I18N = "https://www.w3.org/ns/i18n#"
_TYPE, _FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\\ud800-\udfff]*')
_BLANK = re.compile(r"_:[^\s<>\"]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TRAILING = re.compile(r"(\d)0*E\+?(-)?0*(\d)")
_NOT_STATED = frozenset({"@id", "@type", "@index", "@graph", "@included", "@reverse"})


def quads_of(expanded: list[Any]) -> list[tuple[str, str, str, str]]:
    """Return the statements of an expanded document, some perhaps twice.

    Raises: CanonicalisationRefused.
    """
    made = _Quads()
    for node in expanded:
        made.node(node, "")
    return made.quads


def iri(text: Any, member: str) -> str:
    """Write an IRI or a blank node label. Raises: CanonicalisationRefused with the member."""
    if isinstance(text, str) and _IRI.fullmatch(text) and not text.startswith(RELATIVE):
        return f"<{text}>"
    if text is None or (isinstance(text, str) and text.startswith("@")):
        raise _refused("keyword", member, "a word that looks like a keyword of JSON-LD")
    shown = str(text).removeprefix(RELATIVE)[:80]
    if str(text).startswith(RELATIVE) or ":" not in str(text):
        raise _refused("relative-iri", member, f"{shown!r}, which is no absolute IRI")
    raise _refused("invalid-iri", member, f"{shown!r}, which no IRI looks like")


def literal(text: str, datatype: str, language: str = "") -> str:
    """Write a literal as canonical N-Quads do; xsd:string is left out."""
    return write_literal(Literal(text, datatype, language))


def double(value: float) -> str:
    """Return the canonical text of an xsd:double (JSON-LD 1.1 API section 8.6)."""
    return _TRAILING.sub(r"\1E\2\3", f"{value:1.15E}")


class _Quads:
    """The statements so far, and the labels of blank nodes."""

    def __init__(self) -> None:
        self.quads: list[tuple[str, str, str, str]] = []
        self._labels: dict[str, str] = {}
        self._fresh = 0

    def node(self, node: dict[str, Any], graph: str, member: str = "id") -> str:
        """State a node object in a graph; return how it is written."""
        subject = self._subject(node, member)
        for kind in node.get("@type", ()):
            self._state(subject, _TYPE, self._resource(kind, "type"), graph)
        for property_, values in node.items():
            if property_ in _NOT_STATED:
                continue
            predicate = self._predicate(property_)
            for value in values:
                self._state(subject, predicate, self._value(value, graph, property_), graph)
        self._keywords(node, subject, graph)
        return subject

    def _keywords(self, node: dict[str, Any], subject: str, graph: str) -> None:
        if "@index" in node:
            raise _refused("index", "@index", "a key that becomes no statement")
        for inner in node.get("@graph", ()):
            self.node(inner, subject)
        for inner in node.get("@included", ()):
            self.node(inner, graph)
        for property_, values in node.get("@reverse", {}).items():
            predicate = self._predicate(property_)
            for value in values:
                self._state(self.node(value, graph, property_), predicate, subject, graph)

    def _state(self, subject: str, predicate: str, value: str, graph: str) -> None:
        self.quads.append((subject, predicate, value, graph))

    def _subject(self, node: dict[str, Any], member: str) -> str:
        return self._resource(node["@id"], member) if "@id" in node else self._new()

    def _resource(self, text: Any, member: str) -> str:
        if isinstance(text, str) and _BLANK.fullmatch(text):
            if text not in self._labels:
                self._labels[text] = self._new()
            return self._labels[text]
        return iri(text, member)

    def _new(self) -> str:
        self._fresh += 1
        return f"_:b{self._fresh}"

    def _predicate(self, property_: str) -> str:
        if property_.startswith("_:"):
            raise _refused("blank-property", property_, "a value, and its name is no IRI")
        return iri(property_, property_.removeprefix(RELATIVE))

    def _value(self, value: dict[str, Any], graph: str, member: str) -> str:
        if "@value" in value:
            return _literal(value, member)
        if "@list" in value:
            if "@index" in value:
                raise _refused("index", member, "a key that becomes no statement")
            return self._list(value["@list"], graph, member)
        return self.node(value, graph, member)

    def _list(self, items: list[Any], graph: str, member: str) -> str:
        """State the items as a chain of blank nodes; return its head."""
        places = [self._new() for _ in items]
        for place, following, item in zip(places, [*places[1:], _NIL], items, strict=False):
            self._state(place, _FIRST, self._value(item, graph, member), graph)
            self._state(place, _REST, following, graph)
        return places[0] if places else _NIL


def _literal(value: dict[str, Any], member: str) -> str:
    """Write a value object (JSON-LD 1.1 API section 8.2.2)."""
    if "@index" in value:
        raise _refused("index", member, "a key that becomes no statement")
    content, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        return literal(jcs(content).decode("utf-8"), RDF + "JSON")
    if datatype is not None:
        iri(datatype, member)
    if type(content) is not str:
        text, native = _number(content, datatype, member)
        return literal(text, datatype or native)
    if "@direction" in value:
        language = value.get("@language", "")
        return literal(content, iri(f"{I18N}{language}_{value['@direction']}", member)[1:-1])
    if "@language" in value:
        if not _LANGUAGE.fullmatch(value["@language"]):
            raise _refused("language", member, f"the language {value['@language'][:40]!r}")
        return literal(content, RDF + "langString", value["@language"])
    if datatype == XSD + "double":
        if not _DOUBLE.fullmatch(content):
            raise _refused("number", member, f"{content[:40]!r} as a number, which it is not")
        return literal(double(float(content)), datatype)
    return literal(content, datatype or XSD + "string")


def _number(content: Any, datatype: str | None, member: str) -> tuple[str, str]:
    """Return text and datatype of a truth value or a number."""
    if type(content) is bool:
        return ("true" if content else "false"), XSD + "boolean"
    if not isinstance(content, int | float):
        raise _refused("number", member, f"the number {str(content)[:40]}, which loses digits")
    if float(content).is_integer() and abs(content) < 1e21 and datatype != XSD + "double":
        return str(int(content)), XSD + "integer"
    return double(float(content)), XSD + "double"


def _refused(reason: str, member: str, what: str) -> CanonicalisationRefused:
    return CanonicalisationRefused(
        f"The member {member[:120]!r} holds {what}; what it means is not certain, so it cannot be "
        "canonicalised.",
        reason=reason,
        member=member[:200],
    )
