"""The claims of the EU learning credential, read into the parts of an award."""

from __future__ import annotations

from typing import Any

from tessera.formats.sdjwtvc.encode import TEST_MARK
from tessera.formats.sdjwtvc.reading import Reading
from tessera.formats.sdjwtvc.words import read_assurance, read_options, read_study_time
from tessera.model import (
    Achievement,
    AssessmentResult,
    Concept,
    LearningOutcome,
    Level,
    Participation,
    Text,
    Workload,
)
from tessera.vocab import languages


def read_learning(reading: Reading) -> dict[str, Any]:
    """Read the claims of the EU learning credential."""
    title, is_test = reading.text("achievement_title"), False
    if title is not None and title.startswith(TEST_MARK) and title[len(TEST_MARK) :].strip():
        title, is_test = title[len(TEST_MARK) :], True
    description, grade = reading.text("achievement_description"), reading.text("assessment_grade")
    needed = "\n".join(reading.texts("prerequisites_to_enroll"))
    outcomes = reading.texts("learning_outcomes")
    mc = {
        "title": Text.of(title) if title else None,
        "description": Text.of(description) if description else None,
        "learning_outcomes": tuple(
            LearningOutcome(id=f"outcome-{at}", title=Text.of(one))
            for at, one in enumerate(outcomes, 1)
        ),
        "workload": _workload(reading),
        "level": _level(reading),
        "participation": Participation(languages=_spoken(reading)),
        "quality_assurance": _assurances(reading),
        "prerequisites": Text.of(needed) if needed else None,
        **_options(reading),
    }
    results = (AssessmentResult(grade=Text.of(grade)),) if grade else ()
    return {
        "micro_credential": mc,
        "achievement": Achievement(results=results),
        "awarded_on": reading.day("date_of_issuance"),
        "is_test": is_test,
    }


def _workload(reading: Reading) -> Workload:
    text = reading.text("expected_study_time")
    load = read_study_time(text) if text else None
    if text and load is None:
        reading.remark(
            "sdjwtvc.decode.study-time",
            "The study time is in words that were not understood.",
            "/expected_study_time",
        )
    return load or Workload()


def _level(reading: Reading) -> Level:
    value = reading.document.get("level_of_learning_experience")
    if isinstance(value, int) and not isinstance(value, bool):
        return reading.attempt(lambda: Level(eqf=value), "level_of_learning_experience") or Level()
    if value is not None:
        reading.remark(
            "sdjwtvc.decode.unreadable",
            "The level is no number.",
            "/level_of_learning_experience",
        )
    return Level()


def _spoken(reading: Reading) -> tuple[Concept, ...]:
    found = []
    for one in reading.texts("language_of_classes"):
        iri = languages.iri(one)
        if iri is None:
            reading.remark("sdjwtvc.decode.unreadable", f"The language {one[:20]!r} is not known.",
                        "/language_of_classes")  # fmt: skip
        else:
            found.append(Concept.named("language", iri))
    return tuple(found)


def _assurances(reading: Reading) -> tuple[Any, ...]:
    found = [read_assurance(one) for one in reading.texts("types_of_quality_assurance")]
    if not all(is_told for _, is_told in found):
        reading.remark(
            "sdjwtvc.decode.assurance",
            "It is not said whether the quality assurance is external, so it counts as internal.",
            "/types_of_quality_assurance",
        )
    return tuple(one for one, _ in found)


def _options(reading: Reading) -> dict[str, Any]:
    value = reading.document.get("integration_stackability_options")
    if isinstance(value, bool):
        return {"stackability": read_options(value)}
    if value is not None:
        reading.remark(
            "sdjwtvc.decode.unreadable",
            "The stackability options are neither true nor false.",
            "/integration_stackability_options",
        )
    return {}
