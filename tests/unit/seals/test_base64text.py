import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64, from_base64url, to_base64url

quick = settings(max_examples=60, derandomize=True, deadline=None)


@quick
@given(st.binary(max_size=80))
def test_every_value_survives_both_encodings(value):
    assert from_base64url(to_base64url(value)) == value
    assert from_base64(base64.b64encode(value).decode()) == value


@quick
@given(st.text(max_size=24))
def test_a_text_is_decoded_only_if_it_is_the_one_text_of_its_value(text):
    try:
        value = from_base64url(text)
    except UnreadableError:
        return
    assert to_base64url(value) == text


@pytest.mark.parametrize("text", ["QQ==", "Q Q", "QQ\n", "Q+", "Q/", "QR", "Q", "é"])
def test_padding_space_foreign_characters_and_surplus_bits_are_refused_in_base64url(text):
    with pytest.raises(UnreadableError):
        from_base64url(text)


@pytest.mark.parametrize("text", ["QQ", "QR==", "Q Q==", "QQ==\n", "Q-==", "=QQ="])
def test_missing_padding_space_and_surplus_bits_are_refused_in_base64(text):
    with pytest.raises(UnreadableError):
        from_base64(text)


@quick
@given(st.binary(max_size=40), st.sampled_from("ABQgwz09-_"))
def test_only_the_text_that_encoding_gives_is_decoded(value, letter):
    text = to_base64url(value)
    assert from_base64url(text) == value
    other = text[:-1] + letter
    try:
        decoded = from_base64url(other)
    except UnreadableError:
        return
    assert to_base64url(decoded) == other
