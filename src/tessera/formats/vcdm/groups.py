"""Nodes of the wire format: named members that build one value of the model, and lists.

A node is written with its type; a member may stand in a node between ("address" between a
place and its country), because the European Learning Model has it there. A spread member
writes its own members into the same node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any

from tessera.formats.vcdm.reading import MOST_VALUES, REFUSED, Place, Reading
from tessera.formats.vcdm.shapes import Shape
from tessera.formats.vcdm.terms import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Many:
    """Several values of one shape: always an array; becomes a tuple."""

    of: Shape

    def write(self, value: tuple[Any, ...]) -> list[Json]:
        return [self.of.write(one) for one in value]

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if not isinstance(value, list):
            one = self.of.read(value, place, reading)
            return REFUSED if one is REFUSED else (one,)
        if len(value) > MOST_VALUES:
            reading.remark("many", f"Only {MOST_VALUES} of {len(value)} values were read.", place)
        found: list[Any] = []
        for at, item in enumerate(value[:MOST_VALUES]):
            one = self.of.read(item, Place(f"{place.wire}/{at}", f"{place.model}/{len(found)}"),
                               reading)  # fmt: skip
            if one is not REFUSED:
                found.append(one)
        return tuple(found)

    def coercion(self) -> JsonObject:
        return self.of.coercion()

    def schema(self, definitions: JsonObject) -> JsonObject:
        return {"type": "array", "items": self.of.schema(definitions)}


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its term, what the term means (a prefixed IRI) and the shape of its value.

    inside: the node between, see `Between`.
    """

    term: str
    iri: str
    shape: Shape
    inside: Between | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A node that stands between a node and some of its members."""

    term: str
    iri: str
    type: str
    type_iri: str


@dataclass(frozen=True, slots=True)
class Spread:
    """A member of the model whose own members stand in the node of its holder."""

    of: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A node and the value it stands for.

    type: of the node; type_iri: what it means. builds: the type of the model. members: by
    the name of the field. id: the field that the id of the node is. required: fields
    without which the value says nothing.
    """

    type: str
    type_iri: str
    builds: Callable[..., Any]
    members: Mapping[str, Member | Spread]
    id: str | None = None
    required: tuple[str, ...] = ()

    def write(self, value: Any) -> JsonObject:
        node: JsonObject = {}
        if self.id is not None and getattr(value, self.id) is not None:
            node["id"] = getattr(value, self.id)
        if self.type:
            node["type"] = self.type
        self.write_into(node, value)
        return node

    def write_into(self, node: JsonObject, value: Any) -> None:
        """Write the members of a value that differ from what is there anyway."""
        defaults = _defaults(value.__class__)
        for name, member in self.members.items():
            found = getattr(value, name)
            if isinstance(member, Spread):
                if found is not None:
                    member.of.write_into(node, found)
                continue
            if found is None or (name not in self.required and found == defaults.get(name)):
                continue
            holder = node
            if member.inside is not None:
                between: JsonObject = {"type": member.inside.type}
                holder = node.setdefault(member.inside.term, between)
            holder[member.term] = member.shape.write(found)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if not isinstance(value, dict):
            if self.id is not None and isinstance(value, str):
                value = {"id": value}
            else:
                return reading.remark("object", f"A {self.type} is expected here.", place)
        values = self.values(value, place, reading)
        if any(name not in values for name in self.required):
            return reading.remark("required", f"The {self.type} says too little.", place)
        return self.build(values, place, reading)

    def build(self, values: dict[str, Any], place: Place, reading: Reading) -> Any:
        """Build the value, or tell why the model refuses it."""
        return reading.attempt(lambda: self.builds(**values), place)

    def values(self, node: JsonObject, place: Place, reading: Reading) -> dict[str, Any]:
        """Return the values of the members that are there and right."""
        found: dict[str, Any] = {}
        if self.id is not None:
            reading.note(place.to("id", self.id))
            if isinstance(node.get("id"), str):
                found[self.id] = node["id"]
        for name, member in self.members.items():
            if isinstance(member, Spread):
                below = Place(place.wire, f"{place.model}/{name}")
                inner = member.of.values(node, below, reading)
                made = member.of.build(inner, below, reading) if inner else REFUSED
                if made is not REFUSED:
                    found[name] = made
                continue
            holder, here = node, place
            if member.inside is not None:
                here = place.to(member.inside.term)
                between = node.get(member.inside.term)
                holder = between if isinstance(between, dict) else {}
            here = here.to(member.term, name)
            reading.note(here)
            if holder.get(member.term) is None:
                continue
            value = member.shape.read(holder[member.term], here, reading)
            if value is not REFUSED:
                found[name] = value
        return found

    def coercion(self) -> JsonObject:
        return {}  # always an object, never an address alone

    def schema(self, definitions: JsonObject) -> JsonObject:
        """A node may hold more: others extend it as we extend theirs."""
        reference = {"$ref": f"#/$defs/{self.type}"}
        if self.type not in definitions:
            definitions[self.type] = {}  # before its members, which may come back here
            definitions[self.type] = self._definition(definitions)
        return reference

    def _definition(self, definitions: JsonObject) -> JsonObject:
        properties: JsonObject = {}
        needed: list[str] = []
        for name, member in _flat(self.members):
            spot = properties
            if member.inside is not None:
                between = properties.setdefault(
                    member.inside.term, {"type": "object", "properties": {}}
                )
                spot = between["properties"]
            elif name in self.required:
                needed.append(member.term)
            spot[member.term] = member.shape.schema(definitions)
        return {"type": "object", "properties": properties, "required": needed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A value that holds another whole one, written into one node ("flat").

    part: the field that holds it; whole: the group of that; more: the other fields.
    """

    part: str
    whole: Group
    more: Group

    def write(self, value: Any) -> JsonObject:
        node = self.whole.write(getattr(value, self.part))
        self.more.write_into(node, value)
        return node

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        inner = self.whole.read(value, Place(place.wire, f"{place.model}/{self.part}"), reading)
        if inner is REFUSED:
            return REFUSED
        values = self.more.values(value if isinstance(value, dict) else {}, place, reading)
        if any(name not in values for name in self.more.required):
            return reading.remark("required", "It does not say what part it plays.", place)
        return reading.attempt(lambda: self.more.builds(**{self.part: inner}, **values), place)

    def coercion(self) -> JsonObject:
        return {}  # always an object, never an address alone

    def schema(self, definitions: JsonObject) -> JsonObject:
        return self.whole.schema(definitions)


def _flat(members: Mapping[str, Member | Spread]) -> Iterator[tuple[str, Member]]:
    for name, member in members.items():
        if isinstance(member, Spread):
            yield from _flat(member.of.members)
        else:
            yield name, member


@cache
def _defaults(model: Any) -> Mapping[str, Any]:
    return {
        one.name: one.default_factory() if one.default_factory is not MISSING else one.default
        for one in fields(model)
    }


def groups_under(group: Group) -> Iterator[Group]:
    """Yield a group and every group that its members lead to, each once."""
    seen: list[Group] = []
    todo = [group]
    while todo:
        one = todo.pop()
        if any(one is known for known in seen):
            continue
        seen.append(one)
        yield one
        for member in one.members.values():
            shape: Any = member.of if isinstance(member, Spread) else member.shape
            if isinstance(shape, Many):
                shape = shape.of
            if isinstance(shape, Joined):
                todo += [shape.whole, shape.more]
            elif isinstance(shape, Group):
                todo.append(shape)
