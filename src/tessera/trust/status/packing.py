"""The bytes of a list as text and back: compressed, and never more than they should be.

A few hundred bytes can unpack to gigabytes, so unpacking stops at a bound. Packing uses
the fast machinery of isal where it is installed (extra `vc`) and the standard library
elsewhere; both write what every reader unpacks.

Source: W3C Bitstring Status List 1.0 sections 3.3, 3.4 and 7.1 (GZIP, RFC 1952; multibase
base64url); IETF Token Status List section 4.1 (ZLIB, RFC 1950); DESIGN section 7.
"""

from __future__ import annotations

import gzip
import zlib

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url, to_base64url

MOST_BYTES = 16 * 1024 * 1024  # unpacked: 134 million places of one bit
MOST_TEXT = 24 * 1024 * 1024  # the base64url text of so many bytes that do not compress
_GZIP, _ZLIB = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS
_LEVEL = 2  # of isal: hundreds of times as fast as level 9 of the standard library


def to_encoded_list(bits: bytes) -> str:
    """Return the `encodedList` of a W3C list."""
    return "u" + to_base64url(gzipped(bits))


def from_encoded_list(text: str, *, multibase: bool = True) -> bytes:
    """Unpack an `encodedList`.

    multibase: the text begins with the letter u; lists of 2021 have none, and often padding.
    Raises: UnreadableError, also for a text that would unpack to more than 16 MiB.
    """
    if len(text) > MOST_TEXT:
        raise UnreadableError(f"The list is longer than the {MOST_TEXT} letters that are read.")
    if multibase:
        if not text.startswith("u"):
            raise UnreadableError("The list is not written as multibase base64url ('u…').")
        return unpacked(from_base64url(text[1:]), window=_GZIP)
    return unpacked(from_base64url(text.rstrip("=")), window=_GZIP)


def to_lst(bits: bytes) -> str:
    """Return the `lst` of an IETF list in JSON."""
    return to_base64url(deflated(bits))


def from_lst(value: str | bytes) -> bytes:
    """Unpack an `lst`: text in JSON, bytes in CBOR. Raises: UnreadableError."""
    if len(value) > MOST_TEXT:
        raise UnreadableError(f"The list is longer than the {MOST_TEXT} letters that are read.")
    packed = from_base64url(value) if isinstance(value, str) else value
    return unpacked(packed, window=_ZLIB)


def gzipped(bits: bytes) -> bytes:
    """Return one gzip member without name and time: the same bytes for the same list."""
    try:
        from isal import igzip
    except ImportError:
        return gzip.compress(bits, 6, mtime=0)
    return bytes(igzip.compress(bits, _LEVEL, mtime=0))


def deflated(bits: bytes) -> bytes:
    """Return the bytes in the ZLIB form."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compress(bits, 6)
    return bytes(isal_zlib.compress(bits, _LEVEL))


def unpacked(packed: bytes, *, window: int) -> bytes:
    """Unpack one whole gzip or zlib stream, up to 16 MiB. Raises: UnreadableError."""
    machine = zlib.decompressobj(window)
    try:
        bits = machine.decompress(packed, MOST_BYTES)
        if not machine.eof and len(bits) == MOST_BYTES:
            bits += machine.decompress(machine.unconsumed_tail, 1)
    except zlib.error as error:
        raise UnreadableError(f"The list cannot be unpacked: {error}.") from error
    if len(bits) > MOST_BYTES:
        raise UnreadableError(
            f"The list unpacks to more than the {MOST_BYTES} bytes that are read."
        )
    if not machine.eof:
        raise UnreadableError("The list breaks off: it was cut short.")
    if machine.unused_data:
        raise UnreadableError("Something stands behind the end of the packed list.")
    return bits
