"""Our tables of terms and constraints are those of the official files, to the byte."""

import csv
import importlib.util
import os
from pathlib import Path

import pytest

from tessera.standards.structure.terms import table

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "src" / "tessera" / "standards" / "shape_tables"
STANDARDS = os.environ.get("TESSERA_STANDARDS", "")


def _compiler():
    place = ROOT / "tools" / "compile_shapes.py"
    spec = importlib.util.spec_from_file_location("compile_shapes", place)
    compiler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compiler)
    return compiler


def test_every_version_has_its_two_tables_and_there_is_no_other_file():
    names = {f"{kind}-{version}.csv" for kind in ("edc", "terms") for version in ("1.1.0", "1.2.0")}
    assert {file.name for file in TABLES.iterdir() if file.suffix} == names


@pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
def test_the_compiler_makes_exactly_our_tables_from_the_official_files():
    made = _compiler().tables(Path(STANDARDS))
    assert set(made) == {file.name for file in TABLES.glob("*.csv")}
    for name, text in made.items():
        assert text == (TABLES / name).read_text(encoding="utf-8"), name


def test_our_reader_of_the_tables_reads_what_a_csv_reader_reads():
    for file in TABLES.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            assert table(file.name) == list(csv.reader(lines))[1:]


def test_the_compiler_refuses_a_cell_that_our_reader_would_split():
    with pytest.raises(SystemExit, match="not foreseen"):
        _compiler().text(("a", "b"), [("1", "2"), ("x,y", "2")])
