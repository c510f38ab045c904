"""What a document held beyond the model: claims that we would not write, or write otherwise.

Kept under the format id as {claim: [value]} for a claim we do not write, {claim: [value,
written]} for one we write otherwise, {claim: [null, written, true]} for one it had not. On
encoding it goes back only where the encoder still writes what it wrote then, so a change
of the award shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def difference(document: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what has to be done to `written` to get the document."""
    kept: dict[str, list[Any]] = {}
    for name, value in document.items():
        if name not in written:
            kept[name] = [value]
        elif not _same(value, written[name]):
            kept[name] = [value, written[name]]
    for name in written.keys() - document.keys():
        kept[name] = [None, written[name], True]
    return kept


def restored(written: dict[str, Any], kept: Any) -> dict[str, Any]:
    """Return what was written with the difference put back; total on any `kept`."""
    if not isinstance(kept, Mapping):
        return written
    whole = dict(written)
    for name, entry in kept.items():
        if not isinstance(entry, list | tuple) or not isinstance(name, str):
            continue
        match list(entry):
            case [value] if name not in whole:
                whole[name] = value
            case [value, then] if name in whole and _same(whole[name], then):
                whole[name] = value
            case [None, then, True] if name in whole and _same(whole[name], then):
                del whole[name]
            case _:
                pass
    return whole


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one type: in JSON 1 is not true, in Python it is."""
    return type(one) is type(other) and bool(one == other)
