from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tessera.errors import ModelError
from tessera.model import (
    Concept,
    Costs,
    CustomElement,
    Duration,
    Identifier,
    Link,
    Money,
    Period,
    Purpose,
    ResearchLink,
    StackTarget,
    Text,
    Validity,
)

named = Concept.named


def text(en: str) -> Text:
    return Text.of({"en": en})


def test_a_purpose_names_the_need_and_its_evidence() -> None:
    purpose = Purpose(
        kinds=tuple(named("purpose", one) for one in ("societal", "personal", "cultural")),
        need=text("Nobody can read the old maps any more."),
        evidence=(Link(url="https://uni.example/survey", title=text("Survey of archives")),),
    )
    assert [kind.code for kind in purpose.kinds] == ["societal", "personal", "cultural"]
    assert purpose.evidence[0].url == "https://uni.example/survey"


@pytest.mark.parametrize("code", ["societal", "personal", "cultural", "labour-market"])
def test_each_need_of_the_definition_has_a_code(code: str) -> None:
    assert named("purpose", code).code == code


@pytest.mark.parametrize(
    "url", ["", "uni.example", "ftp://uni.example/", "https://", "https:///x", "https://a b",
            "javascript:alert(1)", "https://?"],
)  # fmt: skip
def test_a_link_is_a_web_address_with_a_host(url: str) -> None:
    with pytest.raises(ModelError, match="https://") as refused:
        Link(url=url)
    assert refused.value.path == "/url"


def test_a_period_needs_an_end_or_a_start_in_this_order() -> None:
    day, later = date(2026, 9, 1), date(2026, 9, 2)
    assert Period(start=day).end is None
    assert Period(end=day).start is None
    assert Period(start=day, end=day)
    with pytest.raises(ModelError, match="before it begins"):
        Period(start=later, end=day)
    with pytest.raises(ModelError, match="start or an end"):
        Period()


def test_validity_is_a_day_or_a_duration_but_not_both() -> None:
    day, length = date(2030, 1, 1), Duration("P5Y")
    assert Validity(until=day).until == day
    assert Validity(duration=length).duration == length
    for both_or_none in ({}, {"until": day, "duration": length}):
        with pytest.raises(ModelError, match="either"):
            Validity(**both_or_none)


def test_costs_by_kind_and_source_of_funds() -> None:
    costs = Costs(
        fee=Money(amount=Decimal("250.50"), currency="EUR"),
        development=Money(amount=Decimal(12_000), currency="EUR"),
        delivery=Money(amount=Decimal(80), currency="EUR"),
        funding=(named("funding", "erasmus-plus"), named("funding", "esf-plus")),
    )
    assert costs.fee is not None
    assert costs.fee.amount == Decimal("250.50")
    assert [one.code for one in costs.funding] == ["erasmus-plus", "esf-plus"]


@pytest.mark.parametrize("currency", ["eur", "€", "EURO", "E1R", ""])
def test_a_currency_is_three_capitals(currency: str) -> None:
    with pytest.raises(ModelError, match="three capitals"):
        Money(amount=Decimal(1), currency=currency)


def test_money_is_never_negative() -> None:
    with pytest.raises(ModelError, match="amount of money"):
        Money(amount=Decimal(-1), currency="EUR")


def test_a_research_link_is_a_doi_or_an_orcid() -> None:
    doi = ResearchLink(identifier=Identifier.parse("doi", "10.1234/abc"), title=text("A study"))
    orcid = ResearchLink(identifier=Identifier.parse("orcid", "0000-0002-1825-0097"))
    assert doi.identifier.uri == "https://doi.org/10.1234/abc"
    assert orcid.identifier.uri == "https://orcid.org/0000-0002-1825-0097"
    with pytest.raises(ModelError, match="DOI or an ORCID"):
        ResearchLink(identifier=Identifier.parse("vat", "IE1234567A"))


def test_a_target_promises_nothing_unless_it_says_so() -> None:
    target = StackTarget(title=text("Master of Science"), uri="https://uni.example/msc")
    assert target.guaranteed is False
    with pytest.raises(ModelError, match="absolute address"):
        StackTarget(title=text("Master of Science"), uri="msc")


def test_a_custom_element_is_named_by_a_uri() -> None:
    element = CustomElement(uri="urn:example:x", label=text("Visit"), value=text("One day"))
    assert str(element.value) == "One day"
    with pytest.raises(ModelError, match="absolute address"):
        CustomElement(uri="visit", label=text("Visit"), value=text("One day"))
