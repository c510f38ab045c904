"""Awards as EU learning credentials: every claim, what is missing, keys, status, expiry."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.complete import complete_award, without

from tessera.errors import EncodeError
from tessera.formats.sdjwtvc import DISCLOSABLE, EXTENDED_VCT, FORMAT, VCT, Issuing
from tessera.formats.sdjwtvc.claims import CLAIMS
from tessera.model import (
    Achievement,
    AssessmentResult,
    Concept,
    Credit,
    Identifier,
    Learner,
    Level,
    StatusEntry,
    Text,
    Workload,
)

AWARD = complete_award()


def described(**changes):
    return replace(AWARD, micro_credential=replace(AWARD.micro_credential, **changes))


def test_every_claim_of_the_type_is_written_under_its_very_name():
    document = FORMAT.encode(AWARD)
    assert document.keys() >= CLAIMS.keys()
    assert {name: document[name] for name in CLAIMS} == {
        "family_name": "Example",
        "given_name": "Ada",
        "learner_identification": "urn:schac:personalUniqueCode:int:esi:uni.example:42",
        "achievement_title": "Data Ethics in Practice",
        "achievement_description": "How to use data about people responsibly: risks, law and "
        "decisions in teams.",
        "learning_outcomes": [
            "Assess the risks of a data set for the people described in it.",
            "Explain which duties data protection law puts on a project.",
            "Decide with colleagues on an ethical use of data, and justify the decision.",
        ],
        "assessment_grade": "Portfolio of three cases: 82 %; Written examination: 74 %",
        "language_of_classes": ["en"],
        "expected_study_time": "2 ECTS (56 h)",
        "level_of_learning_experience": 7,
        "types_of_quality_assurance": [
            "External: Institutional review 2023",
            "Internal: Yearly course review",
        ],
        "prerequisites_to_enroll": ["A first degree, or two years of work with data."],
        "integration_stackability_options": True,
        "issuing_authority": "Example University Dublin",
        "issuing_country": "IE",
        "date_of_issuance": "2026-11-20",
        "date_of_expiry": "2031-11-20",
    }


def test_registered_claims_say_who_when_and_of_which_type():
    document = FORMAT.encode(AWARD)
    assert document["vct"] == VCT == "urn:eu.europa.ec.eudi:learning:credential:1"
    assert document["iss"] == "https://uni.example/"
    assert document["jti"] == AWARD.id
    assert document["iat"] == int(datetime(2026, 11, 22, 10, tzinfo=UTC).timestamp())
    assert document["nbf"] == int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
    assert document["exp"] == int(datetime(2031, 11, 20, 23, 59, tzinfo=UTC).timestamp())


def test_texts_are_in_the_language_of_the_award():
    document = FORMAT.encode(replace(AWARD, display_language="nl"))
    assert document["achievement_title"] == "Data-ethiek in de praktijk"
    assert document["issuing_authority"] == "Example University Dublin"  # there is no other


@pytest.mark.parametrize("element", ["E1", "E2", "E3", "E4", "E7", "E10", "E12", "E15", "E16"])
def test_a_missing_mandatory_claim_is_refused_with_the_name_of_its_element(element):
    poor = without(AWARD, "eu-2022", element)
    with pytest.raises(EncodeError) as caught:
        FORMAT.encode(poor)
    assert element in caught.value.elements
    assert f"(element {element})" in str(caught.value)
    assert len(caught.value.paths) >= len(caught.value.elements)


@pytest.mark.parametrize(
    ("element", "list_id"),
    [("E8", "neset-2020"), ("E9", "eu-2022"), ("E17", "eu-2022"), ("E19", "eu-2022"),
     ("E20", "eu-2022"), ("E21", "ec-2020")],
)  # fmt: skip
def test_an_optional_element_may_be_missing(element, list_id):
    FORMAT.encode(without(AWARD, list_id, element))


def test_everything_missing_is_named_at_once():
    poor = without(without(AWARD, "eu-2022", "E2"), "eu-2022", "E16")
    with pytest.raises(EncodeError) as caught:
        FORMAT.encode(poor)
    assert caught.value.elements == ("E2", "E16")


def test_without_an_end_the_attestation_lives_as_long_as_the_issuer_says():
    endless = replace(AWARD, valid_until=None)
    assert FORMAT.encode(endless)["date_of_expiry"] == "2027-02-20"  # 90 days
    short = FORMAT.encode(endless, issuing=Issuing(lifetime=timedelta(hours=24)))
    assert short["exp"] - short["iat"] == 24 * 3600


def test_the_full_record_stands_beside_the_claims_untouched_and_only_if_given():
    record = {"type": ["EuropeanDigitalCredential"], "id": "urn:x"}
    assert FORMAT.encode(AWARD, record)["elm"] == record
    assert "elm" not in FORMAT.encode(AWARD)


def test_the_extended_type_carries_the_hash_of_its_metadata():
    document = FORMAT.encode(AWARD, {}, Issuing(vct=EXTENDED_VCT))
    assert document["vct"] == EXTENDED_VCT
    assert document["vct#integrity"].startswith("sha256-")


def test_personal_claims_can_be_withheld_and_those_of_validity_cannot():
    assert {"/family_name", "/given_name", "/learner_identification", "/assessment_grade",
            "/learning_outcomes/*", "/elm", "/jti", "/sub"} <= set(DISCLOSABLE)  # fmt: skip
    never = {"/iss", "/nbf", "/exp", "/cnf", "/vct", "/status", "/achievement_title",
             "/language_of_classes", "/issuing_authority", "/issuing_country",
             "/date_of_issuance", "/date_of_expiry"}  # fmt: skip
    assert not never & set(DISCLOSABLE)


def learner(*identifiers, **names):
    return replace(AWARD, learner=Learner(identifiers=identifiers, **names))


def test_somebody_with_one_name_alone_has_it_as_the_family_name():
    document = FORMAT.encode(learner(full_name="Sukarno"))
    assert document["family_name"] == document["learner_identification"] == "Sukarno"
    assert "given_name" not in document


def test_a_student_identifier_comes_before_others_and_a_national_one_last():
    esi = "urn:schac:personalUniqueCode:int:esi:fi:1"
    other = Identifier(scheme="student-number", value="77")
    one = learner(other, Identifier.parse("esi", esi), family_name="X")
    assert FORMAT.encode(one)["learner_identification"] == esi
    two = replace(one.learner, identifiers=(), national_id=Identifier(scheme="x", value="N1"))
    assert FORMAT.encode(replace(one, learner=two))["learner_identification"] == "N1"
    both = replace(two, identifiers=(other,))
    assert FORMAT.encode(replace(one, learner=both))["learner_identification"] == "77"


def did_jwk(jwk):
    text = urlsafe_b64encode(json.dumps(jwk).encode()).rstrip(b"=").decode()
    return f"did:jwk:{text}"


JWK = {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "BBBB"}


@pytest.mark.parametrize(
    ("did", "cnf"),
    [
        (did_jwk(JWK | {"d": "secret"}), {"jwk": JWK}),
        ("did:key:z6Mk", {"kid": "did:key:z6Mk#z6Mk"}),
        ("did:web:aino.example#k1", {"kid": "did:web:aino.example#k1"}),
        ("did:jwk:%%%", {"kid": "did:jwk:%%%"}),
        ("did:jwk:W10", {"kid": "did:jwk:W10"}),
    ],
)
def test_the_credential_is_bound_to_the_learners_key(did, cnf):
    document = FORMAT.encode(learner(Identifier(scheme="did", value=did), family_name="X"))
    assert document["cnf"] == cnf
    assert document["sub"] == did
    assert document["learner_identification"] == "X"  # a DID names a wallet, not a person


def test_the_status_list_of_tokens_is_named_and_no_other():
    entries = (
        StatusEntry(kind="bitstring", url="https://u.example/b", index=3, purpose="revocation"),
        StatusEntry(kind="token", url="https://u.example/t", index=7),
    )
    document = FORMAT.encode(replace(AWARD, status=entries))
    assert document["status"] == {"status_list": {"idx": 7, "uri": "https://u.example/t"}}
    assert "status" not in FORMAT.encode(replace(AWARD, status=entries[:1]))


@pytest.mark.parametrize(
    ("workload", "text"),
    [
        (Workload(ects=Decimal("2.50"), hours=Decimal(60)), "2.5 ECTS (60 h)"),
        (Workload(hours=Decimal("10.5")), "10.5 h"),
        (Workload(ects=Decimal(10)), "10 ECTS"),
    ],
)
def test_the_study_time_says_credits_and_hours(workload, text):
    assert FORMAT.encode(described(workload=workload))["expected_study_time"] == text


def test_other_credits_are_told_where_there_are_neither_hours_nor_ects():
    framework = Concept(iri="urn:x:points", label=Text.of({"en": "CPD points"}))
    load = Workload(other_credits=(Credit(framework=framework, points=Decimal(4)),))
    award = described(workload=load)
    assert FORMAT.encode(award)["expected_study_time"] == "4 CPD points"
    told = FORMAT.elsewhere(award)
    assert told["/micro_credential/workload/other_credits"] == "/expected_study_time"


@pytest.mark.parametrize(
    ("level", "number"),
    [
        (Level(eqf=5), 5),
        (Level(qf_ehea=Concept.named("qf-ehea", "short")), 5),
        (Level(qf_ehea=Concept.named("qf-ehea", "third")), 8),
        (Level(nqf=(Concept.named("nqf", "ie-8"),)), 6),
    ],
)
def test_the_level_is_that_of_the_eqf_or_one_referenced_to_it(level, number):
    bodies = tuple(replace(one, nqf_level=None) for one in AWARD.micro_credential.awarding_bodies)
    award = described(level=level, awarding_bodies=bodies)
    assert FORMAT.encode(award)["level_of_learning_experience"] == number


def test_a_single_grade_stands_alone():
    grade = AssessmentResult(grade=Text.of({"en": "82 %"}), title=Text.of({"en": "Exam"}))
    award = replace(AWARD, achievement=Achievement(results=(grade,)))
    assert FORMAT.encode(award)["assessment_grade"] == "82 %"
    assert FORMAT.elsewhere(award) == {}


def test_a_test_says_that_it_is_one():
    assert FORMAT.encode(replace(AWARD, is_test=True))["achievement_title"].startswith("TEST: ")


def test_the_day_of_the_award_counts_before_the_day_of_issue():
    assert FORMAT.encode(replace(AWARD, awarded_on=None))["date_of_issuance"] == "2026-11-22"
    assert date.fromisoformat(FORMAT.encode(AWARD)["date_of_issuance"]) == AWARD.awarded_on


def test_an_issuer_without_an_address_on_the_web_is_named_by_its_certificate_alone():
    bodies = list(AWARD.micro_credential.awarding_bodies)
    organisation = replace(bodies[0].organisation, id="urn:example:uni")
    bodies[0] = replace(bodies[0], organisation=organisation)
    assert "iss" not in FORMAT.encode(described(awarding_bodies=tuple(bodies)))
    did = replace(organisation, identifiers=(Identifier(scheme="did", value="did:web:u.example"),))
    bodies[0] = replace(bodies[0], organisation=did)
    assert FORMAT.encode(described(awarding_bodies=tuple(bodies)))["iss"] == "did:web:u.example"
