"""A private key in this process, behind the `SigningKey` protocol.

It shows its certificates and signs; it has no way to hand out the private key,
cannot be pickled, and prints without secrets. RSA and ECDSA keys also sign digests; an
Ed25519 key needs the whole message (RFC 8032 section 5.1.6) and makes no seals of the
European families (`tessera.seals.algorithms.refuse_for_advanced_seal`).
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, NoReturn

from tessera.errors import KeyRefusedError
from tessera.seals.algorithms import CURVES, unfit
from tessera.seals.certificates import SEALING_USAGES, CertificateFacts, describe, issuer_serial
from tessera.seals.keys.refusals import WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}


class HeldKey:
    """What every key in this process shows: its algorithm and its certificates.

    chain: DER certificates, the one of this key first.
    Raises: KeyRefusedError when the certificate forbids sealing or the key is weak.
    Not checked here: the validity period, since no clock is read.
    """

    __slots__ = ("_alg", "_chain", "_facts", "_kid")

    def __init__(self, algorithm: str, chain: tuple[bytes, ...]) -> None:
        self._facts = describe(chain[0])
        self._alg = algorithm
        self._chain = chain
        self._kid = b64encode(issuer_serial(chain[0])).decode("ascii")
        refuse_usage(self._facts)

    @property
    def alg(self) -> str:
        """The JOSE algorithm name."""
        return self._alg

    @property
    def kid(self) -> str:
        """Base64 of the DER IssuerSerial of the certificate."""
        return self._kid

    @property
    def certificate_chain(self) -> tuple[bytes, ...]:
        """DER certificates, the one of this key first."""
        return self._chain

    @property
    def is_test(self) -> bool:
        """Whether the certificate marks itself as a test certificate."""
        return self._facts.is_test

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._alg} of {self._facts.holder!r}>"

    def __reduce__(self) -> NoReturn:
        raise KeyRefusedError("A private key stays in its process; load it again where needed.")


class LocalKey(HeldKey):
    """A `DigestSigningKey` for RSA (RS256) and ECDSA keys (ES256, ES384, ES512)."""

    __slots__ = ("__sign", "__sign_digest")

    def __init__(self, private_key: PrivateKeyTypes, chain: tuple[bytes, ...]) -> None:
        super().__init__(_algorithm_for(private_key), chain)
        self.__sign, self.__sign_digest = _signers(private_key, self._alg)

    @property
    def hash_name(self) -> str:
        """The hash that `sign_digest` expects."""
        return _HASHES[self._alg[2:]]

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message in JOSE form."""
        return self.__sign(message)

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature of the message that has this digest."""
        return self.__sign_digest(digest)


class EdwardsKey(HeldKey):
    """A `SigningKey` for Ed25519 (EdDSA): whole messages, no digests."""

    __slots__ = ("__sign",)

    def __init__(self, private_key: Ed25519PrivateKey, chain: tuple[bytes, ...]) -> None:
        super().__init__("EdDSA", chain)
        self.__sign = private_key.sign

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message (RFC 8037 section 3.1)."""
        return self.__sign(message)


def held_key(private_key: PrivateKeyTypes, chain: tuple[bytes, ...]) -> LocalKey | EdwardsKey:
    """Return the key behind its wall, of the kind it is. Raises: KeyRefusedError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if isinstance(private_key, Ed25519PrivateKey):
        return EdwardsKey(private_key, chain)
    return LocalKey(private_key, chain)


def refuse_usage(facts: CertificateFacts) -> None:
    """Raise WrongUsageError if the certificate may not be used for sealing.

    Source: RFC 5280 section 4.2.1.3; ETSI EN 319 412-3 clause 4.3.1 (house rule: a
    certificate authority does not seal credentials).
    """
    if facts.key_usage is not None and not facts.key_usage & SEALING_USAGES:
        raise WrongUsageError(
            f"The certificate of {facts.holder} is not meant for signing (its key usage names "
            "neither digitalSignature nor nonRepudiation). Use an e-seal certificate."
        )
    if facts.is_authority:
        raise WrongUsageError(
            f"The certificate of {facts.holder} is that of a certificate authority. "
            "Use the e-seal certificate it issued."
        )


def _algorithm_for(private_key: PrivateKeyTypes) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    algorithm = None
    if isinstance(private_key, rsa.RSAPrivateKey):
        algorithm = "RS256"
    elif isinstance(private_key, ec.EllipticCurvePrivateKey):
        by_curve = {curve: name for name, curve in CURVES.items()}
        algorithm = by_curve.get(private_key.curve.name)
    if algorithm is None:
        raise KeyRefusedError(
            "This kind of key cannot seal here. Use RSA with 2048 bits or more, a key on the "
            "curve P-256, P-384 or P-521, or Ed25519."
        )
    problem = unfit(algorithm, private_key.public_key())
    if problem:
        raise KeyRefusedError(f"{problem} Ask for a certificate with a stronger key.")
    return algorithm


def _signers(
    private_key: PrivateKeyTypes, algorithm: str
) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """Return the two functions that sign a message and a digest."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

    from tessera.seals.algorithms import COORDINATE_OCTETS, hash_of

    digest = hash_of(algorithm)
    if isinstance(private_key, rsa.RSAPrivateKey):
        rsa_key, pkcs1, hashed = private_key, padding.PKCS1v15(), Prehashed(digest)
        return (
            lambda message: rsa_key.sign(message, pkcs1, digest),
            lambda value: rsa_key.sign(value, pkcs1, hashed),
        )
    if not isinstance(private_key, ec.EllipticCurvePrivateKey):
        raise KeyRefusedError("This kind of key cannot seal here.")
    ec_key, size = private_key, COORDINATE_OCTETS[algorithm]
    whole, prehashed = ec.ECDSA(digest), ec.ECDSA(Prehashed(digest))

    def raw(signature: bytes) -> bytes:
        r, s = decode_dss_signature(signature)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return (
        lambda message: raw(ec_key.sign(message, whole)),
        lambda value: raw(ec_key.sign(value, prehashed)),
    )
