"""The form of a document, apart from its texts: what two documents of one batch share.

Two documents have one form when they have the same members, lists of the same length, and
values of the same kind in the same places; and the same values wherever a text decides
what a statement becomes (`Words.verbatim`). The order of members does not count.

Source: house rule; the guards are explained in docs/standards/data-integrity.md.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from tessera.seals.dataintegrity.words import NoTemplateError, Words

MOST_SLOTS = 2000
SAFE_INTEGER = 2**53 - 1


class Slot(NamedTuple):
    """A place for a value. kind: "s" text, "i" integer, "f" whole number as a float, "d" other
    number.
    """

    place: int
    kind: str


class Fixed(NamedTuple):
    """A value that belongs to the form, verbatim."""

    value: Any


Tree = dict[str, Any] | list[Any] | Slot | Fixed


@dataclass(frozen=True, slots=True)
class Shape:
    """key: equal for documents of one form. tree: where the slots are. values: what this
    document has in them.
    """

    key: Hashable
    tree: Tree
    values: tuple[Any, ...]


def shape_of(document: dict[str, Any], words: Words) -> Shape:
    """Return the form of a document and its values. Raises: NoTemplateError."""
    walk = _Walk(words.verbatim)
    tree, key = walk.object(document, is_top=True)
    return Shape(key, tree, tuple(walk.values))


def kind_of(value: Any) -> str | None:
    """Return the kind of a value that has a slot; None for what has none here."""
    kind = type(value)
    if kind is str:
        return "s"
    if kind is int:
        return "i" if -SAFE_INTEGER <= value <= SAFE_INTEGER else None
    if kind is float:
        if not value.is_integer():
            return "d" if abs(value) < float("inf") else None
        # Minus zero has a sign in some texts and none in others.
        return "f" if abs(value) <= SAFE_INTEGER and str(value) != "-0.0" else None
    return None


class _Walk:
    def __init__(self, verbatim: frozenset[str]) -> None:
        self._verbatim = verbatim
        self.values: list[Any] = []

    def object(self, value: dict[str, Any], *, is_top: bool = False) -> tuple[Tree, Hashable]:
        if "@context" in value and not is_top:
            raise NoTemplateError("An object inside has a context of its own.")
        tree: dict[str, Any] = {}
        keys = []
        for name in sorted(value):
            inner = value[name]
            made, key = self._fixed(inner) if name in self._verbatim else self._any(inner)
            tree[name] = made
            keys.append((name, key))
        return tree, ("o", *keys)

    def _any(self, value: Any) -> tuple[Tree, Hashable]:
        if type(value) is dict:
            return self.object(value)
        if type(value) is list:
            pairs = [self._any(one) for one in value]
            return [tree for tree, _ in pairs], ("l", *(key for _, key in pairs))
        if value is None or type(value) is bool:
            return self._fixed(value)
        kind = kind_of(value)
        if kind is None or len(self.values) >= MOST_SLOTS:
            raise NoTemplateError("A value is of a kind that has no place in a template.")
        self.values.append(value)
        return Slot(len(self.values) - 1, kind), kind

    def _fixed(self, value: Any) -> tuple[Tree, Hashable]:
        try:
            text = orjson.dumps(value)
        except (orjson.JSONEncodeError, RecursionError) as error:
            raise NoTemplateError("A value is no JSON.") from error
        return Fixed(value), ("v", text)
