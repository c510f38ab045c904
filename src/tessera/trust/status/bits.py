"""Many small numbers packed into bytes: the heart of both kinds of status list.

W3C lists begin at the left-most bit of a byte, IETF lists at the right-most; a place in the
list is a block of `size` bits in both.

>>> two = bytes.fromhex("c944f9")
>>> [read(two, place, size=2, order=Order.RIGHT_FIRST) for place in range(4)]
[1, 2, 0, 3]

Source: W3C Bitstring Status List 1.0 sections 2.2 and 7.1; IETF Token Status List section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from tessera.errors import UsageError

MOST_SIZE = 64  # bits of one place; W3C names no bound, and nobody needs 2^64 messages


class Order(Enum):
    """Where the places of a byte begin."""

    LEFT_FIRST = "left"  # W3C: index 0 is the most significant bit
    RIGHT_FIRST = "right"  # IETF: index 0 is the least significant bit


def room(bits: bytes | bytearray, *, size: int) -> int:
    """Return how many places of this size the bytes hold."""
    return len(bits) * 8 // size


def read(bits: bytes | bytearray, place: int, *, size: int, order: Order) -> int:
    """Return the number at a place. Raises: IndexError when it lies outside the bytes."""
    start = place * size
    if place < 0 or start + size > len(bits) * 8:
        raise IndexError(place)
    if order is Order.RIGHT_FIRST:
        return bits[start >> 3] >> (start & 7) & (1 << size) - 1
    end = start + size
    block = int.from_bytes(bits[start >> 3 : (end + 7) >> 3], "big")
    return block >> (-end & 7) & (1 << size) - 1


def packed(values: Iterable[tuple[int, int]], *, places: int, size: int, order: Order) -> bytes:
    """Return the bytes of a list: (place, number) for all that are not 0, in any order.

    places: how many the list has; it is filled up to a whole byte. Raises: UsageError for a
    place outside the list, and for a size or number that the list cannot hold.
    """
    is_right = order is Order.RIGHT_FIRST
    if not 0 < size <= MOST_SIZE or (is_right and size not in (1, 2, 4, 8)):
        raise UsageError(f"A status list of this kind has no places of {size} bits.")
    bits = bytearray((places * size + 7) // 8)
    for place, number in values:
        if not 0 <= place < places or not 0 <= number < 1 << size:
            raise UsageError(f"Place {place} with the number {number} does not fit into the list.")
        start = place * size
        if is_right:
            bits[start >> 3] |= number << (start & 7)
        elif size == 1:
            bits[start >> 3] |= number << (7 - (start & 7))
        else:
            _put(bits, start, number, size)
    return bytes(bits)


def _put(bits: bytearray, start: int, number: int, size: int) -> None:
    """Write a block from left to right; it may reach over several bytes."""
    end = start + size
    first, last = start >> 3, (end + 7) >> 3
    block = int.from_bytes(bits[first:last], "big") | number << (-end & 7)
    bits[first:last] = block.to_bytes(last - first, "big")
