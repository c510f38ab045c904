"""Awards to write and read back: one with the least that ELM allows, one with everything."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal

from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Costs,
    Credit,
    CustomElement,
    Duration,
    Grading,
    Identifier,
    Learner,
    LearnerOutcome,
    LearningOutcome,
    Level,
    Link,
    MicroCredential,
    Money,
    Organisation,
    Participation,
    Partner,
    Period,
    Picture,
    Place,
    Purpose,
    QualityAssurance,
    ResearchLink,
    SectoralLevel,
    Stackability,
    StackTarget,
    Text,
    Validity,
    Workload,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.organisation import PartnerRole

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PICTURE = Picture(media_type="image/png", content=PNG)
named = Concept.named


def organisation(id: str = "https://example.edu/#org", name: str = "Example University", **more):
    given = {
        "legal_name": Text.of({"en": name}),
        "identifiers": (Identifier(scheme="eidas-legal", value="VATIE-1234567A"),),
        "places": (Place(country=named("country", "IRL")),),
    }
    return Organisation(id=id, **(given | more))


def minimal(**more) -> Award:
    """Only what ELM demands."""
    mc = MicroCredential(
        id="https://example.edu/mc/1",
        title=Text.of({"en": "Data Ethics in Practice"}),
        awarding_bodies=(AwardingBody(organisation=organisation()),),
    )
    given = {
        "id": "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-000000000001",
        "micro_credential": mc,
        "issued_at": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "display": PICTURE,
    }
    return Award(**(given | more))


def complete() -> Award:
    """Every field of the model."""
    return Award(
        id="urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-000000000002",
        micro_credential=description(),
        learner=Learner(
            given_name="Zoë",
            family_name="O'Brien-Ó Súilleabháin",
            full_name="Zoë O'Brien-Ó Súilleabháin",
            date_of_birth=date(1999, 10, 2),
            national_id=Identifier(scheme="national-register", value="PPS 123", country="IE"),
            identifiers=(
                Identifier(scheme="esi", value="urn:schac:personalUniqueCode:int:esi:ie:123"),
                Identifier(scheme="orcid", value="0000-0002-1825-0097"),
                Identifier(scheme="https://example.edu/numbers", value="A1", name="Student number"),
                Identifier(scheme="Library card", value="77"),
                Identifier(scheme="Tax office", value="88", country="FI", name="Tax number"),
            ),
            citizenship=(named("country", "IRL"), named("country", "FIN")),
            email="zoe@example.org",
        ),
        achievement=Achievement(
            results=(
                AssessmentResult(
                    assessment="exam",
                    grade=Text.of({"en": "B (second class honours)", "fi": "Hyvä"}),
                    graded_on=date(2026, 6, 20),
                    supervision=named("supervision", "supervised-with-id"),
                    assessed_by=(organisation("https://assess.example/", "Assessors"),),
                ),
                AssessmentResult(
                    assessment="portfolio",
                    title=Text.of({"en": "Portfolio of Zoë"}),
                    graded_on=date(2026, 6, 21),
                ),
            ),
            ects=Decimal("2.5"),
            actual_workload=Duration("PT61H"),
            period=Period(start=date(2026, 3, 1), end=date(2026, 6, 15)),
        ),
        identifiers=(Identifier(scheme="Certificate number", value="C012"),),
        issued_at=datetime(2026, 7, 1, 9, 30, 15, 250000, tzinfo=UTC),
        awarded_on=date(2026, 6, 30),
        valid_from=datetime(2026, 7, 2, tzinfo=UTC),
        valid_until=datetime(2031, 7, 1, tzinfo=UTC),
        display_language="en",
        display=PICTURE,
        replaces="urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-000000000000",
        replaces_reason=Text.of({"en": "The grade was wrong."}),
        parts=("urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-00000000000a",),
        is_test=True,
    )


def body() -> Organisation:
    """An awarding body with all that can be said about it."""
    internal = QualityAssurance(
        scope=AssuranceScope.INTERNAL,
        title=Text.of({"en": "Yearly review"}),
        kind=named("accreditation", "programme-quality-assurance"),
        standard=named("quality-standard", "esg"),
        statement=Text.of({"en": "Reviewed every year with learners.", "fi": "Vuosittain."}),
        policy="https://example.edu/quality",
        valid_from=date(2025, 1, 1),
    )
    return organisation(
        identifiers=(
            Identifier(scheme="eidas-legal", value="VATIE-1234567A"),
            Identifier(scheme="registration", value="0000", country="IE"),
            Identifier(scheme="vat", value="IE1234567A"),
            Identifier(scheme="schac", value="example.edu"),
            Identifier(scheme="eter", value="IE0001"),
        ),
        legal_name=Text.of({"en": "Example University", "ga": "Ollscoil Samplach"}),
        other_names=(Text.of({"en": "ExU", "ga": "OS"}), Text.of({"en": "The Example"})),
        kind=named("provider-kind", "higher-education-institution"),
        places=(
            Place(
                country=named("country", "IRL"),
                region=named("atu", "IRL_CTH_DUB"),
                address=Text.of({"en": "1 Example Street, Dublin"}),
            ),
            Place(country=named("country", "FIN")),
        ),
        homepage="https://example.edu",
        email="info@example.edu",
        logo=PICTURE,
        quality_assurance=(external(), internal),
        recognition_policy="https://example.edu/recognition",
    )


def external() -> QualityAssurance:
    return QualityAssurance(
        scope=AssuranceScope.EXTERNAL,
        kind=named("accreditation", "institutional-quality-assurance"),
        standard=named("quality-standard", "esg"),
        agency=organisation(
            "https://agency.example/",
            "Quality Agency",
            identifiers=(Identifier(scheme="deqarinst", value="DEQARINST0042"),),
        ),
        statement=Text.of({"en": "Reviewed as an institution."}),
        decision=Text.of({"en": "Positive"}),
        report="https://agency.example/report/1",
        policy="https://agency.example/policy",
        valid_from=date(2024, 1, 1),
        valid_until=date(2029, 12, 31),
    )


def description() -> MicroCredential:
    """A description with every field."""
    provider = organisation("https://provider.example/", "Provider", identifiers=())
    partner = organisation("https://company.example/", "Company", identifiers=())
    platform = organisation("https://platform.example/", "Platform", identifiers=())
    issuer = organisation(
        "https://issuer.example/",
        "Issuer",
        identifiers=(Identifier(scheme="eidas-legal", value="NTRFI-77", name="Register"),),
    )
    second = organisation("https://second.example/", "Second", identifiers=())
    link = Link(url="https://example.edu/a", title=Text.of({"en": "A"}))
    return MicroCredential(
        id="https://example.edu/mc/2",
        version="2.1",
        title=Text.of({"en": "Data ethics", "fi": "Datan etiikka", "el": "Ηθική"}),
        description=Text.of({"en": "About ethics.", "fi": "Etiikasta."}),
        identifiers=(Identifier(scheme="Course code", value="DE-1"),),
        awarding_bodies=(
            AwardingBody(organisation=body(), nqf_level=named("nqf", "ie-7")),
            AwardingBody(organisation=second, nqf_level=named("nqf", "fi-6")),
        ),
        providers=(provider,),
        partners=(
            Partner(organisation=partner, roles=(PartnerRole.TEACHES, PartnerRole.ASSESSES)),
        ),
        issuer=issuer,
        platform=platform,
        seals_required=("https://example.edu/#org", "https://second.example/"),
        learning_outcomes=outcomes(),
        workload=Workload(
            hours=Decimal("62.5"),
            ects=Decimal("2.5"),
            other_credits=(
                Credit(framework=named("credit-framework", "ecvet"), points=Decimal("3")),
            ),
            activity=Duration("PT30H"),
            maximum=Duration("P6M"),
        ),
        level=Level(
            eqf=6,
            qf_ehea=named("qf-ehea", "first"),
            nqf=(named("nqf", "de-6"),),
            sectoral=(SectoralLevel(framework="EntreComp", level="4: Explore / build"),),
            isced=named("isced-2011", "6"),
        ),
        fields=(named("isced-f", "0223"), named("isced-f", "0613")),
        assessments=assessments(),
        participation=Participation(
            modes=(named("mode", "blended"), named("mode", "online")),
            schedule=named("schedule", "part-time-light"),
            setting=named("setting", "formal"),
            opportunity=named("opportunity", "course"),
            languages=(named("language", "ENG"), named("language", "FIN")),
        ),
        quality_assurance=(external(), *body().quality_assurance[1:]),
        prerequisites=Text.of({"en": "None"}),
        stackability=Stackability(
            kind=named("stackability", "stackable"),
            targets=(
                StackTarget(
                    title=Text.of({"en": "BA Ethics"}),
                    uri="https://example.edu/ba",
                    decided_by=Text.of({"en": "The admissions board"}),
                ),
                StackTarget(title=Text.of({"en": "Larger one"}), guaranteed=True),
            ),
            statement=Text.of({"en": "Counts towards the BA."}),
        ),
        learner_outcomes=(
            LearnerOutcome(
                kind=named("outcome-for-learner", "credit"),
                statement=Text.of({"en": "2.5 ECTS"}),
                is_actual=True,
            ),
            LearnerOutcome(kind=named("outcome-for-learner", "admission")),
        ),
        contexts=(named("learning-context", "after-degree"),),
        purpose=Purpose(
            kinds=(named("purpose", "societal"),),
            need=Text.of({"en": "Many ask for it."}),
            evidence=(link,),
        ),
        target_groups=(named("target-group", "migrants"),),
        resources=(link, Link(url="https://example.edu/b")),
        period=Period(start=date(2026, 2, 1)),
        validity=Validity(duration=Duration("P5Y")),
        further_information=Text.of({"en": "More on the page."}),
        links=(Link(url="https://example.edu/mc/2/page"),),
        costs=Costs(
            fee=Money(amount=Decimal("49.50"), currency="EUR"),
            development=Money(amount=Decimal("10000"), currency="EUR"),
            delivery=Money(amount=Decimal("20"), currency="EUR"),
            funding=(named("funding", "esf-plus"),),
        ),
        research=(
            ResearchLink(
                identifier=Identifier(scheme="doi", value="10.1234/abc"),
                title=Text.of({"en": "Paper"}),
            ),
            ResearchLink(identifier=Identifier(scheme="orcid", value="0000-0002-1825-0097")),
        ),
        is_partial_qualification=True,
        custom=(
            CustomElement(
                uri="https://example.edu/terms/mood",
                label=Text.of({"en": "Mood"}),
                value=Text.of({"en": "Good", "fi": "Hyvä"}),
            ),
        ),
    )


def outcomes() -> tuple[LearningOutcome, ...]:
    skill = Concept(
        iri="http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a",
        scheme="http://data.europa.eu/esco/concept-scheme/skills",
        label=Text.of({"en": "develop digital content"}),
    )
    digcomp = Concept(
        iri="http://data.europa.eu/snb/dcf/u69o196gu6",
        scheme="http://data.europa.eu/snb/dcf/25831c2",
        label=Text.of({"en": "Developing digital content"}),
    )
    return (
        LearningOutcome(
            id="lo1",
            title=Text.of({"en": "Explain ethics", "fi": "Selittää"}),
            description=Text.of({"en": "In one's own words."}),
            kind=named("skill-type", "skill"),
            reuse_level=named("skill-reuse-level", "cross-sector"),
            esco_skills=(skill,),
            other_skills=(digcomp,),
            assessed_by=("exam", "portfolio"),
        ),
        LearningOutcome(id="https://example.edu/lo/2", title=Text.of({"en": "Judge a case"})),
    )


def assessments() -> tuple[Assessment, ...]:
    return (
        Assessment(
            id="exam",
            title=Text.of({"en": "Final exam"}),
            description=Text.of({"en": "Two hours."}),
            kind=named("assessment", "written-exam"),
            modes=(named("mode", "presential"),),
            supervision=named("supervision", "supervised-with-id"),
            criteria=Text.of({"en": "Half of the marks."}),
            criteria_url="https://example.edu/criteria",
            grading=Grading(
                title=Text.of({"en": "Honours"}),
                description=Text.of({"en": "First to third."}),
                url="https://example.edu/grades",
            ),
            languages=(named("language", "ENG"),),
        ),
        Assessment(id="portfolio", kind=named("assessment", "portfolio")),
        Assessment(id="quiz"),
    )
