import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tessera.report import Outcome
from tessera.seals.algorithms import verify_signature

MESSAGE = b"the exact bytes"
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {
    "ES256": (ec.SECP256R1(), 32), "ES384": (ec.SECP384R1(), 48), "ES512": (ec.SECP521R1(), 66),
}  # fmt: skip


@pytest.fixture(scope="module")
def rsa_private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def judged(algorithm, private, signature, message=MESSAGE):
    finding = verify_signature(algorithm, private.public_key(), signature, message)
    return finding.rule, finding.outcome


GOOD = ("seal.signature", Outcome.PASSED)
BAD = ("seal.signature", Outcome.FAILED)
REFUSED = ("seal.algorithm", Outcome.FAILED)


@pytest.mark.parametrize("size", ["256", "384", "512"])
def test_rsa_signatures_fit_in_both_paddings_and_not_in_each_other(rsa_private, size):
    digest = HASHES[size]
    pkcs1 = rsa_private.sign(MESSAGE, padding.PKCS1v15(), digest)
    salted = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
    pss = rsa_private.sign(MESSAGE, salted, digest)
    assert judged(f"RS{size}", rsa_private, pkcs1) == GOOD
    assert judged(f"PS{size}", rsa_private, pss) == GOOD
    assert judged(f"PS{size}", rsa_private, pkcs1) == BAD
    assert judged(f"RS{size}", rsa_private, pss) == BAD
    assert judged(f"RS{size}", rsa_private, pkcs1, MESSAGE + b".") == BAD
    assert judged(f"ES{size}", rsa_private, pkcs1) == REFUSED


@pytest.mark.parametrize("algorithm", list(CURVES))
def test_ecdsa_signatures_are_two_numbers_of_fixed_length(algorithm):
    curve, size = CURVES[algorithm]
    private = ec.generate_private_key(curve)
    der = private.sign(MESSAGE, ec.ECDSA(HASHES[algorithm[2:]]))
    r, s = (value.to_bytes(size, "big") for value in decode_dss_signature(der))
    assert judged(algorithm, private, r + s) == GOOD
    assert judged(algorithm, private, b"\0" + r + b"\0" + s) == BAD
    for other in (der, s + r, r + s + b"\0", b"", bytes(2 * size)):
        assert judged(algorithm, private, other) == BAD
    for foreign in set(CURVES) - {algorithm}:
        assert judged(foreign, private, r + s) == REFUSED


def test_a_shortened_number_that_keeps_its_value_is_not_accepted():
    private = ec.generate_private_key(ec.SECP256R1())
    for attempt in range(20_000):
        message = str(attempt).encode()
        der = private.sign(message, ec.ECDSA(hashes.SHA256()))
        r, s = (value.to_bytes(32, "big") for value in decode_dss_signature(der))
        if s[0] == 0:
            break
    assert judged("ES256", private, r + s, message) == GOOD
    assert judged("ES256", private, r + s[1:], message) == BAD


@pytest.mark.parametrize("kind", [ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey])
def test_eddsa_signatures_fit(kind):
    private = kind.generate()
    signature = private.sign(MESSAGE)
    assert judged("EdDSA", private, signature) == GOOD
    assert judged("EdDSA", private, signature[:-1]) == BAD
    assert judged("RS256", private, signature) == REFUSED


@pytest.mark.parametrize("algorithm", [None, "", "none", "HS256", "RS1", "es256", "1.2.840.113549"])
def test_other_algorithms_are_refused(rsa_private, algorithm):
    signature = rsa_private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert judged(algorithm, rsa_private, signature) == REFUSED


def test_short_rsa_keys_are_refused():
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    signature = private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert judged("RS256", private, signature) == REFUSED
