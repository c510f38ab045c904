"""Sealed credentials as `data:` addresses, as presentations hold them.

Source: W3C VC Data Model 2.0 section 4.13 (EnvelopedVerifiableCredential and
EnvelopedVerifiablePresentation); RFC 2397; media types: W3C VC-JOSE-COSE section 6.1.

>>> envelope = envelop(b"eyJhbGciOiJFUzI1NiJ9.e30.AA", "vc+jwt")
>>> unwrap(envelope).content
b'eyJhbGciOiJFUzI1NiJ9.e30.AA'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64
from tessera.seals.vcjose.claims import types_of
from tessera.seals.vcjose.read import MAX_TOKEN_BYTES

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL, PRESENTATION = "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enveloped:
    """What a `data:` address holds: a media type without `application/`, and the bytes."""

    media_type: str
    content: bytes


def envelop(sealed: bytes, media_type: str) -> dict[str, Any]:
    """Return the object that holds a sealed credential or presentation in another document.

    media_type: such as "vc+jwt", "vc+sd-jwt" or "vp+jwt". sealed: ASCII text.
    """
    kind = PRESENTATION if media_type.startswith("vp") else CREDENTIAL
    return {
        "@context": CONTEXT,
        "id": f"data:application/{media_type},{sealed.decode('ascii')}",
        "type": kind,
    }


def is_envelope(value: Any) -> bool:
    """Say whether an object is an enveloped credential or presentation."""
    return isinstance(value, Mapping) and bool({CREDENTIAL, PRESENTATION} & set(types_of(value)))


def unwrap(value: Any) -> Enveloped:
    """Return what an envelope holds. Raises: UnreadableError when it holds nothing."""
    address = value.get("id") if isinstance(value, Mapping) else None
    if not isinstance(address, str) or not address[:5].lower() == "data:":
        raise UnreadableError("The enveloped credential has no data: address in its `id`.")
    if len(address) > MAX_TOKEN_BYTES:
        raise UnreadableError(f"An enveloped credential has {MAX_TOKEN_BYTES} letters at most.")
    head, comma, body = address[5:].partition(",")
    if not comma:
        raise UnreadableError("The data: address of the enveloped credential holds nothing.")
    name, *parameters = [part.strip().lower() for part in head.split(";")]
    if not name.startswith("application/"):
        raise UnreadableError(f"An enveloped credential is not of the media type {name[:60]!r}.")
    content = from_base64(body) if "base64" in parameters else unquote_to_bytes(body)
    return Enveloped(media_type=name.removeprefix("application/"), content=content)
