"""Keys that are published: found by our own resolver, and kept with their history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.trust.resolve.parties import Web

from tessera.errors import UnreadableError, UsageError
from tessera.report import Outcome
from tessera.seals.certificates import public_key
from tessera.seals.dids import did_of_key, methods_of
from tessera.seals.jwk import thumbprint, to_jwk
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.seals.keys.publish import Change, Site, as_text, did_of, names, publish
from tessera.seals.protocol import KeyRef
from tessera.seals.vcjose import VCJOSE, JoseOptions
from tessera.trust.resolve import KnownParties, Resolver

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SITE = Site.of("registry.example.edu/seals")
CREDENTIAL = b'{"type":["VerifiableCredential"],"issuer":"did:web:registry.example.edu:seals"}'


@pytest.fixture(scope="module")
def keys():
    authority = new_test_authority(NOW)
    return {
        name: make_test_seal(authority, NOW, algorithm=name) for name in ("ES256", "EdDSA", "RS256")
    }


def certificate(key):
    return key.certificate_chain[0]


def name_of(key):
    return thumbprint(to_jwk(public_key(certificate(key))))


def served(trees):
    return Web(
        {f"https://registry.example.edu/{path}": as_text(tree) for path, tree in trees.items()}
    )


def resolve(trees, key, at, **named):
    asked = {
        "algorithm": key.alg,
        "kid": f"{SITE.did}#{name_of(key)}",
        "issuer": SITE.did,
        "at": at,
    }
    return Resolver(fetcher=served(trees)).resolve(KeyRef(**{**asked, **named}))


def outcomes(resolution):
    return {one.outcome for one in resolution.findings}


@pytest.mark.parametrize(
    ("text", "did", "paths"),
    [
        ("example.edu", "did:web:example.edu",
         (".well-known/did.json", "jwks.json", ".well-known/jwt-vc-issuer")),
        ("https://Example.edu/a/b/", "did:web:example.edu:a:b",
         ("a/b/did.json", "a/b/jwks.json", ".well-known/jwt-vc-issuer/a/b")),
        ("example.edu:8443", "did:web:example.edu%3A8443",
         (".well-known/did.json", "jwks.json", ".well-known/jwt-vc-issuer")),
    ],
)  # fmt: skip
def test_a_site_has_a_did_and_three_files(text, did, paths):
    site = Site.of(text)
    assert site.did == did
    assert (site.document_path, site.keys_path, site.metadata_path) == paths


@pytest.mark.parametrize("text", ["", "localhost", "example.edu/../x", "a b", "http://a.example"])
def test_what_is_no_domain_is_refused(text):
    with pytest.raises(UsageError, match="no domain"):
        Site.of(text)


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_a_published_key_is_found_by_every_way_that_verifiers_go(keys, algorithm):
    key = keys[algorithm]
    trees = publish(SITE, Change(certificates=[certificate(key)]), NOW)
    by_did = resolve(trees, key, NOW)
    by_metadata = resolve(trees, key, NOW, kid=name_of(key), issuer=SITE.issuer)
    for found, how in ((by_did, "did:web"), (by_metadata, "jwt-issuer")):
        assert (found.key, found.how) == (public_key(certificate(key)), how)
        assert outcomes(found) == {Outcome.PASSED}


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_proof_inside_a_document_finds_it_as_multikey(keys, algorithm):
    key = keys[algorithm]
    trees = publish(SITE, Change(certificates=[certificate(key)]), NOW)
    text = did_of(key)[0].removeprefix("did:key:")
    found = resolve(trees, key, NOW, kid=f"{SITE.did}#{text}", algorithm="a-cryptosuite")
    assert found.key == public_key(certificate(key))


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_the_names_of_a_key_are_those_it_is_published_under(keys, algorithm):
    key = certificate(keys[algorithm])
    document = publish(SITE, Change(certificates=[key]), NOW)[SITE.document_path]
    named = [name for name in methods_of(SITE.did, public_key(key)) if name is not None]
    assert named == document["assertionMethod"]


def test_no_private_part_is_published(keys):
    trees = publish(SITE, Change(certificates=[certificate(one) for one in keys.values()]), NOW)
    text = b"".join(as_text(tree) for tree in trees.values())
    assert not any(f'"{name}":'.encode() in text for name in ("d", "p", "q", "dp", "dq", "qi"))


def test_an_exchanged_key_keeps_what_it_sealed_and_seals_nothing_more(keys):
    old, new = keys["ES256"], keys["EdDSA"]
    first = publish(SITE, Change(certificates=[certificate(old)]), NOW)
    later = NOW + timedelta(days=100)
    change = Change(certificates=[certificate(new)], retire=True)
    second = publish(SITE, change, later, first[SITE.document_path])
    assert [name for name, _ in names(second[SITE.document_path])] == [name_of(old), name_of(new)]
    assert outcomes(resolve(second, old, NOW)) == {Outcome.PASSED}
    assert Outcome.FAILED in outcomes(resolve(second, old, later))
    assert outcomes(resolve(second, new, later)) == {Outcome.PASSED}
    in_set = {"kid": name_of(old), "issuer": SITE.issuer}
    assert outcomes(resolve(second, old, NOW, **in_set)) == {Outcome.PASSED}
    assert Outcome.FAILED in outcomes(resolve(second, old, later, **in_set))


def test_a_second_key_beside_the_first_leaves_it_in_force(keys):
    old, new = keys["ES256"], keys["EdDSA"]
    first = publish(SITE, Change(certificates=[certificate(old)]), NOW)
    both = publish(SITE, Change(certificates=[certificate(new)]), NOW, first[SITE.document_path])
    assert outcomes(resolve(both, old, NOW + timedelta(days=1))) == {Outcome.PASSED}
    again = publish(SITE, Change(certificates=[certificate(old)], retire=True), NOW,
                    both[SITE.document_path])  # fmt: skip
    assert len(list(names(again[SITE.document_path]))) == 2
    assert outcomes(resolve(again, old, NOW + timedelta(days=1))) == {Outcome.PASSED}
    assert Outcome.FAILED in outcomes(resolve(again, new, NOW + timedelta(days=1)))


def test_a_revoked_key_seals_nothing_from_then_on_under_either_name(keys):
    key = keys["ES256"]
    first = publish(SITE, Change(certificates=[certificate(key)]), NOW)
    later = NOW + timedelta(days=10)
    change = Change(revoked=[name_of(key)])
    second = publish(SITE, change, later, first[SITE.document_path])
    assert all("revoked" in one for one in second[SITE.document_path]["verificationMethod"])
    # An earlier date is what a thief would write: only a timestamp could prove it.
    assert Outcome.INDETERMINATE in outcomes(resolve(second, key, NOW))
    assert Outcome.FAILED not in outcomes(resolve(second, key, NOW))
    assert Outcome.FAILED in outcomes(resolve(second, key, later))
    third = publish(SITE, change, later + timedelta(days=5), second[SITE.document_path])
    assert third == second


def test_a_name_that_is_not_published_cannot_be_revoked(keys):
    first = publish(SITE, Change(certificates=[certificate(keys["ES256"])]), NOW)
    with pytest.raises(UsageError, match=name_of(keys["ES256"])):
        publish(SITE, Change(revoked=["other"]), NOW, first[SITE.document_path])


def test_the_document_of_somebody_else_is_not_touched(keys):
    change = Change(certificates=[certificate(keys["ES256"])])
    with pytest.raises(UnreadableError, match="did:web:other"):
        publish(SITE, change, NOW, {"id": "did:web:other.example"})


def test_what_others_wrote_into_the_document_stays(keys):
    before = {"id": SITE.did, "service": [{"id": "#s"}], "alsoKnownAs": ["https://a.example"]}
    trees = publish(SITE, Change(certificates=[certificate(keys["ES256"])]), NOW, before)
    document = trees[SITE.document_path]
    assert {name: document[name] for name in before} == before


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_the_did_of_a_key_alone_verifies_what_it_sealed_with_nothing_else(keys, algorithm):
    key = keys[algorithm]
    did, method = did_of(key)
    assert (did, method) == did_of_key(public_key(certificate(key)))
    document = CREDENTIAL.replace(SITE.did.encode(), did.encode())
    token = VCJOSE.seal(document, key, NOW, JoseOptions(verification_method=method))
    resolver = Resolver(KnownParties())
    opened = VCJOSE.open(token)
    assert {one.outcome for one in VCJOSE.check(opened, resolver.key_of)} == {Outcome.PASSED}
    assert outcomes(resolver.resolve(opened.proofs[0].key)) == {Outcome.PASSED}
