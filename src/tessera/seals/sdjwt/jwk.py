"""The public key in a JWK, as far as seals use one: EC, OKP and RSA.

Source: RFC 7517; RFC 7518 section 6; RFC 8037 section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_COORDINATE_OCTETS = {"P-256": 32, "P-384": 48, "P-521": 66}
_MOST_LETTERS = 4_096
PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "n", "e", "alg", "kid", "use", "key_ops")


def key_of_jwk(jwk: Mapping[str, Any]) -> PublicKeyTypes:
    """Return the public key. Raises: UnreadableError for anything that is none."""
    kind = jwk.get("kty")
    try:
        if kind == "EC":
            return _on_curve(jwk)
        if kind == "OKP":
            return _edwards(jwk)
        if kind == "RSA":
            return _rsa(jwk)
    except ValueError as error:
        raise UnreadableError(f"The key (JWK) does not exist on its curve: {error}.") from error
    raise UnreadableError(f"Keys of the kind {str(kind)[:20]!r} are not used in seals.")


def _member(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MOST_LETTERS:
        raise UnreadableError(f"The key (JWK) has no readable '{name}'.")
    return from_base64url(value)


def _on_curve(jwk: Mapping[str, Any]) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.asymmetric import ec

    curves: dict[str, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(),
    }  # fmt: skip
    curve = jwk.get("crv")
    if not isinstance(curve, str) or curve not in curves:
        raise UnreadableError(f"The curve {str(curve)[:20]!r} is not used in seals.")
    x, y = _member(jwk, "x"), _member(jwk, "y")
    if not len(x) == len(y) == _COORDINATE_OCTETS[curve]:
        raise UnreadableError("A coordinate of the key (JWK) has the wrong length.")
    return ec.EllipticCurvePublicKey.from_encoded_point(curves[curve], b"\x04" + x + y)


def _edwards(jwk: Mapping[str, Any]) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

    if jwk.get("crv") == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(_member(jwk, "x"))
    if jwk.get("crv") == "Ed448":
        return ed448.Ed448PublicKey.from_public_bytes(_member(jwk, "x"))
    raise UnreadableError("Of the Edwards curves, seals use Ed25519 and Ed448.")


def _rsa(jwk: Mapping[str, Any]) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.asymmetric import rsa

    n, e = (int.from_bytes(_member(jwk, name), "big") for name in ("n", "e"))
    return rsa.RSAPublicNumbers(e=e, n=n).public_key()
