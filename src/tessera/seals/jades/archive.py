"""Raise the level of a sealed file: add unsigned properties, keep everything else.

1. Open the file and choose the signature, 2. add the property behind those there are,
3. open the result and prove that document and signatures are the same.

The bytes to be stamped come from `stamped_bytes`; the token, the certificates and the
revocation data are arguments, gathered by `tessera.trust`.

Source: ETSI TS 119 182-1 V1.2.1 clauses 5.3.1 (etsiU, base64url), 5.3.4 to 5.3.6 and 6.3.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from tessera.errors import UnreadableError
from tessera.seals.base64text import to_base64url
from tessera.seals.jades.read import open_jws
from tessera.seals.jades.timestamps import covered_bytes
from tessera.seals.protocol import Opened, OpenedSignature, UnsignedEntry

Entries = Sequence[Mapping[str, Any]]


def stamped_bytes(signature: OpenedSignature, kind: str, before: Entries = ()) -> bytes:
    """Return what a new timestamp on a signature has to cover.

    kind: "sigTst" or "arcTst". before: properties that will be added in front of it.
    Raises: UnreadableError when the file does not hold what has to be covered.
    """
    added = tuple(_entry(one) for one in before)
    grown = replace(signature, unsigned=(*signature.unsigned, *added))
    message = covered_bytes(grown, kind, len(grown.unsigned), {})
    if message is None:
        raise UnreadableError(
            "A timestamp cannot be added to this file: it does not hold its document, or its "
            "unsigned properties are not in base64url."
        )
    return message


def with_properties(sealed: bytes, index: int, added: Entries) -> bytes:
    """Return the sealed file with unsigned properties added to one of its signatures.

    sealed: general or flattened JSON. Raises: UnreadableError for anything else.
    """
    # 1
    opened = open_jws(sealed)
    if opened.serialization == "compact":
        raise UnreadableError(
            "A compact seal has no place for timestamps. Seal the document in the JSON form."
        )
    whole = orjson.loads(sealed)
    target = whole if opened.serialization == "flattened-json" else whole["signatures"][index]
    # 2
    header = target.setdefault("header", {})
    listed = header.setdefault("etsiU", [])
    listed.extend(_entry(one).encoded for one in added)
    grown = orjson.dumps(whole)
    # 3
    if _kept(open_jws(grown)) != _kept(opened):
        raise UnreadableError("This file cannot be extended without changing it.")
    return grown


def timestamp_property(kind: str, token: bytes) -> dict[str, Any]:
    """Return the property for one timestamp token (DER)."""
    return {kind: {"tstTokens": [{"val": _base64(token)}]}}


def validation_properties(
    certificates: Sequence[bytes], crls: Sequence[bytes], ocsp_responses: Sequence[bytes]
) -> list[dict[str, Any]]:
    """Return `xVals` and `rVals`; each is left out when there is nothing to put into it."""
    found: list[dict[str, Any]] = []
    if certificates:
        found.append({"xVals": _certificates(certificates)})
    if crls or ocsp_responses:
        found.append({"rVals": _revocation(crls, ocsp_responses)})
    return found


def timestamp_validation_property(
    certificates: Sequence[bytes], crls: Sequence[bytes], ocsp_responses: Sequence[bytes]
) -> list[dict[str, Any]]:
    """Return `tstVD`, the validation data of earlier timestamps, or nothing (clause 5.3.6.1)."""
    inside: dict[str, Any] = {}
    if certificates:
        inside["xVals"] = _certificates(certificates)
    if crls or ocsp_responses:
        inside["rVals"] = _revocation(crls, ocsp_responses)
    return [{"tstVD": inside}] if inside else []


def _certificates(certificates: Sequence[bytes]) -> list[dict[str, Any]]:
    return [{"x509Cert": {"val": _base64(one)}} for one in certificates]


def _revocation(crls: Sequence[bytes], ocsp_responses: Sequence[bytes]) -> dict[str, Any]:
    values = {"crlVals": crls, "ocspVals": ocsp_responses}
    return {name: [{"val": _base64(one)} for one in given]
            for name, given in values.items() if given}  # fmt: skip


def _entry(entry: Mapping[str, Any]) -> UnsignedEntry:
    [(name, value)] = entry.items()
    return UnsignedEntry(name=name, value=value, encoded=to_base64url(orjson.dumps(entry)))


def _kept(opened: Opened) -> tuple[Any, ...]:
    """What must be the same before and after."""
    return opened.document, [
        (one.protected_text, one.signature, one.signed_payload) for one in opened.signatures
    ]


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")
