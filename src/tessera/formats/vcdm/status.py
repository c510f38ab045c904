"""Where a withdrawal would be published: `credentialStatus`, written and read.

Source: Bitstring Status List 1.0, 2.1 (BitstringStatusListEntry); Verifiable Credentials Data
Model 2.0, 4.10; Status List 2021 (StatusList2021Entry), which older credentials use.
"""

from __future__ import annotations

import re
from typing import Any

from tessera.errors import ModelError
from tessera.formats.vcdm.reading import MOST_VALUES, Place, Reading
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import StatusEntry

BITSTRING = "BitstringStatusListEntry"
OTHERS = "otherStatus"  # a term of the extension of badges
UNREADABLE = StatusEntry(kind="unreadable", url="urn:tessera:unreadable-status", index=0)
_DIGITS = re.compile(r"[0-9]{1,40}", re.ASCII)


def status_nodes(entries: tuple[StatusEntry, ...]) -> Json:
    """Write the places in bitstring lists; None for none. Token lists have no form here."""
    written = [_node(one) for one in entries if one.kind == "bitstring"]
    return (written[0] if len(written) == 1 else written) or None


def single_node(entries: tuple[StatusEntry, ...]) -> JsonObject | None:
    """Write the places where only one object may stand: further ones stand inside the first.

    Open Badges 3.0 allows one `credentialStatus`; readers that know no more see the first.
    """
    written = [_node(one) for one in entries if one.kind == "bitstring"]
    if not written:
        return None
    first, *others = written
    return {**first, OTHERS: others} if others else first


def _node(entry: StatusEntry) -> JsonObject:
    return {
        "id": f"{entry.url}#{entry.index}",
        "type": BITSTRING,
        "statusPurpose": entry.purpose or "revocation",
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.url,
    }


def read_status(
    value: Json, place: Place, reading: Reading, *, is_inside: bool = False
) -> tuple[StatusEntry, ...]:
    """Return an entry for each that is declared; one of another type keeps the name of its type.

    is_inside: these stand inside another one, and hold no further ones.

    A type without a list of places names the list by its id, and place 0. What cannot be read
    is an entry of a kind that nobody can look up, so that it is never taken for no status.
    """
    stated = value if isinstance(value, list) else [value]
    found = []
    for at, one in enumerate(stated[:MOST_VALUES]):
        here = place.to(at) if isinstance(value, list) else place
        entry = _entry(one) if isinstance(one, dict) else None
        if entry is None:
            reading.remark("status", "This status says not where it is published.", here)
            entry = UNREADABLE
        found.append(entry)
        if isinstance(one, dict) and OTHERS in one and not is_inside:
            found += read_status(one[OTHERS], here.to(OTHERS), reading, is_inside=True)
    if len(stated) > MOST_VALUES:
        reading.remark("status", f"Only {MOST_VALUES} statuses were read.", place)
        found.append(UNREADABLE)
    return tuple(found)


def _entry(node: JsonObject) -> StatusEntry | None:
    kinds: Any = node.get("type")
    names = [one for one in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(one, str)]
    if not names:
        return None
    kind = "bitstring" if BITSTRING in names else names[0]
    url = node.get("statusListCredential", node.get("id"))
    index = node.get("statusListIndex", 0 if kind != "bitstring" else None)
    purpose = node.get("statusPurpose")
    number = _index(index)
    if not isinstance(url, str) or number is None:
        return None
    try:
        return StatusEntry(
            kind=kind, url=url, index=number, purpose=purpose if isinstance(purpose, str) else None
        )
    except ModelError:
        return None


def _index(value: Json) -> int | None:
    """A place in a list: digits, written as a text or (wrongly) as a number."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None
