"""Ed25519 keys: they seal W3C credentials, from a file and from a token, and no EU seals."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from tests.remote.soft_token import LABEL, PIN, module, soft_token

from tessera.errors import KeyRefusedError, UsageError
from tessera.report import Outcome
from tessera.seals.algorithms import ALGORITHMS, refuse_for_advanced_seal, verify_signature
from tessera.seals.certificates import public_key
from tessera.seals.jades import JADES
from tessera.seals.keys import (
    EdwardsKey,
    SealHolder,
    load_pkcs12,
    make_test_authority,
    make_test_seal,
    new_test_authority,
)
from tessera.seals.keys.pkcs11 import TokenEdwardsKey, load_pkcs11
from tessera.seals.protocol import DigestSigningKey
from tessera.seals.vcjose import VCJOSE

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CREDENTIAL = b'{"type":["VerifiableCredential"],"issuer":"https://a.example"}'


@pytest.fixture(scope="module")
def authority():
    return new_test_authority(NOW)


@pytest.fixture(scope="module")
def key(authority):
    return make_test_seal(authority, NOW, algorithm="EdDSA")


def is_intact(token, key):
    findings = VCJOSE.check(VCJOSE.open(token), lambda ref: public_key(key.certificate_chain[0]))
    return {one.outcome for one in findings} == {Outcome.PASSED}


def test_a_file_with_an_ed25519_key_seals_credentials(key):
    assert isinstance(key, EdwardsKey)
    assert (key.alg, key.is_test) == ("EdDSA", True)
    assert not isinstance(key, DigestSigningKey)
    assert is_intact(VCJOSE.seal(CREDENTIAL, key, NOW), key)


def test_the_private_key_does_not_leave_it(key):
    assert "private" not in repr(key).lower()
    assert not hasattr(key, "__dict__")
    with pytest.raises(KeyRefusedError):
        __import__("pickle").dumps(key)


def test_no_advanced_seal_is_made_with_it(key):
    with pytest.raises(KeyRefusedError, match="ETSI TS 119 312"):
        JADES.seal(b"{}", key, NOW)
    for algorithm in ALGORITHMS:
        if algorithm.startswith("Ed"):
            with pytest.raises(KeyRefusedError, match="W3C credentials"):
                refuse_for_advanced_seal(algorithm)
        else:
            refuse_for_advanced_seal(algorithm)
    with pytest.raises(KeyRefusedError):
        refuse_for_advanced_seal("HS256")


@pytest.mark.parametrize("typed", ["ed25519", "Ed25519", "EdDSA", "es256", "ES384", "rs256"])
def test_test_keys_are_made_for_every_algorithm_however_it_is_typed(tmp_path, typed):
    written = make_test_authority(tmp_path / "keys", NOW, algorithm=typed)
    made = load_pkcs12(written.key, written.password.read_text().strip())
    expected = "EdDSA" if typed.lower().startswith("ed") else typed.upper()
    assert made.alg == expected


def test_test_keys_for_anything_else_are_refused(tmp_path):
    with pytest.raises(UsageError, match="Ed25519"):
        make_test_authority(tmp_path / "keys", NOW, algorithm="hs256")
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [("EdDSA", "PASSED"), ("Ed25519", "PASSED"), ("Ed448", "FAILED"), ("ES256", "FAILED")],
)
def test_both_names_of_the_algorithm_are_read(key, algorithm, expected):
    signature = key.sign(b"text")
    found = verify_signature(algorithm, public_key(key.certificate_chain[0]), signature, b"text")
    assert found.outcome.value == expected


@pytest.fixture
def token(tmp_path, monkeypatch, authority):
    """Yield a token with an Ed25519 key and its chain."""
    module()
    with soft_token(tmp_path, monkeypatch) as token:
        store = authority.make_store(SealHolder(), NOW, b"x", "EdDSA")
        _put(token, *pkcs12.load_key_and_certificates(store, b"x")[:2])
        yield token
    gc.collect()


def _put(token, private_key, certificate):
    from pkcs11 import Attribute, KeyType, ObjectClass, lib
    from pkcs11.util.ec import encode_named_curve_parameters
    from pkcs11.util.x509 import decode_x509_certificate

    [found] = list(lib(str(token.module)).get_tokens(token_label=LABEL))
    names = {Attribute.LABEL: "seal", Attribute.TOKEN: True, Attribute.ID: b"\x01"}
    described = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.EC_EDWARDS,
        Attribute.EC_PARAMS: encode_named_curve_parameters("1.3.101.112"),
        Attribute.VALUE: private_key.private_bytes_raw(),
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.SIGN: True,
    }
    with found.open(rw=True, user_pin=PIN) as session:
        session.create_object({**described, **names})
        facts = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
        session.create_object({**facts, **names})


def test_a_token_with_an_ed25519_key_seals_credentials(token):
    key = load_pkcs11(token.uri(object="seal"), PIN, at=NOW)
    assert isinstance(key, TokenEdwardsKey)
    assert key.alg == "EdDSA"
    assert is_intact(VCJOSE.seal(CREDENTIAL, key, NOW), key)
    key.rehearse()


def test_what_a_token_signs_with_another_key_is_not_used(token, authority):
    key = load_pkcs11(token.uri(object="seal"), PIN)
    other = make_test_seal(authority, NOW, algorithm="EdDSA")
    mixed = TokenEdwardsKey(key._TokenEdwardsKey__key, other.certificate_chain, LABEL, PIN)
    with pytest.raises(KeyRefusedError, match="does not fit the certificate"):
        mixed.sign(b"text")
