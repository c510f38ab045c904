"""A table of learners as text cells, from CSV of any common dialect or from XLSX.

The kind is recognised by content, not by name. What a spreadsheet can hide is
refused before anything happens: formulas, merged cells, other encodings, bombs.
Rows are streamed; a table is never held as a list.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tessera.errors import TesseraError, UnreadableError

MOST_ROWS = 1_000_000
_LONGEST_CELL = 4_000
_LARGEST_UNPACKED = 2_000_000_000
_DELIMITERS = ",;\t|"


class TableError(UnreadableError):
    """A table cannot be read; the sentence says where and what to do."""

    code = "table"


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
    """The header, and the way to the rows; `rows()` may be walked more than once."""

    path: Path
    header: tuple[str, ...]
    delimiter: str | None
    encoding: str | None

    def rows(self) -> Iterator[Row]:
        """Walk the rows below the header, blank ones left out.

        Raises: TableError for too many rows, a cell that is too long, a broken quote.
        """
        walked = _csv_rows(self) if self.delimiter else _xlsx_rows(self.path)
        next(walked, None)
        for row in walked:
            if row.number > MOST_ROWS + 1:
                raise TableError(f"The table has more than {MOST_ROWS} rows. Split it.")
            if not row.is_blank:
                yield row


def open_table(path: Path) -> Table:
    """Recognise a table and read its header.

    Raises: TableError when the file is empty, is neither CSV nor XLSX, holds
    formulas or merged cells, or is not UTF-8 (or UTF-16 with its mark).
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    if not head.strip():
        raise TableError(f"{path.name} is empty. Put a header row and one row per learner into it.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name} is an old or a password-protected Excel file. "
            "Save it as .xlsx without a password, or as CSV UTF-8."
        )
    if head.startswith(b"PK"):
        _inspect_workbook(path)
        first = next(_xlsx_rows(path), None)
        table = Table(path=path, header=first.cells if first else (), delimiter=None, encoding=None)
    else:
        encoding = _encoding(path, head)
        table = _sniff(path, encoding)
    if not any(table.header):
        raise TableError(f"{path.name} has no header: its first row is empty.")
    return table


def _encoding(path: Path, head: bytes) -> str:
    """Find the encoding by decoding the whole file once, so that no batch stops half-way."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                raise TableError(
                    f"{path.name} is not in UTF-8: line {line} holds a byte that means nothing "
                    "there. In a spreadsheet program, save it as 'CSV UTF-8' or as .xlsx."
                ) from error
            if "\x00" in text:
                raise TableError(f"{path.name} is not a table: it holds binary content.")
            line += text.count("\n")
    with suppress(UnicodeDecodeError):
        decoder.decode(b"", final=True)
        return encoding
    raise TableError(f"{path.name} ends in the middle of a character. Save it again as UTF-8.")


def _sniff(path: Path, encoding: str) -> Table:
    """Choose the delimiter that splits the first row into most cells (quotes respected)."""
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(64_000)
    best: tuple[str, ...] = ()
    chosen = ","
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            cells = tuple(next(csv.reader(io.StringIO(sample), delimiter=delimiter), ()))
            if len(cells) > len(best):
                best, chosen = cells, delimiter
    header = tuple(cell.strip() for cell in best)
    return Table(path=path, header=header, delimiter=chosen, encoding=encoding)


def _csv_rows(table: Table) -> Iterator[Row]:
    assert table.delimiter is not None
    with table.path.open(encoding=table.encoding, newline="") as file:
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


def _inspect_workbook(path: Path) -> None:
    """Refuse bombs, formulas and merged cells, which a reader of values would not see."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _LARGEST_UNPACKED:
                raise TableError(f"{path.name} unpacks to more than 2 GB. Save it as CSV UTF-8.")
            names = [member.filename for member in members]
            sheets = [name for name in names if name.lower().startswith("xl/worksheets/")]
            if not sheets:
                raise TableError(f"{path.name} is a ZIP file but not an .xlsx spreadsheet.")
            with archive.open(_first_sheet(archive, sheets)) as sheet:
                _refuse_hidden_content(path.name, sheet)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise TableError(
            f"{path.name} is damaged or locked with a password ({error}). Save it again as .xlsx."
        ) from error


def _first_sheet(archive: zipfile.ZipFile, sheets: list[str]) -> str:
    """Follow the workbook's own order: the first sheet's relationship id → its file."""
    with suppress(KeyError, IndexError):
        book = archive.read("xl/workbook.xml")[:1_000_000]
        links = archive.read("xl/_rels/workbook.xml.rels")[:1_000_000]
        id = re.findall(rb'<sheet\b[^>]*?\br:id="([^"]+)"', book)[0]
        for link in re.findall(rb"<Relationship\b[^>]*>", links):
            target = re.search(rb'Target="/?(?:xl/)?([^"]+)"', link)
            if b'Id="' + id + b'"' in link and target:
                name = "xl/" + target[1].decode("utf-8", "replace")
                if name in sheets:
                    return name
    return sheets[0]


_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f[\s>/]')
_MERGED = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z0-9:]{2,30})"')


def _refuse_hidden_content(name: str, sheet: Any) -> None:
    tail = b""
    while chunk := sheet.read(1 << 20):
        window = tail + chunk
        if found := _FORMULA.search(window):
            raise TableError(
                f"Cell {found[1].decode()} of {name} holds a formula. Replace formulas by their "
                "values (copy, paste values), so that what you see is what is awarded."
            )
        if found := _MERGED.search(window):
            raise TableError(
                f"The cells {found[1].decode()} of {name} are merged. Unmerge them: every learner "
                "needs one row with a value in each cell."
            )
        tail = window[-400:]


def _xlsx_rows(path: Path) -> Iterator[Row]:
    try:
        import python_calamine
    except ImportError as error:
        raise TesseraError(
            "Reading .xlsx needs python-calamine: install tessera[tables], or save as CSV UTF-8."
        ) from error
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield Row(number=number, cells=tuple(_clean(_text(cell), number) for cell in cells))
    except (python_calamine.CalamineError, OSError) as error:
        raise TableError(f"{path.name} cannot be read as a spreadsheet: {error}.") from error


def _text(cell: object) -> str:
    """Write a spreadsheet value as a person would type it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _clean(cell: str, number: int) -> str:
    if len(cell) > _LONGEST_CELL:
        raise TableError(
            f"A cell in row {number} holds {len(cell)} characters. A quotation mark may be missing."
        )
    return cell.strip()
