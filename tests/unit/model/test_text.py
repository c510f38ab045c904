from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import ModelError
from tessera.model import Text
from tessera.model.text import canonical_tag
from tests.unit.model.values import tags, words


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("EN", "en"),
        ("EN-gb", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("SR-LATN", "sr-Latn"),
        ("de-1901", "de-1901"),
        ("ca-VALENCIA", "ca-valencia"),
        ("en-u-CA-BUDDHIST", "en-u-ca-buddhist"),
        ("en-x-AB-latn", "en-x-ab-latn"),
        ("es-419", "es-419"),
    ],
)
def test_a_tag_is_brought_into_its_usual_letters(written: str, canonical: str) -> None:
    assert canonical_tag(written) == canonical
    assert canonical_tag(canonical) == canonical


@pytest.mark.parametrize(
    "wrong",
    ["", "e", "english language", "en_GB", "en-", "-en", "en--GB", "de-ſt", "\u212an", "1a"],
)
def test_what_is_no_tag_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(ModelError, match="en, fi or pt-BR"):
        canonical_tag(wrong)


@given(tags())
def test_the_usual_letters_of_a_tag_do_not_change_again(tag: str) -> None:
    assert canonical_tag(canonical_tag(tag.upper())) == canonical_tag(tag.lower())


def test_a_text_keeps_the_order_of_its_languages() -> None:
    text = Text.of({"fi": "Hei", "en": "Hello"})
    assert text.languages == ("fi", "en")
    assert text.as_dict() == {"fi": "Hei", "en": "Hello"}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ((), "at least one language"),
        ((("en", " "),), "is empty"),
        ((("en", "a"), ("en", "b")), "given twice"),
        ((("EN", "a"),), "Write the language tag 'EN' as 'en'"),
    ],
)
def test_a_wrong_text_cannot_be_built(entries: tuple[tuple[str, str], ...], told: str) -> None:
    with pytest.raises(ModelError, match=told):
        Text(entries)


def test_two_spellings_of_one_language_are_one_language_given_twice() -> None:
    with pytest.raises(ModelError, match="given twice"):
        Text.of({"en": "a", "EN": "b"})


def test_the_best_text_is_the_first_wish_that_can_be_met() -> None:
    text = Text.of({"en": "Hello", "de": "Hallo", "pt-BR": "Oi"})
    assert text.best("de") == ("Hallo", "de", False)
    assert text.best("de-AT") == ("Hallo", "de", False)
    assert text.best("pt") == ("Oi", "pt-BR", False)
    assert text.best("fi", "de") == ("Hallo", "de", True)


def test_a_fallback_says_that_it_is_one() -> None:
    assert Text.of({"fi": "Hei", "en": "Hello"}).best("sv") == ("Hello", "en", True)
    assert Text.of({"fi": "Hei"}).best("sv") == ("Hei", "fi", True)
    assert Text.of({"fi": "Hei"}).best() == ("Hei", "fi", False)


def test_a_text_without_a_language_says_so() -> None:
    assert Text.of("Hei").languages == ("und",)
    assert Text.of("Hei", language="FI").get("fi") == "Hei"
    assert Text.of("Hei", language="fi").get("sv") is None


@given(st.dictionaries(tags(), words(), min_size=1, max_size=4), tags())
def test_some_text_is_always_found_and_it_is_one_of_those_given(
    texts: dict[str, str], wish: str
) -> None:
    found = Text.of(texts).best(wish)
    assert texts[found.language] == found.text
    if wish in texts:
        assert found == (texts[wish], wish, False)
