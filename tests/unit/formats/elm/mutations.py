"""Documents with a few things changed at random: what strangers send."""

from __future__ import annotations

import copy
import random
from typing import Any

KINDS = ("delete", "strange", "twice", "unknown", "other", "wrap", "alias")
_STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", " ", "x", "urn:epass:org:1", "http://example.org/x", [],
    {}, [[]], [None], {"id": "urn:epass:note:1"}, {"id": 5}, {"id": "urn:x:1", "type": "Note"},
    {"en": "a text"}, {"en": ["two", "texts"]}, {"zz-": "no tag"}, {"@value": "v"},
    {"type": "Concept", "prefLabel": {"en": "without id"}}, "2024-02-30T00:00:00Z", "P60M",
    {"id": "urn:x:2", "type": ["Concept", "Other"], "prefLabel": {"en": "A"}, "more": [1, 2]},
)  # fmt: skip


def mutated(document: Any, seed: int) -> Any:
    """A copy with one to three changes; the same seed gives the same copy."""
    chance = random.Random(seed)
    changed = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        spots = [spot for spot in _spots(changed) if spot[1] not in ("@context", "type")]
        where, key = chance.choice(spots)
        _change(chance, where, key, spots)
    return changed


def _spots(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    found: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        item = stack.pop()
        pairs = item.items() if isinstance(item, dict) else enumerate(item)
        for key, inner in pairs:
            found.append((item, key))
            if isinstance(inner, dict | list):
                stack.append(inner)
    return found


def _change(chance: random.Random, where: Any, key: Any, spots: list[tuple[Any, Any]]) -> None:
    kind = chance.choice(KINDS)
    if kind == "delete":
        del where[key]
    elif kind == "strange":
        where[key] = copy.deepcopy(chance.choice(_STRANGE))
    elif kind == "twice":
        twin = copy.deepcopy(where[key])
        if isinstance(twin, dict) and "id" in twin:
            twin["id"] = f"urn:twin:{chance.randint(1, 9)}"
        where[key] = [where[key], twin]
    elif kind == "unknown":
        target = where[key] if isinstance(where[key], dict) else where
        if isinstance(target, dict):
            target["unheardOf"] = copy.deepcopy(chance.choice(_STRANGE))
    elif kind == "other":
        donor, name = chance.choice(spots)
        if name in donor if isinstance(donor, dict) else name < len(donor):
            where[key] = copy.deepcopy(donor[name])
    elif kind == "wrap":
        where[key] = [where[key]]
    elif isinstance(where[key], dict) and "id" in where[key]:
        where[key] = where[key]["id"]
