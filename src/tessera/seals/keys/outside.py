"""What keys outside this process share: who they are, and proof of what they sign.

A token or a service is asked for a signature of a digest. What comes back is verified
with the certificate before it goes into a seal: a wrong credential, a mixed-up order or
a broken device ends the batch, and no credential with a seal that does not hold is kept.

Source: RFC 7518 sections 3.3 and 3.4; the proof is a house rule.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from base64 import b64encode
from typing import TYPE_CHECKING, NoReturn

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.algorithms import COORDINATE_OCTETS, CURVES, hash_of, unfit
from tessera.seals.certificates import describe, issuer_serial, public_key
from tessera.seals.keys.local import refuse_usage

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.seals.certificates import CertificateFacts

_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}
_SEQUENCE = 0x30


class OutsideKey(ABC):
    """A `SigningKey` whose private key is somewhere else.

    chain: DER certificates, the one of this key first. An RSA key signs RS256, a key on
    P-256, P-384 or P-521 the ES algorithm of its curve, an Ed25519 key EdDSA.
    Raises: KeyRefusedError when the certificate forbids sealing or the key is weak.
    Not checked here: the validity period, since no clock is read.
    """

    def __init__(self, chain: tuple[bytes, ...]) -> None:
        try:
            self._facts = describe(chain[0])
            self._public_key = public_key(chain[0])
            self._kid = b64encode(issuer_serial(chain[0])).decode("ascii")
        except UnreadableError as error:
            raise KeyRefusedError(f"The certificate of the key cannot be read: {error}") from error
        self._alg = algorithm_of(self._public_key)
        self._chain = chain
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

    @property
    def facts(self) -> CertificateFacts:
        """What the certificate states."""
        return self._facts

    @abstractmethod
    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message in JOSE form, proved."""

    def rehearse(self) -> None:
        """Find out whether the key would sign now: sign a text that says it is a trial.

        Raises: KeyRefusedError with the reason.
        """
        self.sign(b"tessera doctor: a trial of the key, no seal of anything")

    def misfit(self) -> KeyRefusedError:
        """Return the refusal for a signature that does not fit the certificate."""
        return KeyRefusedError(
            f"What {self} signed does not fit the certificate of {self._facts.holder}. The key "
            "and the certificate do not belong together, or the device is broken. The signature "
            "is not used; ask whoever set up the key."
        )

    def __reduce__(self) -> NoReturn:
        raise KeyRefusedError("A private key stays in its process; load it again where needed.")


class OutsideDigestKey(OutsideKey):
    """A `DigestSigningKey` whose private key is somewhere else: RSA and ECDSA."""

    def __init__(self, chain: tuple[bytes, ...]) -> None:
        super().__init__(chain)
        if self._alg == "EdDSA":
            raise KeyRefusedError(
                "This Ed25519 key signs whole messages, and here only digests can be sent. Use an "
                "RSA key or one on P-256, P-384 or P-521."
            )

    @property
    def hash_name(self) -> str:
        """The hash that `sign_digest` expects."""
        return _HASHES[self._alg[2:]]

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message in JOSE form."""
        return self.sign_digest(hashlib.new(self.hash_name, message).digest())

    @abstractmethod
    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature of the message that has this digest, proved."""

    def proved(self, digest: bytes, signature: bytes) -> bytes:
        """Return the signature in JOSE form. Raises: KeyRefusedError when it does not fit.

        An ECDSA signature may come as r||s or as the DER sequence of RFC 3279.
        """
        for candidate in self._readings(signature):
            if _fits(self._alg, self._public_key, digest, candidate):
                return candidate
        raise self.misfit()

    def _readings(self, signature: bytes) -> list[bytes]:
        if self._alg not in COORDINATE_OCTETS:
            return [signature]
        size, readings = COORDINATE_OCTETS[self._alg], []
        if len(signature) == 2 * size:
            readings.append(signature)
        if signature[:1] == bytes([_SEQUENCE]):
            readings += _raw(signature, size)
        return readings


def algorithm_of(key: PublicKeyTypes) -> str:
    """Return the algorithm that a key seals with. Raises: KeyRefusedError for a weak one."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    algorithm = None
    if isinstance(key, ed25519.Ed25519PublicKey):
        algorithm = "EdDSA"
    elif isinstance(key, rsa.RSAPublicKey):
        algorithm = "RS256"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        algorithm = {curve: name for name, curve in CURVES.items()}.get(key.curve.name)
    if algorithm is None:
        raise KeyRefusedError(
            "This kind of key cannot seal here. Use RSA with 2048 bits or more, a key on the "
            "curve P-256, P-384 or P-521, or Ed25519."
        )
    problem = unfit(algorithm, key)
    if problem:
        raise KeyRefusedError(f"{problem} Ask for a certificate with a stronger key.")
    return algorithm


def _raw(signature: bytes, size: int) -> list[bytes]:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        r, s = decode_dss_signature(signature)
        return [r.to_bytes(size, "big") + s.to_bytes(size, "big")]
    except (ValueError, OverflowError):
        return []


def _fits(algorithm: str, key: PublicKeyTypes, digest: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

    hashed = Prehashed(hash_of(algorithm))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            size = COORDINATE_OCTETS[algorithm]
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(hashed))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
