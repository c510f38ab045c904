"""Each of the nine steps: what makes it pass, fail, stay open, or not apply."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

from tessera.formats.elm.encode import dump
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances
from tessera.verify.runner import examine
from tests.unit.verify.conftest import (
    AT,
    BEFORE,
    NOW,
    changed,
    document,
    findings,
    handmade,
    key,
    outcome,
    rules,
    sealed,
    seen,
)

FAR = BEFORE + timedelta(days=400)


def test_a_sealed_complete_credential_passes_what_can_pass():
    examination = seen(sealed())
    assert [(step.id, step.outcome.value) for step in examination.report.steps] == [
        ("parse", "PASSED"), ("seal", "PASSED"), ("signer", "PASSED"), ("time", "PASSED"),
        ("status", "NOT_APPLICABLE"), ("schema", "PASSED"), ("elements", "PASSED"),
        ("issuer", "INDETERMINATE"), ("parts", "NOT_APPLICABLE"),
    ]  # fmt: skip


# seal


def test_the_seal_fails_when_the_document_was_altered():
    examination = seen(sealed().replace(b"Ada", b"Eve"))
    assert rules(examination, "seal")["seal.signature"] == "FAILED"
    assert examination.seal.intact is False
    assert examination.seal.seal_class == "broken"


def test_the_seal_stays_open_without_the_key_that_made_it():
    examination = seen(handmade(document(), key(), x5c=None))
    assert rules(examination, "seal")["seal.key"] == "INDETERMINATE"
    assert rules(examination, "signer") == {"signer.no-certificate": "INDETERMINATE"}
    assert rules(examination, "time")["time.no-certificate"] == "INDETERMINATE"
    assert examination.seal.intact is None


def test_the_certificate_may_lie_among_the_validation_data():
    whole = json.loads(handmade(document(), key(), x5c=None))
    brought = [
        {"x509Cert": {"val": base64.b64encode(one).decode()}} for one in key().certificate_chain
    ]
    whole["signatures"][0]["header"] = {"etsiU": [{"xVals": brought}]}
    examination = seen(dump(whole))
    assert [outcome(examination, one) for one in ("seal", "signer", "time")] == ["PASSED"] * 3
    assert rules(examination, "issuer")["issuer.certificate.identifier"] == "PASSED"


def test_a_document_without_a_seal_has_none_to_judge():
    examination = seen(document())
    assert rules(examination, "seal") == {"seal.absent": "NOT_APPLICABLE"}
    assert rules(examination, "signer") == {"signer.no-seal": "NOT_APPLICABLE"}
    assert rules(examination, "time") == {
        "time.no-seal": "NOT_APPLICABLE",
        "time.credential-valid": "PASSED",
    }
    assert examination.seal is None


def test_a_proof_of_another_kind_is_not_taken_for_no_seal():
    examination = seen(changed(document(), proof={"type": "Other", "verificationMethod": "did:x"}))
    assert rules(examination, "seal")["seal.suite-unknown"] == "INDETERMINATE"


def test_a_text_in_the_place_of_a_proof_is_a_placeholder_and_no_seal():
    examination = seen(changed(document(), proof="to be signed"))
    assert rules(examination, "seal") == {"seal.not-read": "INDETERMINATE"}


# signer


def test_the_signer_is_open_without_an_authority_to_trust():
    examination = seen(sealed(), trust=False)
    assert rules(examination, "signer") == {"signer.unknown-authority": "INDETERMINATE"}


def test_the_signer_fails_when_the_certificate_is_not_meant_for_seals():
    """`tests/unit/trust/test_paths.py` has the other ways in which a path fails."""
    root = ec.generate_private_key(ec.SECP256R1())
    own = ec.generate_private_key(ec.SECP256R1())
    usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
    trusted = certificate(root, root, x509.BasicConstraints(ca=True, path_length=None))
    raw = sealed(None, Made(own, certificate(root, own, usage)))
    circumstances = Circumstances(at=AT, anchors=(Anchor.of(trusted),), use_shapes=False)
    examination = examine(raw, circumstances)
    assert rules(examination, "signer")["signer.extended-key-usage"] == "FAILED"


class Made:
    """A key with a certificate made for one test."""

    alg, kid, is_test = "ES256", "made", True

    def __init__(self, private, leaf):
        self._private = private
        self.certificate_chain = (leaf,)

    def sign(self, message):
        signature = self._private.sign(message, ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(signature)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def certificate(by, of, extension):
    def named(key):
        number = str(key.public_key().public_numbers().x % 10**6)
        return x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, f"TEST {number}")])

    builder = x509.CertificateBuilder(named(by), named(of), of.public_key(), 7, BEFORE, FAR)
    signed = builder.add_extension(extension, critical=True).sign(by, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


# time


def test_the_time_is_open_when_the_certificate_has_expired_without_a_timestamp():
    raw = sealed(changed(document(), validUntil=None))
    examination = seen(raw, at=AT + timedelta(days=1000))
    assert rules(examination, "time")["time.expired-without-timestamp"] == "INDETERMINATE"
    assert outcome(examination, "time") == "INDETERMINATE"


def test_the_time_fails_when_the_seal_claims_to_be_older_than_its_certificate():
    examination = seen(handmade(document(), key(), sigT="2026-08-16T10:00:00Z"))
    assert outcome(examination, "seal") == "PASSED"
    assert rules(examination, "time")["time.claimed"] == "FAILED"


def test_the_time_fails_when_the_seal_or_the_credential_has_ended():
    ended = int(NOW.timestamp())
    assert rules(seen(handmade(document(), key(), exp=ended)), "time")["time.seal-expired"] == (
        "FAILED"
    )
    old = sealed(changed(document(), validUntil="2026-11-24T10:30:00Z"))
    assert rules(seen(old), "time")["time.credential-expired"] == "FAILED"


def test_a_timestamp_that_cannot_be_read_is_named_and_gives_no_level():
    whole = json.loads(sealed())
    whole["signatures"][0]["header"] = {"etsiU": [{"sigTst": {"tstTokens": [{"val": "QUJD"}]}}]}
    examination = seen(json.dumps(whole).encode())
    assert outcome(examination, "time") == "PASSED"
    assert "seal.timestamp-unreadable" in findings(examination, "seal", advice=True)
    assert "seal.level" in findings(examination, "seal", advice=True)
    assert examination.seal.level == "B-B"


def test_a_seal_around_a_record_of_an_import_does_not_make_the_record_genuine():
    record = {"title": "Data ethics", "issuer": "Example University", "learner": "Ada Example"}
    examination = seen(sealed(dump(record)))
    assert examination.format == "evidence"
    assert rules(examination, "signer")["signer.import"] == "INDETERMINATE"


# status


def test_a_declared_status_stays_open_and_an_undeclared_one_does_not_apply():
    declared = seen(sealed(changed(document(), credentialStatus={"id": "https://x.example/1"})))
    assert rules(declared, "status") == {"status.not-read": "INDETERMINATE"}
    assert rules(seen(sealed()), "status") == {"status.none": "NOT_APPLICABLE"}


@pytest.mark.parametrize("status", [{}, [], "", {"id": "https://x.example/1"}])
def test_a_status_is_declared_wherever_the_credential_stands(status):
    inner = json.loads(changed(document(), credentialStatus=status))
    for whole, path in ((inner, ""), ({"credential": inner}, "/credential")):
        examination = seen(sealed(dump(whole)))
        assert findings(examination, "status")["status.not-read"].path == f"{path}/credentialStatus"


# schema


def test_a_document_that_breaks_the_profile_fails_the_schema():
    examination = seen(changed(document(), displayParameter=None))
    assert outcome(examination, "schema") == "FAILED"


def test_content_of_no_known_format_has_no_schema_here():
    examination = seen(sealed(b'{"id":"urn:x:1"}'))
    assert rules(examination, "schema") == {"schema.no-format": "NOT_APPLICABLE"}
    assert rules(examination, "elements") == {"elements.no-record": "NOT_APPLICABLE"}
    assert rules(examination, "issuer") == {"issuer.no-record": "NOT_APPLICABLE"}


# elements


def test_an_element_that_is_missing_fails_the_step():
    whole = json.loads(document())
    whole["credentialSubject"] = {"id": "urn:epass:person:1", "type": "Person"}
    examination = seen(sealed(dump(whole)))
    assert rules(examination, "elements")["elements.eu-2022.learning-outcomes"] == "FAILED"


def test_the_chosen_list_decides_what_is_an_element():
    wanted = rules(seen(sealed(), element_list="neset-2020"), "elements")
    assert any(rule.startswith("elements.neset-2020.") for rule in wanted)
    assert not any(rule.startswith("elements.eu-2022.") for rule in wanted)


# issuer


def test_another_issuer_than_the_holder_of_the_certificate_fails():
    stranger = key("VATFI-7654321", "TEST Another Body")
    examination = seen(sealed(document(), stranger))
    assert rules(examination, "issuer")["issuer.certificate.identifier"] == "FAILED"


def test_no_register_was_asked_and_the_report_says_so():
    examination = seen(sealed())
    assert rules(examination, "issuer")["issuer.register"] == "INDETERMINATE"
    assert any("register" in one for one in examination.report.not_checked)


# parts


def test_parts_are_named_as_not_in_the_file():
    part = "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    examination = seen(sealed(document(parts=(part,))))
    assert rules(examination, "parts") == {"parts.not-read": "INDETERMINATE"}
    assert rules(seen(sealed()), "parts") == {"parts.none": "NOT_APPLICABLE"}


@pytest.mark.parametrize("step", ["parse", "seal", "signer", "time", "status", "schema"])
def test_every_finding_of_a_step_names_its_rule_and_speaks_in_a_sentence(step):
    for raw in (sealed(), document(), sealed(b"[]")):
        for finding in seen(raw).report.step(step).findings:
            assert finding.message.endswith(".")
            assert "." in finding.rule
