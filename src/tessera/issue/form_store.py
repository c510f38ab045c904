"""The further forms of awards in a register: Open Badges, VC 2.0, SD-JWT VC beside ELM.

One row a form, beside the row of its award and committed with it. A form is a copy in
another language: the European credential stays the record.

Source: DESIGN section 3 (what was issued is the sealed bytes).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import zstandard

from tessera.errors import StoreError

SCHEMA = """
CREATE TABLE IF NOT EXISTS form (
    credential_id TEXT NOT NULL REFERENCES award (credential_id),
    format TEXT NOT NULL,
    ending TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (credential_id, format)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedForm:
    """One further form of an award. ending: of its file, with the dot."""

    format: str
    ending: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """What is known of a stored form without unpacking it."""

    credential_id: str
    format: str
    ending: str
    size: int


def insert(connection: sqlite3.Connection, id: str, forms: Iterable[SealedForm]) -> None:
    """Store the forms of a credential inside a transaction; one that is there stays."""
    packer = zstandard.ZstdCompressor(level=3)
    connection.executemany(
        "INSERT OR IGNORE INTO form VALUES (?,?,?,?,?,?)",
        [
            (
                id,
                one.format,
                one.ending,
                hashlib.sha256(one.content).hexdigest(),
                len(one.content),
                packer.compress(one.content),
            )
            for one in forms
        ],
    )


def rows(connection: sqlite3.Connection) -> Iterator[FormRow]:
    """Walk the stored forms."""
    found = connection.execute("SELECT credential_id, format, ending, size FROM form")
    for id, format, ending, size in found:
        yield FormRow(credential_id=id, format=format, ending=ending, size=size)


def content(connection: sqlite3.Connection, id: str, format: str) -> bytes:
    """Return the very bytes of a form. Raises: StoreError when it is absent or damaged."""
    row = connection.execute(
        "SELECT packed, sha256 FROM form WHERE credential_id=? AND format=?", (id, format)
    ).fetchone()
    if row is None:
        raise StoreError(f"The register holds no form {format} of {id}.")
    try:
        unpacked = bytes(zstandard.ZstdDecompressor().decompress(row[0]))
    except zstandard.ZstdError as error:
        raise StoreError(f"The register is damaged: {error}.") from error
    if hashlib.sha256(unpacked).hexdigest() != row[1]:
        raise StoreError(f"The register is damaged at the form {format} of {id}.")
    return unpacked


def lacking(connection: sqlite3.Connection, formats: Sequence[str]) -> Iterator[str]:
    """Walk the ids of the credentials that have not all of these forms."""
    marks = ",".join("?" * len(formats))
    found = connection.execute(
        "SELECT credential_id FROM award WHERE (SELECT count(*) FROM form WHERE"
        f" form.credential_id = award.credential_id AND format IN ({marks})) < ? ORDER BY rowid",
        (*formats, len(set(formats))),
    )
    for (id,) in found.fetchall():
        yield id
