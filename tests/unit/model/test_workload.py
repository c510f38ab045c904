from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import ModelError
from tessera.model import Concept, Credit, Duration, Workload
from tests.unit.model.values import amounts


@pytest.mark.parametrize("text", ["PT60H", "P2M", "P1Y6M", "P1DT12H", "PT90M", "PT0.5S", "P0D"])
def test_a_duration_is_kept_as_it_was_written(text: str) -> None:
    assert Duration(text).text == text


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "60H", "P60H", "PT1D", "P1.5D", "pt60h", "P-1D", "-P1D", "P1D ", "P٣D", "P1YT",
     "P1234567890D", "P999999999W", "PT" + "9" * 5_000 + "H"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ModelError):
        Duration(text)


@pytest.mark.parametrize(
    ("weeks", "days"),
    [("P8W", "P56D"), ("P1W2D", "P9D"), ("P1Y1WT2H", "P1Y7DT2H"), ("P0W", "P0D")],
)
def test_weeks_become_days_since_xsd_has_none(weeks: str, days: str) -> None:
    assert Duration(weeks) == Duration(days)
    assert Duration(weeks).text == days


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("PT60H", Decimal(60)),
        ("PT90M", Decimal("1.5")),
        ("PT1H30M36S", Decimal("1.51")),
        ("P1D", None),
        ("P8W", None),
        ("P60M", None),
        ("P0DT5H", None),
    ],
)
def test_hours_are_known_only_without_days_months_and_years(
    text: str, hours: Decimal | None
) -> None:
    assert Duration(text).hours == hours


@given(amounts(100_000))
def test_hours_written_as_a_duration_read_back_to_the_millisecond(hours: Decimal) -> None:
    found = Duration.of_hours(hours).hours
    assert found is not None
    assert abs(found - hours) <= Decimal("0.0005") / 3600 + Decimal("1e-20")


@pytest.mark.parametrize("hours", ["-1", "NaN", "Infinity"])
def test_a_duration_of_impossible_hours_is_refused(hours: str) -> None:
    with pytest.raises(ModelError, match="number of hours"):
        Duration.of_hours(Decimal(hours))


@pytest.mark.parametrize(
    ("text", "day", "after"),
    [
        ("P1M", date(2026, 1, 31), date(2026, 2, 28)),
        ("P1M", date(2028, 1, 31), date(2028, 2, 29)),
        ("P1Y", date(2028, 2, 29), date(2029, 2, 28)),
        ("P14M", date(2026, 11, 30), date(2028, 1, 30)),
        ("P1Y1M1W1D", date(2026, 1, 1), date(2027, 2, 9)),
        ("PT100H", date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_a_duration_after_a_day_ends_on_the_calendar(text: str, day: date, after: date) -> None:
    assert Duration(text).after(day) == after


@pytest.mark.parametrize("text", ["P8000Y", "P999999999M", "P999999999D"])
def test_a_duration_that_leaves_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="year 9999"):
        Duration(text).after(date(2026, 1, 1))


@given(st.integers(0, 5_000), st.dates(date(1900, 1, 1), date(2500, 1, 1)))
def test_days_are_added_one_by_one(days: int, day: date) -> None:
    assert Duration(f"P{days}D").after(day) == day + timedelta(days=days)


@pytest.mark.parametrize("member", ["hours", "ects"])
@pytest.mark.parametrize("amount", ["-0.1", "NaN", "Infinity", "1000000"])
def test_impossible_amounts_are_refused_with_their_place(member: str, amount: str) -> None:
    with pytest.raises(ModelError) as refused:
        Workload(**{member: Decimal(amount)})
    assert refused.value.path == f"/{member}"


def test_credits_of_another_framework_are_points_of_that_framework() -> None:
    framework = Concept.named("credit-framework", "ecvet")
    assert Credit(framework=framework, points=Decimal("4.5")).points == Decimal("4.5")
    with pytest.raises(ModelError, match="Credit points"):
        Credit(framework=framework, points=Decimal(-1))
