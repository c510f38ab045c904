"""`credentialStatus` of ELM 3.2: where a withdrawal would be published.

The application profile allows one object there, of the class CredentialStatus. It names the
first W3C list; entries for further purposes stand inside it under `OTHERS`, since an award
can be revoked and suspended. Entries of token lists belong to SD-JWT VC and are left out:
the same place in two forms of an award would let verifiers link them.

Source: EDC application profile 1.2.0, EuropeanDigitalCredential, `credentialStatus`
(class CredentialStatus, maxCount 1; WIRE-ELM 5.1); W3C Bitstring Status List 1.0
section 2.1; the member `OTHERS`: house rule, docs/standards/elm.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tessera.errors import ModelError
from tessera.formats.elm import wire
from tessera.formats.elm.wire import Json, JsonObject
from tessera.model import StatusEntry

CLASS = "CredentialStatus"
ENTRY = "BitstringStatusListEntry"
OTHERS = "urn:tessera:elm:other-status"
# Words of W3C inside an entry: no terms of ELM, and known all the same.
WORDS = frozenset(
    {"statusPurpose", "statusListIndex", "statusListCredential", "statusSize", "statusMessage",
     "statusReference"}
)  # fmt: skip
_MOST_DIGITS = 40
_MOST_ENTRIES = 16


def written(entries: Sequence[StatusEntry]) -> tuple[StatusEntry, ...]:
    """Return the entries that ELM says, in their order."""
    return tuple(one for one in entries if one.kind == "bitstring" and one.purpose)


def credential_status(entries: Sequence[StatusEntry]) -> JsonObject | None:
    """Write the entries of an award; None where there is nothing that ELM says."""
    nodes = [_node(one) for one in written(entries)]
    if not nodes:
        return None
    first, *others = nodes
    return {**first, OTHERS: wire.compacted(others)} if others else first


def read_status(value: Json) -> tuple[StatusEntry, ...]:
    """Read what stands at `credentialStatus`; what is no entry is left out."""
    found: list[StatusEntry] = []
    for one in wire.as_list(value)[:_MOST_ENTRIES]:
        if isinstance(one, Mapping):
            inner = wire.as_list(one.get(OTHERS))[:_MOST_ENTRIES]
            nodes = (one, *(other for other in inner if isinstance(other, Mapping)))
            found += [entry for node in nodes if (entry := _entry(node)) is not None]
    return tuple(found)


def places(entries: Sequence[StatusEntry]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where what is special to one award stands below `credentialStatus`, and what it is."""
    known = written(entries)
    for at, one in enumerate(known):
        place: tuple[str | int, ...] = () if at == 0 else (OTHERS,)
        if len(known) > 2 and at > 0:
            place = (OTHERS, at - 1)
        yield (*place, "id"), _id(one)
        yield (*place, "statusListIndex"), str(one.index)


def _id(one: StatusEntry) -> str:
    return f"{one.url}#{one.index}"


def _node(one: StatusEntry) -> JsonObject:
    return {
        "id": _id(one),
        "type": [CLASS, ENTRY],
        "statusPurpose": one.purpose,
        "statusListIndex": str(one.index),
        "statusListCredential": one.url,
    }


def _entry(node: Mapping[str, Json]) -> StatusEntry | None:
    """Read one entry: of W3C, or of a kind that only its type and its address are known of."""
    kinds = [one for one in wire.as_list(node.get("type")) if isinstance(one, str)]
    own = [one for one in kinds if one != CLASS]
    try:
        if ENTRY in own:
            return _bitstring(node)
        id = node.get("id")
        if own and isinstance(id, str):
            listed = node.get("statusListCredential")
            return StatusEntry(
                kind=own[0],
                url=listed if isinstance(listed, str) else id,
                index=_index(node.get("statusListIndex", 0)),
                purpose=_purpose(node.get("statusPurpose")),
            )
    except (ModelError, ValueError):
        return None
    return None


def _bitstring(node: Mapping[str, Json]) -> StatusEntry:
    url, purpose = node.get("statusListCredential"), _purpose(node.get("statusPurpose"))
    if not isinstance(url, str) or purpose is None:
        raise ValueError("no list")
    return StatusEntry(
        kind="bitstring", url=url, index=_index(node.get("statusListIndex")), purpose=purpose
    )


def _index(value: Json) -> int:
    """A number in base 10, as text; as a number, too, since 1EdTech's own samples say so."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("no index")
    text = str(value)
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        raise ValueError("no index")
    return int(text)


def _purpose(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
