from __future__ import annotations

import pytest

from tessera.errors import ModelError
from tessera.model import AwardingBody, Concept, Identifier, Organisation, Partner, Picture, Place
from tessera.model.organisation import PartnerRole

named = Concept.named


def at(*codes: str) -> Organisation:
    places = tuple(Place(country=named("country", code)) for code in codes)
    return Organisation(id="https://uni.example/", places=places)


def test_the_country_is_that_of_the_first_place_that_has_one() -> None:
    organisation = Organisation(
        id="https://uni.example/",
        places=(Place(region=named("nuts", "BE2")), Place(country=named("country", "BEL"))),
    )
    assert organisation.country == named("country", "BEL")
    assert at().country is None


def test_each_awarding_body_has_its_own_country_region_and_level() -> None:
    irish = AwardingBody(organisation=at("IRL"), nqf_level=named("nqf", "ie-9"))
    dutch = AwardingBody(organisation=at("NLD"), nqf_level=named("nqf", "nl-7"))
    assert [str(one.organisation.country) for one in (irish, dutch)] == ["Ireland", "Netherlands"]
    assert irish.nqf_level != dutch.nqf_level


@pytest.mark.parametrize("role", list(PartnerRole))
def test_a_company_can_take_any_part_in_provision(role: PartnerRole) -> None:
    company = Organisation(id="https://firm.example/", kind=named("provider-kind", "company"))
    assert Partner(organisation=company, roles=(role,)).roles == (role,)


def test_a_partner_says_what_it_does() -> None:
    with pytest.raises(ModelError, match="at least one role"):
        Partner(organisation=at("IRL"), roles=())


def test_an_identifier_is_found_by_its_scheme() -> None:
    vat = Identifier.parse("eidas-legal", "VATIE-1234567A")
    organisation = Organisation(id="https://uni.example/", identifiers=(vat,))
    assert organisation.identifier("eidas-legal") == vat
    assert organisation.identifier("deqarinst") is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", "uni"),
        ("homepage", "uni.example"),
        ("recognition_policy", "uni.example/policy"),
        ("email", "registry"),
        ("email", "registry@uni@example"),
        ("email", "registry\n@uni.example"),
    ],
)
def test_a_wrong_address_is_refused_with_its_place(member: str, value: str) -> None:
    with pytest.raises(ModelError) as refused:
        Organisation(**({"id": "https://uni.example/"} | {member: value}))
    assert refused.value.path == f"/{member}"


def test_a_picture_is_png_jpeg_or_svg_and_not_empty() -> None:
    assert Picture(media_type="image/png", content=b"\x89PNG").content
    with pytest.raises(ModelError, match="PNG, JPEG or SVG"):
        Picture(media_type="image/gif", content=b"GIF89a")
    with pytest.raises(ModelError, match="empty"):
        Picture(media_type="image/png", content=b"")
