"""Tables of learners: every common dialect is read, everything hidden is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import TesseraError
from tessera.issue.tables import TableError, open_table

HEADER = "learner_id,given_name,family_name,email"


def _write(folder: Path, content: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_of_any_common_dialect_is_read(tmp_path, delimiter, ending, encoding) -> None:
    lines = [HEADER.replace(",", delimiter), delimiter.join(["1", '"Ada, B."', "Ö", "a@b.eu"]), ""]
    table = open_table(_write(tmp_path, ending.join(lines).encode(encoding)))
    assert table.header == ("learner_id", "given_name", "family_name", "email")
    assert [row.cells for row in table.rows()] == [("1", "Ada, B.", "Ö", "a@b.eu")]
    assert [row.number for row in table.rows()] == [2]


def test_a_cell_with_a_line_break_and_a_doubled_quote_stays_one_cell(tmp_path) -> None:
    raw = HEADER + '\n1,"A ""B""\nC",D,e@f.eu\n'
    row = next(open_table(_write(tmp_path, raw.encode())).rows())
    assert row.cells[1] == 'A "B"\nC'


def test_blank_rows_are_left_out_and_rows_keep_their_numbers(tmp_path) -> None:
    raw = HEADER + "\n,,,\n\n2,A,B,a@b.eu\n"
    assert [row.number for row in open_table(_write(tmp_path, raw.encode())).rows()] == [4]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (HEADER.encode() + b"\n1,Ren\xe9,X,a@b.eu\n", "UTF-8"),
        (b"\x00\x01\x02\x03binary", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\n" + HEADER.encode(), "header"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, content, word) -> None:
    with pytest.raises(TableError, match=word):
        open_table(_write(tmp_path, content))


def test_the_line_of_a_wrong_byte_is_named(tmp_path) -> None:
    raw = HEADER.encode() + b"\n1,A,B,a@b.eu\n2,\xff,B,a@b.eu\n"
    with pytest.raises(TableError, match="line 3"):
        open_table(_write(tmp_path, raw))


def test_a_quote_without_its_partner_is_reported_with_its_row(tmp_path) -> None:
    table = open_table(_write(tmp_path, (HEADER + '\n1,"A,B,a@b.eu\n').encode()))
    with pytest.raises(TableError, match="quotation mark"):
        list(table.rows())


def _workbook(path: Path, fill) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        fill(book, sheet)
    return path


def test_a_spreadsheet_gives_dates_and_numbers_as_a_person_would_type_them(tmp_path) -> None:
    from datetime import date

    def fill(book, sheet) -> None:
        sheet.write_row(1, 0, [12345, 1.7, True])
        sheet.write_datetime(1, 3, date(2026, 2, 3), book.add_format({"num_format": "dd/mm/yy"}))

    table = open_table(_workbook(tmp_path / "t.xlsx", fill))
    assert next(table.rows()).cells == ("12345", "1.7", "true", "2026-02-03")


def test_a_formula_is_refused_and_its_cell_named(tmp_path) -> None:
    path = _workbook(
        tmp_path / "t.xlsx", lambda _, sheet: sheet.write_formula("B2", "=1+1", None, 2)
    )
    with pytest.raises(TableError, match="B2"):
        open_table(path)


def test_merged_cells_are_refused_and_named(tmp_path) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.merge_range("A2:B2", "x"))
    with pytest.raises(TableError, match="A2:B2"):
        open_table(path)


def test_a_zip_that_is_no_spreadsheet_is_refused(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(TableError, match="spreadsheet"):
        open_table(path)


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(TableError, match=r"nowhere\.csv"):
        open_table(tmp_path / "nowhere.csv")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", HEADER.encode() + b"\n"]))
def test_any_bytes_end_in_rows_or_in_a_sentence(tmp_path_factory, content, prefix) -> None:
    path = tmp_path_factory.mktemp("any") / "t"
    path.write_bytes(prefix + content)
    try:
        list(open_table(path).rows())
    except TesseraError as error:
        assert str(error).endswith(".")
