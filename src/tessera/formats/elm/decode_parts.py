"""Small parts that stand in many places: identifiers, keys, notes, documents, pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tessera.errors import ModelError
from tessera.formats.elm import wire
from tessera.formats.elm.node import Node, readable_texts
from tessera.formats.elm.wire import Json
from tessera.formats.elm.writing import listed
from tessera.model import Identifier, Link, Picture, Text
from tessera.vocab import countries

Keys: TypeAlias = Mapping[str, Callable[[str], object]]


def identifiers(node: Node, keys: Keys | None = None) -> tuple[Identifier, ...]:
    """The identifiers of a node; our own keys go to `keys`; one that returns False leaves it."""
    found: list[Identifier] = []
    rest: list[Json] = []
    for value, path in node.items("identifier"):
        resolved = node.resolve(value, path)
        if resolved is None:
            rest.append(value)
            continue
        key = _own_key(resolved[0])
        if key is not None:
            take = (keys or {}).get(key[0])
            if take is None or take(key[1]) is False:
                rest.append(value)
            continue
        one = Node(node.reader, *resolved, role=f"{node.role}/identifier/{len(found)}")
        read = identifier(one)
        if read is None:
            rest.append(value)
        else:
            found.append(read)
    node.left("identifier", rest)
    return tuple(found)


def _own_key(view: Mapping[str, Json]) -> tuple[str, str] | None:
    scheme, value = view.get("schemeId"), view.get("notation")
    if isinstance(scheme, str) and scheme.startswith(wire.KEYS + ":") and isinstance(value, str):
        return scheme[len(wire.KEYS) + 1 :], value
    return None


def identifier(node: Node, *schemes: str, legal: bool = False) -> Identifier | None:
    """An identifier; `schemes` are tried in order instead of what it states itself."""
    value = node.string("notation")
    if value is None:
        node.reader.remark("identifier", "An identifier without value was left out.", node.path)
        return None
    name = node.view.get("schemeName")
    stated = _stated_scheme(node) if not schemes else None
    country = _country(node)
    label = name if isinstance(name, str) and name.strip() else None
    if stated is not None:
        schemes = (stated[0],)
        label = stated[1]
    if label is not None or stated is not None:
        node.string("schemeName")
    for scheme in (*schemes, wire.UNNAMED_SCHEME):
        try:
            read = _build(scheme, value, country, label)
        except ModelError as error:
            node.reader.remark("identifier", f"{error}", node.path)
            continue
        legal = legal or country is not None or stated is None
        node.close("LegalIdentifier" if legal else "Identifier")
        return read
    node.reader.forget(node.role)
    return None


def _build(scheme: str, value: str, country: str | None, name: str | None) -> Identifier:
    """Leave the country out where the value says it itself."""
    begins = {"eidas-legal": value[3:5], "vat": value[:2], "eidas-person": value[:2]}
    if scheme in begins and countries.alpha2(begins[scheme]) == country:
        country = None
    return Identifier(scheme=scheme, value=value, country=country, name=name)


def _stated_scheme(node: Node) -> tuple[str, str | None] | None:
    """(scheme, name) as the identifier states them, in the terms of our model."""
    id, name = node.view.get("schemeId"), node.view.get("schemeName")
    name = name if isinstance(name, str) and name.strip() else None
    if isinstance(id, str) and id.startswith(wire.IDENTIFIERS + ":"):
        scheme = wire.unquoted(id[len(wire.IDENTIFIERS) + 1 :])
        node.string("schemeId")
        return scheme, None if name == wire.IDENTIFIER_LABELS.get(scheme) else name
    if isinstance(id, str) and ":" in id and " " not in id:
        node.string("schemeId")
        return id, name
    return name or wire.UNNAMED_SCHEME, None


def _country(node: Node) -> str | None:
    """The two letters of the country under `spatial`; it stays as residue when unknown."""
    for value, path in node.items("spatial")[:1]:
        resolved = node.resolve(value, path)
        id = resolved[0].get("id") if resolved else value
        alpha2 = countries.alpha2(id) if isinstance(id, str) and "/" in id else None
        if alpha2 is not None and isinstance(id, str):
            node.same("spatial", listed(id, wire.COUNTRY_SCHEME))
            return alpha2
    return None


class Notes:
    """The Notes under a member, sorted by what their subject says.

    Ask for each kind once with `take`; `plain` gives the first without subject of
    ours. Call `close`: what nobody asked for stays as residue.
    """

    def __init__(self, node: Node, member: str = "additionalNote") -> None:
        self.node = node
        self.member = member
        self._left: list[tuple[Json, Node]] = []
        for value, path in node.items(member):
            resolved = node.resolve(value, path)
            view = resolved if resolved else ({}, path)
            self._left.append((value, Node(node.reader, *view, role="")))
        self._all = tuple(self._left)

    def subject(self, one: Node) -> str | None:
        """The IRI of what a note is about."""
        for value, path in one.items("subject")[:1]:
            resolved = one.resolve(value, path)
            id = resolved[0].get("id") if resolved else value
            return id if isinstance(id, str) else None
        return None

    def pick(self, wanted: Callable[[str | None], bool], most: int = 1_000) -> list[Node]:
        """Take out the notes that say something and whose subject is wanted, in order."""
        taken = [
            one for _, one in self._left if wanted(self.subject(one)) and _says_something(one)
        ][:most]
        self._left = [(value, one) for value, one in self._left if one not in taken]
        return taken

    def take(self, key: str, role: str) -> Text | None:
        """The text of our first note of this kind; a second one stays as residue."""
        for one in self.pick(lambda subject: subject == f"{wire.NOTES}:{key}", most=1):
            return note_text(one, role, has_subject=True)
        return None

    def plain(self, role: str) -> Text | None:
        """The text of the first note without a subject."""
        for one in self.pick(lambda subject: subject is None, most=1):
            return note_text(one, role)
        return None

    def give_back(self, one: Node) -> None:
        """Leave a note that was picked as it was."""
        self.node.reader.forget(one.role)
        self._left += [(value, note) for value, note in self._all if note is one]

    def close(self) -> None:
        self.node.left(self.member, [value for value, _ in self._left])


def _says_something(one: Node) -> bool:
    """Whether a note holds a text that can be read."""
    return any(True for _ in readable_texts(one.view.get("noteLiteral")))


def note_text(one: Node, role: str, *, has_subject: bool = False) -> Text | None:
    """The text of a Note; closes it."""
    one.role = role
    text = one.text("noteLiteral")
    if has_subject:
        one.left("subject", [])
    one.close("Note")
    return text


def documents(
    node: Node,
    member: str,
    role: Callable[[str, int], str],
    fits: Callable[[str, str], bool] | None = None,
) -> dict[str, list[Link]]:
    """The WebResources under a member by our kind ("" for those without).

    fits: whether a document of this kind and address is wanted; others stay as residue.
    """
    found: dict[str, list[Link]] = {}
    rest: list[Json] = []
    for value, path in node.items(member):
        resolved = node.resolve(value, path)
        if resolved is None:
            rest.append(value)
            continue
        kind = _document_kind(resolved[0])
        at = len(found.get(kind, []))
        one = Node(node.reader, *resolved, role=role(kind, at))
        if kind:
            one.left("dcType", [])
        link = one.link()
        if link is None or (fits is not None and not fits(kind, link.url)):
            node.reader.forget(one.role)
            rest.append(value)
        else:
            found.setdefault(kind, []).append(link)
    node.left(member, rest)
    return found


def _document_kind(view: Mapping[str, Json]) -> str:
    for value in wire.as_list(view.get("dcType")):
        id = value.get("id") if isinstance(value, dict) else value
        if isinstance(id, str) and id.startswith(wire.DOCUMENTS + ":"):
            return id[len(wire.DOCUMENTS) + 1 :]
    return ""


_MEDIA_TYPES = {f"{wire.FILE_TYPE_SCHEME}/{code}": name for name, code in wire.FILE_TYPES.items()}
_MEDIA_TYPES[f"{wire.FILE_TYPE_SCHEME}/JPG"] = "image/jpeg"


def picture(node: Node, member: str, role: str) -> Picture | None:
    """A MediaObject as a picture; one that is none stays as residue."""
    one = node.child(member, role)
    if one.is_empty:
        return None
    content = one.view.get("content")
    kinds = [
        value.get("id") if isinstance(value, dict) else value
        for value in wire.as_list(one.view.get("contentType"))
    ]
    media_type = _MEDIA_TYPES.get(kinds[0]) if kinds and isinstance(kinds[0], str) else None
    read = _image(content, media_type)
    if read is None:
        message = "The picture is not a PNG, JPEG or SVG in base64 and was left out."
        one.reader.remark("picture", message, one.at("content"))
        node.give_back(member, one)
        return None
    one.same("content", base64.b64encode(read.content).decode("ascii"))
    one.same("contentEncoding", listed(wire.BASE64))
    code = wire.FILE_TYPES[read.media_type]
    one.same("contentType", listed(f"{wire.FILE_TYPE_SCHEME}/{code}"))
    one.close("MediaObject")
    return read


def _image(content: Json, media_type: str | None) -> Picture | None:
    if media_type is None or not isinstance(content, str):
        return None
    try:
        return Picture(media_type=media_type, content=base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError, ModelError):
        return None
