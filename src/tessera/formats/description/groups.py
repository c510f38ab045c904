"""Lists and groups of members, read so that every problem is found in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from typing import Any

from tessera.errors import ModelError
from tessera.formats.description.node import Kind, Node
from tessera.formats.description.shape import REFUSED, At, Plain, Reading, Shape

_FEW_HOLDERS = 2  # a name that stands in more places says too little


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of values of one shape; becomes a tuple."""

    of: Shape

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if node.kind is not Kind.LIST:
            return reading.refuse(
                node, at, f"Here stands {node}; write a list, each item after a hyphen (- …)."
            )
        values = []
        for index, item in enumerate(node.items):
            place = at.member(index)
            reading.note(item, place)
            if item.is_nothing:
                values.append(
                    reading.refuse(item, place, "This item is empty: write or remove it.")
                )
            else:
                values.append(self.of.read(item, place, reading))
        return REFUSED if REFUSED in values else tuple(values)

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.of.write(one) for one in value]

    def schema(self, definitions: Plain) -> Plain:
        return {"type": "array", "items": self.of.schema(definitions)}


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a group: its shape, what it is for, and whether it has to be there."""

    shape: Shape
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Named members that build one value of the model.

    name: in the schema. builds: the type of the model. members: by name, as the type
    calls them. flat: a member of the type whose own members are written here, beside
    the others ("organisation" of an awarding body). short: the member that a single
    value stands for, so that a link may be written as its address alone.
    """

    name: str
    about: str
    builds: Callable[..., Any]
    members: Mapping[str, Member]
    flat: tuple[str, Group] | None = None
    short: str | None = None

    @property
    def all_members(self) -> Mapping[str, Member]:
        """The members written here, those of the flat part first."""
        return {**(self.flat[1].members if self.flat else {}), **self.members}

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if self.short is not None and node.kind is not Kind.MAPPING:
            shape = self.members[self.short].shape
            value = shape.read(node, at, reading)
            return (
                REFUSED if value is REFUSED else self.build({self.short: value}, node, at, reading)
            )
        if node.kind is not Kind.MAPPING:
            names = ", ".join(list(self.all_members)[:4])
            return reading.refuse(
                node, at, f"Here stands {node}; write the members of a group: {names} …"
            )
        values, failed = self.read_members(node, at, reading)
        built = self.build(values, node, at, reading, failed)
        return REFUSED if failed else built

    def read_members(self, node: Node, at: At, reading: Reading) -> tuple[dict[str, Any], set[str]]:
        """Return the values of the members, and the names of those that were refused."""
        self._refuse_unknown(node, at, reading)
        return self._values(node, at, reading)

    def _values(self, node: Node, at: At, reading: Reading) -> tuple[dict[str, Any], set[str]]:
        values: dict[str, Any] = {}
        failed: set[str] = set()
        for name, member in self.all_members.items():
            place = at.member(name, self._model_pointer(name))
            reading.places.setdefault(place.model, place.file)
            found = node.members.get(name)
            if found is None or found.is_nothing:
                if member.required:
                    reading.refuse(found or node, at, f"'{name}' is missing: {member.about}")
                    failed.add(name)
                continue
            reading.note(found, place)
            value = member.shape.read(found, place, reading)
            if value is REFUSED:
                failed.add(name)
            else:
                values[name] = value
        return values, failed

    def _model_pointer(self, name: str) -> str:
        if self.flat and name not in self.members:
            return f"/{self.flat[0]}/{name}"
        return f"/{name}"

    def _refuse_unknown(self, node: Node, at: At, reading: Reading) -> None:
        known = list(self.all_members)
        for name, value in node.members.items():
            if name in known:
                continue
            hint = self._hint(name[:60].casefold().replace("-", "_"), known)
            reading.refuse(
                value, at.member(name), f"A member '{name[:60]}' is not known here. {hint}"
            )

    def _hint(self, name: str, known: list[str]) -> str:
        """Say where a member belongs, what it is probably called, or what there is."""
        holders = [at for at, one in self.all_members.items() if name in _names_in(one.shape)]
        if 1 <= len(holders) <= _FEW_HOLDERS:
            return f"It stands under {' or '.join(holders)}."
        near = get_close_matches(name, known, n=2, cutoff=0.6)
        return f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}."

    def build(
        self,
        values: dict[str, Any],
        node: Node,
        at: At,
        reading: Reading,
        failed: set[str] | None = None,
    ) -> Any:
        """Build the value; with parts refused, only to see what else is wrong with the rest."""
        failed = failed or set()
        if any(one.required and name not in values for name, one in self.all_members.items()):
            return REFUSED
        try:
            return self._assemble(values)
        except ModelError as error:
            first = error.path.split("/")[1] if error.path else ""
            if failed and first not in values:
                return REFUSED
            here = node.members.get(first, node)
            return reading.refuse(here, At(at.file + error.path, at.model), str(error))

    def _assemble(self, values: dict[str, Any]) -> Any:
        if self.flat is None:
            return self.builds(**values)
        part, inner = self.flat
        own = {name: value for name, value in values.items() if name in self.members}
        theirs = {name: value for name, value in values.items() if name not in self.members}
        return self.builds(**{part: inner._assemble(theirs)}, **own)

    def write(self, value: Any) -> Any:
        written: dict[str, Any] = {}
        if self.flat is not None:
            written.update(self.flat[1].write(getattr(value, self.flat[0])))
        defaults = _defaults(value)
        for name, member in self.members.items():
            found = getattr(value, name)
            if member.required or found != defaults[name]:
                written[name] = member.shape.write(found)
        alone = list(written) == [self.short] and next(iter(written.values()))
        return alone if isinstance(alone, str) else written

    def schema(self, definitions: Plain) -> Plain:
        reference = {"$ref": f"#/$defs/{self.name}"}
        if self.name not in definitions:
            definitions[self.name] = {}  # before its members, which may come back here
            definitions[self.name] = self._definition(definitions)
        return reference

    def _definition(self, definitions: Plain) -> Plain:
        members = self.all_members
        properties: Plain = {}
        for name, member in members.items():
            shape = member.shape.schema(definitions)
            if not member.required:
                shape = {"anyOf": [shape, {"type": "null"}]}
            properties[name] = {"description": member.about, **shape}
        whole: Plain = {
            "type": "object",
            "properties": properties,
            "required": [name for name, member in members.items() if member.required],
            "additionalProperties": False,
        }
        if self.short is None:
            return {"description": self.about, **whole}
        single = self.members[self.short].shape.schema(definitions)
        return {"description": self.about, "anyOf": [single, whole]}


def _names_in(shape: Shape) -> frozenset[str]:
    """Return the names of the members of a group, or of the groups of a list."""
    inner = shape.of if isinstance(shape, Listed) else shape
    return frozenset(inner.all_members) if isinstance(inner, Group) else frozenset()


def _defaults(value: Any) -> dict[str, Any]:
    return {
        one.name: one.default_factory() if one.default_factory is not MISSING else one.default
        for one in fields(value)
    }
