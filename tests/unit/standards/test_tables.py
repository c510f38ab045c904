"""Our tables of terms and constraints are those of the official files, to the byte."""

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLES = ROOT / "src" / "tessera" / "standards" / "shape_tables"
STANDARDS = os.environ.get("TESSERA_STANDARDS", "")


def test_every_version_has_its_two_tables_and_there_is_no_other_file():
    names = {f"{kind}-{version}.csv" for kind in ("edc", "terms") for version in ("1.1.0", "1.2.0")}
    assert {file.name for file in TABLES.iterdir() if file.suffix} == names


@pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
def test_the_compiler_makes_exactly_our_tables_from_the_official_files():
    place = ROOT / "tools" / "compile_shapes.py"
    spec = importlib.util.spec_from_file_location("compile_shapes", place)
    compiler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compiler)
    made = compiler.tables(Path(STANDARDS))
    assert set(made) == {file.name for file in TABLES.glob("*.csv")}
    for name, text in made.items():
        assert text == (TABLES / name).read_text(encoding="utf-8"), name
