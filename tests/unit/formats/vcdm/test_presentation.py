"""The credentials in a presentation come with their own bytes."""

from __future__ import annotations

import base64
import json

from tessera.formats.vcdm import FORMAT, terms

PLAIN = {"@context": [terms.V2], "type": ["VerifiableCredential"], "issuer": "did:web:ä.example"}
TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"


def enveloped(address):
    return {"@context": terms.V2, "type": "EnvelopedVerifiableCredential", "id": address}


def shown(*credentials):
    return {"type": ["VerifiablePresentation"], "verifiableCredential": list(credentials)}


def test_each_credential_comes_with_its_place_and_its_bytes():
    cose = base64.b64encode(b"\xd2\x84").decode()
    document = shown(
        PLAIN,
        enveloped(f"data:application/vc+jwt,{TOKEN}"),
        enveloped(f"data:application/vc+cose;base64,{cose}"),
        TOKEN,
    )
    found = FORMAT.embedded(document)
    assert [one.path for one in found] == [f"/verifiableCredential/{at}" for at in range(4)]
    assert json.loads(found[0].content) == PLAIN
    assert found[1].content == TOKEN.encode()
    assert found[2].content == b"\xd2\x84"
    assert found[3].content == TOKEN.encode()


def test_one_credential_needs_no_array():
    document = {"vp": {"type": "VerifiablePresentation", "verifiableCredential": PLAIN}}
    assert [one.path for one in FORMAT.embedded(document)] == ["/vp/verifiableCredential"]


def test_an_envelope_alone_holds_what_it_envelopes():
    one = enveloped(f"data:application/vc+jwt,{TOKEN}")
    assert [found.content for found in FORMAT.embedded(one)] == [TOKEN.encode()]
    both = {"type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{TOKEN}"}
    assert [found.content for found in FORMAT.embedded(both)] == [TOKEN.encode()]


def test_what_cannot_be_opened_is_left_to_the_check():
    document = shown(enveloped("data:application/vc+cose;base64,%%%"), enveloped("data:x"), 5)
    assert FORMAT.embedded(document) == ()
    assert FORMAT.embedded(PLAIN) == ()
