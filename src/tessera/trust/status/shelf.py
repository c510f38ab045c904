"""Where lists come from: files that were given, what was fetched before, the network.

Steps of `Shelf.get`: 1 a list given under its address, under the address it calls itself,
or as a file with the last part of its name; 2 one fetched in this run; 3 a fresh copy of
an earlier run; 4 the network; 5 when that fails, an old copy, with its age.

Source: W3C Bitstring Status List 1.0 section 6.3 (verifiers cache); IETF Token Status List
sections 8.1 and 8.3; DESIGN section 7 (no network unless allowed).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tessera.errors import TesseraError
from tessera.fetch import Fetcher

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A list as bytes and where it came from: "file", "fetched" or "kept".

    fetched_at: None for a file, whose age nobody knows.
    """

    raw: bytes
    origin: str
    fetched_at: datetime | None = None


class CopyStore:
    """Copies of fetched lists in a folder, each with the moment at which it was fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> Held | None:
        """Return the copy of an address, or None; one that cannot be read is none."""
        try:
            moment, _, raw = self._path(url).read_bytes().partition(b"\n")
            fetched_at = datetime.fromisoformat(moment.decode("ascii"))
        except (OSError, ValueError):
            return None
        if fetched_at.utcoffset() is None:
            return None
        return Held(raw=raw, origin="kept", fetched_at=fetched_at)

    def put(self, url: str, raw: bytes, at: datetime) -> None:
        """Keep a copy; a folder that cannot be written is no reason to stop."""
        path = self._path(url)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(at.astimezone(UTC).isoformat().encode() + b"\n" + raw)
            part.replace(path)

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.list"


class Shelf:
    """All lists that one verifier has at hand.

    given: by address, by file name, or under any other name: a list is also known by the
    address it calls itself.
    """

    def __init__(
        self,
        given: Mapping[str, bytes],
        fetcher: Fetcher,
        at: datetime,
        *,
        copies: CopyStore | None = None,
        own_address: Callable[[bytes], str | None],
    ) -> None:
        self._given = given
        self._fetcher = fetcher
        self._at = at
        self._copies = copies
        self._own_address = own_address
        self._by_own: dict[str, bytes] | None = None
        self._had: dict[str, Held] = {}
        self._refused: dict[str, TesseraError] = {}

    def get(self, url: str, fresh_for: Callable[[bytes], timedelta | None]) -> Held:
        """Return the list of an address.

        fresh_for: how long a copy may be kept, by the list's own word. Raises: TesseraError
        saying why it could not be had.
        """
        # 1
        given = self._among_given(url)
        if given is not None:
            return Held(raw=given, origin="file")
        # 2
        if url in self._had:
            return self._had[url]
        if url in self._refused:
            raise self._refused[url]
        # 3
        kept = self._copies.get(url) if self._copies is not None else None
        if kept is not None and self._is_fresh(kept, fresh_for(kept.raw)):
            self._had[url] = kept
            return kept
        # 4
        try:
            raw = self._fetcher.get(url, max_bytes=MOST_BYTES)
        except TesseraError as error:
            # 5
            if kept is None:
                self._refused[url] = error
                raise
            self._had[url] = kept
            return kept
        if self._copies is not None:
            self._copies.put(url, raw, self._at)
        self._had[url] = Held(raw=raw, origin="fetched", fetched_at=self._at)
        return self._had[url]

    def _is_fresh(self, kept: Held, fresh_for: timedelta | None) -> bool:
        """A copy without a time to live is never fresh: no default is assumed (W3C 2.2)."""
        if fresh_for is None or kept.fetched_at is None:
            return False
        return timedelta(0) <= self._at - kept.fetched_at < fresh_for

    def _among_given(self, url: str) -> bytes | None:
        if not self._given:
            return None
        if url in self._given:
            return self._given[url]
        if self._by_own is None:
            named = ((self._own_address(raw), raw) for raw in self._given.values())
            self._by_own = {name: raw for name, raw in named if name is not None}
        if url in self._by_own:
            return self._by_own[url]
        try:
            last = urlsplit(url).path.rpartition("/")[2]
        except ValueError:
            return None
        return self._given.get(last) if last else None
