"""A small, bounded reader and writer of DER, for what X.509 libraries refuse to hand out.

Real qualified certificates carry extensions that strict libraries reject as a
whole (a wrong string type in one policy notice hides the key usage). This reader
walks tags and lengths only; signatures are verified elsewhere.
Source: ITU-T X.690 section 8.1 and 10.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.errors import UnreadableError

SEQUENCE, SET, OID, OCTETS, BITS, BOOLEAN, INTEGER = 0x30, 0x31, 0x06, 0x04, 0x03, 0x01, 0x02


def elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, content) of each element in turn; one-byte tags, definite lengths.

    Raises: UnreadableError when an element runs over the end or is not DER.
    """
    position = 0
    while position < len(content):
        tag, start, end = _extent(content, position)
        yield tag, content[start:end]
        position = end


def _extent(content: bytes, position: int) -> tuple[int, int, int]:
    if position + 2 > len(content) or content[position] & 0x1F == 0x1F:
        raise UnreadableError("This is not DER: an element is cut short or has a long tag.")
    length, start = content[position + 1], position + 2
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or start + octets > len(content):
            raise UnreadableError("This is not DER: an element has no definite length.")
        length, start = int.from_bytes(content[start : start + octets], "big"), start + octets
    if start + length > len(content):
        raise UnreadableError("This is not DER: an element runs over the end.")
    return content[position], start, start + length


def only(content: bytes, tag: int) -> bytes:
    """Return the content of the single element with this tag. Raises: UnreadableError."""
    found = list(elements(content))
    if len(found) != 1 or found[0][0] != tag:
        raise UnreadableError(f"This is not DER with one element of tag {tag:#x}.")
    return found[0][1]


def oid_text(content: bytes) -> str:
    """Return the dotted form of an OBJECT IDENTIFIER's content. Raises: UnreadableError."""
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise UnreadableError("This is not a DER object identifier.")
    arcs, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def encode(tag: int, content: bytes) -> bytes:
    """Return one DER element."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    octets = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def integer(value: int) -> bytes:
    """Return a DER INTEGER (two's complement, shortest form)."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode(INTEGER, value.to_bytes(size, "big", signed=True))
