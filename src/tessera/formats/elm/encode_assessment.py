"""Assessments: the plan (LearningAssessmentSpecification) and the result (LearningAssessment).

ELM demands a grade as soon as a result is present. Where there is no grade the
result says "Not graded" in a Note whose subject marks it as ours; an assessment
without any result is only written as plan, under the description.
"""

from __future__ import annotations

from tessera.formats.elm import wire
from tessera.formats.elm.dates import day_text
from tessera.formats.elm.encode_organisation import organisation
from tessera.formats.elm.wire import Json, JsonObject
from tessera.formats.elm.writing import Writer, as_map
from tessera.model import Assessment, AssessmentResult, Award, Grading, Link, MicroCredential, Text

FALLBACK_TITLE = Text.of({"en": "Assessment"})
NOT_GRADED = Text.of({"en": "Not graded"})


def planned_title(one: Assessment | None) -> Text:
    """The title of an assessment, else the label of its type, else a plain word."""
    if one is None:
        return FALLBACK_TITLE
    return one.title or (one.kind.label if one.kind else None) or FALLBACK_TITLE


def assessment_specification(pen: Writer, mc: MicroCredential, one: Assessment) -> Json:
    """Write the plan of an assessment in full, or its id when it is already written."""
    if one.id in pen.assessments:
        return pen.assessments[one.id]
    id, keys = pen.named("learningAssessmentSpec", "assessment", one.id)
    pen.assessments[one.id] = id
    role = f"assessment:{mc.assessments.index(one)}"
    documents = None
    if one.criteria_url is not None:
        documents = pen.web(f"{role}/supplementaryDocument/0", Link(url=one.criteria_url))
    members: dict[str, Json] = {
        "gradingScheme": _grading(pen, f"{role}/gradingScheme/0", one.grading),
        "idVerification": pen.concept(one.supervision) if one.supervision else None,
        "mode": pen.concepts(one.modes),
        "supplementaryDocument": documents,
        "language": pen.concepts(one.languages, wire.LANGUAGE_SCHEME),
        "additionalNote": pen.note(f"{role}/criteria", as_map(one.criteria), "criteria"),
        "description": as_map(one.description),
        "identifier": keys,
        "title": planned_title(one).as_dict(),
        "dcType": pen.concept(one.kind) if one.kind else None,
    }
    return pen.node(role, "LearningAssessmentSpecification", id, members)


def _grading(pen: Writer, role: str, grading: Grading | None) -> JsonObject | None:
    if grading is None:
        return None
    page = pen.web(f"{role}/page", Link(url=grading.url)) if grading.url else None
    members = {
        "supplementaryDocument": page,
        "description": as_map(grading.description),
        "title": grading.title.as_dict(),
    }
    return pen.node(role, "GradingScheme", pen.fresh("gradingScheme"), members)


def assessment_result(pen: Writer, award: Award, index: int) -> JsonObject:
    """Write how the learner did in one assessment."""
    one: AssessmentResult = award.achievement.results[index]
    mc = award.micro_credential
    role = f"claim/provenBy/{index}"
    plan = mc.assessment(one.assessment) if one.assessment else None
    grade = (
        pen.note(f"{role}/grade/0", one.grade.as_dict())
        if one.grade
        else pen.note(f"{role}/grade/0", NOT_GRADED.as_dict(), "not-graded")
    )
    keys = []
    if one.assessment is not None and plan is None:
        keys.append(pen.key("assessment", one.assessment))
    members: dict[str, Json] = {
        "assessedBy": [
            organisation(pen, body, f"/achievement/results/{index}/assessed_by/{at}")
            for at, body in enumerate(one.assessed_by)
        ],
        "awardedBy": pen.awarding_process,
        "grade": grade,
        "idVerification": pen.concept(one.supervision) if one.supervision else None,
        "dateIssued": day_text(one.graded_on) if one.graded_on else None,
        "specifiedBy": assessment_specification(pen, mc, plan) if plan else None,
        "identifier": keys,
        "title": (one.title or planned_title(plan)).as_dict(),
    }
    return pen.node(role, "LearningAssessment", pen.fresh("learningAssessment"), members)
