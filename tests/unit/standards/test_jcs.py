"""JCS (RFC 8785): the published cases, and the fast way held against the slow one."""

import json
import math
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.standards.jcs import JcsRefused, _is_plain, jcs

CASES = os.environ.get("TESSERA_CASES", "")


def _cases() -> list[dict]:
    if not CASES:
        return []
    listed = json.loads(Path(CASES, "manifest.json").read_text(encoding="utf-8"))["cases"]
    return [one for one in listed if one["format"] == "jcs"]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_a_published_case_has_the_published_form(case):
    value = json.loads(Path(CASES, case["path"]).read_bytes())
    assert jcs(value) == Path(CASES, case["companions"][0]).read_bytes().rstrip(b"\n")


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(value=VALUES)
@settings(max_examples=400, deadline=None)
def test_the_fast_way_writes_what_rfc8785_writes(value):
    import rfc8785

    assert jcs(value) == rfc8785.dumps(value)


def test_names_are_ordered_by_utf16_and_not_by_character():
    assert jcs({"\U0001f600": 1, "\uff01": 2}).decode() == '{"\U0001f600":1,"\uff01":2}'


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (4.50, "4.5"),
        (-0.0, "0"),
        (333333333.33333329, "333333333.3333333"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number, text):
    assert jcs([number]).decode() == f"[{text}]"


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, "\ud800", {1: 2}, {"a": {1, 2}}, [b"x"]]
)
def test_what_has_no_canonical_text_is_refused(value):
    with pytest.raises(JcsRefused, match="no canonical JSON text"):
        jcs([value])


def test_a_value_nested_without_end_is_refused():
    value: list = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(JcsRefused):
        jcs(value)


def test_the_fast_way_serves_an_ordinary_credential():
    assert _is_plain({"a": ["text", 1, True, None], "ä": {}})
    assert not _is_plain({"a": 1.5})
