from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tessera.errors import UsageError
from tessera.model import (
    Award,
    Concept,
    Credit,
    Duration,
    Learner,
    LearnerOutcome,
    MicroCredential,
    Participation,
    Period,
    Stackability,
    Text,
    Workload,
)
from tessera.quality import Obligation, State, element_list, examine, lists
from tessera.report import Outcome, Step
from tests.complete import complete_award, complete_description, without

PAIRS = [(id, element.id) for id in lists() for element in element_list(id).elements]


def bare() -> MicroCredential:
    return MicroCredential(id="urn:example:mc:1")


def described(**changes: object) -> Award:
    award = complete_award()
    return replace(award, micro_credential=replace(award.micro_credential, **changes))


def seen(award: Award | MicroCredential, element: str, list_id: str = "eu-2022"):
    return examine(award, list_id, sealed=True).result(element)


# the lists themselves


def test_the_lists_are_the_four_of_the_crosswalk_with_the_one_in_force_first() -> None:
    assert lists() == ("eu-2022", "ec-2020", "microbol", "neset-2020")


@pytest.mark.parametrize(
    ("list_id", "asked", "optional", "groups"),
    [
        ("eu-2022", 11, 5, 0),
        ("ec-2020", 13, 5, 0),
        ("microbol", 15, 0, 7),
        ("neset-2020", 15, 0, 0),
    ],
)
def test_each_list_has_the_number_of_elements_its_source_counts(
    list_id: str, asked: int, optional: int, groups: int
) -> None:
    found = element_list(list_id)
    is_optional = [one.obligation is Obligation.OPTIONAL for one in found.elements]
    assert (is_optional.count(False), is_optional.count(True)) == (asked, optional)
    assert len(found.groups) == groups


def test_each_list_names_its_standing() -> None:
    assert [element_list(id).standing for id in lists()] == [
        "Council Recommendation",
        "Commission draft",
        "MICROBOL framework",
        "authors' study, not the Commission's",
    ]


def test_an_unknown_list_is_a_wrong_call_that_names_the_lists() -> None:
    with pytest.raises(UsageError, match="eu-2022, ec-2020, microbol, neset-2020"):
        element_list("eu-2023")
    with pytest.raises(UsageError, match="no element E99"):
        element_list("eu-2022").element("E99")


@pytest.mark.parametrize(("list_id", "element_id"), PAIRS)
def test_every_element_has_words_a_course_team_can_use(list_id: str, element_id: str) -> None:
    element = element_list(list_id).element(element_id)
    assert all(text.strip() for text in (element.missing, element.why, element.good))
    assert element.source.startswith(element_list(list_id).source)
    assert element.rule == f"elements.{list_id}.{element.key}"
    conditional = element.obligation is Obligation.CONDITIONAL
    assert conditional == (element.applies is not None)


# one award, every element


@pytest.mark.parametrize("list_id", lists())
def test_a_complete_award_has_every_element_of_every_list(list_id: str) -> None:
    report = examine(complete_award(), list_id, sealed=True)
    assert {result.element.id: result.state for result in report.results} == {
        element.id: State.PRESENT for element in element_list(list_id).elements
    }
    assert Step.of("elements", report.findings()).outcome is Outcome.PASSED


@pytest.mark.parametrize(("list_id", "element_id"), PAIRS)
def test_taking_one_element_out_is_reported_once_and_as_that_element(
    list_id: str, element_id: str
) -> None:
    award = without(complete_award(), list_id, element_id)
    report = examine(award, list_id, sealed=element_id != "E6")
    troubled = [r for r in report.results if r.finding.outcome is not Outcome.PASSED]
    told = [r for r in troubled if r.state is not State.NOT_APPLICABLE]
    assert [result.element.id for result in told] == [element_id]
    result = report.result(element_id)
    assert result.state is State.MISSING
    assert result.element.missing in result.finding.message
    if result.element.obligation is Obligation.OPTIONAL:
        assert result.finding.advice
        assert result.finding.outcome is Outcome.NOT_APPLICABLE
    elif (list_id, element_id) == ("neset-2020", "E17"):
        assert result.finding.outcome is Outcome.INDETERMINATE
    else:
        assert result.finding.outcome is Outcome.FAILED
    silent = [r for r in troubled if r.state is State.NOT_APPLICABLE]
    assert not any(r.finding.advice for r in silent)


@pytest.mark.parametrize("group", element_list("microbol").groups)
def test_taking_a_whole_group_out_leaves_six_of_seven(group: str) -> None:
    award = complete_award()
    members = [one.id for one in element_list("microbol").elements if one.group == group]
    for id in members:
        award = without(award, "microbol", id)
    figures = examine(award, "microbol", sealed="E6" not in members).completeness
    assert (figures.groups_there, figures.groups_of) == (6, 7)


def test_the_description_alone_waits_for_learner_date_and_grade() -> None:
    report = examine(complete_description(), "eu-2022")
    later = [result for result in report.results if result.is_later]
    assert [result.element.id for result in later] == ["E1", "E7", "E19"]
    assert all("when it is awarded" in result.finding.message for result in later)
    assert not any(result.finding.advice for result in later)
    assert str(report.completeness) == (
        "9 of 11 mandatory and 4 of 5 optional elements; 3 are filled in when it is awarded"
    )
    one = examine(complete_description(), "neset-2020").completeness
    assert str(one) == "14 of 15 elements; 1 is filled in when it is awarded"


def test_an_empty_description_fails_and_its_pointers_lie_in_the_description() -> None:
    report = examine(bare(), "eu-2022")
    failed = [r.element.id for r in report.results if r.finding.outcome is Outcome.FAILED]
    assert failed == ["E2", "E4", "E9", "E10", "E14", "E15", "E16"]
    assert report.result("E9").finding.path == "/learning_outcomes"
    assert report.result("E12").finding.outcome is Outcome.INDETERMINATE
    assert report.completeness.mandatory_there == 0


def test_figures_read_as_a_sentence() -> None:
    figures = [str(examine(complete_award(), id, sealed=True).completeness) for id in lists()]
    assert figures == [
        "11 of 11 mandatory and 5 of 5 optional elements",
        "13 of 13 mandatory and 5 of 5 optional elements",
        "7 of 7 groups (15 of 15 elements)",
        "15 of 15 elements",
    ]


# pointers


def test_findings_of_an_award_point_into_the_award() -> None:
    assert seen(complete_award(), "E9").finding.path == "/micro_credential/learning_outcomes"
    assert seen(complete_award(), "E1").finding.path == "/learner"


def test_places_turn_pointers_into_those_of_another_document_by_the_longest_prefix() -> None:
    award = described(learning_outcomes=(), quality_assurance=())
    places = {
        "/micro_credential": "/credentialSubject/hasClaim/specifiedBy",
        "/micro_credential/learning_outcomes": "/credentialSubject/hasClaim/specifiedBy/outcome",
    }
    report = examine(award, "eu-2022", places=places)
    assert report.result("E9").finding.path == places["/micro_credential/learning_outcomes"]
    assert report.result("E16").finding.path == places["/micro_credential"]
    assert report.result("E1").finding.path == ""


def test_what_is_there_only_for_this_learner_is_pointed_at_there() -> None:
    award = complete_award()
    assert seen(replace(award, awarded_on=None), "E7").finding.path == "/issued_at"
    bare_of_dates = described(validity=None, period=None)
    assert seen(bare_of_dates, "E21", "ec-2020").finding.path == "/valid_until"
    assert seen(bare_of_dates, "E22", "neset-2020").finding.path == "/achievement/period"
    unplanned = tuple(replace(one, supervision=None) for one in award.micro_credential.assessments)
    happened = seen(described(assessments=unplanned), "E18")
    assert happened.state is State.PRESENT
    assert happened.finding.path == "/achievement/results/0/supervision"


def test_what_is_there_is_pointed_at_itself() -> None:
    award = complete_award()
    assert seen(award, "E10").finding.path == "/micro_credential/workload/ects"
    assert seen(award, "E12").finding.path == "/micro_credential/level/eqf"
    linked = seen(described(further_information=None), "E26")
    assert (linked.state, linked.finding.path) == (State.PRESENT, "/micro_credential/links")


def test_being_no_part_of_a_larger_qualification_only_implies_something() -> None:
    result = seen(described(stackability=None), "E20")
    assert result.state is State.MISSING
    assert "only implies that it stands alone" in result.finding.message


# each element in part


def test_a_learner_with_only_an_identifier_is_there_in_part() -> None:
    award = complete_award()
    anonymous = replace(award, learner=Learner(identifiers=award.learner.identifiers))
    result = seen(anonymous, "E1")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.INDETERMINATE)
    assert result.finding.advice
    assert result.counts


def test_one_awarding_body_of_two_without_a_country_is_named_and_fails() -> None:
    bodies = complete_description().awarding_bodies
    second = replace(bodies[1], organisation=replace(bodies[1].organisation, places=()))
    result = seen(described(awarding_bodies=(bodies[0], second)), "E3")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.FAILED)
    assert "Example Hogeschool Utrecht" in result.finding.message
    assert "Dublin" not in result.finding.message
    assert result.finding.path == "/micro_credential/awarding_bodies/1/organisation/places"
    assert not result.counts


def test_an_awarding_body_without_a_name_is_pointed_at() -> None:
    bodies = complete_description().awarding_bodies
    second = replace(bodies[1], organisation=replace(bodies[1].organisation, legal_name=None))
    result = seen(described(awarding_bodies=(bodies[0], second)), "E4")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.FAILED)
    assert result.finding.path == "/micro_credential/awarding_bodies/1/organisation/legal_name"


def test_a_provider_without_a_name_is_pointed_at() -> None:
    provider = replace(complete_description().providers[0], legal_name=None)
    result = seen(described(providers=(provider,)), "E5", "neset-2020")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.FAILED)
    assert result.finding.path == "/micro_credential/providers/0/legal_name"


def test_the_awarding_body_is_the_provider_where_no_other_is_named() -> None:
    result = seen(described(providers=()), "E5", "microbol")
    assert result.state is State.PRESENT
    assert "the awarding body is the provider" in result.finding.message


def test_the_seal_is_unknown_when_nobody_looked_and_missing_when_somebody_did() -> None:
    def judged(sealed: bool | None) -> Outcome:
        return examine(complete_award(), "microbol", sealed=sealed).result("E6").finding.outcome

    assert judged(True) is Outcome.PASSED
    assert judged(False) is Outcome.FAILED
    assert judged(None) is Outcome.INDETERMINATE


def test_microbol_takes_the_day_of_assessment_for_the_day_of_issue() -> None:
    award = replace(complete_award(), awarded_on=None, issued_at=None)
    assert seen(award, "E7", "microbol").state is State.PRESENT
    assert seen(award, "E7", "eu-2022").finding.outcome is Outcome.FAILED


def test_a_purpose_without_words_does_not_replace_a_description() -> None:
    purpose = complete_description().purpose
    worded = described(description=None)
    wordless = described(description=None, purpose=replace(purpose, need=None))
    assert seen(worded, "E8", "neset-2020").state is State.PRESENT
    assert seen(wordless, "E8", "neset-2020").finding.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("workload", "outcome"),
    [
        (Workload(ects=Decimal(2)), Outcome.PASSED),
        (Workload(hours=Decimal(50)), Outcome.INDETERMINATE),
        (Workload(activity=Duration("PT50H")), Outcome.INDETERMINATE),
        (Workload(activity=Duration("P2M")), Outcome.FAILED),
        (Workload(maximum=Duration("P2M")), Outcome.FAILED),
    ],
)
def test_hours_without_credits_meet_annex_i_but_a_length_of_time_does_not(
    workload: Workload, outcome: Outcome
) -> None:
    mc = replace(complete_description(), workload=workload)
    assert seen(mc, "E10").finding.outcome is outcome


def test_hours_without_credits_are_advice_in_2022_and_left_open_in_the_draft_of_2020() -> None:
    mc = replace(complete_description(), workload=Workload(hours=Decimal(50)))
    assert seen(mc, "E10", "eu-2022").finding.advice
    assert not seen(mc, "E10", "ec-2020").finding.advice
    assert seen(mc, "E10", "ec-2020").finding.outcome is Outcome.INDETERMINATE
    assert "only hours (50)" in seen(mc, "E10").finding.message


def test_credits_of_another_framework_are_there_in_part() -> None:
    credit = Credit(framework=Concept.named("credit-framework", "ecvet"), points=Decimal(4))
    mc = replace(complete_description(), workload=Workload(other_credits=(credit,)))
    assert seen(mc, "E10").state is State.PARTIAL
    assert seen(mc, "E11", "neset-2020").state is State.PRESENT


def test_credits_are_not_asked_for_where_credit_is_no_outcome() -> None:
    badge = LearnerOutcome(kind=Concept.named("outcome-for-learner", "digital-badge"))
    award = without(described(learner_outcomes=(badge,)), "neset-2020", "E11")
    result = seen(award, "E11", "neset-2020")
    assert result.state is State.NOT_APPLICABLE
    assert not result.finding.advice


@pytest.mark.parametrize(
    ("setting", "ects", "outcome"),
    [
        ("formal", None, Outcome.FAILED),
        ("non-formal", 2, Outcome.FAILED),
        ("non-formal", None, Outcome.NOT_APPLICABLE),
        (None, None, Outcome.INDETERMINATE),
    ],
)
def test_a_level_is_asked_for_where_it_applies(
    setting: str | None, ects: int | None, outcome: Outcome
) -> None:
    award = without(complete_award(), "eu-2022", "E12")
    mc = replace(
        award.micro_credential,
        participation=Participation(
            modes=complete_description().participation.modes,
            setting=Concept.named("setting", setting) if setting else None,
        ),
        workload=Workload(hours=Decimal(50), ects=Decimal(ects) if ects else None),
    )
    result = seen(mc, "E12")
    assert (result.finding.outcome, result.finding.advice) == (outcome, False)


def test_a_national_level_alone_is_there_in_part_and_eqf_alone_is_in_part_for_microbol() -> None:
    level = complete_description().level
    national = described(level=replace(level, eqf=None, qf_ehea=None))
    assert seen(national, "E12").finding.advice
    assert "national or sectoral" in seen(national, "E12").finding.message
    bodies = complete_description().awarding_bodies
    european = described(awarding_bodies=tuple(replace(one, nqf_level=None) for one in bodies))
    assert seen(european, "E12").state is State.PRESENT
    assert seen(european, "E12", "microbol").finding.advice


def test_microbol_asks_for_isced_subject_and_level() -> None:
    level = complete_description().level
    no_level = seen(described(level=replace(level, isced=None)), "E13", "microbol")
    no_field = seen(described(fields=()), "E13", "microbol")
    assert [no_level.finding.outcome, no_field.finding.outcome] == [Outcome.FAILED] * 2
    assert no_level.finding.path == "/micro_credential/level/isced"
    assert no_field.finding.path == "/micro_credential/fields"


def test_an_assessment_without_a_type_is_named() -> None:
    first, second = complete_description().assessments
    result = seen(described(assessments=(first, replace(second, kind=None))), "E14")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.FAILED)
    assert "Written examination" in result.finding.message
    assert result.finding.path == "/micro_credential/assessments/1/kind"


def test_without_types_the_supervision_of_the_assessments_is_still_seen() -> None:
    assessments = tuple(replace(one, kind=None) for one in complete_description().assessments)
    award = described(assessments=assessments)
    assert seen(award, "E14").state is State.MISSING
    assert seen(award, "E18").state is State.PRESENT


def test_a_schedule_alone_is_no_form_of_participation() -> None:
    schedule = Participation(schedule=complete_description().participation.schedule)
    assert seen(described(participation=schedule), "E15").finding.outcome is Outcome.FAILED


def test_quality_assurance_of_an_awarding_body_counts() -> None:
    mc = complete_description()
    first = mc.awarding_bodies[0]
    assured = replace(first.organisation, quality_assurance=mc.quality_assurance)
    award = described(quality_assurance=(), awarding_bodies=(replace(first, organisation=assured),))
    result = seen(award, "E16")
    assert result.state is State.PRESENT
    assert result.finding.path == (
        "/micro_credential/awarding_bodies/0/organisation/quality_assurance/0"
    )


def test_quality_assurance_without_type_fails_and_an_expired_one_is_remarked_on() -> None:
    external = complete_description().quality_assurance[0]
    bare_one = replace(external, title=None, kind=None, standard=None, statement=None)
    assert seen(described(quality_assurance=(bare_one,)), "E16").finding.outcome is Outcome.FAILED
    expired = replace(external, valid_until=date(2024, 1, 1))
    result = seen(described(quality_assurance=(expired,)), "E16")
    assert (result.state, result.finding.advice) == (State.PARTIAL, True)
    assert "2026-11-20" in result.finding.message


def test_supervision_of_one_assessment_of_two_is_pointed_at() -> None:
    award = without(complete_award(), "ec-2020", "E18")
    first, second = award.micro_credential.assessments
    known = replace(first, supervision=Concept.named("supervision", "supervised-with-id"))
    mc = replace(award.micro_credential, assessments=(known, second))
    result = seen(replace(award, micro_credential=mc), "E18", "ec-2020")
    assert (result.state, result.finding.outcome) == (State.PARTIAL, Outcome.FAILED)
    assert result.finding.path == "/micro_credential/assessments/1/supervision"


def test_a_supervision_code_nobody_confirmed_is_said_to_be_so() -> None:
    first = complete_description().assessments[0]
    unsure = Concept.named("supervision", "supervised-without-id")
    award = described(learning_outcomes=(), assessments=(replace(first, supervision=unsure),))
    assert "not seen in an official source" in seen(award, "E18").finding.message


def test_supervision_is_also_read_from_results_that_name_no_assessment() -> None:
    award = complete_award()
    loose = replace(award.achievement.results[1], assessment=None)
    award = replace(
        described(assessments=(), learning_outcomes=()),
        achievement=replace(award.achievement, results=(loose,)),
    )
    assert seen(award, "E18").state is State.PRESENT


def test_one_grade_of_two_is_advice() -> None:
    award = complete_award()
    first, second = award.achievement.results
    achievement = replace(award.achievement, results=(first, replace(second, grade=None)))
    result = seen(replace(award, achievement=achievement), "E19")
    assert (result.state, result.finding.advice) == (State.PARTIAL, True)
    assert result.finding.path == "/achievement/results/1/grade"


def test_stackability_that_is_only_implied_is_said_to_be_so() -> None:
    award = described(stackability=None, is_partial_qualification=True)
    annex = seen(award, "E20")
    assert (annex.state, annex.finding.advice, annex.counts) == (State.PARTIAL, True, False)
    assert "only implied" in annex.finding.message
    assert seen(award, "E20", "neset-2020").finding.outcome is Outcome.FAILED


def test_stackable_towards_nothing_in_particular_is_there_in_part() -> None:
    stackable = Stackability(kind=Concept.named("stackability", "stackable"))
    alone = Stackability(kind=Concept.named("stackability", "standalone"))
    assert seen(described(stackability=stackable), "E20").state is State.PARTIAL
    assert seen(described(stackability=alone), "E20").state is State.PRESENT


def test_the_period_of_this_learner_and_the_validity_of_this_award_count() -> None:
    award = described(period=None, validity=None)
    assert seen(award, "E22", "neset-2020").state is State.PRESENT
    assert seen(award, "E21", "ec-2020").state is State.PRESENT
    open_period = replace(complete_description(), period=Period(start=date(2026, 1, 1)))
    assert seen(open_period, "E22", "neset-2020").state is State.PRESENT


def test_a_link_counts_as_further_information() -> None:
    assert seen(described(further_information=None), "E26").state is State.PRESENT
    assert seen(described(links=()), "E26").state is State.PRESENT


def test_prerequisites_may_say_that_there_are_none() -> None:
    award = described(prerequisites=Text.of({"en": "None"}))
    assert seen(award, "E17", "neset-2020").finding.outcome is Outcome.PASSED
