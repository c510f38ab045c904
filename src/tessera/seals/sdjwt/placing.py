"""Put disclosed claims in their places, refusing everything that RFC 9901 section 7.1 refuses.

Steps of `place`, with those of section 7.1: 1 the digest of every disclosure (3.1), 2 walk
the payload; at each digest put the disclosed claim in and walk on inside it (3.2, 3.3),
leaving out what was not disclosed (3.4 to 3.6); a digest met twice ends it (4), 3 a
disclosure that no digest called for ends it (5).

Bounds (house rule): 1,000 disclosures, 20,000 digests, 64 levels of nesting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import orjson

from tessera.seals.sdjwt.disclosures import (
    DEFAULT_ALGORITHM,
    DIGEST_ALGORITHM,
    DIGESTS,
    ELLIPSIS,
    Disclosure,
    hasher,
    read,
)
from tessera.seals.sdjwt.refusal import SdJwtRefused
from tessera.standards.jsontext import MAX_DEPTH, pointer

MOST_DISCLOSURES, MOST_DIGESTS = 1_000, 20_000
_EMBEDDING = "RFC 9901 sections 4.2.4 and 7.1 step 3.2"


class Placed(NamedTuple):
    """Where a disclosure belongs. path: in the document; within: the one that contains it."""

    disclosure: Disclosure
    path: tuple[str | int, ...]
    within: Placed | None

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the claim in the document."""
        return pointer(*self.path)


class Processed(NamedTuple):
    """The processed SD-JWT payload and where each disclosure went.

    digests: how many there are, with those that nothing was disclosed for.
    """

    document: dict[str, Any]
    placed: tuple[Placed, ...]
    digests: int


def place(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Processed:
    """Return the payload with disclosed claims in place. Raises: SdJwtRefused."""
    # 1
    if len(disclosures) > MOST_DISCLOSURES:
        _too_much(f"{len(disclosures)} disclosures")
    digest = hasher(payload.get(DIGEST_ALGORITHM, DEFAULT_ALGORITHM))
    offered: dict[str, Disclosure] = {}
    for text in disclosures:
        one = read(text, digest)
        if offered.setdefault(one.digest, one) is not one:
            _twice("The same disclosure is given twice.")
    # 2
    walk = _Walk(offered)
    document = walk.document(payload)
    # 3
    if len(walk.placed) != len(offered):
        raise SdJwtRefused(
            "seal.sdjwt.unreferenced",
            f"{len(offered) - len(walk.placed)} of {len(offered)} disclosures belong nowhere: "
            "nothing that was signed calls for them. Somebody added or changed them, or left "
            "out the one that contains them.",
            "RFC 9901 section 7.1 step 5",
        )
    return Processed(document, tuple(walk.placed), len(walk.met))


class _Walk:
    """One walk through a payload and the disclosures inside it."""

    __slots__ = ("met", "offered", "placed")

    def __init__(self, offered: Mapping[str, Disclosure]) -> None:
        self.offered = offered
        self.met: set[str] = set()
        self.placed: list[Placed] = []

    def document(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        plain = {name: one for name, one in payload.items() if name != DIGEST_ALGORITHM}
        return self._object(plain, (), None)

    def _value(self, value: Any, path: tuple[str | int, ...], within: Placed | None) -> Any:
        """Walk on inside a value; at the top, one look at its text spares most the walk."""
        if len(path) == 1 and _is_plain(value):
            return value
        if type(value) is dict:
            return self._object(value, path, within)
        if type(value) is list:
            return self._array(value, path, within)
        return value

    def _object(
        self, node: Mapping[str, Any], path: tuple[str | int, ...], within: Placed | None
    ) -> dict[str, Any]:
        _bound(path)
        if ELLIPSIS in node:
            _misplaced(f"The member '{ELLIPSIS}' stands where it means nothing.")
        if DIGEST_ALGORITHM in node:
            _misplaced(f"The member '{DIGEST_ALGORITHM}' stands below the top of the payload.")
        placed = {
            name: self._value(one, (*path, name), within) if type(one) in (dict, list) else one
            for name, one in node.items()
            if name != DIGESTS
        }
        for one in self._called(node) if DIGESTS in node else ():
            name = one.name
            if name is None:
                _arity("an element of a list", "a claim")
            if name in placed:
                raise SdJwtRefused(
                    "seal.sdjwt.claim-name",
                    f"The claim '{name[:60]}' is disclosed where one of that name stands already.",
                    "RFC 9901 section 7.1 step 3.3.2.3",
                )
            here = self._put(one, (*path, name), within)
            value = one.value
            if type(value) in (dict, list):
                value = self._value(value, here.path, here)
            placed[name] = value
        return placed

    def _called(self, node: Mapping[str, Any]) -> Iterator[Disclosure]:
        """Yield the disclosures that the `_sd` of an object calls for."""
        digests = node[DIGESTS]
        if type(digests) is not list:
            _misplaced(f"'{DIGESTS}' is not a list of digests.")
        for digest in digests:
            one = self._meet(digest)
            if one is not None:
                yield one

    def _array(
        self, elements: list[Any], path: tuple[str | int, ...], within: Placed | None
    ) -> list[Any]:
        _bound(path)
        placed: list[Any] = []
        for element in elements:
            if type(element) is not dict or ELLIPSIS not in element:
                if type(element) in (dict, list):
                    element = self._value(element, (*path, len(placed)), within)
                placed.append(element)
                continue
            if len(element) != 1:
                _misplaced(f"An element of a list has more beside '{ELLIPSIS}'.")
            one = self._meet(element[ELLIPSIS])
            if one is None:
                continue
            if one.name is not None:
                _arity("a claim", "an element of a list")
            here = self._put(one, (*path, len(placed)), within)
            placed.append(self._value(one.value, here.path, here))
        return placed

    def _meet(self, digest: Any) -> Disclosure | None:
        """Note a digest and return its disclosure if it was given."""
        if not isinstance(digest, str):
            _misplaced("A digest is not a text.")
        if digest in self.met:
            _twice("One digest stands in two places.")
        self.met.add(digest)
        if len(self.met) > MOST_DIGESTS:
            _too_much("the digests")
        return self.offered.get(digest)

    def _put(self, one: Disclosure, path: tuple[str | int, ...], within: Placed | None) -> Placed:
        here = Placed(one, path, within)
        self.placed.append(here)
        return here


def _is_plain(value: Any) -> bool:
    """Tell whether nothing inside can be a digest; written anew, so no escape hides a name."""
    text = orjson.dumps(value)
    return b'"_sd' not in text and b'"..."' not in text


def _bound(path: tuple[str | int, ...]) -> None:
    if len(path) > MAX_DEPTH:
        _too_much(f"more than {MAX_DEPTH} levels of nesting")


def _too_much(what: str) -> NoReturn:
    raise SdJwtRefused(
        "seal.sdjwt.bounds",
        f"There is too much of it ({what}) for a credential; it was not read further.",
        f"house rule: at most {MOST_DISCLOSURES} disclosures, {MOST_DIGESTS} digests, "
        f"{MAX_DEPTH} levels",
    )


def _misplaced(sentence: str) -> NoReturn:
    raise SdJwtRefused("seal.sdjwt.embedding", sentence, _EMBEDDING)


def _twice(sentence: str) -> NoReturn:
    raise SdJwtRefused(
        "seal.sdjwt.duplicate",
        f"{sentence} Readers could put the claim in different places.",
        "RFC 9901 section 7.1 step 4",
    )


def _arity(given: str, wanted: str) -> NoReturn:
    raise SdJwtRefused(
        "seal.sdjwt.arity",
        f"A disclosure of {given} is called for where {wanted} belongs.",
        "RFC 9901 section 7.1 steps 3.3.2.1 and 3.3.3.1",
    )
