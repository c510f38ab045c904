"""The sealed files that travel in an ELMO document, taken out as they are.

Source: EMREX ELMO 1.7, type Attachment: content as a data URI (RFC 2397), type
"Micro Credential".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from tessera.formats.elmo import names
from tessera.formats.protocol import Embedded
from tessera.standards.xmltext import Element, XmlRefused, read_xml

MOST_ATTACHMENTS = 100


def embedded(document: Any) -> tuple[Embedded, ...]:
    """Return the attachments of the type "Micro Credential"; at most 100, never raises."""
    try:
        root = read_xml(document) if isinstance(document, bytes) else Element(name="")
    except XmlRefused:
        return ()
    found = []
    for path, content in _contents(root):
        raw = data_of(content.text)
        if raw:
            found.append(Embedded(path=path, content=raw))
        if len(found) == MOST_ATTACHMENTS:
            break
    return tuple(found)


def _contents(root: Element) -> Iterator[tuple[str, Element]]:
    attachments = [one for one in root.walk() if one.name == "attachment"]
    for number, one in enumerate(attachments, start=1):
        kind = one.child("type")
        if kind is not None and kind.token == names.MICRO_CREDENTIAL:
            for content in one.all("content"):
                yield f"//attachment[{number}]/content", content


def data_of(text: str) -> bytes | None:
    """Return the bytes of a data URI in base64; None when it is none. Source: RFC 2397."""
    head, comma, body = text.strip().partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
