"""Public keys as JSON Web Keys, both ways, and the thumbprint that names one.

Reading is strict: one text for one key, no private part, no weak or monstrous number.
Source: RFC 7517; RFC 7518 section 6; RFC 8037 section 2; RFC 7638 (thumbprint).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url, to_base64url

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

OCTETS = {"P-256": 32, "P-384": 48, "P-521": 66}
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_REQUIRED = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}
_SECRET = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_MOST_LETTERS = 2800  # base64url of an RSA modulus of 16384 bits, and a little


def from_jwk(jwk: Mapping[str, Any]) -> PublicKeyTypes:
    """Return the key of an EC, OKP (Ed25519, Ed448) or RSA JWK.

    Raises: UnreadableError, also for a JWK that gives away its private part. Not checked:
    `use`, `alg` and `key_ops`, which say what a key is for (`tells_against`).
    """
    kind = jwk.get("kty")
    required = _REQUIRED.get(kind) if isinstance(kind, str) else None
    if required is None:
        raise UnreadableError("The key is of a kind that seals do not use (`kty`).")
    for name in required:
        value = jwk.get(name)
        if not isinstance(value, str) or len(value) > _MOST_LETTERS:
            raise UnreadableError(f"The key lacks the member {name!r}, or it is no short text.")
    if any(name in jwk for name in _SECRET):
        raise UnreadableError(
            "The key gives its private part away: anybody may have sealed with it."
        )
    try:
        return _key(tuple(jwk[name] for name in required), str(kind))
    except ValueError as error:
        raise UnreadableError(f"The key is no valid one: {error}.") from error


def to_jwk(key: PublicKeyTypes) -> dict[str, str]:
    """Return the members of the JWK that RFC 7638 counts, in their order, and no other."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, ec.EllipticCurvePublicKey):
        curve = _CURVES.get(key.curve.name)
        if curve is None:
            raise UnreadableError(f"Keys on the curve {key.curve.name} are not used here.")
        point = key.public_numbers()
        x, y = (to_base64url(part.to_bytes(OCTETS[curve], "big")) for part in (point.x, point.y))
        return {"crv": curve, "kty": "EC", "x": x, "y": y}
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    return _edwards(key)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the SHA-256 thumbprint (RFC 7638), base64url. Raises: UnreadableError."""
    kind = jwk.get("kty")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        raise UnreadableError("The key is of a kind that seals do not use (`kty`).")
    counted = {name: jwk.get(name) for name in _REQUIRED[kind]}
    text = json.dumps(counted, separators=(",", ":"), sort_keys=True)
    return to_base64url(hashlib.sha256(text.encode()).digest())


def tells_against(jwk: Mapping[str, Any], algorithm: str) -> str | None:
    """Say what in a JWK forbids to verify signatures of this algorithm, or None.

    Source: RFC 7517 sections 4.2 (`use`), 4.3 (`key_ops`) and 4.4 (`alg`).
    """
    if jwk.get("use", "sig") != "sig":
        return f"The key is meant for {str(jwk['use'])[:20]!r}, not for signatures."
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return "The key is not meant for verifying signatures (`key_ops`)."
    named = jwk.get("alg", algorithm)
    same = {"Ed25519": "EdDSA", "Ed448": "EdDSA"}
    if not isinstance(named, str) or same.get(named, named) != same.get(algorithm, algorithm):
        return f"The key is meant for {str(named)[:20]!r}, and the seal states {algorithm!r}."
    return None


@lru_cache(maxsize=1024)
def _key(values: tuple[str, ...], kind: str) -> PublicKeyTypes:
    """Decode the members that `_REQUIRED` lists, in its order; issuers come again and again."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if kind == "RSA":
        exponent, modulus = (
            int.from_bytes(from_base64url(text), "big") for text in (values[0], values[2])
        )
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    curve, x = values[0], from_base64url(values[2])
    if kind == "OKP":
        if curve == "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(x)
        if curve == "Ed448":
            return ed448.Ed448PublicKey.from_public_bytes(x)
        raise UnreadableError(f"Keys on the curve {curve[:20]!r} do not sign here.")
    curves: dict[str, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(),
    }  # fmt: skip
    y = from_base64url(values[3])
    if curve not in curves:
        raise UnreadableError(f"Keys on the curve {curve[:20]!r} are not used here.")
    if len(x) != OCTETS[curve] or len(y) != OCTETS[curve]:
        raise UnreadableError(f"A key on {curve} has two numbers of {OCTETS[curve]} bytes each.")
    return ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), curves[curve]
    ).public_key()


def _edwards(key: PublicKeyTypes) -> dict[str, str]:
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        curve = "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "Ed448"
        return {"crv": curve, "kty": "OKP", "x": to_base64url(key.public_bytes_raw())}
    raise UnreadableError("This kind of key is not used for seals.")


def _number(value: int) -> str:
    return to_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
