"""`jose` (npm) and we verify each other's signatures and refuse the same forgeries."""

from __future__ import annotations

import pytest

from tessera.seals.jades import Profile
from tests.interop import material
from tests.interop.peers import Job, Jose

FAMILY = {"sigT": "europass", "iat": "etsi-1.2"}
PAIRS = [(algorithm, profile) for algorithm in material.ALGORITHMS for profile in Profile]


def _label(jose: Jose) -> str:
    return f"jose {jose.version}"


@pytest.fixture(scope="module")
def said(jose: Jose, ours: dict[str, bytes]):
    return jose.verify(ours)


def test_jose_accepts_our_seals(jose, said, matrix):
    for algorithm, profile in PAIRS:
        assert said[f"{algorithm}-{profile.value}"]["signatures"] == [{"valid": True}]
        matrix.count(_label(jose), algorithm, profile.value, "we seal, peer accepts")


@pytest.mark.parametrize("profile", Profile, ids=lambda profile: profile.value)
def test_jose_accepts_each_of_three_seals_on_one_file(said, profile):
    assert said[f"three-{profile.value}"]["signatures"] == [{"valid": True}] * 3


def test_jose_and_we_refuse_the_same_forgeries_of_our_seals(jose, said, ours, matrix):
    for algorithm, profile in PAIRS:
        for what in material.FORGERIES:
            name = f"{algorithm}-{profile.value}-forged-{what}"
            assert not said[name]["signatures"][0]["valid"], name
            assert not material.accepted_by_us(ours[name]), name
            matrix.count(_label(jose), algorithm, profile.value, "forged, both refuse")


@pytest.fixture(scope="module")
def theirs(jose: Jose) -> dict[Job, bytes]:
    jobs = [
        Job(algorithm=algorithm, serialization=form, b64=b64, time=time)
        for algorithm in material.ALGORITHMS
        for form in ("general", "flattened", "compact")
        for b64 in (True, False)
        for time in ("sigT", "iat")
        if b64 or form != "compact"  # a compact file cannot hold a payload with full stops
    ]
    files = jose.seal(jobs)
    return {job: files[job.name] for job in jobs}


def test_we_accept_every_seal_that_jose_makes(jose, theirs, matrix):
    assert len(theirs) == 20
    for job, raw in theirs.items():
        assert material.accepted_by_us(raw), job.name
        assert material.examined(raw).format == "elm", job.name
        matrix.count(_label(jose), job.algorithm, FAMILY[job.time], "peer seals, we accept")


def test_jose_and_we_refuse_the_same_forgeries_of_seals_that_jose_makes(jose, theirs, matrix):
    files = {
        f"{job.name}-{what}": (job, material.forged(raw, what))
        for job, raw in theirs.items()
        for what in material.FORGERIES
    }
    said = jose.verify({name: raw for name, (_, raw) in files.items()})
    for name, (job, raw) in files.items():
        assert not said[name]["signatures"][0]["valid"], name
        assert not material.accepted_by_us(raw), name
        matrix.count(_label(jose), job.algorithm, FAMILY[job.time], "forged, both refuse")
