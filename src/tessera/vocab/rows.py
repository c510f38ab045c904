"""Rows of the csv files in `data/`: all of a file, or only those that hold an IRI or a code.

A credential names one or two of 8,175 languages: a start must not read them all. Searching
the octets of a file for one row is a hundred times as fast as reading the rows
(PERFORMANCE P14). In every file the columns begin with `code,iri,label_en`, one row a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

_DATA = Path(__file__).with_name("data")
OTHER_CODES = ("alpha2", "eu_code", "alpha3", "bcp47", "aliases")
Row: TypeAlias = dict[str, str]


def rows(name: str) -> Iterator[Row]:
    """Yield every row of a file, by column."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from _parsed(lines)


def rows_with_iri(name: str, iri: str) -> Iterator[Row]:
    """Yield the rows that may have this IRI; the caller compares."""
    text = _text(name)
    yield from _lines(text, _places(text, b"," + iri.encode("utf-8", "replace") + b","))


def rows_with_code(name: str, key: str) -> Iterator[Row]:
    """Yield the rows that may have this code, or another code, in any case; the caller compares."""
    text, folded = _text(name), _folded(name)
    cell = key.lower().encode("utf-8", "replace")
    at: set[int] = set()
    for before, after in _around(text[: text.index(b"\n")].decode().split(",")):
        at.update(_places(folded, before + cell + after))
    yield from _lines(text, sorted(at))


def _around(columns: list[str]) -> Iterable[tuple[bytes, bytes]]:
    """Return what may stand before and behind a code, in the columns that hold codes."""
    found = {(b"\n", b",")}
    for position, column in enumerate(columns):
        if column in OTHER_CODES:
            after = b"\n" if position == len(columns) - 1 else b","
            found |= {(before, behind) for before in (b",", b" ") for behind in (after, b" ")}
    return found


def _places(text: bytes, cell: bytes) -> Iterator[int]:
    """Yield where a cell with what surrounds it begins, behind the first line."""
    at = text.find(cell, text.index(b"\n"))
    while at >= 0:
        yield at + 1
        at = text.find(cell, at + 1)


def _lines(text: bytes, places: Iterable[int]) -> Iterator[Row]:
    lines = {text[: text.index(b"\n")]: None}
    for at in places:
        lines[text[text.rindex(b"\n", 0, at) + 1 : text.index(b"\n", at)]] = None
    return _parsed(line.decode() for line in lines)


def _parsed(lines: Iterable[str]) -> Iterator[Row]:
    import csv  # not at the top: most commands read no list

    reader = csv.reader(lines)
    columns = next(reader)
    return (dict(zip(columns, cells, strict=True)) for cells in reader)


@cache
def _text(name: str) -> bytes:
    return (_DATA / f"{name}.csv").read_bytes()


@cache
def _folded(name: str) -> bytes:
    return _text(name).lower()
