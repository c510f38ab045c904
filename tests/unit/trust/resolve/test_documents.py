"""Documents of strangers: whatever they say, reading them ends with keys or a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.resolve.parties import DID, document, jwk, method, multikey

from tessera.errors import UnreadableError
from tessera.seals.jwk import from_jwk, tells_against, thumbprint, to_jwk
from tessera.seals.multikey import MOST_LETTERS, from_base58btc, from_multibase, from_multikey
from tessera.trust.resolve import KnownParties
from tessera.trust.resolve.documents import MOST_METHODS, moment_of, read_document

NAMES = st.sampled_from(
    ["id", "controller", "verificationMethod", "assertionMethod", "authentication", "expires",
     "revoked", "publicKeyJwk", "publicKeyMultibase", "publicKeyBase58", "type", "keys", "kty",
     "crv", "x", "y", "n", "e", "issuer", "jwks", "kid", "nbf", "exp", "didDocument"]
)  # fmt: skip
WORDS = st.sampled_from(
    [DID, f"{DID}#key-1", "#key-1", "OKP", "EC", "RSA", "Ed25519", "P-256", "AQAB", "AA", "z6Mk",
     "2026-01-01T00:00:00Z", "Ed25519VerificationKey2018", ""]
)  # fmt: skip
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(TREES)
def test_no_document_makes_it_raise_anything_but_unreadable(tree):
    for read in (lambda: read_document(tree, "It"), lambda: KnownParties.of([tree])):
        try:
            found = read()
        except UnreadableError:
            continue
        methods = found.methods if not callable(found.methods) else found.methods()
        for one in methods:
            try:
                one.key()
            except UnreadableError as error:
                assert str(error)


@given(TREES)
def test_no_jwk_makes_it_raise_anything_but_unreadable(tree):
    if isinstance(tree, dict):
        for call in (from_jwk, thumbprint):
            try:
                call(tree)
            except UnreadableError:
                continue
        tells_against(tree, "ES256")


@given(st.text(max_size=80) | st.text("z1Mk6DnaeAB", max_size=80).map(lambda text: "z" + text))
def test_no_multikey_makes_it_raise_anything_but_unreadable(text):
    for read in (from_multikey, from_multibase):
        try:
            read(text)
        except UnreadableError:
            continue


def test_the_number_of_keys_is_bounded():
    many = [method(name=str(number)) for number in range(MOST_METHODS)]
    with pytest.raises(UnreadableError, match=str(MOST_METHODS)):
        read_document(document(*many), "It")
    assert len(read_document({**document(*many), "assertionMethod": []}, "It").methods) == 500


def test_long_base58_is_refused_before_it_costs_anything():
    with pytest.raises(UnreadableError, match=str(MOST_LETTERS)):
        from_base58btc("2" * 10_000_000)
    with pytest.raises(UnreadableError):
        from_multikey("z" + "2" * 10_000_000)


@pytest.mark.parametrize(
    "change",
    [
        {"d": "AA"}, {"x": "AA"}, {"x": 5}, {"x": "A" * 5000}, {"kty": "oct"}, {"kty": ["OKP"]},
        {"crv": "X25519"}, {"crv": "P-256"}, {"kty": "EC"}, {"kty": "RSA"}, {"x": "===="},
    ],
)  # fmt: skip
def test_a_faulty_key_is_refused(change):
    with pytest.raises(UnreadableError):
        from_jwk({**jwk(), **change})


@pytest.mark.parametrize(
    ("member", "value"),
    [("use", "enc"), ("key_ops", ["sign"]), ("key_ops", "verify"), ("alg", "ES256"), ("alg", 5)],
)
def test_a_key_for_something_else_is_told(member, value):
    assert tells_against(jwk(**{member: value}), "EdDSA")


def test_a_key_says_nothing_against_both_names_of_its_algorithm():
    assert tells_against(jwk(use="sig", key_ops=["verify"], alg="EdDSA"), "Ed25519") is None
    assert tells_against(jwk(alg="Ed25519"), "EdDSA") is None


def test_the_published_thumbprint_is_met():
    """RFC 7638 section 3.1 and RFC 8037 appendix A.3."""
    assert (
        thumbprint({"kty": "OKP", "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
        == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    )  # fmt: skip


@given(st.integers(1, 255))
def test_a_key_is_the_same_after_every_way_of_writing_it(number):
    key = from_multikey(multikey(number))
    assert from_jwk(to_jwk(key)) == key


@pytest.mark.parametrize(
    "value", [True, -1, 1e300, "2026-01-01", "2026-01-01T00:00:00", "x" * 100, [], None]
)
def test_what_names_no_moment_is_none(value):
    assert moment_of(value) is None


def test_methods_of_former_versions_of_the_standard_are_read():
    from tessera.seals.multikey import to_base58btc

    old = method()
    raw = from_multibase(old.pop("publicKeyMultibase"))[2:]
    old |= {"type": "Ed25519VerificationKey2018", "publicKeyBase58": to_base58btc(raw)}
    [found] = read_document({"id": DID, "publicKey": [old]}, "It").methods
    assert found.key() == from_multikey(multikey())
