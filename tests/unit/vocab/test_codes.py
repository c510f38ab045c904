"""Country and language codes convert with their quirks."""

from __future__ import annotations

import pytest

from tessera import vocab
from tessera.vocab import countries, languages

GREECE = "http://publications.europa.eu/resource/authority/country/GRC"
ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"


@pytest.mark.parametrize("code", ["GR", "el", "GRC", "grc", GREECE])
def test_greece_is_gr_to_iso_and_el_to_the_eu(code: str) -> None:
    assert countries.alpha2(code) == "GR"
    assert countries.alpha3(code) == "GRC"
    assert countries.eu_code(code) == "EL"
    assert countries.iri(code) == GREECE


@pytest.mark.parametrize("code", ["GB", "UK", "uk", "GBR"])
def test_the_united_kingdom_is_gb_to_iso_and_uk_to_the_eu(code: str) -> None:
    assert (countries.alpha2(code), countries.eu_code(code)) == ("GB", "UK")


@pytest.mark.parametrize("code", ["XK", "XKX", "1A0"])
def test_kosovo_has_three_codes(code: str) -> None:
    assert countries.alpha2(code) == "XK"
    assert countries.alpha3(code) == "XKX"
    assert countries.authority_code(code) == "1A0"


def test_a_country_without_its_own_eu_letters_keeps_the_iso_ones() -> None:
    assert countries.eu_code("IRL") == "IE"


@pytest.mark.parametrize("code", ["", "ZZ", "Ireland", "OP_DATPR", ENGLISH, "http://x/IRL"])
def test_what_is_no_country_code_gives_none(code: str) -> None:
    found = [
        call(code)
        for call in (
            countries.alpha2, countries.alpha3, countries.eu_code,
            countries.authority_code, countries.iri,
        )
    ]  # fmt: skip
    assert found == [None] * 5


def test_the_technical_row_has_no_iso_codes() -> None:
    assert countries.authority_code("OP_DATPRO") == "OP_DATPRO"
    assert countries.alpha2("OP_DATPRO") is None
    assert countries.eu_code("OP_DATPRO") is None


def test_all_249_iso_countries_are_reached_by_alpha_2() -> None:
    iso = {entry.extra["alpha2"] for entry in vocab.entries("country") if "alpha2" in entry.extra}
    assert len(iso - {"XK", "EU", "CP"}) == 249


def test_there_are_24_eu_languages_and_all_convert_both_ways() -> None:
    assert len(set(languages.EU_LANGUAGES)) == 24
    for tag in languages.EU_LANGUAGES:
        code = languages.authority_code(tag)
        assert code is not None
        assert len(code) == 3
        assert languages.bcp47(code) == tag
        assert languages.bcp47(languages.iri(tag) or "") == tag


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "ENG"), ("EN-ie", "ENG"), ("de_AT", "DEU"), ("ENG", "ENG"), (ENGLISH, "ENG"),
     ("eu", "EUS"), ("hsb", "HSB"), ("OP_DATPRO", "OP_DATPRO")],
)  # fmt: skip
def test_tags_give_authority_codes(tag: str, code: str) -> None:
    assert languages.authority_code(tag) == code


@pytest.mark.parametrize("tag", ["", "xx", "Irish", GREECE, "http://x/ENG", "-"])
def test_what_is_no_language_tag_gives_none(tag: str) -> None:
    assert languages.authority_code(tag) is None
    assert languages.iri(tag) is None


@pytest.mark.parametrize("iri", [GREECE, "", "OP_DATPRO", "nonsense"])
def test_what_has_no_language_tag_gives_none(iri: str) -> None:
    assert languages.bcp47(iri) is None
