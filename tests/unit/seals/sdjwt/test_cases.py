"""Samples of others and the specifications, each with the verdict the manifest expects."""

import json
import os
from pathlib import Path

import pytest
from tests.cases.sdjwt import judge_spec

from tessera.report import Outcome
from tessera.seals.jwk import from_jwk
from tessera.seals.sdjwt import SDJWT, Expected, check

FOLDER = Path(os.environ.get("TESSERA_CASES", "cases-not-here"))
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real samples are not here: set TESSERA_CASES"
)


def cases(format):
    manifest = FOLDER / "manifest.json"
    if not manifest.is_file():
        return []
    found = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(one, id=one["id"]) for one in found if one["format"] == format]


def keys(case):
    """Read the public keys that lie beside a case, by their `kid`."""
    found = {}
    for name in case.get("companions", ()):
        jwk = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        jwk = jwk.get("publicKeyJwk", jwk)
        found[jwk.get("kid")] = from_jwk(jwk)
    return lambda ref: found.get(ref.kid, found.get(None))


@pytest.mark.parametrize("case", cases("sd-jwt-spec"))
def test_a_specification_comes_out_as_it_says_with_us_and_with_the_reference(case):
    holds, _, rule, why = judge_spec(FOLDER / case["path"])
    assert holds is (case["expected"] == "valid"), (rule, why)


@pytest.mark.parametrize("case", cases("vc-sd-jwt"))
def test_a_credential_of_the_w3c_suite_is_judged_as_expected(case):
    opened = SDJWT.open((FOLDER / case["path"]).read_bytes())
    seal = [one for one in SDJWT.check(opened, keys(case)) if not one.advice]
    assert {one.outcome for one in seal} == {Outcome.PASSED}
    said = [one.outcome for one in SDJWT.form(opened)]
    assert said == [Outcome.PASSED if case["expected"] == "valid" else Outcome.FAILED]


def test_the_example_of_the_rfc_verifies_with_the_key_of_the_rfc():
    [case] = [one.values[0] for one in cases("sd-jwt-vc") if one.values[0]["expected"] == "valid"]
    opened = SDJWT.open((FOLDER / case["path"]).read_bytes())
    assert {one.outcome for one in SDJWT.check(opened, keys(case))} == {Outcome.PASSED}
    assert {one.outcome for one in SDJWT.form(opened)} == {Outcome.PASSED}
    assert opened.document["vct"] == "urn:eudi:pid:de:1"
    assert opened.document["family_name"] == "Mustermann"


def test_a_recorded_presentation_proves_its_holder_for_its_own_transaction_only():
    [case] = [one.values[0] for one in cases("sd-jwt-vc") if one.values[0]["expected"] == "parses"]
    recorded = json.loads((FOLDER / case["path"]).read_text(encoding="utf-8"))
    [raw] = recorded["vp_token"]["my_credential"]
    opened = SDJWT.open(raw.encode())
    assert opened.document["given_name"] == "Ada"
    issued = opened.proofs[0].claimed_at
    right = Expected(at=issued, nonce=recorded["nonce"], audience=recorded["client_id"])
    wrong = Expected(at=issued, nonce="another", audience=recorded["client_id"])
    for expected, outcome in ((right, Outcome.PASSED), (wrong, Outcome.FAILED)):
        found = check(opened, lambda ref: None, expected)
        about = {one.outcome for one in found if one.rule.startswith("seal.sdjwt.binding")}
        assert about == {outcome}


def test_a_wrong_key_beside_the_example_fails(issuer_key):
    [case] = [one.values[0] for one in cases("sd-jwt-vc") if one.values[0]["expected"] == "valid"]
    opened = SDJWT.open((FOLDER / case["path"]).read_bytes())
    found = SDJWT.check(opened, lambda ref: issuer_key.public)
    assert {one.rule for one in found if one.outcome is Outcome.FAILED} == {"seal.signature"}
    unknown = SDJWT.check(opened, lambda ref: None)
    assert {one.rule for one in unknown if one.outcome is Outcome.INDETERMINATE} == {"seal.key"}
