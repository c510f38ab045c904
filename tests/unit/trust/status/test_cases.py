"""Lists that others published: the vectors of the standards, and what 1EdTech publishes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cases.status import FORMATS, judge

from tessera.model import StatusEntry
from tessera.report import Outcome
from tessera.trust.resolve import Resolver
from tessera.trust.status import StatusReader

CASES = os.environ.get("TESSERA_CASES")
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set")


def cases(*formats: str) -> list:
    if not CASES:
        return []
    manifest = json.loads((Path(CASES) / "manifest.json").read_text(encoding="utf-8"))
    return [
        pytest.param(case, id=case["id"]) for case in manifest["cases"] if case["format"] in formats
    ]


def test_there_are_vectors_of_both_standards():
    assert len(cases(*FORMATS)) >= 5


@pytest.mark.parametrize("case", cases(*FORMATS))
def test_a_vector_comes_out_as_the_manifest_says(case):
    as_expected, step, _, why = judge(case, Path(CASES))
    assert (as_expected, step) == (True, "status"), why


def badges() -> list:
    """The badges that a list decides which came with them."""
    return [
        one
        for one in cases("ob3-json")
        if one.values[0].get("decides") == "status" and "companions" in one.values[0]
    ]


def test_there_are_badges_with_their_list():
    assert len(badges()) == 2


@pytest.mark.parametrize("case", badges())
def test_a_badge_that_its_published_list_revokes_is_revoked(case):
    badge = json.loads((Path(CASES) / case["path"]).read_bytes())
    stated = badge["credentialStatus"]
    entry = StatusEntry(
        kind="bitstring",
        url=stated["statusListCredential"],
        index=int(stated["statusListIndex"]),
        purpose=stated["statusPurpose"],
    )
    lists = {Path(one).name: (Path(CASES) / one).read_bytes() for one in case["companions"]}
    reader = StatusReader(lists, resolver=Resolver(at=AT), at=AT)
    findings = reader.look_up(entry, badge["issuer"]["id"])
    told = [(one.rule, one.outcome) for one in findings if not one.advice]
    assert told == [("status.revoked", Outcome.FAILED)]
    # The list names itself otherwise, and its key came along: good news would be left open.
    assert {one.rule for one in findings if one.advice} >= {"status.list-other"}
    assert "status.list-key" not in {one.rule for one in findings}
