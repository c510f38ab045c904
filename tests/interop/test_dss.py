"""The Commission's own library (DSS) and we read each other's seals and refuse the same forgeries.

Two generations: 6.4, the present one, and 5.11.1, which European Digital Credentials
were built with. They differ about the claimed time: 5.11.1 knows only `sigT`, 6.4 asks
for `iat` in seals made from 15 July 2025 on (TS 119 182-1 V1.2.1 clause 6.3).
"""

from __future__ import annotations

import hashlib

import pytest

from tessera.seals.jades import Profile
from tests.interop import material
from tests.interop.conftest import AT
from tests.interop.peers import DSS_5, DSS_6, Dss, Job

PAIRS = [(algorithm, profile) for algorithm in material.ALGORITHMS for profile in Profile]
named = pytest.mark.parametrize(
    ("algorithm", "profile"), PAIRS, ids=lambda value: getattr(value, "value", value)
)
FAMILY = {"sigT": "europass", "iat": "etsi-1.2"}


def _label(dss: Dss) -> str:
    return f"DSS {dss.version}"


@named
def test_dss_finds_our_seals_intact_and_sealed_by_our_certificate(
    dss, said_by_dss, matrix, algorithm, profile
):
    [said] = said_by_dss(f"{algorithm}-{profile.value}")
    certificate = material.key(algorithm).chain[0]
    assert said["intact"]
    assert said["structure"], said["structure_messages"]
    assert said["certificate"] == hashlib.sha256(certificate).hexdigest()
    assert said["algorithm"] == {"RS256": "RSA_SHA256", "ES256": "ECDSA_SHA256"}[algorithm]
    if dss is DSS_5 and profile is Profile.ETSI_1_2:
        # 5.11.1 was written for V1.1.1, which had no `iat`: it misses the time of the seal.
        assert (said["indication"], said["sub_indication"]) == (
            "INDETERMINATE",
            "SIG_CONSTRAINTS_FAILURE",
        )
        assert said["errors"] == ["The signed qualifying property: 'signing-time' is not present!"]
    else:
        assert said["indication"] == "TOTAL_PASSED", said
        assert said["errors"] == []
        assert said["claimed_at"] == f"{material.NOW:%Y-%m-%dT%H:%M:%SZ}"
        matrix.count(_label(dss), algorithm, profile.value, "we seal, peer accepts")


@named
def test_dss_calls_our_seals_baseline_b_where_its_edition_of_the_standard_does(
    dss, said_by_dss, algorithm, profile
):
    [new] = said_by_dss(f"{algorithm}-{profile.value}")
    [old] = said_by_dss(f"{algorithm}-{profile.value}-2025")
    baseline, other = "JAdES-BASELINE-B", "JSON-NOT-ETSI"
    expected = {
        (DSS_6, Profile.ETSI_1_2): (baseline, baseline),
        (DSS_6, Profile.EUROPASS): (other, baseline),  # sigT, after 15 July 2025 and before
        (DSS_5, Profile.ETSI_1_2): (other, other),
        (DSS_5, Profile.EUROPASS): (baseline, baseline),
    }
    assert (new["level"], old["level"]) == expected[dss, profile]


@named
@pytest.mark.parametrize("what", material.FORGERIES)
def test_dss_and_we_refuse_the_same_forgeries_of_our_seals(
    dss, said_by_dss, ours, matrix, algorithm, profile, what
):
    name = f"{algorithm}-{profile.value}-forged-{what}"
    [said] = said_by_dss(name)
    assert not (said["intact"] and said["valid"])
    assert said["indication"] != "TOTAL_PASSED"
    assert not material.accepted_by_us(ours[name])
    matrix.count(_label(dss), algorithm, profile.value, "forged, both refuse")


@named
def test_dss_and_we_trust_nobody_who_only_has_the_name_of_our_authority(
    said_by_dss, ours, algorithm, profile
):
    name = f"{algorithm}-{profile.value}-stranger"
    [said] = said_by_dss(name)
    assert said["intact"]
    assert said["indication"] == "INDETERMINATE"
    assert not material.accepted_by_us(ours[name])


@pytest.mark.parametrize("profile", Profile, ids=lambda profile: profile.value)
def test_dss_finds_each_of_three_seals_on_one_file(said_by_dss, profile):
    said = said_by_dss(f"three-{profile.value}")
    assert [one["intact"] for one in said] == [True, True, True]
    assert {one["signer"] for one in said} == {f"TEST Body {letter} seal" for letter in "ABC"}


def _jobs(dss: Dss) -> list[Job]:
    return [
        Job(algorithm=algorithm, serialization=form, b64=b64, time=time, digest=digest)
        for algorithm in material.ALGORITHMS
        for form in ("general", "flattened", "compact")
        for b64 in (True, False)
        for time in (("sigT", "iat") if dss is DSS_6 else ("sigT",))
        for digest in ("SHA256", "SHA512")
        if b64 or form != "compact"  # a compact file cannot hold a payload with full stops
    ]


@pytest.fixture(scope="module")
def theirs(dss: Dss) -> dict[Job, bytes]:
    jobs = _jobs(dss)
    files = dss.seal(jobs)
    return {job: files[job.name] for job in jobs}


def test_we_accept_every_seal_that_dss_makes(dss, theirs, matrix):
    assert len(theirs) == len(_jobs(dss))
    for job, raw in theirs.items():
        assert material.accepted_by_us(raw), job.name
        seen = material.examined(raw)
        assert seen.seal is not None
        assert (seen.seal.level, seen.seal.algorithm) == ("B-B", job.algorithm)
        assert seen.format == "elm", job.name
        matrix.count(_label(dss), job.algorithm, FAMILY[job.time], "peer seals, we accept")


def test_dss_and_we_refuse_the_same_forgeries_of_seals_that_dss_makes(dss, theirs, matrix):
    files = {
        f"{job.name}-{what}": (job, material.forged(raw, what))
        for job, raw in theirs.items()
        for what in material.FORGERIES
    }
    said = dss.verify(
        {name: raw for name, (_, raw) in files.items()},
        trusted=material.authority().certificate,
        at=AT,
    )
    for name, (job, raw) in files.items():
        theirs_said = said[name]
        passed = any(one["indication"] == "TOTAL_PASSED" for one in theirs_said["signatures"])
        assert not passed, name
        assert not material.accepted_by_us(raw), name
        matrix.count(_label(dss), job.algorithm, FAMILY[job.time], "forged, both refuse")
