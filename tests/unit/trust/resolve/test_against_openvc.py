"""Our reading of DIDs against that of openvc-core, which others wrote."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from openvc.did.did_jwk import DidJwkResolver
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from tests.unit.trust.resolve.parties import NOW

from tessera.seals.certificates import public_key
from tessera.seals.dids import did_of_key
from tessera.seals.jwk import from_jwk
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.seals.keys.publish import Change, Site, publish
from tessera.seals.protocol import KeyRef
from tessera.trust.resolve import Resolver

KEYS = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate().public_key(),
    "P-256": ec.generate_private_key(ec.SECP256R1()).public_key(),
    "P-384": ec.generate_private_key(ec.SECP384R1()).public_key(),
}


@pytest.mark.parametrize("kind", KEYS)
def test_did_key_is_the_same_key_for_both(kind):
    did, method = did_of_key(KEYS[kind])
    [theirs] = DidKeyResolver().resolve(did).verification_methods
    assert theirs.id == method
    assert from_jwk(theirs.public_key_jwk) == KEYS[kind]
    assert Resolver().key_of(KeyRef(algorithm="suite", kid=method, issuer=did)) == KEYS[kind]


def test_did_jwk_is_the_same_key_for_both():
    from tessera.seals.base64text import to_base64url
    from tessera.seals.jwk import to_jwk

    did = "did:jwk:" + to_base64url(json.dumps(to_jwk(KEYS["P-256"])).encode())
    [theirs] = DidJwkResolver().resolve(did).verification_methods
    ours = Resolver().key_of(KeyRef(algorithm="ES256", kid=f"{did}#0", issuer=did))
    assert ours == from_jwk(theirs.public_key_jwk) == KEYS["P-256"]


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "EdDSA"])
def test_what_we_publish_is_read_by_openvc(algorithm):
    key = make_test_seal(new_test_authority(NOW), NOW, algorithm=algorithm)
    site = Site.of("registry.example.edu/seals")
    trees = publish(site, Change(certificates=[key.certificate_chain[0]]), NOW)
    asked = []

    def fetch(url):
        asked.append(url)
        return trees[site.document_path]

    theirs = DidWebResolver(fetch).resolve(site.did)
    assert asked == [f"https://registry.example.edu/{site.document_path}"]
    expected = {one["id"] for one in trees[site.document_path]["verificationMethod"]}
    assert {one.id for one in theirs.verification_methods} == expected
    assert set(theirs.relationships["assertionMethod"]) == expected
    public = public_key(key.certificate_chain[0])
    assert all(from_jwk(one.public_key_jwk) == public for one in theirs.verification_methods)
