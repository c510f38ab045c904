"""The journey of awarding: description, table and keys in; a folder of sealed credentials out.

Steps: 1 read and check the description once, 2 read the header of the table,
3 settle the edition (issuer from the certificate, time, pictures), 4 walk the rows
in chunks: read, leave out what is sealed already, seal, register, write files,
5 write again what an earlier run left out, and the refused rows with reasons.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import StoreError, UsageError
from tessera.issue.batch import ChunkSealer
from tessera.issue.columns import Columns, understand
from tessera.issue.compose import Edition, with_issuer
from tessera.issue.learners import Entry, Occasion, Reader, Refusal
from tessera.issue.register import Register
from tessera.issue.tables import Row, Table, open_table
from tessera.model import MicroCredential
from tessera.seals.certificates import describe
from tessera.seals.jades import JadesOptions, Profile

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

CHUNK = 250
REFUSED_FILE = "refused.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A description and a table that fit together; nothing has been sealed."""

    description: MicroCredential
    table: Table
    columns: Columns
    occasion: Occasion

    def read(self) -> Iterator[tuple[Row, Entry | Refusal]]:
        """Walk the table and read each row. Raises: TableError."""
        reader = Reader(occasion=self.occasion, columns=self.columns)
        for row in self.table.rows():
            yield row, reader.read(row)


@dataclass(slots=True)
class Tally:
    """How a run went."""

    sealed: int = 0
    already: int = 0
    refused: int = 0
    files_written_again: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.sealed + self.already + self.refused


def plan(
    description: MicroCredential, learners: Path, *, today: date, awarded_on: date | None,
    language: str,
) -> Plan:  # fmt: skip
    """Fit a table to a description.

    Raises: TableError, WrongColumnsError; UsageError for a language without a title.
    """
    table = open_table(learners)
    columns = understand(table.header, description)
    title = description.title
    chosen = language or (title.languages[0] if title else "en")
    if title and title.get(chosen) is None:
        raise UsageError(
            f"The description has no title in '{chosen}'. It has: {', '.join(title.languages)}."
        )
    occasion = Occasion(
        description=description, today=today, awarded_on=awarded_on or today, language=chosen
    )
    return Plan(description=description, table=table, columns=columns, occasion=occasion)


def edition_of(
    description: MicroCredential, key: SigningKey, *, now: datetime, languages: Sequence[str]
) -> Edition:
    """Settle what all awards share: issuer, moment, TEST mark, one picture per language."""
    from tessera.render.display import display_picture

    facts = describe(key.certificate_chain[0])
    issued = with_issuer(description, facts)
    pictures = {
        language: display_picture(issued, language, is_test=facts.is_test) for language in languages
    }
    return Edition(
        description=issued,
        sealed_at=now.replace(microsecond=0),
        is_test=facts.is_test,
        pictures=pictures,
    )


def languages_of(planned: Plan) -> tuple[str, ...]:
    """Return the languages that the rows may ask for: those of the title."""
    title = planned.description.title
    default = planned.occasion.language
    others = title.languages if title and "language" in planned.columns.names else ()
    return tuple(dict.fromkeys((default, *others)))


def remembered(planned: Plan, register: Register, *, chosen: bool) -> Plan:
    """Use the award date of the first run in this folder, so that a re-run changes nothing."""
    name = f"awarded_on {planned.description.id} {planned.description.version}"
    if chosen:
        return planned
    register.remember(name, planned.occasion.awarded_on.isoformat())
    first = date.fromisoformat(register.recall(name) or planned.occasion.awarded_on.isoformat())
    return replace(planned, occasion=replace(planned.occasion, awarded_on=first))


def issue(
    planned: Plan,
    sealer: ChunkSealer,
    register: Register,
    progress: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Seal every row that is not sealed yet, in this process.

    Raises: StoreError when the folder or disk refuses; what is sealed stays.
    """
    tally = Tally()
    with RefusedRows(register.folder / REFUSED_FILE, planned.table.header) as refused:
        for entries, rows in chunks(planned, tally, refused):
            waiting = fresh(entries, register, tally)
            chunk = sealer.seal(waiting)
            for refusal in chunk.refusals:
                refused.add(rows[refusal.row], refusal)
                tally.refused += 1
            tally.sealed += register.add(chunk.awards)
            register.write_files(chunk.awards)
            progress(len(rows))
    tally.files_written_again = register.write_missing_files()
    return tally


def chunks(
    planned: Plan, tally: Tally, refused: RefusedRows
) -> Iterator[tuple[list[Entry], dict[int, Row]]]:
    """Walk the table in chunks: entries to award, and all rows by number; refusals are noted."""
    walked = planned.read()
    while chunk := list(islice(walked, CHUNK)):
        entries = []
        for row, read in chunk:
            if isinstance(read, Refusal):
                refused.add(row, read)
                tally.refused += 1
            else:
                entries.append(read)
        yield entries, {row.number: row for row, _ in chunk}


def fresh(entries: Sequence[Entry], register: Register, tally: Tally) -> list[Entry]:
    """Leave out what is sealed already."""
    known = register.known([entry.award_key for entry in entries])
    tally.already += sum(entry.award_key in known for entry in entries)
    return [entry for entry in entries if entry.award_key not in known]


class RefusedRows:
    """The refused rows as they were, with the reasons, in a file that appears with the first."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path = path
        self._header = header
        self._file = None
        path.unlink(missing_ok=True)

    def __enter__(self) -> RefusedRows:
        return self

    def __exit__(self, *details: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row, refusal: Refusal) -> None:
        try:
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file).writerow(["row", "reasons", *self._header])
            csv.writer(self._file).writerow([row.number, " ".join(refusal.reasons), *row.cells])
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}.") from error


def options_of(profile: str) -> JadesOptions:
    """Return the seal options of a profile. Raises: UsageError naming those there are."""
    try:
        return JadesOptions(profile=Profile(profile))
    except ValueError as error:
        names = ", ".join(one.value for one in Profile)
        raise UsageError(f"There is no seal profile '{profile}'. There are: {names}.") from error
