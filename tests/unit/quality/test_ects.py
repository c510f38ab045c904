from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UsageError
from tessera.model import (
    Assessment,
    Award,
    Concept,
    Duration,
    MicroCredential,
    Organisation,
    Period,
    Place,
    Workload,
)
from tessera.quality import ects
from tessera.quality.ects import EctsRules
from tessera.report import Finding, Outcome, Step
from tests.complete import complete_award, complete_description


def found(subject: MicroCredential | Award, rule: str, **more: object) -> Finding:
    (finding,) = [one for one in ects.examine(subject, **more) if one.rule == f"ects.{rule}"]
    return finding


def working(**load: object) -> MicroCredential:
    numbers = {k: Decimal(v) if k in ("hours", "ects") else v for k, v in load.items()}
    return replace(complete_description(), workload=Workload(**numbers))


def test_the_complete_award_has_nothing_to_remark_on() -> None:
    findings = ects.examine(complete_award())
    assert {one.outcome for one in findings} == {Outcome.PASSED}
    assert Step.of("ects", findings).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("hours", "outcome", "advice"),
    [
        (39, Outcome.FAILED, False),
        (40, Outcome.INDETERMINATE, True),
        (49, Outcome.INDETERMINATE, True),
        (50, Outcome.PASSED, False),
        (60, Outcome.PASSED, False),
        (61, Outcome.INDETERMINATE, True),
        (70, Outcome.INDETERMINATE, True),
        (71, Outcome.FAILED, False),
    ],
)
def test_hours_per_credit_are_usual_unusual_or_wrong_at_the_stated_bounds(
    hours: int, outcome: Outcome, advice: bool
) -> None:
    finding = found(working(hours=hours, ects=2), "hours-per-credit")
    assert (finding.outcome, finding.advice) == (outcome, advice)
    assert f"{hours} hours for 2 ECTS" in finding.message


def test_hours_without_credits_cannot_be_compared() -> None:
    assert found(working(hours=50), "hours-per-credit").outcome is Outcome.NOT_APPLICABLE


def test_the_bounds_are_configurable_and_must_be_in_order() -> None:
    wide = EctsRules(least=Decimal(10), usual_least=Decimal(15))
    assert found(working(hours=36, ects=2), "hours-per-credit", rules=wide).outcome is (
        Outcome.PASSED
    )
    with pytest.raises(UsageError, match="order"):
        EctsRules(usual_least=Decimal(40))


def test_the_dutch_factor_of_28_is_advice_when_the_hours_differ() -> None:
    finding = found(working(hours=50, ects=2), "national-factor")
    assert finding.advice
    assert "28 hours: 56 hours for these credits, not 50" in finding.message
    assert found(working(hours=56, ects=2), "national-factor").outcome is Outcome.PASSED


def test_an_unconfirmed_factor_is_mentioned_and_judges_nothing() -> None:
    body = complete_description().awarding_bodies[0]
    finland = (Place(country=Concept.named("country", "FIN")),)
    moved = replace(body, organisation=replace(body.organisation, places=finland), nqf_level=None)
    mc = replace(working(hours=60, ects=2), awarding_bodies=(moved,))
    finding = found(mc, "national-factor")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)
    assert finding.evidence["confirmed"] is False


def test_zero_credits_are_an_error_and_no_division_by_zero() -> None:
    assert found(working(hours=50, ects=0), "zero").outcome is Outcome.FAILED
    assert found(working(hours=50, ects=0), "hours-per-credit").outcome is Outcome.NOT_APPLICABLE
    assert found(working(hours=50), "zero").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("credits", "days", "outcome"),
    [
        (60, 100, Outcome.PASSED),
        (61, None, Outcome.INDETERMINATE),
        (61, 100, Outcome.FAILED),
        (90, 365, Outcome.FAILED),
        (90, 600, Outcome.PASSED),
    ],
)
def test_a_year_has_sixty_credits(credits: int, days: int | None, outcome: Outcome) -> None:
    start = date(2026, 1, 1)
    end = date.fromordinal(start.toordinal() + days - 1) if days else None
    mc = replace(working(ects=credits), period=Period(start=start, end=end))
    assert found(mc, "per-year").outcome is outcome


def test_sixty_credits_are_other_provision_for_deqar() -> None:
    assert found(working(ects="59.5"), "deqar-bound").outcome is Outcome.PASSED
    assert found(working(ects=60), "deqar-bound").outcome is Outcome.FAILED
    assert found(working(hours=50), "deqar-bound").outcome is Outcome.NOT_APPLICABLE


def test_credits_off_the_half_steps_are_advice() -> None:
    assert found(working(ects="2.5"), "half-steps").outcome is Outcome.PASSED
    assert found(working(ects="2.3"), "half-steps").advice


def test_credits_without_assessment_fail_and_attendance_alone_is_not_decided() -> None:
    mc = replace(complete_description(), learning_outcomes=())
    attendance = Assessment(id="there", kind=Concept.named("assessment", "attendance"))
    assert found(mc, "assessed").outcome is Outcome.PASSED
    assert found(replace(mc, assessments=()), "assessed").outcome is Outcome.FAILED
    only_there = replace(mc, assessments=(attendance,))
    assert found(only_there, "assessed").outcome is Outcome.INDETERMINATE
    no_credits = replace(mc, assessments=(), workload=Workload(hours=Decimal(50)))
    assert found(no_credits, "assessed").outcome is Outcome.NOT_APPLICABLE


def earned(credits: str | None, offered: str | None = "2") -> Award:
    award = complete_award()
    load = Workload(ects=Decimal(offered) if offered else None)
    got = replace(award.achievement, ects=Decimal(credits) if credits else None)
    mc = replace(award.micro_credential, workload=load)
    return replace(award, achievement=got, micro_credential=mc)


def test_credits_are_all_or_nothing() -> None:
    assert found(earned("2.0"), "all-or-nothing").outcome is Outcome.PASSED
    assert found(earned("1"), "all-or-nothing").outcome is Outcome.FAILED
    assert found(earned("3"), "all-or-nothing").outcome is Outcome.FAILED
    assert found(earned("2", None), "all-or-nothing").outcome is Outcome.INDETERMINATE
    assert found(earned(None), "all-or-nothing").outcome is Outcome.NOT_APPLICABLE


def test_sixty_months_beside_sixty_hours_are_taken_for_a_slip() -> None:
    mc = working(hours=60, ects=2, activity=Duration("P60M"))
    finding = found(mc, "activity-duration")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, False)
    assert "60 months" in finding.message
    assert "probably minutes (PT60M) or hours (PT60H) was meant" in finding.message


def test_an_activity_longer_than_its_maximum_contradicts_itself() -> None:
    mc = working(hours=60, ects=2, activity=Duration("P60M"), maximum=Duration("P1M"))
    finding = found(mc, "activity-duration")
    assert finding.outcome is Outcome.FAILED
    assert "60 months, but a learner may take at most 1 month" in finding.message
    same = working(hours=60, ects=2, activity=Duration("P31D"), maximum=Duration("P1M"))
    assert found(same, "activity-duration").outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("P8W", Outcome.PASSED),
        ("P2D", Outcome.FAILED),
        ("PT20H", Outcome.PASSED),
        ("PT61H", Outcome.FAILED),
        ("P1Y", Outcome.PASSED),
        ("P5Y", Outcome.INDETERMINATE),
    ],
)
def test_the_work_must_fit_into_the_activity(text: str, outcome: Outcome) -> None:
    mc = working(hours=60, ects=2, activity=Duration(text))
    assert found(mc, "activity-duration").outcome is outcome


def test_the_activity_is_compared_with_credits_where_no_hours_are_stated() -> None:
    assert found(working(ects=2, activity=Duration("PT70H")), "activity-duration").outcome is (
        Outcome.FAILED
    )
    assert found(working(activity=Duration("PT70H")), "activity-duration").outcome is (
        Outcome.NOT_APPLICABLE
    )


_amounts = st.one_of(
    st.none(),
    st.decimals(min_value=0, max_value=1000, allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1E-999999"), Decimal("1E-40"), Decimal("0"), Decimal("1000")]),
)
_lengths = st.one_of(
    st.none(),
    st.sampled_from(["P999999999Y", "PT999999999H", "PT0S", "P0D", "P1Y1M1DT1H"]),
    st.integers(0, 10**9 - 1).map(lambda n: f"P{n}M"),
)


@given(hours=_amounts, credits=_amounts, activity=_lengths, maximum=_lengths)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_hostile_numbers_give_findings_of_readable_length(
    hours: Decimal | None, credits: Decimal | None, activity: str | None, maximum: str | None
) -> None:
    load = Workload(
        hours=hours,
        ects=credits,
        activity=Duration(activity) if activity else None,
        maximum=Duration(maximum) if maximum else None,
    )
    award = complete_award()
    got = replace(award.achievement, ects=credits)
    mc = replace(award.micro_credential, workload=load)
    findings = ects.examine(replace(award, achievement=got, micro_credential=mc))
    assert findings
    assert all(len(one.message) < 400 for one in findings)


def test_an_organisation_without_country_has_no_factor() -> None:
    body = complete_description().awarding_bodies[0]
    nowhere = replace(body, organisation=Organisation(id="urn:x:1"), nqf_level=None)
    mc = replace(complete_description(), awarding_bodies=(nowhere,))
    assert not [one for one in ects.examine(mc) if one.rule == "ects.national-factor"]
