"""Tables of learners: every common dialect is read, everything hidden is refused."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import TesseraError
from tessera.issue import tables
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


def _change(path: Path, member: str, change) -> Path:
    """Rewrite one member of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_formula_is_found_in_xml_that_names_its_namespace_otherwise(tmp_path) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.write_formula("B2", "=1", None, 1))

    def prefixed(xml: bytes) -> bytes:
        return xml.replace(b"<f>", b"<x:f>").replace(b"</f>", b"</x:f>").replace(
            b"<worksheet ",
            b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ',
        )  # fmt: skip

    with pytest.raises(TableError, match="formula"):
        open_table(_change(path, "xl/worksheets/sheet1.xml", prefixed))


def test_a_row_hidden_by_a_filter_is_refused_and_named(tmp_path) -> None:
    def fill(_, sheet) -> None:
        sheet.write_row(1, 0, ["1", "A", "B", "a@b.eu"])
        sheet.set_row(1, None, None, {"hidden": True})

    with pytest.raises(TableError, match=r"Row 2 .* hidden"):
        open_table(_workbook(tmp_path / "t.xlsx", fill))


def test_a_hidden_column_with_a_name_is_refused_and_named(tmp_path) -> None:
    path = _workbook(
        tmp_path / "t.xlsx", lambda _, sheet: sheet.set_column(2, 3, None, None, {"hidden": True})
    )
    with pytest.raises(TableError, match=r"C \(family_name\)"):
        open_table(path)


def test_a_hidden_column_without_a_name_disturbs_nobody(tmp_path) -> None:
    path = _workbook(
        tmp_path / "t.xlsx", lambda _, sheet: sheet.set_column(6, 8, None, None, {"hidden": True})
    )
    assert open_table(path).header[3] == "email"


def test_the_first_visible_sheet_is_read_and_the_others_are_named(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        secret, learners, notes = (book.add_worksheet(name) for name in ("old", "now", "notes"))
        secret.write_row(0, 0, HEADER.split(","))
        learners.write_row(0, 0, HEADER.split(","))
        learners.write_row(1, 0, ["1", "A", "B", "a@b.eu"])
        notes.write(0, 0, "x")
        secret.hide()
        learners.set_first_sheet()
        learners.activate()
    table = open_table(path)
    assert [row.cells[0] for row in table.rows()] == ["1"]
    [note] = table.notes
    assert "'now'" in note
    assert "notes" in note
    assert "old" not in note


def test_a_workbook_whose_sheets_are_all_hidden_is_refused(tmp_path) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: None)

    def hide(xml: bytes) -> bytes:
        return xml.replace(b"<sheet ", b'<sheet state="veryHidden" ')

    with pytest.raises(TableError, match="no visible sheet"):
        open_table(_change(path, "xl/workbook.xml", hide))


@pytest.mark.parametrize(
    ("number", "format", "word"),
    [(42, "00000", "leading zeros"), (0.85, "0%", "percentage"), (0.85, "0.0 %", "percentage")],
)
def test_a_number_that_only_its_format_makes_what_is_seen_is_refused(
    tmp_path, number, format, word
) -> None:
    def fill(book, sheet) -> None:
        sheet.write_number("A2", number, book.add_format({"num_format": format}))

    with pytest.raises(TableError, match=rf"A2 .* shows .*{word}"):
        open_table(_workbook(tmp_path / "t.xlsx", fill))


def test_leading_zeros_of_a_text_cell_are_kept_under_any_format(tmp_path) -> None:
    def fill(book, sheet) -> None:
        sheet.write_string("A2", "00042", book.add_format({"num_format": "00000"}))

    table = open_table(_workbook(tmp_path / "t.xlsx", fill))
    assert next(table.rows()).cells[0] == "00042"


def test_a_number_longer_than_a_spreadsheet_can_hold_is_refused(tmp_path) -> None:
    path = _workbook(
        tmp_path / "t.xlsx", lambda _, sheet: sheet.write_number("A2", 12345678901234567)
    )
    with pytest.raises(TableError, match="15 digits"):
        list(open_table(path).rows())


def test_a_sum_of_floats_reads_as_the_spreadsheet_shows_it(tmp_path) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.write_number("A2", 0.5))

    def lengthen(xml: bytes) -> bytes:
        return xml.replace(b"<v>0.5</v>", b"<v>0.30000000000000004</v>")

    table = open_table(_change(path, "xl/worksheets/sheet1.xml", lengthen))
    assert next(table.rows()).cells[0] == "0.3"


@pytest.mark.parametrize(
    ("cell", "word"), [("XFD2", "200 columns"), ("AB1048576", "too many rows")]
)
def test_a_cell_far_away_is_refused_before_memory_is_taken(tmp_path, cell, word) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.write_string(cell, "x"))
    with pytest.raises(TableError, match=word):
        open_table(path)


def test_a_csv_of_a_million_columns_is_refused(tmp_path) -> None:
    with pytest.raises(TableError, match="columns"):
        open_table(_write(tmp_path, HEADER.encode() + b"," * 1_000_000))


def test_rows_above_the_header_and_columns_before_it_keep_their_numbers(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row("B1", HEADER.split(","))
        sheet.write_row("B4", ["1", "A", "B", "a@b.eu"])
    table = open_table(path)
    assert table.header == tuple(HEADER.split(","))
    assert [(row.number, row.cells[0]) for row in table.rows()] == [(4, "1")]


def test_the_line_that_excel_writes_for_the_delimiter_is_understood(tmp_path) -> None:
    raw = "\ufeffsep=|\r\n" + HEADER.replace(",", "|") + "\r\n1|A, B|C|a@b.eu\r\n"
    table = open_table(_write(tmp_path, raw.encode()))
    assert table.header == tuple(HEADER.split(","))
    assert [(row.number, row.cells[1]) for row in table.rows()] == [(3, "A, B")]


def test_lines_that_end_as_on_an_old_macintosh_are_read(tmp_path) -> None:
    table = open_table(_write(tmp_path, HEADER.encode() + b"\r1,A,B,a@b.eu\r2,C,D,c@d.eu"))
    assert [row.cells[0] for row in table.rows()] == ["1", "2"]
    assert table.rows_about == 2


@pytest.mark.parametrize("ending", ["", "\n"])
def test_the_number_of_rows_is_known_before_they_are_read(tmp_path, ending) -> None:
    raw = HEADER + "\n1,A,B,a@b.eu\n2,C,D,c@d.eu" + ending
    assert open_table(_write(tmp_path, raw.encode())).rows_about == 2

    def fill(_, sheet) -> None:
        for row in range(1, 31):
            sheet.write_row(row, 0, [str(row), "A", "B", "a@b.eu"])

    assert open_table(_workbook(tmp_path / "t.xlsx", fill)).rows_about == 30


def test_a_table_of_too_many_bytes_is_refused_unread(tmp_path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(501_000_000)
    with pytest.raises(TableError, match="501 MB"):
        open_table(path)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.integers(0, 10**9), st.binary(min_size=1, max_size=12), st.sampled_from([
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels"]))  # fmt: skip
def test_a_workbook_with_damaged_parts_ends_in_rows_or_in_a_sentence(
    tmp_path_factory, place, noise, member
) -> None:
    def fill(book, sheet) -> None:
        sheet.write_row(1, 0, [1, "A", 2.5, "a@b.eu"], book.add_format({"num_format": "000"}))

    def spoil(xml: bytes) -> bytes:
        at = place % len(xml)
        return xml[:at] + noise + xml[at + len(noise) :]

    path = _workbook(tmp_path_factory.mktemp("spoilt") / "t.xlsx", fill)
    try:
        list(open_table(_change(path, member, spoil)).rows())
    except TesseraError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("place", [b'r = "XFD2"', b"r='XFD2'", b'r\n="XFD2"'])
def test_a_cell_far_away_is_found_in_xml_that_is_oddly_written(tmp_path, place) -> None:
    path = _workbook(tmp_path / "t.xlsx", lambda _, sheet: sheet.write_string("A2", "x"))

    def move(xml: bytes) -> bytes:
        return xml.replace(b'r="A2"', place)

    with pytest.raises(TableError, match="no ordinary spreadsheet"):
        open_table(_change(path, "xl/worksheets/sheet1.xml", move))


def test_a_large_spreadsheet_is_read_from_a_file_as_a_small_one_is_from_memory(
    tmp_path, monkeypatch
) -> None:
    def fill(book, sheet) -> None:
        sheet.write_row(1, 0, [7, 'a "b", c', 2.5, True])
        sheet.write_row(4, 0, ["x\ny", "", "Ζωή", " z "])
        sheet.write_datetime(5, 1, date(2026, 2, 3), book.add_format({"num_format": "d.m.yy"}))

    path = _workbook(tmp_path / "t.xlsx", fill)
    small = open_table(path)
    monkeypatch.setattr(tables, "_MOST_IN_MEMORY", 0)
    large = open_table(path)
    assert type(large._sheet) is not type(small._sheet)
    for _ in range(2):
        assert list(large.rows()) == list(small.rows())
    assert large.header == small.header
    for one, other, third in zip(large.rows(), large.rows(), small.rows(), strict=True):
        assert one == other == third
