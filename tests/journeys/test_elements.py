"""The element report on one complete award, on what is left of it, and on the real sample.

1. From the complete award each element of each list is taken out in turn: exactly that
   element is reported, with what is nested in it, at its pointer, as its list says.
2. The same after encode, dump, read and decode where ELM allows the absence; else
   `encode` refuses and names exactly that element.
3. The Commission's signed Annex I sample: what is really in it, read by hand first.

`python -m tests.journeys.test_elements` prints the table of 1 and 2.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tessera import quality
from tessera.errors import EncodeError
from tessera.formats.elm import check
from tessera.formats.elm.decode import Decoded, decode
from tessera.formats.elm.encode import dump, encode
from tessera.model import Award
from tessera.quality import ElementReport, Obligation, State, element_list, lists
from tessera.render.display import display_picture
from tessera.report import Outcome
from tessera.seals.jades import open_jws
from tessera.standards import jsontext
from tests.complete import complete_award, without

EVERY = [(id, element.id) for id in lists() for element in element_list(id).elements]
GROUPS = element_list("microbol").groups


@cache
def whole() -> Award:
    """The complete award as it is issued: with its picture, without the provider's own key."""
    award = complete_award()
    learner = replace(award.learner, key=None)
    return replace(award, learner=learner, display=display_picture(award.micro_credential, "en"))


def taken_out(list_id: str, *element_ids: str) -> Award:
    award = whole()
    for id in element_ids:
        award = without(award, list_id, id)
    return award


def examine(subject: Award, list_id: str, *out: str, places: Any = None) -> ElementReport:
    return quality.examine(subject, list_id, sealed="E6" not in out, places=places)


def reported(report: ElementReport) -> set[str]:
    """The elements about which something is said, without those that do not apply."""
    quiet = (State.PRESENT, State.NOT_APPLICABLE)
    return {one.element.id for one in report.results if one.state not in quiet}


def nested(report: ElementReport) -> set[str]:
    """The elements that are reported with another one, and not by themselves."""
    return {one.element.id for one in report.results if one.state is State.NOT_APPLICABLE}


def through_elm(award: Award) -> tuple[Decoded, Any]:
    """Encode, dump, read, decode."""
    document = jsontext.read_json(dump(encode(award)), max_bytes=1_000_000)
    return decode(document), document


def refusal(award: Award) -> EncodeError | None:
    try:
        encode(award)
    except EncodeError as error:
        return error
    return None


def expected_outcome(list_id: str, element_id: str) -> tuple[Outcome, bool]:
    """What a list says about a missing element: (outcome, only advice)."""
    if element_list(list_id).element(element_id).obligation is Obligation.OPTIONAL:
        return Outcome.NOT_APPLICABLE, True
    if (list_id, element_id) == ("neset-2020", "E17"):  # silence does not tell whether any
        return Outcome.INDETERMINATE, False
    return Outcome.FAILED, False


def stands(document: Any, pointer: str) -> bool:
    """Whether a JSON Pointer leads to a value, or to a member that its object could have."""
    *way, last = pointer.split("/")[1:] or [""]
    for token in way:
        document = document[int(token)] if isinstance(document, list) else document.get(token)
        if document is None:
            return False
    return isinstance(document, Mapping) or document[int(last)] is not None


# 1. the record


@pytest.mark.parametrize(("list_id", "element_id"), EVERY)
def test_what_is_taken_out_of_the_record_is_reported_and_nothing_else(list_id, element_id):
    report = examine(taken_out(list_id, element_id), list_id, element_id)
    assert reported(report) == {element_id}
    result = report.result(element_id)
    assert result.state is State.MISSING
    assert (result.finding.outcome, result.finding.advice) == expected_outcome(list_id, element_id)
    assert result.element.missing in result.finding.message
    of_description = result.finding.path.removeprefix("/micro_credential")
    assert of_description.startswith(result.element.pointer)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_that_is_taken_out_is_reported_with_its_members_only(group):
    members = {one.id for one in element_list("microbol").elements if one.group == group}
    report = examine(taken_out("microbol", *members), "microbol", *members)
    assert reported(report) <= members == reported(report) | (nested(report) & members)
    figures = report.completeness
    assert (figures.groups_there, figures.groups_of) == (6, 7)


# 2. through ELM


def test_the_complete_award_comes_back_equal_and_complete():
    decoded, _ = through_elm(whole())
    assert decoded.award == whole()
    assert decoded.findings == ()
    for id in lists():
        assert reported(examine(decoded.award, id)) == set()


@pytest.mark.parametrize(("list_id", "element_id"), EVERY)
def test_after_elm_the_same_is_reported_or_encode_had_named_it(list_id, element_id):
    award = taken_out(list_id, element_id)
    of_record = examine(award, list_id, element_id)
    refused = refusal(award)
    if refused is not None:
        named = set(refused.elements)
        assert element_id in named
        in_list = {one.id for one in element_list(list_id).elements}
        assert (named & in_list) - nested(of_record) == {element_id}
        assert all(f"element {id}" in str(refused) for id in named)
        return
    decoded, document = through_elm(award)
    assert decoded.award == award
    report = examine(decoded.award, list_id, element_id, places=decoded.places)
    assert reported(report) == {element_id}
    assert nested(report) == nested(of_record)
    finding = report.result(element_id).finding
    assert (finding.outcome, finding.advice) == expected_outcome(list_id, element_id)
    assert stands(document, finding.path), finding.path


@pytest.mark.parametrize("group", GROUPS)
def test_after_elm_a_group_is_reported_or_encode_had_named_its_members_only(group):
    members = {one.id for one in element_list("microbol").elements if one.group == group}
    award = taken_out("microbol", *members)
    refused = refusal(award)
    if refused is not None:
        assert set(refused.elements) <= members
        return
    decoded, _ = through_elm(award)
    report = examine(decoded.award, "microbol", *members)
    assert reported(report) <= members == reported(report) | (nested(report) & members)


def test_elm_refuses_the_absence_of_what_it_demands_and_of_nothing_else():
    refused = {pair: refusal(taken_out(*pair)) for pair in EVERY}
    assert {element for (_, element), error in refused.items() if error is not None} == {
        "E2",  # LearningAchievement: title 1..*
        "E3",  # Organisation: location 1..*
        "E4",  # AwardingProcess: awardingBody 1..*
        "E5",  # where nobody at all is named
        "E7",  # EuropeanDigitalCredential: issued 1..1
    }


def test_without_the_identifier_that_the_seal_proves_encode_names_the_seal():
    mc = whole().micro_credential
    first, *others = mc.awarding_bodies
    nobody = replace(first, organisation=replace(first.organisation, identifiers=()))
    award = replace(whole(), micro_credential=replace(mc, awarding_bodies=(nobody, *others)))
    error = refusal(award)
    assert error is not None
    assert error.elements == ("E6",)
    assert error.paths == ("/micro_credential/awarding_bodies/0/organisation/identifiers",)


# 3. the Commission's own sample of Annex I

CASES = os.environ.get("TESSERA_CASES")
needs_cases = pytest.mark.skipif(
    not CASES, reason="TESSERA_CASES is not set: the Commission's sample is not here"
)
CLAIM = "/credentialSubject/hasClaim"
SPEC = f"{CLAIM}/specifiedBy"
# Read by hand in the payload: element → where in the document it stands.
BY_HAND = {
    "E1": "/credentialSubject",  # "Ana Andromeda", with date of birth and national id
    "E2": f"{SPEC}/title",  # "Digital micro-credential creation"
    "E3": f"{CLAIM}/awardedBy/awardingBody/location",  # Ireland, Dublin city
    "E4": f"{CLAIM}/awardedBy/awardingBody",  # University of Zed; the issuer is another body
    "E7": "/issued",  # 2023-09-27; there is no awardingDate
    "E9": f"{SPEC}/learningOutcome",  # two
    "E10": f"{SPEC}/creditPoint",  # 2 ECTS, and PT60H in volumeOfLearning
    "E12": f"{SPEC}/eqfLevel",  # 6, and RQF level 6 beside it
    "E14": f"{CLAIM}/provenBy/specifiedBy",  # "artefact assessment", a concept of its own
    "E15": f"{SPEC}/mode",  # blended
    "E17": f"{SPEC}/entryRequirement",
    "E18": f"{CLAIM}/provenBy/idVerification",  # unsupervised, without identity verification
    "E19": f"{CLAIM}/provenBy",  # "Pass"
}


@pytest.fixture(scope="module")
def sample() -> Any:
    listed = json.loads((Path(CASES or "") / "manifest.json").read_text())["cases"]
    [path] = [one["path"] for one in listed if one["id"] == "edc-jades-001"]
    payload = open_jws((Path(CASES or "") / path).read_bytes()).document
    return jsontext.read_json(payload, max_bytes=1_000_000)


def annex_i(sample: Any, list_id: str = "eu-2022") -> ElementReport:
    decoded = decode(sample)
    return quality.examine(decoded.award, list_id, sealed=True, places=decoded.places)


@needs_cases
def test_the_sample_of_annex_i_has_10_of_11_and_3_of_5_where_we_read_them_by_hand(sample):
    report = annex_i(sample)
    assert str(report.completeness) == "10 of 11 mandatory and 3 of 5 optional elements"
    there = {
        one.element.id: one.finding.path for one in report.results if one.state is State.PRESENT
    }
    assert there == BY_HAND
    assert reported(report) == {"E16", "E20", "E26"}


@needs_cases
@pytest.mark.parametrize("element_id", BY_HAND)
def test_what_is_found_in_the_sample_stands_where_the_finding_points(sample, element_id):
    value = sample
    for token in BY_HAND[element_id].split("/")[1:]:
        value = value[token]
    assert value


@needs_cases
def test_the_sample_of_annex_i_lacks_quality_assurance_where_it_would_stand(sample):
    result = annex_i(sample).result("E16")
    assert (result.state, result.finding.outcome) == (State.MISSING, Outcome.FAILED)
    assert result.finding.path == f"{SPEC}/accreditation"
    assert "accreditation" not in json.dumps(sample)


@needs_cases
def test_the_stackability_of_the_sample_is_only_implied(sample):
    assert sample["credentialSubject"]["hasClaim"]["specifiedBy"]["isPartialQualification"] is False
    finding = annex_i(sample).result("E20").finding
    assert finding.advice
    assert "only implies that it stands alone" in finding.message
    assert finding.path == f"{SPEC}/isPartialQualification"


@needs_cases
def test_further_information_is_absent_from_the_sample(sample):
    finding = annex_i(sample).result("E26").finding
    assert finding.advice
    assert finding.path == f"{SPEC}/additionalNote"
    spec = sample["credentialSubject"]["hasClaim"]["specifiedBy"]
    assert not spec.keys() & {"additionalNote", "homepage", "supplementaryDocument"}


@needs_cases
def test_60_months_beside_60_hours_are_flagged_by_the_record_and_by_the_document(sample):
    place = f"{CLAIM}/influencedBy/specifiedBy/volumeOfLearning"
    [lint] = [one for one in check.check(sample) if one.rule == "elm.lint.long-duration"]
    assert (lint.path, lint.advice) == (place, True)
    assert "P60M" in lint.message
    decoded = decode(sample)
    steps = quality.examine_all(decoded.award, ["eu-2022"], sealed=True, places=decoded.places)
    [length] = [
        finding
        for step in steps
        for finding in step.findings
        if finding.rule == "ects.activity-duration"
    ]
    assert (length.path, length.outcome) == (place, Outcome.FAILED)
    assert "60 months" in length.message


@needs_cases
def test_the_other_lists_find_in_the_sample_what_they_ask_for(sample):
    found = {id: str(annex_i(sample, id).completeness) for id in lists()}
    assert found == {
        "eu-2022": "10 of 11 mandatory and 3 of 5 optional elements",
        "ec-2020": "12 of 13 mandatory and 2 of 5 optional elements",
        "microbol": "5 of 7 groups (13 of 15 elements)",
        "neset-2020": "10 of 15 elements",
    }
    assert reported(annex_i(sample, "microbol")) == {"E13", "E16"}  # no ISCED level
    assert reported(annex_i(sample, "neset-2020")) == {"E8", "E16", "E20", "E23", "E24"}


# the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one element taken out, in the record and through ELM."""

    list_id: str
    element_id: str
    title: str
    said: str
    pointer: str
    exact: bool
    wire: str
    wire_exact: bool
    wire_pointer: str


def rows() -> Iterator[Row]:
    """Take out every element of every list and look what is reported."""
    for list_id, element_id in EVERY:
        award = taken_out(list_id, element_id)
        report = examine(award, list_id, element_id)
        result = report.result(element_id)
        refused = refusal(award)
        if refused is not None:
            wire, pointer = "refused", refused.paths[0]
            in_list = {one.id for one in element_list(list_id).elements}
            named = (set(refused.elements) & in_list) - nested(report)
            exact = named == {element_id}
        else:
            decoded, _ = through_elm(award)
            after = examine(decoded.award, list_id, element_id, places=decoded.places)
            wire, pointer = "read back", after.result(element_id).finding.path or "/"
            exact = reported(after) == {element_id}
        yield Row(
            list_id=list_id,
            element_id=element_id,
            title=result.element.title,
            said="advised" if result.finding.advice else result.finding.outcome.value.lower(),
            pointer=result.finding.path or "/",
            exact=reported(report) == {element_id},
            wire=wire,
            wire_exact=exact,
            wire_pointer=pointer,
        )


def main() -> None:
    """Print the table and its figures."""
    made = list(rows())
    for row in made:
        print(
            f"{row.list_id:<11}{row.element_id:<5}{row.said:<14}"
            f"{'exact' if row.exact else 'NOT EXACT':<10}{row.pointer:<58}"
            f"{row.wire:<10}{'exact' if row.wire_exact else 'NOT EXACT':<10}{row.wire_pointer}"
        )
    for list_id, number in Counter(row.list_id for row in made).items():
        mine = [row for row in made if row.list_id == list_id]
        print(
            f"{list_id}: {sum(row.exact for row in mine)} of {number} reported exactly in the "
            f"record; through ELM {sum(row.wire == 'read back' for row in mine)} read back and "
            f"{sum(row.wire == 'refused' for row in mine)} refused, "
            f"{sum(row.wire_exact for row in mine)} of {number} exactly"
        )


if __name__ == "__main__":
    main()
