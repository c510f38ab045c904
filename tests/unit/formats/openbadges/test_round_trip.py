"""A badge gives the award back, but for what it hides of the learner on purpose."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.openbadges import FORMAT
from tessera.formats.openbadges.encode import build
from tessera.formats.openbadges.identity import is_identity
from tessera.model import Identifier, Learner, StatusEntry, Text
from tessera.report import Outcome
from tessera.standards.contexts import Contexts
from tessera.standards.jsontext import at
from tessera.standards.rdfc import canonical_nquads
from tests.complete import complete_award, without
from tests.unit.formats.elm.strategies import whole_awards
from tests.unit.formats.vcdm.test_round_trip import json_values, pointers

CONTEXTS = Contexts()
ADA = Learner(full_name="Ada Example")


def written(award):
    return json.loads(json.dumps(FORMAT.encode(award)))


def shown(learner: Learner) -> Learner:
    """What a badge shows of a learner."""
    dids = tuple(one for one in learner.identifiers if one.scheme == "did")[:1]
    return Learner(full_name=learner.display_name, identifiers=dids)


def without_residue(award):
    return replace(award, residue={})


@settings(max_examples=60, deadline=None)
@given(whole_awards())
def test_every_award_is_read_back_but_for_the_learner(award):
    if award.learner.display_name is None:
        award = replace(award, learner=replace(award.learner, full_name="Ada Example"))
    decoded = FORMAT.decode(written(award))
    assert without_residue(decoded.award) == replace(award, learner=shown(award.learner))
    assert decoded.findings == ()


@settings(max_examples=15, deadline=None)
@given(whole_awards())
def test_every_award_follows_open_badges_and_every_word_of_it_means_something(award):
    award = replace(award, learner=replace(award.learner, full_name="Ada Example"))
    document = written(award)
    findings = FORMAT.check(document)
    assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}, findings
    assert canonical_nquads(document, CONTEXTS)


def test_every_badge_software_finds_credits_level_field_and_skills():
    document = written(complete_award())
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    assert document["@context"][1].endswith("/context-3.0.3.json")
    assert achievement["type"] == ["Achievement", "MicroCredentialAchievement"]
    assert achievement["achievementType"] == "MicroCredential"
    assert achievement["creditsAvailable"] == subject["creditsEarned"] == 2
    aligned = {one["targetUrl"]: one for one in achievement["alignment"]}
    for url, framework, code in (
        ("http://data.europa.eu/snb/education-credit/6fcec5c5af", "ECTS", "2"),
        ("http://data.europa.eu/snb/eqf/7", "European Qualifications Framework", "7"),
        ("http://data.europa.eu/snb/isced-f/0613", "ISCED-F 2013", "0613"),
    ):
        assert (aligned[url]["targetFramework"], aligned[url]["targetCode"]) == (framework, code)
    esco = next(one for url, one in aligned.items() if "esco/skill" in url)
    assert (esco["targetType"], esco["targetFramework"]) == ("ceasn:Competency", "ESCO")
    assert [one["value"] for one in subject["result"]] == ["82 %", "74 %"]
    names = {one["id"]: one["name"] for one in achievement["resultDescription"]}
    assert names[subject["result"][1]["resultDescription"]] == "Written examination"
    assert subject["activityStartDate"] == "2026-09-14T00:00:00Z"
    story = achievement["criteria"]["narrative"]
    for said in ("56 hours", "2 ECTS", "Blended", "Supervised with ID", "Institutional review"):
        assert said in story


def test_a_learner_is_shown_by_name_and_otherwise_hidden_behind_salted_hashes():
    learner = Learner(
        given_name="Ada", family_name="Example", date_of_birth=date(1990, 12, 10),
        email="ada@example.org", national_id=Identifier(scheme="n", value="131052-308T"),
        identifiers=(Identifier.parse("orcid", "0000-0002-1825-0097"),),
    )  # fmt: skip
    award = replace(complete_award(), learner=learner)
    document = written(award)
    text = json.dumps(document)
    for secret in ("ada@example.org", "131052-308T", "0000-0002-1825-0097", "1990-12-10"):
        assert secret not in text
    objects = document["credentialSubject"]["identifier"]
    assert [one["identityType"] for one in objects] == ["name", "emailAddress", "ext:orcid"]
    assert is_identity(objects[0], "Ada Example")
    assert is_identity(objects[1], "ada@example.org")
    assert not is_identity(objects[1], "eve@example.org")
    assert len({one["salt"] for one in objects[1:]}) == 2
    told = FORMAT.elsewhere(award)
    assert told["/learner/given_name"].startswith("/credentialSubject/identifier/0")
    assert told["/learner/email"] == "/credentialSubject/identifier/1, as a salted hash"
    assert told["/learner/identifiers/0"] == "/credentialSubject/identifier/2, as a salted hash"
    assert not told.keys() & {"/learner/date_of_birth", "/learner/national_id"}


def test_a_learner_with_a_did_is_the_subject():
    did = Identifier(scheme="did", value="did:key:z6MkExample")
    award = replace(complete_award(), learner=Learner(identifiers=(did,)))
    document = written(award)
    assert document["credentialSubject"]["id"] == "did:key:z6MkExample"
    assert "identifier" not in document["credentialSubject"]
    assert FORMAT.decode(document).award.learner == award.learner


@pytest.mark.parametrize(
    ("award", "element"),
    [
        (replace(complete_award(), learner=Learner()), "E1"),
        (without(complete_award(), "eu-2022", "E2"), "E2"),
        (without(complete_award(), "eu-2022", "E4"), "E4"),
        (replace(complete_award(), issued_at=None, valid_from=None), "E7"),
    ],
    ids=["learner", "title", "issuer", "date"],
)
def test_what_a_badge_demands_is_named_when_it_is_missing(award, element):
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(award)
    assert refused.value.elements == (element,)


def test_a_test_says_so_and_status_and_picture_are_read_back():
    status = StatusEntry(
        kind="bitstring", url="https://uni.example/lists/1", index=5, purpose="revocation"
    )
    from tests.unit.formats.elm.awards import PICTURE

    award = replace(complete_award(), is_test=True, status=(status,), display=PICTURE, learner=ADA)
    document = written(award)
    assert document["name"].startswith("TEST: ")
    assert document["image"]["type"] == "Image"
    assert without_residue(FORMAT.decode(document).award) == award


def test_credits_that_are_no_whole_number_stay_exact():
    award = replace(complete_award(), learner=ADA)
    load = replace(award.micro_credential.workload, ects=Decimal("2.55"))
    award = replace(award, micro_credential=replace(award.micro_credential, workload=load))
    document = written(award)
    assert document["credentialSubject"]["achievement"]["creditsAvailable"] == 2.55
    assert FORMAT.decode(document).award == award


def test_the_language_of_the_badge_is_that_of_its_texts():
    award = replace(complete_award(), display_language="nl")
    achievement = written(award)["credentialSubject"]["achievement"]
    assert achievement["inLanguage"] == "nl"
    assert achievement["name"] == "Data-ethiek in de praktijk"
    only = replace(
        award, micro_credential=replace(award.micro_credential, title=Text.of({"fi": "Etiikka"}))
    )
    assert written(only)["credentialSubject"]["achievement"]["inLanguage"] == "fi"


def test_places_lead_to_what_is_there():
    document = written(complete_award())
    places = FORMAT.decode(document).places
    for pointer in ("/micro_credential/title", "/learner/full_name", "/issued_at"):
        assert at(document, places[pointer])


def test_what_is_no_badge_is_refused():
    with pytest.raises(UnreadableError, match=r"no Open Badge 3\.0"):
        FORMAT.decode({"type": ["VerifiableCredential"]})
    assert not FORMAT.recognises({"type": ["VerifiableCredential", "ClrCredential"]})
    assert not FORMAT.recognises([])


WHOLE = FORMAT.encode(complete_award())
PLACES = [one for one in pointers(WHOLE) if one and not one.startswith("/@context")]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), json_values), min_size=1, max_size=3))
def test_any_value_anywhere_is_read_told_and_given_back(changes):
    document = copy.deepcopy(WHOLE)
    for path, value in changes:
        holder, _, name = path.rpartition("/")
        try:
            spot = at(document, holder)
            spot[int(name) if isinstance(spot, list) else name] = value
        except (KeyError, TypeError, ValueError, IndexError):
            continue
    FORMAT.check(document)
    if FORMAT.recognises(document):
        document.pop("proof", None)
        assert build(FORMAT.decode(document).award) == document
