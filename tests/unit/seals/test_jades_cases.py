"""Real third-party seals: run from the manifest when TESSERA_CASES names its folder."""

import json
import os
from pathlib import Path

import pytest

from tessera.errors import UnreadableError
from tessera.report import Outcome, Step
from tessera.seals.jades import check, is_jades, open_jws

FOLDER = os.environ.get("TESSERA_CASES")
FORMATS = {"jades", "edc-jades"}


def entries():
    if not FOLDER:
        return []
    listed = json.loads((Path(FOLDER) / "manifest.json").read_text())["cases"]
    return [
        entry
        for entry in listed
        if entry["format"] in FORMATS and entry.get("needs") != "timestamps"
    ]


@pytest.mark.skipif(not FOLDER, reason="TESSERA_CASES is not set: real seals are not here")
def test_there_are_real_seals_to_run():
    assert len(entries()) >= 29


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_a_real_seal_comes_out_as_expected(entry):
    folder = Path(FOLDER)
    detached = {
        Path(path).name: (folder / path).read_bytes() for path in entry.get("companions", ())
    }
    raw = (folder / entry["path"]).read_bytes()
    assert is_jades(raw)
    if entry.get("decides") == "parse":
        with pytest.raises(UnreadableError):
            open_jws(raw, detached)
        return
    outcome = Step.of("seal", check(open_jws(raw, detached))).outcome
    if entry["expected"] == "parses":
        assert outcome is not Outcome.FAILED
    elif entry["expected"] == "valid" or entry.get("seal") == "valid":
        assert outcome is Outcome.PASSED
    else:
        assert outcome is Outcome.FAILED
