"""The samples of 1EdTech, edubadges and others: the step `schema` says what the manifest expects.

What seal, time and status say of them is tested where they are judged.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tessera.formats.openbadges import FORMAT
from tessera.formats.openbadges.baking import unbake
from tessera.formats.openbadges.encode import build
from tessera.report import Outcome
from tessera.standards.locate import Library

FOLDER = Path(os.environ.get("TESSERA_CASES", "absent"))
STANDARDS = Path(os.environ.get("TESSERA_STANDARDS", "absent"))
MANIFEST = FOLDER / "manifest.json"
ALL = json.loads(MANIFEST.read_text())["cases"] if MANIFEST.is_file() else []
CASES = [one for one in ALL if one["format"] == "ob3-json"]
HERE = pytest.mark.skipif(not CASES, reason="official cases: not here (31 not run)")
# The rule that fails: the probe of the public validator.
PROBES = {
    "simple-err-context.json": "ob3.schema.context",
    "simple-err-credential-subject-result-type.json": "ob3.schema.subject",
    "simple-err-credential-subject-type.json": "ob3.schema.subject",
    "openbadgecredential_sample.invalidschema.json": "ob3.schema.credential",
}


@HERE
def test_the_collection_is_as_large_as_it_was():
    assert len(CASES) == 31


@pytest.mark.parametrize("library", [None, Library(STANDARDS)], ids=["alone", "official"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_sample_comes_out_as_the_manifest_expects(case, library):
    path = FOLDER / case["path"]
    document = json.loads(path.read_bytes())
    assert FORMAT.recognises(document)
    if library is not None and not library.has("1edtech/schemas/mynextid/schema.json"):
        pytest.skip("official files: not here")
    findings = FORMAT.check(document, library)
    failed = {one.rule for one in findings if one.outcome is Outcome.FAILED}
    if case["expected"] == "valid" or case.get("decides") == "status":
        assert not failed
    elif case.get("decides") == "schema":
        assert PROBES[path.name] in failed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_sample_is_read_and_given_back(case):
    document = json.loads((FOLDER / case["path"]).read_bytes())
    decoded = FORMAT.decode(document)
    document.pop("proof", None)
    assert build(decoded.award) == document
    assert decoded.award.micro_credential.title is not None


@HERE
def test_the_micro_credentials_of_edubadges_say_most_of_the_elements():
    path = next(FOLDER / one["path"] for one in CASES if one["id"] == "ob3-json-061")
    award = FORMAT.decode(json.loads(path.read_bytes())).award
    mc = award.micro_credential
    assert mc.awarding_bodies[0].organisation.country.code == "NLD"
    assert mc.workload.ects == 3
    assert mc.level.eqf == 4
    assert mc.quality_assurance[0].report == "https://data.example.com/decisions/AV-7381"
    assert [one.code for one in mc.participation.modes] == ["presential", "blended"]
    assert mc.assessments[0].supervision.code == "supervised-with-id"
    assert str(award.achievement.results[0].grade) == "8.5"
    assert award.display_language == "nl-NL"


@pytest.mark.parametrize(
    "case",
    [one for one in ALL if one["format"] == "ob3-baked" or one["id"] == "ob2-008"],
    ids=lambda case: case["id"],
)
def test_a_badge_comes_out_of_its_picture(case):
    found = unbake((FOLDER / case["path"]).read_bytes())
    assert found.startswith(b"eyJ" if case["format"] == "ob3-baked" else b"{")
