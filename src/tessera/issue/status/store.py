"""Which award stands at which place of the status lists, and what was done to it since.

One SQLite file, `status.sqlite`, beside the award register. A place is given to an award
once and for all: asking again gives the same place, so a run that was killed and started
again changes nothing. A change is on the disk before it is reported (`synchronous=FULL`).
Several processes may write at once: SQLite's lock serialises them.

What is in it: ids of credentials, places, states, and a history with reasons. Nothing of it
but numbers goes into a list. `forget` takes away the id and the reasons, and leaves the place
taken: no other award may ever stand there.

Source: W3C Bitstring Status List 1.0 sections 2.1 and 6; IETF Token Status List sections
12 and 13; DESIGN sections 6 and 7; DOMAIN section 10 (erasure).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tessera.errors import StoreError
from tessera.issue.status.lists import Group, entries_of, need_prefix
from tessera.model import StatusEntry
from tessera.trust.status.lists import LEAST_PLACES

_SCHEMA = """
CREATE TABLE IF NOT EXISTS list (
    id INTEGER PRIMARY KEY,
    prefix TEXT NOT NULL,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    secret BLOB NOT NULL,
    changes INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS place (
    id INTEGER PRIMARY KEY,
    list INTEGER NOT NULL REFERENCES list (id),
    number INTEGER NOT NULL,
    award TEXT UNIQUE,
    revoked INTEGER NOT NULL DEFAULT 0,
    suspended INTEGER NOT NULL DEFAULT 0,
    UNIQUE (list, number)
);
CREATE INDEX IF NOT EXISTS marked ON place (list) WHERE revoked OR suspended;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL REFERENCES place (id),
    action TEXT NOT NULL,
    reason TEXT,
    who TEXT,
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events ON event (place);
CREATE TABLE IF NOT EXISTS published (
    list INTEGER PRIMARY KEY REFERENCES list (id),
    changes INTEGER NOT NULL,
    at TEXT NOT NULL,
    expires TEXT NOT NULL
);
"""
_VERSION = 1
FILE = "status.sqlite"
_MOST_AT_ONCE = 500  # SQLite's own bound of variables is far above


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is recorded about one award now."""

    award: str
    group: Group
    number: int
    revoked: bool
    suspended: bool

    @property
    def word(self) -> str:
        """The state in one word."""
        return "revoked" if self.revoked else "suspended" if self.suspended else "good"

    @property
    def entries(self) -> tuple[StatusEntry, ...]:
        """Where the lists say so."""
        return entries_of(self.group, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change, with its reason and by whom."""

    action: str
    reason: str | None
    who: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """When a group was last published, and with how many changes."""

    changes: int
    at: datetime
    expires: datetime


class StatusStore:
    """Open with `StatusStore.open`; close when done (it is a context manager)."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self._groups: dict[int, Group] = {}

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> StatusStore:
        """Open the store of a folder. Raises: StoreError, also where there is none to open."""
        path = folder / FILE
        if not create and not path.is_file():
            raise StoreError(
                f"{folder} has no status store. Name the folder that 'tessera issue --status' "
                "wrote into; credentials issued without --status cannot be revoked by a list."
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _cannot_use(path, error) from error
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise StoreError(
                    f"{path} was written by a newer version of Tessera. Update Tessera."
                )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
            connection.executescript(f"{_SCHEMA}PRAGMA user_version={_VERSION};")
        except sqlite3.Error as error:
            connection.close()
            raise _cannot_use(path, error) from error
        except StoreError:
            connection.close()
            raise
        return cls(folder, connection)

    def __enter__(self) -> StatusStore:
        return self

    def __exit__(self, *details: object) -> None:
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, with the lock of the store. Raises: StoreError."""
        try:
            # The lock comes first, so that what is looked up still holds when writing.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:  # something was raised before the end
                    self.connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise _cannot_use(self.folder / FILE, error) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the store, whatever is written meanwhile. Raises: StoreError."""
        try:
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise _cannot_use(self.folder / FILE, error) from error

    def allot(
        self, awards: Sequence[str], *, prefix: str, size: int = LEAST_PLACES
    ) -> dict[str, tuple[StatusEntry, ...]]:
        """Return where the status of each award will be published; places are given as needed.

        prefix: the address below which the lists will be. size: of a new list; the next one
        is begun when one is full. The same award always gets the same answer, also under
        another prefix. Raises: StoreError, UsageError.
        """
        prefix = need_prefix(prefix)
        with self.writing():
            there = self.look_up(awards)
            new = [one for one in dict.fromkeys(awards) if one not in there]
            while new:
                group, used = self._open_group(prefix, size)
                taken = new[: group.size - used]
                self.connection.executemany(
                    "INSERT INTO place (list, number, award) VALUES (?,?,?)",
                    [(group.id, used + at, one) for at, one in enumerate(taken)],
                )
                self.connection.execute(
                    "UPDATE list SET used=? WHERE id=?", (used + len(taken), group.id)
                )
                new = new[len(taken) :]
            found = self.look_up(awards)
        return {award: one.entries for award, one in found.items()}

    def standing(self, award: str) -> Standing | None:
        """Return what is recorded about an award, None where it has no place."""
        with self.reading():
            return self.look_up([award]).get(award)

    def standings(self) -> Iterator[Standing]:
        """Walk the awards that are revoked or suspended, in the order of their places."""
        for award, list_id, number, revoked, suspended in self.connection.execute(
            "SELECT award, list, number, revoked, suspended FROM place"
            " WHERE (revoked OR suspended) AND award IS NOT NULL ORDER BY id"
        ):
            yield Standing(
                award=award, group=self.group(list_id), number=number,
                revoked=bool(revoked), suspended=bool(suspended),
            )  # fmt: skip

    def history(self, award: str) -> tuple[Event, ...]:
        """Return what was done to an award, the oldest first."""
        rows = self.connection.execute(
            "SELECT action, reason, who, at FROM event JOIN place ON place.id = place"
            " WHERE award=? ORDER BY event.id", (award,),
        )  # fmt: skip
        return tuple(
            Event(action=action, reason=reason, who=who, at=datetime.fromisoformat(at))
            for action, reason, who, at in rows
        )

    def forget(self, award: str) -> bool:
        """Take an award's id and the reasons of its changes away; its place stays taken.

        Returns whether it was there. What the lists say about the place does not change.
        """
        with self.writing():
            row = self.connection.execute("SELECT id FROM place WHERE award=?", (award,)).fetchone()
            if row is None:
                return False
            self.connection.execute("UPDATE place SET award=NULL WHERE id=?", row)
            self.connection.execute("UPDATE event SET reason=NULL, who=NULL WHERE place=?", row)
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log still knew them
        return True

    def groups(self) -> tuple[Group, ...]:
        """Return all groups of lists."""
        rows = self.connection.execute("SELECT id FROM list ORDER BY id").fetchall()
        return tuple(self.group(id) for (id,) in rows)

    def used(self, group: Group) -> int:
        """Return how many places of a group are taken."""
        row = self.connection.execute("SELECT used FROM list WHERE id=?", (group.id,)).fetchone()
        return int(row[0])

    def snapshot(self, group: Group) -> tuple[int, list[tuple[int, bool, bool]]]:
        """Return the number of changes so far, and (number, revoked, suspended) of the marked."""
        with self.reading():
            (changes,) = self.connection.execute(
                "SELECT changes FROM list WHERE id=?", (group.id,)
            ).fetchone()
            rows = self.connection.execute(
                "SELECT number, revoked, suspended FROM place"
                " WHERE list=? AND (revoked OR suspended)", (group.id,),
            ).fetchall()  # fmt: skip
        return changes, [(number, bool(gone), bool(held)) for number, gone, held in rows]

    def changes(self, group: Group) -> int:
        """Return how often something in a group was changed."""
        row = self.connection.execute("SELECT changes FROM list WHERE id=?", (group.id,)).fetchone()
        return int(row[0])

    def published(self, group: Group) -> Publication | None:
        """Return when a group was last published, None for never."""
        row = self.connection.execute(
            "SELECT changes, at, expires FROM published WHERE list=?", (group.id,)
        ).fetchone()
        if row is None:
            return None
        at, expires = (datetime.fromisoformat(one) for one in row[1:])
        return Publication(changes=row[0], at=at, expires=expires)

    def note_published(self, group: Group, done: Publication) -> None:
        """Remember that a group was published; the files must be on the disk already."""
        moments = (one.astimezone(UTC).isoformat() for one in (done.at, done.expires))
        with self.writing():
            self.connection.execute(
                "REPLACE INTO published VALUES (?,?,?,?)", (group.id, done.changes, *moments)
            )

    def _open_group(self, prefix: str, size: int) -> tuple[Group, int]:
        """Return a group with room and how much of it is used; a new one if need be."""
        row = self.connection.execute(
            "SELECT id, used FROM list WHERE prefix=? AND size=? AND used<size ORDER BY id LIMIT 1",
            (prefix, size),
        ).fetchone()
        if row is not None:
            return self.group(row[0]), int(row[1])
        secret = secrets.token_bytes(32)
        Group(id=1, prefix=prefix, size=size, secret=secret)  # refuses an impossible size
        made = self.connection.execute(
            "INSERT INTO list (prefix, size, secret) VALUES (?,?,?)", (prefix, size, secret)
        )
        return self.group(int(made.lastrowid or 0)), 0

    def group(self, id: int) -> Group:
        """Return a group by its number."""
        if id not in self._groups:
            prefix, size, secret = self.connection.execute(
                "SELECT prefix, size, secret FROM list WHERE id=?", (id,)
            ).fetchone()
            self._groups[id] = Group(id=id, prefix=prefix, size=size, secret=secret)
        return self._groups[id]

    def look_up(self, awards: Sequence[str]) -> dict[str, Standing]:
        """Return what is recorded about these awards, of those that have a place."""
        found: dict[str, Standing] = {}
        for start in range(0, len(awards), _MOST_AT_ONCE):
            asked = awards[start : start + _MOST_AT_ONCE]
            rows = self.connection.execute(
                "SELECT award, list, number, revoked, suspended FROM place"
                f" WHERE award IN ({','.join('?' * len(asked))})", asked,
            ).fetchall()  # fmt: skip
            for award, list_id, number, revoked, suspended in rows:
                found[award] = Standing(
                    award=award, group=self.group(list_id), number=number,
                    revoked=bool(revoked), suspended=bool(suspended),
                )  # fmt: skip
        return found


def _cannot_use(path: Path, error: Exception) -> StoreError:
    why = getattr(error, "strerror", None) or str(error)
    return StoreError(
        f"The status store {path} cannot be used ({why}). What was recorded before stays; make "
        "room or ask for permission, and run the same command again."
    )
