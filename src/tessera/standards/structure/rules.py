"""The constraints of one version, as the official shapes state them.

Read from `shape_tables/edc-*.csv`, made by `tools/compile_shapes.py`.
Source: SHACL (W3C Recommendation 20 July 2017), section 4; EDC application profile.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from tessera.standards.structure.terms import known, table


class Constraint(NamedTuple):
    """One constraint: `component` says which of the other fields it uses.

    iri: class, datatype, node kind, required value or name of a shape ("#...").
    number: count or limit. options: the alternatives of an Or.
    """

    component: str
    iri: str = ""
    number: int = 0
    options: tuple[Constraint, ...] = ()


class Rules(NamedTuple):
    """What one class or one named shape demands of a node.

    by_path: constraints on the values of each property; required: those of them that
    a missing property breaks; whole: constraints on the node itself.
    """

    by_path: dict[str, tuple[Constraint, ...]]
    required: tuple[tuple[str, Constraint], ...]
    whole: tuple[Constraint, ...]


@cache
def _constraint(component: str, value: str) -> Constraint:
    if component in ("MinCount", "MaxCount", "MaxInclusive"):
        return Constraint(component, number=int(value))
    if component == "Or":
        parts = (word.partition("=") for word in value.split(" "))
        return Constraint(component, options=tuple(_constraint(a, b) for a, _, b in parts))
    return Constraint(component, value)


@cache
def rules(version: str) -> dict[str, Rules]:
    """Return the rules of a version by class IRI and by shape name ("#...")."""
    paths: dict[str, dict[str, list[Constraint]]] = defaultdict(lambda: defaultdict(list))
    whole: dict[str, list[Constraint]] = defaultdict(list)
    for target, _, path, component, value in table(f"edc-{known(version)}.csv"):
        made = _constraint(component, value)
        if path:
            paths[target][path].append(made)
        else:
            whole[target].append(made)
    return {
        target: Rules(
            by_path={path: tuple(made) for path, made in paths[target].items()},
            required=tuple(
                (path, constraint)
                for path, made in paths[target].items()
                for constraint in made
                if constraint.component in ("MinCount", "HasValue")
            ),
            whole=tuple(whole[target]),
        )
        for target in {*paths, *whole}
    }
