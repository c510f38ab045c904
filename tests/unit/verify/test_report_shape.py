"""The report of one input as JSON, schema 1: every member that others may rely on."""

import json

from tessera.journeys.verifying import judge
from tessera.trust.anchors import Anchor
from tessera.verify.examination import STEPS, Circumstances
from tests.unit.verify.conftest import AT, authority, document, sealed

FINDING = {"rule", "outcome", "message", "path", "source"}
OUTCOMES = {"PASSED", "NOT_APPLICABLE", "INDETERMINATE", "FAILED"}


def report(raw):
    circumstances = Circumstances(
        at=AT, anchors=(Anchor.of(authority().certificate),), use_shapes=False
    )
    return json.loads(json.dumps(judge(raw, circumstances, "standard").to_json("a.jsonld")))


def test_a_sealed_credential_has_all_members():
    shape = report(sealed())
    assert {"schema", "input", "sha256", "format", "seal", "steps", "verdict"} <= set(shape)
    assert (shape["schema"], shape["input"], shape["format"]) == (1, "a.jsonld", "elm")
    assert len(shape["sha256"]) == 64
    assert shape["verdict"] == "PASSED"
    assert shape["seal"] == {
        "mechanism": "jades", "algorithm": "ES256", "level": "B-B", "intact": True,
        "class": "test", "signer": "TEST Example University Dublin",
        "signers": ["TEST Example University Dublin"],
    }  # fmt: skip
    assert shape["policy"] == "standard"
    assert shape["sentence"].startswith("Ada Example was awarded")
    assert all(isinstance(one, str) for one in shape["not_checked"])


def test_every_step_is_there_in_order_with_its_findings():
    for raw in (sealed(), document(), b"", b"nothing", sealed().replace(b"Ada", b"Eve")):
        shape = report(raw)
        assert [step["id"] for step in shape["steps"]] == list(STEPS)
        for step in shape["steps"]:
            assert set(step) == {"id", "outcome", "findings"}
            assert step["outcome"] in OUTCOMES
            assert step["findings"]
            for finding in step["findings"]:
                assert set(finding) - {"evidence", "advice"} == FINDING
                assert finding["outcome"] in OUTCOMES
                assert finding["path"] is None or finding["path"][:1] in ("", "/")


def test_without_a_seal_the_member_is_null_and_the_verdict_never_passed():
    shape = report(document())
    assert shape["seal"] is None
    assert shape["verdict"] == "INDETERMINATE"


def test_a_broken_seal_is_not_intact():
    shape = report(sealed().replace(b"Ada", b"Eve"))
    assert (shape["seal"]["intact"], shape["seal"]["class"]) == (False, "broken")
    assert shape["verdict"] == "FAILED"
