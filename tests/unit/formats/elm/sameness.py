"""What a document no longer says after a round trip: an oracle that shares nothing with our code.

`lost(before, after)` walks both documents together from the top. References by id are
followed, what several places say about one id is united, the running numbers in urn:epass
ids do not count, nor does the order of values or an array around a single one. What the
second document says beyond the first is no loss.
"""

from __future__ import annotations

import re
from typing import Any

_NUMBERED = re.compile(r"urn:epass:\w+:\d+")
Said = dict[str, dict[str, list[Any]]]


def lost(before: Any, after: Any, whole: Any = None) -> list[str]:
    """The places of `before` whose values `after` does not have; empty when nothing is lost.

    whole: the document `before` is part of, where it refers to what stands beside it.
    """
    said = _said(before if whole is None else whole)
    return _Walk(said, _said(after)).missing(before, after, "")


def _said(document: Any) -> Said:
    """Every id with all that is said about it, wherever it stands."""
    found: Said = {}
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            stack.extend(value.values())
            if isinstance(value.get("id"), str):
                united = found.setdefault(value["id"], {})
                for key, inner in value.items():
                    united.setdefault(key, []).extend(_listed(inner))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _Walk:
    def __init__(self, before: Said, after: Said) -> None:
        self.before, self.after = before, after
        self.known: dict[tuple[str | int, str | int], list[str]] = {}

    def missing(self, one: Any, other: Any, path: str) -> list[str]:
        """What `other` lacks of `one`."""
        found = []
        for at, value in enumerate(_listed(one)):
            candidates = [self._single(value, given, f"{path}/{at}") for given in _listed(other)]
            if [] in candidates:
                continue
            if len(candidates) == 1:
                found += candidates[0]
            else:
                found.append(f"{path}: {str(value)[:200]}")
        return found

    def _single(self, one: Any, other: Any, path: str) -> list[str]:
        left, right = self._members(one, self.before), self._members(other, self.after)
        if left is None or right is None:
            return (
                [] if left is right and one == other else [f"{path}: {one!r} not {other!r}"[:400]]
            )
        pair = (self._name(one), self._name(other))
        if pair in self.known:
            return self.known[pair]
        self.known[pair] = []  # on the way round a circle: the rest decides
        found = []
        for key, inner in left.items():
            if key == "id" and any(isinstance(i, str) and _NUMBERED.fullmatch(i) for i in inner):
                continue
            found += self.missing(inner, right.get(key, []), f"{path}/{key}")
        self.known[pair] = found
        return found

    @staticmethod
    def _name(value: Any) -> str | int:
        """The id of an object, or which piece of the document it is."""
        name = value.get("id") if isinstance(value, dict) else value
        return name if isinstance(name, str) else id(value)

    @staticmethod
    def _members(value: Any, said: Said) -> dict[str, list[Any]] | None:
        id = value.get("id") if isinstance(value, dict) else value
        if isinstance(id, str) and id in said:
            return said[id]
        if isinstance(value, dict):
            return {key: _listed(inner) for key, inner in value.items()}
        return None
