"""What a spreadsheet can hide: looked for before a single row is read.

A reader of values would not see formulas, merged cells, filtered rows, hidden columns
or numbers that look different on the screen. Each is refused with its place, so that
what a person sees is what is awarded. Steps: 1 the archive is small enough and holds a
workbook, 2 choose the first visible sheet, 3 find the number formats that change what
is seen, 4 walk the sheet's XML once, in windows of one megabyte.

Source: ECMA-376 part 1, clauses 18.2 (workbook), 18.3 (worksheets), 18.8.30 (number
formats). Not checked: conditional formats, comments, sheets that are not read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from tessera.errors import UnreadableError

MOST_COLUMNS = 200
_LARGEST_UNPACKED = 2_000_000_000
_LARGEST_PART = 5_000_000
_MOST_CELLS = 20_000_000
_WINDOW = 1 << 20
_OVERLAP = 2_000

_PREFIX = rb"<(?:[\w.-]+:)?"
_FORMULA = re.compile(_PREFIX + rb"f(?=[\s>/])")
_MERGED = re.compile(_PREFIX + rb"mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Z0-9:]{2,30})")
_HIDDEN_ROW = re.compile(
    _PREFIX + rb"row\b(?=[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'])([^>]*)(?<!/)>"
)
_HIDDEN_COLUMN = re.compile(
    _PREFIX + rb"col\b(?=[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'])[^>]*?\bmin\s*=\s*[\"'](\d{1,6})"
)
_LAST_HIDDEN = re.compile(rb"\bmax\s*=\s*[\"'](\d{1,6})")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
# Begin with plain text, so that the search runs at the speed of memory.
_FAR_COLUMN = re.compile(rb"r=\"([A-Z]{2,3})[0-9]")
_FAR_ROW = re.compile(rb"r=\"[A-Z]{0,3}([0-9]{6,9})\"")
_ODDLY_WRITTEN = re.compile(rb"<[^<>]*\sr(?:\s+=|=\s|=')")
_ODD = (b"r='", b"r =", b"r= ", b"r\n", b"r\t", b"r\r", b"r=\n", b"r=\t", b"r=\r")
# 9 and 10 are the built-in percentages (ECMA-376 part 1, 18.8.30).
_BUILT_IN_PERCENT = frozenset({9, 10})


class TableError(UnreadableError):
    """A table cannot be read; the sentence says where and what to do."""

    code = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What was found out about the sheet that is read.

    name: as on its tab. others: visible sheets that are not read. rows: about how many
    there are. hidden_columns: from 1.
    """

    name: str
    others: tuple[str, ...]
    rows: int
    hidden_columns: frozenset[int]


def inspect(path: Path) -> SheetFacts:
    """Look for everything hidden. Raises: TableError saying what it is and where."""
    try:
        with zipfile.ZipFile(path) as archive:
            # 1
            if sum(member.file_size for member in archive.infolist()) > _LARGEST_UNPACKED:
                raise TableError(f"{path.name} unpacks to more than 2 GB. Save it as CSV UTF-8.")
            if "xl/workbook.xml" not in archive.namelist():
                raise TableError(f"{path.name} is a ZIP file but not an .xlsx spreadsheet.")
            # 2
            (name, part), *others = _visible_sheets(path.name, archive)
            # 3
            styles = _deceiving_styles(path.name, archive)
            # 4
            with archive.open(part) as sheet:
                scan = _Scan(path.name, styles)
                scan.walk(sheet)
    except TableError:
        raise
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, ElementTree.ParseError, LookupError,
        RuntimeError, OSError, NotImplementedError, ValueError, EOFError,
    ) as error:  # fmt: skip
        raise TableError(
            f"{path.name} is damaged or locked with a password ({error}). Save it again as .xlsx."
        ) from error
    return SheetFacts(
        name=name,
        others=tuple(other for other, _ in others),
        rows=max(scan.rows - 1, 0),
        hidden_columns=frozenset(scan.hidden_columns),
    )


def _parse(name: str, archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > _LARGEST_PART:
        raise TableError(f"{name} is no ordinary spreadsheet ({part} is too large).")
    raw = archive.read(part)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise TableError(f"{name} is no ordinary spreadsheet ({part} declares entities).")
    return ElementTree.fromstring(raw)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _visible_sheets(name: str, archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return (tab, part) of the visible worksheets, in the order of their tabs."""
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in _parse(name, archive, "xl/_rels/workbook.xml.rels")
        if link.get("Type", "").endswith("/worksheet")
    }
    found: list[tuple[str, str]] = []
    for sheet in _parse(name, archive, "xl/workbook.xml").iter():
        if _local(sheet) != "sheet":
            continue
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        if link not in targets:
            continue
        target = targets[link]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if sheet.get("state", "visible") == "visible":
            found.append((sheet.get("name", ""), part))
    if not found:
        raise TableError(
            f"{name} has no visible sheet. Show the sheet with the learners and save it again."
        )
    return found


def _deceiving_styles(name: str, archive: zipfile.ZipFile) -> dict[int, str]:
    """Return the cell styles that show a number as something else, and as what."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    codes: dict[int, str] = {}
    styles: dict[int, str] = {}
    root = _parse(name, archive, "xl/styles.xml")
    for element in root.iter():
        if _local(element) == "numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    for group in root:
        if _local(group) != "cellXfs":
            continue
        for number, cell in enumerate(group):
            format = int(cell.get("numFmtId", "0"))
            code = codes.get(format, "")
            if re.match(r"0{2,}(?![.0-9])", code):
                styles[number] = "leading zeros"
            elif format in _BUILT_IN_PERCENT or code.rstrip().endswith("%"):
                styles[number] = "a percentage"
    return styles


@dataclass(slots=True)
class _Scan:
    """One walk through the XML of a sheet."""

    name: str
    styles: dict[int, str]
    rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    _columns: int = 26
    _last_row: int = 0

    def walk(self, sheet: IO[bytes]) -> None:
        tail = b""
        styled = _styled_number(self.styles)
        while chunk := sheet.read(_WINDOW):
            if not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00"):
                raise TableError(f"{self.name} is no ordinary spreadsheet. Save it again.")
            window = tail + chunk
            self._size(window)
            self._formula(window)
            if b"mergeCell" in window and (found := _MERGED.search(window)):
                raise TableError(
                    f"The cells {found[1].decode()} of {self.name} are merged. Unmerge them: every "
                    "learner needs one row with a value in each cell."
                )
            if b"hidden" in window:
                self._hidden(window)
            if styled is not None and (found := styled.search(window)):
                self._refuse_styled(found)
            # A formula in the overlap has been seen; a tag cut by the window's end has not.
            self.rows += chunk.count(b"<row") or chunk.count(b":row ")
            tail = window[-_OVERLAP:]

    def _size(self, window: bytes) -> None:
        """Find cells so far away that a reader would need gigabytes for what lies between."""
        if any(odd in window for odd in _ODD) and _ODDLY_WRITTEN.search(window):
            raise TableError(f"{self.name} is no ordinary spreadsheet. Save it again as .xlsx.")
        for letters in set(_FAR_COLUMN.findall(window)):
            self._columns = max(self._columns, column_number(letters.decode()))
        self._last_row = max(self._last_row, *map(int, _FAR_ROW.findall(window)), 0)
        if self._columns > MOST_COLUMNS:
            raise TableError(
                f"{self.name} has more than {MOST_COLUMNS} columns. Delete those that are not "
                "needed, also cells far to the right that look empty."
            )
        if self._columns * self._last_row > _MOST_CELLS:
            raise TableError(
                f"{self.name} has cells in row {self._last_row}: too many rows for so many "
                "columns. Delete what is not needed, or save it as CSV UTF-8."
            )

    def _formula(self, window: bytes) -> None:
        may_be_there = b"<f" in window or b":f" in window
        if may_be_there and (found := _FORMULA.search(window)):
            place = _last_place(window[: found.start()])
            raise TableError(
                f"Cell {place} of {self.name} holds a formula. Replace formulas by their values "
                "(copy, paste values), so that what you see is what is awarded."
            )

    def _hidden(self, window: bytes) -> None:
        if found := _HIDDEN_ROW.search(window):
            row = re.search(rb"\br\s*=\s*[\"'](\d+)", found[1])
            raise TableError(
                f"Row {row[1].decode() if row else '?'} of {self.name} is hidden, perhaps by a "
                "filter. Show it or delete it, so that nobody is awarded unseen."
            )
        for column in _HIDDEN_COLUMN.finditer(window):
            last = _LAST_HIDDEN.search(window, column.start())
            first, end = int(column[1]), int(last[1]) if last else int(column[1])
            self.hidden_columns.update(range(first, min(end, MOST_COLUMNS) + 1))

    def _refuse_styled(self, found: re.Match[bytes]) -> None:
        shown = self.styles[int(found["style"])]
        raise TableError(
            f"Cell {_last_place(found[0])} of {self.name} shows {shown} that only the format of "
            f"the cell makes; its value is {found['value'].decode()[:20]}. Format the column as "
            "text and type the values as they should be awarded."
        )


def _styled_number(styles: dict[int, str]) -> re.Pattern[bytes] | None:
    """Match a cell with a number in one of these styles; a text cell has a type, `t`."""
    if not styles:
        return None
    numbers = b"|".join(str(number).encode() for number in styles)
    return re.compile(
        _PREFIX + rb"c\b(?=[^>]*\bs\s*=\s*[\"'](?P<style>" + numbers + rb")[\"'])"
        rb"(?![^>]*\bt\s*=\s*[\"'](?!n[\"']))[^>]*>\s*<(?:[\w.-]+:)?v>(?P<value>[^<]+)"
    )


def _last_place(xml: bytes) -> str:
    places = _PLACE.findall(xml[-_OVERLAP:])
    return places[-1].decode() if places else "?"


def column_number(letters: str) -> int:
    """Return the number of a column, from 1: "A" gives 1, "AA" gives 27."""
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column, from 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def hidden_and_used(facts: SheetFacts, header: tuple[str, ...], offset: int) -> Iterator[str]:
    """Yield the hidden columns that have a name, such as "C (grade)"."""
    for position, name in enumerate(header, start=1 + offset):
        if name and position in facts.hidden_columns:
            yield f"{column_letters(position)} ({name})"
