"""What a seal calls itself has to fit what it seals."""

import json

import pytest
from tests.unit.seals.sdjwt.test_read import token

from tessera.report import Outcome
from tessera.seals.sdjwt import SDJWT

VC = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]}
VP = VC | {"type": "VerifiablePresentation"}


def outcome(issuer_key, claims, **header):
    [finding] = SDJWT.form(SDJWT.open(token({"alg": "ES256"} | header, claims, key=issuer_key)))
    assert finding.rule == "sdjwt.media-type"
    return finding.outcome


@pytest.mark.parametrize(
    ("claims", "typ"),
    [
        ({"vct": "urn:x"}, "dc+sd-jwt"),
        ({"vct": "urn:x"}, "vc+sd-jwt"),
        ({"vct": "urn:x"}, "application/dc+sd-jwt"),
        (VC, "vc+sd-jwt"),
        (VC, "VC+SD-JWT"),
        (VP, "vp+sd-jwt"),
        ({"@context": VC["@context"], "verifiableCredential": []}, "vp+sd-jwt"),
    ],
)
def test_the_type_of_what_is_sealed_passes(issuer_key, claims, typ):
    assert outcome(issuer_key, claims, typ=typ) is Outcome.PASSED


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({"vct": "urn:x"}, {}),
        ({"vct": "urn:x"}, {"typ": "JWT"}),
        ({"vct": "urn:x"}, {"typ": "vp+sd-jwt"}),
        ({"a": 1}, {"typ": "dc+sd-jwt"}),
        (VC, {"typ": "dc+sd-jwt"}),
        (VC, {"typ": "vp+sd-jwt"}),
        (VC, {"typ": "bad+typ"}),
        (VC, {"typ": 1}),
        (VP, {"typ": "vc+sd-jwt"}),
        (VC, {"typ": "vc+sd-jwt", "cty": "vp"}),
        (VP, {"typ": "vp+sd-jwt", "cty": "bad+cty"}),
    ],
)
def test_another_type_fails(issuer_key, claims, header):
    assert outcome(issuer_key, claims, **header) is Outcome.FAILED


@pytest.mark.parametrize("cty", ["vc", "application/vc"])
def test_the_content_type_of_the_w3c_passes(issuer_key, cty):
    assert outcome(issuer_key, VC, typ="vc+sd-jwt", cty=cty) is Outcome.PASSED


def test_a_token_of_no_known_kind_may_call_itself_anything(issuer_key):
    assert outcome(issuer_key, {"a": 1}, typ="example+sd-jwt") is Outcome.NOT_APPLICABLE


def test_a_w3c_credential_is_sealed_under_its_own_type(issue, key_of):
    raw = issue(VC, media_type="vc+sd-jwt", content_type="vc", disclosable=("/type",))
    opened = SDJWT.open(raw)
    assert json.dumps(opened.document)
    assert {one.outcome for one in (*SDJWT.check(opened, key_of), *SDJWT.form(opened))} == {
        Outcome.PASSED
    }
