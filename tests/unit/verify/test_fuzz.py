"""A seeded share of `python -m tests.fuzz`, without the clock."""

import pytest

from tests.fuzz import KINDS, hostile, problem, says_the_same
from tests.fuzz_inputs import seeds

COUNT = 2000


@pytest.mark.parametrize("kind", list(KINDS))
def test_hostile_inputs_neither_raise_nor_pass(kind):
    first, step = list(KINDS).index(kind), len(KINDS)
    for number in range(first, COUNT, step):
        made, raw = hostile(number)
        assert made == kind
        assert problem(number, raw)[0] is None, (number, raw[:200])


def test_an_untouched_sample_passes_so_that_the_fuzzer_can_find_a_pass():
    verdicts = [problem(1, one.raw)[1] for one in seeds()]
    assert sum(one.startswith("passed") for one in verdicts) >= 6


def test_the_fuzzer_reports_a_pass_of_anything_that_says_something_else(monkeypatch):
    sealed = seeds()[0].raw
    monkeypatch.setattr("tests.fuzz.says_the_same", lambda *_: False)
    assert problem(1, sealed) == ("passed", "PASSED")


def test_another_spelling_says_the_same_and_another_payload_does_not():
    sealed = seeds()[0].raw
    assert says_the_same(b" " + sealed.replace(b'"payload"', b'"p\\u0061yload"'), sealed)
    assert not says_the_same(sealed.replace(b"Ada", b"Eve"), sealed)
    assert not says_the_same(sealed.replace(b'{"payload"', b'{"payload":"x","payload"'), sealed)
