"""One signature of a JAdES file, decoded: header, certificates, times, what it covers.

Nothing is verified. What cannot be decoded becomes a finding in `defects`, so that
the other signatures of the file are still reported.
Source: ETSI TS 119 182-1 V1.2.1 clauses 5.1 to 5.3; RFC 7515 section 4; RFC 7797.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.base64text import from_base64, from_base64url
from tessera.seals.jades.containers import Container, Found, from_object, take_apart
from tessera.seals.jades.detached import Coverage, cover_plain, cover_referenced
from tessera.seals.jades.unsigned import Unsigned, read_unsigned
from tessera.seals.protocol import OpenedSignature
from tessera.standards.jsontext import read_json

MAX_HEADER_BYTES = 1_048_576
MAX_CHAIN = 32
MAX_COUNTER_SIGNATURES = 16
_SIG_T = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


def open_signature(
    found: Found,
    payload: bytes | None,
    given: Mapping[str, bytes],
    *,
    read_counter_signatures: bool = True,
) -> OpenedSignature:
    """Decode one signature.

    payload: the payload text of the file in UTF-8, None or empty when detached.
    given: detached documents by name. Never raises for hostile content.
    """
    defects: list[Finding] = []
    protected = _header(found, defects)
    signature = _signature_value(found, defects)
    coverage = _coverage(protected, payload, given)
    unprotected = found.unprotected if isinstance(found.unprotected, Mapping) else {}
    if not isinstance(found.unprotected, Mapping):
        defects.append(_failed("seal.jades.header", "The unprotected header is no object.", found))
    unsigned = read_unsigned(unprotected, found.path)
    counters = _counter_signatures(unsigned, signature) if read_counter_signatures else ()
    return OpenedSignature(
        path=found.path,
        protected_text=found.protected,
        protected=protected,
        unprotected=unprotected,
        signed_payload=coverage.signed_payload,
        signature=signature,
        certificates=_chain(protected, found, defects),
        claimed_at=signing_time(protected),
        expires_at=instant(protected.get("exp")),
        level=unsigned.level,
        unsigned=unsigned.entries,
        validation_data=unsigned.validation_data,
        references=coverage.references,
        counter_signatures=counters,
        defects=(*defects, *coverage.defects, *unsigned.remarks),
    )


def signing_time(protected: Mapping[str, Any]) -> datetime | None:
    """Return the claimed time in `sigT` or `iat`; None when absent or not readable."""
    text = protected.get("sigT")
    if isinstance(text, str) and _SIG_T.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    return instant(protected.get("iat"))


def instant(value: Any) -> datetime | None:
    """Return a NumericDate (RFC 7519 section 2) as an instant, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _header(found: Found, defects: list[Finding]) -> Mapping[str, Any]:
    try:
        header = read_json(from_base64url(found.protected), max_bytes=MAX_HEADER_BYTES)
    except UnreadableError as error:
        message = f"The protected header of the seal cannot be read. {error}"
        defects.append(_failed("seal.jades.header", message, found))
        return {}
    if not isinstance(header, Mapping):
        defects.append(_failed("seal.jades.header", "The protected header is no object.", found))
        return {}
    return header


def _signature_value(found: Found, defects: list[Finding]) -> bytes:
    try:
        return from_base64url(found.signature)
    except UnreadableError as error:
        defects.append(
            _failed("seal.signature", f"The signature value cannot be read. {error}", found)
        )
        return b""


def _coverage(
    protected: Mapping[str, Any], payload: bytes | None, given: Mapping[str, bytes]
) -> Coverage:
    is_encoded = protected.get("b64", True) is not False
    if "sigD" in protected and not payload:
        return cover_referenced(protected["sigD"], given, is_encoded)
    if not payload:
        return cover_plain(given, is_encoded)
    return Coverage(signed_payload=payload)


def _chain(protected: Mapping[str, Any], found: Found, defects: list[Finding]) -> tuple[bytes, ...]:
    if "x5c" not in protected:
        return ()
    listed = protected["x5c"]
    try:
        if not isinstance(listed, list) or not 0 < len(listed) <= MAX_CHAIN:
            raise UnreadableError(f"It is no list of 1 to {MAX_CHAIN} certificates.")
        if not all(isinstance(item, str) for item in listed):
            raise UnreadableError("A certificate in it is not text.")
        return tuple(from_base64(item) for item in listed)
    except UnreadableError as error:
        message = f"The certificates in the seal (x5c) cannot be read. {error}"
        defects.append(_failed("seal.jades.x5c", message, found))
        return ()


def _counter_signatures(unsigned: Unsigned, signature: bytes) -> tuple[OpenedSignature, ...]:
    """Open the signatures over the value of this one; one level deep only."""
    opened: list[OpenedSignature] = []
    texts = [entry.value for entry in unsigned.entries if entry.name == "cSig"]
    for value in texts[:MAX_COUNTER_SIGNATURES]:
        try:
            inner: Container = (
                take_apart(value.encode("utf-8")) if isinstance(value, str) else from_object(value)
            )
        except (UnreadableError, UnicodeEncodeError):
            continue
        payload = inner.payload.encode("utf-8", "replace") if inner.payload else None
        opened.extend(
            open_signature(
                each, payload, {"counter-signed": signature}, read_counter_signatures=False
            )
            for each in inner.found[:1]
        )
    return tuple(opened)


def _failed(rule: str, message: str, found: Found) -> Finding:
    return Finding.failed(
        rule, message, path=found.path or None, source="ETSI TS 119 182-1 clause 5.1"
    )
