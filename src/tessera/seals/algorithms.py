"""The allow-list of signature algorithms, and the verification of one signature.

Steps of `verify_signature`: 1 the algorithm is on the list, 2 the key is of its
kind and strong enough, 3 the signature fits the exact bytes.

Source: RFC 7518 section 3, RFC 8037 section 3.1, RFC 9864 (Ed25519, Ed448); key sizes:
ETSI TS 119 312 (RSA of at least 2048 bits), house rule: no HS*, no "none", no object
identifiers.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError
from tessera.report import Finding

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 16384  # a larger modulus only serves to waste a verifier's time
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519", "Ed448",
)  # fmt: skip
ADVANCED_SEALS = tuple(name for name in ALGORITHMS if not name.startswith("Ed"))
CURVES = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
COORDINATE_OCTETS = {"ES256": 32, "ES384": 48, "ES512": 66}
_SOURCE = "RFC 7518 section 3.1; ETSI TS 119 312"


def verify_signature(
    algorithm: str | None, key: PublicKeyTypes, signature: bytes, message: bytes
) -> Finding:
    """Return one finding: `seal.algorithm` FAILED, or `seal.signature` PASSED or FAILED.

    message: the exact signed bytes; signature: JOSE form. Never raises for hostile
    values. Not checked: who holds the key.
    """
    # 1
    if algorithm not in ALGORITHMS:
        return refused_algorithm(algorithm)
    # 2
    problem = unfit(algorithm, key)
    if problem:
        return Finding.failed("seal.algorithm", problem, source=_SOURCE)
    # 3
    if not _fits(algorithm, key, signature, message):
        return Finding.failed(
            "seal.signature",
            "The signature does not fit the document: it was altered after sealing, or the seal "
            "was made with another key.",
            evidence={"algorithm": algorithm},
            source="RFC 7515 section 5.2",
        )
    return Finding.passed(
        "seal.signature",
        "The signature fits: the document is unchanged since it was sealed.",
        evidence={"algorithm": algorithm},
        source="RFC 7515 section 5.2",
    )


def refuse_for_advanced_seal(algorithm: str) -> None:
    """Raise KeyRefusedError for an algorithm that JAdES and PAdES seals are not made with.

    Ed25519 is for W3C credentials and Open Badges; the validators of the EU's seals, Europass
    among them, do not take it. Reading is not refused: whoever made such a seal is judged.
    Source: ETSI TS 119 312 clause 6 (RSA and ECDSA signature schemes); house rule.
    """
    if algorithm in ADVANCED_SEALS:
        return
    if algorithm in ALGORITHMS:
        raise KeyRefusedError(
            f"Advanced and qualified seals are not made with {algorithm} (ETSI TS 119 312). Use an "
            "RSA key or one on P-256, P-384 or P-521; this key seals W3C credentials and Open "
            "Badges."
        )
    raise KeyRefusedError(f"Seals are not made with the algorithm {algorithm!r}.")


def refused_algorithm(algorithm: str | None) -> Finding:
    """Return the finding for an algorithm that is not on the list."""
    said = "no algorithm" if algorithm is None else f"the algorithm {algorithm[:40]!r}"
    return Finding.failed(
        "seal.algorithm",
        f"The seal states {said}, which is not one that seals may use; nothing it signs can be "
        "relied on.",
        source=_SOURCE,
    )


def unfit(algorithm: str, key: object) -> str | None:
    """Say why this key may not be used with this algorithm, or None if it may."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if algorithm[:2] in ("RS", "PS"):
        if not isinstance(key, rsa.RSAPublicKey):
            return f"{algorithm} needs an RSA key, and the certificate holds another kind."
        if not LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
            return (
                f"The RSA key has {key.key_size} bits; seals need "
                f"{LEAST_RSA_BITS} to {MOST_RSA_BITS}."
            )
        return None
    if algorithm in CURVES:
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == CURVES[algorithm]:
            return None
        return f"{algorithm} needs a key on the curve {CURVES[algorithm]}; this is another key."
    kinds = {"Ed25519": (ed25519.Ed25519PublicKey,), "Ed448": (ed448.Ed448PublicKey,)}
    if isinstance(key, kinds.get(algorithm, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey))):
        return None
    if algorithm in kinds:
        return f"{algorithm} needs a key of that kind; this is another key."
    return f"{algorithm} needs an Ed25519 or Ed448 key; this is another key."


def hash_of(algorithm: str) -> HashAlgorithm:
    """Return the hash of an RS, PS or ES algorithm."""
    from cryptography.hazmat.primitives import hashes

    return {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]


@cache
def _ecdsa(algorithm: str) -> ECDSA:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    return ECDSA(hash_of(algorithm))


def _fits(algorithm: str, key: PublicKeyTypes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

    try:
        if isinstance(key, rsa.RSAPublicKey):
            digest = hash_of(algorithm)
            if algorithm[:2] == "RS":
                key.verify(signature, message, padding.PKCS1v15(), digest)
            else:
                pss = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
                key.verify(signature, message, pss, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            size = COORDINATE_OCTETS[algorithm]
            if len(signature) != 2 * size:
                return False
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            key.verify(utils.encode_dss_signature(r, s), message, _ecdsa(algorithm))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(signature, message)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
