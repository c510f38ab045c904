"""The runner never raises: a fault inside a step becomes a finding with a number."""

import re

import pytest

from tessera.report import Finding, Outcome
from tessera.verify import runner
from tessera.verify.examination import STEPS
from tests.unit.verify.conftest import changed, document, outcome, rules, sealed, seen


class Panic(BaseException):
    """What a library written in Rust raises when it panics: no Exception at all."""


@pytest.fixture
def with_fault(monkeypatch):
    def put(step, error):
        def fail(_):
            raise type(error)(*error.args)

        monkeypatch.setitem(runner._CHECKS, step, fail)

    return put


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "error", [ValueError("x"), RecursionError(), Panic("x"), KeyError("\ud800")]
)
def test_a_fault_in_a_step_becomes_indeterminate_with_a_number(with_fault, step, error):
    with_fault(step, error)
    examination = seen(sealed())
    assert [one.id for one in examination.report.steps] == list(STEPS)
    [finding] = examination.report.step(step).findings
    assert (finding.rule, finding.outcome) == (f"{step}.incident", Outcome.INDETERMINATE)
    assert re.fullmatch(r"[0-9a-f]{8}", finding.evidence["incident"])
    assert finding.evidence["incident"] in finding.message
    assert finding.evidence["error"] == type(error).__name__


def test_the_same_fault_has_the_same_number(with_fault):
    with_fault("schema", ValueError("x"))
    numbers = {
        seen(raw).report.step("schema").findings[0].evidence["incident"]
        for raw in (sealed(), document())
    }
    assert len(numbers) == 1


def test_a_fault_while_the_findings_are_drawn_is_caught_too(monkeypatch):
    def halfway(_):
        yield Finding.passed("time.claimed", "So far so good.")
        raise ZeroDivisionError

    monkeypatch.setitem(runner._CHECKS, "time", halfway)
    assert rules(seen(sealed()), "time") == {"time.incident": "INDETERMINATE"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), MemoryError()])
def test_a_wish_to_stop_and_a_lack_of_memory_pass(with_fault, error):
    with_fault("seal", error)
    with pytest.raises(type(error)):
        seen(sealed())


def test_a_file_that_cannot_be_read_leaves_the_other_steps_unreached():
    examination = seen(b"nothing")
    assert outcome(examination, "parse") == "FAILED"
    for step in STEPS[1:]:
        assert rules(examination, step) == {f"{step}.not-reached": "INDETERMINATE"}


def test_a_fault_in_parsing_lets_the_other_steps_say_what_they_can(with_fault):
    with_fault("parse", ValueError("x"))
    examination = seen(sealed())
    assert rules(examination, "seal") == {"seal.absent": "NOT_APPLICABLE"}
    assert examination.seal is None


def test_what_nobody_checked_is_listed_once_and_in_order():
    listed = seen(sealed()).report.not_checked
    assert len(set(listed)) == len(listed)
    assert listed[0].startswith("It was not checked whether the certificate of TEST ")
    assert listed[0].endswith(" has been revoked.")
    assert any("register" in one for one in listed)
    assert not any("TEST seal" in one for one in listed)  # a remark, not a gap


def test_a_remark_on_what_was_looked_at_is_not_said_to_be_unchecked():
    remarks = {"signer.test-certificate", "elm.lint.unknown-member"}
    examination = seen(sealed(changed(document(), shoeSize=42)))
    made = {one.rule: one.message for one in examination.report.findings()}
    assert remarks <= made.keys()
    assert not {made[rule] for rule in remarks} & set(examination.report.not_checked)


def test_the_digest_names_the_bytes_as_they_were_received():
    assert seen(b"abc").sha256 == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
