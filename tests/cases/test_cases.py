"""Every official and real case that can be read comes out as its manifest expects."""

import json
import os
from pathlib import Path

import pytest

from tessera.standards.locate import installed_library
from tests.cases.harness import MET, READABLE, judge_case

FOLDER = os.environ.get("TESSERA_CASES")
READABLE_CASES = 42  # in the collection that this test was written with
NOT_HERE = f"official cases: not here ({READABLE_CASES} not run)"


def entries():
    manifest = Path(FOLDER or "", "manifest.json")
    if not FOLDER or not manifest.is_file():
        return []
    listed = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return [entry for entry in listed if entry["format"] in READABLE]


CASES = entries()


@pytest.fixture(scope="module")
def library():
    return installed_library()


@pytest.mark.skipif(not CASES, reason=NOT_HERE)
def test_the_collection_is_as_large_as_it_was():
    assert len(CASES) >= READABLE_CASES


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: entry["id"])
def test_a_case_comes_out_as_the_manifest_expects(entry, library):
    judged = judge_case(entry, Path(FOLDER), library)
    if entry.get("needs") not in MET:
        assert judged.as_expected is None
    else:
        assert judged.as_expected is True, (judged.step, judged.rule, judged.why)
