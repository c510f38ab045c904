"""Verifiable Credentials in the nine steps: whose key, whose trust, which period, what inside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tessera.journeys.verifying import judge
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.vcjose import VCJOSE, JoseOptions, envelop
from tessera.trust.resolve import KnownParties, Resolver
from tessera.verify.examination import Circumstances
from tests.unit.seals.dataintegrity.material import Key

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
CONTEXT = "https://www.w3.org/ns/credentials/v2"
UNIVERSITY, STRANGER, LEARNER = Key("ES256"), Key("EdDSA"), Key("ES384")


def did(key):
    return key.method.partition("#")[0]


def party(key):
    """What a university publishes of itself, and a verifier gives with --trust."""
    method = {"id": key.method, "type": "Multikey", "controller": did(key),
              "publicKeyMultibase": key.multikey}  # fmt: skip
    return {"id": did(key), "verificationMethod": [method], "assertionMethod": [key.method]}


def circumstances(*trusted, at=AT):
    known = KnownParties.of([party(key) for key in trusted])
    return Circumstances(at=at, resolver=Resolver(known, at=at))


def credential(issuer=UNIVERSITY, **more):
    return {"@context": [CONTEXT], "id": "urn:uuid:1", "type": ["VerifiableCredential"],
            "issuer": did(issuer), "credentialSubject": {"id": did(LEARNER)}, **more}  # fmt: skip


def token(document, key=UNIVERSITY, at=AT):
    options = JoseOptions(verification_method=key.method)
    return VCJOSE.seal(json.dumps(document).encode(), key, at, options)


def inside(document, key=UNIVERSITY):
    return DATA_INTEGRITY.seal(json.dumps(document).encode(), key, AT, key.options())


def presented(*tokens, holder=LEARNER):
    held = [envelop(one, "vc+jwt") for one in tokens]
    return {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": did(holder),
            "verifiableCredential": held}  # fmt: skip


def seen(raw, *trusted, **more):
    return judge(raw, circumstances(*trusted, **more), "standard")


def said(judged, step):
    found = judged.examination.report.step(step)
    return {one.rule: one.outcome.value for one in found.findings if not one.advice}


SEALS = {"token": token, "embedded": inside}


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_a_credential_of_a_trusted_party_passes(seal):
    judged = seen(seal(credential()), UNIVERSITY)
    assert judged.verdict.outcome.value == "PASSED", judged.sentence
    assert said(judged, "signer")["signer.trusted-party"] == "PASSED"
    facts = judged.examination.seal
    assert (facts.level, facts.seal_class) == (None, "advanced-trusted")
    assert facts.signers == (did(UNIVERSITY),)


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_of_a_party_that_nobody_vouched_for_the_signer_stays_open(seal):
    judged = seen(seal(credential()))
    assert judged.verdict.outcome.value == "INDETERMINATE"
    assert said(judged, "signer")["signer.unknown-party"] == "INDETERMINATE"
    assert said(judged, "seal")["seal.signature"] == "PASSED"


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_a_trusted_party_cannot_speak_for_another(seal):
    judged = seen(seal(credential(), STRANGER), UNIVERSITY, STRANGER)
    assert judged.verdict.outcome.value == "FAILED"
    assert said(judged, "signer")["signer.controller"] == "FAILED"


def test_a_changed_credential_fails_at_the_seal():
    embedded = inside(credential()).replace(b"urn:uuid:1", b"urn:uuid:2")
    header, payload, signature = token(credential()).split(b".")
    other = token(credential(id="urn:uuid:2")).split(b".")[1]
    assert other != payload
    tokens = b".".join((header, other, signature))
    for changed in (embedded, tokens):
        judged = seen(changed, UNIVERSITY)
        assert judged.verdict.outcome.value == "FAILED"
        assert said(judged, "seal")["seal.signature"] == "FAILED"


def test_a_key_that_nothing_links_to_the_issuer_leaves_the_signer_open():
    document = {**credential(), "issuer": "https://university.example"}
    judged = seen(token(document))
    assert said(judged, "signer")["signer.controller"] == "INDETERMINATE"
    assert judged.verdict.outcome.value == "INDETERMINATE"


@pytest.mark.parametrize(
    ("made", "rule", "outcome"),
    [
        (AT, "time.proof-valid", "PASSED"),
        (datetime(2026, 12, 1, tzinfo=UTC), "time.proof-not-yet-valid", "FAILED"),
    ],
)
def test_the_time_of_a_token_counts(made, rule, outcome):
    assert said(seen(token(credential(), at=made), UNIVERSITY), "time")[rule] == outcome


@pytest.mark.parametrize(
    ("ends", "rule", "outcome"),
    [
        (AT + timedelta(hours=1), "time.proof-valid", "PASSED"),
        (AT, "time.proof-expired", "FAILED"),
    ],
)
def test_a_proof_counts_until_the_end_it_states(ends, rule, outcome):
    made = AT - timedelta(days=1)
    options = UNIVERSITY.options(created=made, expires=ends)
    raw = DATA_INTEGRITY.seal(json.dumps(credential()).encode(), UNIVERSITY, made, options)
    judged = seen(raw, UNIVERSITY)
    assert said(judged, "time")[rule] == outcome
    assert judged.verdict.outcome.value == outcome


def test_a_credential_past_its_own_end_fails():
    judged = seen(token(credential(validUntil="2026-01-01T00:00:00Z")), UNIVERSITY)
    assert said(judged, "time")["time.credential-expired"] == "FAILED"


def test_a_presentation_of_what_is_trusted_passes_for_whoever_holds_it():
    judged = seen(token(presented(token(credential())), LEARNER), UNIVERSITY)
    assert judged.verdict.outcome.value == "PASSED", judged.sentence
    assert said(judged, "signer") == {
        "signer.holder": "PASSED", "signer.controller": "PASSED", "signer.presented": "PASSED",
    }  # fmt: skip
    assert said(judged, "parts") == {"parts.holds": "PASSED"}


def test_a_presentation_does_not_make_a_strangers_credential_trusted():
    judged = seen(token(presented(token(credential(STRANGER), STRANGER)), LEARNER), UNIVERSITY)
    assert judged.verdict.outcome.value == "INDETERMINATE"
    assert said(judged, "signer")["signer.presented"] == "INDETERMINATE"
    assert said(judged, "parts") == {"parts.undecided": "INDETERMINATE"}


def test_a_presentation_with_a_forged_credential_fails():
    genuine = token(credential())
    forged = genuine[:-4] + (b"AAAA" if genuine[-4:] != b"AAAA" else b"BBBB")
    judged = seen(token(presented(forged), LEARNER), UNIVERSITY)
    assert judged.verdict.outcome.value == "FAILED"
    assert said(judged, "parts") == {"parts.fails": "FAILED"}


def test_presentations_inside_presentations_end():
    raw = token(credential())
    for _ in range(6):
        raw = token(presented(raw), LEARNER)
    judged = seen(raw, UNIVERSITY)
    assert judged.verdict.outcome.value == "INDETERMINATE"


def test_more_credentials_than_are_looked_at_leave_the_parts_open():
    raw = token(presented(*[token(credential())] * 70), LEARNER)
    judged = seen(raw, UNIVERSITY)
    assert said(judged, "parts")["parts.too-many"] == "INDETERMINATE"
    assert judged.verdict.outcome.value == "INDETERMINATE"


def test_without_a_resolver_what_proves_itself_is_still_found():
    judged = judge(token(credential()), replace(circumstances(), resolver=None), "standard")
    assert said(judged, "seal")["seal.signature"] == "PASSED"
