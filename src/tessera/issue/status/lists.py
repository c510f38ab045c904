"""The lists of one group, and what an award carries to be found in them.

A group is one shuffle of numbers under one prefix. It is published three times: as a W3C
list of revocations, one of suspensions, and an IETF token list that says both. Each has a
shuffle of its own, so that the places of an award in two lists have nothing in common.

Source: W3C Bitstring Status List 1.0 sections 2.1, 2.2 and 6.2; IETF Token Status List
sections 4.1, 6.2 and 12.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from tessera.errors import ModelError, UsageError
from tessera.issue.status.shuffle import Shuffle
from tessera.model import StatusEntry
from tessera.trust.status.bits import Order, packed
from tessera.trust.status.lists import LEAST_PLACES

TOKEN_SIZE = 2  # VALID, INVALID, SUSPENDED
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Kind(StrEnum):
    """The three lists of a group; the value is the last part of the address."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    TOKEN = "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of lists; a new one begins when one is full. secret: of its shuffles."""

    id: int
    prefix: str
    size: int
    secret: bytes

    def __post_init__(self) -> None:
        if self.size < LEAST_PLACES:
            raise UsageError(
                f"A status list needs at least {LEAST_PLACES} places, so that nobody is found by "
                f"being one of few; {self.size} were asked for."
            )
        _shuffle(self.size, self.secret, Kind.TOKEN)

    def place(self, kind: Kind, number: int) -> int:
        """Return the place of a number in one of the lists."""
        return _shuffle(self.size, self.secret, kind)(number)


@cache
def _shuffle(size: int, secret: bytes, kind: Kind) -> Shuffle:
    return Shuffle(size, kind.value.encode() + b"\x00" + secret)


def address(group: Group, kind: Kind) -> str:
    """Return where a list is published."""
    return f"{group.prefix}/{group.id}/{kind}"


def entries_of(group: Group, number: int) -> tuple[StatusEntry, ...]:
    """Return what an award carries: two W3C entries and one for the token list."""
    revocation, suspension, token = (
        StatusEntry(
            kind="token" if kind is Kind.TOKEN else "bitstring",
            url=address(group, kind),
            index=group.place(kind, number),
            purpose=None if kind is Kind.TOKEN else kind.value,
        )
        for kind in Kind
    )
    return revocation, suspension, token


def bits_of(group: Group, kind: Kind, marked: Iterable[tuple[int, bool, bool]]) -> bytes:
    """Return the bytes of a list. marked: (number, revoked, suspended) of all that are not good."""
    if kind is Kind.TOKEN:
        values = ((number, 1 if revoked else 2) for number, revoked, _ in marked)
        size, order = TOKEN_SIZE, Order.RIGHT_FIRST
    else:
        column = 1 if kind is Kind.REVOCATION else 2
        values = ((row[0], 1) for row in marked if row[column])
        size, order = 1, Order.LEFT_FIRST
    placed = ((group.place(kind, number), value) for number, value in values)
    return packed(placed, places=group.size, size=size, order=order)


def need_prefix(text: str) -> str:
    """Return the address below which lists are published, without a slash at its end.

    Raises: UsageError for what is no https address (http for this machine, to try things out).
    """
    try:
        parts = urlsplit(text)
        is_local = parts.scheme == "http" and parts.hostname in _LOCAL
        fits = (parts.scheme == "https" or is_local) and bool(parts.hostname) and text.isascii()
        StatusEntry(kind="token", url=text, index=0)
    except (ValueError, ModelError):
        fits = False
        parts = urlsplit("")
    if not fits or parts.query or parts.fragment or "@" in parts.netloc or " " in text:
        raise UsageError(
            f"'{text}' is no address for status lists. Give the https address below which you will "
            "publish them, such as https://status.example.edu/mc, without ? and #."
        )
    return text.rstrip("/")
