"""The three JWS serialisations, taken apart into payload text and signature texts.

Nothing is decoded here but the outer form. Duplicate members are refused by the
strict JSON reader, since two readers could see two different documents.
Source: RFC 7515 sections 3.1, 7.1 and 7.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tessera.errors import UnreadableError
from tessera.standards.jsontext import read_json

MAX_SEALED_BYTES = 33_554_432
MAX_SIGNATURES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The texts of one signature, as they stand in the file."""

    path: str
    protected: str
    signature: str
    unprotected: Any = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One JWS: its payload text (None when absent) and its signatures."""

    serialization: str
    payload: str | None
    found: tuple[Found, ...]


def take_apart(raw: bytes) -> Container:
    """Split a JWS in any serialisation. Raises: UnreadableError when it is none."""
    if len(raw) > MAX_SEALED_BYTES:
        raise UnreadableError(f"The file is too large for a seal ({len(raw)} bytes).")
    text = raw.strip(b" \t\r\n")  # files end with a line break; nothing else is forgiven
    if text[:1] == b"{":
        return from_object(read_json(text, max_bytes=MAX_SEALED_BYTES))
    return _from_compact(text)


def from_object(value: Any) -> Container:
    """Split the JSON serialisations, general or flattened. Raises: UnreadableError."""
    if not isinstance(value, Mapping) or not ("signatures" in value or "signature" in value):
        raise UnreadableError("This JSON is not sealed: it has no signatures.")
    payload = value.get("payload")
    if "payload" in value and not isinstance(payload, str):
        raise UnreadableError("The payload of the sealed file is not text.")
    if "signatures" not in value:
        return Container(
            serialization="flattened-json", payload=payload, found=(_signature_object(value, ""),)
        )
    if "signature" in value or "protected" in value:
        raise UnreadableError("The sealed file mixes the general and the flattened form.")
    members = value["signatures"]
    if not isinstance(members, list) or len(members) > MAX_SIGNATURES:
        raise UnreadableError(f"The signatures are not a list of {MAX_SIGNATURES} objects at most.")
    found = tuple(
        _signature_object(member, f"/signatures/{index}") for index, member in enumerate(members)
    )
    return Container(serialization="general-json", payload=payload, found=found)


def _signature_object(value: Any, path: str) -> Found:
    if not isinstance(value, Mapping):
        raise UnreadableError("A signature in the sealed file is not an object.")
    protected, signature = value.get("protected", ""), value.get("signature")
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise UnreadableError("A signature in the sealed file has no text for its value.")
    return Found(
        path=path, protected=protected, signature=signature, unprotected=value.get("header", {})
    )


def _from_compact(text: bytes) -> Container:
    parts = text.split(b".")
    if len(parts) != 3 or not parts[0] or not parts[2]:
        raise UnreadableError("This is not a sealed file: neither JSON nor a compact JWS.")
    try:
        protected, payload, signature = (part.decode("utf-8") for part in parts)
    except UnicodeDecodeError as error:
        raise UnreadableError("This is not a sealed file: it is not text.") from error
    found = Found(path="", protected=protected, signature=signature)
    return Container(serialization="compact", payload=payload, found=(found,))
