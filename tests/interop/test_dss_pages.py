"""DSS judges the pages of our certificates: PAdES at every level, and what attackers make of them.

Its default policy is used as it is where revocation is asked for. DSS reads the seal of the
page; the credential attached to it is held against DSS in test_dss_levels.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tessera.report import Outcome
from tests import pdf_attacks
from tests.authority.pages import LEVELS, page, page_raiser
from tests.authority.world import SEALED_AT, World, a_world, day
from tests.interop import material
from tests.interop.test_dss_levels import ENDED

_WHEN = "%Y-%m-%dT%H:%M:%SZ"
_SOON = SEALED_AT.replace(hour=13)


@cache
def _files(algorithm: str) -> tuple[World, dict[str, bytes]]:
    with a_world(algorithm) as world:
        files = {level: page(world, level) for level in LEVELS}
        world.services.now = day("2027-06-01")
        files["renewed"] = page_raiser(world, "lta").renew(files["lta"])
        world.services.now = SEALED_AT
        files["other"] = page(world, "lta", name="Somebody Else")
        return world, files


@pytest.fixture(params=material.ALGORITHMS)
def exchanged(request: pytest.FixtureRequest) -> tuple[World, dict[str, bytes]]:
    world, files = _files(request.param)
    return world, {name: raw for name, raw in files.items() if name != "other"}


def _said(dss: Any, world: World, files: dict[str, bytes], at: Any, *, revocation: bool) -> Any:
    trusted = [world.root.der, world.tsa_root.der]
    said = dss.verify(files, trusted=trusted, at=f"{at:{_WHEN}}", revocation=revocation)
    return {name: one["signatures"][0] for name, one in said.items()}


def test_dss_names_every_level_of_a_page_and_passes_it_at_its_time(dss, exchanged):
    world, files = exchanged
    said = _said(dss, world, files, _SOON, revocation=False)
    for name, one in said.items():
        level = "LTA" if name == "renewed" else name.upper()
        assert one["indication"] == "TOTAL_PASSED", (name, one)
        assert one["level"] == f"PAdES-BASELINE-{level}", name
        assert one["intact"], name
        assert one["claimed_at"] == f"{SEALED_AT:{_WHEN}}"
        seen = world.seen(files[name], day("2027-06-02")).seal
        assert seen is not None
        assert seen.page is not None
        assert seen.page.level == f"B-{level}"


def test_dss_asks_for_revocation_data_and_finds_them_in_the_store(dss, exchanged):
    world, files = exchanged
    said = _said(dss, world, files, _SOON, revocation=True)
    passed = {name for name, one in said.items() if one["indication"] == "TOTAL_PASSED"}
    assert passed == {"lt", "lta", "renewed"}


@pytest.mark.parametrize("revocation", [True, False])
def test_dss_and_we_pass_the_same_pages_when_their_certificate_has_ended(
    dss, exchanged, revocation
):
    world, files = exchanged
    said = _said(dss, world, files, ENDED, revocation=revocation)
    theirs = {name for name, one in said.items() if one["indication"] == "TOTAL_PASSED"}
    ours = {
        name
        for name, raw in files.items()
        if world.seen(raw, ENDED).report.step("time").outcome is Outcome.PASSED
    }
    assert theirs == ours == {"lt", "lta", "renewed"}


def test_dss_warns_of_a_document_timestamp_of_another_page_and_we_refuse_it(dss):
    """DSS names a level by what is there; so its word LTA says less than ours."""
    from tessera.seals.pades import Stamper, open_pdf, with_document_timestamp

    world, files = _files("ES256")
    token = open_pdf(files["other"]).long_term.timestamps.found[-1].token.der
    forged = {"forged": with_document_timestamp(files["lt"], Stamper(lambda _: token))}
    said = _said(dss, world, forged, ENDED, revocation=True)["forged"]
    assert any("message-imprint does not match" in one for one in said["warnings"])
    seen = world.seen(forged["forged"], ENDED)
    assert seen.report.step("seal").outcome is Outcome.FAILED


@pytest.mark.parametrize("attack", [pdf_attacks.flipped_byte, pdf_attacks.overlay,
                                    pdf_attacks.annotation])  # fmt: skip
def test_a_changed_page_does_not_pass_dss_either(dss, attack):
    one = pdf_attacks.certificate()
    raw = attack(one)
    said = dss.verify({"changed": raw}, trusted=[one.authority.certificate],
                      at=f"{pdf_attacks.NOW:%Y-%m-%dT23:00:00Z}")["changed"]  # fmt: skip
    assert all(each["indication"] != "TOTAL_PASSED" or each["warnings"]
               for each in said["signatures"])  # fmt: skip
