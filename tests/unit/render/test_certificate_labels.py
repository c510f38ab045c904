"""The fixed words of a certificate: all 24 languages have all of them."""

from __future__ import annotations

import re

import pytest

from tessera import vocab
from tessera.errors import UsageError
from tessera.render.labels import labels
from tessera.vocab.names import EU_LANGUAGES

PLACEHOLDER = re.compile(r"\{[^}]*\}")


@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_every_language_has_every_label_with_the_same_placeholders(language):
    english, own = labels("en"), labels(language)
    assert list(own) == list(english)
    for key, text in own.items():
        assert text, (language, key)
        assert text == text.strip()
        assert PLACEHOLDER.findall(text) == PLACEHOLDER.findall(english[key]), key


@pytest.mark.parametrize("language", ["bg", "el"])
def test_the_labels_of_greek_and_bulgarian_are_in_their_own_script(language):
    first = {"bg": "а", "el": "α"}[language]
    words = [text for key, text in labels(language).items() if key != "hint"]
    assert all(any(abs(ord(sign) - ord(first)) < 128 for sign in text) for text in words)


@pytest.mark.parametrize(
    ("list_id", "family"), [("assessment", "assessment"), ("mode", "mode"), ("qf-ehea", "cycle")]
)
def test_every_value_of_the_lists_that_a_certificate_shows_has_a_label(list_id, family):
    codes = {entry.code for entry in vocab.entries(list_id)}
    assert {f"{family}_{code}" for code in codes} <= set(labels("en"))


def test_a_regional_language_takes_the_labels_of_its_language():
    assert labels("de-AT") == labels("de")


def test_a_language_without_labels_is_refused_and_the_languages_are_named():
    with pytest.raises(UsageError, match=r"'tlh'.*bg, cs"):
        labels("tlh")
