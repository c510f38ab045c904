"""A seeded share of `python -m tests.mutants`."""

import pytest

from tests.mutants import KINDS, TOLERATED, mutants, own_samples, real_samples

COUNT = 160
SAMPLES = [*real_samples(), *own_samples()]


def test_every_sample_is_authentic_before_it_is_spoilt():
    for sample in SAMPLES:
        report = sample.judge().examination.report
        for step in ("parse", "seal", "signer", "time"):
            assert report.step(step).outcome == "PASSED", (sample.name, step)


@pytest.mark.parametrize("number", range(len(KINDS)), ids=list(KINDS))
def test_no_mutant_passes_but_those_that_lost_their_timestamps(number):
    for at, mutant in enumerate(mutants(SAMPLES, COUNT)):
        if at % len(KINDS) == number:
            assert mutant.problem() is None, (mutant.sample.name, mutant.kind)


def test_only_unsigned_additions_are_tolerated():
    assert set(TOLERATED) <= set(KINDS)
    assert len(TOLERATED) == 2
