"""What ELMO can say is read back, and every document that is written follows its schema."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from tessera.errors import EncodeError
from tessera.formats.elmo import FORMAT
from tessera.formats.elmo.encode import encode
from tessera.formats.elmo.names import DESCRIPTION
from tessera.formats.elmo.words import MARK
from tessera.model import Award, Duration, Learner, MicroCredential, Text
from tessera.report import Outcome
from tessera.standards.locate import Library
from tessera.standards.xmltext import read_xml
from tests.complete import complete_award
from tests.unit.formats.elm.strategies import whole_awards

STANDARDS = os.environ.get("TESSERA_STANDARDS")
needs_schema = pytest.mark.skipif(
    not STANDARDS, reason="TESSERA_STANDARDS is not set: the official schema is not here"
)


def decoded(award: Award) -> Award:
    return FORMAT.decode(FORMAT.encode(award)).award


def test_the_elements_of_a_complete_award_that_elmo_has_are_read_back():
    award = complete_award()
    found = decoded(award)
    mc, was = found.micro_credential, award.micro_credential
    assert (found.id, found.issued_at) == (award.id, award.issued_at)
    assert (mc.id, mc.title, mc.description) == (was.id, was.title, was.description)
    assert mc.fields == was.fields
    assert (mc.level.eqf, mc.level.qf_ehea) == (was.level.eqf, was.level.qf_ehea)
    assert mc.participation.languages == was.participation.languages
    body, stated = mc.awarding_bodies[0].organisation, was.awarding_bodies[0].organisation
    assert (body.id, body.legal_name) == (stated.id, stated.legal_name)
    assert body.identifiers == stated.identifiers
    assert (body.country, body.homepage) == (stated.country, stated.homepage)
    assert found.learner.given_name == award.learner.given_name
    assert found.learner.date_of_birth == award.learner.date_of_birth
    assert found.learner.identifiers == award.learner.identifiers
    assert found.achievement.ects == award.achievement.ects
    assert found.achievement.period == award.achievement.period
    assert found.achievement.actual_workload == award.achievement.actual_workload
    assert str(found.achievement.results[0].grade) == "82 %"


def test_what_has_no_element_is_told_in_words_and_named():
    award = complete_award()
    text = FORMAT.encode(award).decode()
    for said in ("Learning outcome: Assess the risks", "Workload: 56 hours", "Blended", "ESG"):
        assert said in text
    places = FORMAT.elsewhere(award)
    assert places["/micro_credential/workload/hours"] == DESCRIPTION
    assert places["/micro_credential/learning_outcomes/0/title"] == DESCRIPTION
    assert places["/micro_credential/workload/ects"].endswith("/credit")


def test_offered_hours_are_never_written_as_hours_spent():
    award = complete_award()
    award = replace(award, achievement=replace(award.achievement, actual_workload=None))
    assert b"engagementHours" not in FORMAT.encode(award)


def test_a_full_name_alone_stands_as_the_family_name():
    award = replace(complete_award(), learner=Learner(full_name="Ada"))
    assert decoded(award).learner.family_name == "Ada"
    assert FORMAT.elsewhere(award)["/learner/full_name"] == "/elmo/learner/familyName"


def test_a_test_says_so_in_the_file_and_is_read_back():
    award = replace(complete_award(), is_test=True)
    assert b"TEST: this document proves nothing" in FORMAT.encode(award)
    assert decoded(award).is_test
    assert not decoded(complete_award()).is_test


def test_the_sealed_file_travels_along_and_comes_out_as_it_went_in():
    sealed = bytes(range(256)) * 30
    document = encode(complete_award(), sealed)
    assert [one.content for one in FORMAT.embedded(document)] == [sealed]
    assert b"<type>Micro Credential</type>" in document
    again = FORMAT.encode(FORMAT.decode(document).award)
    assert [one.content for one in FORMAT.embedded(again)] == [sealed]


def test_a_media_type_cannot_break_out_of_the_data_address():
    with pytest.raises(EncodeError):
        encode(complete_award(), b"x", media_type="text/html;<script>")


def test_what_elmo_demands_is_named_when_it_is_missing():
    empty = Award(id="urn:x:1", micro_credential=MicroCredential(id="urn:x:2"))
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(empty)
    assert refused.value.elements == ("E2", "E4", "E7")
    assert len(refused.value.paths) == 3


def test_a_description_that_holds_our_own_mark_is_kept_apart_from_the_words():
    award = complete_award()
    text = Text.of({"en": f"One.{MARK}- Two.", "nl": f"Een.{MARK}- Twee."})
    award = replace(award, micro_credential=replace(award.micro_credential, description=text))
    assert decoded(award).micro_credential.description == text


def test_hours_that_are_no_number_are_not_written():
    award = complete_award()
    done = replace(award.achievement, actual_workload=Duration("P1M"))
    assert b"engagementHours" not in FORMAT.encode(replace(award, achievement=done))


def test_a_sign_that_xml_cannot_say_is_replaced_and_so_differs():
    award = complete_award()
    title = Text.of({"en": "a\x0bb"})
    award = replace(award, micro_credential=replace(award.micro_credential, title=title))
    assert str(decoded(award).micro_credential.title) == "a\ufffdb"


def test_dates_and_what_is_written_have_one_form():
    award = replace(complete_award(), awarded_on=date(2026, 1, 2))
    assert FORMAT.encode(award) == FORMAT.encode(award)
    assert read_xml(FORMAT.encode(award)).child("report").child("issueDate").text.endswith("Z")


@needs_schema
@settings(max_examples=40, deadline=None, derandomize=True)
@given(whole_awards())
def test_every_award_is_written_as_the_official_schema_asks(award):
    document = FORMAT.encode(award)
    findings = FORMAT.check(document, Library(Path(STANDARDS)))
    assert {one.outcome for one in findings} == {Outcome.PASSED}, findings
    attached = encode(award, b"sealed")
    assert FORMAT.check(attached, Library(Path(STANDARDS)))[0].outcome is Outcome.PASSED


@settings(max_examples=60, deadline=None, derandomize=True)
@given(whole_awards())
def test_what_was_read_once_is_written_and_read_again_the_same(award):
    once = decoded(award)
    assert decoded(once) == once
