"""Open a JAdES file without judging it: general, flattened or compact, attached or not.

1. Take the container apart, 2. decode each signature, 3. decode the document.
Source: WIRE-ELM section 3; ETSI TS 119 182-1 V1.2.1; RFC 7515; RFC 7797.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url
from tessera.seals.jades.containers import MAX_SEALED_BYTES, take_apart
from tessera.seals.jades.signature import open_signature
from tessera.seals.protocol import Opened, OpenedSignature

__all__ = ["MAX_SEALED_BYTES", "is_advanced", "is_jades", "is_jwt", "open_jws"]

_PAYLOAD_FIRST = re.compile(rb"\s*\{\s*\"payload\"")  # how Europass itself recognises a seal
_ADVANCED = ("x5t#S256", "x5t#o", "sigX5ts", "sigT", "sigD", "sigPId", "adoTst")
_COMPACT = re.compile(rb"\s*[A-Za-z0-9_-]+\.[^.]*\.[A-Za-z0-9_-]+\s*")


def open_jws(raw: bytes, detached: Mapping[str, bytes] | None = None) -> Opened:
    """Parse a JAdES file.

    detached: documents that the seal may cover without containing them, by file name.
    Raises: UnreadableError when the bytes are no JWS at all. A JWS without signatures
    is opened; `check` says what is wrong with it.
    """
    # 1
    container = take_apart(raw)
    try:
        payload = None if container.payload is None else container.payload.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableError("The payload of the sealed file is not Unicode text.") from error
    # 2
    given = detached or {}
    signatures = tuple(open_signature(found, payload, given) for found in container.found)
    # 3
    return Opened(
        mechanism="jades",
        serialization=container.serialization,
        document=_document(payload, signatures),
        signatures=signatures,
        is_detached=not payload,
    )


def is_jades(raw: bytes) -> bool:
    """Say whether bytes look like a JAdES file, so that `open_jws` should be asked.

    True also for a broken file that begins like one. Compact tokens that name
    themselves as JWT (`typ`) belong to other mechanisms.
    """
    if _PAYLOAD_FIRST.match(raw):
        return True
    if raw.lstrip()[:1] == b"{":
        if b'"signature' not in raw or len(raw) > MAX_SEALED_BYTES:
            return False
        try:
            top = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return False
        return isinstance(top.get("signatures"), list) or (
            isinstance(top.get("signature"), str) and isinstance(top.get("protected"), str)
        )
    if len(raw) > MAX_SEALED_BYTES or not _COMPACT.fullmatch(raw):
        return False
    header = _compact_header(raw)
    return header is not None and not _names_jwt(header)


def is_jwt(raw: bytes) -> bool:
    """Say whether a compact JWS names itself as a JWT of any kind (`typ`), not as a JAdES seal."""
    header = _compact_header(raw)
    return header is not None and _names_jwt(header)


def is_advanced(raw: bytes) -> bool:
    """Say whether a compact JWS has the header of an advanced signature (TS 119 182-1 clause 5).

    That names the certificate or the signing time; tokens of credentials need neither.
    """
    header = _compact_header(raw)
    return header is not None and any(name in header for name in _ADVANCED)


def _compact_header(raw: bytes) -> Mapping[str, Any] | None:
    try:
        header = orjson.loads(from_base64url(raw.strip().split(b".")[0].decode("ascii")))
    except (UnreadableError, UnicodeDecodeError, orjson.JSONDecodeError):
        return None
    return header if isinstance(header, dict) else None


def _names_jwt(header: Mapping[str, Any]) -> bool:
    return "jwt" in str(header.get("typ", "")).lower()


def _document(payload: bytes | None, signatures: tuple[OpenedSignature, ...]) -> bytes:
    """Decode the document as the first signature says; the others must agree (`check`)."""
    if not payload:
        return _detached_document(signatures)
    if signatures and signatures[0].protected.get("b64", True) is False:
        return payload
    try:
        return from_base64url(payload.decode("utf-8"))
    except UnreadableError:
        return b""


def _detached_document(signatures: tuple[OpenedSignature, ...]) -> bytes:
    references = signatures[0].references if signatures else ()
    if len(references) != 1:
        return b""
    return references[0].content or b""
