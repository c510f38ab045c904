"""Every official and real case that can be read comes out as its manifest expects."""

import json
import os
import re
from pathlib import Path

import pytest

from tessera.standards.locate import installed_library
from tests.cases.harness import MET, READABLE, judge_case

FOLDER = os.environ.get("TESSERA_CASES")
READABLE_CASES = 250  # in the collection that this test was written with
PAGE = Path(__file__).resolve().parents[2] / "docs" / "standards" / "cases.md"
NOT_HERE = f"official cases: not here ({READABLE_CASES} not run)"


def entries():
    manifest = Path(FOLDER or "", "manifest.json")
    if not FOLDER or not manifest.is_file():
        return []
    listed = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return [entry for entry in listed if entry["format"] in READABLE]


CASES = entries()


# The page that explains each: a case that starts to come out otherwise has to be told there.
OTHERWISE = re.findall(r"^\| `([\w-]+-\d+)` \|", PAGE.read_text(encoding="utf-8"), re.M)


def test_the_page_names_no_case_twice_and_few_in_all():
    assert len(set(OTHERWISE)) == len(OTHERWISE) <= 4


@pytest.fixture(scope="module")
def library():
    return installed_library()


@pytest.mark.skipif(not CASES, reason=NOT_HERE)
def test_the_collection_is_as_large_as_it_was():
    assert len(CASES) >= READABLE_CASES


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: entry["id"])
def test_a_case_comes_out_as_the_manifest_expects(entry, library):
    judged = judge_case(entry, Path(FOLDER), library)
    if entry["id"] in OTHERWISE:
        assert judged.as_expected is False
        return
    if entry.get("needs") not in MET:
        assert judged.as_expected is None
    else:
        assert judged.as_expected is True, (judged.step, judged.rule, judged.why)
