"""Strict base64 and base64url: one text for one value, so that no bit is free to change.

Python's own decoders skip foreign characters and ignore surplus bits; both would
let the text of a signature change while it still verifies.
Source: RFC 4648 sections 3.3, 3.5 and 5; RFC 7515 section 2.
"""

from __future__ import annotations

import binascii
from base64 import b64encode

from tessera.errors import UnreadableError

_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")  # what is foreign to base64url stays foreign
_FROM_STANDARD = bytes.maketrans(b"+/", b"-_")
# Letters that may end a text whose length is 2 or 3 beyond a multiple of four: their last
# four or two bits are zero (RFC 4648 section 3.5).
_LAST = {2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}


def to_base64url(value: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    text = binascii.b2a_base64(value, newline=False).rstrip(b"=")
    return text.translate(_FROM_STANDARD).decode("ascii")


def from_base64url(text: str) -> bytes:
    """Decode base64url without padding; exactly one text per value.

    Raises: UnreadableError for padding, white space, foreign characters or surplus bits.
    """
    try:
        raw = text.encode("ascii")
        padded = raw.translate(_TO_STANDARD) + b"=" * (-len(raw) % 4)
        value = binascii.a2b_base64(padded, strict_mode=True)
    except (ValueError, UnicodeEncodeError) as error:
        raise UnreadableError(f"This is not base64url text: {error}.") from error
    last = _LAST.get(len(raw) % 4)
    if last is not None and raw[-1] not in last:
        raise UnreadableError("This base64url text has surplus bits and could be altered unseen.")
    return value


def from_base64(text: str) -> bytes:
    """Decode padded base64 (RFC 4648 section 4). Raises: UnreadableError."""
    try:
        value = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError) as error:
        raise UnreadableError(f"This is not base64 text: {error}.") from error
    if b64encode(value).decode("ascii") != text:
        raise UnreadableError("This base64 text has surplus bits or wrong padding.")
    return value
