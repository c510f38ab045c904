"""Whose seals decide when several stand on one file, and which bodies must seal."""

import json
from datetime import timedelta

import pytest

from tessera.formats.elm.encode import dump
from tessera.seals.keys import SealHolder, make_test_seal
from tests.unit.verify.conftest import (
    BEFORE,
    DUBLIN,
    UTRECHT,
    authority,
    document,
    findings,
    key,
    outcome,
    rules,
    sealed,
    seen,
    without_seal,
)

UNI, SCHOOL = "https://uni.example/", "https://hogeschool.example/"


def school():
    return key(UTRECHT, "TEST Example Hogeschool Utrecht")


def stranger(identifier="VATFI-7654321", name="TEST Stranger"):
    return key(identifier, name, trusted=False)


def both_required():
    return document(seals_required=(UNI, SCHOOL))


def test_one_trusted_seal_suffices_and_the_stranger_is_only_remarked_on():
    for keys in ((key(), stranger()), (stranger(), key())):
        examination = seen(sealed(None, *keys))
        assert outcome(examination, "signer") == "PASSED"
        assert outcome(examination, "time") == "PASSED"
        assert examination.seal.signers == ("TEST Example University Dublin",)
        remark = findings(examination, "signer", advice=True)["signer.unknown-authority"]
        assert remark.path == f"/signatures/{keys.index(stranger())}"


def test_a_stranger_cannot_lend_the_issuers_identifier():
    """A trusted body seals in another's name and sets a worthless seal of that name beside it."""
    forger = key("VATFI-1111111", "TEST Forger")
    borrowed = key(DUBLIN, "TEST Example University Dublin", trusted=False)
    for keys in ((forger, borrowed), (borrowed, forger)):
        examination = seen(sealed(None, *keys))
        assert outcome(examination, "signer") == "PASSED"
        assert rules(examination, "issuer")["issuer.certificate.identifier"] == "FAILED"


def test_a_broken_seal_beside_a_sound_one_fails_the_file():
    whole = json.loads(sealed(None, key(), school()))
    text = whole["signatures"][1]["signature"]
    whole["signatures"][1]["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    assert outcome(seen(dump(whole)), "seal") == "FAILED"


def test_where_nobody_is_trusted_everybody_is_named():
    examination = seen(sealed(None, key(), stranger()), trust=False)
    assert outcome(examination, "signer") == "INDETERMINATE"
    assert examination.seal.signers == ("TEST Example University Dublin", "TEST Stranger")


def test_a_trusted_seal_in_time_counts_beside_one_that_has_expired():
    old = make_test_seal(authority(), BEFORE - timedelta(days=300), SealHolder(
        organisation="TEST Old", country="IE", identifier="VATIE-OLD-1"))  # fmt: skip
    at = BEFORE - timedelta(days=300) + timedelta(days=731)
    examination = seen(sealed(None, old, key()), at=at)
    assert outcome(examination, "time") == "PASSED"
    assert examination.seal.signers == ("TEST Example University Dublin",)
    assert outcome(seen(sealed(None, old), at=at), "time") == "INDETERMINATE"


def test_required_bodies_that_have_all_sealed_pass():
    examination = seen(sealed(both_required(), key(), school()))
    assert outcome(examination, "seal") == "PASSED"
    passed = [
        one for one in examination.report.step("seal").findings if one.rule == "seal.required"
    ]
    assert [one.message.split(" has")[0] for one in passed] == [
        "Example University Dublin", "Example Hogeschool Utrecht",
    ]  # fmt: skip


@pytest.mark.parametrize(("gone", "named"), [(0, "University Dublin"), (1, "Hogeschool Utrecht")])
def test_a_required_body_whose_seal_is_gone_is_named(gone, named):
    examination = seen(without_seal(sealed(both_required(), key(), school()), gone))
    missing = findings(examination, "seal")["seal.required.missing"]
    assert missing.outcome == "FAILED"
    assert named in missing.message
    assert missing.evidence["organisation"] == (UNI, SCHOOL)[gone]


def test_a_stranger_in_the_name_of_a_required_body_is_not_trusted():
    borrowed = key(UTRECHT, "TEST Example Hogeschool Utrecht", trusted=False)
    examination = seen(sealed(both_required(), key(), borrowed))
    assert outcome(examination, "seal") == "PASSED"
    assert rules(examination, "signer")["signer.unknown-authority"] == "INDETERMINATE"
    assert outcome(examination, "signer") == "INDETERMINATE"


def test_a_stranger_beside_the_required_bodies_changes_nothing():
    examination = seen(sealed(both_required(), key(), school(), stranger()))
    assert outcome(examination, "signer") == "PASSED"
    assert len(examination.seal.signers) == 2


def test_the_broken_seal_of_a_required_body_does_not_count_as_its_seal():
    whole = json.loads(sealed(both_required(), key(), school()))
    text = whole["signatures"][1]["signature"]
    whole["signatures"][1]["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    examination = seen(dump(whole))
    assert "Utrecht" in findings(examination, "seal")["seal.required.missing"].message


def test_a_trusted_body_that_was_not_asked_does_not_replace_one_that_was():
    other = key("VATFI-1111111", "TEST Other")
    examination = seen(sealed(both_required(), key(), other))
    assert "seal.required.missing" in findings(examination, "seal")
