"""The node table: what a JSON-LD document says about each node, without making RDF.

1. Walk the document once; every object is a node, named by its `id` or as blank.
2. Objects with the same `id` are one node: their types and values are merged.
3. Values are sets, as in RDF: the same value twice is one value.

Raises OutOfDomain for whatever JSON-LD could read otherwise than we do: contexts
inside, lists, sets, graphs, reverse properties, relative IRIs, bad language tags.
Source: JSON-LD 1.1 Processing Algorithms and API, sections 5.1, 7.1 and 8.1.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.lexical import LANG_STRING, STRING, XSD, is_language
from tessera.standards.structure.terms import CONTEXTS, CREDENTIAL, Context, Term

MAX_DEPTH = 100
_DOUBLE = f"{XSD}double"


class Literal(NamedTuple):
    """A literal: its text, datatype IRI and language tag (lower case, "" for none)."""

    text: str
    datatype: str
    language: str = ""


Value: TypeAlias = str | Literal  # an IRI or blank label, or a literal
At: TypeAlias = tuple[Any, str | int] | None  # a place: (place of the parent, member or index)


class Node:
    """One node: its classes, its values by property IRI with their places, its first place."""

    __slots__ = ("at", "types", "values")

    def __init__(self, at: At) -> None:
        self.types: dict[str, None] = {}
        self.values: dict[str, dict[Value, At]] = {}
        self.at = at


class Dropped(NamedTuple):
    """A text in an `id` member that JSON-LD drops without a word."""

    focus: str
    path: str
    text: str
    at: At


def pointer(at: At) -> str:
    """Write a place as a JSON Pointer. Source: RFC 6901."""
    parts = []
    while at is not None:
        at, key = at
        parts.append(str(key).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in reversed(parts))


class Table:
    """The nodes of one document by name, and the values that JSON-LD drops."""

    __slots__ = ("_blank", "context", "dropped", "nodes")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.nodes: dict[str, Node] = {}
        self.dropped: list[Dropped] = []
        self._blank = 0

    def read(self, document: Any) -> None:
        """Walk a document; its `@context` must be the two official addresses in order."""
        if type(document) is not dict or document.get("@context") != list(CONTEXTS):
            raise OutOfDomain(
                "The document has another @context than the two addresses of an ELM credential."
            )
        self._object({k: v for k, v in document.items() if k != "@context"}, None, 0)

    def _object(self, members: dict[str, Any], at: At, depth: int) -> str | None:
        """Enter one object as a node and return its name, or None if JSON-LD drops it."""
        if depth > MAX_DEPTH:
            raise OutOfDomain("The document is nested too deeply.", pointer=pointer(at))
        context = self.context
        name = self._name(members, at)
        node = self.nodes.get(name) if name is not None else Node(at)
        if node is None:
            node = self.nodes[name or ""] = Node(at)
        kinds = self._types(members, node, at)
        terms = context.scoped if CREDENTIAL in kinds else context.terms
        known, values, focus = terms.get, node.values, name or ""
        for key, value in members.items():
            term = known(key)
            if term is None:
                if key in ("id", "type", "@id", "@type"):
                    continue
                term = context.property(key)
                if term is None:
                    continue
            out = values.get(term.iri)
            if out is None:
                out = values[term.iri] = {}
            if term.is_language_map and type(value) is dict:
                _languages(value, out, (at, key))
            else:
                self._value(focus, term, value, out, (at, key), depth)
        return name

    def _name(self, members: dict[str, Any], at: At) -> str | None:
        identifier = members.get("id")
        if "@id" in members:
            if "id" in members:
                raise OutOfDomain("A node has both id and @id.", pointer=pointer(at))
            identifier = members["@id"]
        elif identifier is None and "id" not in members:
            self._blank += 1
            return f"_:.{self._blank}"
        if type(identifier) is not str:
            raise OutOfDomain("The id of a node is no text.", pointer=pointer(at))
        name = self._iri(identifier, at)
        if name is None:
            self.dropped.append(Dropped(identifier, "", identifier, at))
        return name

    def _iri(self, text: str, at: At) -> str | None:
        try:
            return self.context.iri(text)
        except OutOfDomain as stop:
            raise OutOfDomain(str(stop), pointer=pointer(at)) from None

    def _types(self, members: dict[str, Any], node: Node, at: At) -> tuple[str, ...]:
        kinds = members.get("type")
        if "@type" in members:
            if "type" in members:
                raise OutOfDomain("A node has both type and @type.", pointer=pointer(at))
            kinds = members["@type"]
        elif kinds is None:
            if "type" in members:
                raise OutOfDomain("The type of a node is null.", pointer=pointer(at))
            return ()
        listed = tuple(kinds) if type(kinds) is list else (kinds,)
        for kind in listed:
            if type(kind) is not str:
                raise OutOfDomain("The type of a node is no text.", pointer=pointer(at))
            iri = self.context.type_iri(kind)
            if iri is not None:
                node.types[iri] = None
        return listed

    def _value(
        self, focus: str, term: Term, value: Any, out: dict[Value, At], at: At, depth: int
    ) -> None:
        """Add what one JSON value says to the values of a property."""
        kind = type(value)
        if kind is str:
            if term.coercion == "@id":
                iri = self._iri(value, at)
                if iri is None:
                    self.dropped.append(Dropped(focus, term.iri, value, at))
                else:
                    out.setdefault(iri, at)
            else:
                out.setdefault(Literal(value, term.coercion or STRING), at)
        elif kind is dict:
            if "@value" in value:
                made = self._value_object(value, at)
                if made is not None:
                    out.setdefault(made, at)
                return
            name = self._object(value, at, depth + 1)
            if name is not None:
                out.setdefault(name, at)
        elif kind is list:
            if depth > MAX_DEPTH:
                raise OutOfDomain("The document is nested too deeply.", pointer=pointer(at))
            for index, item in enumerate(value):
                self._value(focus, term, item, out, (at, index), depth + 1)
        elif value is not None:
            coercion = "" if term.coercion == "@id" else term.coercion
            out.setdefault(_scalar(value, coercion, at), at)

    def _value_object(self, members: dict[str, Any], at: At) -> Literal | None:
        """Read {"@value": ...} with @type (or its alias) or @language."""
        typing = "type" if "type" in members else "@type"
        value, kind, tag = (members.get(key) for key in ("@value", typing, "@language"))
        plain = not members.keys() - {"@value", typing, "@language"}
        if not plain or (kind is not None and tag is not None) or type(value) in (dict, list):
            raise OutOfDomain(
                "A value object has members out of the ordinary.", pointer=pointer(at)
            )
        if (typing in members and type(kind) is not str) or (
            "@language" in members and (type(tag) is not str or type(value) is not str)
        ):
            raise OutOfDomain("A value object has a wrong type or language.", pointer=pointer(at))
        if type(tag) is str and type(value) is str:
            return _tagged(value, tag, at)
        datatype = ""
        if kind is not None:
            datatype = self._iri(kind, at) or ""
            if not datatype or datatype in (_DOUBLE, LANG_STRING) or datatype.startswith("_:"):
                raise OutOfDomain("A value object has a datatype of its own.", pointer=pointer(at))
        if value is None:
            return None
        return _scalar(value, datatype, at)


def _scalar(value: Any, datatype: str, at: At) -> Literal:
    """Write a JSON scalar as the literal that JSON-LD makes of it."""
    if type(value) is str:
        return Literal(value, datatype or STRING)
    if type(value) is bool:
        return Literal("true" if value else "false", datatype or f"{XSD}boolean")
    if type(value) in (int, float) and abs(value) < 1e21 and not math.isnan(value):
        if type(value) is int or value.is_integer():
            return Literal(str(int(value)), datatype or f"{XSD}integer")
        # The canonical spelling of a double: no padding but one digit after the point.
        digits, _, power = f"{value:.15E}".partition("E")
        digits = digits.rstrip("0")
        text = f"{digits}0E{int(power)}" if digits.endswith(".") else f"{digits}E{int(power)}"
        return Literal(text, datatype or _DOUBLE)
    raise OutOfDomain("A number is too large for this check.", pointer=pointer(at))


def _tagged(text: str, tag: str, at: At) -> Literal:
    language = tag.lower()
    if not is_language(language):
        raise OutOfDomain(f"{tag!r} is no plain language tag.", pointer=pointer(at))
    return Literal(text, LANG_STRING, language)


def _languages(texts: dict[str, Any], out: dict[Value, At], at: At) -> None:
    """Add the texts of a language map."""
    for tag, value in texts.items():
        for text in value if type(value) is list else (value,):
            if text is None:
                continue
            if type(text) is not str:
                raise OutOfDomain(
                    "A language map holds something else than text.", pointer=pointer(at)
                )
            out.setdefault(_tagged(text, tag, at), (at, tag))
