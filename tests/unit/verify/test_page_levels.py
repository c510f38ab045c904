"""The page of a certificate at its level: when it counts, what proves it, what the report says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tessera.report import Outcome
from tessera.seals.pades import PADES, Stamper, open_pdf
from tessera.trust.revocation import RevocationData
from tests.authority.pages import LEVELS, drawn, page, page_raiser
from tests.authority.pki import Life
from tests.authority.table import RENEWED_AT, crl
from tests.authority.world import SEALED_AT, World, a_world, day

SOON, ENDED = SEALED_AT + timedelta(hours=1), day("2028-06-01")


@pytest.fixture(scope="module")
def world():
    with a_world() as running:
        yield running


@pytest.fixture(scope="module")
def files(world) -> dict[str, bytes]:
    return {level: page(world, level) for level in LEVELS}


def outcome(world: World, raw: bytes, at, step: str = "time", **known) -> Outcome:
    return world.seen(raw, at, **known).report.step(step).outcome


def said(world: World, raw: bytes, at, rule: str, **known):
    """The findings of a rule about the page."""
    report = world.seen(raw, at, **known).report
    return [one for step in report.steps for one in step.findings
            if one.rule == rule and (one.path or "").startswith("/pdf")]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "name"), [("b", "B-B"), ("t", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA")]
)
def test_the_report_names_the_seal_of_the_page_beside_that_of_the_credential(
    world, files, level, name
):
    shape = world.seen(files[level], SOON).seal.to_json()
    assert (shape["mechanism"], shape["level"]) == ("jades", name)
    assert shape["page"] == {
        "mechanism": "pades", "level": name, "intact": True, "class": "test",
        "signer": "TEST Awarding Body",
    }  # fmt: skip


def test_a_file_that_is_no_pdf_has_no_page_in_its_report(world):
    assert "page" not in world.seen(world.sealed("b"), SOON).seal.to_json()


def test_a_page_of_a_broken_seal_is_named_broken(world, files):
    at = files["t"].index(b"<xmp:CreatorTool>") + 20
    raw = files["t"][:at] + bytes([files["t"][at] ^ 1]) + files["t"][at + 1 :]
    shape = world.seen(raw, SOON).seal.to_json()
    assert (shape["page"]["intact"], shape["page"]["class"]) == (False, "broken")


def test_a_page_without_a_seal_has_no_level_and_no_signer(world):
    shape = world.seen(drawn(world), SOON).seal.to_json()["page"]
    assert (shape["level"], shape["signer"], shape["class"]) == (None, None, "broken")
    assert shape["intact"] is False


def test_a_page_nobody_trusts_is_advanced_unknown_or_test(world, files):
    stranger = world.tree.root("TEST Stranger")
    seen = world.seen(files["lta"], SOON, anchors=(stranger,))
    assert seen.seal.page.seal_class == "test"
    assert seen.report.step("signer").outcome is Outcome.INDETERMINATE


# The best signature time


def test_the_time_of_the_seal_is_the_earliest_trusted_timestamp(world, files):
    [first, last] = said(world, files["lta"], ENDED, "time.timestamp")
    assert [one.outcome for one in (first, last)] == [Outcome.PASSED, Outcome.PASSED]
    assert (first.path, last.path) == ("/pdf/timestamps/0", "/pdf/timestamps/1")
    assert outcome(world, files["lta"], ENDED) is Outcome.PASSED


def test_a_timestamp_of_an_authority_nobody_trusts_proves_nothing(world, files):
    assert outcome(world, files["lta"], ENDED, anchors=(world.root,)) is Outcome.INDETERMINATE
    found = said(world, files["lta"], ENDED, "time.timestamp", anchors=(world.root,))
    assert {one.evidence["indication"] for one in found} == {"NO_CERTIFICATE_CHAIN_FOUND"}
    assert all(one.advice for one in found)


def test_a_token_before_the_time_the_seal_claims_is_not_believed(world):
    """EN 319 102-1 clause 5.5.4: the best signature time must not be before the claimed time."""
    later = SEALED_AT + timedelta(days=2)
    proofs = page_raiser(world, "t").proofs
    stamper = Stamper(lambda digest: proofs.stamp(digest).der)
    raw = PADES.seal(drawn(world, "t"), world.sealer.local(), later, stamper)
    assert outcome(world, raw, later + timedelta(days=1)) is Outcome.INDETERMINATE
    [one] = said(world, raw, later + timedelta(days=1), "time.claimed-later")
    assert one.evidence["indication"] == "SIG_CONSTRAINTS_FAILURE"


def test_a_document_timestamp_from_before_the_one_inside_it_is_out_of_order(world):
    services = world.services
    services.now = SEALED_AT + timedelta(days=30)
    sealed = page(world, "lt")
    services.now = SEALED_AT
    try:
        raiser = page_raiser(world, "lta")
        from tessera.seals.pades import with_document_timestamp

        raw = with_document_timestamp(sealed, Stamper(lambda one: raiser.proofs.stamp(one).der))
    finally:
        services.now = SEALED_AT
    [one] = said(world, raw, day("2026-09-01"), "time.timestamp-order")
    assert one.evidence["indication"] == "TIMESTAMP_ORDER_FAILURE"
    assert outcome(world, raw, day("2026-09-01")) is Outcome.INDETERMINATE


# Revocation, inside and outside


def test_revocation_data_in_the_store_and_with_the_verifier_both_count(world, files):
    inside = said(world, files["lt"], SOON, "time.not-revoked")
    assert [one.evidence["source"] for one in inside] == ["OCSP", "CRL"]
    assert not said(world, files["t"], SOON, "time.not-revoked")
    known = RevocationData(crls=(crl(world, "sealer", "2026-05-01", "2026-05-02"),))
    assert outcome(world, files["t"], SOON, revocation=known) is Outcome.FAILED
    [one] = said(world, files["t"], SOON, "time.revoked", revocation=known)
    assert one.evidence["indication"] == "REVOKED"


def test_a_revocation_after_the_timestamp_spoils_nothing_and_without_one_nobody_knows(world, files):
    known = RevocationData(crls=(crl(world, "sealer", "2027-01-01", "2027-01-02"),))
    at = day("2027-06-01")
    assert outcome(world, files["t"], at, revocation=known) is Outcome.PASSED
    assert outcome(world, files["b"], at, revocation=known) is Outcome.INDETERMINATE
    [one] = said(world, files["b"], at, "time.revoked", revocation=known)
    assert one.evidence["indication"] == "REVOKED_NO_POE"


# The credential inside


def test_document_timestamps_prove_of_the_credential_what_they_prove_of_the_page(world):
    raw = page(world, "lta", inside="b")
    seen = world.seen(raw, ENDED)
    assert (seen.seal.level, seen.seal.page.level) == ("B-B", "B-LTA")
    assert seen.report.step("time").outcome is Outcome.PASSED
    assert outcome(world, page(world, "t", inside="b"), ENDED) is Outcome.INDETERMINATE


def test_the_credential_in_a_renewed_page_stays_provable(world, files):
    services, first = world.services, world.services.tsa
    root = world.tree.root("TEST later", Life(begins=day("2029-01-01"), ends=day("2045-01-01")))
    second = world.tree.tsa(root, Life(begins=day("2030-01-01"), ends=day("2037-01-01")))
    services.know(second)
    services.tsa, services.now = second, RENEWED_AT
    try:
        renewed = page_raiser(world, "lta").renew(files["lta"])
    finally:
        services.tsa, services.now = first, SEALED_AT
    trusted = (world.root, world.tsa_root, root)
    late = day("2033-06-01")
    assert outcome(world, renewed, late, anchors=trusted) is Outcome.PASSED
    assert outcome(world, files["lta"], late, anchors=trusted) is Outcome.INDETERMINATE
    alone = open_pdf(renewed).document
    assert outcome(world, alone, late, anchors=trusted) is Outcome.INDETERMINATE


def test_a_page_that_was_changed_lends_nothing_to_the_credential(world):
    from tests.pdf_attacks import overlay

    raw = page(world, "lta", inside="b")
    changed = overlay(replace(_stage(), sealed=raw))
    report = world.seen(changed, ENDED).report
    assert report.step("seal").outcome is Outcome.FAILED
    inner = [one for one in report.step("time").findings if one.path == "/signatures/0"]
    assert any(one.outcome is Outcome.INDETERMINATE and not one.advice for one in inner)


def _stage():
    from tests.pdf_attacks import certificate

    return certificate()
