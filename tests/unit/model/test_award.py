from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tessera.errors import ModelError
from tessera.model import Achievement, Award, Learner, SealedCredential
from tests.complete import complete_award

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("member", ["issued_at", "valid_from", "valid_until"])
def test_a_time_without_an_offset_is_refused(member: str) -> None:
    with pytest.raises(ModelError, match="offset") as refused:
        replace(complete_award(), **{member: NOON.replace(tzinfo=None)})
    assert refused.value.path == f"/{member}"


def test_validity_cannot_end_before_it_begins() -> None:
    with pytest.raises(ModelError, match="ends before it begins"):
        replace(complete_award(), valid_from=NOON, valid_until=NOON - timedelta(seconds=1))


def test_a_correction_names_another_award() -> None:
    award = complete_award()
    assert replace(award, replaces="urn:uuid:1").replaces == "urn:uuid:1"
    with pytest.raises(ModelError, match="replace itself"):
        replace(award, replaces=award.id)


def test_an_award_needs_an_absolute_address() -> None:
    with pytest.raises(ModelError, match="absolute address"):
        replace(complete_award(), id="award 1")


def test_the_day_of_the_award_counts_before_the_day_of_issue() -> None:
    award: Award = replace(complete_award(), awarded_on=date(2026, 11, 20), issued_at=NOON)
    assert award.date_of_issue == date(2026, 11, 20)
    assert replace(award, awarded_on=None).date_of_issue == date(2026, 11, 25)
    assert replace(award, awarded_on=None, issued_at=None).date_of_issue is None


def test_credits_earned_are_a_possible_number() -> None:
    assert Achievement(ects=Decimal("2.5")).ects == Decimal("2.5")
    with pytest.raises(ModelError, match="ECTS"):
        Achievement(ects=Decimal(-1))


def test_a_sealed_credential_is_named_by_the_hash_of_its_bytes() -> None:
    sealed = SealedCredential(content=b"{}", format="elm", seal="jades")
    assert sealed.sha256 == hashlib.sha256(b"{}").hexdigest()


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"given_name": "Ada", "family_name": "Example"}, "Ada Example"),
        ({"given_name": "Ada"}, "Ada"),
        ({"full_name": "Ada E.", "given_name": "Ada"}, "Ada E."),
        ({}, None),
        ({"key": "7", "email": "ada@example.org"}, None),
    ],
)
def test_a_learner_is_identified_by_a_name(names: dict[str, str], shown: str | None) -> None:
    learner = Learner(**names)
    assert learner.display_name == shown
    assert learner.is_identified is (shown is not None)


@pytest.mark.parametrize("member", ["given_name", "family_name", "full_name", "email"])
def test_a_blank_name_or_address_is_refused_with_its_place(member: str) -> None:
    with pytest.raises(ModelError) as refused:
        Learner(**{member: " "})
    assert refused.value.path == f"/{member}"
