"""The fast accept: True only for documents that surely conform.

1. One walk over the tree; each object is held against the plan of its classes.
2. What a walk cannot tell is noted: classes of nodes named by reference, and the
   shapes that a value must satisfy; both are settled at the end.
3. Every doubt means False, and the exact check decides: two different objects with one
   `id`, unknown JSON-LD, odd spellings, anything in `plans` with the slot UNSURE.

Equal objects with one `id` are one node, so the second is not walked again. Two exceptions: a
blank node inside would become two nodes, and 1 and True are equal in Python.
"""

from __future__ import annotations

from typing import Any

from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.lexical import is_language
from tessera.standards.structure.plans import (
    LANGUAGES,
    NAMING,
    NODE,
    TEXT,
    Plan,
    Plans,
    Slot,
    plans,
)
from tessera.standards.structure.rules import Constraint
from tessera.standards.structure.table import MAX_DEPTH
from tessera.standards.structure.terms import CONTEXTS

_OFFICIAL = list(CONTEXTS)
_ROOT = Slot(NODE)
# Most texts are in a language of the Union.
_UNION = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
_COMMON = frozenset(_UNION.split(" "))


class _UnsureError(Exception):
    """The walk met something that only the exact check can judge."""


class _Walk:
    """One walk over one document."""

    __slots__ = (
        "blanks", "classes", "iris", "known", "numbers", "objects", "plans", "shapes", "types",
        "with_blanks", "with_numbers",
    )  # fmt: skip

    def __init__(self, made: Plans) -> None:
        self.plans = made
        self.known = made.made
        self.iris = made.context.seen
        self.objects: dict[str, dict[str, Any]] = {}
        self.types: dict[str, frozenset[str]] = {}
        self.classes: list[tuple[str, tuple[frozenset[str], ...]]] = []
        self.shapes: list[tuple[str | dict[str, Any], str]] = []
        self.blanks = 0  # blank nodes met so far
        self.numbers = 0  # JSON numbers and booleans met so far
        self.with_blanks: set[str] = set()  # names of the nodes that hold some
        self.with_numbers: set[str] = set()

    def node(self, members: dict[str, Any], slot: Slot, depth: int) -> None:
        """Walk one object that stands in a slot; one with an `id` only points at a node."""
        text = members.get("id")
        if text is None:
            types = self.blank(members, slot, depth)
        elif len(members) == 1:
            self.reference(text, slot)
            return
        else:
            name = (self.iris.get(text) if type(text) is str else None) or self.name_of(text)
            before = self.objects.get(name)
            if before is not None:
                types = self.again(name, before, members)
            else:
                self.objects[name] = members  # an object never equals one inside itself
                blanks, numbers = self.blanks, self.numbers
                types = self.types[name] = self.fill(members, depth)
                if blanks != self.blanks:
                    self.with_blanks.add(name)
                if numbers != self.numbers:
                    self.with_numbers.add(name)
        for options in slot[3]:
            if options.isdisjoint(types):
                raise _UnsureError
        for shape in slot[4]:
            self.shapes.append((members, shape))

    def blank(self, members: dict[str, Any], slot: Slot, depth: int) -> frozenset[str]:
        """Walk an object without a name and return its classes."""
        if "id" in members or slot.is_named:
            raise _UnsureError
        self.blanks += 1
        return self.fill(members, depth)

    def again(self, name: str, before: dict[str, Any], members: dict[str, Any]) -> frozenset[str]:
        """Return the classes of an object that equals an earlier one of its name."""
        if before != members or name in self.with_blanks or name not in self.types:
            raise _UnsureError
        if name in self.with_numbers and not _alike(before, members):
            raise _UnsureError
        return self.types[name]

    def name_of(self, text: Any) -> str:
        """Return the IRI that an `id` names."""
        if type(text) is not str:
            raise _UnsureError
        name = self.iris.get(text) or self.plans.context.iri(text)
        if name is None or name[0] == "_":
            raise _UnsureError
        return name

    def plan_of(self, kinds: Any) -> Plan:
        """Return the plan for what stands under `type`."""
        if type(kinds) is list and all(type(kind) is str for kind in kinds):
            kinds = tuple(kinds)
        elif type(kinds) is not str and kinds != ():
            raise _UnsureError
        plan = self.known.get(kinds) or self.plans.plan(kinds)
        if plan is None:
            raise _UnsureError
        return plan

    def fill(self, members: dict[str, Any], depth: int) -> frozenset[str]:
        """Hold each member of an object against its slot and return the classes.

        A slot is taken apart by place, which is quicker: see `Slot`.
        """
        kinds = members.get("type", ())
        plan = self.known.get(kinds) if type(kinds) is str else None
        slots, required, types, is_possible = plan or self.plan_of(kinds)
        if depth > MAX_DEPTH or not is_possible or not required <= members.keys():
            raise _UnsureError
        find = slots.get
        for key, value in members.items():
            slot = find(key)
            if slot is None:
                self.stranger(key)
                continue
            kind = slot[0]
            if kind == NAMING:
                continue
            if kind == NODE:
                if type(value) is dict:
                    self.node(value, slot, depth + 1)
                else:
                    self.other(value, slot, depth)
            elif kind == TEXT:
                if type(value) is not str:
                    self.other(value, slot, depth)
                elif slot[2] is not None and not slot[2](value):
                    raise _UnsureError
            elif kind == LANGUAGES:
                self.texts(value, slot)
            else:
                raise _UnsureError
        return types

    def stranger(self, key: str) -> None:
        """Let a member pass that JSON-LD drops."""
        if ":" in key or key[:1] == "@" or key in self.plans.context.refused:
            raise _UnsureError

    def other(self, value: Any, slot: Slot, depth: int) -> None:
        """Accept what is neither the usual object nor the usual text: lists, ids, numbers."""
        kind = type(value)
        if kind is list:
            if not value or (slot.most and len(value) > slot.most) or depth > MAX_DEPTH:
                raise _UnsureError
            for item in value:
                if type(item) is list:
                    raise _UnsureError
                if slot.kind == NODE and type(item) is dict:
                    self.node(item, slot, depth + 1)
                else:
                    self.other(item, slot, depth + 1)
        elif kind is str:
            if slot.kind == NODE:
                self.reference(value, slot)
            elif slot.spelled is not None and not slot.spelled(value):
                raise _UnsureError
        elif kind is int and slot.low is not None:
            if not slot.low <= value <= (10**15 if slot.high is None else slot.high):
                raise _UnsureError
            self.numbers += 1
        elif kind is bool and slot.is_flag:
            self.numbers += 1
        elif kind is dict and slot.is_free:
            self.node(value, slot, depth + 1)
        else:
            raise _UnsureError

    def texts(self, value: Any, slot: Slot) -> None:
        """Accept a language map with one text in each language."""
        if type(value) is not dict or (slot.most and len(value) > slot.most):
            raise _UnsureError
        if not value and slot.is_required:
            raise _UnsureError
        common = _COMMON
        for tag, text in value.items():
            if type(text) is not str or (tag not in common and not is_language(tag)):
                raise _UnsureError

    def reference(self, text: Any, slot: Slot) -> None:
        """Note what a node must be that is only named here."""
        name = self.name_of(text)
        if slot.classes:
            self.classes.append((name, slot.classes))
        for shape in slot.shapes:
            self.shapes.append((name, shape))

    def settle(self) -> None:
        """Decide what was noted, now that every node is known."""
        schemes, known = self.plans.schemes, self.types
        for value, shape in self.shapes:
            members = value if isinstance(value, dict) else self.objects.get(value)
            if members is None:
                raise _UnsureError
            scheme = schemes.get(shape)
            if scheme is not None:
                member, wanted, kind = scheme
                one = members.get(member)
                name = one.get("id") if type(one) is dict else one
                if name != wanted or kind not in known.get(wanted, ()):
                    raise _UnsureError
            else:
                self.satisfied(members, shape)
        for name, classes in self.classes:
            types = self.types.get(name)
            if types is None or any(options.isdisjoint(types) for options in classes):
                raise _UnsureError

    def satisfied(self, members: dict[str, Any], shape: str) -> None:
        """Hold an object against a named shape; only shallow constraints can be decided."""
        rules = self.plans.rules[shape]
        for constraint in rules.whole:
            options = {c.iri for c in constraint.options if c.component == "Class"}
            if constraint.component != "Or" or options.isdisjoint(
                self.plan_of(members.get("type", ())).types
            ):
                raise _UnsureError
        for path, constraints in rules.by_path.items():
            name = self.plans.names.get(path)
            value = None if name is None else members.get(name)
            values = value if type(value) is list else [] if value is None else [value]
            for constraint in constraints:
                self.shallow(constraint, values)

    def shallow(self, constraint: Constraint, values: list[Any]) -> None:
        component, wanted = constraint.component, constraint.iri
        names = [item.get("id") if type(item) is dict else item for item in values]
        if component == "MinCount":
            # Two items can be one node, so a higher minimum than 1 is left alone.
            met = bool(values) and constraint.number == 1
        elif component == "MaxCount":
            met = len(values) <= constraint.number
        elif component == "HasValue":
            met = wanted in names
        elif component == "NodeKind":
            met = wanted == "IRI" and all(type(name) is str and name[:1] != "_" for name in names)
        elif component == "Class":
            met = True
            for item in values:
                if type(item) is dict and (len(item) > 1 or "id" not in item):
                    met = met and wanted in self.plan_of(item.get("type", ())).types
                else:
                    name = item["id"] if type(item) is dict else item
                    self.classes.append((name, (frozenset({wanted}),)))
        else:
            met = False
        if not met:
            raise _UnsureError


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two equal values have the same types throughout: 1 is not true, nor 1.0."""
    if type(one) is not type(other):
        return False
    if type(one) is dict:
        # Equal texts need no second look.
        return all(type(two) is str or _alike(two, other[key]) for key, two in one.items())
    return type(one) is not list or all(map(_alike, one, other))


def accepts(document: Any, version: str) -> bool:
    """Tell quickly that a credential surely conforms; False means: ask `check`.

    document: parsed JSON. version: "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2).
    Never True where `check` finds a violation or raises.
    Raises: UsageError for another version.
    """
    made = plans(version)
    if type(document) is not dict or document.get("@context") != _OFFICIAL:
        return False
    walk = _Walk(made)
    try:
        members = document.copy()
        del members["@context"]
        walk.node(members, _ROOT, 0)
        walk.settle()
    except (_UnsureError, OutOfDomain):
        return False
    return True
