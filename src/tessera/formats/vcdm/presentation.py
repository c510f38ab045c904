"""The credentials inside a presentation, each with its own bytes.

A credential that is sealed by an envelope (JWT, SD-JWT, COSE) stands in a data address; its
bytes are those of the token. A credential with proofs inside is written again as JSON: its
proofs hold for what it says, not for how it is spaced.

Source: Verifiable Credentials Data Model 2.0, 4.13; RFC 2397 (data addresses).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from tessera.formats.protocol import Embedded
from tessera.formats.vcdm.find import (
    ENVELOPED,
    PRESENTATIONS,
    as_list,
    find_credential,
    find_presentation,
    types_of,
)
from tessera.formats.vcdm.terms import Json
from tessera.standards.jsontext import pointer

MOST_EMBEDDED = 1_000


def embedded(document: Any) -> tuple[Embedded, ...]:
    """Return what a presentation holds, or what an envelope does; () for a plain credential."""
    found = find_presentation(document)
    if found is None:
        alone = find_credential(document)
        if alone is None or ENVELOPED not in types_of(alone[0]):
            return ()
        return tuple(_opened(*alone))
    root, path = found
    if PRESENTATIONS[1] in types_of(root):
        return tuple(_opened(root, path))
    return opened(root.get("verifiableCredential"), path + "/verifiableCredential")


def opened(held: Json, path: str) -> tuple[Embedded, ...]:
    """Return the credentials that a member holds, whatever form each has."""
    inside: list[Embedded] = []
    for index, one in enumerate(as_list(held)[:MOST_EMBEDDED]):
        inside += _opened(one, path + (pointer(index) if isinstance(held, list) else ""))
    return tuple(inside)


def _opened(one: Json, path: str) -> Iterator[Embedded]:
    if isinstance(one, str):  # data model 1.1: the token itself
        yield Embedded(path=path, content=one.encode("utf-8", "surrogatepass"))
    elif isinstance(one, dict):
        is_envelope = {ENVELOPED, PRESENTATIONS[1]} & set(types_of(one))
        content = data_content(one.get("id")) if is_envelope else as_bytes(one)
        if content is not None:
            yield Embedded(path=path, content=content)


def data_content(address: Json) -> bytes | None:
    """The bytes in a data address, or None when it is none."""
    if not isinstance(address, str) or not address.startswith("data:"):
        return None
    head, comma, text = address.partition(",")
    if not comma:
        return None
    content = unquote_to_bytes(text)
    if not head.endswith(";base64"):
        return content
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return None


def as_bytes(credential: Json) -> bytes:
    """The JSON text of a credential, compact and in its own order."""
    text = json.dumps(credential, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
