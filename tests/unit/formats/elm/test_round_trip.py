"""What is written is read back: complete awards, partial ones, awkward texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera import vocab
from tessera.errors import EncodeError
from tessera.formats.elm.decode import decode
from tessera.formats.elm.encode import dump, encode
from tessera.model import (
    Achievement,
    AssessmentResult,
    Award,
    Concept,
    CustomElement,
    Identifier,
    Learner,
    LearningOutcome,
    Level,
    Link,
    Organisation,
    Participation,
    Period,
    SectoralLevel,
    Text,
    Workload,
)
from tessera.vocab.languages import EU_LANGUAGES
from tests.unit.formats.elm import awards

SURROGATES = ("Cs",)
words = st.text(st.characters(exclude_categories=SURROGATES), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
texts = st.dictionaries(st.sampled_from(EU_LANGUAGES), words, min_size=1, max_size=24).map(Text.of)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
numbers = st.integers(0, 4_000).map(lambda quarter: Decimal(quarter) / 4)


def some(list_id: str, most: int = 3):
    """A few different values of a controlled list."""
    values = [Concept.of(entry) for entry in vocab.entries(list_id)]
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


learners = st.builds(
    Learner,
    given_name=st.none() | words,
    family_name=st.none() | words,
    full_name=st.none() | words,
    date_of_birth=st.none() | days,
    identifiers=st.lists(
        st.builds(Identifier, scheme=st.just("Student number"), value=words), max_size=3
    ).map(tuple),
    citizenship=some("country", 2),
)
outcomes = st.lists(texts, max_size=4).map(
    lambda titles: tuple(
        LearningOutcome(id=f"lo {index}", title=title, description=title)
        for index, title in enumerate(titles)
    )
)
levels = st.builds(
    Level,
    eqf=st.none() | st.integers(1, 8),
    nqf=some("nqf"),
    sectoral=st.lists(st.builds(SectoralLevel, framework=words, level=words), max_size=2).map(
        tuple
    ),
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "title": texts,
        "description": texts,
        "version": words,
        "prerequisites": texts,
        "further_information": texts,
        "learning_outcomes": outcomes,
        "level": levels,
        "fields": some("isced-f"),
        "participation": st.builds(Participation, modes=some("mode"), languages=some("language")),
        "target_groups": some("target-group"),
        "contexts": some("learning-context"),
        "workload": st.builds(Workload, hours=st.none() | numbers, ects=st.none() | numbers),
        "is_partial_qualification": st.booleans(),
        "resources": st.lists(
            st.builds(Link, url=st.just("https://example.edu/r"), title=st.none() | texts),
            max_size=2,
        ).map(tuple),
        "custom": st.lists(
            st.builds(
                CustomElement, uri=st.just("https://example.edu/c"), label=texts, value=texts
            ),
            max_size=2,
        ).map(tuple),
    },
)


@st.composite
def partial_awards(draw: st.DrawFn) -> Award:
    """An award with any part of what an award can have."""
    base = awards.minimal(
        learner=draw(learners),
        issued_at=draw(moments),
        awarded_on=draw(st.none() | days),
        is_test=draw(st.booleans()),
    )
    mc = replace(base.micro_credential, **draw(changes))
    result = AssessmentResult(grade=draw(st.none() | texts), graded_on=draw(st.none() | days))
    period = draw(st.none() | days.map(lambda day: Period(start=day, end=day + timedelta(days=9))))
    done = Achievement(
        results=draw(st.sampled_from([(), (result,)])),
        ects=draw(st.none() | numbers),
        period=period,
    )
    return replace(base, micro_credential=mc, achievement=done)


@pytest.mark.parametrize("make", [awards.minimal, awards.complete])
def test_a_written_award_is_read_back_equal(make):
    award = make()
    decoded = decode(encode(award))
    assert decoded.award == award
    assert decoded.findings == ()


def test_the_same_award_gives_the_same_bytes():
    assert dump(encode(awards.complete())) == dump(encode(awards.complete()))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(partial_awards())
def test_any_part_of_an_award_with_awkward_texts_is_read_back_equal(award):
    assert decode(encode(award)).award == award


def test_all_24_languages_of_the_union_survive():
    title = Text.of({tag: f"Title in {tag}" for tag in EU_LANGUAGES})
    base = awards.minimal()
    award = replace(base, micro_credential=replace(base.micro_credential, title=title))
    document = encode(award)
    assert len(document["displayParameter"]["language"]) == 24
    assert decode(document).award.micro_credential.title == title


def test_context_is_last_and_what_a_batch_shares_stands_before_the_id():
    members = list(encode(awards.complete()))
    assert members[:4] == ["type", "credentialProfiles", "displayParameter", "id"]
    assert members[-1] == "@context"


def test_an_organisation_is_written_once_and_then_by_its_id():
    text = dump(encode(awards.complete())).decode()
    assert text.count('"legalName":{"en":"Example University"') == 1
    claim = encode(awards.minimal())["credentialSubject"]["hasClaim"]
    assert claim["awardedBy"]["awardingBody"] == "https://example.edu/#org"


@pytest.mark.parametrize(
    ("change", "elements", "paths"),
    [
        ({"title": None}, ("E2",), ("/micro_credential/title",)),
        (
            {"awarding_bodies": ()},
            ("E4", "E5"),
            ("/micro_credential/awarding_bodies", "/micro_credential/providers"),
        ),
        (
            {"awarding_bodies": (), "providers": (awards.organisation(),)},
            ("E4",),
            ("/micro_credential/awarding_bodies",),
        ),
    ],
)
def test_a_missing_mandatory_element_is_named(change, elements, paths):
    base = awards.minimal()
    with pytest.raises(EncodeError) as refused:
        encode(replace(base, micro_credential=replace(base.micro_credential, **change)))
    assert refused.value.elements == elements
    assert refused.value.paths == paths


def test_everything_that_elm_demands_and_the_award_lacks_is_said_at_once():
    base = awards.minimal(issued_at=None, display=None)
    award = replace(base, micro_credential=replace(base.micro_credential, title=None))
    with pytest.raises(EncodeError) as refused:
        encode(award)
    assert refused.value.elements == ("E2", "E7")
    assert refused.value.paths == ("/micro_credential/title", "/issued_at", "/display")


@pytest.mark.parametrize(
    ("change", "element"),
    [({"legal_name": None}, "E4"), ({"places": ()}, "E3"), ({"identifiers": ()}, "E6")],
)
def test_an_issuer_without_name_country_or_identifier_is_refused(change, element):
    base = awards.minimal()
    body = replace(
        base.micro_credential.awarding_bodies[0], organisation=awards.organisation(**change)
    )
    award = replace(base, micro_credential=replace(base.micro_credential, awarding_bodies=(body,)))
    with pytest.raises(EncodeError) as refused:
        encode(award)
    assert refused.value.elements == (element,)


@pytest.mark.parametrize(
    ("change", "path"), [({"issued_at": None}, "/issued_at"), ({"display": None}, "/display")]
)
def test_an_award_without_date_or_picture_is_refused(change, path):
    with pytest.raises(EncodeError) as refused:
        encode(awards.minimal(**change))
    assert refused.value.paths == (path,)


def test_a_place_without_country_is_refused():
    one = Organisation(id="https://provider.example/", places=(awards.Place(),))
    base = awards.minimal()
    award = replace(base, micro_credential=replace(base.micro_credential, providers=(one,)))
    with pytest.raises(EncodeError, match="E3"):
        encode(award)


def test_half_a_character_is_refused_in_words():
    award = awards.minimal(learner=Learner(full_name="broken \ud800"))
    with pytest.raises(EncodeError, match="D800"):
        dump(encode(award))


def test_a_test_credential_says_so_where_people_look():
    document = encode(awards.minimal(is_test=True))
    assert document["displayParameter"]["title"]["en"].startswith("TEST: ")
    assert document["displayParameter"]["description"]["en"].startswith("TEST: ")
    assert document["credentialSubject"]["hasClaim"]["title"]["en"].startswith("TEST: ")
    assert decode(document).award.micro_credential.title == Text.of(
        {"en": "Data Ethics in Practice"}
    )


def test_an_award_without_grade_says_not_graded_and_is_read_back_without():
    award = awards.complete()
    grade = encode(award)["credentialSubject"]["hasClaim"]["provenBy"][1]["grade"]
    assert grade["noteLiteral"] == {"en": "Not graded"}
    assert decode(encode(award)).award.achievement.results[1].grade is None


def test_the_key_of_the_provider_never_leaves_the_house():
    award = awards.minimal(learner=Learner(key="internal-4711", full_name="Ada"))
    assert b"internal-4711" not in dump(encode(award))
