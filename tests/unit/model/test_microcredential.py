from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date

import pytest

from tessera.errors import ModelError
from tessera.model import (
    Assessment,
    Concept,
    Grading,
    LearningOutcome,
    Level,
    MicroCredential,
    Organisation,
    QualityAssurance,
    Text,
)
from tessera.model.assurance import AssuranceScope
from tests.complete import complete_description

ID = "https://uni.example/mc/1"


def text(en: str) -> Text:
    return Text.of({"en": en})


def outcome(id: str, *assessed_by: str) -> LearningOutcome:
    return LearningOutcome(id=id, title=text(f"Do {id}."), assessed_by=assessed_by)


def test_an_incomplete_description_can_be_built_so_that_it_can_be_judged() -> None:
    empty = MicroCredential(id=ID)
    assert empty.title is None
    assert empty.sealer is None
    assert list(empty.organisations()) == []


def test_what_differs_between_micro_credentials_is_held_as_facets() -> None:
    # R13: mode, content, provider, credit, period, objectives, prerequisites, assessment ...
    held = {one.name for one in fields(MicroCredential)}
    assert held >= {
        "participation", "fields", "providers", "workload", "period", "learning_outcomes",
        "purpose", "prerequisites", "assessments", "stackability", "learner_outcomes",
        "quality_assurance",
    }  # fmt: skip


@pytest.mark.parametrize(
    "code",
    ["before-degree", "during-degree", "after-degree", "prior-learning",
     "professional-development", "on-the-job"],
)  # fmt: skip
def test_each_context_of_earning_can_be_stated(code: str) -> None:
    context = Concept.named("learning-context", code)
    assert replace(complete_description(), contexts=(context,)).contexts == (context,)


def test_a_partial_qualification_is_always_explicit_and_there_is_no_degree() -> None:
    assert MicroCredential(id=ID).is_partial_qualification is False
    assert not [one.name for one in fields(MicroCredential) if "degree" in one.name]


def test_a_description_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        complete_description().title = None  # type: ignore[misc]


@pytest.mark.parametrize(("member", "value"), [("id", "mc 1"), ("version", " ")])
def test_it_needs_an_address_and_a_version(member: str, value: str) -> None:
    with pytest.raises(ModelError) as refused:
        replace(complete_description(), **{member: value})
    assert refused.value.path == f"/{member}"


def test_ids_are_unique_among_outcomes_and_among_assessments() -> None:
    with pytest.raises(ModelError, match="Two learning outcomes have the id 'a'"):
        MicroCredential(id=ID, learning_outcomes=(outcome("a"), outcome("a")))
    with pytest.raises(ModelError, match="Two assessments have the id 'a'"):
        MicroCredential(id=ID, assessments=(Assessment(id="a"), Assessment(id="a")))


def test_an_outcome_cannot_name_an_assessment_that_is_not_described() -> None:
    with pytest.raises(ModelError, match="There are: exam") as refused:
        MicroCredential(
            id=ID,
            assessments=(Assessment(id="exam"),),
            learning_outcomes=(outcome("a", "exam"), outcome("b", "exma")),
        )
    assert refused.value.path == "/learning_outcomes/1/assessed_by"


def test_a_foreign_record_may_name_assessments_without_describing_any() -> None:
    mc = MicroCredential(id=ID, learning_outcomes=(outcome("a", "exam"),))
    assert mc.assessment("exam") is None


def test_a_foreign_record_may_require_the_seal_of_a_body_that_it_does_not_describe() -> None:
    mc = complete_description()
    ids = (*(body.organisation.id for body in mc.awarding_bodies), "https://stranger.example/")
    assert replace(mc, seals_required=ids).seals_required == ids


def test_the_issuer_seals_else_the_first_awarding_body() -> None:
    mc = complete_description()
    assert mc.sealer == mc.awarding_bodies[0].organisation
    issuer = Organisation(id="https://issuer.example/")
    assert replace(mc, issuer=issuer).sealer == issuer


def test_every_organisation_is_found_in_its_role() -> None:
    mc = replace(
        complete_description(),
        issuer=Organisation(id="https://issuer.example/"),
        platform=Organisation(id="https://platform.example/"),
    )
    assert [one.id for one in mc.organisations()] == [
        "https://uni.example/",
        "https://hogeschool.example/",
        "https://centre.example/",
        "https://company.example/",
        "https://issuer.example/",
        "https://platform.example/",
    ]


@pytest.mark.parametrize("level", [0, 9, -1])
def test_eqf_has_eight_levels(level: int) -> None:
    with pytest.raises(ModelError, match="1 to 8"):
        Level(eqf=level)


def test_an_isced_level_alone_is_no_level_of_a_qualifications_framework() -> None:
    assert not Level(isced=Concept.named("isced-2011", "7")).is_stated
    assert Level(eqf=7).is_stated
    assert Level(qf_ehea=Concept.named("qf-ehea", "second")).is_stated


def test_outcomes_and_assessments_need_an_id() -> None:
    with pytest.raises(ModelError, match="outcome needs an id"):
        LearningOutcome(id=" ", title=text("x"))
    with pytest.raises(ModelError, match="assessment needs an id"):
        Assessment(id="")


def test_criteria_and_grading_scheme_are_published_at_web_addresses() -> None:
    with pytest.raises(ModelError) as refused:
        Assessment(id="a", criteria_url="criteria.pdf")
    assert refused.value.path == "/criteria_url"
    with pytest.raises(ModelError, match="web address"):
        Grading(title=text("x"), url="scale")


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "covers"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (date(2026, 6, 15), date(2026, 6, 15), True),
        (None, date(2026, 6, 14), False),
        (date(2026, 6, 16), None, False),
        (date(2026, 1, 1), None, True),
        (None, None, None),
    ],
)
def test_quality_assurance_covers_the_days_from_its_first_to_its_last(
    valid_from: date | None, valid_until: date | None, covers: bool | None
) -> None:
    found = QualityAssurance(
        scope=AssuranceScope.EXTERNAL, valid_from=valid_from, valid_until=valid_until
    )
    assert found.covers(date(2026, 6, 15)) is covers


def test_quality_assurance_cannot_end_before_it_begins() -> None:
    with pytest.raises(ModelError, match="ends before it begins"):
        QualityAssurance(
            scope=AssuranceScope.EXTERNAL,
            valid_from=date(2026, 2, 1),
            valid_until=date(2026, 1, 31),
        )
