"""What the fast accept asks of each member, compiled once from terms and rules.

A plan belongs to a combination of classes. Each member name has a slot; a member
that could break a constraint in a way that only the exact check can judge has the
slot UNSURE. Where a slot says less than the rules, it says UNSURE, never "fine".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tessera.standards.structure.lexical import LANG_STRING, STRING, WELL_FORMED, XSD
from tessera.standards.structure.rules import Constraint, Rules, rules
from tessera.standards.structure.terms import CREDENTIAL, Context, Term, context

NUMBERS = frozenset({f"{XSD}integer", f"{XSD}positiveInteger"})
UNSURE, TEXT, LANGUAGES, NODE, NAMING = range(5)
_PLANS = 512  # combinations of classes kept


class Slot(NamedTuple):
    """What a member must be: one of TEXT, LANGUAGES, NODE, or UNSURE; NAMING for id and type.

    most: values at most, 0 for no limit. spelled: judge of the spelling, None for any.
    classes: of each set, the node must have one class. shapes: that it must satisfy.
    is_named: the node needs an IRI. low, high: bounds of a JSON integer, None: no integers.
    is_flag: JSON true and false are welcome. is_required: there must be a value.
    is_free: nothing is asked of the values.
    """

    kind: int
    most: int = 0
    spelled: Callable[[str], bool | None] | None = None
    classes: tuple[frozenset[str], ...] = ()
    shapes: tuple[str, ...] = ()
    is_named: bool = False
    low: int | None = None
    high: int | None = None
    is_flag: bool = False
    is_required: bool = False
    is_free: bool = False


class Plan(NamedTuple):
    """The slots of one combination of classes, the members it requires, and the classes."""

    slots: dict[str, Slot]
    required: frozenset[str]
    types: frozenset[str]
    is_possible: bool


def slot(term: Term, constraints: list[Constraint]) -> Slot:
    """Compile the constraints on one property into the slot of its term."""
    most, high = 0, None
    wanted: list[str] = []
    classes: list[frozenset[str]] = []
    shapes: list[str] = []
    is_named = is_literal = False
    for one in constraints:
        if one.component == "MaxCount":
            most = min(most or one.number, one.number)
        elif one.component == "Datatype":
            wanted.append(one.iri)
        elif one.component == "MaxInclusive":
            high = one.number
        elif one.component in ("Class", "Or"):
            options = one.options or (one,)
            if any(option.component != "Class" for option in options):
                return Slot(UNSURE)
            classes.append(frozenset(option.iri for option in options))
        elif one.component == "Node":
            shapes.append(one.iri)
        elif one.component == "NodeKind":
            is_named |= one.iri == "IRI"
            is_literal |= one.iri == "Literal"
        elif one.component not in ("MinCount", "UniqueLang") or one.number > 1:
            return Slot(UNSURE)
    about_nodes = bool(classes or shapes or is_named)
    about_literals = bool(wanted or is_literal or high is not None)
    if term.coercion == "@id":
        if about_literals:
            return Slot(UNSURE)
        return Slot(NODE, most, None, tuple(classes), tuple(shapes), is_named)
    return Slot(UNSURE) if about_nodes else _literal_slot(term, most, wanted, high)


def _literal_slot(term: Term, most: int, wanted: list[str], high: int | None) -> Slot:
    if term.is_language_map:
        ready = high is None and all(datatype == LANG_STRING for datatype in wanted)
        return Slot(LANGUAGES, most) if ready else Slot(UNSURE)
    datatype = term.coercion or STRING
    if any(other != datatype for other in wanted):
        return Slot(UNSURE)
    spelled = WELL_FORMED.get(datatype) if wanted else None
    if high is not None and datatype not in NUMBERS:
        return Slot(UNSURE)
    low = None
    if datatype in NUMBERS:
        low = 1 if datatype.endswith("positiveInteger") else -(10**15)
    is_flag = datatype == f"{XSD}boolean"
    if high is not None:
        spelled = _never  # a number in quotes: left to the exact check
    return Slot(TEXT, most, spelled, low=low, high=high, is_flag=is_flag)


def _never(_text: str) -> bool:
    return False


class Scheme(NamedTuple):
    """A shape that asks only for one value of one member, and for the class of that value."""

    member: str
    value: str
    type: str


def scheme(demanded: Rules, names: dict[str, str]) -> Scheme | None:
    """Read a shape as a Scheme; None if it asks for more, or for less."""
    if demanded.whole or len(demanded.by_path) != 1:
        return None
    ((path, constraints),) = demanded.by_path.items()
    by_component = {one.component: one.iri for one in constraints}
    if len(constraints) != 3 or by_component.get("NodeKind") != "IRI" or path not in names:
        return None
    if not by_component.keys() >= {"HasValue", "Class"}:
        return None
    return Scheme(names[path], by_component["HasValue"], by_component["Class"])


@cache
def _free_slot(coercion: str, is_language_map: bool) -> Slot:
    """Return the slot of a member of whose values nothing is asked."""
    return slot(Term("", coercion, is_language_map), [])._replace(is_free=True)


class _Members:
    """The terms in one place: by name, by property, and their slots where nothing is asked.

    Two terms of one property would make every plan impossible, so the last name is enough.
    """

    __slots__ = ("free", "names", "terms")

    def __init__(self, terms: dict[str, Term]) -> None:
        self.terms = terms
        self.names = {term.iri: name for name, term in terms.items()}
        self.free = {"id": Slot(NAMING), "type": Slot(NAMING)}
        for name, term in terms.items():
            self.free[name] = _free_slot(term.coercion, term.is_language_map)


class Plans:
    """All plans of one version, made when first needed.

    names: the term of each property outside a credential node. schemes: the shapes that
    are no more than a scheme.
    """

    __slots__ = ("_inside", "_outside", "context", "made", "names", "rules", "schemes")

    def __init__(self, terms: Context, by_name: dict[str, Rules]) -> None:
        self.context = terms
        self.rules = by_name
        self._outside, self._inside = _Members(terms.terms), _Members(terms.scoped)
        self.names = self._outside.names
        self.schemes = {
            shape: found
            for shape, demanded in by_name.items()
            if (found := scheme(demanded, self.names)) is not None
        }
        self.made: dict[str | tuple[str, ...], Plan] = {}

    def plan(self, kinds: str | tuple[str, ...]) -> Plan | None:
        """Return the plan for what stands under `type`, or None if a name needs a closer look.

        A word that is no term is no class of the model and asks nothing.
        """
        found = self.made.get(kinds)
        if found is not None:
            return found
        names = (kinds,) if isinstance(kinds, str) else kinds
        strange = [name for name in names if name not in self.context.types]
        if strange:
            if any(":" in name or self.context.type_iri(name) for name in strange):
                return None
            return self.plan(tuple(name for name in names if name in self.context.types))
        if len(names) > 4:
            return None
        if len(self.made) >= _PLANS:
            self.made.clear()
        found = self.made[kinds] = self._compile(names)
        return found

    def _compile(self, names: tuple[str, ...]) -> Plan:
        known = self._inside if CREDENTIAL in names else self._outside
        types = frozenset(self.context.types[name] for name in names)
        demanded = [self.rules[iri] for iri in sorted(types) if iri in self.rules]
        needed = {path for one in demanded for path, _ in one.required}
        slots = known.free.copy()
        for path in {path for one in demanded for path in one.by_path} & known.names.keys():
            constraints = [c for one in demanded for c in one.by_path.get(path, ())]
            name = known.names[path]
            made = slot(known.terms[name], constraints)
            slots[name] = made._replace(is_required=path in needed)
        possible = needed <= known.names.keys() and not any(one.whole for one in demanded)
        required = frozenset(known.names[path] for path in needed if path in known.names)
        return Plan(slots, required, types, possible and len(known.names) == len(known.terms))


_ALL: dict[str, Plans] = {}


def plans(version: str) -> Plans:
    """Return the plans of a version, "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2)."""
    found = _ALL.get(version)
    if found is None:
        found = _ALL[version] = Plans(context(version), rules(version))
    return found
