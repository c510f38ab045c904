"""One object of a document under the eye of the decoder: its members, read one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from tessera.errors import ModelError
from tessera.formats.elm import wire
from tessera.formats.elm.dates import day_text, instant_text, read_instant
from tessera.formats.elm.objects import KEYWORDS
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.wire import Json
from tessera.model import Concept, Duration, Link, Text
from tessera.model.checks import is_uri

MOST_ITEMS = 1_000
_DECIMAL = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})", re.ASCII)


class Node:
    """One object of the document, read member by member.

    view: its members (of all places where the id stands). role: see `writing`.
    Call `close` when all is read: what was not is kept as residue.
    """

    def __init__(self, reader: Reader, view: Mapping[str, Json], path: str, role: str) -> None:
        self.reader = reader
        self.view = view
        self.path = path
        self.role = role
        self._left: dict[str, Json] = {
            key: value for key, value in view.items() if key not in KEYWORDS
        }

    @property
    def id(self) -> str | None:
        id = self.view.get("id", self.view.get("@id"))
        return id if isinstance(id, str) else None

    @property
    def types(self) -> list[Json]:
        return wire.as_list(self.view.get("type", self.view.get("@type")))

    @property
    def is_empty(self) -> bool:
        return not self.view

    def at(self, member: str) -> str:
        return f"{self.path}/{wire.escape(member)}"

    def place(self, model: str, member: str | None = None) -> None:
        """Say where an element of the model stands, or would stand, in the document."""
        self.reader.places[model] = self.path if member is None else self.at(member)

    def items(self, member: str) -> list[tuple[Json, str]]:
        """The values of a member with their places; at most 1,000, more is a finding."""
        value = self.view.get(member)
        if value is None:
            return []
        path = self.at(member)
        if not isinstance(value, list):
            return [(value, path)]
        if len(value) > MOST_ITEMS:
            self.reader.remark("many", f"Only the first {MOST_ITEMS} values were read.", path)
        return [(one, f"{path}/{at}") for at, one in enumerate(value[:MOST_ITEMS])]

    def left(self, member: str, items: list[Json]) -> None:
        """Say which values of a list member could not be read; all others count as read."""
        self._left.pop(member, None)
        value = self.view.get(member)
        if isinstance(value, list) and len(value) > MOST_ITEMS:
            items = items + value[MOST_ITEMS:]
        if items:
            self.reader.keep(self.role, f"+{member}", items)

    def same(self, member: str, written: Json) -> None:
        """Count a member as read; keep its own wording where we would write another."""
        self._left.pop(member, None)
        found = self.view.get(member)
        if found is not None and found != written:
            self.reader.keep(self.role, f"~{member}", [found, written])

    def resolve(self, value: Json, path: str) -> tuple[Mapping[str, Json], str] | None:
        """The object a value is, or refers to by id; None when it is neither."""
        objects = self.reader.objects
        if isinstance(value, str):
            return objects.get(value)
        if not isinstance(value, dict):
            return None
        id = value.get("id", value.get("@id"))
        if isinstance(id, str) and id in objects:
            return objects[id][0], path if len(value) > 1 else objects[id][1]
        return value, path

    def child(self, member: str, role: str, *, types: tuple[str, ...] = ()) -> Node:
        """The first object under a member (an empty node when there is none)."""
        nodes = self.children(member, lambda _: role, types=types, most=1)
        return nodes[0] if nodes else Node(self.reader, {}, self.at(member), role)

    def children(
        self,
        member: str,
        role: Callable[[int], str],
        *,
        types: tuple[str, ...] = (),
        most: int = MOST_ITEMS,
    ) -> list[Node]:
        """The objects under a member, of the wanted types; the rest is kept as residue."""
        nodes: list[Node] = []
        rest: list[Json] = []
        for value, path in self.items(member):
            found = self.resolve(value, path)
            if found is None:
                what = f"Here an object should stand, not {_shown(value)}."
                self.reader.remark("no-object", what, path)
                rest.append(value)
                continue
            node = Node(self.reader, found[0], found[1], role(len(nodes)))
            wanted = not types or any(one in types for one in node.types if isinstance(one, str))
            if wanted and len(nodes) < most:
                nodes.append(node)
            else:
                rest.append(value)
        self.left(member, rest)
        return nodes

    def text(self, member: str) -> Text | None:
        """A language map as a text; values that are none are left out with a finding."""
        raw = self.view.get(member)
        if raw is None:
            return None
        entries: dict[str, str] = {}
        for tag, value in readable_texts(raw, self._unreadable(member)):
            entries.setdefault(tag, value)
        text = Text.of(entries) if entries else None
        self.same(member, text.as_dict() if text else None)
        return text

    def _unreadable(self, member: str) -> Callable[[Json, Json], None]:
        def remark(tag: Json, value: Json) -> None:
            message = f"A text for '{_shown(tag)}' was left out: {_shown(value)}."
            self.reader.remark("text", message, self.at(member))

        return remark

    def string(self, member: str) -> str | None:
        """A single text without language."""
        for value, path in self.items(member)[:1]:
            if isinstance(value, dict):
                value = value.get("@value")
            if isinstance(value, str) and value.strip():
                self.same(member, value)
                return value
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.same(member, str(value))
                return str(value)
            self.reader.remark("string", f"Here a text should stand, not {_shown(value)}.", path)
        return None

    def number(self, member: str) -> Decimal | None:
        """A decimal number, written as a number or as text."""
        value = self.view.get(member)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        text = str(value) if isinstance(value, int | float) else value
        if isinstance(text, str) and _DECIMAL.fullmatch(text.strip()):
            return Decimal(text.strip())
        message = f"Here a number should stand, not {_shown(value)}."
        self.reader.remark("number", message, self.at(member))
        return None

    def instant(self, member: str) -> datetime | None:
        """An instant; one without offset is taken as UTC, with a finding."""
        value = self.view.get(member)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        read = read_instant(value)
        if read is None:
            message = f"'{_shown(value)}' is no instant such as 2026-11-22T10:00:00Z."
            self.reader.remark("date", message, self.at(member))
            return None
        if not read[1]:
            message = "The time states no offset from UTC and was read as UTC."
            self.reader.remark("no-offset", message, self.at(member))
        self.same(member, instant_text(read[0]))
        return read[0]

    def day(self, member: str) -> date | None:
        """A day: the UTC day of the instant written there."""
        value = self.view.get(member)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            value = f"{value}T00:00:00Z"  # the lint says what is wrong with it
        read = read_instant(value)
        if read is None:
            message = f"'{_shown(value)}' is no date such as 2026-11-22T00:00:00Z."
            self.reader.remark("date", message, self.at(member))
            return None
        self.same(member, day_text(read[0].date()))
        if read[0].time().isoformat() != "00:00:00":
            message = (
                f"'{_shown(value)}' was read as the day {read[0].date()} in UTC; where it was "
                "written the calendar may have shown the day before or after."
            )
            self.reader.remark("day", message, self.at(member))
        return read[0].date()

    def duration(self, member: str) -> Duration | None:
        value = self.string(member)
        if value is None:
            return None
        return self.reader.attempt(lambda: Duration(value), self.at(member))

    def concepts(self, member: str, *, most: int = MOST_ITEMS) -> tuple[Concept, ...]:
        """Concepts with scheme and label; bare IRIs too."""
        found: list[Concept] = []
        rest: list[Json] = []
        for value, path in self.items(member):
            concept = self._concept(value, path) if len(found) < most else None
            if concept is None:
                rest.append(value)
            else:
                found.append(concept)
        self.left(member, rest)
        return tuple(found)

    def paired(self, member: str) -> list[tuple[Json, Concept | None]]:
        """Each value of a member with the concept it is, if it is one."""
        return [(value, self._concept(value, path)) for value, path in self.items(member)]

    def concept(self, member: str) -> Concept | None:
        found = self.concepts(member, most=1)
        return found[0] if found else None

    def _concept(self, value: Json, path: str) -> Concept | None:
        resolved = self.resolve(value, path)
        if resolved is None and isinstance(value, str):
            resolved = {"id": value}, path
        if resolved is None or not isinstance(value, str | dict):
            self.reader.remark("concept", f"Here a concept should stand: {_shown(value)}.", path)
            return None
        view, path = resolved
        if isinstance(value, dict) and len(value) > 1:
            view = {**view, **value}  # its label in this place, not in another
        return read_concept(Node(self.reader, view, path, role=""))

    def named(self, key: str) -> str | None:
        """The name of this part of the description: our key, else the end of its id."""
        for value, path in self.items("identifier"):
            found = self.resolve(value, path)
            if found and found[0].get("schemeId") == f"{wire.KEYS}:{key}":
                name = found[0].get("notation")
                if isinstance(name, str) and name.strip():
                    return name
        id = self.id
        if id is None:
            return None
        return id[len(wire.LOCAL_PREFIX) :] if id.startswith(wire.LOCAL_PREFIX) else id

    def link(self) -> Link | None:
        """This node as a WebResource; closes it."""
        url = self.string("contentURL")
        title = self.text("title")
        self.close("WebResource")
        if url is None:
            return None
        return self.reader.attempt(lambda: Link(url=url, title=title), self.path)

    def unread(self) -> tuple[str, ...]:
        """The members nobody has read."""
        return tuple(self._left)

    def give_back(self, member: str, child: Node) -> None:
        """Keep a member as it was: its object says nothing that the model holds."""
        if child.is_empty:
            return
        self.reader.forget(child.role)
        value = self.view[member]
        self.reader.residue.get(self.role, {}).pop(f"+{member}", None)
        self.reader.keep(self.role, member, value)

    def close(self, type: str, *, id_is_known: bool = False) -> None:
        """Keep what was not read, another type than we write, and the id."""
        if self.is_empty:
            return
        for member, value in self._left.items():
            self.reader.keep(self.role, member, value)
        self._left = {}
        if self.types != [type] and self.types:
            self.reader.keep(self.role, "type", self.view.get("type", self.view.get("@type")))
        if self.id is not None and not id_is_known:
            self.reader.wire_ids[self.role] = self.id


def read_concept(node: Node) -> Concept | None:
    """A concept from its node; the same concept keeps its extra members once."""
    reader, id = node.reader, node.id
    if id is None:
        reader.remark("concept", "A concept without id was left out.", node.path)
        return None
    node.role = f"concept:{id}"
    seen = node.role in reader.concepts
    reader.concepts.add(node.role)
    kept = dict(reader.residue.get(node.role, {}))
    label = node.text("prefLabel")
    scheme = _scheme_of(node)
    node.close("Concept", id_is_known=True)
    if seen:
        reader.residue[node.role] = {**reader.residue.get(node.role, {}), **kept}
    if reader.residue.get(node.role) == {}:
        del reader.residue[node.role]
    return reader.attempt(lambda: Concept(iri=id, scheme=scheme, label=label), node.path)


def _scheme_of(node: Node) -> str | None:
    """The IRI of the scheme a concept states; of several the first."""
    for value, _ in node.items("inScheme")[:1]:
        id = value.get("id", value.get("@id")) if isinstance(value, dict) else value
        if uri_or_none(id) is not None:
            node.same("inScheme", {"id": id, "type": "ConceptScheme"})
            return str(id)
    return None


def readable_texts(
    raw: Json, unreadable: Callable[[Json, Json], None] | None = None
) -> Iterator[tuple[str, str]]:
    """(language tag, text) of what can be read of a language map; the rest is handed back."""
    for tag, value in _tagged(raw):
        try:
            yield Text.of({tag: value}).entries[0]
        except (ModelError, AttributeError, TypeError):
            if unreadable is not None:
                unreadable(tag, value)


def _tagged(raw: Json) -> Iterator[tuple[Json, Json]]:
    """(language, text) of a language map, of value objects and of bare strings."""
    for item in wire.as_list(raw)[:MOST_ITEMS]:
        if isinstance(item, dict) and "@value" in item:
            yield item.get("@language", "und"), item["@value"]
        elif isinstance(item, dict):
            for tag, value in item.items():
                for one in wire.as_list(value)[:MOST_ITEMS]:
                    yield tag, one
        else:
            yield "und", item


def _shown(value: Json) -> str:
    """A short piece of a hostile value, fit for a sentence."""
    text = value if isinstance(value, str) else type(value).__name__
    return text[:60].encode("ascii", "backslashreplace").decode()


def uri_or_none(value: Json) -> str | None:
    """The value when it is an absolute URI."""
    return value if isinstance(value, str) and is_uri(value) else None
