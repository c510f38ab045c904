"""Fetch the lists into a folder; only what holds is written, and what was there stays else.

1. Fetch the list of lists and the pivots it names, and verify them by the certificates of
   the Official Journal. If that fails, nothing changes.
2. Fetch the list of every territory it names; one that cannot be had or does not hold is
   reported, and the one that was there stays.
3. A list with a lower number than the one that is there is refused: somebody may be
   playing back an old one.
4. Write each file beside its place and rename it; at the end, when they were fetched.

Source: ETSI TS 119 615 V1.2.1 clauses 4.1 and 4.2; house rule for 3 and 4.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tessera.errors import StoreError, TesseraError
from tessera.fetch import Fetcher
from tessera.trust.anchors import Anchor
from tessera.trust.lists.hierarchy import (
    TSL_MIME_TYPE,
    Hierarchy,
    Refused,
    pivots_of,
    territories,
)
from tessera.trust.lists.markup import MOST_BYTES
from tessera.trust.lists.model import NATIONAL_LIST, TrustedList
from tessera.trust.lists.snapshot import RECORD, Snapshot, hold, load_snapshot

LOTL_ADDRESS = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
_LOTL, _ANCHORS = "lotl.xml", "official-journal.pem"
_OURS = re.compile(r"(?:pivot-\d{1,6}|list-[A-Z]{2})\.xml")
_TERRITORY = re.compile(r"[A-Z]{2}")
_AT_ONCE = 8


class TrustError(TesseraError):
    """The list of lists could not be had or does not hold; nothing was changed."""

    code = "trust"
    exit_code = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How it went with one list. territory: or the address, where that tells lists apart.

    number: of the list that is in the folder now.
    """

    territory: str
    number: int | None
    is_new: bool
    problem: str | None = None


def update(
    folder: Path,
    fetcher: Fetcher,
    at: datetime,
    anchors: Sequence[Anchor],
    address: str = LOTL_ADDRESS,
) -> tuple[Fetched, ...]:
    """Bring the lists in a folder up to date at `at` (aware); the list of lists comes first.

    anchors: certificates of the Official Journal. Raises: TrustError when the list of
    lists cannot be used, StoreError when the folder cannot be written.
    """
    held = load_snapshot(folder) or Snapshot()
    # 1
    top_files = _fetch_top(fetcher, address)
    hierarchy = Hierarchy(hold(top_files, anchors))
    top = hierarchy.list_of_lists(at)
    if isinstance(top, Refused):
        raise TrustError(f"Nothing was changed. {top.finding.message}")
    # 3
    before = held.list_of_lists
    if before is not None and _is_older(top.content, before.claims):
        raise TrustError(
            f"Nothing was changed. The list of trusted lists at {address} is older (number "
            f"{top.content.sequence_number}) than the one that is here."
        )
    # 2
    nations = list(_fetch_nations(top_files, top.content, held, fetcher, anchors, at))
    # 4
    is_new = before is None or before.claims.sequence_number != top.content.sequence_number
    files = dict(top_files)
    files.update((f"list-{one.territory}.xml", raw) for one, raw in nations if raw is not None)
    _write(folder, files, anchors, at, keep={f"list-{one.territory}.xml" for one, _ in nations})
    own = Fetched(
        territory=top.content.territory or "EU",
        number=top.content.sequence_number,
        is_new=is_new,
    )
    return (own, *(one for one, _ in nations))


def _fetch_top(fetcher: Fetcher, address: str) -> list[tuple[str, bytes]]:
    try:
        raw = fetcher.get(address, max_bytes=MOST_BYTES)
        files = [(_LOTL, raw)]
        listed = hold(files, ()).list_of_lists
        if listed is None:
            raise TrustError(f"Nothing was changed. {address} is no list of trusted lists.")
        for pivot, number in pivots_of(listed.claims):
            if number != listed.claims.sequence_number:
                files.append((f"pivot-{number}.xml", fetcher.get(pivot, max_bytes=MOST_BYTES)))
    except TrustError:
        raise
    except TesseraError as error:
        raise TrustError(f"Nothing was changed. {error}") from error
    return files


def _fetch_nations(
    top_files: Sequence[tuple[str, bytes]],
    top: TrustedList,
    held: Snapshot,
    fetcher: Fetcher,
    anchors: Sequence[Anchor],
    at: datetime,
) -> Iterator[tuple[Fetched, bytes | None]]:
    """Yield how it went with each territory, and the new text where there is one."""

    def fetched(territory: str) -> tuple[Fetched, bytes | None]:
        problem = f"The list of lists names no address for {territory}."
        present = _present(held, territory)
        for place in _addresses(top, territory):
            try:
                raw = fetcher.get(place, max_bytes=MOST_BYTES)
            except TesseraError as error:
                problem = str(error)
                continue
            snapshot = hold((*top_files, (f"list-{territory}.xml", raw)), anchors)
            proved = Hierarchy(snapshot).national(territory, at)
            if isinstance(proved, Refused):
                problem = proved.finding.message
            elif present is not None and _is_older(proved.content, present):
                problem = f"The list at {place} is older than the one that is here."
            else:
                number = proved.content.sequence_number
                is_new = present is None or present.sequence_number != number
                return Fetched(territory=territory, number=number, is_new=is_new), raw
        number = None if present is None else present.sequence_number
        return Fetched(territory=territory, number=number, is_new=False, problem=problem), None

    named = [one for one in territories(top) if _TERRITORY.fullmatch(one)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(fetched, named)


def _addresses(top: TrustedList, territory: str) -> Iterator[str]:
    for one in top.pointers:
        is_list = one.type == NATIONAL_LIST and one.mime_type in (None, TSL_MIME_TYPE)
        if is_list and one.territory == territory and one.location:
            yield one.location


def _present(held: Snapshot, territory: str) -> TrustedList | None:
    found = held.national(territory)
    return found[0].claims if found else None


def _is_older(new: TrustedList, present: TrustedList) -> bool:
    return (new.sequence_number or 0) < (present.sequence_number or 0)


def _write(
    folder: Path,
    files: dict[str, bytes],
    anchors: Sequence[Anchor],
    at: datetime,
    *,
    keep: set[str],
) -> None:
    record = {"fetched_at": at.isoformat()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, raw in files.items():
            put(folder / name, raw)
        if not any(folder.glob("*.pem")):
            put(folder / _ANCHORS, to_pem(anchors))
        for path in folder.glob("*.xml"):
            if _OURS.fullmatch(path.name) and path.name not in files and path.name not in keep:
                path.unlink()
        put(folder / RECORD, json.dumps(record).encode())
    except OSError as error:
        raise StoreError(
            f"The trusted lists cannot be written into {folder}: {error.strerror or error}. Name "
            "another folder in TESSERA_TRUST."
        ) from error


def put(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all: beside its place, then renamed."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(raw)
    os.replace(beside, path)


def to_pem(anchors: Sequence[Anchor]) -> bytes:
    """Return certificates as PEM text."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from tessera.seals.certificates import parse

    return b"".join(parse(one.certificate).public_bytes(Encoding.PEM) for one in anchors)
