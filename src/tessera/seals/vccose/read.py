"""Parse a COSE_Sign1 message that seals a credential; nothing is judged.

Steps of `open_message`: 1 bytes out of what may be base64 or hexadecimal text, 2 the four
parts, 3 the headers, 4 the document, 5 what names the key.

Source: RFC 9052 sections 2, 3.1 and 4.2; RFC 9053 section 2; RFC 9864 (fully specified
algorithms); RFC 9360 (x5chain); RFC 9596 (typ); RFC 9597 (CWT claims in headers);
W3C VC-JOSE-COSE section 3.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.base64text import from_base64, from_base64url, to_base64url
from tessera.seals.protocol import KeyRef, OpenedProof, OpenedProofs
from tessera.seals.vccose.cbor import Tagged, read, write
from tessera.standards.jsontext import read_json

MAX_MESSAGE_BYTES = 16_777_216
SIGN1 = 18
ALG, CRIT, CONTENT_TYPE, KID, CWT_CLAIMS, TYP, X5CHAIN = 1, 2, 3, 4, 15, 16, 33
ALGORITHMS = {
    -7: "ES256", -9: "ES256", -35: "ES384", -51: "ES384", -36: "ES512", -52: "ES512",
    -8: "EdDSA", -19: "EdDSA", -37: "PS256", -38: "PS384", -39: "PS512",
    -257: "RS256", -258: "RS384", -259: "RS512",
}  # fmt: skip
_ISS, _EXP, _NBF, _IAT = 1, 4, 5, 6
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_LATEST = 253402300799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The parts of a message that checking needs."""

    signed: bytes
    signature: bytes


def open_message(raw: bytes) -> OpenedProofs:
    """Parse a COSE_Sign1 message with a JSON payload. Raises: UnreadableError."""
    # 1
    if len(raw) > MAX_MESSAGE_BYTES:
        raise UnreadableError(f"A COSE message has {MAX_MESSAGE_BYTES} bytes at most.")
    value = read(_binary(raw))
    # 2
    if isinstance(value, Tagged):
        if value.number != SIGN1:
            raise UnreadableError("This CBOR text is no COSE message with one signature.")
        value = value.value
    if not isinstance(value, list) or [type(one) for one in value] != [bytes, dict, bytes, bytes]:
        raise UnreadableError("This CBOR text is no COSE message with one signature (COSE_Sign1).")
    protected, unprotected, payload, signature = value
    # 3
    header = read(protected) if protected else {}
    if not isinstance(header, dict):
        raise UnreadableError("The protected header of the COSE message is no map.")
    # 4
    document = read_json(payload, max_bytes=MAX_MESSAGE_BYTES, keep_numbers=True)
    if not isinstance(document, dict):
        raise UnreadableError("The payload of the COSE message is no JSON object.")
    signed = write(["Signature1", protected, b"", payload])
    proof = _proof(header, unprotected, document, Message(signed=signed, signature=signature))
    return OpenedProofs(
        mechanism="vccose",
        serialization="cose",
        document=document,
        proofs=(proof,),
        media_type=_text(header.get(TYP)),
        content_type=_text(header.get(CONTENT_TYPE)),
    )


def is_presentation(document: Any) -> bool:
    """Say whether a document is a presentation, not a credential."""
    types = document.get("type") if isinstance(document, dict) else None
    return "VerifiablePresentation" in (types if isinstance(types, list) else [types])


def _proof(
    header: dict[Any, Any], unprotected: dict[Any, Any], document: dict[str, Any], held: Message
) -> OpenedProof:
    # 5
    presented = is_presentation(document)
    claims = header.get(CWT_CLAIMS)
    claims = claims if isinstance(claims, dict) else {}
    party = document.get("holder" if presented else "issuer")
    party = party.get("id") if isinstance(party, Mapping) else party
    code = header.get(ALG)
    claimed_at = _instant(claims.get(_IAT))
    key = KeyRef(
        algorithm=ALGORITHMS.get(code, "") if isinstance(code, int) else "",
        kid=_name(header.get(KID, unprotected.get(KID))),
        issuer=_text(party) or _text(claims.get(_ISS)),
        certificates=_chain(header.get(X5CHAIN, unprotected.get(X5CHAIN))),
        purpose="authentication" if presented else "assertionMethod",
        at=claimed_at,
    )
    return OpenedProof(
        path="",
        suite=key.algorithm or f"COSE {str(code)[:20]}",
        key=key,
        claimed_at=claimed_at,
        not_before=_instant(claims.get(_NBF)),
        expires_at=_instant(claims.get(_EXP)),
        held=held,
        defects=_defects(header, unprotected),
    )


def _defects(header: dict[Any, Any], unprotected: dict[Any, Any]) -> tuple[Finding, ...]:
    found = []
    if both := sorted(map(str, set(header) & set(unprotected))):
        found.append(f"Both headers of the COSE message hold the parameter {both[0][:40]}.")
    if ALG in unprotected or CRIT in unprotected:
        found.append("The COSE message states its algorithm where anybody can change it.")
    if CRIT in header:
        labels = header[CRIT]
        known = {ALG, CONTENT_TYPE, KID, CWT_CLAIMS, TYP, X5CHAIN}
        if not isinstance(labels, list) or not labels or not all(one in header for one in labels):
            found.append("The critical parameters of the COSE message are no list of those in it.")
        elif unknown := [one for one in labels if one not in known]:
            found.append(
                f"The seal demands that the parameter {str(unknown[0])[:40]} is understood, which "
                "is none of sealed credentials; it must not be accepted."
            )
    return tuple(
        Finding.failed("seal.cose.header", message, source="RFC 9052 sections 3 and 3.1")
        for message in found
    )


def _binary(raw: bytes) -> bytes:
    """Return the message; files often hold it as text."""
    text = raw.strip()
    if not text or text[0] >= 0x80:
        return raw
    if _HEX.fullmatch(text):
        return bytes.fromhex(text.decode("ascii"))
    try:
        letters = text.decode("ascii")
        if "-" in letters or "_" in letters:
            return from_base64url(letters.rstrip("="))
        return from_base64(letters.rstrip("=") + "=" * (-len(letters.rstrip("=")) % 4))
    except (UnreadableError, UnicodeDecodeError) as error:
        raise UnreadableError(
            "This is no COSE message, nor base64 or hexadecimal of one."
        ) from error


def _name(value: Any) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return to_base64url(value)
    return _text(value)


def _chain(value: Any) -> tuple[bytes, ...]:
    found = value if isinstance(value, list) else [value]
    return tuple(one for one in found[:12] if isinstance(one, bytes))


def _instant(value: Any) -> datetime | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LATEST:
        return datetime.fromtimestamp(value, UTC)
    return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
