from __future__ import annotations

from dataclasses import replace

from tessera.model import Award, MicroCredential, Text
from tessera.quality import coverage
from tessera.report import Finding, Outcome
from tests.complete import complete_award, complete_description


def changed(outcomes: dict[str, tuple[str, ...]], **changes: object) -> MicroCredential:
    mc = complete_description()
    linked = tuple(
        replace(one, assessed_by=outcomes.get(one.id, one.assessed_by))
        for one in mc.learning_outcomes
    )
    return replace(mc, learning_outcomes=linked, **changes)


def found(subject: MicroCredential | Award, rule: str) -> list[Finding]:
    return [one for one in coverage.examine(subject) if one.rule == f"coverage.{rule}"]


def test_the_complete_award_covers_every_outcome_by_published_criteria() -> None:
    matrix = coverage.coverage(complete_description())
    assert (matrix.assessed, len(matrix.outcomes), matrix.is_complete) == (3, 3, True)
    assert ("law", "exam") in matrix.cells
    assert ("law", "portfolio") not in matrix.cells
    assert {one.outcome for one in coverage.examine(complete_award())} == {Outcome.PASSED}


def test_an_outcome_that_nothing_assesses_is_named_and_fails() -> None:
    (finding,) = found(changed({"law": ()}), "outcome-not-assessed")
    assert finding.outcome is Outcome.FAILED
    assert "Explain which duties" in finding.message
    assert finding.path == "/learning_outcomes/1/assessed_by"


def test_every_unassessed_outcome_is_reported() -> None:
    mc = changed({"law": (), "risks": (), "decide": ()})
    assert len(found(mc, "outcome-not-assessed")) == 3
    assert coverage.coverage(mc).assessed == 0


def test_an_assessment_that_is_named_but_not_described_leaves_it_undecided() -> None:
    mc = changed({}, assessments=())
    outcomes = {one.outcome for one in found(mc, "outcome-not-assessed")}
    assert outcomes == {Outcome.INDETERMINATE}
    assert ("law", "exam") in coverage.coverage(mc).unknown
    assert found(mc, "no-criteria")[0].outcome is Outcome.NOT_APPLICABLE


def test_without_outcomes_there_is_nothing_to_cover() -> None:
    mc = replace(complete_description(), learning_outcomes=())
    assert found(mc, "outcome-not-assessed")[0].outcome is Outcome.NOT_APPLICABLE
    assert not coverage.coverage(mc).is_complete


def test_an_assessment_without_criteria_fails_and_a_description_leaves_it_open() -> None:
    portfolio, exam = complete_description().assessments
    bare = replace(exam, criteria_url=None)
    worded = replace(bare, description=Text.of({"en": "Two hours, four questions."}))
    assert [
        one.outcome for one in found(changed({}, assessments=(portfolio, bare)), "no-criteria")
    ] == [Outcome.PASSED, Outcome.FAILED]
    assert found(changed({}, assessments=(portfolio, worded)), "no-criteria")[1].outcome is (
        Outcome.INDETERMINATE
    )


def test_an_assessment_that_proves_nothing_is_advice() -> None:
    mc = changed({"law": ("portfolio",), "decide": ("portfolio",)})
    advised = [one for one in found(mc, "assessment-without-outcome") if one.advice]
    assert [one.path for one in advised] == ["/assessments/1"]
    assert len(found(mc, "no-criteria")) == 1


def test_findings_of_an_award_point_into_the_award() -> None:
    award = replace(complete_award(), micro_credential=changed({"law": ()}))
    (finding,) = found(award, "outcome-not-assessed")
    assert finding.path == "/micro_credential/learning_outcomes/1/assessed_by"


def test_an_award_without_any_link_leaves_open_whether_its_outcomes_are_assessed() -> None:
    award = complete_award()
    outcomes = tuple(
        replace(one, assessed_by=()) for one in award.micro_credential.learning_outcomes
    )
    described = replace(award.micro_credential, learning_outcomes=outcomes)
    unlinked = replace(award, micro_credential=described)
    rule = "coverage.outcome-not-assessed"
    [finding] = [one for one in coverage.examine(unlinked) if one.rule == rule]
    assert finding.outcome is Outcome.INDETERMINATE
    assert finding.path == "/micro_credential/learning_outcomes"
    # Our own descriptions have a place for the link, so there it is missing.
    ours = [one for one in coverage.examine(described) if one.rule == rule]
    assert {one.outcome for one in ours} == {Outcome.FAILED}
