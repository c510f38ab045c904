"""The harness itself, on a made-up collection: a wrong expectation must be reported."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tessera.formats.elm.encode import dump
from tessera.report import Finding, Report, Step
from tessera.seals.jades import JADES
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.verify.examination import STEPS
from tests.cases.harness import (
    ANY_MOMENT,
    UnknownMomentError,
    compare,
    judge_case,
    moment,
    run,
    says_fails,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STATES = {
    "P": Finding.passed, "F": Finding.failed, "?": Finding.indeterminate,
    "-": Finding.not_applicable,
}  # fmt: skip


def report(**states):
    """A report whose steps PASSED but for those named: P, F, ? or - (not applicable)."""
    return Report(
        subject="x",
        steps=tuple(
            Step.of(id, [STATES[states.get(id, "P")](f"{id}.rule", "A sentence.")]) for id in STEPS
        ),
    )


def answer(expected, states, decides=None, reason="", *, holds_key=False):
    case = {"expected": expected, "reason": reason} | ({"decides": decides} if decides else {})
    return compare(case, report(**states), holds_key=holds_key)[0]


@pytest.mark.parametrize(
    ("states", "decides", "expected"),
    [
        ({}, "seal", True),
        ({"seal": "F"}, "seal", False),
        ({"seal": "?"}, "seal", False),
        ({"seal": "-"}, "seal", False),
        ({"parse": "?"}, "seal", False),
        ({"parse": "F"}, "seal", False),
        ({"schema": "F"}, "seal", True),  # behind the step that decides
        ({"time": "F"}, "schema", False),
        ({"seal": "F"}, "schema", False),
        ({"seal": "-", "time": "-"}, "schema", True),
        ({"signer": "F", "elements": "F", "issuer": "F"}, "schema", True),
        ({"signer": "F"}, "signer", False),
        ({"time": "F"}, "signer", True),  # behind it
        ({"signer": "?", "elements": "F", "issuer": "F"}, None, True),
        ({"parts": "F"}, None, False),
        ({"status": "F"}, None, False),
        ({"parse": "?"}, None, False),
        ({"seal": "-"}, None, True),
        ({"seal": "?"}, None, False),
    ],
)
def test_what_valid_means(states, decides, expected):
    assert answer("valid", states, decides) is expected


def test_a_seal_without_a_key_is_excused_unless_a_companion_brings_it():
    keyless = report()
    steps = [
        Step.of("seal", [Finding.indeterminate("seal.key", "No key.")]) if one.id == "seal" else one
        for one in keyless.steps
    ]
    keyless = Report(subject="x", steps=tuple(steps))
    assert compare({"expected": "valid"}, keyless)[0] is True
    assert compare({"expected": "valid"}, keyless, holds_key=True)[0] is False


@pytest.mark.parametrize(
    ("states", "decides", "reason", "expected"),
    [
        ({"schema": "F"}, "schema", "", True),
        ({}, "schema", "", False),
        ({"schema": "?"}, "schema", "", False),
        ({"seal": "F"}, "schema", "", False),
        ({"seal": "F", "schema": "F"}, "schema", "name missing", False),
        ({"seal": "F", "schema": "F"}, "schema", "the seal verifies; but name missing", False),
        ({"seal": "F", "schema": "F"}, "schema", "wrong type; proof also fails", True),
        ({"seal": "F", "parse": "?"}, "seal", "", True),
        ({"parts": "F", "seal": "F"}, "seal", "", True),  # behind the step that decides
        ({"elements": "F", "schema": "F"}, "schema", "", True),
        ({"time": "F"}, None, "", True),
        ({"signer": "F", "elements": "F", "issuer": "F"}, None, "", False),
        ({"signer": "F"}, "signer", "", True),
    ],
)
def test_what_invalid_means(states, decides, reason, expected):
    assert answer("invalid", states, decides, reason) is expected


def test_what_parses_means():
    assert answer("parses", {"seal": "F", "schema": "F"}) is True
    assert answer("parses", {"parse": "F"}) is False
    assert answer("parses", {"parse": "?"}) is False


def test_what_the_rule_does_not_know_is_not_judged():
    assert answer("perfect", {}) is None
    assert answer("valid", {}, "colour") is None


def test_only_a_clause_that_says_so_excuses_an_earlier_step():
    assert says_fails("wrong type in credential-subject; proof also fails", "seal")
    assert says_fails("the signature does not verify", "seal")
    assert not says_fails("real qualified seal verifies; but the payload fails", "seal")
    assert not says_fails("signature verifies, but DSS reports a failed policy", "seal")


def test_the_moments_the_rule_knows():
    assert moment("2026-02-01T12:00:00Z", b"") == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert moment(None, b"") == ANY_MOMENT
    listed = b"<tsl:ListIssueDateTime>\n2023-03-01T10:00:00Z </tsl:ListIssueDateTime>"
    assert moment("list-issue+1h", listed) == datetime(2023, 3, 1, 11, tzinfo=UTC)
    for stated, raw in (("list-issue+1h", b"<a/>"), ("tomorrow", b""), ("list-issue+2h", listed)):
        with pytest.raises(UnknownMomentError):
            moment(stated, raw)


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """A sealed text, the same broken, and text that is nothing, with a manifest."""
    folder = tmp_path_factory.mktemp("collection")
    key = make_test_seal(new_test_authority(NOW - timedelta(days=1)), NOW - timedelta(days=1))
    sealed = JADES.seal(dump({"id": "urn:x:1"}), key, NOW)
    (folder / "sound.json").write_bytes(sealed)
    (folder / "broken.json").write_bytes(sealed.replace(b"urn:x:1", b"urn:x:2"))
    (folder / "nothing.json").write_bytes(b"nothing")
    cases = [
        entry("right-1", "jades", "sound.json", "valid", decides="seal"),
        entry("right-2", "jades", "broken.json", "invalid", decides="seal"),
        entry("right-3", "jades", "nothing.json", "invalid", decides="parse"),
        entry("right-4", "jades", "broken.json", "parses"),
        entry("wrong-1", "jades", "broken.json", "valid", decides="seal"),
        entry("wrong-2", "jades", "sound.json", "invalid", decides="seal"),
        entry("wrong-3", "jades", "sound.json", "invalid"),
        entry("wrong-4", "jades", "nothing.json", "parses"),
        entry("open-1", "crystal-ball", "sound.json", "valid"),
        entry("open-2", "jades", "sound.json", "valid", needs="telepathy"),
        entry("open-3", "jades", "missing.json", "valid"),
        entry("open-4", "jades", "sound.json", "valid", companions=["missing.bin"]),
        entry("open-5", "jades", "sound.json", "valid", at="once upon a time"),
    ]
    (folder / "manifest.json").write_text(json.dumps({"cases": cases}))
    return folder / "manifest.json"


def entry(id, format, path, expected, **more):
    return {"id": id, "format": format, "path": path, "expected": expected, "reason": ""} | more


def test_a_wrong_expectation_is_reported_and_the_unknown_never_passes(collection):
    wanted = {"right": True, "wrong": False, "open": None}
    judged = {one.id: one.as_expected for one in run(collection, None)}
    assert len(judged) == 13
    for id, as_expected in judged.items():
        assert as_expected is wanted[id.split("-")[0]], id


def test_chosen_formats_only_are_judged(collection):
    assert [one.id for one in run(collection, None, ("crystal-ball",))] == ["open-1"]


def test_the_answer_has_the_members_that_others_read(collection):
    case = json.loads(collection.read_text())["cases"][1]
    assert judge_case(case, collection.parent, None).to_json() == {
        "id": "right-2", "format": "jades", "expected": "invalid", "as_expected": True,
        "step": "seal", "rule": "seal.signature",
    }  # fmt: skip


def test_the_program_prints_an_object_per_case_and_ends_with_1_when_one_is_wrong(collection):
    asked = [sys.executable, "-m", "tests.cases", str(collection)]
    done = subprocess.run(
        [*asked, "--format", "jades", "--json"], capture_output=True, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1, done.stderr
    assert len(lines) == 12
    assert {"id", "format", "expected", "as_expected", "step", "rule"} == set(lines[0])
