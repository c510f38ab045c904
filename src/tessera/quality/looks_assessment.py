"""How the elements that live in assessments are looked for: type, supervision, grade.

They stand apart from `tessera.quality.looks` because all three are gone when the
assessments are gone: then the type of assessment is what is missing (E14), and
supervision (E18) and grade (E19) are reported with it.
"""

from __future__ import annotations

from tessera import vocab
from tessera.model import Concept
from tessera.quality.sight import LATER, Sight, count_of, missing, nested_in, partial, there
from tessera.quality.subject import Subject

_TYPE = "the type of assessment"


def assessment_type(s: Subject) -> Sight:
    """E14: a type for every assessment."""
    assessments, path = s.description.assessments, s.at("/assessments")
    if not assessments:
        return missing(path)
    without = [(at, one) for at, one in enumerate(assessments) if one.kind is None]
    if not without:
        return there(", ".join(str(one.kind) for one in assessments), path)
    where = f"{path}/{without[0][0]}/kind"
    if len(without) == len(assessments):
        return missing(where)
    names = ", ".join(f"'{one.title or one.id}'" for _, one in without)
    return partial(f"no type for the assessment {names}", where, enough=False)


def supervision(s: Subject) -> Sight:
    """E18: supervision and identity verification of every assessment, planned or as it was."""
    stated = _supervision(s)
    if not stated:
        return nested_in(_TYPE)
    without = [path for path, concept in stated if concept is None]
    if len(without) == len(stated):
        return missing(without[0])
    if without:
        note = f"not stated for {count_of(without, 'assessment', 'assessments')}"
        return partial(note, without[0], enough=False)
    labels = dict.fromkeys(_told(concept) for _, concept in stated if concept is not None)
    return there(", ".join(labels), stated[0][0])


def _told(concept: Concept) -> str:
    if not _is_unconfirmed(concept):
        return str(concept)
    return f"{concept} (the meaning of this code was not seen in an official source)"


def _supervision(s: Subject) -> list[tuple[str, Concept | None]]:
    """Where supervision is or should be stated, one line per assessment."""
    results = s.award.achievement.results if s.award is not None else ()
    happened = {
        one.assessment: (f"/achievement/results/{at}/supervision", one.supervision)
        for at, one in enumerate(results)
        if one.supervision
    }
    planned: list[tuple[str, Concept | None]] = []
    for at, one in enumerate(s.description.assessments):
        stated = s.at(f"/assessments/{at}/supervision"), one.supervision
        planned.append(stated if one.supervision else happened.get(one.id, stated))
    if planned:
        return planned
    return [
        (f"/achievement/results/{at}/supervision", r.supervision) for at, r in enumerate(results)
    ]


def _is_unconfirmed(concept: Concept) -> bool:
    entry = vocab.by_iri(concept.iri)
    return entry is not None and not entry.confirmed


def grade(s: Subject) -> Sight:
    """E19: a grade in every result of this learner."""
    if s.award is None:
        return LATER
    results, path = s.award.achievement.results, "/achievement/results"
    if not results and not s.description.assessments:
        return nested_in(_TYPE)
    without = [at for at, one in enumerate(results) if one.grade is None]
    if results and not without:
        return there(", ".join(str(one.grade) for one in results), path)
    if len(without) == len(results):
        return missing(f"{path}/0/grade" if results else path)
    note = f"{len(without)} of {len(results)} results have no grade"
    return partial(note, f"{path}/{without[0]}/grade", enough=False)
