"""The lists in a folder, as they were fetched or as somebody put them there.

Any `*.xml` in the folder is a list and is told apart by what it says; `*.pem` are the
certificates that may sign the list of lists, as published in the Official Journal of
the European Union. `snapshot.json`, when there, says when the lists were fetched.
Nothing in here is trusted because it lies here: `hierarchy` verifies it.
Source: house rule; Commission Implementing Decision (EU) 2015/1505 article 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tessera.errors import UnreadableError
from tessera.trust.anchors import Anchor, load_anchors
from tessera.trust.lists.markup import MOST_BYTES
from tessera.trust.lists.model import TrustedList
from tessera.trust.lists.read import instant, read_claims

RECORD = "snapshot.json"
MOST_FILES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldList:
    """One file: its name, its bytes, and what it claims to be (unverified, without services)."""

    name: str
    raw: bytes
    claims: TrustedList


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The lists at hand. anchors: who may sign the list of lists; strangers: names of
    files that are no readable list, with the reason. fetched_at: None when not known.
    """

    anchors: tuple[Anchor, ...] = ()
    lists: tuple[HeldList, ...] = ()
    strangers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None

    @property
    def list_of_lists(self) -> HeldList | None:
        """The newest list of lists; older ones are pivots."""
        found = [one for one in self.lists if one.claims.is_list_of_lists]
        return max(found, key=lambda one: one.claims.sequence_number or -1, default=None)

    def pivot(self, number: int) -> HeldList | None:
        """Return the list of lists with this sequence number."""
        numbered = (one for one in self.lists if one.claims.sequence_number == number)
        return next((one for one in numbered if one.claims.is_list_of_lists), None)

    def national(self, territory: str) -> list[HeldList]:
        """Return the lists that say they are of a territory, the newest first."""
        found = [
            one
            for one in self.lists
            if one.claims.territory == territory and not one.claims.is_list_of_lists
        ]
        return sorted(found, key=lambda one: one.claims.sequence_number or -1, reverse=True)


def hold(
    files: Iterable[tuple[str, bytes]],
    anchors: Iterable[Anchor],
    fetched_at: datetime | None = None,
) -> Snapshot:
    """Build a snapshot from named texts; what is no list becomes a stranger."""
    lists: list[HeldList] = []
    strangers: list[tuple[str, str]] = []
    for name, raw in files:
        try:
            claims = read_claims(raw)
        except UnreadableError as error:
            strangers.append((name, str(error)))
            continue
        if claims is None:
            strangers.append((name, "It is XML, but no trusted list."))
        else:
            lists.append(HeldList(name=name, raw=raw, claims=claims))
    return Snapshot(
        anchors=tuple(anchors),
        lists=tuple(lists),
        strangers=tuple(strangers),
        fetched_at=fetched_at,
    )


def load_snapshot(folder: Path) -> Snapshot | None:
    """Read a folder with lists; None when there is no such folder or no list in it.

    Raises: UnreadableError when something in it cannot be opened, or it holds more files
    than there are lists. Not checked: whether anything in it is genuine.
    """
    if not folder.is_dir():
        return None
    try:
        paths = sorted(folder.glob("*.xml"))
        if not paths:
            return None
        if len(paths) > MOST_FILES:
            raise UnreadableError(
                f"The folder {folder} holds more than {MOST_FILES} lists; Europe has about 32."
            )
        files = [(path.name, _read(path)) for path in paths]
        certificates = sorted(folder.glob("*.pem"))
        fetched_at = _fetched_at(folder / RECORD)
    except OSError as error:
        raise UnreadableError(
            f"The trusted lists in {folder} cannot be opened: {error.strerror or error}."
        ) from error
    return hold(files, load_anchors(certificates), fetched_at)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _fetched_at(path: Path) -> datetime | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    stated = record.get("fetched_at") if isinstance(record, dict) else None
    return instant(stated) if isinstance(stated, str) else None
