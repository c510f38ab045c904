"""Attacks on the verdict: nothing passes that a trusted issuer did not seal as it stands.

The impostor is a stranger, a holder who rewrites what he holds, or a party that the verifier
trusts for its own credentials and that speaks for another.
"""

from __future__ import annotations

import json

import pytest

from tests.unit.verify.test_proofs import (
    CONTEXT,
    UNIVERSITY,
    credential,
    inside,
    said,
    seen,
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
