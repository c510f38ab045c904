"""Which claims can be withheld: JSON Pointers, turned into digests and disclosures.

A pointer names a claim ("/given_name"), an element ("/nationalities/0"), or with `*` every
element of a list ("/learning_outcomes/*"). Naming a claim and something inside it makes
both disclosable, the inner one only together with the outer (recursive disclosures).

Source: RFC 9901 sections 4.2.4 (embedding), 4.2.5 (decoys), 4.2.6 (recursive).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tessera.errors import UsageError
from tessera.seals.base64text import to_base64url
from tessera.seals.sdjwt.disclosures import DIGESTS, ELLIPSIS, SALT_OCTETS, Disclosure, make

EVERY = "*"


@dataclass(slots=True)
class Wish:
    """What is wished of one claim and of those inside it."""

    is_hidden: bool = False
    inside: dict[str, Wish] = field(default_factory=dict)

    @classmethod
    def of(cls, pointers: Iterable[str], never: Iterable[str] = ()) -> Wish:
        """Build from JSON Pointers. Raises: UsageError for one that may not be hidden."""
        root = cls()
        for one in pointers:
            names = [name.replace("~1", "/").replace("~0", "~") for name in one.split("/")]
            if names[0] or len(names) < 2:
                raise UsageError(f"'{one}' is no JSON Pointer of a claim; write it as /name.")
            if len(names) == 2 and names[1] in never:
                raise UsageError(f"The claim '{names[1]}' has to be visible always.")
            wish = root
            for name in names[1:]:
                wish = wish.inside.setdefault(name, cls())
            wish.is_hidden = True
        return root


class Concealer:
    """Replaces claims by digests, and collects the disclosures."""

    __slots__ = ("_decoys", "_digest", "made")

    def __init__(self, digest: Callable[[str], str], decoys: int = 0) -> None:
        """decoys: the most at one place; how many there are is drawn each time."""
        self._digest = digest
        self._decoys = decoys
        self.made: list[Disclosure] = []

    def conceal(self, value: Any, wish: Wish) -> Any:
        """Return the value with what is wished replaced by digests."""
        if not wish.inside:
            return value
        if isinstance(value, Mapping):
            return self._object(value, wish)
        if isinstance(value, list):
            return self._array(value, wish)
        return value

    def _object(self, node: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
        left: dict[str, Any] = {}
        digests: list[str] = []
        for name, value in node.items():
            one = wish.inside.get(name)
            if one is None:
                left[name] = value
                continue
            inner = self.conceal(value, one)
            if one.is_hidden:
                digests.append(self._made(name, inner))
            else:
                left[name] = inner
        if digests:  # in the order of the digests, which says nothing about that of the claims
            left[DIGESTS] = sorted(digests + self._drawn_decoys())
        return left

    def _array(self, elements: list[Any], wish: Wish) -> list[Any]:
        left: list[Any] = []
        hides = False
        for at, value in enumerate(elements):
            one = wish.inside.get(str(at)) or wish.inside.get(EVERY)
            if one is None:
                left.append(value)
                continue
            inner = self.conceal(value, one)
            if one.is_hidden:
                hides = True
                inner = {ELLIPSIS: self._made(None, inner)}
            left.append(inner)
        if hides:
            for decoy in self._drawn_decoys():
                left.insert(secrets.randbelow(len(left) + 1), {ELLIPSIS: decoy})
        return left

    def _made(self, name: str | None, value: Any) -> str:
        one = make(secrets.token_bytes(SALT_OCTETS), name, value, self._digest)
        self.made.append(one)
        return one.digest

    def _drawn_decoys(self) -> list[str]:
        if not self._decoys:
            return []
        number = 1 + secrets.randbelow(self._decoys)
        return [self._digest(to_base64url(secrets.token_bytes(32))) for _ in range(number)]
