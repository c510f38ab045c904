"""One really complete award, and the same award with exactly one standard element taken out.

Others build on it: `complete_award()` has every element of all four lists and satisfies
every rule of `tessera.quality`; `without(award, list_id, element_id)` removes one element
as thoroughly as that list understands it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Duration,
    Grading,
    Identifier,
    Learner,
    LearnerOutcome,
    LearningOutcome,
    Level,
    Link,
    MicroCredential,
    Organisation,
    Participation,
    Partner,
    Period,
    Place,
    Purpose,
    QualityAssurance,
    Stackability,
    StackTarget,
    Text,
    Validity,
    Workload,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.organisation import PartnerRole

named = Concept.named


def _text(en: str, nl: str | None = None) -> Text:
    return Text.of({"en": en} | ({"nl": nl} if nl else {}))


def _assurance() -> tuple[QualityAssurance, ...]:
    agency = Organisation(
        id="https://agency.example/",
        legal_name=_text("Example Agency for Quality in Education"),
        places=(Place(country=named("country", "IRL")),),
        homepage="https://agency.example/",
    )
    return (
        QualityAssurance(
            scope=AssuranceScope.EXTERNAL,
            title=_text("Institutional review 2023"),
            kind=named("accreditation", "institutional-quality-assurance"),
            standard=named("quality-standard", "esg"),
            agency=agency,
            decision=_text("Positive"),
            report="https://agency.example/reports/2023-17",
            valid_from=date(2023, 6, 1),
            valid_until=date(2029, 5, 31),
        ),
        QualityAssurance(
            scope=AssuranceScope.INTERNAL,
            title=_text("Yearly course review"),
            standard=named("quality-standard", "esg"),
            statement=_text("Learners, employers and peers review the course every year."),
            policy="https://uni.example/quality",
        ),
    )


def _dublin() -> Organisation:
    return Organisation(
        id="https://uni.example/",
        legal_name=_text("Example University Dublin"),
        kind=named("provider-kind", "higher-education-institution"),
        identifiers=(
            Identifier.parse("eidas-legal", "VATIE-1234567A"),
            Identifier.parse("deqarinst", "DEQARINST0123"),
        ),
        places=(Place(country=named("country", "IRL")),),
        homepage="https://uni.example/",
        email="registry@uni.example",
        recognition_policy="https://uni.example/recognition",
    )


def _utrecht() -> Organisation:
    return Organisation(
        id="https://hogeschool.example/",
        legal_name=_text("Example Hogeschool Utrecht", "Voorbeeldhogeschool Utrecht"),
        identifiers=(Identifier.parse("eidas-legal", "VATNL-123456789B01"),),
        places=(Place(country=named("country", "NLD")),),
        homepage="https://hogeschool.example/",
    )


def _provider() -> Organisation:
    return Organisation(
        id="https://centre.example/",
        legal_name=_text("Example Centre for Data and Society"),
        kind=named("provider-kind", "ngo"),
        places=(Place(country=named("country", "IRL")),),
    )


def _partner() -> Partner:
    company = Organisation(
        id="https://company.example/",
        legal_name=_text("Example Insurance plc"),
        kind=named("provider-kind", "company"),
        places=(Place(country=named("country", "IRL")),),
    )
    return Partner(organisation=company, roles=(PartnerRole.DESIGNS,))


def _outcomes() -> tuple[LearningOutcome, ...]:
    esco = Concept(
        iri="http://data.europa.eu/esco/skill/ed0c6f14-52b4-4dcb-9d25-1c4f3ea2a4a5",
        scheme="http://data.europa.eu/esco/concept-scheme/skills",
        label=_text("data ethics"),
    )
    skill, cross = named("skill-type", "skill"), named("skill-reuse-level", "cross-sector")
    return (
        LearningOutcome(
            id="risks",
            title=_text(
                "Assess the risks of a data set for the people described in it.",
                "De risico's van een dataset voor de beschreven mensen beoordelen.",
            ),
            kind=skill,
            reuse_level=cross,
            esco_skills=(esco,),
            assessed_by=("portfolio",),
        ),
        LearningOutcome(
            id="law",
            title=_text(
                "Explain which duties data protection law puts on a project.",
                "Uitleggen welke plichten de wet een dataproject oplegt.",
            ),
            kind=named("skill-type", "knowledge"),
            reuse_level=cross,
            assessed_by=("exam",),
        ),
        LearningOutcome(
            id="decide",
            title=_text(
                "Decide with colleagues on an ethical use of data, and justify the decision.",
                "Samen met collega's over ethisch gebruik van data besluiten.",
            ),
            kind=skill,
            reuse_level=named("skill-reuse-level", "transversal"),
            assessed_by=("portfolio", "exam"),
        ),
    )


def _assessments() -> tuple[Assessment, ...]:
    grading = Grading(
        title=_text("Percentage"),
        description=_text("0 to 100; 50 is a pass."),
        url="https://uni.example/grading",
    )
    return (
        Assessment(
            id="portfolio",
            title=_text("Portfolio of three cases", "Portfolio van drie casussen"),
            description=_text("Three cases from the learner's own work."),
            kind=named("assessment", "portfolio"),
            modes=(named("mode", "online"),),
            supervision=named("supervision", "unsupervised-without-id"),
            criteria=_text("Risks named, people affected named, decision justified."),
            grading=grading,
            languages=(named("language", "ENG"),),
        ),
        Assessment(
            id="exam",
            title=_text("Written examination", "Schriftelijk examen"),
            kind=named("assessment", "written-exam"),
            modes=(named("mode", "presential"),),
            supervision=named("supervision", "supervised-with-id"),
            criteria_url="https://uni.example/mc/data-ethics/criteria",
            grading=grading,
            languages=(named("language", "ENG"),),
        ),
    )


@cache
def complete_description() -> MicroCredential:
    """Return the description of the complete award."""
    return MicroCredential(
        id="https://uni.example/mc/data-ethics",
        title=_text("Data Ethics in Practice", "Data-ethiek in de praktijk"),
        description=_text(
            "How to use data about people responsibly: risks, law and decisions in teams.",
            "Verantwoord omgaan met data over mensen: risico's, recht en besluiten in teams.",
        ),
        awarding_bodies=(
            AwardingBody(organisation=_dublin(), nqf_level=named("nqf", "ie-9")),
            AwardingBody(organisation=_utrecht(), nqf_level=named("nqf", "nl-7")),
        ),
        providers=(_provider(),),
        partners=(_partner(),),
        learning_outcomes=_outcomes(),
        workload=Workload(
            hours=Decimal(56),
            ects=Decimal(2),
            activity=Duration("P8W"),
            maximum=Duration("P6M"),
        ),
        level=Level(eqf=7, qf_ehea=named("qf-ehea", "second"), isced=named("isced-2011", "7")),
        fields=(named("isced-f", "0613"),),
        assessments=_assessments(),
        participation=Participation(
            modes=(named("mode", "blended"),),
            schedule=named("schedule", "part-time-light"),
            setting=named("setting", "formal"),
            opportunity=named("opportunity", "short-learning-programme"),
            languages=(named("language", "ENG"),),
        ),
        quality_assurance=_assurance(),
        prerequisites=_text("A first degree, or two years of work with data."),
        stackability=Stackability(
            kind=named("stackability", "stackable"),
            targets=(
                StackTarget(
                    title=_text("Master of Science in Data and Society"),
                    uri="https://uni.example/msc/data-society",
                    decided_by=_text("Example University Dublin"),
                ),
            ),
            statement=_text("There is no automatic entitlement; the university decides."),
        ),
        learner_outcomes=(
            LearnerOutcome(kind=named("outcome-for-learner", "credit")),
            LearnerOutcome(kind=named("outcome-for-learner", "certification"), is_actual=True),
        ),
        contexts=(named("learning-context", "professional-development"),),
        purpose=Purpose(
            kinds=(named("purpose", "labour-market"), named("purpose", "societal")),
            need=_text("Employers ask for people who can judge the use of data."),
            evidence=(Link(url="https://centre.example/survey-2025"),),
        ),
        resources=(Link(url="https://uni.example/mc/data-ethics/reading"),),
        period=Period(start=date(2026, 9, 14), end=date(2026, 11, 6)),
        validity=Validity(duration=Duration("P5Y")),
        further_information=_text("The catalogue page has dates, fees and contacts."),
        links=(Link(url="https://uni.example/mc/data-ethics"),),
    )


@cache
def complete_award() -> Award:
    """Return an award with every element of all four lists (its seal comes as an argument)."""
    return Award(
        id="urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000aa",
        micro_credential=complete_description(),
        learner=Learner(
            key="2026-0042",
            given_name="Ada",
            family_name="Example",
            date_of_birth=date(1990, 12, 10),
            identifiers=(
                Identifier.parse("esi", "urn:schac:personalUniqueCode:int:esi:uni.example:42"),
            ),
        ),
        achievement=Achievement(
            results=(
                AssessmentResult(
                    assessment="portfolio",
                    grade=_text("82 %"),
                    graded_on=date(2026, 11, 10),
                    supervision=named("supervision", "unsupervised-without-id"),
                ),
                AssessmentResult(
                    assessment="exam",
                    grade=_text("74 %"),
                    graded_on=date(2026, 11, 12),
                    supervision=named("supervision", "supervised-with-id"),
                ),
            ),
            ects=Decimal(2),
            actual_workload=Duration("PT58H"),
            period=Period(start=date(2026, 9, 14), end=date(2026, 11, 6)),
        ),
        issued_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        awarded_on=date(2026, 11, 20),
        valid_from=datetime(2026, 11, 20, 0, 0, tzinfo=UTC),
        valid_until=datetime(2031, 11, 20, 23, 59, tzinfo=UTC),
    )


def _described(award: Award, **changes: object) -> Award:
    return replace(award, micro_credential=replace(award.micro_credential, **changes))


def _achieved(award: Award, **changes: object) -> Award:
    return replace(award, achievement=replace(award.achievement, **changes))


def _results(award: Award, **changes: object) -> Award:
    results = tuple(replace(one, **changes) for one in award.achievement.results)
    return _achieved(award, results=results)


def _organisations(award: Award, **changes: object) -> Award:
    mc = award.micro_credential
    return _described(
        award,
        awarding_bodies=tuple(
            replace(body, organisation=replace(body.organisation, **changes))
            for body in mc.awarding_bodies
        ),
        providers=tuple(replace(one, **changes) for one in mc.providers),
        issuer=replace(mc.issuer, **changes) if mc.issuer else None,
    )


def _no_workload(award: Award) -> Award:
    award = _achieved(award, ects=None, actual_workload=None)
    return _described(award, workload=Workload())


def _no_credits(award: Award) -> Award:
    load = award.micro_credential.workload
    award = _achieved(award, ects=None)
    return _described(award, workload=replace(load, ects=None, other_credits=()))


def _no_level(award: Award) -> Award:
    mc = award.micro_credential
    level = replace(mc.level, eqf=None, qf_ehea=None, nqf=(), sectoral=())
    bodies = tuple(replace(body, nqf_level=None) for body in mc.awarding_bodies)
    return _described(award, level=level, awarding_bodies=bodies)


def _no_field(award: Award) -> Award:
    level = replace(award.micro_credential.level, isced=None)
    return _described(award, fields=(), level=level)


def _no_assessment(award: Award) -> Award:
    mc = award.micro_credential
    outcomes = tuple(replace(one, assessed_by=()) for one in mc.learning_outcomes)
    award = _achieved(award, results=())
    return _described(award, assessments=(), learning_outcomes=outcomes)


def _no_supervision(award: Award) -> Award:
    assessments = tuple(
        replace(one, supervision=None) for one in award.micro_credential.assessments
    )
    return _results(_described(award, assessments=assessments), supervision=None)


_REMOVE: dict[str, Callable[[Award], Award]] = {
    "E1": lambda a: replace(a, learner=Learner()),
    "E2": lambda a: _described(a, title=None),
    "E3": lambda a: _organisations(a, places=()),
    "E4": lambda a: _described(a, awarding_bodies=(), issuer=None, seals_required=()),
    "E5": lambda a: _described(a, awarding_bodies=(), providers=(), issuer=None, seals_required=()),
    "E6": lambda a: a,  # the seal is not in the record: say sealed=False
    "E7": lambda a: _results(replace(a, awarded_on=None, issued_at=None), graded_on=None),
    "E8": lambda a: _described(a, description=None, purpose=None),
    "E9": lambda a: _described(a, learning_outcomes=()),
    "E10": _no_workload,
    "E11": _no_credits,
    "E12": _no_level,
    "E13": _no_field,
    "E14": _no_assessment,
    "E15": lambda a: _described(a, participation=Participation()),
    "E16": lambda a: _described(_organisations(a, quality_assurance=()), quality_assurance=()),
    "E17": lambda a: _described(a, prerequisites=None),
    "E18": _no_supervision,
    "E19": lambda a: _results(a, grade=None),
    "E20": lambda a: _described(a, stackability=None, is_partial_qualification=False),
    "E21": lambda a: _described(replace(a, valid_until=None), validity=None),
    "E22": lambda a: _described(_achieved(a, period=None), period=None),
    "E23": lambda a: _described(a, resources=()),
    "E24": lambda a: _described(a, learner_outcomes=()),
    "E26": lambda a: _described(a, further_information=None, links=()),
}


def without(award: Award, list_id: str, element_id: str) -> Award:
    """Return the award without one element of a list; everything else stays.

    In NESET credits (E11) are an element beside the hours. The seal (E6) is no part of an
    award: it is returned unchanged, and `sealed=False` has to be said instead.
    """
    from tessera.quality import element_list

    element_list(list_id).element(element_id)
    return _REMOVE[element_id](award)
