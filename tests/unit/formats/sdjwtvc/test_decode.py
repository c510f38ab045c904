"""Claims as awards: ours, others', broken ones; nothing is lost and nothing is invented."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.complete import complete_award

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.elm import FORMAT as ELM
from tessera.formats.sdjwtvc import DIPLOMA_VCT, FORMAT, VCT, agreement, companion, merged
from tessera.formats.sdjwtvc.claims import CLAIMS
from tessera.formats.sdjwtvc.encode import Issuing, build
from tessera.formats.sdjwtvc.residue import restored
from tessera.model import Concept, Participation, Picture, StatusEntry, Text
from tessera.report import Outcome

AWARD = replace(
    complete_award(),
    display=Picture(media_type="image/png", content=b"\x89PNG"),
    status=(StatusEntry(kind="token", url="https://u.example/t", index=7),),
)
RECORD = ELM.encode(AWARD)


def award_of(**claims):
    return FORMAT.decode({"vct": VCT} | claims).award


def remarks(**claims):
    return [one.rule for one in FORMAT.decode({"vct": VCT} | claims).findings]


def test_what_the_claims_say_is_read_back():
    award = FORMAT.decode(FORMAT.encode(AWARD)).award
    mc = award.micro_credential
    assert award.id == AWARD.id
    assert (award.issued_at, award.valid_from, award.valid_until, award.awarded_on) == (
        AWARD.issued_at, AWARD.valid_from, AWARD.valid_until, AWARD.awarded_on,
    )  # fmt: skip
    assert award.learner.display_name == "Ada Example"
    assert award.learner.identifiers == AWARD.learner.identifiers
    assert award.status == AWARD.status
    assert str(mc.title) == "Data Ethics in Practice"
    assert len(mc.learning_outcomes) == 3
    assert (mc.workload.ects, mc.workload.hours) == (Decimal(2), Decimal(56))
    assert mc.level.eqf == 7
    assert mc.participation.languages == AWARD.micro_credential.participation.languages
    assert [one.scope.value for one in mc.quality_assurance] == ["external", "internal"]
    assert str(mc.quality_assurance[0].title) == "Institutional review 2023"
    sealer = mc.awarding_bodies[0].organisation
    assert (sealer.id, str(sealer.legal_name), sealer.country.code) == (
        "https://uni.example/", "Example University Dublin", "IRL",
    )  # fmt: skip
    assert mc.stackability.kind.code is None  # which options there are, the claim does not say
    assert str(award.achievement.results[0].grade).startswith("Portfolio")


def test_reading_and_writing_gives_the_document_back():
    document = FORMAT.encode(AWARD, RECORD) | {"unknown": {"a": [1]}, "cnf": {"kid": "x"}}
    decoded = FORMAT.decode(document)
    assert FORMAT.encode(decoded.award) == document
    assert list(decoded.award.residue["sd-jwt"]) == ["elm", "unknown", "cnf"]


def test_a_change_of_the_award_shows_where_the_document_held_something_else():
    document = FORMAT.encode(AWARD) | {"expected_study_time": "two evenings"}
    award = FORMAT.decode(document).award
    changed = replace(
        award,
        micro_credential=replace(
            award.micro_credential,
            title=Text.of({"en": "Another"}),
            workload=AWARD.micro_credential.workload,
        ),
    )
    written = FORMAT.encode(changed)
    assert written["achievement_title"] == "Another"
    assert written["expected_study_time"] == "2 ECTS (56 h)"


def test_a_changed_value_is_written_where_the_document_had_worded_the_old_one_otherwise():
    document = FORMAT.encode(AWARD) | {"language_of_classes": ["EN"]}
    award = FORMAT.decode(document).award
    assert FORMAT.encode(award)["language_of_classes"] == ["EN"]
    finnish = Participation(languages=(Concept.named("language", "FIN"),))
    changed = replace(award.micro_credential, participation=finnish)
    assert FORMAT.encode(replace(award, micro_credential=changed))["language_of_classes"] == ["fi"]


def test_a_test_is_known_as_one_and_its_mark_is_no_part_of_the_title():
    award = FORMAT.decode(FORMAT.encode(replace(AWARD, is_test=True))).award
    assert award.is_test
    assert str(award.micro_credential.title) == "Data Ethics in Practice"


def test_a_foreign_credential_without_our_words_is_read_without_claiming_more():
    award = award_of(
        iss="https://agency.example",
        family_name="Virtanen",
        learner_identification="12345",
        expected_study_time="one semester",
        types_of_quality_assurance=["ISO 21001"],
        integration_stackability_options=False,
        language_of_classes=["fi", "xx"],
        issuing_country="FI",
    )
    mc = award.micro_credential
    assert award.learner.identifiers[0].scheme == "learner_identification"
    assert (mc.workload.ects, mc.workload.hours) == (None, None)
    assert mc.quality_assurance[0].scope.value == "internal"
    assert mc.stackability.kind.code == "standalone"
    assert [one.code for one in mc.participation.languages] == ["FIN"]


@pytest.mark.parametrize(
    "claims",
    [
        {"achievement_title": 1}, {"achievement_title": " "}, {"learning_outcomes": [1]},
        {"learning_outcomes": 1}, {"level_of_learning_experience": "7"},
        {"level_of_learning_experience": 9}, {"level_of_learning_experience": True},
        {"date_of_issuance": "2026"}, {"date_of_issuance": 1}, {"exp": "x"}, {"iat": True},
        {"exp": 1, "nbf": 2}, {"exp": -1}, {"exp": 1e300}, {"issuing_country": "Atlantis"},
        {"language_of_classes": ["xx"]}, {"integration_stackability_options": "yes"},
        {"status": {"status_list": {"idx": "1", "uri": "https://u.example"}}},
        {"status": {"status_list": {"idx": -1, "uri": "https://u.example"}}},
        {"status": {"status_list": {"idx": 1, "uri": "no address"}}},
        {"expected_study_time": "long"}, {"types_of_quality_assurance": ["good"]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_remarked_on_and_goes_back_as_it_was(claims):
    document = {"vct": VCT} | claims
    decoded = FORMAT.decode(document)
    assert decoded.findings
    assert all(one.advice and one.rule.startswith("sdjwtvc.decode.") for one in decoded.findings)
    assert back(document) == document


def back(document):
    award = FORMAT.decode(document).award
    issuing = Issuing(vct=document["vct"])
    written = build(award, award.display_language, issuing)
    return restored(written, award.residue.get("sd-jwt"))


BADGE = {
    "vct": "urn:eudi:micro_credential:1",
    "issuer": {"name": "Sunet", "address": {"addressCountryCodename": "Sweden"}},
    "credentialSubject": {
        "achievement": {
            "name": "Data Ethics",
            "description": "Risks and law.",
            "criteria": {"narrative": "A portfolio."},
            "ECTS": "2.5",
        },
        "result": [{"value": "82 %"}, "x", {"value": 1}],
    },
}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner,
                                                                max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = st.sampled_from([*CLAIMS, "iss", "iat", "nbf", "exp", "jti", "sub", "cnf", "status", "elm",
                         "first_name", "display_name", "email", "home_organization",
                         "personal_unique_code", "identifier", "date_of_birth", "birthdate",
                         "issuer", "credentialSubject"])  # fmt: skip
SENSIBLE = st.sampled_from(["2 ECTS (56 h)", "5 h", "TEST: x", "External: y", "did:web:a.example",
                            "2026-11-25", ["en"], "en", 7, True, "FI", 1_800_000_000,
                            "urn:schac:personalUniqueCode:int:esi:fi:1",
                            BADGE["credentialSubject"], BADGE["issuer"]])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from([VCT, DIPLOMA_VCT, BADGE["vct"], "urn:other"]),
    claims=st.dictionaries(NAMES, JSON | SENSIBLE, max_size=8),
)
def test_any_claims_are_read_and_given_back_and_judged(kind, claims):
    document = {"vct": kind} | claims
    assert back(document) == document
    assert FORMAT.check(document)
    record = companion(document)
    assert record is None or record is document["elm"]
    json.dumps([one.to_json() for one in FORMAT.decode(document).findings])


@pytest.mark.parametrize("document", [None, [], "x", {}, {"vct": 1}, {"vct": None}])
def test_without_a_type_it_is_no_sd_jwt_vc(document):
    assert not FORMAT.recognises(document)
    with pytest.raises(UnreadableError):
        FORMAT.decode(document)
    assert FORMAT.check(document)[0].outcome is Outcome.FAILED


def test_an_unknown_type_says_who_and_when_and_no_more():
    decoded = FORMAT.decode({"vct": "urn:other", "given_name": "Ada", "iat": 1, "title": "x"})
    assert decoded.award.learner.given_name == "Ada"
    assert decoded.award.issued_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert decoded.award.micro_credential.title is None
    assert [one.rule for one in decoded.findings] == ["sdjwtvc.decode.type"]


def test_an_eu_diploma_says_who_holds_it():
    decoded = FORMAT.decode(
        {
            "vct": DIPLOMA_VCT,
            "identifier": "1234",
            "scoped_affiliation": "student@helsinki.fi",
            "personal_unique_code": "urn:schac:personalUniqueCode:int:esi:fi:99",
            "home_organization": "helsinki.fi",
            "first_name": "Aino",
            "family_name": "Virtanen",
            "display_name": "Aino Virtanen",
            "date_of_birth": "2001-02-03",
            "email": "aino@helsinki.fi",
        }
    )
    learner = decoded.award.learner
    assert (learner.given_name, learner.family_name, learner.full_name) == (
        "Aino", "Virtanen", "Aino Virtanen",
    )  # fmt: skip
    assert learner.date_of_birth == date(2001, 2, 3)
    assert [(one.scheme, one.value) for one in learner.identifiers] == [
        ("esi", "urn:schac:personalUniqueCode:int:esi:fi:99"),
        ("identifier", "1234"),
    ]
    home = decoded.award.micro_credential.awarding_bodies[0].organisation
    assert home.identifier("schac").value == "helsinki.fi"
    assert decoded.findings == ()


def test_the_micro_credential_of_dc4eu_says_what_was_learned():
    decoded = FORMAT.decode(BADGE)
    mc = decoded.award.micro_credential
    assert (str(mc.title), str(mc.description)) == ("Data Ethics", "Risks and law.")
    assert mc.workload.ects == Decimal("2.5")
    assert str(mc.assessments[0].criteria) == "A portfolio."
    assert [str(one.grade) for one in decoded.award.achievement.results] == ["82 %"]
    assert str(mc.awarding_bodies[0].organisation.legal_name) == "Sunet"
    assert decoded.places["/micro_credential/title"] == "/credentialSubject/achievement/name"
    assert back(BADGE) == BADGE


@pytest.mark.parametrize("ects", ["many", [], True, -1, "NaN", "1e9"])
def test_credits_of_dc4eu_that_are_no_number_are_remarked_on(ects):
    document = {**BADGE, "credentialSubject": {"achievement": {"ECTS": ects}}}
    decoded = FORMAT.decode(document)
    assert [one.rule for one in decoded.findings] == ["sdjwtvc.decode.unreadable"]
    assert decoded.award.micro_credential.workload.ects is None
    assert back(document) == document


def test_mandatory_claims_that_a_foreign_credential_lacks_stop_writing_it_again():
    with pytest.raises(EncodeError):
        FORMAT.encode(award_of(family_name="X"))


def test_every_place_names_the_claim_where_an_element_stands_or_would_stand():
    places = FORMAT.decode({"vct": VCT}).places
    assert places["/micro_credential/title"] == "/achievement_title"
    assert places["/micro_credential/workload"] == "/expected_study_time"


def test_the_full_record_comes_in_front_with_the_status_of_the_claims():
    document = FORMAT.encode(AWARD, RECORD)
    full = ELM.decode(companion(document))
    whole = merged(FORMAT.decode(document), full)
    assert whole.award.micro_credential == full.award.micro_credential
    assert whole.award.status == AWARD.status
    assert whole.places["/id"] == "/elm" + full.places["/id"]
    assert FORMAT.encode(whole.award, RECORD) == document


def test_the_claims_of_an_award_agree_with_its_own_record():
    [said] = agreement(FORMAT.encode(AWARD, RECORD), ELM.decode(RECORD).award)
    assert said.outcome is Outcome.PASSED
    assert "17 things" in said.message


def test_claims_in_another_language_of_the_record_agree_with_it():
    dutch = FORMAT.encode(replace(AWARD, display_language="nl"), RECORD)
    [said] = agreement(dutch, ELM.decode(RECORD).award)
    assert said.outcome is Outcome.PASSED


def test_what_is_withheld_contradicts_nothing():
    document = FORMAT.encode(AWARD, RECORD)
    for name in ("family_name", "assessment_grade", "level_of_learning_experience"):
        del document[name]
    document["learning_outcomes"] = document["learning_outcomes"][1:2]
    [said] = agreement(document, ELM.decode(RECORD).award)
    assert said.outcome is Outcome.PASSED


def test_a_lifetime_of_the_attestation_contradicts_no_record_without_an_end():
    endless = replace(AWARD, valid_until=None)
    record = ELM.encode(endless)
    document = FORMAT.encode(endless, record, Issuing(lifetime=timedelta(days=1)))
    [said] = agreement(document, ELM.decode(record).award)
    assert said.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("family_name", "Impostor"), ("learner_identification", "other"),
        ("achievement_title", "Doctor of Medicine"), ("level_of_learning_experience", 8),
        ("level_of_learning_experience", 7.0), ("expected_study_time", "60 ECTS"),
        ("learning_outcomes", ["Perform surgery."]), ("learning_outcomes", [{}]),
        ("learning_outcomes", "text"), ("types_of_quality_assurance", ["External: invented"]),
        ("integration_stackability_options", False), ("integration_stackability_options", 1),
        ("issuing_authority", "Another University"), ("issuing_country", "FR"),
        ("date_of_issuance", "2020-01-01"), ("date_of_expiry", "2099-01-01"),
        ("assessment_grade", "100 %"), ("language_of_classes", ["fi"]),
    ],
)  # fmt: skip
def test_a_claim_that_contradicts_the_record_fails_at_its_place(name, value):
    document = FORMAT.encode(AWARD, RECORD) | {name: value}
    [said] = agreement(document, ELM.decode(RECORD).award)
    assert (said.rule, said.outcome, said.path) == (
        "sdjwtvc.companion", Outcome.FAILED, f"/{name}",
    )  # fmt: skip
