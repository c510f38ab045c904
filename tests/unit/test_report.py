"""How findings amount to steps, and steps to a report."""

import json

import pytest

from tessera.report import Finding, Outcome, Report, Step, worst

NONE, PASSED, OPEN, FAILED = (
    Outcome.NOT_APPLICABLE, Outcome.PASSED, Outcome.INDETERMINATE, Outcome.FAILED,
)  # fmt: skip


def finding(outcome, **more):
    return Finding(rule="seal.x", outcome=outcome, message="A sentence.", **more)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], OPEN),  # nothing was checked
        ([NONE], NONE),
        ([NONE, PASSED], PASSED),
        ([PASSED, OPEN], OPEN),
        ([FAILED, OPEN, PASSED, NONE], FAILED),
    ],
)
def test_the_worst_outcome_counts_and_nothing_is_not_a_pass(outcomes, expected):
    assert worst(outcomes) is expected
    assert Step.of("seal", map(finding, outcomes)).outcome is expected


@pytest.mark.parametrize("outcome", list(Outcome))
def test_advice_never_decides_a_step(outcome):
    assert Step.of("seal", [finding(outcome, advice=True), finding(PASSED)]).outcome is PASSED
    assert Step.of("seal", [finding(outcome, advice=True)]).outcome is OPEN


def test_a_report_finds_its_steps_and_lists_all_findings():
    steps = (Step.of("parse", [finding(PASSED)]), Step.of("seal", [finding(FAILED)]))
    report = Report(subject="x", steps=steps)
    assert report.step("seal") is steps[1]
    assert [one.outcome for one in report.findings()] == [PASSED, FAILED]
    with pytest.raises(KeyError):
        report.step("colour")


def test_the_public_shape_has_its_members_and_more_only_where_set():
    shape = finding(FAILED, path="/a", source="RFC 1").to_json()
    assert shape == {
        "rule": "seal.x", "outcome": "FAILED", "message": "A sentence.", "path": "/a",
        "source": "RFC 1",
    }  # fmt: skip
    more = finding(OPEN, evidence={"n": 1}, advice=True).to_json()
    assert (more["evidence"], more["advice"], more["path"]) == ({"n": 1}, True, None)
    step = Step.of("seal", [finding(PASSED)]).to_json()
    assert json.loads(json.dumps(step))["findings"][0]["outcome"] == "PASSED"


def test_the_named_constructors_say_the_four_outcomes():
    made = [
        make("seal.x", "A sentence.").outcome
        for make in (Finding.not_applicable, Finding.passed, Finding.indeterminate, Finding.failed)
    ]
    assert made == [NONE, PASSED, OPEN, FAILED]
