"""Badges of others say what they say, and nothing is made of it that they do not say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tessera.formats.openbadges import FORMAT
from tessera.model import Text
from tessera.model.organisation import PartnerRole
from tests.unit.formats.openbadges.test_check import ACHIEVEMENT, NOTHING, RIGHT, changed

ESCO = "http://data.europa.eu/esco/skill/f10142ce-d522-49c3-9fd1-054fb63529d4"


def read(document):
    return FORMAT.decode(document)


def achieved(**members):
    document = RIGHT
    for name, value in members.items():
        document = changed(f"{ACHIEVEMENT}/{name}", value, document)
    return read(document).award.micro_credential


def aligned(**members):
    return achieved(alignment=[{"type": ["Alignment"], "targetName": "X", **members}])


def test_issuer_learner_level_grade_and_criteria_are_read():
    award = read(RIGHT).award
    mc = award.micro_credential
    assert mc.awarding_bodies[0].organisation.id == "did:web:e.example"
    assert mc.awarding_bodies[0].organisation.legal_name == Text.of({"nl-NL": "Example"}) or (
        str(mc.awarding_bodies[0].organisation.legal_name) == "Example"
    )
    assert award.learner.full_name == "Ada"
    assert mc.level.eqf == 4
    assert mc.title == Text.of({"nl-NL": "A"})
    assert str(mc.assessments[0].criteria) == "C"
    assert str(award.achievement.results[0].grade) == "A"
    assert str(award.achievement.results[0].title) == "Grade"
    assert award.awarded_on == date(2026, 1, 1)


def test_credits_without_a_unit_are_not_called_ects():
    document = changed(f"{ACHIEVEMENT}/creditsAvailable", 5)
    award = read(document).award
    assert award.micro_credential.workload.ects is None
    (other,) = award.micro_credential.workload.other_credits
    assert other.points == 5
    assert "unit not stated" in str(other.framework)
    assert award.achievement.ects is None


def test_credits_are_ects_where_an_alignment_or_a_member_says_so():
    mc = aligned(targetUrl="https://e.example/ects", targetFramework="ECTS", targetCode="2.5")
    assert mc.workload.ects == Decimal("2.5")
    mc = achieved(ECTS=3.0, timeInvestment=84)
    assert (mc.workload.ects, mc.workload.hours) == (3, 84)
    award = read(changed(f"{ACHIEVEMENT}/ECTS", 3)).award
    assert award.achievement.ects == Decimal("2.5")


def test_a_skill_is_one_of_esco_only_by_its_address():
    outcome = aligned(targetUrl=ESCO, targetDescription="More").learning_outcomes[0]
    assert outcome.esco_skills[0].iri == ESCO
    assert str(outcome.description) == "More"
    outcome = aligned(targetUrl="https://e.example/skill", targetFramework="ESCO")
    assert outcome.learning_outcomes[0].esco_skills == ()
    assert outcome.learning_outcomes[0].other_skills[0].iri == "https://e.example/skill"


def test_fields_quality_assurance_and_unknown_alignments():
    assert aligned(targetUrl="http://data.europa.eu/snb/isced-f/0613").fields[0].code == "0613"
    (assured,) = aligned(
        targetUrl="https://e.example/d", targetType="ext:QualityAssurance", targetDescription="By"
    ).quality_assurance
    assert (str(assured.title), str(assured.statement)) == ("X", "By")
    mc = aligned(targetUrl="https://e.example/x", targetType="ext:Other")
    assert (mc.learning_outcomes, mc.fields, mc.level.eqf) == ((), (), None)


def test_an_endorsement_of_the_achievement_is_read_as_a_statement_that_was_not_checked():
    from tests.unit.formats.openbadges.test_check import ENDORSEMENT

    decoded = read(changed(f"{ACHIEVEMENT}/endorsement", [ENDORSEMENT]))
    (assured,) = decoded.award.micro_credential.quality_assurance
    assert assured.agency.id == "https://agency.example/"
    assert str(assured.statement) == "Good."
    assert "ob3.decode.endorsement" in [one.rule for one in decoded.findings]


def test_who_made_the_definition_is_a_partner_unless_it_is_the_issuer():
    creator = {"id": "https://maker.example/", "type": ["Profile"], "name": "Maker"}
    (partner,) = achieved(creator=creator).partners
    assert partner.roles == (PartnerRole.DESIGNS,)
    assert achieved(creator={**creator, "id": "did:web:e.example"}).partners == ()


def test_a_badge_without_an_awarded_date_was_awarded_when_it_became_valid():
    award = read(changed("/awardedDate", NOTHING)).award
    assert award.issued_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert award.valid_from is None
    later = read(changed("/awardedDate", "2025-12-31T10:00:00Z")).award
    assert later.issued_at == datetime(2025, 12, 31, 10, tzinfo=UTC)
    assert later.awarded_on == date(2025, 12, 31)
    assert later.valid_from == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_hashed_identity_gives_no_name():
    hidden = {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$00",
              "identityType": "name"}  # fmt: skip
    award = read(changed("/credentialSubject/identifier", [hidden])).award
    assert award.learner.full_name is None


def test_a_credential_in_a_jwt_of_the_data_model_1_1_is_read_where_it_stands():
    decoded = read({"iss": "x", "vc": RIGHT})
    assert decoded.places["/learner/full_name"] == "/vc/credentialSubject/identifier/0"
