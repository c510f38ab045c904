"""A table of learners as text cells, from CSV of any common dialect or from XLSX.

The kind is recognised by content, not by name. What a spreadsheet can hide is
refused before anything happens (`workbook`); so are other encodings and bombs.
Rows of a CSV are streamed. A spreadsheet is unpacked once, by python-calamine; a large one
goes from there into a temporary file, so that its cells do not stay in memory while
learners are awarded (PERFORMANCE P15).
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tessera.errors import StoreError, TesseraError
from tessera.issue import workbook
from tessera.issue.workbook import TableError

MOST_ROWS = 1_000_000
MOST_BYTES = 500_000_000
_MOST_IN_MEMORY = 20_000
_LONGEST_CELL = 4_000
_DELIMITERS = ",;\t|"
# Excel writes this line above the header to name the delimiter.
_SEPARATOR_LINE = re.compile(r"sep=(.)[,;\t|]*\r?\n?", re.IGNORECASE)
# A double holds 15 decimal digits; a spreadsheet shows and keeps no more.
_LARGEST_EXACT = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number as a person counts them (the header is row 1) and its cells."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The header, and the way to the rows; `rows()` may be walked more than once.

    delimiter, encoding: None for a spreadsheet. first_row: the header's own number.
    rows_about: how many rows there are below the header, blank ones and line breaks
    inside cells counted in. notes: what a person should know before going on.
    """

    path: Path
    header: tuple[str, ...]
    delimiter: str | None = None
    encoding: str | None = None
    first_row: int = 1
    rows_about: int = 0
    notes: tuple[str, ...] = ()
    _sheet: Any = field(default=None, repr=False, compare=False)

    def rows(self) -> Iterator[Row]:
        """Walk the rows below the header, blank ones left out.

        Raises: TableError for too many rows, a cell that is too long, a broken quote.
        """
        walked = _csv_rows(self) if self.delimiter else _sheet_rows(self.path, self._sheet)
        for row in walked:
            if row.number > MOST_ROWS + self.first_row:
                raise TableError(f"The table has more than {MOST_ROWS} rows. Split it.")
            if row.number > self.first_row and not row.is_blank:
                yield row


def open_table(path: Path) -> Table:
    """Recognise a table and read its header.

    Raises: TableError when the file is empty or too large, is neither CSV nor XLSX,
    or is not UTF-8 (or UTF-16 with its mark), and for what a spreadsheet hides.
    """
    try:
        if path.is_dir():
            raise TableError(f"{path} is a folder. Name the table of learners, .csv or .xlsx.")
        with path.open("rb") as file:
            head = file.read(8)
        size = path.stat().st_size
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    if not head.strip():
        raise TableError(f"{path.name} is empty. Put a header row and one row per learner into it.")
    if size > MOST_BYTES:
        raise TableError(f"{path.name} has {size // 10**6} MB; the most is 500. Split it.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name} is an old or a password-protected Excel file. "
            "Save it as .xlsx without a password, or as CSV UTF-8."
        )
    table = _open_workbook(path) if head.startswith(b"PK") else _open_csv(path, head)
    if not any(table.header):
        raise TableError(f"{path.name} has no header: its first row is empty.")
    if len(table.header) > workbook.MOST_COLUMNS:
        raise TableError(
            f"{path.name} has {len(table.header)} columns; the most is {workbook.MOST_COLUMNS}. "
            "Delete those that are not needed."
        )
    return table


def _open_csv(path: Path, head: bytes) -> Table:
    encoding, lines = _encoding(path, head)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(64_000)
    named = _SEPARATOR_LINE.match(sample)
    first_row = 2 if named else 1
    if named:
        sample = sample[named.end() :]
    header, delimiter = _sniff(sample, named[1] if named else _DELIMITERS)
    return Table(
        path=path, header=header, delimiter=delimiter, encoding=encoding, first_row=first_row,
        rows_about=max(lines - first_row, 0),
    )  # fmt: skip


def _encoding(path: Path, head: bytes) -> tuple[str, int]:
    """Find the encoding by decoding the whole file once, so that no batch stops half-way.

    Returns it and the number of lines.
    """
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if utf_16 else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, returns, last = 0, 0, ""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                wrong = lines + 1 + chunk[: error.start].count(b"\n")
                raise TableError(
                    f"{path.name} is not in UTF-8: line {wrong} holds a byte that means nothing "
                    "there. In a spreadsheet program, save it as 'CSV UTF-8' or as .xlsx."
                ) from error
            if "\x00" in text:
                raise TableError(
                    f"{path.name} is not a table: it holds binary content. If it is text, save "
                    "it as 'CSV UTF-8'."
                )
            lines += text.count("\n")
            returns += text.count("\r")
            last = text[-1:] or last
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path.name} ends in the middle of a character. Save it again as UTF-8."
        ) from error
    return encoding, (lines or returns) + (last not in ("\n", "\r"))


def _sniff(sample: str, delimiters: str) -> tuple[tuple[str, ...], str]:
    """Choose the delimiter that splits the first row into most cells (quotes respected)."""
    best: tuple[str, ...] = ()
    chosen = delimiters[0]
    for delimiter in delimiters:
        with suppress(csv.Error):
            lines = io.StringIO(sample, newline="")
            cells = tuple(next(csv.reader(lines, delimiter=delimiter), ()))
            if len(cells) > len(best):
                best, chosen = cells, delimiter
    return tuple(cell.strip() for cell in best), chosen


def _csv_rows(table: Table) -> Iterator[Row]:
    assert table.delimiter is not None
    try:
        with table.path.open(encoding=table.encoding, newline="") as file:
            yield from _split(table, file)
    except OSError as error:
        raise TableError(f"{table.path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{table.path.name} was changed while it was read.") from error


def _split(table: Table, file: io.TextIOWrapper) -> Iterator[Row]:
    assert table.delimiter is not None
    reader = csv.reader(file, delimiter=table.delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield Row(number=number, cells=tuple(_clean(cell, number) for cell in cells))
    except csv.Error as error:
        raise TableError(
            f"Row {number + 1} of {table.path.name} cannot be split into cells "
            f"({error}). Look for a quotation mark without its partner."
        ) from error


def _open_workbook(path: Path) -> Table:
    try:
        import python_calamine
    except ImportError as error:
        raise TesseraError(
            "Reading .xlsx needs python-calamine: install tessera[tables], or save as CSV UTF-8."
        ) from error
    facts = workbook.inspect(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            sheet: Any = book.get_sheet_by_name(facts.name)
    except (python_calamine.CalamineError, OSError) as error:
        raise TableError(f"{path.name} cannot be read as a spreadsheet: {error}.") from error
    if facts.rows > _MOST_IN_MEMORY:
        sheet = _Spool(path, sheet)
    first = next(_sheet_rows(path, sheet), None)
    header = first.cells if first else ()
    offset = sheet.start[1] if sheet.start else 0
    for hidden in workbook.hidden_and_used(facts, header, offset):
        raise TableError(
            f"Column {hidden} of {path.name} is hidden. Show it or delete it, so that what you "
            "see is what is awarded."
        )
    notes: tuple[str, ...] = ()
    if facts.others:
        notes = (
            f"The sheet '{facts.name}' of {path.name} is read, not: {', '.join(facts.others)}.",
        )
    return Table(path=path, header=header, rows_about=facts.rows, notes=notes, _sheet=sheet)


class _Spool:
    """The texts of a sheet in a nameless temporary file, to be walked like the sheet itself.

    Nameless, so that no learner is left behind on the disk when the process is killed.
    """

    def __init__(self, path: Path, sheet: Any) -> None:
        self.start = sheet.start
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the table
        try:
            with io.TextIOWrapper(
                os.fdopen(os.dup(self._file.fileno()), "wb"), encoding="utf-8", newline=""
            ) as text:
                csv.writer(text).writerows(row.cells for row in _sheet_rows(path, sheet))
        except OSError as error:
            raise StoreError(
                f"{tempfile.gettempdir()} cannot be written ({error.strerror}), where a large "
                "spreadsheet is unpacked. Make room there, or save the table as CSV UTF-8."
            ) from error

    def iter_rows(self) -> Iterator[list[str]]:
        raw = _FromTheStart(self._file.fileno())
        with io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8", newline="") as text:
            yield from csv.reader(text)


class _FromTheStart(io.RawIOBase):
    """Reads an open file with a place of its own, so that walks do not disturb each other."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = os.pread(self._handle, len(buffer), self._at)
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)


def _sheet_rows(path: Path, sheet: Any) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        try:
            texts = [cell if type(cell) is str else _text(cell) for cell in cells]
            yield Row(number=number, cells=tuple([_clean(text, number) for text in texts]))
        except OverflowError as error:
            raise TableError(
                f"Row {number} of {path.name} holds the number {error}, of which a spreadsheet "
                "keeps 15 digits only. Format the column as text and type it again."
            ) from error


def _text(cell: object) -> str:
    """Write a spreadsheet value as a person would type it.

    Raises: OverflowError for a number whose last digits a spreadsheet cannot hold.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        if not abs(cell) < _LARGEST_EXACT:
            raise OverflowError(f"{cell:g}")
        return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _clean(cell: str, number: int) -> str:
    if len(cell) <= _LONGEST_CELL:
        return cell.strip()
    raise TableError(
        f"A cell in row {number} holds {len(cell)} characters. A quotation mark may be missing."
    )
