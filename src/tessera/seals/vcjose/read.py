"""Parse a compact token that seals a credential or presentation; nothing is judged.

Steps of `open_token`: 1 three parts, 2 the header, 3 the payload, 4 the claims, 5 what
names the key.

Source: RFC 7515 sections 3.1 and 5.2; RFC 7519 section 7.2; RFC 8725 (JWT best practice).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64, from_base64url
from tessera.seals.protocol import KeyRef, OpenedProof, OpenedProofs
from tessera.seals.vcjose.claims import Claims, instant, read_claims
from tessera.seals.vcjose.header import header_findings
from tessera.seals.vcjose.text import read_text

MAX_TOKEN_BYTES = 16_777_216
MAX_HEADER_BYTES = 65_536
MOST_CERTIFICATES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The parts of a token that checking needs; signature None: it is not base64url."""

    header: Mapping[str, Any]
    signing_input: bytes
    signature: bytes | None
    claims: Claims


def open_token(raw: bytes) -> OpenedProofs:
    """Parse a compact JWS. Raises: UnreadableError for what is no token with a JSON payload."""
    # 1
    if len(raw) > MAX_TOKEN_BYTES:
        raise UnreadableError(f"A token has {MAX_TOKEN_BYTES} bytes at most.")
    parts = raw.strip().split(b".")
    if len(parts) != 3:
        raise UnreadableError("This is no signed token: it has not three parts with dots between.")
    # 2
    if len(parts[0]) > MAX_HEADER_BYTES:
        raise UnreadableError(f"The header of a token has {MAX_HEADER_BYTES} letters at most.")
    header = _object(parts[0], "header")
    # 3
    payload = _object(parts[1], "payload")
    # 4
    typ = media_name(header.get("typ"))
    claims = read_claims(payload, typ)
    token = Token(
        header=header,
        signing_input=parts[0] + b"." + parts[1],
        signature=_signature(parts[2]),
        claims=claims,
    )
    return OpenedProofs(
        mechanism="vcjose",
        serialization="compact",
        document=claims.document,
        proofs=(_proof(token),),
        media_type=_text(header.get("typ")),
        content_type=_text(header.get("cty")),
    )


def media_name(value: Any) -> str | None:
    """Return a media type in small letters without `application/` (RFC 7515 section 4.1.9)."""
    return value.lower().removeprefix("application/") if isinstance(value, str) else None


def _proof(token: Token) -> OpenedProof:
    # 5
    header, claims = token.header, token.claims
    algorithm = header.get("alg")
    suite = algorithm if isinstance(algorithm, str) else ""
    claimed_at = claims.moment("iat") or instant(header.get("iat"))
    chain, problems = _certificates(header)
    jwk = header.get("jwk")
    key = KeyRef(
        algorithm=suite,
        kid=_text(header.get("kid")),
        issuer=claims.issuer,
        jwk=jwk if isinstance(jwk, Mapping) else None,
        certificates=chain,
        purpose="authentication" if claims.kind == "vp" else "assertionMethod",
        at=claimed_at or claims.moment("nbf"),
    )
    return OpenedProof(
        path="",
        suite=suite,
        key=key,
        claimed_at=claimed_at,
        not_before=claims.moment("nbf"),
        expires_at=claims.moment("exp"),
        held=token,
        defects=(*header_findings(header, problems), *claims.defects),
    )


def _object(part: bytes, what: str) -> Mapping[str, Any]:
    value = read_text(_decoded(part, what), max_bytes=MAX_TOKEN_BYTES)
    if not isinstance(value, Mapping):
        raise UnreadableError(f"The {what} of the token is no JSON object.")
    return value


def _decoded(part: bytes, what: str) -> bytes:
    try:
        return from_base64url(part.decode("ascii"))
    except (UnreadableError, UnicodeDecodeError) as error:
        raise UnreadableError(f"The {what} of the token is not base64url text.") from error


def _signature(part: bytes) -> bytes | None:
    try:
        return from_base64url(part.decode("ascii"))
    except (UnreadableError, UnicodeDecodeError):
        return None


def _certificates(header: Mapping[str, Any]) -> tuple[tuple[bytes, ...], str | None]:
    """Return the chain of x5c and, if it cannot be read, why."""
    value = header.get("x5c")
    if value is None:
        return (), None
    if not isinstance(value, list) or not 0 < len(value) <= MOST_CERTIFICATES:
        return (), f"The certificates (x5c) are no list of 1 to {MOST_CERTIFICATES}."
    try:
        return tuple(from_base64(one) for one in value), None
    except (UnreadableError, AttributeError):
        return (), "The certificates (x5c) are not base64 text."


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
