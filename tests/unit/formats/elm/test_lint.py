"""What the lint says, and what it keeps silent about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.lint import lint
from tessera.report import Finding, Outcome
from tests.unit.formats.elm import awards

SNB = "http://data.europa.eu/snb/"
SPEC = "/credentialSubject/hasClaim/specifiedBy"


@pytest.fixture
def document() -> Any:
    return json.loads(dump(encode(awards.complete())))


@pytest.fixture
def spec(document: Any) -> Any:
    return document["credentialSubject"]["hasClaim"]["specifiedBy"]


def said(document: Any, rule: str) -> list[Finding]:
    return [finding for finding in lint(document) if finding.rule == f"elm.lint.{rule}"]


def test_about_what_we_write_there_is_nothing_to_say(document):
    assert lint(document) == ()
    assert lint(json.loads(dump(encode(awards.minimal())))) == ()


# members


def test_a_misspelt_member_is_told_with_the_word_that_was_meant(document, spec):
    spec["learningOutcomes"] = spec.pop("learningOutcome")
    [finding] = said(document, "unknown-member")
    assert (finding.path, finding.advice) == (f"{SPEC}/learningOutcomes", True)
    assert "Was 'learningOutcome' meant?" in finding.message


def test_a_member_that_is_a_term_only_in_the_credential_is_unknown_elsewhere(document, spec):
    spec["issuanceDate"] = "2026-01-01T00:00:00Z"
    assert [one.path for one in said(document, "unknown-member")] == [f"{SPEC}/issuanceDate"]


def test_what_stands_below_an_unknown_member_is_not_judged(document, spec):
    spec["unheardOf"] = {"startDate": "never"}
    assert [one.rule for one in lint(document)] == ["elm.lint.unknown-member"]


def test_the_spelling_of_elm_3_1_is_named(document):
    result = document["credentialSubject"]["hasClaim"]["provenBy"][0]
    result["resultDestribution"] = {"id": "urn:x", "type": "ResultDistribution"}
    [finding] = said(document, "unknown-member")
    assert "resultDistribution" in finding.message


# dates and durations


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-06-31T10:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01T10:60:00Z",
        "2024-01-01T10:00:00+15:00",
        "2024-01-01 10:00:00Z",
        "24-01-01T10:00:00Z",
        "2024-01-01T10:00Z",
        "yesterday",
    ],
)
def test_a_date_that_does_not_exist_fails(document, text):
    document["issued"] = text
    [finding] = said(document, "date")
    assert (finding.path, finding.outcome, finding.advice) == ("/issued", Outcome.FAILED, False)
    assert text[:30] in finding.message


def test_a_day_without_time_is_told_as_such(document):
    document["validFrom"] = "2024-02-29"
    [finding] = said(document, "date")
    assert "has no time of day" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T10:00:00.123456+02:00",
        "2024-01-01T10:00:00-14:00",
        "2024-01-01T10:00:00",
    ],
)
def test_a_date_that_exists_is_left_alone(document, text):
    document["issued"] = text
    assert said(document, "date") == []


@pytest.mark.parametrize("text", ["60 hours", "60", "1M", "T60H", "-"])
def test_a_duration_that_is_none_fails(document, spec, text):
    spec["volumeOfLearning"] = text
    [finding] = said(document, "duration")
    assert (finding.path, finding.outcome) == (f"{SPEC}/volumeOfLearning", Outcome.FAILED)


@pytest.mark.parametrize("text", ["PT", "P", "P1H", "PT60", "PT1.5H"])
def test_a_duration_that_only_some_engines_read_is_advice(document, spec, text):
    spec["volumeOfLearning"] = text
    [finding] = said(document, "duration")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)


@pytest.mark.parametrize(("text", "times"), [("P60M", 1), ("P2Y", 1), ("PT60M", 0), ("P5D", 0)])
def test_a_workload_in_months_or_years_is_asked_about(document, spec, text, times):
    spec["volumeOfLearning"] = text
    found = said(document, "long-duration")
    assert len(found) == times
    assert all(finding.advice for finding in found)


def test_a_longest_time_in_months_is_nothing_strange(document, spec):
    spec["maximumDuration"] = "P6M"
    assert said(document, "long-duration") == []


# code lists


def test_a_code_that_its_mandatory_list_does_not_have_fails(document, spec):
    spec["eqfLevel"]["id"] = f"{SNB}eqf/9"
    [finding] = said(document, "code")
    assert (finding.path, finding.outcome) == (f"{SPEC}/eqfLevel/id", Outcome.FAILED)


def test_a_code_that_another_list_does_not_have_is_advice(document, spec):
    spec["mode"] = {
        "id": f"{SNB}learning-assessment/0000000000",
        "type": "Concept",
        "inScheme": {"id": f"{SNB}learning-assessment/25831c2", "type": "ConceptScheme"},
    }
    [finding] = said(document, "code")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)


def test_a_code_of_a_list_we_do_not_hold_is_left_alone(document, spec):
    spec["mode"] = {
        "id": "https://other.example/modes/1",
        "type": "Concept",
        "inScheme": {"id": "https://other.example/modes", "type": "ConceptScheme"},
    }
    assert lint(document) == ()


def test_a_code_of_the_wrong_list_is_told_with_the_right_one(document, spec):
    spec["mode"] = json.loads(json.dumps(spec["thematicArea"][0]))
    [finding] = said(document, "list")
    assert finding.path == f"{SPEC}/mode/id"
    assert finding.evidence["expected"] == ["mode"]


def test_a_code_without_its_list_is_told_which_one_it_is_of(document, spec):
    del spec["learningSetting"]["inScheme"]
    [finding] = said(document, "scheme")
    assert finding.path == f"{SPEC}/learningSetting/inScheme"
    assert f"{SNB}learning-setting/25831c2" in finding.message


def test_a_code_that_names_another_list_is_told(document, spec):
    spec["eqfLevel"]["inScheme"]["id"] = f"{SNB}isced-f/25831c2"
    rules = {finding.rule for finding in lint(document)}
    assert "elm.lint.scheme" in rules
    assert "elm.lint.code" in rules


def test_naming_the_list_once_is_enough_for_every_place(document):
    subject = document["credentialSubject"]
    subject["citizenshipCountry"] = {
        "id": "http://publications.europa.eu/resource/authority/country/IRL",
        "type": "Concept",
    }
    assert said(document, "scheme") == []


# ids


def test_one_id_for_two_different_things_is_told_at_the_second(document, spec):
    first, second = spec["learningOutcome"]
    second["id"] = first["id"]
    [finding] = said(document, "same-id")
    assert finding.path == f"{SPEC}/learningOutcome/1/id"
    assert "title" in finding.message


def test_one_thing_told_twice_in_the_same_way_is_fine(document, spec):
    spec["learningOutcome"].append(json.loads(json.dumps(spec["learningOutcome"][0])))
    assert said(document, "same-id") == []


def test_a_reference_that_leads_nowhere_is_told(document):
    claim = document["credentialSubject"]["hasClaim"]
    claim["awardedBy"]["awardingBody"] = "urn:epass:org:77"
    found = said(document, "reference")
    assert [one.path for one in found] == [
        "/credentialSubject/hasClaim/awardedBy/awardingBody",
    ]


def test_a_reference_to_something_outside_is_left_alone(document):
    claim = document["credentialSubject"]["hasClaim"]
    claim["awardedBy"]["awardingBody"] = "https://elsewhere.example/org"
    assert said(document, "reference") == []


# names and pictures


def test_a_name_in_two_languages_is_told(document):
    document["credentialSubject"]["fullName"] = {"en": "Anna", "el": "Άννα"}
    [finding] = said(document, "name")
    assert finding.path == "/credentialSubject/fullName"


@pytest.mark.parametrize(
    ("content", "words"),
    [("@@@", "cannot be read as base64"), ("", "is empty"), ("QUJD", "does not begin as a PNG")],
)
def test_a_picture_that_nobody_can_show_is_told(document, content, words):
    shown = document["displayParameter"]["individualDisplay"]["displayDetail"]
    shown["image"]["content"] = content
    [finding] = said(document, "image")
    assert words in finding.message


# manners


def test_the_same_remark_is_made_once_with_the_number_of_places(document, spec):
    for outcome in spec["learningOutcome"]:
        outcome["colour"] = "red"
    [finding] = said(document, "unknown-member")
    assert finding.evidence["places"] == 2


def test_at_most_fifty_remarks_are_made_by_a_rule(document, spec):
    spec.update({f"zz{number}qq": 1 for number in range(500)})
    assert len(said(document, "unknown-member")) == 50


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[{}]], {"id": []}, {"type": {"id": 1}}])
def test_any_json_is_linted(value):
    assert isinstance(lint(value), tuple)
