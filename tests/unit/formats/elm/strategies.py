"""Hypothesis makes awards with any part of the model, texts of any kind among them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from tessera import vocab
from tessera.formats.elm.encode_organisation import is_accreditation
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
    StatusEntry,
    Text,
    Validity,
    Workload,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.organisation import PartnerRole
from tessera.vocab.languages import EU_LANGUAGES
from tests.unit.formats.elm import awards

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=10).filter(
    lambda text: bool(text.strip())
)
texts = st.dictionaries(
    st.sampled_from((*EU_LANGUAGES, "und", "pt-BR", "sr-Latn", "uk")),
    words,
    min_size=1,
    max_size=3,
).map(Text.of)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
amounts = st.decimals(0, 1_000, places=2)
path_ends = st.text("abcäß/?=&+.~%41#", min_size=1, max_size=6)
addresses = path_ends.map(lambda end: f"https://example.edu/{end}")
uris = st.uuids().map(lambda one: f"https://things.example/{one}")
links = st.builds(Link, url=addresses, title=st.none() | texts)
durations = st.sampled_from(["PT30H", "P8W", "P6M", "P1Y", "PT45M", "P1DT2H", "PT1H30M"]).map(
    Duration
)
emails = st.sampled_from(["ada@example.org", "o'neill+a/b?c#d@example.org", "ä%41@beispiel.de"])
periods = st.builds(
    lambda start, length: Period(start=start, end=start + timedelta(days=length)),
    days,
    st.integers(0, 400),
) | st.builds(Period, start=st.none(), end=days)


def several(one: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(one, max_size=most).map(tuple)


def some(list_id: str, most: int = 3) -> st.SearchStrategy:
    """A few different values of a controlled list."""
    return st.lists(a(list_id), max_size=most, unique=True).map(tuple)


@cache
def a(list_id: str) -> st.SearchStrategy:
    """A value of a controlled list; the longest has 8,000, so each is made ready once."""
    return st.sampled_from([Concept.of(entry) for entry in vocab.entries(list_id)])


ECVET = Concept.named("credit-framework", "ecvet")
foreign = st.builds(
    Concept,
    iri=uris,
    scheme=st.just("https://things.example/list"),
    label=st.none() | texts,
)
identifiers = st.one_of(
    st.builds(Identifier, scheme=st.sampled_from(["Student number", "k%2F", "n"]), value=words),
    st.builds(Identifier, scheme=uris, value=words, name=st.none() | words),
    st.builds(
        Identifier,
        scheme=st.just("Register"),
        value=words,
        country=st.sampled_from(["IE", "GR", "GB", "XK"]),
        name=st.none() | words,
    ),
    st.just(Identifier.parse("orcid", "0000-0002-1825-0097")),
    st.just(Identifier.parse("deqarinst", "42")),
)
assurance = st.builds(
    lambda dates, **more: QualityAssurance(**more, **dates),
    st.sampled_from([{}, {"valid_from": date(2024, 1, 1), "valid_until": date(2029, 1, 1)}]),
    scope=st.sampled_from(list(AssuranceScope)),
    title=st.none() | texts,
    kind=st.none() | a("accreditation"),
    standard=st.none() | a("quality-standard"),
    agency=st.none()
    | uris.map(lambda uri: awards.organisation(uri + "/agency", "Agency", identifiers=())),
    statement=st.none() | texts,
    decision=st.none() | texts,
    report=st.none() | addresses,
    policy=st.none() | addresses,
)
# Accreditations first: ELM keeps them apart from the notes that say the rest.
assurances = several(assurance, 2).map(
    lambda found: tuple(sorted(found, key=lambda one: not is_accreditation(one)))
)
statuses = st.builds(
    StatusEntry,
    kind=st.just("bitstring"),
    url=path_ends.map(lambda end: f"https://status.example/{end}"),
    index=st.integers(0, 2**60),
    purpose=st.sampled_from(["revocation", "suspension"]) | words,
)
places = st.builds(
    Place,
    country=a("country"),
    region=st.none() | st.sampled_from([Concept.named("atu", "IRL_CTH_DUB")]),
    address=st.none() | texts,
)


def organisations(*, identifier: bool = False) -> st.SearchStrategy[Organisation]:
    legal = (Identifier.parse("eidas-legal", "VATIE-1234567A"),) if identifier else ()
    return st.builds(
        Organisation,
        id=uris.map(lambda uri: uri + "/org"),
        legal_name=texts,
        other_names=several(words, 2).map(
            lambda names: tuple(Text.of({"en": name}) for name in names)
        ),
        kind=st.none() | a("provider-kind"),
        identifiers=several(identifiers, 2).map(lambda found: legal + found),
        places=st.lists(places, min_size=1, max_size=2).map(tuple),
        homepage=st.none() | addresses,
        email=st.none() | emails,
        logo=st.none() | st.just(awards.PICTURE),
        quality_assurance=assurances,
        recognition_policy=st.none() | addresses,
    )


results = st.builds(
    AssessmentResult,
    assessment=st.none(),
    title=st.none() | texts,
    grade=st.none() | texts,
    graded_on=st.none() | days,
    supervision=st.none() | a("supervision"),
    assessed_by=several(organisations(), 1),
)
plans = st.builds(
    Assessment,
    id=words,
    title=st.none() | texts,
    description=st.none() | texts,
    kind=st.none() | a("assessment") | foreign,
    modes=some("mode", 2),
    supervision=st.none() | a("supervision"),
    criteria=st.none() | texts,
    criteria_url=st.none() | addresses,
    grading=st.none()
    | st.builds(Grading, title=texts, description=st.none() | texts, url=st.none() | addresses),
    languages=some("language", 2),
)
outcomes = st.builds(
    LearningOutcome,
    id=words,
    title=texts,
    description=st.none() | texts,
    kind=st.none() | a("skill-type"),
    reuse_level=st.none() | a("skill-reuse-level"),
    esco_skills=several(foreign, 2),
    other_skills=several(foreign, 2),
)
levels = st.builds(
    Level,
    eqf=st.none() | st.integers(1, 8),
    qf_ehea=st.none() | a("qf-ehea"),
    nqf=some("nqf", 2),
    sectoral=several(st.builds(SectoralLevel, framework=words, level=words), 2),
    isced=st.none() | a("isced-2011"),
)
stackabilities = st.builds(
    Stackability,
    kind=a("stackability"),
    targets=several(
        st.builds(
            StackTarget,
            title=texts,
            uri=st.none() | uris,
            guaranteed=st.booleans(),
            decided_by=st.none() | texts,
        ),
        2,
    ),
    statement=st.none() | texts,
)
money = st.builds(Money, amount=amounts, currency=st.sampled_from(["EUR", "SEK", "XTS"]))
costs = st.builds(
    Costs,
    fee=st.none() | money,
    development=st.none() | money,
    delivery=st.none() | money,
    funding=some("funding", 2),
)
dois = st.sampled_from(
    ["10.1234/abc", "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O", "10.5555/ä#b%"]
)
research = st.builds(
    ResearchLink,
    identifier=dois.map(lambda value: Identifier.parse("doi", value))
    | st.just(Identifier.parse("orcid", "0000-0002-1825-0097")),
    title=st.none() | texts,
)


@st.composite
def descriptions(draw: st.DrawFn) -> MicroCredential:
    """A description; every part may be there."""
    bodies = draw(
        st.lists(
            st.builds(
                AwardingBody,
                organisation=organisations(identifier=True),
                nqf_level=st.none() | a("nqf"),
            ),
            min_size=1,
            max_size=2,
            unique_by=lambda body: body.organisation.id,
        )
    )
    planned = draw(st.lists(plans, max_size=2, unique_by=lambda one: one.id))
    found = draw(st.lists(outcomes, max_size=3, unique_by=lambda one: one.id))
    return MicroCredential(
        id=draw(uris) + "/mc",
        version=draw(words),
        title=draw(texts),
        description=draw(st.none() | texts),
        identifiers=draw(several(identifiers, 2)),
        awarding_bodies=tuple(bodies),
        providers=draw(several(organisations(), 1)),
        partners=draw(
            several(
                st.builds(
                    Partner,
                    organisation=organisations(),
                    roles=st.lists(
                        st.sampled_from(list(PartnerRole)), min_size=1, max_size=3, unique=True
                    ).map(tuple),
                ),
                1,
            )
        ),
        issuer=draw(st.none() | organisations(identifier=True)),
        platform=draw(st.none() | organisations()),
        seals_required=tuple(body.organisation.id for body in bodies if draw(st.booleans())),
        learning_outcomes=tuple(found),
        workload=draw(
            st.builds(
                Workload,
                hours=st.none() | amounts,
                ects=st.none() | amounts,
                other_credits=several(
                    st.builds(
                        Credit,
                        framework=st.just(Concept.named("credit-framework", "ecvet")) | foreign,
                        points=amounts,
                    ),
                    2,
                ),
                activity=st.none() | durations,
                maximum=st.none() | durations,
            )
        ),
        level=draw(levels),
        fields=draw(some("isced-f")),
        assessments=tuple(planned),
        participation=draw(
            st.builds(
                Participation,
                modes=some("mode"),
                schedule=st.none() | a("schedule"),
                setting=st.none() | a("setting"),
                opportunity=st.none() | a("opportunity"),
                languages=some("language", 2),
            )
        ),
        quality_assurance=draw(assurances),
        prerequisites=draw(st.none() | texts),
        stackability=draw(st.none() | stackabilities),
        learner_outcomes=draw(
            several(
                st.builds(
                    LearnerOutcome,
                    kind=a("outcome-for-learner") | a("entitlement"),
                    statement=st.none() | texts,
                    is_actual=st.booleans(),
                ),
                2,
            )
        ),
        contexts=draw(some("learning-context", 2)),
        purpose=draw(
            st.none()
            | st.builds(
                Purpose,
                kinds=some("purpose", 2),
                need=st.none() | texts,
                evidence=several(links, 2),
            ).filter(lambda purpose: purpose != Purpose())
        ),
        target_groups=draw(some("target-group", 2)),
        resources=draw(several(links, 2)),
        period=draw(st.none() | periods),
        validity=draw(
            st.none() | st.builds(Validity, until=days) | st.builds(Validity, duration=durations)
        ),
        further_information=draw(st.none() | texts),
        links=draw(several(links, 2)),
        costs=draw(costs),
        research=draw(several(research, 2)),
        is_partial_qualification=draw(st.booleans()),
        custom=draw(several(st.builds(CustomElement, uri=uris, label=texts, value=texts), 2)),
    )


learners = st.builds(
    Learner,
    given_name=st.none() | words,
    family_name=st.none() | words,
    full_name=st.none() | words,
    date_of_birth=st.none() | days,
    national_id=st.none()
    | st.builds(Identifier, scheme=st.just("register"), value=words, country=st.just("FI")),
    identifiers=several(identifiers, 2),
    citizenship=some("country", 2),
    email=st.none() | emails,
)
pictures = st.builds(
    Picture,
    media_type=st.sampled_from(["image/png", "image/jpeg", "image/svg+xml"]),
    content=st.binary(min_size=1, max_size=40),
)


@st.composite
def whole_awards(draw: st.DrawFn) -> Award:
    """An award; every part may be there."""
    mc = draw(descriptions())
    ids = [one.id for one in mc.assessments]
    done = Achievement(
        results=tuple(
            AssessmentResult(
                assessment=draw(st.sampled_from([None, *ids])),
                title=one.title,
                grade=one.grade,
                graded_on=one.graded_on,
                supervision=one.supervision,
                assessed_by=one.assessed_by,
            )
            for one in draw(several(results, 2))
        ),
        ects=draw(st.none() | amounts),
        actual_workload=draw(st.none() | durations),
        period=draw(st.none() | periods),
    )
    issued = draw(moments)
    return Award(
        id=draw(st.uuids()).urn,
        micro_credential=mc,
        learner=draw(learners),
        achievement=done,
        identifiers=draw(several(identifiers, 2)),
        issued_at=issued,
        awarded_on=draw(st.none() | days),
        valid_from=draw(st.none() | st.just(issued + timedelta(days=1))),
        valid_until=draw(st.none() | st.just(issued + timedelta(days=900, microseconds=120))),
        display_language=draw(st.sampled_from(EU_LANGUAGES)),
        display=draw(pictures),
        replaces=draw(st.none() | st.uuids().map(lambda one: one.urn)),
        replaces_reason=draw(st.none() | texts),
        parts=draw(several(st.uuids().map(lambda one: one.urn), 2)),
        status=draw(st.lists(statuses, max_size=3).map(tuple)),
        is_test=draw(st.booleans()),
    )
