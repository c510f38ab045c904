from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tessera.model import Concept, Credit, MicroCredential, Text, Workload
from tessera.quality import Kind, classify
from tessera.quality.definition import Classification
from tessera.report import Outcome
from tests.complete import complete_award, complete_description, without


def outcome(classified: Classification, rule: str) -> Outcome:
    (found,) = [one for one in classified.findings if one.rule == f"definition.{rule}"]
    return found.outcome


def working(**load: object) -> MicroCredential:
    return replace(complete_description(), workload=Workload(**load))


def test_a_sealed_complete_award_is_a_micro_credential() -> None:
    assert classify(complete_award(), sealed=True).kind is Kind.MICRO_CREDENTIAL
    assert classify(complete_description()).kind is Kind.MICRO_CREDENTIAL


def test_an_award_without_seal_is_not_shown_to_be_one_and_undecided_if_nobody_looked() -> None:
    unsealed, unseen = classify(complete_award(), sealed=False), classify(complete_award())
    assert (unsealed.kind, outcome(unsealed, "certified")) == (Kind.NOT_SHOWN, Outcome.FAILED)
    assert (unseen.kind, outcome(unseen, "certified")) == (Kind.UNDECIDED, Outcome.INDETERMINATE)


@pytest.mark.parametrize(
    ("element", "rule"), [("E9", "outcomes"), ("E10", "workload"), ("E14", "assessed")]
)
def test_without_outcomes_workload_or_assessment_it_is_not_shown(element: str, rule: str) -> None:
    award = without(complete_award(), "eu-2022", element)
    classified = classify(award, sealed=True)
    assert classified.kind is Kind.NOT_SHOWN
    assert outcome(classified, rule) is Outcome.FAILED


@pytest.mark.parametrize(
    ("ects", "kind"),
    [("59.5", Kind.MICRO_CREDENTIAL), ("60", Kind.OTHER_PROVISION), ("120", Kind.OTHER_PROVISION)],
)
def test_sixty_credits_are_no_small_volume(ects: str, kind: Kind) -> None:
    assert classify(working(ects=Decimal(ects))).kind is kind


@pytest.mark.parametrize(
    ("hours", "kind"),
    [
        (1499, Kind.MICRO_CREDENTIAL),
        (1500, Kind.UNDECIDED),
        (1800, Kind.UNDECIDED),
        (1801, Kind.OTHER_PROVISION),
    ],
)
def test_a_year_of_hours_is_no_small_volume(hours: int, kind: Kind) -> None:
    assert classify(working(hours=Decimal(hours))).kind is kind


def test_credits_of_another_framework_leave_the_volume_undecided() -> None:
    credit = Credit(framework=Concept.named("credit-framework", "ecvet"), points=Decimal(4))
    classified = classify(working(other_credits=(credit,)))
    assert classified.kind is Kind.UNDECIDED
    assert outcome(classified, "workload") is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bachelor of Science", Outcome.INDETERMINATE),
        ("Master's degree in Law", Outcome.INDETERMINATE),
        ("PhD in Physics", Outcome.INDETERMINATE),
        ("Executive MBA", Outcome.INDETERMINATE),
        ("Master data management", Outcome.PASSED),
        ("Patient safety for doctors", Outcome.PASSED),
        ("Licence to weld", Outcome.PASSED),
    ],
)
def test_a_title_that_names_a_degree_is_for_a_person_to_decide(
    title: str, expected: Outcome
) -> None:
    mc = replace(complete_description(), title=Text.of({"en": title}))
    assert outcome(classify(mc), "not-a-degree") is expected


def test_without_a_title_no_degree_is_named() -> None:
    classified = classify(replace(complete_description(), title=None))
    assert outcome(classified, "not-a-degree") is Outcome.NOT_APPLICABLE
