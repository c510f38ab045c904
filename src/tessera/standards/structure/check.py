"""The exact check: every violation that the official shapes would report.

1. Build the node table (`table`).
2. Hold each node against the rules of its classes (`rules`).
3. Add the values that JSON-LD drops, as our own component "ValueDropped".

Source: SHACL (W3C Recommendation 20 July 2017), sections 2 to 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.lexical import LANG_STRING, WELL_FORMED, XSD, always
from tessera.standards.structure.nquads import literal
from tessera.standards.structure.rules import Constraint, Rules, rules
from tessera.standards.structure.table import At, Literal, Node, Table, Value, pointer
from tessera.standards.structure.terms import context

VALUE_DROPPED = "ValueDropped"
_NUMERIC = frozenset(f"{XSD}{name}" for name in ("integer", "positiveInteger", "decimal", "double"))
_NOTHING: Mapping[Value, At] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResult:
    """One violation, in the words of SHACL.

    focus: IRI of the node, "_:..." if it has none. path: property IRI or None.
    component: SHACL's component without "ConstraintComponent", or "ValueDropped".
    value: an IRI as it is, a literal in N-Triples syntax, None where SHACL names none.
    pointer: JSON Pointer (RFC 6901) of the value, or of the node if no value is named.
    detail: what was expected, in a few words.
    """

    focus: str
    path: str | None
    component: str
    value: str | None
    pointer: str
    detail: str


def written(value: Value | None) -> str | None:
    """Write a value for a report: IRIs as they are, literals in N-Triples syntax."""
    if value is None or isinstance(value, str):
        return value
    return literal(value)


class _Judge:
    """Evaluates constraints over one node table."""

    __slots__ = ("nodes", "rules")

    def __init__(self, nodes: Mapping[str, Node], by_name: Mapping[str, Rules]) -> None:
        self.nodes = nodes
        self.rules = by_name

    def failures(
        self, constraint: Constraint, values: Mapping[Value, At]
    ) -> Iterable[Value | None]:
        """Return the values that break a constraint; None where SHACL names no value."""
        component = constraint.component
        if component == "MinCount":
            return (None,) if len(values) < constraint.number else ()
        if component == "MaxCount":
            return (None,) if len(values) > constraint.number else ()
        if component == "HasValue":
            return () if constraint.iri in values else (None,)
        if component == "UniqueLang":
            return _repeated_languages(values)
        return [value for value in values if not self.holds(constraint, value)]

    def holds(self, constraint: Constraint, value: Value) -> bool:
        """Tell whether one value satisfies a constraint on single values."""
        component, wanted = constraint.component, constraint.iri
        if component == "Class":
            node = self.nodes.get(value) if type(value) is str else None
            return node is not None and wanted in node.types
        if component == "Datatype":
            return isinstance(value, Literal) and _has_datatype(value, wanted)
        if component == "Node":
            return self.conforms(value, self.rules[wanted])
        if component == "Or":
            return any(self.holds(option, value) for option in constraint.options)
        if component == "NodeKind":
            if isinstance(value, Literal):
                return wanted == "Literal"
            return wanted == "IRI" and value[0] != "_"
        return _at_most(value, constraint.number)

    def conforms(self, value: Value, shape: Rules) -> bool:
        """Tell whether a value satisfies a named shape."""
        node = self.nodes.get(value) if type(value) is str else None
        values = node.values if node is not None else {}
        return not any(
            any(True for _ in self.failures(constraint, values.get(path, _NOTHING)))
            for path, constraints in shape.by_path.items()
            for constraint in constraints
        ) and all(self.holds(constraint, value) for constraint in shape.whole)

    def results(self, focus: str, node: Node, demanded: Rules) -> Iterable[RawResult]:
        """Yield the violations of one node against the rules of one of its classes."""
        own = node.values
        for constraint in demanded.whole:
            if not self.holds(constraint, focus):
                yield _result(focus, node, None, constraint, focus)
        for path, constraint in demanded.required:
            if path not in own:
                for _ in self.failures(constraint, _NOTHING):
                    yield _result(focus, node, path, constraint, None)
        by_path = demanded.by_path
        for path, values in own.items():
            for constraint in by_path.get(path, ()):
                for value in self.failures(constraint, values):
                    yield _result(focus, node, path, constraint, value)


def _repeated_languages(values: Mapping[Value, At]) -> list[None]:
    if len(values) < 2:
        return []
    tags = [value.language for value in values if isinstance(value, Literal) and value.language]
    return [None for tag in set(tags) if tags.count(tag) > 1]


def _has_datatype(value: Literal, wanted: str) -> bool:
    if value.datatype != wanted:
        return False
    if wanted == LANG_STRING:
        return bool(value.language)
    verdict = WELL_FORMED[wanted](value.text)
    if verdict is None:
        raise OutOfDomain(f"Engines disagree about {value.text[:60]!r} as <{wanted}>.")
    return verdict


def _at_most(value: Value, limit: int) -> bool:
    if not isinstance(value, Literal) or value.datatype not in _NUMERIC:
        return False
    verdict = WELL_FORMED.get(value.datatype, always)(value.text)
    if verdict is None:
        raise OutOfDomain(f"The number {value.text[:60]!r} is too long for this check.")
    try:
        return verdict and Decimal(value.text) <= limit
    except InvalidOperation:
        return False


def _result(
    focus: str, node: Node, path: str | None, constraint: Constraint, value: Value | None
) -> RawResult:
    place = node.at
    if path is not None and value is not None:
        place = node.values[path][value]
    return RawResult(
        focus=focus,
        path=path,
        component=constraint.component,
        value=written(value),
        pointer=pointer(place),
        detail=_detail(constraint),
    )


def _detail(constraint: Constraint) -> str:
    name = constraint.iri
    if constraint.component == "Or":
        words = (option.iri.rsplit("/", 1)[-1] for option in constraint.options)
        return "expected one of: " + ", ".join(words)
    return {
        "MinCount": f"expected at least {constraint.number} value(s)",
        "MaxCount": f"expected at most {constraint.number} value(s)",
        "MaxInclusive": f"expected a number of at most {constraint.number}",
        "Class": f"expected a node of the type <{name}>",
        "Datatype": f"expected a well-formed literal of the datatype <{name}>",
        "NodeKind": f"expected a value of the kind {name}",
        "Node": f"expected a node that satisfies the shape {name.removeprefix('#')}",
        "HasValue": f"expected the value <{name}> among the values",
        "UniqueLang": "expected at most one text in each language",
    }[constraint.component]


def check(document: Any, version: str) -> tuple[RawResult, ...]:
    """Return every violation of the official EDC shapes in a JSON-LD credential.

    document: parsed JSON (dicts, lists, texts, numbers, booleans, None), not changed.
    version: "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2). An empty tuple means: conforms.
    Not checked: whether member names are known, and whether code values exist.
    Raises: OutOfDomain if only the RDF route can tell; UsageError for another version.
    Source: EDC-generic-full.ttl and EDC-generic-no-cv.ttl of that version.
    """
    table = Table(context(version))
    table.read(document)
    by_name = rules(version)
    judge = _Judge(table.nodes, by_name)
    found: list[RawResult] = []
    for focus, node in table.nodes.items():
        for kind in node.types:
            demanded = by_name.get(kind)
            if demanded is not None:
                found += judge.results(focus, node, demanded)
    found += (
        RawResult(
            focus=lost.focus,
            path=lost.path or None,
            component=VALUE_DROPPED,
            value=lost.text,
            pointer=pointer(lost.at),
            detail="expected an absolute IRI; JSON-LD drops this text without a word",
        )
        for lost in table.dropped
    )
    return tuple(found)
