"""What ELMO has no element for, told in plain words in the English description.

Each line comes with the pointers into the award that it tells; `elsewhere` names them in
the loss report. The words begin after `MARK`, so that a reader finds the description of
the provider again.

Source: EMREX ELMO 1.7, `description` ("optional plain-text description"); DOMAIN section 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tessera.formats.elmo.names import DESCRIPTION, LEARNER, LOI
from tessera.model import Award, Concept, LearningOutcome, MicroCredential

MARK = "\n\nElements of the micro-credential (Council Recommendation 2022/C 243/02):\n"
TEST = "TEST: this document proves nothing outside a test."
_MC = "/micro_credential"


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the parts of the award that it tells."""

    text: str
    pointers: tuple[str, ...]


def told(award: Award) -> tuple[Line, ...]:
    """Return the lines for an award, in the order of the EU list."""
    mc = award.micro_credential
    return (
        *([Line(TEST, ())] if award.is_test else []),
        *_outcomes(mc),
        *_workload(award),
        *_participation(mc),
        *_assessment(award),
        *_quality(mc),
        *_around(mc),
        *_dates(award),
    )


def joined(award: Award) -> str:
    """The lines as one text."""
    return "\n".join(f"- {line.text}" for line in told(award))


def _outcomes(mc: MicroCredential) -> Iterator[Line]:
    for at, outcome in enumerate(mc.learning_outcomes):
        where = f"{_MC}/learning_outcomes/{at}"
        text = f"Learning outcome: {outcome.title}"
        pointers = [f"{where}/title"]
        if outcome.esco_skills:
            text += f" (ESCO: {_skills(outcome)})"
            pointers.append(f"{where}/esco_skills")
        yield Line(text, tuple(pointers))


def _skills(outcome: LearningOutcome) -> str:
    return ", ".join(one.iri for one in outcome.esco_skills)


def _workload(award: Award) -> Iterator[Line]:
    work = award.micro_credential.workload
    if work.hours is not None:
        yield Line(f"Workload: {work.hours:f} hours", (f"{_MC}/workload/hours",))
    if work.ects is not None and work.ects != award.achievement.ects:
        yield Line(f"Credits offered: {work.ects:f} ECTS", (f"{_MC}/workload/ects",))


def _participation(mc: MicroCredential) -> Iterator[Line]:
    if mc.participation.modes:
        yield Line(
            f"Form of participation: {_names(mc.participation.modes)}",
            (f"{_MC}/participation/modes",),
        )
    if len(mc.participation.languages) > 1:
        yield Line(
            f"Languages: {_names(mc.participation.languages)}",
            (f"{_MC}/participation/languages",),
        )


def _names(concepts: tuple[Concept, ...]) -> str:
    return ", ".join(str(one) for one in concepts)


def _assessment(award: Award) -> Iterator[Line]:
    for at, one in enumerate(award.micro_credential.assessments):
        where = f"{_MC}/assessments/{at}"
        said = [(str(one.title), "title")] if one.title else []
        said += [
            (str(concept), name)
            for name in ("kind", "supervision")
            if (concept := getattr(one, name)) is not None
        ]
        if said:
            text = "; ".join(text for text, _ in said)
            yield Line(f"Assessment: {text}", tuple(f"{where}/{name}" for _, name in said))
    for at, result in enumerate(award.achievement.results[1:], start=1):
        if result.grade is not None:
            where = f"/achievement/results/{at}"
            title = f" ({result.title})" if result.title else ""
            yield Line(f"Result: {result.grade}{title}", (f"{where}/grade",))


def _quality(mc: MicroCredential) -> Iterator[Line]:
    for at, one in enumerate(mc.quality_assurance):
        where = f"{_MC}/quality_assurance/{at}"
        said = [(one.scope.value, "scope")]
        said += [
            (str(part), name)
            for name in ("title", "kind", "standard")
            if (part := getattr(one, name)) is not None
        ]
        if one.agency is not None and one.agency.legal_name is not None:
            said.append((f"by {one.agency.legal_name}", "agency/legal_name"))
        text = "; ".join(text for text, _ in said)
        yield Line(f"Quality assurance: {text}", tuple(f"{where}/{name}" for _, name in said))


def _around(mc: MicroCredential) -> Iterator[Line]:
    if mc.prerequisites is not None:
        yield Line(f"Prerequisites: {mc.prerequisites}", (f"{_MC}/prerequisites",))
    if mc.stackability is not None:
        where = f"{_MC}/stackability"
        text, pointers = f"Stackability: {mc.stackability.kind}", [f"{where}/kind"]
        for at, target in enumerate(mc.stackability.targets):
            text += f"; {target.title}"
            pointers.append(f"{where}/targets/{at}/title")
        yield Line(text, tuple(pointers))
    if mc.further_information is not None:
        where = f"{_MC}/further_information"
        yield Line(f"Further information: {mc.further_information}", (where,))


def _dates(award: Award) -> Iterator[Line]:
    if award.awarded_on is not None:
        yield Line(f"Awarded on: {award.awarded_on.isoformat()}", ("/awarded_on",))
    if award.valid_until is not None:
        yield Line(f"Valid until: {award.valid_until.isoformat()}", ("/valid_until",))


def elsewhere(award: Award) -> dict[str, str]:
    """Pointer into the award → where ELMO tells what `decode` does not return."""
    found = {
        pointer: DESCRIPTION
        for line in told(award)
        for pointer in line.pointers
        if "told" not in award.residue.get("elmo", {})
    }
    learner = award.learner
    if learner.full_name and not (learner.given_name or learner.family_name):
        found["/learner/full_name"] = f"{LEARNER}/familyName"
    work = award.micro_credential.workload
    if work.ects is not None and work.ects == award.achievement.ects:
        found["/micro_credential/workload/ects"] = f"{LOI}/credit"
    return found
