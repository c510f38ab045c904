"""The text chunks of a PNG file in which badges stand, bounded.

Source: PNG (third edition), 5.3 (chunks), 11.3.3 (tEXt, iTXt); Open Badges 3.0 and 2.0 and
Comprehensive Learner Record 2.0, baking: keyword, no compression (compressed ones are read too).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tessera.errors import UnreadableError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BADGE, RECORD = b"openbadgecredential", b"clrcredential"
KEYWORDS = (BADGE, RECORD, b"openbadges")  # the last is that of Open Badges 2.0
MOST_CHUNKS = 100_000
MOST_TEXT = 20_000_000


def texts(image: bytes) -> Iterator[bytes]:
    """Yield what stands in each chunk of a badge. Raises: UnreadableError for a broken file."""
    for kind, content, _ in _chunks(image):
        keyword, _, rest = content.partition(b"\x00")
        if kind not in (b"iTXt", b"tEXt") or keyword not in KEYWORDS:
            continue
        yield rest if kind == b"tEXt" else _international(rest)


def with_text(image: bytes, text: bytes, keyword: bytes) -> bytes:
    """Return the image with a text chunk put before its end."""
    end = next((at for kind, _, at in _chunks(image) if kind == b"IEND"), None)
    if end is None:
        raise UnreadableError("The picture has no end: it is cut off.")
    content = b"\x00".join((keyword, b"\x00\x00", b"", text))
    crc = zlib.crc32(b"iTXt" + content)
    chunk = struct.pack(">I", len(content)) + b"iTXt" + content + struct.pack(">I", crc)
    return image[:end] + chunk + image[end:]


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield type, content and position of each chunk up to the end of the picture."""
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(image):
            raise UnreadableError("The picture is cut off.")
        (length,) = struct.unpack_from(">I", image, at)
        end = at + 12 + length
        if end > len(image):
            raise UnreadableError("The picture is cut off.")
        kind, content = image[at + 4 : at + 8], image[at + 8 : end - 4]
        if kind in (b"iTXt", b"tEXt") and content.split(b"\x00", 1)[0] in KEYWORDS:
            (stated,) = struct.unpack_from(">I", image, end - 4)
            if stated != zlib.crc32(kind + content):
                raise UnreadableError("The badge in the picture is damaged (its checksum fails).")
        yield kind, content, at
        if kind == b"IEND":
            return
        at = end
    raise UnreadableError(f"The picture has more than {MOST_CHUNKS} parts.")


def _international(rest: bytes) -> bytes:
    """The text of an iTXt chunk behind its keyword."""
    if len(rest) < 2:
        raise UnreadableError("The badge in the picture is cut off.")
    parts = rest[2:].split(b"\x00", 2)
    if len(parts) < 3:
        raise UnreadableError("The badge in the picture is cut off.")
    if rest[0] == 0:
        return parts[2]
    if rest[:2] != b"\x01\x00":
        raise UnreadableError("The badge in the picture is packed in a way that nobody reads.")
    return _inflated(parts[2])


def _inflated(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MOST_TEXT)
    except zlib.error as error:
        raise UnreadableError("The badge in the picture cannot be unpacked.") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise UnreadableError("The badge in the picture is too large, or cut off.")
    return text
