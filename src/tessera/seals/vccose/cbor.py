"""The part of CBOR that a sealed credential needs, read strictly: one meaning for one text.

General decoders turn tags into dates, numbers and patterns, let a repeated key win, and
read lengths that never end. Here there are whole numbers, bytes, texts, lists, maps and the
one tag of COSE; anything else is refused.

Source: RFC 8949 sections 3 and 4.2 (deterministic lengths are not demanded); RFC 9052
section 3 (labels are unique).

>>> read(write([1, b"a", "b", {4: -7}]))
[1, b'a', 'b', {4: -7}]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tessera.errors import UnreadableError

MOST_ITEMS = 10_000
MAX_DEPTH = 8
_SIMPLE = {20: False, 21: True, 22: None}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a CBOR tag."""

    number: int
    value: Any


def read(raw: bytes) -> Any:
    """Decode exactly one value. Raises: UnreadableError."""
    reader = _Reader(raw)
    value = reader.value(MAX_DEPTH)
    if reader.place != len(raw):
        raise UnreadableError("Bytes follow the end of the CBOR text.")
    return value


def write(value: Any) -> bytes:
    """Encode whole numbers, bytes, texts, lists, maps and tags in the shortest form."""
    if isinstance(value, bool) or value is None:
        return bytes([0xE0 | next(code for code, one in _SIMPLE.items() if one is value)])
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(3, len(text)) + text
    if isinstance(value, list | tuple):
        return _head(4, len(value)) + b"".join(map(write, value))
    if isinstance(value, dict):
        pairs = (write(key) + write(one) for key, one in value.items())
        return _head(5, len(value)) + b"".join(pairs)
    if isinstance(value, Tagged):
        return _head(6, value.number) + write(value.value)
    raise UnreadableError(f"A {type(value).__name__} is not written as CBOR here.")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise UnreadableError("The number is too large for CBOR.")


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._items = 0
        self.place = 0

    def value(self, depth: int) -> Any:
        self._items += 1
        if depth == 0 or self._items > MOST_ITEMS:
            raise UnreadableError("The CBOR text is nested too deeply or holds too much.")
        major, number = self._start()
        if major in (0, 1):
            return number if major == 0 else -1 - number
        if major == 2:
            return self._take(number)
        if major == 3:
            try:
                return self._take(number).decode("utf-8")
            except UnicodeDecodeError as error:
                raise UnreadableError("A text in CBOR is not UTF-8.") from error
        if major == 4:
            return [self.value(depth - 1) for _ in range(self._room(number))]
        if major == 5:
            return self._map(self._room(number), depth)
        if major == 6:
            return Tagged(number, self.value(depth - 1))
        if number in _SIMPLE:
            return _SIMPLE[number]
        raise UnreadableError("The CBOR text holds a kind of value that seals do not use.")

    def _start(self) -> tuple[int, int]:
        first = self._take(1)[0]
        major, code = first >> 5, first & 31
        if code < 24:
            return major, code
        if code > 27 or major == 7:
            raise UnreadableError("The CBOR text holds a kind of value that seals do not use.")
        return major, int.from_bytes(self._take(1 << code - 24), "big")

    def _map(self, number: int, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for _ in range(number):
            key = self.value(depth - 1)
            if not isinstance(key, int | str) or key in found:
                raise UnreadableError("A label in CBOR stands twice, or is no number or text.")
            found[key] = self.value(depth - 1)
        return found

    def _room(self, number: int) -> int:
        if number > len(self._raw) - self.place:
            raise UnreadableError("The CBOR text ends too early.")
        return number

    def _take(self, number: int) -> bytes:
        start, self.place = self.place, self.place + self._room(number)
        return self._raw[start : self.place]
