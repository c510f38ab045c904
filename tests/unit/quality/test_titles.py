from __future__ import annotations

from dataclasses import replace

import pytest

from tessera.model import LearningOutcome, MicroCredential, Text
from tessera.quality import titles
from tessera.report import Finding, Outcome, Step
from tests.complete import complete_award, complete_description


def entitled(**texts: str) -> MicroCredential:
    return replace(complete_description(), title=Text.of(texts))


def found(mc: MicroCredential, rule: str) -> list[Finding]:
    return [one for one in titles.examine(mc) if one.rule == f"titles.{rule}"]


def is_remarked(mc: MicroCredential, rule: str) -> bool:
    return any(one.outcome is Outcome.NOT_APPLICABLE for one in found(mc, rule))


def test_the_complete_award_gets_no_remark() -> None:
    assert {one.outcome for one in titles.examine(complete_award())} == {Outcome.PASSED}


def test_advice_never_decides_the_step() -> None:
    step = Step.of("titles", titles.examine(entitled(en="CERTIFICATE " * 20)))
    assert step.outcome is Outcome.PASSED
    assert all(one.advice for one in step.findings if one.outcome is Outcome.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("text", "generic"),
    [
        ("Micro-credential", True),
        ("Certificate of Training", True),
        ("Introduction Course 2", True),
        ("Zertifikat", True),
        ("Data Ethics Certificate", False),
        ("数据伦理", False),
        ("42", False),
    ],
)
def test_a_title_of_anything_is_generic(text: str, generic: bool) -> None:
    assert is_remarked(entitled(en=text), "generic") is generic


@pytest.mark.parametrize(
    ("text", "shouts"),
    [("DATA ETHICS", True), ("Data Ethics", False), ("GDPR", False), ("数据伦理数据伦理", False)],
)
def test_capitals_only_are_shouting_but_an_abbreviation_is_not(text: str, shouts: bool) -> None:
    assert is_remarked(entitled(en=text), "shouting") is shouts


def test_a_title_over_a_hundred_characters_is_long() -> None:
    assert is_remarked(entitled(en="Data " + "x" * 96), "length")
    assert not is_remarked(entitled(en="Data " + "x" * 95), "length")


def test_a_title_that_shares_no_word_with_the_outcomes_is_remarked_on_per_language() -> None:
    mc = entitled(en="Underwater Welding", nl="Data-ethiek in de praktijk")
    outcomes = {one.path: one.outcome for one in found(mc, "match")}
    assert outcomes == {"/title/en": Outcome.NOT_APPLICABLE, "/title/nl": Outcome.PASSED}


def test_the_label_of_a_skill_is_enough_to_match() -> None:
    mc = entitled(en="Ethics")
    assert not is_remarked(mc, "match")
    without_skills = tuple(
        replace(one, esco_skills=(), title=Text.of({"en": "Weld under water."}))
        for one in mc.learning_outcomes
    )
    assert is_remarked(replace(mc, learning_outcomes=without_skills), "match")


def test_a_title_in_a_language_without_outcomes_is_not_decided() -> None:
    (finding,) = found(entitled(fi="Datan etiikka"), "match")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)


def test_without_title_or_outcomes_there_is_nothing_to_compare() -> None:
    mc = complete_description()
    no_title = replace(mc, title=None)
    assert found(no_title, "read")[0].outcome is Outcome.NOT_APPLICABLE
    assert found(no_title, "match") == []
    no_outcomes = replace(mc, learning_outcomes=())
    assert {one.outcome for one in found(no_outcomes, "match")} == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("text", "remarked"),
    [
        ("Knowledge of data protection law", True),
        ("understanding the risks", True),
        ("Understand the risks", True),
        ("Learners will know the law", True),
        ("Explain the law", False),
        ("Knowledgeably explain the law", False),
        ("Learners will apply the law", False),
    ],
)
def test_an_outcome_begins_with_what_the_learner_can_do(text: str, remarked: bool) -> None:
    outcome = LearningOutcome(id="a", title=Text.of({"en-IE": text}))
    mc = replace(complete_description(), learning_outcomes=(outcome,))
    assert is_remarked(mc, "outcome-wording") is remarked


def test_outcomes_in_other_languages_are_said_not_to_have_been_read() -> None:
    outcome = LearningOutcome(id="a", title=Text.of({"de": "Kenntnis des Rechts"}))
    mc = replace(complete_description(), learning_outcomes=(outcome,))
    (finding,) = found(mc, "outcome-wording")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)
