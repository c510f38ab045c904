"""Trusted lists in a verification: a list by itself, and a seal that a list vouches for."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tessera.journeys.verifying import judge
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys.local import LocalKey
from tessera.standards.locate import Library
from tessera.trust.anchors import load_anchors
from tessera.trust.lists.hierarchy import Hierarchy
from tessera.trust.lists.model import CA_QC, GRANTED, TSA_QTST
from tessera.trust.lists.snapshot import hold
from tessera.verify.examination import Circumstances
from tests.authority.world import a_world
from tests.unit.trust.lists.material import (
    AUTHORITY,
    COMMISSION,
    ISSUED,
    NEXT,
    NOW,
    OPERATOR,
    SEAL,
    SINCE,
    WITHDRAWN,
    list_of_lists,
    national,
    party,
    service,
    tree,
)
from tests.unit.trust.lists.material import QUALIFIED as NO_DEVICE

CASES, STANDARDS = os.environ.get("TESSERA_CASES"), os.environ.get("TESSERA_STANDARDS")
needs_cases = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no real files here")
LIST = national().signed(OPERATOR)
SEALED_AT = NOW - timedelta(days=1)


def verified(raw, *, at=NOW, lists=None, trusted=(), library=None):
    anchors = tuple(one.anchor for one in trusted)
    circumstances = Circumstances(at=at, lists=lists, anchors=anchors, library=library)
    return judge(raw, circumstances, "standard")


def rules(judged, step):
    found = judged.examination.report.step(step)
    return found.outcome.value, [one.rule for one in found.findings if not one.advice]


def test_a_list_that_the_list_of_lists_names_passes_every_step_that_is_about_it():
    judged = verified(LIST, lists=tree())
    assert judged.verdict.outcome is Outcome.PASSED
    assert judged.sentence.startswith("It is the trusted list of FI, number 7.")
    assert judged.examination.format == "etsi-tl"
    assert rules(judged, "parse") == ("PASSED", ["list.parse"])
    assert rules(judged, "seal") == ("PASSED", ["list.signature"])
    assert rules(judged, "signer") == ("PASSED", ["list.signer"])
    assert rules(judged, "time")[0] == "PASSED"
    assert rules(judged, "schema") == ("INDETERMINATE", ["list.schema.not-installed"])
    for step in ("status", "elements", "issuer", "parts"):
        assert rules(judged, step)[0] == "NOT_APPLICABLE"
    seal = judged.examination.seal.to_json()
    assert (seal["mechanism"], seal["algorithm"], seal["intact"]) == ("xades", "ecdsa-sha256", True)
    assert (seal["class"], seal["signer"]) == ("advanced-trusted", "Operator of FI")


def test_a_list_of_lists_is_judged_like_the_others():
    judged = verified(list_of_lists().signed(COMMISSION), lists=tree())
    assert judged.verdict.outcome is Outcome.PASSED


def test_a_list_whose_signer_the_verifier_trusts_needs_no_list_of_lists():
    assert verified(LIST, trusted=[OPERATOR]).verdict.outcome is Outcome.PASSED


def test_without_a_list_of_lists_the_signer_stays_open():
    judged = verified(LIST)
    assert rules(judged, "signer") == ("INDETERMINATE", ["list.signer.unknown"])
    assert judged.verdict.outcome is Outcome.INDETERMINATE
    expired = verified(LIST, lists=tree(), at=NEXT + timedelta(days=1))
    assert rules(expired, "signer") == ("INDETERMINATE", ["list.signer.unknown"])
    assert rules(expired, "time") == (
        "FAILED",
        ["list.issued", "list.expired", "list.signer-validity"],
    )


def test_a_list_of_a_signer_that_is_not_named_fails():
    judged = verified(national().signed(party("Thief")), lists=tree())
    assert rules(judged, "signer") == ("FAILED", ["list.signer"])
    assert judged.verdict.outcome is Outcome.FAILED


def test_a_list_of_another_territory_fails():
    judged = verified(national(territory="SE").signed(OPERATOR), lists=tree())
    assert rules(judged, "signer") == ("FAILED", ["list.signer"])


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (national().xml(), "list.signature.absent"),
        (LIST.replace(b">FI<", b">SE<"), "list.signature.digest"),
    ],
)
def test_a_list_that_is_not_intact_fails_and_has_no_signer(raw, rule):
    judged = verified(raw, lists=tree())
    assert rules(judged, "seal") == ("FAILED", [rule])
    assert rules(judged, "signer") == ("INDETERMINATE", ["list.signer.none"])
    assert judged.verdict.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (LIST[:-5], "parse.not-xml"),
        (b"<!DOCTYPE a>" + LIST, "parse.xml-doctype"),
        (("<!DOCTYPE a>" + LIST.decode()).encode("utf-16"), "parse.xml-doctype"),
        (b"<a>" * 70 + b"TrustServiceStatusList" + b"</a>" * 70, "parse.xml-too-deep"),
        (b"<a>TrustServiceStatusList</a>", "parse.unreadable"),
        (b"<a/>", "parse.unreadable"),
    ],
)
def test_xml_that_is_no_list_or_none_to_be_read_fails_to_parse(raw, rule):
    assert rules(verified(raw), "parse") == ("FAILED", [rule])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_list_in_another_encoding_is_known(encoding):
    assert rules(verified(national().xml().decode().encode(encoding)), "parse")[0] == "PASSED"


@pytest.mark.skipif(not STANDARDS, reason="TESSERA_STANDARDS is not set")
def test_the_form_is_judged_where_the_schema_is_installed():
    library = Library(Path(STANDARDS))
    judged = verified(LIST, lists=tree(), library=library)
    assert rules(judged, "schema") == ("PASSED", ["list.schema"])
    assert judged.verdict.outcome is Outcome.PASSED
    formless = verified(national(number="VII").signed(OPERATOR), lists=tree(), library=library)
    assert rules(formless, "schema") == ("FAILED", ["list.schema"])
    assert formless.verdict.outcome is Outcome.FAILED


def sealed(by=SEAL):
    key = LocalKey(by.key, (by.der,))
    return JADES.seal(b'{"id": "urn:x:1"}', key, SEALED_AT)


def test_a_seal_of_a_listed_authority_is_trusted_and_qualified():
    judged = verified(sealed(), lists=tree())
    assert rules(judged, "signer") == ("PASSED", ["list.service"])
    assert judged.examination.seal.seal_class == "qualified"
    assert judged.verdict.outcome is Outcome.PASSED


def test_a_seal_without_a_device_is_trusted_and_advanced():
    judged = verified(sealed(party("No device", AUTHORITY, statements=NO_DEVICE)), lists=tree())
    assert judged.verdict.outcome is Outcome.PASSED
    assert judged.examination.seal.seal_class == "advanced-trusted"


def test_a_broken_seal_of_a_listed_authority_is_broken():
    judged = verified(sealed().replace(b"urn:x:1", b"urn:x:2"), lists=tree())
    assert judged.examination.seal.seal_class == "broken"
    assert judged.verdict.outcome is Outcome.FAILED


def test_a_test_certificate_stays_a_test_whoever_issued_it():
    trial = party("TEST University", AUTHORITY, statements=NO_DEVICE)
    assert verified(sealed(trial), lists=tree()).examination.seal.seal_class == "test"


def withdrawn_since(moment):
    return tree(service(AUTHORITY, status=WITHDRAWN, since=moment, history=[(GRANTED, SINCE)]))


def test_a_withdrawn_service_leaves_the_seal_unknown():
    judged = verified(sealed(), lists=withdrawn_since(ISSUED))
    assert rules(judged, "signer")[0] == "INDETERMINATE"
    assert "list.service.status" in rules(judged, "signer")[1]
    assert judged.examination.seal.seal_class == "advanced-unknown"
    assert judged.verdict.outcome is Outcome.INDETERMINATE


def test_own_trust_counts_beside_lists_that_are_silent():
    judged = verified(sealed(), lists=withdrawn_since(ISSUED), trusted=[AUTHORITY])
    assert rules(judged, "signer") == ("PASSED", ["signer.trusted-anchor"])
    remarks = [one.rule for one in judged.examination.report.step("signer").findings if one.advice]
    assert "list.service.status" in remarks
    assert judged.examination.seal.seal_class == "advanced-trusted"
    assert judged.verdict.outcome is Outcome.PASSED


def test_own_trust_does_not_hide_that_the_seal_is_qualified():
    judged = verified(sealed(), lists=tree(), trusted=[AUTHORITY])
    assert judged.examination.seal.seal_class == "qualified"


def test_without_lists_all_is_as_before():
    judged = verified(sealed())
    assert rules(judged, "signer") == ("INDETERMINATE", ["signer.unknown-authority"])
    assert judged.examination.seal.seal_class == "advanced-unknown"


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ({}, ("PASSED", "list.service")),
        ({"status": WITHDRAWN}, ("INDETERMINATE", "list.service.status-unproved")),
        ({"since": NOW - timedelta(days=9)}, ("INDETERMINATE", "list.service.status-unproved")),
        ({"type": CA_QC}, ("INDETERMINATE", "list.service.status-unproved")),
    ],
)
def test_a_listed_timestamp_authority_proves_that_a_seal_is_older_than_a_withdrawal(
    stamps, expected
):
    gone = {"status": WITHDRAWN, "since": datetime(2026, 8, 1, tzinfo=UTC)}
    with a_world() as world:
        raw = world.sealed("lt")
        ended = service(world.middle, **gone, history=[(GRANTED, SINCE)])
        times = service(world.tsa_root, **({"type": TSA_QTST, "additional": ()} | stamps))
        judged = verified(raw, lists=tree(ended, times))
    outcome, found = rules(judged, "signer")
    assert (outcome, expected[1] in found) == (expected[0], True)


def test_a_timestamp_authority_may_be_listed_itself():
    with a_world() as world:
        raw = world.sealed("t")
        times = service(world.tsa, type=TSA_QTST, additional=())
        for listed, is_silent in (((), True), ((times,), False)):
            judged = verified(raw, lists=tree(service(world.middle), *listed))
            said = [one.message for one in judged.examination.report.step("time").findings]
            assert any("proves nothing here" in one for one in said) is is_silent


REAL = "etsi-tl/luisgf+openvc/tests/fixtures/trustlist/real"
ANNEX_1 = (
    "edc-jades/european-commission-empl+European-Learning-Model/Credentials/"
    "JSON-LD Examples (ELM v3)/Sample-MC-Annex1-signed.jsonld"
)


@needs_cases
def test_the_signer_of_the_annex_1_sample_is_trusted_by_the_lists_of_2026():
    folder = Path(CASES, REAL)
    files = [(one.name, one.read_bytes()) for one in folder.glob("*.xml")]
    lists = Hierarchy(hold(files, load_anchors([folder / "eu-lotl-signer.pem"])))
    raw = Path(CASES, ANNEX_1).read_bytes()
    judged = verified(raw, lists=lists, at=datetime(2023, 9, 27, 12, tzinfo=UTC))
    outcome, found = rules(judged, "signer")
    assert (outcome, found[0]) == ("PASSED", "list.service")
    # ANF issued it as a certificate for a test organisation, and it says so.
    assert judged.examination.seal.seal_class == "test"


@needs_cases
def test_the_real_spanish_list_passes_by_itself():
    folder = Path(CASES, REAL)
    files = [(one.name, one.read_bytes()) for one in folder.glob("eu-*.xml")]
    lists = Hierarchy(hold(files, load_anchors([folder / "eu-lotl-signer.pem"])))
    raw = (folder / "es-tl-seq187.xml").read_bytes()
    judged = verified(raw, lists=lists, at=datetime(2026, 7, 2, tzinfo=UTC))
    assert judged.verdict.outcome is Outcome.PASSED
    assert judged.sentence.startswith("It is the trusted list of ES, number 187.")
