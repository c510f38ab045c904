"""The register of a folder: what has been sealed there, each award exactly once.

One SQLite file, `register.sqlite`, holds the award key, the credential id and the
sealed bytes; one file per credential in `credentials/` is written from it. A row
is committed before its file is written, and missing files are written again at
the next run, so killing the process at any moment loses nothing and doubles nothing.

Credentials of a batch share nearly all their bytes, pictures above all. Each is stored
as a zstd frame against a reference text that holds no learner; reading it back gives
the very bytes that were sealed, and their SHA-256 is compared.

Source: DESIGN section 6 (every item exactly once); docs/decisions/0005 and 0009.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from tessera.errors import StoreError

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
    reference TEXT NOT NULL REFERENCES reference (id),
    packed BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FILE_ENDING = ".jsonld"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAward:
    """One sealed award on its way into the register.

    reference: a text much like the sealed bytes, shared by a batch, without a learner.
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

    @property
    def file_name(self) -> str:
        """The last part of the credential id; unique in the folder."""
        return self.credential_id.rpartition(":")[2] + FILE_ENDING


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

    @classmethod
    def open(cls, folder: Path) -> Register:
        """Create or open the register of a folder.

        Raises: StoreError when the folder cannot be written, or its register is
        not one, or was written by a newer version.
        """
        try:
            (folder / "credentials").mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied")
            connection = sqlite3.connect(folder / "register.sqlite", timeout=60)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"The folder {folder} cannot be written ({_reason(error)}). Choose another with "
                "--out, or ask for permission to write there."
            ) from error
        return cls(folder, connection)

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *details: object) -> None:
        self._connection.close()

    def add(self, awards: Iterable[SealedAward]) -> int:
        """Store these in one transaction and return how many were new.

        Raises: StoreError when the disk is full or the register is locked; then
        none of them is stored.
        """
        try:
            with self._connection:
                rows = [self._row(one) for one in awards]
                before = self._connection.total_changes
                self._connection.executemany(
                    "INSERT OR IGNORE INTO award VALUES (?,?,?,?,?,?,?,?,?,?)", rows
                )
                return self._connection.total_changes - before
        except sqlite3.Error as error:
            raise StoreError(
                f"The register in {self.folder} could not be written ({_reason(error)}). Make room "
                "and run the same command again: what is sealed already stays as it is."
            ) from error

    def _row(self, one: SealedAward) -> tuple[str | bytes | None, ...]:
        id, packer = self._packer(one.reference)
        return (
            one.award_key, one.credential_id, one.learner_id, one.email, one.awarded_on,
            one.language, one.sealed_at, one.sha256, id, packer.compress(one.sealed),
        )  # fmt: skip

    def _packer(self, reference: bytes) -> tuple[str, Any]:
        if reference not in self._packers:
            id = hashlib.sha256(reference).hexdigest()
            self._connection.execute(
                "INSERT OR IGNORE INTO reference VALUES (?,?)", (id, reference)
            )
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
        """Return those of these keys that are sealed already."""
        keys = tuple(award_keys)
        marks = ",".join("?" * len(keys))
        rows = self._connection.execute(
            f"SELECT award_key FROM award WHERE award_key IN ({marks})", keys
        )
        return frozenset(key for (key,) in rows)

    def count(self) -> int:
        """Return how many awards are in the register."""
        return int(self._connection.execute("SELECT count(*) FROM award").fetchone()[0])

    def recall(self, name: str) -> str | None:
        """Return what was remembered under this name, or None."""
        row = self._connection.execute("SELECT value FROM memory WHERE name=?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: str) -> None:
        """Keep a value for the next run; the first one stays."""
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO memory VALUES (?,?)", (name, value))

    def write_files(self, awards: Iterable[SealedAward]) -> None:
        """Write one file per credential, whole or not at all.

        Raises: StoreError when the disk is full or the folder is locked.
        """
        for one in awards:
            _write_whole(self.credentials / one.file_name, one.sealed)

    def write_missing_files(self) -> int:
        """Write again what an interrupted run left out; return how many."""
        written = 0
        present = {name for name in os.listdir(self.credentials) if name.endswith(FILE_ENDING)}
        for (id,) in self._connection.execute("SELECT credential_id FROM award").fetchall():
            name = id.rpartition(":")[2] + FILE_ENDING
            if name not in present:
                _write_whole(self.credentials / name, self.sealed(id))
                written += 1
        return written


def _dictionary(reference: bytes) -> zstandard.ZstdCompressionDict:
    # Too short a text cannot serve as a dictionary; the frame then stands on its own.
    content = reference if len(reference) >= 8 else b"\x00" * 8
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that no reader ever sees half a file."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path.parent} cannot be written ({_reason(error)}). Make room or unlock it and run "
            "the same command again: nothing sealed is lost."
        ) from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
