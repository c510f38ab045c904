"""Which assessment proves which learning outcome, and by which published criteria.

1. `coverage` lays outcomes against assessments in a matrix.
2. `examine` judges it: every outcome is assessed, every assessment that is relied on has
   criteria; an assessment that proves nothing is remarked on.

Source: R2, R33; Council Recommendation 2022/C 243/02, Annex II, principle 4.
Not checked: whether an assessment is a valid way to assess that outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tessera.model import Assessment, Award, LearningOutcome, MicroCredential
from tessera.quality.sight import shortened
from tessera.quality.subject import Subject
from tessera.report import Finding

_SOURCE = "Council Recommendation 2022/C 243/02, Annex II, principle 4"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMatrix:
    """Outcomes (rows) against assessments (columns), both by id, in the order given.

    cells: the pairs (outcome, assessment) that are linked. unknown: pairs whose
    assessment is named by the outcome but not described.
    """

    outcomes: tuple[str, ...]
    assessments: tuple[str, ...]
    cells: frozenset[tuple[str, str]]
    unknown: frozenset[tuple[str, str]] = frozenset()

    def is_assessed(self, outcome: str) -> bool:
        """At least one described assessment proves this outcome."""
        return any((outcome, assessment) in self.cells for assessment in self.assessments)

    @property
    def assessed(self) -> int:
        """The number of outcomes that are assessed."""
        return sum(self.is_assessed(outcome) for outcome in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Every outcome is assessed, and there is at least one."""
        return bool(self.outcomes) and self.assessed == len(self.outcomes)


def coverage(mc: MicroCredential) -> CoverageMatrix:
    """Lay the learning outcomes of a description against its assessments (R2)."""
    known = {one.id for one in mc.assessments}
    pairs = {(one.id, named) for one in mc.learning_outcomes for named in one.assessed_by}
    return CoverageMatrix(
        outcomes=tuple(one.id for one in mc.learning_outcomes),
        assessments=tuple(one.id for one in mc.assessments),
        cells=frozenset(pair for pair in pairs if pair[1] in known),
        unknown=frozenset(pair for pair in pairs if pair[1] not in known),
    )


def examine(subject: MicroCredential | Award) -> tuple[Finding, ...]:
    """Judge the coverage; findings point into the record handed in."""
    seen = Subject.of(subject)
    matrix = coverage(seen.description)
    return (
        *_outcomes(seen, matrix),
        *_criteria(seen, matrix),
        *_idle(seen, matrix),
    )


def _outcomes(s: Subject, matrix: CoverageMatrix) -> Iterator[Finding]:
    rule = "coverage.outcome-not-assessed"
    if not matrix.outcomes:
        path = s.at("/learning_outcomes")
        said = "There are no learning outcomes to assess."
        yield Finding.not_applicable(rule, said, path=path, source=_SOURCE)
        return
    if s.award is not None and not matrix.cells and not matrix.unknown and _is_assessed_at_all(s):
        said = (
            "Nothing says which assessment proves which learning outcome, so whether all of them "
            "are assessed cannot be seen."
        )
        path = s.at("/learning_outcomes")
        yield Finding.indeterminate(rule, said, path=path, source=_SOURCE)
        return
    if matrix.is_complete:
        said = f"All {len(matrix.outcomes)} learning outcomes are assessed."
        path = s.at("/learning_outcomes")
        yield Finding.passed(rule, said, path=path, source=_SOURCE)
        return
    for index, outcome in enumerate(s.description.learning_outcomes):
        if not matrix.is_assessed(outcome.id):
            yield _not_assessed(rule, s.at(f"/learning_outcomes/{index}/assessed_by"), outcome)


def _is_assessed_at_all(s: Subject) -> bool:
    """An award may have assessments without links, since most formats have no place for them."""
    results = s.award.achievement.results if s.award is not None else ()
    return bool(s.description.assessments or results)


def _not_assessed(rule: str, path: str, outcome: LearningOutcome) -> Finding:
    name = shortened(str(outcome.title))
    if outcome.assessed_by:
        named = ", ".join(outcome.assessed_by)
        said = (
            f"“{name}” is assessed by {named}, which is not described here, so whether it is "
            "assessed cannot be seen."
        )
        return Finding.indeterminate(rule, said, path=path, source=_SOURCE)
    said = f"“{name}” is not assessed. Name the assessment that proves it, or leave it out."
    return Finding.failed(rule, said, path=path, source=_SOURCE)


def _criteria(s: Subject, matrix: CoverageMatrix) -> Iterator[Finding]:
    rule = "coverage.no-criteria"
    if not s.description.assessments:
        path = s.at("/assessments")
        said = "There are no assessments that could have criteria."
        yield Finding.not_applicable(rule, said, path=path, source=_SOURCE)
        return
    relied_on = {assessment for _, assessment in matrix.cells}
    for index, one in enumerate(s.description.assessments):
        if one.id in relied_on or not relied_on:
            yield _criteria_of(rule, s.at(f"/assessments/{index}/criteria"), one)


def _criteria_of(rule: str, path: str, one: Assessment) -> Finding:
    name = shortened(str(one.title or one.id))
    if one.criteria or one.criteria_url:
        said = f"The criteria of “{name}” are published."
        return Finding.passed(rule, said, path=path, source=_SOURCE)
    if one.description is not None:
        said = (
            f"“{name}” has a description but no criteria. Whether the description tells learners "
            "what they are judged by is for a person to decide."
        )
        return Finding.indeterminate(rule, said, path=path, source=_SOURCE)
    said = f"“{name}” has no published criteria. Say by what learners are judged, or link to it."
    return Finding.failed(rule, said, path=path, source=_SOURCE)


def _idle(s: Subject, matrix: CoverageMatrix) -> Iterator[Finding]:
    rule = "coverage.assessment-without-outcome"
    busy = {assessment for _, assessment in matrix.cells}
    for index, one in enumerate(s.description.assessments):
        path, name = s.at(f"/assessments/{index}"), shortened(str(one.title or one.id))
        if one.id in busy:
            said = f"“{name}” proves at least one learning outcome."
            yield Finding.passed(rule, said, path=path, source=_SOURCE)
        else:
            said = f"“{name}” proves no learning outcome. Say which one, or ask why it is there."
            yield Finding.not_applicable(rule, said, path=path, source=_SOURCE, advice=True)
