"""National levels relate to the EQF row by row, and say how well that is known."""

from __future__ import annotations

from collections import Counter

import pytest

from tessera.vocab import nqf

# DOMAIN 7.3, checked row by row. Level as the framework writes it -> EQF levels.
DEVIATIONS: dict[str, dict[str, int | None]] = {
    "IE": {"1": 1, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6, "8": 6, "9": 7, "10": 8},
    "UK-ENG": {"Entry 1-2": None, "Entry 3": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 5, "6": 6,
               "7": 7, "8": 8},
    "UK-WLS": {"Entry 1-3": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 5, "6": 6, "7": 7, "8": 8},
    "UK-SCT": {"1": None, "2": None, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5, "8": 5, "9": 6,
               "10": 6, "11": 7, "12": 8},
    "NL": {"Entry": None, "1": 1, "2": 2, "3": 3, "4": 4, "4+": 4, "5": 5, "6": 6, "7": 7, "8": 8},
    "MT": {"A": None, "B": None, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8},
    "HR": {"1": 1, "2": 2, "3": 3, "4.1": 4, "4.2": 4, "5": 5, "6": 6, "7.1": 7, "7.2": 7,
           "8.1": 8, "8.2": 8},
    "CY": {"1": 1, "2": 2, "3": 3, "4": 4, "5a": 5, "5b": 5, "5c": 5, "6": 6, "7a": 7, "7b": 7,
           "7c": 7, "8": 8},
    "FR": {"V": 3, "IV": 4, "III": 5, "II": 6, "I-Master": 7, "I-Doctorat": 8},
    "SI": {"1": 1, "2": 2, "3": 3, "4": 4, "5": 4, "6": 5, "7": 6, "8": 7, "9": 8, "10": 8},
    "BG": {"0": None, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8},
    "NO": {"1": None, "2": 2, "3": 3, "4": 4, "5.1": 5, "5.2": 5, "6.1": 6, "6.2": 6, "7": 7,
           "8": 8},
    "RS": {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "6.1": 6, "6.2": 6, "7": 7, "7.1": 7,
           "7.2": 7, "8": 8},
    "ME": {"1.1": 1, "1.2": 1, "2": 2, "3": 3, "4.1": 4, "4.2": 4, "5": 5, "6": 6, "7.1": 7,
           "7.2": 7, "8": 8},
    "MK": {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "5A": 5, "5B": 5, "6": 6, "6A": 6, "6B": 6,
           "7": 7, "7A": 7, "7B": 7, "8": 8},
}  # fmt: skip
IDENTITY = [
    "AT", "BE-fl", "BE-fr", "BE-de", "CZ", "DK", "DE", "EE", "FI", "GR", "HU", "IT", "LV", "LT",
    "LU", "PL", "PT", "RO", "SK", "ES", "SE", "CH", "LI", "TR", "AL", "BA", "XK",
]  # fmt: skip


@pytest.mark.parametrize("country", DEVIATIONS)
def test_deviating_levels_relate_row_by_row(country: str) -> None:
    expected = {level: () if eqf is None else (eqf,) for level, eqf in DEVIATIONS[country].items()}
    assert {found.level: found.eqf for found in nqf.levels(country)} == expected


def test_icelandic_levels_relate_row_by_row() -> None:
    assert {found.level: found.eqf for found in nqf.levels("IS")} == {
        "1": (1, 2), "2": (3,), "3": (4,), "4": (5,), "5.1": (6,), "5.2": (6,),
        "6.1": (7,), "6.2": (7,), "7": (8,),
    }  # fmt: skip


@pytest.mark.parametrize("country", IDENTITY)
def test_eight_level_frameworks_relate_level_by_level(country: str) -> None:
    found = nqf.levels(country)
    assert {level.level: level.eqf for level in found} == {
        str(number): (number,) for number in range(1, 9)
    }
    assert not any(level.confirmed for level in found)


def test_there_are_43_frameworks_and_381_levels() -> None:
    assert len(nqf.frameworks()) == 43
    assert sum(len(nqf.levels(framework.id)) for framework in nqf.frameworks()) == 381
    assert set(DEVIATIONS) | set(IDENTITY) | {"IS"} == {
        framework.country for framework in nqf.frameworks()
    }


def test_only_relations_read_in_a_published_table_look_confirmed() -> None:
    confirmed = Counter(
        level.framework
        for framework in nqf.frameworks()
        for level in nqf.levels(framework.id)
        if level.confirmed
    )
    assert confirmed == {
        "ie": 10, "uk-eng": 10, "uk-wls": 8, "uk-sct": 12, "nl": 9, "cy": 12, "fr": 6,
        "si": 7, "is": 5,
    }  # fmt: skip


def test_every_relation_names_its_source_and_unread_reports_say_so() -> None:
    for framework in nqf.frameworks():
        for level in nqf.levels(framework.id):
            assert level.source
            assert level.confirmed == ("common knowledge" not in level.source) or (
                level.code == "uk-wls-entry-1-3"
            )


def test_referencing_and_self_certification_carry_a_source_or_stay_unknown() -> None:
    for framework in nqf.frameworks():
        assert framework.referenced in ("yes", "no", "unknown")
        assert (framework.referenced == "unknown") == (framework.referenced_source == "")
        assert (framework.self_certified is None) == (framework.self_certified_source == "")
    ireland = nqf.framework("IE")
    spain = nqf.framework("ES")
    assert ireland is not None
    assert spain is not None
    assert (ireland.referenced, ireland.self_certified) == ("yes", 2006)
    assert (spain.referenced, spain.self_certified) == ("unknown", None)


@pytest.mark.parametrize(
    ("text", "id"),
    [("ie", "ie"), ("IRL", "ie"), ("EL", "gr"), ("GR", "gr"), ("BE-fl", "be-fl"),
     ("be-FR", "be-fr"), ("UK-NIR", "uk-eng"), ("uk-sct", "uk-sct"), ("XKX", "xk"),
     ("http://data.europa.eu/snb/qdr/c_01169e3f", "ie"),
     ("http://publications.europa.eu/resource/authority/country/DEU", "de")],
)  # fmt: skip
def test_a_framework_is_found_by_id_country_or_iri(text: str, id: str) -> None:
    found = nqf.framework(text)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize("text", ["BE", "UK", "GB", "US", "", "c_01169e3f"])
def test_a_country_with_several_frameworks_or_none_names_no_framework(text: str) -> None:
    assert nqf.framework(text) is None
    assert nqf.levels(text) == ()
    assert nqf.level_of(text, "6") is None


@pytest.mark.parametrize("code", ["4+", "nl-4plus", "NLQF Level 4+"])
def test_a_level_is_found_as_written_or_by_our_code(code: str) -> None:
    found = nqf.level_of("NL", code)
    assert found is not None
    assert found.iri == "http://data.europa.eu/snb/qdr/c_c2700f4e"
    assert nqf.level(found.iri) == found
    assert found.referenced == "yes"


def test_what_is_no_level_gives_none() -> None:
    assert nqf.level_of("NL", "9") is None
    assert nqf.level_of("FR", "6") is None  # the official list has the French levels of before 2019
    assert nqf.level("http://data.europa.eu/snb/qdr/c_01169e3f") is None  # a framework
    assert nqf.level("") is None
