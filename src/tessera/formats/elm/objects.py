"""The objects of a document by their id, wherever they stand: JSON-LD without a processor.

Two places that speak of one id speak of one thing, so their members are united.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.formats.elm import wire
from tessera.formats.elm.wire import Json, JsonObject

KEYWORDS = frozenset({"id", "type", "@id", "@type", "@context"})


def objects_by_id(whole: Json) -> dict[str, tuple[JsonObject, str]]:
    """Every object by its id: all its members wherever they stand, and where it stands first."""
    found: dict[str, tuple[JsonObject, str]] = {}
    stack: list[tuple[Json, str]] = [(whole, "")]
    while stack:
        item, path = stack.pop()
        if isinstance(item, dict):
            id = item.get("id", item.get("@id"))
            if isinstance(id, str) and len(item) > 1:
                if id in found:
                    _merge(found[id][0], item)
                else:
                    found[id] = (dict(item), path)
        stack += reversed([(value, f"{path}/{token}") for token, value in wire.branches(item)])
    return found


def _merge(merged: JsonObject, more: Mapping[str, Json]) -> None:
    """Add what another place says about the same id: in RDF both are true."""
    for key, value in more.items():
        known = merged.get(key)
        if key not in merged:
            merged[key] = value
        elif known != value and key not in KEYWORDS:
            merged[key] = _union(known, value)


def _union(one: Json, two: Json) -> Json:
    is_map = isinstance(one, dict) and isinstance(two, dict)
    if is_map and not (KEYWORDS & (one.keys() | two.keys())):
        return {tag: _union(one.get(tag), two.get(tag)) for tag in (*one, *(two.keys() - one))}
    if one is None or two is None:
        return two if one is None else one
    values = wire.as_list(one)
    known = {_identity(value) for value in values}
    values += [value for value in wire.as_list(two) if _identity(value) not in known]
    return wire.compacted(values)


def _identity(value: Json) -> str:
    id = value.get("id") if isinstance(value, dict) else value
    return id if isinstance(id, str) else repr(value)


def strings_in(value: Json) -> set[str]:
    """Every string in a piece of JSON."""
    found: set[str] = set()
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str):
            found.add(item)
    return found
