"""The signer and time of real seals, when TESSERA_CASES names their folder."""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from tessera.report import Outcome, Step
from tessera.seals.certificates import describe
from tessera.seals.jades import open_jws
from tessera.seals.jades.check import signing_certificate
from tessera.trust.anchors import Anchor
from tessera.trust.paths import validate_path
from tessera.trust.validity import validity_at

FOLDER = os.environ.get("TESSERA_CASES")


def entries():
    if not FOLDER:
        return []
    listed = json.loads((Path(FOLDER) / "manifest.json").read_text())["cases"]
    formats = {"jades", "edc-jades"}
    return [e for e in listed if e["format"] in formats and e.get("decides") != "parse"]


@pytest.mark.skipif(not FOLDER, reason="TESSERA_CASES is not set: real seals are not here")
def test_there_are_real_signers_to_judge():
    assert len(entries()) >= 29


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_a_real_signer_leads_to_the_authority_found_with_it(entry):
    at = datetime.fromisoformat(entry.get("at", "2026-11-24T00:00:00Z"))
    opened = open_jws((Path(FOLDER) / entry["path"]).read_bytes())
    for signature in opened.signatures:
        leaf = signing_certificate(signature)
        found = (*signature.certificates, *signature.validation_data.certificates)
        issuers = [c for c in found if describe(c).subject == describe(leaf).issuer]
        result = validate_path(leaf, found, [Anchor.of(c) for c in issuers[:1]], at)
        expected = Outcome.PASSED if issuers else Outcome.INDETERMINATE
        assert result.outcome is expected
        time = Step.of("time", validity_at(result.chain, at, sealed_at=signature.claimed_at))
        if "at" in entry:
            assert time.outcome is Outcome.PASSED
        elif entry["expected"] == "valid":
            assert time.outcome is not Outcome.FAILED
