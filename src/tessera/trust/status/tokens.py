"""Status List Tokens: a signed JWT or CWT is taken apart, and its signature is computed.

Nothing in the token is believed here; the algorithm must be one that seals may use, so a
token with a MAC or without a signature is refused.

Source: IETF Token Status List sections 5.1 and 5.2; RFC 7515 section 5.2; RFC 9052
sections 4.2 and 4.4; RFC 9053 section 2; RFC 9596 (`typ` in COSE).
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.algorithms import refused_algorithm, verify_signature
from tessera.seals.base64text import from_base64, from_base64url
from tessera.seals.protocol import KeyRef
from tessera.standards.jsontext import read_json
from tessera.trust.status.lists import seconds, text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

MOST_TOKEN = 32 * 1024 * 1024
_MOST_HEADER = 256 * 1024
JWT_TYPE, CWT_TYPE = "statuslist+jwt", "application/statuslist+cwt"
SIGN1 = 18
COSE_ALGORITHMS = {
    -7: "ES256", -35: "ES384", -36: "ES512", -8: "EdDSA", -37: "PS256", -38: "PS384",
    -39: "PS512", -257: "RS256", -258: "RS384", -259: "RS512",
}  # fmt: skip
ALG, CRIT, KID, TYP, X5CHAIN = 1, 2, 4, 16, 33  # header parameters of COSE
# RFC 8392 section 3.1 and Token Status List section 14.3: a claim of a CWT → of a JWT.
CLAIMS = {1: "iss", 2: "sub", 4: "exp", 5: "nbf", 6: "iat", 65533: "status_list", 65534: "ttl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedToken:
    """A token as found: its claims by their names in JWT, and what its signature covers."""

    claims: Any
    algorithm: str | None
    key: KeyRef
    signed: bytes
    signature: bytes

    def check(self, key: PublicKeyTypes) -> Finding:
        """Return `seal.signature` or `seal.algorithm`, as `verify_signature`."""
        return verify_signature(self.algorithm, key, self.signature, self.signed)

    def refused(self) -> Finding | None:
        """Return the finding for an algorithm that no key could help, or None."""
        known = (*COSE_ALGORITHMS.values(),)
        return None if self.algorithm in known else refused_algorithm(self.algorithm)


def looks_like_jwt(raw: bytes) -> bool:
    """Tell whether this is a compact JWS whose header calls itself a status list."""
    try:
        return _type(_header(raw.strip())) == JWT_TYPE
    except UnreadableError:
        return False


def looks_like_cwt(raw: bytes) -> bool:
    """Tell whether this begins as a tagged COSE_Sign1 does."""
    return raw[:1] == b"\xd2"


def open_jwt(raw: bytes) -> OpenedToken:
    """Take a `statuslist+jwt` apart. Raises: UnreadableError."""
    raw = raw.strip()
    if len(raw) > MOST_TOKEN or raw.count(b".") != 2:
        raise UnreadableError("This is no compact JWS of a size that is read.")
    protected, payload, signature = raw.split(b".")
    header = _header(raw)
    if _type(header) != JWT_TYPE:
        raise UnreadableError(f"The token does not call itself {JWT_TYPE}.")
    if "crit" in header or header.get("b64", True) is not True:
        raise UnreadableError("The token demands extensions of JWS that lists do not use (crit).")
    content = from_base64url(payload.decode("ascii", "replace"))
    claims = read_json(content, max_bytes=MOST_TOKEN)
    algorithm = header.get("alg") if isinstance(header.get("alg"), str) else None
    return OpenedToken(
        claims=claims,
        algorithm=algorithm,
        key=KeyRef(
            algorithm=algorithm or "",
            kid=text(header.get("kid")),
            issuer=text(claims.get("iss")) if isinstance(claims, dict) else None,
            jwk=header["jwk"] if isinstance(header.get("jwk"), dict) else None,
            certificates=_chain(header.get("x5c")),
            at=_issued(claims),
        ),
        signed=protected + b"." + payload,
        signature=from_base64url(signature.decode("ascii", "replace")),
    )


def open_cwt(raw: bytes) -> OpenedToken:
    """Take a `statuslist+cwt` apart. Raises: UnreadableError, also without the extra `vc`."""
    message = _cbor(raw)
    if getattr(message, "tag", None) != SIGN1 or not _is_message(message.value):
        raise UnreadableError("This is no tagged COSE_Sign1 message.")
    protected, unprotected, payload, signature = message.value
    header = _cbor(protected) if protected else {}
    if not isinstance(header, Mapping) or header.get(TYP) != CWT_TYPE:
        raise UnreadableError(f"The token does not call itself {CWT_TYPE}.")
    if CRIT in header:
        raise UnreadableError("The token demands extensions of COSE that lists do not use (crit).")
    import cbor2

    stated = _cbor(payload)
    if not isinstance(stated, Mapping):
        raise UnreadableError("The claims of the list are no map.")
    claims = {name: stated[number] for number, name in CLAIMS.items() if number in stated}
    number = header.get(ALG)
    algorithm = COSE_ALGORITHMS.get(number) if isinstance(number, int) else None
    kid = header.get(KID, unprotected.get(KID))
    return OpenedToken(
        claims=claims,
        algorithm=algorithm,
        key=KeyRef(
            algorithm=algorithm or "",
            kid=kid.decode("utf-8", "replace") if isinstance(kid, bytes) else None,
            issuer=text(claims.get("iss")),
            certificates=_der_chain(header.get(X5CHAIN, unprotected.get(X5CHAIN))),
            at=_issued(claims),
        ),
        signed=cbor2.dumps(["Signature1", protected, b"", payload]),
        signature=signature,
    )


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 4
        and isinstance(value[1], Mapping)
        and all(isinstance(value[at], bytes) for at in (0, 2, 3))
    )


def _cbor(raw: bytes) -> Any:
    """Decode one CBOR item and nothing behind it. Raises: UnreadableError."""
    if len(raw) > MOST_TOKEN:
        raise UnreadableError("The list is longer than what is read.")
    try:
        import io

        import cbor2
    except ImportError as error:
        raise UnreadableError(
            "Lists in CBOR need the extra 'vc': pip install 'tessera[vc]'."
        ) from error
    stream = io.BytesIO(raw)
    try:
        found = cbor2.CBORDecoder(stream).decode()
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableError("This cannot be read as CBOR.") from error
    if stream.read(1):
        raise UnreadableError("Something stands behind the end of the CBOR item.")
    return found


def _header(raw: bytes) -> dict[str, Any]:
    encoded = raw.partition(b".")[0]
    if len(encoded) > _MOST_HEADER:
        raise UnreadableError("The header of the token is too long.")
    content = from_base64url(encoded.decode("ascii", "replace"))
    header = read_json(content, max_bytes=_MOST_HEADER, max_depth=8)
    if not isinstance(header, dict):
        raise UnreadableError("The header of the token is no JSON object.")
    return header


def _type(header: Mapping[str, Any]) -> str:
    """The media type in short: "application/" may be left out (RFC 7515 section 4.1.9)."""
    stated = header.get("typ")
    return stated.lower().removeprefix("application/") if isinstance(stated, str) else ""


def _issued(claims: Any) -> datetime | None:
    try:
        return seconds(claims, "iat") if isinstance(claims, dict) else None
    except UnreadableError:
        return None


def _chain(stated: Any) -> tuple[bytes, ...]:
    if not isinstance(stated, list) or not all(isinstance(one, str) for one in stated):
        return ()
    try:
        return tuple(from_base64(one) for one in stated)
    except (UnreadableError, binascii.Error):
        return ()


def _der_chain(stated: Any) -> tuple[bytes, ...]:
    found = [stated] if isinstance(stated, bytes) else stated
    if not isinstance(found, list) or not all(isinstance(one, bytes) for one in found):
        return ()
    return tuple(found)
