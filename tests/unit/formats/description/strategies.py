"""Whole micro-credentials for round trips: every type, every member, any text."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from tessera import vocab
from tessera.errors import ModelError
from tessera.model import (
    Assessment,
    AwardingBody,
    Concept,
    Costs,
    Credit,
    CustomElement,
    Duration,
    Grading,
    Identifier,
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
from tests.unit.model.values import amounts, tags, words

maybe = st.none()
texts = st.dictionaries(tags(), words(), min_size=1, max_size=3).map(Text.of)
uris = st.integers(0, 99).map(lambda n: f"urn:example:{n}")
web = st.integers(0, 99).map(lambda n: f"https://uni.example/ä?n={n}#x")
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
durations = st.sampled_from(["PT60H", "P8W", "P1Y6M", "P0D", "PT1M0.5S"]).map(Duration)
pictures = st.builds(
    Picture,
    media_type=st.sampled_from(["image/png", "image/jpeg", "image/svg+xml"]),
    content=st.binary(min_size=1, max_size=40),
)
foreign = st.builds(Concept, iri=uris, scheme=maybe | uris, label=maybe | texts)


def few(one: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(one, max_size=2).map(tuple)


def of(*list_ids: str) -> st.SearchStrategy[Concept]:
    """A value of these lists, with and without its label, or a foreign one."""
    known = st.sampled_from([one for id in list_ids for one in vocab.entries(id)])
    bare = known.map(lambda entry: Concept(iri=entry.iri))
    return known.map(Concept.of) | foreign | bare


identifiers = st.one_of(
    st.builds(Identifier, scheme=words().map(lambda word: f"own {word}"), value=words(),
              country=maybe | st.just("IE"), name=maybe | words()),
    st.just(Identifier.parse("eidas-legal", "VATIE-1234567A")),
).filter(lambda one: one.value == one.value.strip())  # fmt: skip
links = st.builds(Link, url=web, title=maybe | texts)
places = st.builds(
    Place, country=maybe | of("country"), region=maybe | of("nuts", "atu"), address=maybe | texts
)


@st.composite
def buildable(draw: st.DrawFn, type: type, **members: st.SearchStrategy) -> object:
    """Draw members until the invariants of the model hold."""
    for _ in range(20):
        try:
            return type(**{name: draw(one) for name, one in members.items()})
        except ModelError:
            continue
    return draw(st.nothing())


def assurances(agency: st.SearchStrategy) -> st.SearchStrategy:
    return buildable(
        QualityAssurance, scope=st.sampled_from(AssuranceScope), title=maybe | texts,
        kind=maybe | of("accreditation"), standard=maybe | of("quality-standard"),
        agency=maybe | agency, statement=maybe | texts, decision=maybe | texts,
        report=maybe | web, policy=maybe | web, valid_from=maybe | days, valid_until=maybe | days,
    )  # fmt: skip


def _organisations(agency: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(
        Organisation, id=uris, legal_name=maybe | texts, other_names=few(texts),
        kind=maybe | of("provider-kind"), identifiers=few(identifiers), places=few(places),
        homepage=maybe | web, email=maybe | st.just("a@uni.example"), logo=maybe | pictures,
        quality_assurance=few(assurances(agency)), recognition_policy=maybe | web,
    )  # fmt: skip


organisations = _organisations(_organisations(st.nothing()))
grading = st.builds(Grading, title=texts, description=maybe | texts, url=maybe | web)
assessments = st.builds(
    Assessment, id=words(), title=maybe | texts, description=maybe | texts,
    kind=maybe | of("assessment"), modes=few(of("mode")), supervision=maybe | of("supervision"),
    criteria=maybe | texts, criteria_url=maybe | web, grading=maybe | grading,
    languages=few(of("language")),
)  # fmt: skip
outcomes = st.builds(
    LearningOutcome, id=words(), title=texts, description=maybe | texts,
    kind=maybe | of("skill-type"), reuse_level=maybe | of("skill-reuse-level"),
    esco_skills=few(foreign), other_skills=few(foreign),
)  # fmt: skip
workloads = st.builds(
    Workload, hours=maybe | amounts(100_000), ects=maybe | amounts(1_000),
    other_credits=few(
        st.builds(Credit, framework=of("credit-framework"), points=amounts(1_000))
    ),
    activity=maybe | durations, maximum=maybe | durations,
)  # fmt: skip
levels = st.builds(
    Level, eqf=maybe | st.integers(1, 8), qf_ehea=maybe | of("qf-ehea"), nqf=few(of("nqf")),
    sectoral=few(st.builds(SectoralLevel, framework=words(), level=words())),
    isced=maybe | of("isced-2011"),
)  # fmt: skip
participation = st.builds(
    Participation, modes=few(of("mode")), schedule=maybe | of("schedule"),
    setting=maybe | of("setting"), opportunity=maybe | of("opportunity"),
    languages=few(of("language")),
)  # fmt: skip
stackability = st.builds(
    Stackability, kind=of("stackability"), statement=maybe | texts,
    targets=few(st.builds(StackTarget, title=texts, uri=maybe | uris, guaranteed=st.booleans(),
                          decided_by=maybe | texts)),
)  # fmt: skip
money = st.builds(Money, amount=amounts(1_000), currency=st.just("EUR"))
costs = st.builds(
    Costs, fee=maybe | money, development=maybe | money, delivery=maybe | money,
    funding=few(of("funding")),
)  # fmt: skip
research = st.builds(
    ResearchLink, title=maybe | texts,
    identifier=st.builds(Identifier, scheme=st.just("doi"), value=st.just("10.1234/a"),
                         name=maybe | words()),
)  # fmt: skip


@st.composite
def micro_credentials(draw: st.DrawFn) -> MicroCredential:
    planned = draw(st.lists(assessments, max_size=2, unique_by=lambda one: one.id))
    known = st.sampled_from([one.id for one in planned] or ["not described"])
    stated = draw(st.lists(outcomes, max_size=2, unique_by=lambda one: one.id))
    linked = tuple(
        LearningOutcome(
            **{
                name: getattr(one, name)
                for name in LearningOutcome.__slots__
                if name != "assessed_by"
            },
            assessed_by=draw(few(known)) if planned else (),
        )
        for one in stated
    )
    bodies = draw(
        few(st.builds(AwardingBody, organisation=organisations, nqf_level=maybe | of("nqf")))
    )
    sealers = [body.organisation.id for body in bodies]
    return MicroCredential(
        id=draw(uris), version=draw(words()), title=draw(maybe | texts),
        description=draw(maybe | texts), identifiers=draw(few(identifiers)),
        awarding_bodies=bodies, providers=draw(few(organisations)),
        partners=draw(few(st.builds(
            Partner, organisation=organisations,
            roles=st.lists(st.sampled_from(PartnerRole), min_size=1, max_size=2).map(tuple),
        ))),
        issuer=draw(maybe | organisations), platform=draw(maybe | organisations),
        seals_required=draw(few(st.sampled_from(sealers))) if sealers else (),
        learning_outcomes=linked, workload=draw(workloads), level=draw(levels),
        fields=draw(few(of("isced-f"))), assessments=tuple(planned),
        participation=draw(participation),
        quality_assurance=draw(few(assurances(organisations))),
        prerequisites=draw(maybe | texts), stackability=draw(maybe | stackability),
        learner_outcomes=draw(few(st.builds(
            LearnerOutcome, kind=of("outcome-for-learner"), statement=maybe | texts,
            is_actual=st.booleans(),
        ))),
        contexts=draw(few(of("learning-context"))),
        purpose=draw(maybe | st.builds(
            Purpose, kinds=few(of("purpose")), need=maybe | texts, evidence=few(links),
        )),
        target_groups=draw(few(of("target-group"))), resources=draw(few(links)),
        period=draw(maybe | buildable(Period, start=maybe | days, end=maybe | days)),
        validity=draw(maybe | st.builds(Validity, until=days)
                      | st.builds(Validity, duration=durations)),
        further_information=draw(maybe | texts), links=draw(few(links)), costs=draw(costs),
        research=draw(few(research)), is_partial_qualification=draw(st.booleans()),
        custom=draw(few(st.builds(CustomElement, uri=uris, label=texts, value=texts))),
    )  # fmt: skip
