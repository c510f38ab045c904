"""Every W3C case of the data model comes out as its file name says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tessera.formats.vcdm import FORMAT
from tessera.report import Outcome
from tests.unit.formats.vcdm.templates import filled

FOLDER = Path(os.environ.get("TESSERA_CASES", "absent"))
MANIFEST = FOLDER / "manifest.json"
CASES = (
    [one for one in json.loads(MANIFEST.read_text())["cases"] if one["format"] == "vcdm2"]
    if MANIFEST.is_file()
    else []
)


@pytest.mark.skipif(not CASES, reason="official cases: not here (44 not run)")
def test_the_collection_is_as_large_as_it_was():
    assert len(CASES) == 44


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["exercises"].split(": ")[1])
def test_a_case_comes_out_as_its_name_says(case):
    path = FOLDER / case["path"]
    document = filled(path.name, path.read_bytes())
    assert FORMAT.recognises(document)
    findings = FORMAT.check(document)
    decided = {one.outcome for one in findings if not one.advice}
    if case["expected"] == "invalid":
        assert Outcome.FAILED in decided
    else:
        assert decided == {Outcome.PASSED}
