"""What the profile can say is read back, and every document written follows its schema."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from tessera.errors import EncodeError
from tessera.formats.eaa import FORMAT
from tessera.formats.eaa.encode import build
from tessera.formats.eaa.shapes import narrowed
from tessera.model import Award, Identifier, Learner, MicroCredential, Text
from tessera.report import Outcome
from tessera.standards.locate import Library
from tests.complete import complete_award
from tests.unit.formats.eaa.awards import higher_education

STANDARDS = os.environ.get("TESSERA_STANDARDS")
needs_schema = pytest.mark.skipif(
    not STANDARDS, reason="TESSERA_STANDARDS is not set: the schemas of the pilot are not here"
)


def decoded(award: Award) -> Award:
    return FORMAT.decode(FORMAT.encode(award)).award


def test_the_elements_that_the_profile_has_are_read_back():
    award = complete_award()
    found = decoded(award)
    mc, was = found.micro_credential, award.micro_credential
    for name in ("id", "title", "description", "fields", "prerequisites", "further_information",
                 "links", "resources", "target_groups", "providers"):  # fmt: skip
        assert getattr(mc, name) == getattr(was, name), name
    assert mc.level == was.level
    assert mc.participation.modes == was.participation.modes
    assert (mc.workload.hours, mc.workload.ects) == (was.workload.hours, was.workload.ects)
    assert [one.title for one in mc.learning_outcomes] == [
        one.title for one in was.learning_outcomes
    ]
    assert mc.learning_outcomes[0].esco_skills == was.learning_outcomes[0].esco_skills
    assert [one.kind for one in mc.assessments] == [one.kind for one in was.assessments]
    [kept] = mc.quality_assurance
    assert kept == replace(was.quality_assurance[0], standard=None, decision=None)
    assert found.learner == replace(award.learner, key=None)
    assert found.achievement == award.achievement
    assert (found.issued_at, found.awarded_on) == (award.issued_at, award.awarded_on)


def test_what_the_profile_demands_is_named_when_it_is_missing():
    empty = Award(id="urn:x:1", micro_credential=MicroCredential(id="urn:x:2"))
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(empty)
    assert set(refused.value.elements) == {
        "E1", "E2", "E4", "E7", "E11", "E12", "E13", "E14", "E15",
    }  # fmt: skip
    assert len(refused.value.paths) >= len(refused.value.elements)


def test_an_issuer_without_a_legal_identifier_is_refused():
    award = complete_award()
    mc = award.micro_credential
    body = mc.awarding_bodies[0]
    bare = replace(body, organisation=replace(body.organisation, identifiers=(), places=()))
    award = replace(award, micro_credential=replace(mc, awarding_bodies=(bare,)))
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(award)
    assert refused.value.elements == ("E3", "E6")


def test_credits_received_are_written_only_where_the_profile_lets_them():
    award = complete_award()
    for points in (Decimal("2.5"), Decimal(16), None):
        done = replace(award.achievement, ects=points)
        claim = FORMAT.encode(replace(award, achievement=done))["credentialSubject"]["hasClaim"][0]
        assert "creditReceived" not in claim


def test_a_learner_is_named_by_a_did_and_otherwise_only_within_the_credential():
    award = complete_award()
    assert FORMAT.encode(award)["credentialSubject"]["id"] == f"{award.id}#subject"
    did = Identifier.parse("did", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    held = replace(award, learner=replace(award.learner, identifiers=(did,)))
    assert FORMAT.encode(held)["credentialSubject"]["id"] == did.value


def test_a_test_says_so_in_the_file_and_is_read_back():
    award = replace(complete_award(), is_test=True)
    shown = FORMAT.encode(award)["displayParameter"]["title"]
    assert all(said.startswith("TEST: ") for said in shown.values())
    assert decoded(award).is_test
    assert decoded(award).micro_credential.title == award.micro_credential.title


def test_no_personal_number_of_the_provider_is_written():
    award = replace(complete_award(), learner=replace(complete_award().learner, key="SECRET-1"))
    assert "SECRET-1" not in str(FORMAT.encode(award))


def test_a_language_that_the_schema_lacks_is_narrowed():
    assert narrowed(Text.of({"pt-BR": "a", "und": "b"})) == {"pt": "a"}
    assert narrowed(Text.of({"en": "a", "en-IE": "b"})) == {"en": "a"}
    assert narrowed(Text.of("b")) == {"en": "b"}


def test_a_national_number_needs_a_country():
    award = complete_award()
    number = Identifier(scheme="register", value="123")
    for country, is_there in (("FI", True), (None, False)):
        learner = replace(award.learner, national_id=replace(number, country=country))
        written = FORMAT.encode(replace(award, learner=learner))["credentialSubject"]
        assert ("nationalID" in written) is is_there


def test_a_full_name_alone_is_refused():
    award = replace(complete_award(), learner=Learner(full_name="Ada"))
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(award)
    assert refused.value.elements == ("E1",)


@needs_schema
@settings(max_examples=40, deadline=None, derandomize=True)
@given(higher_education)
def test_every_award_is_written_as_the_schema_of_the_pilot_asks(award):
    findings = FORMAT.check(FORMAT.encode(award), Library(Path(STANDARDS)))
    assert [one.outcome for one in findings] == [Outcome.PASSED], findings


@settings(max_examples=40, deadline=None, derandomize=True)
@given(higher_education)
def test_what_is_written_is_read_without_a_remark_and_written_again_the_same(award):
    document = FORMAT.encode(award)
    found = FORMAT.decode(document)
    assert found.findings == ()
    assert build(found.award) == document
    assert decoded(found.award) == found.award
