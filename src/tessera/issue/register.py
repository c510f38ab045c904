"""The register of a folder: what has been sealed there, each award exactly once.

One SQLite file, `register.sqlite`, holds the award key, the credential id and the
sealed bytes; one file per credential in `credentials/` is written from it. A row
is committed before its file is written, and missing files are written again at
the next run, so killing the process at any moment loses nothing and doubles nothing.

What is durable: an award counts as sealed when its row is committed, and a commit is on
the disk before it returns (`synchronous=FULL`: the write-ahead log is synced each time),
so it outlives a power failure. The files are copies: each is written whole beside its
place and renamed, but not synced one by one; one that a power failure emptied is shorter
than its row says, and the next run writes it again.

Credentials of a batch share nearly all their bytes, pictures above all. Each is stored
as a zstd frame against a reference text that holds no learner; reading it back gives
the very bytes that were sealed, and their SHA-256 is compared.

Source: DESIGN section 6 (every item exactly once); docs/decisions/0005 and 0009;
SQLite documentation, "PRAGMA synchronous" and "Write-Ahead Logging".
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from tessera.errors import StoreError
from tessera.issue import form_store
from tessera.issue.form_store import SealedForm
from tessera.issue.unfinished import PART, own_mark, sweep

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reference (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS award (
    award_key TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL UNIQUE,
    learner_id TEXT NOT NULL,
    email TEXT,
    awarded_on TEXT NOT NULL,
    language TEXT NOT NULL,
    sealed_at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    reference TEXT NOT NULL REFERENCES reference (id),
    packed BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_VERSION = 2
FILE_ENDING = ".jsonld"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAward:
    """One sealed award on its way into the register.

    reference: a text much like the sealed bytes, shared by a batch, without a learner.
    forms: the same award in other formats, each sealed by itself.
    """

    award_key: str
    credential_id: str
    learner_id: str
    email: str | None
    awarded_on: str
    language: str
    sealed_at: str
    sha256: str
    sealed: bytes
    reference: bytes = b""
    forms: tuple[SealedForm, ...] = ()

    @property
    def file_name(self) -> str:
        """The last part of the credential id; unique in the folder."""
        return _file_name(self.credential_id, FILE_ENDING)


class Register:
    """Open with `Register.open`; close when done (it is a context manager).

    Several processes may write at once: SQLite's lock serialises them, and the
    award key decides which of two equal awards stays (the first).
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.credentials = folder / "credentials"
        self._connection = connection
        self._packers: dict[bytes, tuple[str, Any]] = {}
        self._references: set[str] = set()

    @classmethod
    def open(cls, folder: Path) -> Register:
        """Create or open the register of a folder.

        Raises: StoreError when the folder cannot be written, or its register is
        not one, or was written by a newer version.
        """
        try:
            (folder / "credentials").mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            connection = sqlite3.connect(folder / "register.sqlite", timeout=60)
        except (OSError, sqlite3.Error) as error:
            raise _no_folder(folder, error) from error
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise StoreError(
                    f"The register in {folder} was written by a newer version of Tessera. "
                    "Update Tessera, or choose another folder with --out."
                )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(f"{_SCHEMA}{form_store.SCHEMA}PRAGMA user_version={_VERSION};")
        except sqlite3.Error as error:
            connection.close()
            raise _no_folder(folder, error) from error
        except StoreError:
            connection.close()
            raise
        register = cls(folder, connection)
        register._sweep()
        return register

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *details: object) -> None:
        self._connection.close()

    def add(self, awards: Iterable[SealedAward]) -> tuple[SealedAward, ...]:
        """Store these in one transaction and return those that were new.

        An award that another process has stored in the meantime is left out: that one
        is the truth, and only its bytes may be written to a file.
        Raises: StoreError when the disk is full or the register is locked; then
        none of them is stored.
        """
        rows = {one.award_key: (one, self._row(one)) for one in reversed(tuple(awards))}
        try:
            with self._connection:
                # The lock comes first, so that what is looked up still holds when writing.
                self._connection.execute("BEGIN IMMEDIATE")
                there = self._known(tuple(rows))
                new = [rows[key] for key in rows if key not in there]
                unstored = {id: ref for ref, (id, _) in self._packers.items()}
                self._connection.executemany(
                    "INSERT OR IGNORE INTO reference VALUES (?,?)",
                    [pair for pair in unstored.items() if pair[0] not in self._references],
                )
                self._connection.executemany(
                    "INSERT INTO award VALUES (?,?,?,?,?,?,?,?,?,?,?)", [row for _, row in new]
                )
                for one, _ in new:
                    form_store.insert(self._connection, one.credential_id, one.forms)
        except sqlite3.Error as error:
            raise self._cannot_write(error) from error
        self._references.update(unstored)
        return tuple(one for one, _ in new)

    def add_forms(self, credential_id: str, forms: Iterable[SealedForm]) -> None:
        """Store further forms of an award that is there. Raises: StoreError."""
        try:
            with self._connection:
                form_store.insert(self._connection, credential_id, forms)
        except sqlite3.Error as error:
            raise self._cannot_write(error) from error

    def lacking(self, formats: Sequence[str]) -> Iterator[str]:
        """Walk the ids of the credentials that have not all of these further forms."""
        return form_store.lacking(self._connection, formats)

    def form(self, credential_id: str, format: str) -> bytes:
        """Return the sealed bytes of a further form. Raises: StoreError."""
        return form_store.content(self._connection, credential_id, format)

    def _known(self, award_keys: Sequence[str]) -> frozenset[str]:
        marks = ",".join("?" * len(award_keys))
        rows = self._connection.execute(
            f"SELECT award_key FROM award WHERE award_key IN ({marks})", award_keys
        )
        return frozenset(key for (key,) in rows)

    def _cannot_write(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"The register in {self.folder} could not be written ({_reason(error)}). Make room "
            "and run the same command again: what is sealed already stays as it is."
        )

    def _row(self, one: SealedAward) -> tuple[str | int | bytes | None, ...]:
        id, packer = self._packer(one.reference)
        return (
            one.award_key, one.credential_id, one.learner_id, one.email, one.awarded_on,
            one.language, one.sealed_at, one.sha256, len(one.sealed), id,
            packer.compress(one.sealed),
        )  # fmt: skip

    def _packer(self, reference: bytes) -> tuple[str, Any]:
        if reference not in self._packers:
            id = hashlib.sha256(reference).hexdigest()
            packer = zstandard.ZstdCompressor(level=1, dict_data=_dictionary(reference))
            self._packers[reference] = (id, packer)
        return self._packers[reference]

    def sealed(self, credential_id: str) -> bytes:
        """Return the sealed bytes of a credential, exactly as they were sealed.

        Raises: StoreError when there is no such credential, or the register is damaged.
        """
        row = self._connection.execute(
            "SELECT packed, content, sha256 FROM award JOIN reference ON reference.id = reference"
            " WHERE credential_id=?", (credential_id,),
        ).fetchone()  # fmt: skip
        if row is None:
            raise StoreError(f"The register in {self.folder} holds no credential {credential_id}.")
        packed, reference, sha256 = row
        try:
            unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(reference))
            sealed = bytes(unpacker.decompress(packed))
        except zstandard.ZstdError as error:
            raise StoreError(f"The register in {self.folder} is damaged: {error}.") from error
        if hashlib.sha256(sealed).hexdigest() != sha256:
            raise StoreError(f"The register in {self.folder} is damaged at {credential_id}.")
        return sealed

    def known(self, award_keys: Iterable[str]) -> frozenset[str]:
        """Return those of these keys that are sealed already. Raises: StoreError."""
        try:
            return self._known(tuple(award_keys))
        except sqlite3.Error as error:
            raise self._cannot_write(error) from error

    def ids(self) -> Iterator[str]:
        """Walk the ids of the credentials, in the order in which they were stored."""
        for (id,) in self._connection.execute("SELECT credential_id FROM award ORDER BY rowid"):
            yield id

    def count(self) -> int:
        """Return how many awards are in the register."""
        return int(self._connection.execute("SELECT count(*) FROM award").fetchone()[0])

    def recall(self, name: str) -> str | None:
        """Return what was remembered under this name, or None."""
        row = self._connection.execute("SELECT value FROM memory WHERE name=?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: str) -> None:
        """Keep a value for the next run; it replaces an earlier one. Raises: StoreError."""
        try:
            with self._connection:
                self._connection.execute("REPLACE INTO memory VALUES (?,?)", (name, value))
        except sqlite3.Error as error:
            raise self._cannot_write(error) from error

    def newest(self) -> int:
        """Return the number of the newest row, 0 when there is none."""
        return int(self._connection.execute("SELECT max(rowid) FROM award").fetchone()[0] or 0)

    def write_files(self, awards: Iterable[SealedAward]) -> None:
        """Write one file per credential, whole or not at all.

        Raises: StoreError when the disk is full or the folder is locked.
        """
        folder = f"{self.credentials}/"
        part = f"{folder}.{own_mark()}{PART}"
        for one in awards:
            _write_whole(part, folder + one.file_name, one.sealed)
            for form in one.forms:
                name = _file_name(one.credential_id, form.ending)
                _write_whole(part, folder + name, form.content)

    def write_missing_files(self, *, until: int | None = None) -> int:
        """Write again what an interrupted run left out or a power failure cut short.

        until: look only at rows up to this number. Files that have grown (a further seal)
        stay. Returns how many were written. Raises: StoreError.
        """
        written = 0
        folder = f"{self.credentials}/"
        part = f"{folder}.{own_mark()}{PART}"
        for id, size in self._rows_until(until):
            path = folder + _file_name(id, FILE_ENDING)
            if _size(path) < size:
                _write_whole(part, path, self.sealed(id))
                written += 1
        for row in form_store.rows(self._connection):
            path = folder + _file_name(row.credential_id, row.ending)
            if _size(path) < row.size:
                _write_whole(part, path, self.form(row.credential_id, row.format))
                written += 1
        return written

    def _rows_until(self, until: int | None) -> Iterator[tuple[str, int]]:
        yield from self._connection.execute(
            "SELECT credential_id, size FROM award WHERE rowid <= ? ORDER BY rowid",
            (self.newest() if until is None else until,),
        )

    def _sweep(self) -> None:
        for folder in (self.folder, self.credentials):
            sweep(folder)


def _file_name(credential_id: str, ending: str) -> str:
    return credential_id.rpartition(":")[2] + ending


def _no_folder(folder: Path, error: Exception) -> StoreError:
    if isinstance(error, sqlite3.DatabaseError) and "not a database" in str(error):
        return StoreError(
            f"{folder}/register.sqlite is no register of Tessera; it cannot be written. Choose "
            "another folder with --out."
        )
    return StoreError(
        f"The folder {folder} cannot be written ({_reason(error)}). Choose another with "
        "--out, or ask for permission to write there."
    )


def _dictionary(reference: bytes) -> zstandard.ZstdCompressionDict:
    # Too short a text cannot serve as a dictionary; the frame then stands on its own.
    content = reference if len(reference) >= 8 else b"\x00" * 8
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def _write_whole(part: str, path: str, content: bytes) -> None:
    """Write beside and rename, so that no reader ever sees half a file."""
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        os.rename(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise StoreError(
            f"{os.path.dirname(path)} cannot be written ({_reason(error)}). Make room or unlock it "
            "and run the same command again: nothing sealed is lost."
        ) from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
