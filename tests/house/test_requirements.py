"""The promise to the outside: every requirement has a row, and a row of finished work is true."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import mission

ROOT = Path(__file__).resolve().parents[2]
ROWS = mission.read()
ACTORS = range(112, 128)


def _table(folder: Path, *lines: str) -> tuple[mission.Requirement, ...]:
    table = folder / "requirements.csv"
    table.write_text("\n".join([",".join(mission.COLUMNS), *lines, ""]), "utf-8")
    return mission.read(table)


def _tree(folder: Path) -> None:
    for name in ("src/tessera/model/text.py", "tests/unit/test_text.py", "docs/page.md"):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text("", "utf-8")


def test_every_requirement_is_present_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, mission.LAST + 1))


def test_no_two_requirements_have_the_same_title() -> None:
    titles = [row.title for row in ROWS]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_every_requirement_names_a_known_source() -> None:
    known = {key for key, _ in mission.SOURCES}
    assert not [row.id for row in ROWS if not row.sources or set(row.sources) - known]


def test_the_sections_of_the_page_hold_every_requirement_once() -> None:
    numbers = [n for _, ranges in mission.SECTIONS for a, b in ranges for n in range(a, b + 1)]
    assert sorted(numbers) == list(range(1, mission.LAST + 1))


def test_the_page_is_what_the_table_says() -> None:
    written = mission.PAGE.read_text("utf-8")
    assert written == mission.page(ROWS), "Run: python tools/mission.py"


def test_a_requirement_whose_last_issue_is_done_has_no_empty_or_broken_cell() -> None:
    assert not mission.gaps(ROWS, mission.done_issues())


def test_a_requirement_of_no_issue_promises_nothing() -> None:
    assert not [row.id for row in ROWS if not row.issues and (row.module or row.test or row.page)]


def test_every_actor_and_project_stands_in_the_related_work() -> None:
    text = (ROOT / "docs" / "related-work.md").read_text("utf-8")
    assert not [f"R{number}" for number in ACTORS if f"| R{number} |" not in text]


def test_a_finished_row_with_an_empty_cell_is_named(tmp_path: Path) -> None:
    rows = _table(tmp_path, "R1,One,S1,2,tessera.model.text,,docs/page.md")
    _tree(tmp_path)
    assert mission.gaps(rows, {2}, tmp_path) == ("R1 (One): the cell 'test' is empty.",)


def test_a_finished_row_that_names_a_missing_file_is_named(tmp_path: Path) -> None:
    rows = _table(tmp_path, "R1,One,S1,2,tessera.model.gone,tests/unit,docs/page.md")
    _tree(tmp_path)
    (found,) = mission.gaps(rows, {2}, tmp_path)
    assert "the module tessera.model.gone does not exist" in found


def test_a_finished_row_with_everything_in_place_is_not_named(tmp_path: Path) -> None:
    rows = _table(tmp_path, "R1,One,S1,2 3,tessera.model.text,tests/unit,docs/page.md")
    _tree(tmp_path)
    assert not mission.gaps(rows, {2, 3}, tmp_path)


def test_a_row_is_not_judged_before_its_last_issue_is_done(tmp_path: Path) -> None:
    rows = _table(tmp_path, "R1,One,S1,2 3,,,")
    assert not mission.gaps(rows, {2}, tmp_path)
    assert len(mission.gaps(rows, {2, 3}, tmp_path)) == len(mission.CELLS)


@pytest.mark.parametrize(
    "line", ["R1,One,S1,,,,", "R1,One,S1,2 later,,,", "One,R1,S1,2,,,", "R1,One,S1,2"]
)
def test_a_malformed_row_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError):
        _table(tmp_path, line)
