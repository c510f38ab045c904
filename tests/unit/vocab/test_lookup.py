"""Values are found by code, IRI, label or foreign name, and never guessed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera import vocab
from tessera.errors import UsageError
from tessera.vocab import lookup
from tessera.vocab.lookup import meanings

WRITTEN = "http://data.europa.eu/snb/assessment/6e6cb2cc78"


@pytest.mark.parametrize(
    "text",
    ["written-exam", "Written-Exam", WRITTEN, "written examination", " WRITTEN  Examination"],
)
def test_an_assessment_is_found_by_code_iri_and_label(text: str) -> None:
    entry = vocab.find("assessment", text)
    assert entry is not None
    assert (entry.code, entry.iri) == ("written-exam", WRITTEN)
    assert entry.scheme == "http://data.europa.eu/snb/assessment/25831c2"
    assert entry.list_id == "assessment"


@pytest.mark.parametrize(
    ("list_id", "text", "code"),
    [
        ("mode", "in-person", "presential"),
        ("mode", "hybrid", "blended"),
        ("opportunity", "module", "programme-module"),
        ("eqf", "EQF-6", "6"),
        ("eqf", "Level 6", "6"),
        ("qf-ehea", "first cycle", "first"),
        ("isced-2011", "6", "6"),
        ("nqf", "ie-8", "ie-8"),
        ("nqf", "NLQF Level 4+", "nl-4plus"),
        ("stackability", "standalone", "standalone"),
        ("quality-standard", "esg", "esg"),
        ("language", "en", "ENG"),
        ("currency", "eur", "EUR"),
    ],
)
def test_synonyms_and_labels_find_the_same_entry(list_id: str, text: str, code: str) -> None:
    entry = vocab.find(list_id, text)
    assert entry is not None
    assert entry.code == code


@pytest.mark.parametrize("text", ["", "   ", "examm", "http://data.europa.eu/snb/eqf/6", "x" * 500])
def test_what_is_not_in_the_list_is_not_found(text: str) -> None:
    assert vocab.find("assessment", text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Irland", "IRL"), ("Éire", "IRL"), ("ΕΛΛΆΔΑ", "GRC"), ("Franza", "FRA"), ("Švedija", "SWE")],
)
def test_a_country_is_found_by_its_name_in_an_eu_language(text: str, code: str) -> None:
    entry = vocab.find("country", text)
    assert entry is not None
    assert entry.code == code


def test_a_language_is_found_by_its_own_name() -> None:
    entry = vocab.find("language", "Gaeilge")
    assert entry is not None
    assert entry.code == "GLE"


def test_a_foreign_name_of_two_languages_is_not_guessed() -> None:
    english = {entry.label.casefold() for entry in vocab.entries("language")}
    shared = [text for text, iris in meanings("language").items() if len(iris) > 1]
    foreign = [text for text in shared if text not in english]
    assert foreign, "CLDR no longer has a shared name; choose another case"
    assert all(vocab.find("language", text) is None for text in foreign)


def test_a_label_on_one_line_of_parents_finds_the_broadest() -> None:
    law = vocab.find("isced-f", "Law")
    assert law is not None
    assert law.code == "042"


def test_a_label_shared_by_unrelated_entries_is_not_guessed() -> None:
    dollars = [entry for entry in vocab.entries("currency") if entry.label == "US dollar"]
    assert {entry.code for entry in dollars} == {"USD", "USN"}
    assert vocab.find("currency", "US dollar") is None


def test_an_iri_is_found_in_whichever_list_holds_it() -> None:
    for list_id in vocab.lists():
        first = vocab.entries(list_id)[0]
        assert vocab.by_iri(first.iri) == first


@pytest.mark.parametrize("iri", ["", "x", "http://data.europa.eu/snb/assessment/ffffffffff", "::/"])
def test_an_iri_of_no_list_is_not_found(iri: str) -> None:
    assert vocab.by_iri(iri) is None


def test_membership_is_yes_no_or_unknown() -> None:
    eqf = vocab.scheme("eqf")
    assert vocab.is_member(eqf, "http://data.europa.eu/snb/eqf/6") is True
    assert vocab.is_member(eqf, "http://data.europa.eu/snb/eqf/9") is False
    assert vocab.is_member(eqf, WRITTEN) is False
    assert vocab.is_member("http://example.org/scheme", WRITTEN) is None


@pytest.mark.parametrize("list_id", ["supervision", "nqf", "nuts", "credential-profile"])
def test_absence_from_an_open_list_proves_nothing(list_id: str) -> None:
    scheme = vocab.scheme(list_id)
    first = vocab.entries(list_id)[0]
    assert vocab.is_member(scheme, first.iri) is True
    assert vocab.is_member(scheme, first.iri + "-new") is None


def test_suggestions_serve_misspelt_and_partial_words() -> None:
    assert vocab.suggest("assessment", "writen-exam")[0].code == "written-exam"
    codes = {entry.code for entry in vocab.suggest("assessment", "exam")}
    assert codes == {"written-exam", "oral-exam"}
    assert vocab.suggest("assessment", "zzzzzz") == ()
    assert len(vocab.suggest("country", "republic", limit=1)) == 1


def test_an_unknown_list_is_refused_with_the_names_of_the_lists() -> None:
    for call in (vocab.entries, vocab.scheme):
        with pytest.raises(UsageError, match="assessment, mode"):
            call("no-such-list")
    with pytest.raises(UsageError, match="no controlled list 'x'"):
        vocab.find("x", "y")


def test_isced_ancestors_come_broadest_first() -> None:
    assert [entry.code for entry in vocab.isced_ancestors("0613")] == ["06", "061"]
    assert vocab.isced_ancestors("06") == ()
    assert vocab.isced_ancestors("nonsense") == ()


def test_names_fall_back_to_english_and_say_so() -> None:
    ireland = vocab.find("country", "IRL")
    exam = vocab.find("assessment", "written-exam")
    assert ireland is not None
    assert exam is not None
    assert ireland.name("ga") == ("Éire", "ga")
    assert ireland.name("de-AT") == ("Irland", "de")
    assert ireland.name("en") == ("Ireland", "en")
    assert ireland.name("tlh") == ("Ireland", "en")
    assert ireland.name("") == ("Ireland", "en")
    assert exam.name("de") == ("written examination", "en")


def test_every_country_but_the_technical_row_has_a_name_in_every_eu_language() -> None:
    from tessera.vocab.languages import EU_LANGUAGES

    gaps = {
        (entry.code, lang)
        for entry in vocab.entries("country")
        for lang in EU_LANGUAGES
        if entry.name(lang)[1] != lang
    }
    assert {code for code, lang in gaps if lang != "mt"} == {"OP_DATPRO"}
    assert ("IRL", "mt") not in gaps


def test_an_entry_without_a_label_is_called_by_its_code() -> None:
    entry = vocab.find("language", "AAA")
    assert entry is not None
    assert entry.label == "AAA"
    assert entry.name("fr") == ("AAA", "en")


def test_reading_one_list_reads_no_other_and_no_babel() -> None:
    program = (
        "import sys; from tessera import vocab; from tessera.vocab import lookup\n"
        "vocab.by_iri('http://data.europa.eu/snb/eqf/6')\n"
        "vocab.find('assessment', 'quiz')\n"
        "print(lookup._index.cache_info().currsize, 'babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["2", "False"], done.stderr


@settings(max_examples=60, derandomize=True, deadline=None)
@given(text=st.text(max_size=40), list_id=st.sampled_from(vocab.lists()))
def test_no_text_makes_a_look_up_fail(text: str, list_id: str) -> None:
    found = vocab.find(list_id, text)
    assert found is None or found in vocab.entries(list_id)
    assert vocab.by_iri(text) is None or text == vocab.by_iri(text).iri  # type: ignore[union-attr]
    assert vocab.is_member(vocab.scheme(list_id), text) in (True, False, None)
    assert len(vocab.suggest(list_id, text, limit=2)) <= 2


LONG = tuple(sorted(lookup._LONG))


def test_the_lists_that_are_searched_are_those_of_a_hundred_rows() -> None:
    assert {id for id in vocab.lists() if len(vocab.entries(id)) > 100} == lookup._LONG


@pytest.mark.parametrize("list_id", LONG)
def test_a_search_in_the_text_finds_what_the_whole_list_holds(list_id: str) -> None:
    index = lookup._index(list_id)
    for entry in index.entries[::37]:
        assert lookup._searched_iri(list_id, entry.iri) == entry
    for key, entry in [*index.codes.items()][::29]:
        assert lookup._searched_code(list_id, key) == entry
    for tag in lookup.names.EU_LANGUAGES:
        assert lookup._searched_code(list_id, tag) == index.codes.get(tag)


@pytest.mark.parametrize(
    "hostile",
    ["", " ", "x", "IRL", "ENG\n", "ENG,English,en\nENM", '"', "label_en", "en,http", "\x00", "ß"],
)
@pytest.mark.parametrize("list_id", LONG)
def test_a_search_in_the_text_is_not_misled_by_separators(list_id: str, hostile: str) -> None:
    index = lookup._index(list_id)
    for iri in (hostile, lookup.LISTINGS[list_id].base + hostile):
        assert lookup._searched_iri(list_id, iri) == index.iris.get(iri)
    key = lookup._folded(hostile)
    assert lookup._searched_code(list_id, key) == index.codes.get(key)


def test_a_list_that_is_asked_often_is_read_whole() -> None:
    lookup._searched_iri.cache_clear()
    lookup._searches.clear()
    languages = vocab.entries("language")[:200]
    assert [vocab.by_iri(entry.iri) for entry in languages] == list(languages)
    assert lookup._searches["language"] == lookup._MOST_SEARCHES
