"""A secret shuffle of the places of a list: which place the n-th award gets.

Random places keep anybody from reading off a list who was awarded together or last. Drawing
them one by one would need to remember all that are taken; a shuffle under a secret key gives
each number another place, in no memory worth mentioning, however long the list.

Steps: 1 take enough bits for the size and cut a number into two halves; 2 ten rounds change
one half by a random table looked up with the other, which can be undone and so never maps
two numbers to one; 3 walk on while the result lies outside the list.

>>> shuffled = Shuffle(1000, b"secret")
>>> len({shuffled(number) for number in range(1000)})
1000

Source: W3C Bitstring Status List 1.0 section 2.1 (indexes SHOULD be random); Luby and
Rackoff 1988; Hoang and Rogaway 2010 (alternating Feistel networks); Black and Rogaway 2002
(cycle walking); ten rounds as in NIST SP 800-38G, FF1.
"""

from __future__ import annotations

import hashlib
from array import array

from tessera.errors import UsageError

MOST_PLACES = 2**24
_ROUNDS = 10


class Shuffle:
    """A permutation of 0 … size - 1, the same for the same secret."""

    def __init__(self, size: int, secret: bytes) -> None:
        if not 0 < size <= MOST_PLACES:
            raise UsageError(f"A status list has 1 to {MOST_PLACES} places, not {size}.")
        bits = max(2, (size - 1).bit_length())
        self._size = size
        self._low, high = bits // 2, bits - bits // 2
        self._mask = (1 << self._low) - 1
        widths = ((high, self._low), (self._low, high)) * (_ROUNDS // 2)
        self._tables = [_table(secret, number, *pair) for number, pair in enumerate(widths)]

    def __call__(self, number: int) -> int:
        """Return the place of a number. Raises: UsageError outside the list."""
        if not 0 <= number < self._size:
            raise UsageError(f"The list has no number {number}.")
        while True:
            number = self._round_trip(number)
            if number < self._size:
                return number

    def _round_trip(self, number: int) -> int:
        high, low = number >> self._low, number & self._mask
        tables = iter(self._tables)
        for table in tables:
            low ^= table[high]
            high ^= next(tables)[low]
        return high << self._low | low


def _table(secret: bytes, number: int, width: int, result: int) -> array[int]:
    """Return random values of `result` bits for every value of `width` bits."""
    seed = b"tessera status shuffle\x00" + bytes([number]) + secret
    stream = hashlib.shake_256(seed).digest(2 << width)
    pairs = zip(stream[::2], stream[1::2], strict=True)
    return array("H", ((left << 8 | right) & (1 << result) - 1 for left, right in pairs))
