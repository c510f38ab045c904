"""DSS names the level of our seals with timestamps, and passes them when their keys have ended.

DSS 6.4 reads the family `etsi-1.2`, DSS 5.11.1 the family `europass` (see
docs/interoperability.md). Its default policy is used as it is: it asks for revocation data.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tessera.report import Outcome
from tessera.seals.jades import JadesOptions, Profile
from tests.authority.world import SEALED_AT, World, a_world, day
from tests.interop import material
from tests.interop.peers import DSS_6

LEVELS = ("b", "t", "lt", "lta")
ENDED = day("2028-06-01")  # the certificate of the seal has ended, those of the TSA have not
_WHEN = "%Y-%m-%dT%H:%M:%SZ"


@cache
def _files(algorithm: str, profile: Profile) -> tuple[World, dict[str, bytes]]:
    with a_world(algorithm) as world:
        files = {level: world.sealed(level, JadesOptions(profile=profile)) for level in LEVELS}
        world.services.now = day("2027-06-01")
        files["renewed"] = world.raiser("lta").renew(files["lta"])
        return world, files


@pytest.fixture(params=material.ALGORITHMS)
def exchanged(request: pytest.FixtureRequest, dss: Any) -> tuple[World, dict[str, bytes]]:
    profile = Profile.ETSI_1_2 if dss is DSS_6 else Profile.EUROPASS
    return _files(request.param, profile)


def _said(dss: Any, world: World, files: dict[str, bytes], at: Any, *, revocation: bool) -> Any:
    trusted = [world.root.der, world.tsa_root.der]
    said = dss.verify(files, trusted=trusted, at=f"{at:{_WHEN}}", revocation=revocation)
    return {name: one["signatures"][0] for name, one in said.items()}


def test_dss_names_every_level_and_passes_it_at_its_time(dss, exchanged):
    world, files = exchanged
    at = day("2026-06-01T13:00:00")
    said = _said(dss, world, files, at, revocation=False)
    for name, one in said.items():
        level = "LTA" if name == "renewed" else name.upper()
        assert one["indication"] == "TOTAL_PASSED", (name, one)
        assert one["level"] == f"JAdES-BASELINE-{level}", name
        seen = world.seen(files[name], at)
        assert seen.seal is not None
        assert seen.seal.level == f"B-{level}"
        assert seen.report.step("time").outcome is Outcome.PASSED


def test_dss_asks_for_revocation_data_and_finds_them_from_lt_on(dss, exchanged):
    world, files = exchanged
    said = _said(dss, world, files, SEALED_AT.replace(hour=13), revocation=True)
    passed = {name for name, one in said.items() if one["indication"] == "TOTAL_PASSED"}
    assert passed == {"lt", "lta", "renewed"}


@pytest.mark.parametrize("revocation", [True, False])
def test_dss_and_we_pass_the_same_seals_when_their_certificate_has_ended(
    dss, exchanged, revocation
):
    world, files = exchanged
    said = _said(dss, world, files, ENDED, revocation=revocation)
    theirs = {name for name, one in said.items() if one["indication"] == "TOTAL_PASSED"}
    ours = {
        name for name, raw in files.items()
        if world.seen(raw, ENDED).report.step("time").outcome is Outcome.PASSED
    }  # fmt: skip
    assert theirs == ours == {"lt", "lta", "renewed"}


def test_dss_and_we_refuse_an_archive_timestamp_over_something_else(dss, exchanged):
    import orjson

    world, files = exchanged
    whole = orjson.loads(files["lta"])
    listed = whole["signatures"][0]["header"]["etsiU"]
    listed[1], listed[2] = listed[2], listed[1]
    broken = {"broken": orjson.dumps(whole)}
    said = _said(dss, world, broken, ENDED, revocation=True)["broken"]
    assert said["level"] != "JAdES-BASELINE-LTA" or said["errors"] or said["warnings"]
    assert world.seen(broken["broken"], ENDED).report.step("seal").outcome is Outcome.FAILED
