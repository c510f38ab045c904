"""The answer of a wallet: recognised, taken apart, never written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import EncodeError
from tessera.formats.openid4vp import FORMAT

ANSWER = {"vp_token": {"a/b": ["x.y.z~", {"type": "VerifiablePresentation"}], "c": "p.q.r"}}


def test_each_presentation_comes_out_with_its_place():
    assert [(one.path, one.content) for one in FORMAT.embedded(ANSWER)] == [
        ("/vp_token/a~1b/0", b"x.y.z~"),
        ("/vp_token/a~1b/1", b'{"type":"VerifiablePresentation"}'),
        ("/vp_token/c", b"p.q.r"),
    ]
    assert FORMAT.decode(ANSWER) is None
    assert [one.outcome.value for one in FORMAT.check(ANSWER)] == ["PASSED"]


def test_an_answer_that_is_neither_text_nor_object_fails_with_its_place():
    (finding,) = FORMAT.check({"vp_token": {"a": [7]}})
    assert (finding.outcome.value, finding.path) == ("FAILED", "/vp_token/a/0")


@pytest.mark.parametrize("other", [{}, [], None, {"vp_token": "x.y.z"}, b"<a/>"])
def test_other_documents_are_not_recognised(other):
    assert not FORMAT.recognises(other)


def test_nobody_but_a_wallet_writes_it():
    with pytest.raises(EncodeError, match="written by a wallet"):
        FORMAT.encode(None)


TREES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(TREES)
def test_hostile_answers_break_nothing(value):
    answer = {"vp_token": value}
    if FORMAT.recognises(answer):
        assert FORMAT.check(answer)
        assert isinstance(FORMAT.embedded(answer), tuple)
