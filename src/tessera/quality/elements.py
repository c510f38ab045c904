"""The element lists, and the examination of a record against one of them.

1. `lists` and `element_list` say what a list asks for, in words a course team reads.
2. `examine` looks for every element and judges what was seen by what the list asks.
3. The `ElementReport` holds one result and one finding per element, and figures.

>>> from tessera.model import MicroCredential
>>> report = examine(MicroCredential(id="urn:example:mc:1"), "eu-2022")
>>> str(report.completeness).partition(";")[0]
'0 of 11 mandatory and 0 of 5 optional elements'

An element missing from a credential makes it incomplete, never forged. How the four
lists follow from their sources is said in `tessera.quality.tables`.
Source: DOMAIN section 2, R15 to R19.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tessera.errors import UsageError
from tessera.model import Award, MicroCredential
from tessera.quality.sight import Sight, State, shortened
from tessera.quality.subject import Subject, relocate
from tessera.quality.tables import TABLES, Condition, Obligation, Row, Table
from tessera.quality.texts import WORDS
from tessera.report import Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of one list.

    id: number in the crosswalk ("E9"). key: short name ("learning-outcomes"). pointer:
    where it lives in the model, from the description, or from the award for E1, E6, E7
    and E19. missing, why, good: sentences for a course team. source, standing: of the list.
    group: constitutive group (MICROBOL), else empty. check: looks for it in a subject.
    applies: for conditional elements, whether it is asked for.
    """

    id: str
    key: str
    title: str
    obligation: Obligation
    pointer: str
    missing: str
    why: str
    good: str
    source: str
    standing: str
    rule: str
    check: Callable[[Subject], Sight]
    applies: Callable[[Subject], Condition] | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementList:
    """One list; standing says how much it binds."""

    id: str
    title: str
    standing: str
    source: str
    elements: tuple[Element, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The constitutive groups in order; empty for a list without groups."""
        return tuple(dict.fromkeys(one.group for one in self.elements if one.group))

    def element(self, id: str) -> Element:
        """Return the element with this id. Raises: UsageError if the list has none."""
        for one in self.elements:
            if one.id == id:
                return one
        raise UsageError(f"The list {self.id} has no element {id[:20]}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementResult:
    """What was seen of one element, and the finding about it."""

    element: Element
    state: State
    finding: Finding
    is_later: bool = False

    @property
    def counts(self) -> bool:
        """It meets what the list asks: there, or there in part where a part is enough."""
        if self.state is State.PARTIAL:
            return self.finding.evidence.get("enough") is True
        return self.state is State.PRESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many elements are there, of how many; conditional ones count as mandatory.

    later: filled in when it is awarded. not_asked: does not apply, or is part of another
    missing element. undecided: a machine cannot tell. groups_*: 0 without groups; a group
    is there when nothing in it is missing or undecided.
    """

    mandatory_there: int
    mandatory_of: int
    optional_there: int = 0
    optional_of: int = 0
    groups_there: int = 0
    groups_of: int = 0
    later: int = 0
    not_asked: int = 0
    undecided: int = 0

    def __str__(self) -> str:
        if self.groups_of:
            figures = (
                f"{self.groups_there} of {self.groups_of} groups "
                f"({self.mandatory_there} of {self.mandatory_of} elements)"
            )
        elif self.optional_of:
            figures = (
                f"{self.mandatory_there} of {self.mandatory_of} mandatory and "
                f"{self.optional_there} of {self.optional_of} optional elements"
            )
        else:
            figures = f"{self.mandatory_there} of {self.mandatory_of} elements"
        rest = [
            f"{self.later} {'is' if self.later == 1 else 'are'} filled in when it is awarded"
            if self.later
            else "",
            f"{self.not_asked} not asked for here" if self.not_asked else "",
            f"{self.undecided} not decided" if self.undecided else "",
        ]
        said = ", ".join(part for part in rest if part)
        return f"{figures}; {said}" if said else figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementReport:
    """The results of one examination, in the order of the list."""

    list_id: str
    results: tuple[ElementResult, ...]

    def findings(self) -> tuple[Finding, ...]:
        """Return one finding per element."""
        return tuple(result.finding for result in self.results)

    def result(self, element_id: str) -> ElementResult:
        """Return the result for one element. Raises: KeyError if the list has none."""
        for result in self.results:
            if result.element.id == element_id:
                return result
        raise KeyError(element_id)

    @property
    def completeness(self) -> Completeness:
        """Count what is there; `str()` of it is fit for a person."""
        optional = [r for r in self.results if r.element.obligation is Obligation.OPTIONAL]
        asked = [r for r in self.results if r.element.obligation is not Obligation.OPTIONAL]
        groups = list(dict.fromkeys(r.element.group for r in asked if r.element.group))
        open_groups = {r.element.group for r in asked if _is_open(r)}
        absent = [r for r in self.results if r.state is State.NOT_APPLICABLE]
        return Completeness(
            mandatory_there=sum(r.counts for r in asked),
            mandatory_of=len(asked),
            optional_there=sum(r.counts for r in optional),
            optional_of=len(optional),
            groups_there=sum(group not in open_groups for group in groups),
            groups_of=len(groups),
            later=sum(r.is_later for r in absent),
            not_asked=sum(not r.is_later for r in absent),
            undecided=sum(_is_undecided(r) for r in self.results),
        )


def _is_open(result: ElementResult) -> bool:
    return not result.counts and result.state is not State.NOT_APPLICABLE


def _is_undecided(result: ElementResult) -> bool:
    return result.finding.outcome is Outcome.INDETERMINATE and not result.finding.advice


def lists() -> tuple[str, ...]:
    """Return the ids of the element lists; the first is the one in force."""
    return tuple(TABLES)


@cache
def element_list(id: str) -> ElementList:
    """Return a list by id. Raises: UsageError naming the lists there are."""
    table = TABLES.get(id)
    if table is None:
        raise UsageError(f"There is no element list '{id[:40]}'. Use one of {', '.join(TABLES)}.")
    elements = tuple(_element(id, table, row) for row in table.rows)
    return ElementList(
        id=id, title=table.title, standing=table.standing, source=table.source, elements=elements
    )


def _element(list_id: str, table: Table, row: Row) -> Element:
    words = WORDS[row.id]
    kind = "optional" if row.obligation is Obligation.OPTIONAL else "mandatory"
    has_optional = any(other.obligation is Obligation.OPTIONAL for other in table.rows)
    clause = row.group.lower() if row.group else f"{kind} elements" if has_optional else "items"
    return Element(
        id=row.id,
        key=words.key,
        title=words.title,
        obligation=row.obligation,
        pointer=words.pointer,
        missing=words.missing,
        why=words.why,
        good=words.good,
        source=f"{table.source}, {clause}",
        standing=table.standing,
        rule=f"elements.{list_id}.{words.key}",
        check=row.look,
        applies=row.applies,
        group=row.group,
    )


def examine(
    subject: MicroCredential | Award,
    list_id: str,
    *,
    sealed: bool | None = None,
    places: Mapping[str, str] | None = None,
) -> ElementReport:
    """Look for every element of a list in a description or an award.

    sealed: what is known of the seal of an award; None when nobody looked.
    places: see `tessera.quality.subject.relocate`; findings point into the model without.
    Raises: UsageError when there is no such list.
    Not checked: whether what is stated is true, or agrees with itself.
    """
    seen = Subject.of(subject, sealed)
    results = tuple(
        _result(element, seen, places or {}) for element in element_list(list_id).elements
    )
    return ElementReport(list_id=list_id, results=results)


def _result(element: Element, subject: Subject, places: Mapping[str, str]) -> ElementResult:
    sight = element.check(subject)
    condition = None
    if sight.state is State.MISSING and element.applies is not None:
        condition = element.applies(subject)
        if condition.holds is False:
            sight = Sight(state=State.NOT_APPLICABLE, note=condition.reason)
    finding = next(iter(relocate([_finding(element, sight, condition)], places)))
    return ElementResult(
        element=element, state=sight.state, finding=finding, is_later=sight.is_later
    )


def _finding(element: Element, sight: Sight, condition: Condition | None) -> Finding:
    outcome, advice = _judge(element.obligation, sight, condition)
    evidence: dict[str, object] = {"element": element.id, "state": sight.state.value}
    if sight.state is State.PARTIAL:
        evidence["enough"] = sight.enough
    return Finding(
        rule=element.rule,
        outcome=outcome,
        message=_message(element, sight, condition),
        path=sight.path,
        evidence=evidence,
        source=element.source,
        advice=advice,
    )


def _judge(
    obligation: Obligation, sight: Sight, condition: Condition | None
) -> tuple[Outcome, bool]:
    """Return the outcome, and whether it is advice, by what was seen and what is asked."""
    if sight.state is State.PRESENT:
        return Outcome.PASSED, False
    if sight.state is State.NOT_APPLICABLE:
        return Outcome.NOT_APPLICABLE, False
    if sight.state is State.UNKNOWN:
        return Outcome.INDETERMINATE, False
    if obligation is Obligation.OPTIONAL:
        return Outcome.NOT_APPLICABLE, True
    if sight.state is State.PARTIAL and sight.enough is not False:
        return Outcome.INDETERMINATE, sight.enough is True
    if condition is not None and condition.holds is None:
        return Outcome.INDETERMINATE, False
    return Outcome.FAILED, False


def _message(element: Element, sight: Sight, condition: Condition | None) -> str:
    if sight.state is State.MISSING:
        reason = f" {condition.reason}" if condition is not None else ""
        note = f" {sight.note[0].upper()}{sight.note[1:]}." if sight.note else ""
        return f"{element.missing} {element.why}{reason}{note}"
    if sight.state is State.PARTIAL:
        return f"{element.title} is there in part: {shortened(sight.note, 300)}."
    return f"{element.title}: {shortened(sight.note.rstrip('.'), 300)}."
