"""The named policies: what each demands, lets through, and refuses."""

import pytest

from tessera.errors import UsageError
from tessera.policy import AllOf, NotFailed, Passed, PassedIfDeclared, UnsafeAcceptAnything
from tessera.report import Finding, Outcome, Report, Step
from tessera.verify.examination import STEPS
from tessera.verify.policies import POLICIES, policy

PASSED, NONE, OPEN, FAILED = (
    Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.INDETERMINATE, Outcome.FAILED,
)  # fmt: skip
GOOD = dict.fromkeys(STEPS, PASSED) | {"status": NONE, "issuer": OPEN, "parts": NONE}


def report(**changes):
    states = GOOD | changes
    return Report(
        subject="x",
        steps=tuple(
            Step.of(id, [Finding(rule=f"{id}.x", outcome=states[id], message="A sentence.")])
            for id in STEPS
        ),
    )


def judged(name="standard", **changes):
    verdict = policy(name).judge(report(**changes))
    return verdict.outcome, verdict.decided_by


def test_the_standard_policy_passes_a_genuine_credential():
    assert judged() == (PASSED, ())


@pytest.mark.parametrize("step", ["parse", "seal", "signer", "time"])
@pytest.mark.parametrize(("state", "verdict"), [(NONE, OPEN), (OPEN, OPEN), (FAILED, FAILED)])
def test_what_the_standard_policy_demands_must_have_passed(step, state, verdict):
    assert judged(**{step: state}) == (verdict, (step,))


@pytest.mark.parametrize(
    ("state", "verdict"), [(NONE, PASSED), (PASSED, PASSED), (OPEN, OPEN), (FAILED, FAILED)]
)
def test_a_declared_status_must_have_passed(state, verdict):
    assert judged(status=state)[0] is verdict


@pytest.mark.parametrize("step", ["schema", "issuer", "parts"])
@pytest.mark.parametrize(
    ("state", "verdict"), [(NONE, PASSED), (PASSED, PASSED), (OPEN, PASSED), (FAILED, FAILED)]
)
def test_other_steps_only_must_not_have_failed(step, state, verdict):
    assert judged(**{step: state})[0] is verdict


@pytest.mark.parametrize("state", list(Outcome))
def test_elements_never_decide_authenticity(state):
    assert judged(elements=state) == (PASSED, ())


@pytest.mark.parametrize(("name", "step"), [("complete", "elements"), ("covered", "issuer")])
def test_the_stricter_policies_demand_one_step_more(name, step):
    assert judged(name, **{step: PASSED}) == (PASSED, ())
    assert judged(name, **{step: OPEN}) == (OPEN, (step,))
    assert judged(name, **{step: NONE}) == (OPEN, (step,))
    assert judged(name, **{step: FAILED})[0] is FAILED
    assert judged(name, **{step: PASSED}, seal=FAILED) == (FAILED, ("seal",))


def test_a_failure_weighs_more_than_what_is_open():
    assert judged(seal=OPEN, schema=FAILED) == (FAILED, ("schema",))


def test_a_document_without_a_seal_never_passes_any_policy():
    for name in POLICIES:
        assert judged(name, seal=NONE, signer=NONE, time=NONE)[0] is OPEN


def test_an_unknown_policy_names_those_there_are():
    with pytest.raises(UsageError, match="standard, complete, covered"):
        policy("lenient")


def test_an_empty_policy_is_refused_and_a_permissive_one_says_unsafe():
    with pytest.raises(UsageError):
        AllOf()
    assert UnsafeAcceptAnything().judge(report(seal=FAILED)).outcome is PASSED
    assert UnsafeAcceptAnything.__name__.startswith("Unsafe")


def test_combinators_nest():
    nested = AllOf(AllOf(Passed("seal")), AllOf(NotFailed("schema"), PassedIfDeclared("status")))
    assert nested.judge(report()).outcome is PASSED
    assert nested.judge(report(schema=FAILED)).decided_by == ("schema",)
