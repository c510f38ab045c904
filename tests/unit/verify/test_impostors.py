"""Attacks on the verdict: nothing passes that a trusted issuer did not seal as it stands.

The impostor is a stranger, a holder who rewrites what he holds, or a party that the verifier
trusts for its own credentials and that speaks for another.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tessera.formats.vcdm import FORMAT as VC
from tessera.journeys.verifying import judge
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import public_key
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.jades import JADES
from tessera.seals.jwk import to_jwk
from tessera.seals.sdjwt import SDJWT, SdJwtOptions
from tessera.trust.anchors import Anchor
from tessera.trust.resolve import KnownParties, Resolver
from tessera.verify.examination import Circumstances
from tests.complete import complete_award
from tests.unit.seals.dataintegrity.material import Key
from tests.unit.verify.conftest import AT as LATER
from tests.unit.verify.conftest import NOW, authority
from tests.unit.verify.conftest import key as certified
from tests.unit.verify.test_proofs import (
    AT,
    CONTEXT,
    LEARNER,
    STRANGER,
    UNIVERSITY,
    credential,
    did,
    inside,
    party,
    presented,
    said,
    seen,
    token,
)

CRED = "https://www.w3.org/2018/credentials#"
XSD = "http://www.w3.org/2001/XMLSchema#"
STATUS = {
    "id": "https://university.example/list#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://university.example/list",
}
ENDED = "2026-01-01T00:00:00Z"


def typed(text):
    return {"@value": text, "@type": f"{XSD}dateTime"}


def as_addresses(document):
    document[f"{CRED}credentialStatus"] = document.pop("credentialStatus")
    document[f"{CRED}validUntil"] = typed(document.pop("validUntil"))


def as_included(document):
    moved = {"@id": document["id"], f"{CRED}credentialStatus": document.pop("credentialStatus"),
             f"{CRED}validUntil": typed(document.pop("validUntil"))}  # fmt: skip
    document["@included"] = [moved]


def as_nested(document):
    document["@nest"] = {name: document.pop(name) for name in ("credentialStatus", "validUntil")}


def under_other_names(document):
    document["@context"] = [
        CONTEXT,
        {
            "withdrawal": {"@id": f"{CRED}credentialStatus", "@type": "@id"},
            "end": {"@id": f"{CRED}validUntil", "@type": f"{XSD}dateTime"},
        },
    ]
    document["withdrawal"] = document.pop("credentialStatus")
    document["end"] = document.pop("validUntil")


def below_a_word_for_nesting(document):
    document["@context"] = [CONTEXT, {"more": "@nest"}]
    document["more"] = {name: document.pop(name) for name in ("credentialStatus", "validUntil")}


REWRITTEN = (
    as_addresses, as_included, as_nested, under_other_names,
    below_a_word_for_nesting,
)  # fmt: skip


@pytest.mark.parametrize("rewrite", REWRITTEN, ids=lambda one: one.__name__)
def test_a_holder_cannot_write_the_status_and_the_end_so_that_nobody_reads_them(rewrite):
    sealed = json.loads(inside(credential(credentialStatus=STATUS, validUntil=ENDED)))
    rewrite(sealed)
    judged = seen(json.dumps(sealed).encode(), UNIVERSITY)
    assert said(judged, "seal")["seal.signature"] == "PASSED"  # the statements are the same
    assert said(judged, "seal")["seal.not-compact"] == "INDETERMINATE"
    assert judged.verdict.outcome.value == "INDETERMINATE"
    assert judged.examination.seal.intact is None


def test_a_part_cannot_be_written_in_pieces_of_which_readers_take_the_first():
    subject = {"id": "urn:uuid:2", "description": "failed", "name": "Ana"}
    sealed = json.loads(inside(credential(credentialSubject=subject)))
    sealed["credentialSubject"] = [
        {"id": "urn:uuid:2", "name": "Ana"},
        {"id": "urn:uuid:2", "description": "failed"},
    ]
    judged = seen(json.dumps(sealed).encode(), UNIVERSITY)
    assert said(judged, "seal")["seal.not-compact"] == "INDETERMINATE"


def test_words_that_a_document_only_adds_do_not_matter():
    own = {"@protected": True, "Watering": "https://garden.example/words#Watering"}
    document = {**credential(type=["VerifiableCredential", "Watering"]), "@context": [CONTEXT, own]}
    judged = seen(inside(document), UNIVERSITY)
    assert judged.verdict.outcome.value == "PASSED", judged.sentence


class Pages:
    """The network as the impostor has arranged it: pages by address, nothing else."""

    def __init__(self, pages):
        self.pages = {url: json.dumps(page).encode() for url, page in pages.items()}

    def get(self, url, *, max_bytes):
        return self.pages[url][:max_bytes]


def published(key, name):
    """A key as somebody publishes it who says that it is the university's."""
    return {"id": name, "type": "Multikey", "controller": did(UNIVERSITY),
            "publicKeyMultibase": key.multikey}  # fmt: skip


def renamed(name):
    key = Key("EdDSA")
    key.method = name
    return key


def judged_online(raw, pages, *known):
    resolver = Resolver(KnownParties.of(known), Pages(pages), AT)
    return judge(raw, Circumstances(at=AT, resolver=resolver), "standard")


@pytest.mark.parametrize("seal", [token, inside], ids=["token", "embedded"])
def test_a_document_of_a_stranger_cannot_make_his_key_that_of_a_trusted_party(seal):
    key = renamed("did:web:stranger.example#key")
    pages = {
        "https://stranger.example/.well-known/did.json": {
            "id": "did:web:stranger.example",
            "verificationMethod": [published(key, key.method)],
            "assertionMethod": [key.method],
        }
    }
    judged = judged_online(seal(credential(), key), pages, party(UNIVERSITY))
    assert said(judged, "signer")["signer.controller"] == "FAILED"
    assert judged.verdict.outcome.value == "FAILED"


@pytest.mark.parametrize("seal", [token, inside], ids=["token", "embedded"])
def test_a_key_at_an_address_of_a_stranger_is_not_whose_it_says(seal):
    key = renamed("https://stranger.example/key")
    pages = {key.method: published(key, key.method)}
    judged = judged_online(seal(credential(), key), pages, party(UNIVERSITY))
    assert said(judged, "signer")["signer.controller"] == "FAILED"


def test_a_trusted_document_cannot_list_the_key_of_another_party_as_its_own():
    own = party(STRANGER)
    own["verificationMethod"][0]["controller"] = did(UNIVERSITY)
    judged = judged_online(token(credential(), STRANGER), {}, own, party(UNIVERSITY))
    assert said(judged, "signer")["signer.controller"] == "FAILED"


def test_a_key_without_an_owner_does_not_speak_for_a_party_whose_keys_are_known():
    key = renamed("key-of-the-school")
    lone = to_jwk(key.public) | {"kid": key.method}
    judged = judged_online(token(credential(), key), {}, lone, party(UNIVERSITY))
    assert said(judged, "signer")["signer.controller"] == "FAILED"
    assert judged.verdict.outcome.value == "FAILED"


def signed(payload, key, **header):
    """A token with claims of one's own."""
    whole = {"alg": key.alg, "typ": "JWT", "kid": key.method, **header}
    parts = [to_base64url(json.dumps(one).encode()) for one in (whole, payload)]
    text = ".".join(parts).encode()
    return text + b"." + to_base64url(key.sign(text)).encode()


OLD = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": ["VerifiableCredential"],
    "issuanceDate": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": did(LEARNER)},
}


def nested_in_a_token():
    inner = {**OLD, "issuer": did(UNIVERSITY)}
    outer = {**OLD, "issuer": did(STRANGER), "vc": inner}
    return signed({"iss": did(STRANGER), "vc": outer}, STRANGER)


def nested_in_a_jcs_proof():
    outer = {**credential(STRANGER), "vc": credential()}
    options = STRANGER.options(cryptosuite="eddsa-jcs-2022")
    return DATA_INTEGRITY.seal(json.dumps(outer).encode(), STRANGER, AT, options)


def nested_in_claims_for_a_wallet():
    claims = {"iss": did(STRANGER), "vc": credential()}
    options = SdJwtOptions(verification_method=STRANGER.method)
    return SDJWT.seal(json.dumps(claims).encode(), STRANGER, AT, options)


@pytest.mark.parametrize(
    "made", [nested_in_a_token, nested_in_a_jcs_proof, nested_in_claims_for_a_wallet]
)
def test_a_trusted_party_cannot_seal_the_credential_of_another_within_its_own(made):
    judged = seen(made(), UNIVERSITY, STRANGER)
    assert said(judged, "seal")["seal.signature"] == "PASSED"
    assert said(judged, "signer")["signer.issuer"] == "FAILED"
    assert judged.verdict.outcome.value == "FAILED"


def test_a_credential_sealed_as_claims_is_held_against_its_own_issuer():
    options = SdJwtOptions(verification_method=STRANGER.method)
    raw = SDJWT.seal(json.dumps(credential()).encode(), STRANGER, AT, options)
    judged = seen(raw, UNIVERSITY, STRANGER)
    assert said(judged, "signer")["signer.controller"] == "FAILED"


UNREAD = {"status_list": {"idx": 7, "uri": "https://university.example/tokens"}}


@pytest.mark.parametrize(
    "made",
    [
        lambda: signed({"iss": did(STRANGER), "vc": {**OLD, "issuer": did(STRANGER)},
                        "status": UNREAD}, STRANGER),
        lambda: token({**credential(STRANGER), "status": UNREAD}, STRANGER),
        lambda: token({**credential(STRANGER), "status": [STATUS]}, STRANGER),
        lambda: token(credential(STRANGER, credentialStatus=[]) | {"status": UNREAD}, STRANGER),
    ],
    ids=["beside-vc", "beside-the-members", "a-list", "beside-an-empty-list"],
)  # fmt: skip
def test_a_status_in_an_unusual_place_is_not_taken_for_none(made):
    judged = seen(made(), STRANGER)
    assert said(judged, "status") == {"status.not-read": "INDETERMINATE"}
    assert judged.verdict.outcome.value == "INDETERMINATE"


def test_a_second_status_beside_the_first_is_said_to_be_unread():
    raw = token(credential(STRANGER, credentialStatus=STATUS, status=UNREAD), STRANGER)
    found = said(seen(raw, STRANGER), "status")
    assert found == {"status.unknown": "INDETERMINATE", "status.not-read": "INDETERMINATE"}


def about(learner, **more):
    return token(credential(credentialSubject={"id": did(learner)}, **more))


def test_who_presents_the_credential_of_another_is_not_taken_for_its_learner():
    shown = token(presented(about(LEARNER), holder=STRANGER), STRANGER)
    judged = seen(shown, UNIVERSITY)
    assert said(judged, "parts") == {"parts.holds": "PASSED"}
    assert said(judged, "signer")["signer.other-holder"] == "INDETERMINATE"
    assert judged.verdict.outcome.value == "INDETERMINATE"


def test_a_test_credential_stays_one_when_it_is_presented():
    award = replace(complete_award(), is_test=True)
    document = {**VC.encode(award)}
    document["issuer"] = {**document["issuer"], "id": did(UNIVERSITY)}
    document["credentialSubject"]["id"] = did(LEARNER)
    assert seen(token(document), UNIVERSITY).examination.seal.seal_class == "test"
    judged = seen(token(presented(token(document)), LEARNER), UNIVERSITY)
    assert judged.examination.seal.seal_class == "test"
    assert "proves nothing outside a test" in judged.sentence


def test_a_presentation_that_passes_names_what_it_shows():
    judged = seen(token(presented(about(LEARNER)), LEARNER), UNIVERSITY)
    assert judged.verdict.outcome.value == "PASSED", judged.sentence
    assert judged.sentence == (
        f"{did(LEARNER)} presents what others sealed. The credential inside holds."
    )


@pytest.mark.parametrize("name", [None, "TEST Example University Dublin"])
def test_a_trusted_certificate_does_not_seal_in_the_name_of_a_did(name):
    issuer = {"id": did(UNIVERSITY), **({"name": name} if name else {})}
    raw = JADES.seal(json.dumps(credential(issuer=UNIVERSITY) | {"issuer": issuer}).encode(),
                     certified(), NOW)  # fmt: skip
    anchors = (Anchor.of(authority().certificate),)
    known = Resolver(KnownParties.of([party(UNIVERSITY)]), at=LATER)
    judged = judge(raw, Circumstances(at=LATER, anchors=anchors, resolver=known), "standard")
    assert said(judged, "seal")["seal.signature"] == "PASSED"
    assert said(judged, "signer")["signer.controller"] == "FAILED"
    assert judged.verdict.outcome.value == "FAILED"
    alone = judge(raw, Circumstances(at=LATER, anchors=anchors), "standard")
    assert said(alone, "signer")["signer.controller"] == "FAILED"  # a did:key is one key


def test_a_trusted_certificate_seals_for_the_did_that_publishes_its_key():
    key = certified()
    method = {"id": "did:web:university.example#seal", "type": "JsonWebKey",
              "controller": "did:web:university.example",
              "publicKeyJwk": to_jwk(public_key(key.certificate_chain[0]))}  # fmt: skip
    document = {"id": "did:web:university.example", "verificationMethod": [method],
                "assertionMethod": [method["id"]]}  # fmt: skip
    made = {**credential(), "issuer": "did:web:university.example"}
    raw = JADES.seal(json.dumps(made).encode(), key, NOW)
    anchors = (Anchor.of(authority().certificate),)
    known = Resolver(KnownParties.of([document]), at=LATER)
    judged = judge(raw, Circumstances(at=LATER, anchors=anchors, resolver=known), "standard")
    assert said(judged, "signer")["signer.controller"] == "PASSED"
    assert judged.verdict.outcome.value == "PASSED", judged.sentence


def test_a_stolen_key_does_not_pass_by_an_earlier_date():
    whole = party(UNIVERSITY)
    whole["verificationMethod"][0]["revoked"] = "2026-11-20T00:00:00Z"
    resolver = Resolver(KnownParties.of([whole]), at=AT)
    backdated = token(credential(), at=datetime(2026, 11, 1, tzinfo=UTC))
    judged = judge(backdated, Circumstances(at=AT, resolver=resolver), "standard")
    assert said(judged, "seal")["seal.verification-method"] == "INDETERMINATE"
    assert judged.verdict.outcome.value == "INDETERMINATE"
