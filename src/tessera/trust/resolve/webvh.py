"""did:webvh: the log of a DID, checked entry by entry by openvc-core, behind this one file.

What it proves: the log is whole from its self-certifying first entry on (SCID, hash
chain, proofs, pre-rotation). What we add: bounds, and which version counted when.

Steps: 1 bounds, 2 take out the time of every entry, 3 have the whole log replayed,
4 replay up to the version that counted at the moment asked for.

Logs with witnesses are refused: openvc-core does not verify witness proofs.
Source: DIF did:webvh v1.0, "Read (Resolve)" and "The DID Log File".
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from tessera.errors import UnreadableError
from tessera.standards.jsontext import read_json
from tessera.trust.resolve.documents import (
    MAX_DOCUMENT_BYTES,
    Document,
    moment_of,
    read_document,
)

MOST_ENTRIES = 200


class DeactivatedError(UnreadableError):
    """The DID was given up, at or before the moment asked for."""

    code = "deactivated"


def document_at(did: str, log: bytes, at: datetime | None) -> Document:
    """Return the document of a did:webvh as it was at a moment; at None: as it is last.

    Raises: UnreadableError for a log that does not prove itself or that begins after `at`;
    DeactivatedError.
    """
    # 1
    if len(log) > MAX_DOCUMENT_BYTES:
        raise UnreadableError(f"The log of {did[:80]} is larger than {MAX_DOCUMENT_BYTES} bytes.")
    lines = [line for line in log.split(b"\n") if line.strip()]
    if not 0 < len(lines) <= MOST_ENTRIES:
        raise UnreadableError(f"The log of {did[:80]} has 1 to {MOST_ENTRIES} entries.")
    # 2
    entries = [read_json(line, max_bytes=MAX_DOCUMENT_BYTES) for line in lines]
    times = [_time(entry, did) for entry in entries]
    if any(later < earlier for earlier, later in pairwise(times)):
        raise UnreadableError(f"The log of {did[:80]} goes back in time.")
    # 3
    ended = next((place for place, one in enumerate(entries) if _ends(one)), None)
    if ended is not None and (at is None or times[ended] <= at):
        raise DeactivatedError(f"{did[:80]} was given up on {times[ended]:%Y-%m-%d}.")
    state = _replay(did, lines[:ended])
    # 4
    counted = len(lines[:ended]) if at is None else sum(time <= at for time in times[:ended])
    if counted == 0:
        raise UnreadableError(f"{did[:80]} did not exist yet on {at:%Y-%m-%d}.")
    if counted < len(lines[:ended]):
        state = _replay(did, lines[:counted])
    return read_document(state, f"The log of {did[:80]}")


def _replay(did: str, lines: list[bytes]) -> Any:
    from openvc.did.did_webvh import DidWebvhResolver
    from openvc.errors import OpenvcError

    if not lines:
        raise UnreadableError(f"{did[:80]} was given up with its first entry.")
    try:
        text = b"\n".join(lines).decode("utf-8")
        return DidWebvhResolver(lambda _: text).resolve(did).raw
    except (OpenvcError, UnicodeDecodeError) as error:
        raise UnreadableError(
            f"The log of {did[:80]} does not prove itself: {str(error)[:200]}"
        ) from error


def _time(entry: Any, did: str) -> datetime:
    moment = moment_of(entry.get("versionTime")) if isinstance(entry, dict) else None
    if moment is None:
        raise UnreadableError(f"An entry in the log of {did[:80]} does not state its time.")
    return moment


def _ends(entry: Any) -> bool:
    parameters = entry.get("parameters")
    return isinstance(parameters, dict) and bool(parameters.get("deactivated"))
