"""Fetch lists of trusted entities into their folder; only what holds is written.

1. For each address: fetch the list and those it points to, and prove them. 2. A list that
cannot be had, does not hold, or has a lower number than the one that is there, leaves what is
there as it was. 3. Write each file beside its place and rename it; the index comes last.

Source: ETSI TS 119 602 V1.1.1 clauses 6.3.3 (sequence number), 6.3.13 (pointers) and 6.8;
house rule for 2 and 3.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tessera.errors import StoreError, UnreadableError
from tessera.fetch import Fetcher
from tessera.report import Finding, Outcome
from tessera.seals.base64text import from_base64url
from tessera.trust.anchors import Anchor, load_anchors
from tessera.trust.lists.entities import INDEX, ROOM, EntityLists, load_entities, read_index
from tessera.trust.lists.lote import LoteClaims, claims_of, gather
from tessera.trust.lists.update import Fetched, put, to_pem

_SIGNERS = "signers.pem"


@dataclass(slots=True)
class _Recorder:
    """Passes on what a fetcher brings, and keeps it."""

    fetcher: Fetcher
    texts: dict[str, bytes] = field(default_factory=dict)

    def get(self, url: str, *, max_bytes: int) -> bytes:
        self.texts[url] = self.fetcher.get(url, max_bytes=max_bytes)
        return self.texts[url]


def update_entities(
    folder: Path,
    fetcher: Fetcher,
    at: datetime,
    sources: Sequence[str] = (),
    signers: Sequence[Anchor] = (),
) -> tuple[Fetched, ...]:
    """Bring the lists up to date at `at` (aware): those that are known, and these sources.

    folder: that of the trusted lists. signers: who may seal the lists at the sources, beside
    those that are known. Raises: StoreError when the folder cannot be written; UnreadableError
    when what is there cannot be read.
    """
    room = folder / ROOM
    index, held = read_index(room), load_entities(folder)
    given = _signers(room, signers)
    by_hand = held.snapshot.signers if held else ()
    trusted = tuple({one.certificate: one for one in (*given, *by_hand)}.values())
    addresses = tuple(dict.fromkeys((*index.sources, *sources)))
    done: list[Fetched] = []
    texts: dict[str, bytes] = {}
    for address in addresses:
        for fetched, raw in _fetch(address, fetcher, at, trusted, held):
            done.append(fetched)
            if raw is not None:
                texts[fetched.territory] = raw
    if texts:
        files = {**index.files, **{one: _file_name(one) for one in texts}}
        kept = tuple(one for one in addresses if one in files)
        _write(room, texts, files, kept, given, at)
    return tuple(done)


def _signers(room: Path, more: Sequence[Anchor]) -> tuple[Anchor, ...]:
    """Return the signers that were given, now or in an earlier run."""
    path = room / _SIGNERS
    before = load_anchors([path]) if path.is_file() else ()
    return tuple({one.certificate: one for one in (*before, *more)}.values())


def _fetch(
    address: str,
    fetcher: Fetcher,
    at: datetime,
    signers: Sequence[Anchor],
    held: EntityLists | None,
) -> Iterator[tuple[Fetched, bytes | None]]:
    """Yield how it went with a list and each that it points to, and the texts to keep."""
    # 1
    recorder = _Recorder(fetcher)
    findings = gather(address, signers, recorder, at).findings
    problems = {str(one.evidence.get("address")): one for one in findings
                if one.outcome is not Outcome.PASSED}  # fmt: skip
    for url in dict.fromkeys((address, *recorder.texts, *problems)):
        raw, before = recorder.texts.get(url), _present(held, url)
        claims = _claims(raw)
        number = before.sequence_number if before else None
        # 2
        if url in problems or claims is None or raw is None:
            problem = _said(problems.get(url))
        elif before and (claims.sequence_number or 0) < (before.sequence_number or 0):
            problem = f"The list at {url} is older than the one that is here."
        else:
            is_new = before is None or before.sequence_number != claims.sequence_number
            yield Fetched(territory=url, number=claims.sequence_number, is_new=is_new), raw
            continue
        yield Fetched(territory=url, number=number, is_new=False, problem=problem), None


def _said(finding: Finding | None) -> str:
    if finding is None:
        return "It is no list of trusted entities."
    is_technical = finding.outcome is Outcome.FAILED
    return finding.message if is_technical else f"{finding.message} {finding.evidence['reason']}"


def _present(held: EntityLists | None, url: str) -> LoteClaims | None:
    return _claims(held.snapshot.texts.get(url)) if held else None


def _claims(token: bytes | None) -> LoteClaims | None:
    """Return what a token claims; None for what is no list."""
    try:
        return claims_of(from_base64url((token or b"").split(b".")[1].decode("ascii")))
    except (UnreadableError, IndexError, ValueError):
        return None


def _file_name(address: str) -> str:
    return f"{hashlib.sha256(address.encode('utf-8')).hexdigest()[:16]}.jwt"


def _write(
    room: Path,
    texts: Mapping[str, bytes],
    files: Mapping[str, str],
    sources: Sequence[str],
    signers: Sequence[Anchor],
    at: datetime,
) -> None:
    # 3
    record = {"fetched_at": at.isoformat(), "sources": list(sources), "files": dict(files)}
    try:
        room.mkdir(parents=True, exist_ok=True)
        for address, raw in texts.items():
            put(room / files[address], raw)
        put(room / _SIGNERS, to_pem(signers))
        put(room / INDEX, json.dumps(record, indent=1).encode())
    except OSError as error:
        raise StoreError(
            f"The lists of trusted entities cannot be written into {room}: "
            f"{error.strerror or error}. Name another folder in TESSERA_TRUST."
        ) from error
