"""Is this a micro-credential: a record of learning outcomes, of a small volume, certified.

1. Outcomes: at least one is stated (R1).
2. Volume: a workload is stated (R1), and it is below 60 ECTS or the hours of a year (R10).
3. Assessment: it is described, since outcomes are assessed (2022 definition).
4. Certificate: an award carries a seal or signature (R10).
5. It does not call itself a degree (R11).

Source: Council Recommendation 2022/C 243/02, para. 5(a); MICROBOL; DEQAR data model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tessera.model import Award, MicroCredential
from tessera.quality.sight import figure
from tessera.quality.subject import Subject
from tessera.report import Finding, Outcome

_DEFINITION = "Council Recommendation 2022/C 243/02, para. 5(a)"
_DEQAR = "DEQAR data model, programme types (R10)"
_CERTIFIED = "MICROBOL, Common framework for micro-credentials in the EHEA, 2022"
DEQAR_BOUND = Decimal(60)  # ECTS
_YEAR_LEAST, _YEAR_MOST = Decimal(1_500), Decimal(1_800)  # hours of 60 ECTS
_DEGREE = re.compile(
    r"\b(?:bachelor|master|doctor|licen[cs]e|licentiate)(?:'?s)?(?:\s+degree|\s+of\b)"
    r"|\bph\.?\s?d\b|\b(?:bsc|msc|mba|m\.a\.|b\.a\.)(?=\W|$)",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a record describes, as far as can be told from it."""

    MICRO_CREDENTIAL = "micro-credential"
    OTHER_PROVISION = "other-provision"  # not small, or a degree by its name
    NOT_SHOWN = "not-shown"  # something that makes a micro-credential is missing
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The kind, and the findings it follows from."""

    kind: Kind
    findings: tuple[Finding, ...]


def classify(subject: MicroCredential | Award, *, sealed: bool | None = None) -> Classification:
    """Say whether a record describes a micro-credential.

    sealed: whether an award carries a seal; None when nobody looked, which leaves an
    award undecided. Not checked: whether what is stated is true.
    """
    findings = examine(subject, sealed=sealed)
    failed = {one.rule for one in findings if one.outcome is Outcome.FAILED}
    undecided = any(one.outcome is Outcome.INDETERMINATE for one in findings)
    if "definition.volume" in failed:
        kind = Kind.OTHER_PROVISION
    elif failed:
        kind = Kind.NOT_SHOWN
    else:
        kind = Kind.UNDECIDED if undecided else Kind.MICRO_CREDENTIAL
    return Classification(kind=kind, findings=findings)


def examine(subject: MicroCredential | Award, *, sealed: bool | None = None) -> tuple[Finding, ...]:
    """Return one finding per part of the definition."""
    seen = Subject.of(subject, sealed)
    return (
        _outcomes(seen),
        _workload(seen),
        _volume(seen),
        _assessed(seen),
        _certified(seen),
        _no_degree(seen),
    )


def _outcomes(s: Subject) -> Finding:
    rule, path = "definition.outcomes", s.at("/learning_outcomes")
    if s.description.learning_outcomes:
        said = "It records learning outcomes."
        return Finding.passed(rule, said, path=path, source=_DEFINITION)
    said = "No learning outcomes are stated. A micro-credential is the record of learning outcomes."
    return Finding.failed(rule, said, path=path, source=_DEFINITION)


def _workload(s: Subject) -> Finding:
    rule, path, load = "definition.workload", s.at("/workload"), s.description.workload
    if load.ects or load.hours:
        return Finding.passed(rule, "The workload is stated.", path=path, source=_DEFINITION)
    if load.other_credits or load.activity or (s.award and s.award.achievement.ects):
        said = "The volume of learning is stated, but neither in ECTS nor in hours of workload."
        return Finding.indeterminate(rule, said, path=path, source=_DEFINITION)
    said = "No workload is stated, so nothing shows that the volume of learning is small."
    return Finding.failed(rule, said, path=path, source=_DEFINITION)


def _volume(s: Subject) -> Finding:
    rule, path, load = "definition.volume", s.at("/workload"), s.description.workload
    if load.ects:
        if load.ects < DEQAR_BOUND:
            said = f"{figure(load.ects)} ECTS are a small volume of learning."
            return Finding.passed(rule, said, path=path, source=_DEQAR)
        said = (
            f"{figure(load.ects)} ECTS are no small volume of learning: from {DEQAR_BOUND} on, "
            "DEQAR lists other provision. Describe its parts as micro-credentials instead."
        )
        return Finding.failed(rule, said, path=path, source=_DEQAR)
    if not load.hours:
        said = "No workload is stated whose volume could be judged."
        return Finding.not_applicable(rule, said, path=path, source=_DEQAR)
    hours = figure(load.hours)
    if load.hours < _YEAR_LEAST:
        said = f"{hours} hours are less than a year of full-time learning."
        return Finding.passed(rule, said, path=path, source=_DEQAR)
    if load.hours > _YEAR_MOST:
        said = f"{hours} hours are more than a year of full-time learning, no small volume."
        return Finding.failed(rule, said, path=path, source=_DEQAR)
    said = f"{hours} hours are about a year of full-time learning; state ECTS to decide it."
    return Finding.indeterminate(rule, said, path=path, source=_DEQAR)


def _assessed(s: Subject) -> Finding:
    rule, path = "definition.assessed", s.at("/assessments")
    if s.description.assessments or (s.award and s.award.achievement.results):
        return Finding.passed(rule, "It is assessed.", path=path, source=_DEFINITION)
    said = (
        "No assessment is described. A micro-credential records outcomes that have been assessed; "
        "without an assessment it is an attendance certificate."
    )
    return Finding.failed(rule, said, path=path, source=_DEFINITION)


def _certified(s: Subject) -> Finding:
    rule = "definition.certified"
    if s.award is None:
        said = "A description is not certified; the award is, when it is sealed."
        return Finding.not_applicable(rule, said, source=_CERTIFIED)
    if s.sealed is None:
        said = "Nobody has looked here whether it is sealed; verify the sealed file."
        return Finding.indeterminate(rule, said, path="", source=_CERTIFIED)
    if s.sealed:
        return Finding.passed(rule, "It carries a seal.", path="", source=_CERTIFIED)
    said = "It carries no seal or signature. Until it is sealed it is a draft, not a credential."
    return Finding.failed(rule, said, path="", source=_CERTIFIED)


def _no_degree(s: Subject) -> Finding:
    rule, path = "definition.not-a-degree", s.at("/title")
    source = "Council Recommendation 2022/C 243/02 (R11)"
    if s.description.title is None:
        return Finding.not_applicable(rule, "There is no title to read.", path=path, source=source)
    found = next(_degrees(s), None)
    if found is None:
        said = "Its title names no degree."
        return Finding.passed(rule, said, path=path, source=source)
    said = (
        f"The title says “{found}”. A micro-credential does not replace a degree: if it only "
        "counts towards one, say so in the stackability and change the title."
    )
    return Finding.indeterminate(rule, said, path=path, source=source)


def _degrees(s: Subject) -> Iterator[str]:
    for _, text in s.description.title.entries if s.description.title else ():
        match = _DEGREE.search(text)
        if match is not None:
            yield match.group()
