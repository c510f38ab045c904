"""What a document held beyond the model, as the difference to what we write.

`difference` compares a document with what the encoder makes of it; `restored` puts the
difference back into what the encoder writes later, each entry only where the encoder still
writes what it wrote then. So decode and encode give the document back, and a change of the
award still shows.

A difference is a JSON object, JSON Pointer → one of
["add", value]                 the document had a member that we do not write
["swap", value, written]       it had another value than the one we write
["drop", written]              it had none where we write one
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.standards.jsontext import at, pointer

SEALED_BY = "proof"  # of the seal, not of the record


def difference(document: JsonObject, written: JsonObject) -> JsonObject:
    """Return what has to be done to `written` to get the document, its proofs left out."""
    bare = {name: value for name, value in document.items() if name != SEALED_BY}
    return {pointer(*way): entry for way, entry in _differences(bare, written, ())}


_Way: TypeAlias = tuple[str | int, ...]


def _differences(was: Json, written: Json, way: _Way) -> Iterator[tuple[_Way, list[Json]]]:
    if isinstance(was, dict) and isinstance(written, dict):
        for name, value in was.items():
            if name not in written:
                yield (*way, name), ["add", value]
            elif isinstance(value, (dict, list)) or not _same(value, written[name]):
                yield from _differences(value, written[name], (*way, name))
        for name, value in written.items():
            if name not in was:
                yield (*way, name), ["drop", value]
    elif isinstance(was, list) and isinstance(written, list) and len(was) == len(written):
        for index, (one, other) in enumerate(zip(was, written, strict=True)):
            if isinstance(one, (dict, list)) or not _same(one, other):
                yield from _differences(one, other, (*way, index))
    elif not _same(was, written):
        yield way, ["swap", was, written]


def _same(one: Json, other: Json) -> bool:
    """Equal, and of one type: in JSON 1 is not true, in Python it is."""
    return type(one) is type(other) and bool(one == other)


def restored(written: JsonObject, kept: Any) -> JsonObject:
    """Return a copy of what was written with the difference put back; total on any `kept`."""
    if not isinstance(kept, Mapping) or not kept:
        return written
    whole = copy.deepcopy(written)
    for path, entry in kept.items():
        if isinstance(path, str) and isinstance(entry, list) and len(entry) in (2, 3):
            _put(whole, path, entry)
    return whole


def _put(whole: JsonObject, path: str, entry: list[Json]) -> None:
    holder_path, _, name = path.rpartition("/")
    try:
        holder = at(whole, holder_path)
    except KeyError:
        return
    key: Any = name.replace("~1", "/").replace("~0", "~")
    if isinstance(holder, list):
        if not key.isdigit() or int(key) >= len(holder):
            return
        key = int(key)
    elif not isinstance(holder, dict):
        return
    is_there = isinstance(holder, list) or key in holder
    match entry:
        case ["add", value] if not is_there:
            holder[key] = copy.deepcopy(value)
        case ["swap", value, was] if is_there and holder[key] == was:
            holder[key] = copy.deepcopy(value)
        case ["drop", was] if is_there and isinstance(holder, dict) and holder[key] == was:
            del holder[key]
