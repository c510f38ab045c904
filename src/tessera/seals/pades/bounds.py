"""How much a PDF may cost, decided on its bytes before any parser sees it.

A PDF packs its objects into compressed streams, and a few kilobytes can unpack to
gigabytes. Steps: 1 size and first bytes, 2 unpack every stream with a limit, also one
that is packed twice, 3 refuse what no certificate of ours needs: encryption.

Source: house rule; ISO 32000-2 clauses 7.4.4 (Flate) and 7.5.7 (object streams).
"""

from __future__ import annotations

import re
import zlib

from tessera.errors import UnreadableError

MOST_BYTES = 20_000_000
MOST_UNPACKED = 60_000_000
_MOST_STREAMS = 5_000
_MOST_LAYERS = 3
_STREAM = re.compile(rb"stream\r?\n")
_ENCRYPTED = re.compile(rb"/(?:E|#45)(?:n|#6[eE])(?:c|#63)(?:r|#72)(?:y|#79)(?:p|#70)(?:t|#74)\b")


class TooCostly(UnreadableError):
    """The file would cost more to read than any certificate does."""

    reason = "too-large"


def look_first(raw: bytes) -> None:
    """Refuse a PDF that would cost too much. Raises: UnreadableError, TooCostly."""
    # 1
    if not raw.startswith(b"%PDF-"):
        raise UnreadableError("The file does not begin as a PDF does.")
    if len(raw) > MOST_BYTES:
        raise TooCostly(f"The PDF is larger than {MOST_BYTES // 1_000_000} MB.")
    # 2
    left = MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(raw)):
        if number >= _MOST_STREAMS:
            raise TooCostly("The PDF has more parts than any certificate.")
        content: bytes | memoryview = memoryview(raw)[found.end() :]
        for _ in range(_MOST_LAYERS):
            unpacked = _unpack(content, left)
            left -= len(unpacked)
            if left <= 0:
                raise TooCostly("The PDF unpacks to far more than any certificate holds.")
            if not unpacked:
                break
            content = unpacked
        else:
            raise TooCostly("The PDF packs the same part several times over.")
    # 3
    if _ENCRYPTED.search(raw):
        raise UnreadableError("The PDF is encrypted; a certificate that anyone can verify is not.")


def _unpack(content: bytes | memoryview, most: int) -> bytes:
    """The first Flate layer of a stream, at most this long; empty when it is none."""
    if len(content) < 2 or content[0] & 0x0F != 8 or (content[0] * 256 + content[1]) % 31:
        return b""
    try:
        return zlib.decompressobj().decompress(content, most)
    except zlib.error:
        return b""
