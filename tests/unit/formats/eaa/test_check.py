"""Samples of the pilot, and the step `schema`: every rule comes out each way."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.formats.eaa import FORMAT
from tessera.formats.eaa.encode import build
from tessera.formats.eaa.rules import RULES
from tessera.report import Outcome
from tessera.standards.locate import Library
from tests.complete import complete_award

STANDARDS = os.environ.get("TESSERA_STANDARDS")
CASES = os.environ.get("TESSERA_CASES")
needs_schema = pytest.mark.skipif(
    not STANDARDS, reason="TESSERA_STANDARDS is not set: the schemas of the pilot are not here"
)
needs_cases = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no samples here")
DOCUMENT = FORMAT.encode(complete_award())


def samples(folder):
    found = sorted(Path(CASES, folder).rglob("*.json"))
    return {one.stem: json.loads(one.read_text()) for one in found}


def library():
    return Library(Path(STANDARDS))


@needs_schema
@needs_cases
def test_the_pilots_own_examples_breach_the_pilots_own_schema():
    found = samples("eaa-edc-w3c")
    assert len(found) == 6
    for name, document in found.items():
        findings = FORMAT.check(document, library())
        assert {one.outcome for one in findings} == {Outcome.FAILED}, name
        assert any("credentialProfiles" in one.evidence["reason"] for one in findings), name


@needs_cases
def test_the_examples_are_read_and_written_back_as_they_were():
    for name, document in samples("eaa-edc-w3c").items():
        found = FORMAT.decode(document)
        assert found.award.learner.display_name == "John Doe", name
        bare = {key: value for key, value in document.items() if key != "proof"}
        assert build(found.award) == bare, name
    mc = FORMAT.decode(samples("eaa-edc-w3c")["euhe-microcredential-example-john-doe"]).award
    assert mc.micro_credential.level.eqf == 5
    assert [one.code for one in mc.micro_credential.fields] == ["0410"] or mc.residue
    assert str(mc.achievement.ects) == "5"


@needs_cases
def test_a_person_identification_and_a_student_card_are_known_as_what_they_are():
    found = samples("eaa-other")
    for name, kind in (("pid", "person identification"), ("EuropeanStudentCard", "Student Card")):
        assert FORMAT.recognises(found[name])
        assert FORMAT.decode(found[name]) is None
        [finding] = FORMAT.check(found[name])
        assert (finding.rule, finding.outcome) == ("eaa.schema.plain", Outcome.INDETERMINATE)
        assert kind in finding.message
    for name in ("ProfessionalTrainingCertificate", "AccreditationMedicalTraining_SEAFORMEC"):
        assert not FORMAT.recognises(found[name])  # credentials of the W3C data model


def test_without_the_schemas_what_all_attestations_have_is_asked_for():
    [open_question] = FORMAT.check(DOCUMENT)
    assert (open_question.rule, open_question.outcome) == (
        "eaa.schema.not-installed", Outcome.INDETERMINATE,
    )  # fmt: skip
    missing = {name: one for name, one in DOCUMENT.items() if name != "issued"}
    assert [one.rule for one in FORMAT.check(missing)] == ["eaa.schema.missing"]
    more = {**DOCUMENT, "credentialProfiles": []}
    assert [one.rule for one in FORMAT.check(more)] == ["eaa.schema.unknown"]


def test_a_missing_official_file_leaves_it_open(tmp_path):
    [finding] = FORMAT.check(DOCUMENT, Library(tmp_path))
    assert finding.rule == "eaa.schema.not-installed"


@needs_schema
def test_a_proof_is_not_part_of_what_the_schema_judges():
    sealed = {**DOCUMENT, "proof": {"type": "DataIntegrityProof", "proofValue": "z"}}
    [finding] = FORMAT.check(sealed, library())
    assert finding.outcome is Outcome.PASSED


TITLE = {"title": {"en": "x"}}


def nested(levels, step):
    node = {"legalName": {"en": "x"}, "location": []}
    for _ in range(levels):
        node = step(node)
    return {**DOCUMENT, "credentialSubject": {"hasClaim": [node]}}


@needs_schema
@pytest.mark.parametrize(
    "step",
    [
        lambda node: {**TITLE, "awardedBy": {"awardingBody": [], "awards": [node]}},
        lambda node: {**TITLE, "awardedBy": {"awardingBody": [{"hasClaim": [node]}]}},
        lambda node: {**TITLE, "provenBy": [{"assessedBy": [{"groupMemberOf": [
            {"member": [{"hasClaim": [node]}]}]}]}]},
        lambda node: {**TITLE, "hasPart": [node]},
        lambda node: {"subOrganizationOf": node},
    ],
)  # fmt: skip
def test_what_nests_is_judged_within_bounds_or_not_at_all(step):
    """Without a bound six levels of the first kind take the schema 44 seconds, seven minutes."""
    for levels in (1, 2, 3, 4, 6, 9, 12, 40):
        found = FORMAT.check(nested(levels, step), library())
        assert found[0].outcome is Outcome.FAILED
    assert found[0].rule == "eaa.schema.too-nested"


@needs_schema
def test_a_transcript_of_two_hundred_courses_is_judged():
    document = json.loads(json.dumps(DOCUMENT))
    claim = document["credentialSubject"]["hasClaim"][0]
    claim["hasPart"] = [json.loads(json.dumps(claim)) for _ in range(200)]
    [finding] = FORMAT.check(document, library())
    assert finding.outcome is Outcome.PASSED
    claim["hasPart"][-1]["unknown"] = 1
    [finding] = FORMAT.check(document, library())
    assert finding.outcome is Outcome.FAILED
    assert "too large to say where" in finding.message


def test_outcomes_of_others_which_have_no_short_name_are_numbered():
    document = json.loads(json.dumps(DOCUMENT))
    node = document["credentialSubject"]["hasClaim"][0]["specifiedBy"]
    for one in node["learningOutcome"]:
        del one["identifier"]
    found = FORMAT.decode(document)
    assert [one.id for one in found.award.micro_credential.learning_outcomes] == [
        "outcome-1", "outcome-2", "outcome-3",
    ]  # fmt: skip
    assert build(found.award) == document


def test_what_is_no_attestation_is_refused():
    for document in ({}, [], None, "x", b"x", {"type": "VerifiableCredential"}):
        assert not FORMAT.recognises(document)
        assert FORMAT.check(document)[0].rule == "eaa.schema.no-attestation"
        with pytest.raises(UnreadableError):
            FORMAT.decode(document)
        assert FORMAT.embedded(document) == ()


def test_every_rule_is_listed_and_documented():
    import tessera.formats.eaa as package

    sources = "".join(one.read_text() for one in Path(package.__file__).parent.glob("*.py"))
    used = set(re.findall(r'"(eaa\.schema[a-z.-]*)"', sources))
    used |= {f"eaa.decode.{one}" for one in re.findall(r'remark\(\s*"([a-z-]+)"', sources)}
    assert used <= set(RULES)
    page = Path(__file__).parents[4] / "docs" / "standards" / "eaa.md"
    assert set(re.findall(r"^\| `(eaa\.[a-z.-]+)`", page.read_text(), re.M)) == set(RULES)


def paths(value, path=()):
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, dict | list):
            yield from paths(one, (*path, key))
        else:
            yield (*path, key)


PLACES = list(paths(DOCUMENT))
values = st.recursive(
    st.sampled_from([None, True, -1, 10**30, 1e308, "", " ", "did:", "PT1H", "P1M", "9999-99-99",
                     "en", "TEST: x", "http://data.europa.eu/snb/eqf/9"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["id", "type", "notation", "noteLiteral", "en", "x"]), inner),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(PLACES[1:]), values)
def test_any_value_in_any_place_is_read_and_written_back(path, value):
    document = json.loads(json.dumps(DOCUMENT))
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    if not FORMAT.recognises(document):
        return
    found = FORMAT.decode(document)
    assert {one.rule for one in found.findings} <= set(RULES)
    assert build(found.award) == document
    FORMAT.check(document)
