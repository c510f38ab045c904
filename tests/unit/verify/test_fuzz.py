"""A seeded share of `python -m tests.fuzz`, without the clock."""

from dataclasses import replace

import pytest

from tessera.report import Outcome
from tests.fuzz import (
    FORMATS,
    KINDS,
    hostile,
    made,
    problem,
    problem_of,
    says_the_same,
    wrong_with,
)
from tests.fuzz_inputs import seeds
from tests.fuzzing.spoilers import Spoilt
from tests.fuzzing.targets import TARGETS

COUNT = 2000


@pytest.mark.parametrize("kind", list(KINDS))
def test_hostile_inputs_neither_raise_nor_pass(kind):
    first, step = list(KINDS).index(kind), len(KINDS)
    for number in range(first, COUNT, step):
        found, raw = hostile(number)
        assert found == kind
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


# The other formats

EACH = 24


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "elm"])
def test_hostile_inputs_of_every_format_neither_raise_nor_pass(format):
    for number in range(8 if format == "pdf" else EACH):
        kind, spoilt = made(format, number)
        assert wrong_with(format, number, spoilt)[0] is None, (kind, number, spoilt.raw[:200])


@pytest.mark.parametrize(
    "target", [one for one in TARGETS.values() if one.is_sealed and one.name != "status-list"],
    ids=lambda one: one.name,
)  # fmt: skip
def test_seeds_pass_and_are_found_to_say_the_same(target):
    passing = [raw for raw in target.seeds() if _passes(target, raw)]
    assert passing
    for raw in passing:
        assert problem_of(target, 1, Spoilt(raw))[0] is None
    deaf = replace(target, backs=lambda *_: False)
    assert problem_of(deaf, 1, Spoilt(passing[0])) == ("passed", "PASSED")


def _passes(target, raw):
    return any(one.verdict.outcome is Outcome.PASSED for _, one in target.judge(raw, False))


def test_a_published_list_lets_a_good_credential_pass_and_no_revoked_one():
    target = TARGETS["status-list"]
    for raw in target.seeds():
        verdicts = [one.verdict.outcome for _, one in target.judge(raw, False)]
        assert verdicts.count(Outcome.PASSED) == 1
        assert verdicts.count(Outcome.FAILED) == 1
