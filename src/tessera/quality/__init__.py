"""What the standards ask of a micro-credential, as tables and pure functions.

Read in this order: `tables` (which list asks for what), `texts` (what a course team
reads), `looks` and `looks_assessment` (how an element is looked for), `elements` (the
examination); then `ects`, `activity`, `levels`, `coverage`, `titles`, `definition`, each
with `examine(subject) -> findings`. `catalogue` names every rule.

1. `examine_all` runs everything and gives one step per list and per module.
2. `examine` asks for one list only, as a verification does.

>>> from tessera.model import MicroCredential
>>> steps = examine_all(MicroCredential(id="urn:example:mc:1"), ["eu-2022"])
>>> [step.id for step in steps]
['elements.eu-2022', 'definition', 'ects', 'levels', 'coverage', 'titles']

No wire formats, no I/O; whether a statement is true is not judged anywhere in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tessera.model import Award, MicroCredential
from tessera.quality import coverage, definition, ects, levels, titles
from tessera.quality.catalogue import RULES
from tessera.quality.definition import Classification, Kind, classify
from tessera.quality.ects import EctsRules
from tessera.quality.elements import (
    Completeness,
    Element,
    ElementList,
    ElementReport,
    ElementResult,
    element_list,
    examine,
    lists,
)
from tessera.quality.sight import State
from tessera.quality.subject import relocate
from tessera.quality.tables import Obligation
from tessera.report import Step

__all__ = [
    "RULES",
    "Classification",
    "Completeness",
    "EctsRules",
    "Element",
    "ElementList",
    "ElementReport",
    "ElementResult",
    "Kind",
    "Obligation",
    "State",
    "classify",
    "element_list",
    "examine",
    "examine_all",
    "lists",
    "relocate",
]


def examine_all(
    subject: MicroCredential | Award,
    list_ids: Iterable[str],
    *,
    sealed: bool | None = None,
    rules: EctsRules | None = None,
    places: Mapping[str, str] | None = None,
) -> tuple[Step, ...]:
    """Examine a record by the given lists and by every other rule of this room.

    Returns one step `elements.<list>` per list in the order given, then `definition`,
    `ects`, `levels`, `coverage` and `titles`. sealed: see `examine`. rules: bounds for
    credits. places: see `relocate`. Raises: UsageError for an unknown list.
    """
    where = places or {}
    asked = [(f"elements.{id}", examine(subject, id, sealed=sealed).findings()) for id in list_ids]
    found = (
        *asked,
        ("definition", definition.examine(subject, sealed=sealed)),
        ("ects", ects.examine(subject, rules=rules)),
        ("levels", levels.examine(subject)),
        ("coverage", coverage.examine(subject)),
        ("titles", titles.examine(subject)),
    )
    return tuple(Step.of(id, relocate(findings, where)) for id, findings in found)
