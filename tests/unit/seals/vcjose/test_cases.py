"""The official and real tokens, each with the keys that its publisher gives."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tessera.report import Outcome
from tessera.seals.vccose import VCCOSE
from tessera.seals.vccose import media_type_findings as cose_media_type_findings
from tessera.seals.vcjose import VCJOSE, media_type_findings
from tessera.trust.resolve import KnownParties, Resolver

FORMATS = ("vc-jwt", "vp-jwt", "ob3-jwt", "vc-cose")
FOLDER = Path(os.environ.get("TESSERA_CASES", "/nonexistent"))
# Its payload is letter for letter that of vc-jwt-002, which is valid: nothing in it is unknown.
UNDECIDABLE = {"vc-jwt-006"}


def cases():
    manifest = FOLDER / "manifest.json"
    if not manifest.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="official cases: not here"))]
    found = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(one, id=one["id"]) for one in found if one["format"] in FORMATS]


@pytest.mark.parametrize("case", cases())
def test_a_case_is_judged_as_its_publisher_says(case):
    is_cose = case["format"] == "vc-cose"
    mechanism = VCCOSE if is_cose else VCJOSE
    resolver = Resolver(KnownParties.load(FOLDER / one for one in case.get("companions", ())))
    opened = mechanism.open((FOLDER / case["path"]).read_bytes())
    seal = [
        *mechanism.check(opened, resolver.key_of),
        *(one for proof in opened.proofs for one in resolver.resolve(proof.key).findings),
    ]
    media = (cose_media_type_findings if is_cose else media_type_findings)(opened)
    seal_failed = any(one.outcome is Outcome.FAILED for one in seal)
    media_failed = any(one.outcome is Outcome.FAILED for one in media)

    assert seal_failed == (case.get("decides") == "seal")
    if case["expected"] == "valid":
        assert {"seal.signature"} == {
            one.rule for one in seal if one.rule == "seal.signature"
            and one.outcome is Outcome.PASSED
        }  # fmt: skip
    if case["id"] not in UNDECIDABLE:
        assert media_failed == ("bad-media-type" in case["reason"])


def test_the_case_that_nothing_decides_is_still_the_same_as_a_valid_one():
    if not FOLDER.is_dir():
        pytest.skip("official cases: not here")
    by_id = {one.values[0]["id"]: one.values[0] for one in cases()}
    documents = [
        VCJOSE.open((FOLDER / by_id[id]["path"]).read_bytes()).document
        for id in ("vc-jwt-002", "vc-jwt-006")
    ]
    assert documents[0] == documents[1]
