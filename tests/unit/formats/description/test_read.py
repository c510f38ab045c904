from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.formats.description import MAX_BYTES, Description, DescriptionError, read
from tessera.model import MicroCredential

HEAD = "id: https://uni.example/mc/1\nlanguage: en\n"


def described(text: str, name: str = "mc.yaml") -> Description:
    return read((HEAD + text).encode(), name=name)


def record(text: str) -> MicroCredential:
    return described(text).micro_credential


def problems(text: str | bytes, name: str = "mc.yaml") -> list[tuple[int, str, str]]:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(DescriptionError) as refused:
        read(raw, name=name)
    return [(one.line, one.pointer, one.message) for one in refused.value.problems]


def only_problem(text: str | bytes, name: str = "mc.yaml") -> tuple[int, str, str]:
    [problem] = problems(text, name)
    return problem


# What it reads


def test_a_plain_text_is_in_the_language_of_the_file_and_a_keyed_one_in_its_own() -> None:
    mc = record("title: Data ethics\ndescription: {fi: Kuvaus, EN-gb: About it}\n")
    assert mc.title is not None
    assert mc.title.as_dict() == {"en": "Data ethics"}
    assert mc.description is not None
    assert mc.description.as_dict() == {"fi": "Kuvaus", "en-GB": "About it"}


@pytest.mark.parametrize("written", ["NO", "no", "No", "NOR", "Norway", "'NO'", "Norwegen"])
def test_norway_is_a_country_and_no_truth_value(written: str) -> None:
    mc = record(f"issuer: {{id: 'urn:x:1', places: [{{country: {written}}}]}}\n")
    assert mc.issuer is not None
    assert mc.issuer.country is not None
    assert mc.issuer.country.code == "NOR"


def test_norwegian_is_a_language_of_texts_and_of_instruction() -> None:
    mc = record("title: {no: Dataetikk}\nparticipation: {languages: [no]}\n")
    assert mc.title is not None
    assert mc.title.languages == ("no",)
    assert str(mc.participation.languages[0]) == "Norwegian"


def test_codes_and_versions_keep_their_zeros() -> None:
    mc = record("version: 1.10\nfields: [0613]\nlevel: {isced: 7}\n")
    assert mc.version == "1.10"
    assert mc.fields[0].code == "0613"
    assert mc.level.isced is not None
    assert mc.level.isced.code == "7"


def test_texts_that_look_like_something_else_stay_texts() -> None:
    mc = record("title: 2026\ndescription: 2026-09-14\nprerequisites: no\n")
    assert [str(one) for one in (mc.title, mc.description, mc.prerequisites)] == [
        "2026", "2026-09-14", "no",
    ]  # fmt: skip


def test_numbers_keep_every_digit() -> None:
    mc = record("workload: {hours: 56.25, ects: 2.50000000000000000000000000001}\n")
    assert mc.workload.hours == Decimal("56.25")
    assert mc.workload.ects == Decimal("2.50000000000000000000000000001")


@pytest.mark.parametrize(
    ("written", "iso"),
    [("60 hours", "PT60H"), ("1 day", "P1D"), ("8 weeks", "P56D"), ("6 months", "P6M"),
     ("5 years", "P5Y"), ("P1Y6M", "P1Y6M"), ("P8W", "P56D")],
)  # fmt: skip
def test_durations_are_written_in_words_or_in_iso_8601(written: str, iso: str) -> None:
    maximum = record(f"workload: {{maximum: {written}}}\n").workload.maximum
    assert maximum is not None
    assert maximum.text == iso


@pytest.mark.parametrize("empty", ["", "~", "null"])
def test_what_is_left_empty_counts_as_not_there(empty: str) -> None:
    mc = record(f"title: {empty}\nworkload: {empty}\nlinks: {empty}\n")
    assert mc == MicroCredential(id="https://uni.example/mc/1")


def test_a_link_a_stackability_and_an_outcome_may_be_one_value() -> None:
    mc = record(
        "links: ['https://uni.example/']\nstackability: standalone\nlearner_outcomes: [credit]\n"
    )
    assert mc.links[0].url == "https://uni.example/"
    assert mc.stackability is not None
    assert mc.stackability.kind.code == "standalone"
    assert mc.learner_outcomes[0].kind.code == "credit"


def test_an_organisation_is_described_once_and_then_named_by_its_id() -> None:
    mc = record("""
awarding_bodies:
  - id: https://uni.example/
    legal_name: Example University
    quality_assurance:
      - scope: internal
        agency: https://uni.example/
    nqf_level: ie-9
issuer: https://uni.example/
quality_assurance:
  - scope: external
    agency: https://uni.example/
""")
    body = mc.awarding_bodies[0].organisation
    assert mc.issuer == body
    agency = mc.quality_assurance[0].agency
    assert agency is not None
    assert str(agency.legal_name) == "Example University"
    assert agency.quality_assurance == ()  # or it would assure itself without end
    assert body.quality_assurance[0].agency == agency


def test_json_is_read_like_yaml() -> None:
    text = json.dumps(
        {"id": "urn:x:1", "language": "fi", "title": "Etiikka 😀", "level": {"eqf": 6}}
    )
    for name in ("mc.json", "mc", "mc.yaml"):
        mc = read(text.encode(), name=name).micro_credential
        assert str(mc.title) == "Etiikka 😀"
        assert mc.level.eqf == 6


def test_a_byte_order_mark_before_yaml_does_no_harm() -> None:
    assert read(b"\xef\xbb\xbfid: urn:x:1\n", name="mc.yaml").micro_credential.id == "urn:x:1"


def test_values_of_other_lists_are_written_with_iri_scheme_and_label() -> None:
    mc = record("""
learning_outcomes:
  - id: a
    title: Weld a seam.
    esco_skills: ['http://data.europa.eu/esco/skill/1', {iri: 'urn:x:2', label: welding}]
    other_skills: [{iri: 'urn:x:3', scheme: 'urn:x:s', label: {de: Schweißen}}]
""")
    first, second = mc.learning_outcomes[0].esco_skills
    assert first.label is None
    assert str(second) == "welding"
    assert mc.learning_outcomes[0].other_skills[0].scheme == "urn:x:s"


# Where things stand


def test_every_member_has_its_line_and_its_place_in_the_file() -> None:
    found = described("""title:
  en: Data ethics
awarding_bodies:
  - id: https://uni.example/
    places:
      - country: IE
""")
    assert found.line("/title") == 3
    assert found.line("/title/en") == 4
    assert found.places["/awarding_bodies/0/organisation/places/0/country"] == (
        "/awarding_bodies/0/places/0/country"
    )
    assert found.line("/awarding_bodies/0/places/0/country") == 8


def test_what_is_not_there_has_a_place_but_no_line() -> None:
    found = described("awarding_bodies:\n  - id: https://uni.example/\n")
    place = found.places["/awarding_bodies/0/organisation/legal_name"]
    assert place == "/awarding_bodies/0/legal_name"
    assert found.line(place) is None
    assert found.places["/prerequisites"] == "/prerequisites"


def test_json_has_lines_too() -> None:
    found = read(b'{\n "id": "urn:x:1",\n "level": {\n  "eqf": 6}\n}', name="mc.json")
    assert [found.line(one) for one in ("", "/id", "/level", "/level/eqf")] == [1, 2, 3, 4]


# What it refuses


def test_every_problem_is_told_at_once_with_line_pointer_and_advice() -> None:
    told = problems("""id: mc 1
title: Data ethics
workloads: {ects: 2}
workload: {ects: "2", hours: 2 h}
level: {eqf: 9, isced: x}
period: {start: 2026-02-30, end: 14.09.2026}
learning_outcomes:
  - id: a
    title: {en: A}
    assessed_by: [exma]
  - id: a
assessments: [{id: exam}]
is_partial_qualification: yes
""")
    assert [(line, pointer) for line, pointer, _ in told] == [
        (1, "/id"), (2, "/title"), (3, "/workloads"), (4, "/workload/hours"),
        (4, "/workload/ects"), (5, "/level/eqf"), (5, "/level/isced"), (6, "/period/start"),
        (6, "/period/end"), (10, "/learning_outcomes/0/assessed_by/0"),
        (11, "/learning_outcomes/1"), (11, "/learning_outcomes/1/id"),
        (13, "/is_partial_qualification"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "pointer", "advice"),
    [
        ("title: [a]", "/title", "write a text"),
        ("title: {english!: a}", "/title", "not a language tag"),
        ("title: {en: [a]}", "/title/en", "write a text"),
        ("workload: {ects: '2'}", "/workload/ects", "without quotes"),
        ("workload: {ects: 2 ECTS}", "/workload/ects", "unit"),
        ("workload: {ects: '2,5'}", "/workload/ects", "with a point"),
        ("workload: {ects: 1e2}", "/workload/ects", "exponent"),
        ("workload: {ects: .inf}", "/workload/ects", "not a number"),
        ("workload: {ects: -1}", "/workload/ects", "from 0 to 1000"),
        ("workload: {ects: 1001}", "/workload/ects", "from 0 to 1000"),
        ("workload: {activity: 8 wochen}", "/workload/activity", "8 weeks"),
        ("level: {eqf: 6.5}", "/level/eqf", "1 to 8"),
        ("level: {eqf: six}", "/level/eqf", "1 to 8"),
        ("level: high", "/level", "members of a group"),
        ("period: {start: 2026-13-01}", "/period/start", "2026-09-14"),
        ("period: {start: 20260901}", "/period/start", "2026-09-14"),
        ("period: {start: 2026-09-02, end: 2026-09-01}", "/period/end", "before it begins"),
        ("validity: {until: 2030-01-01, duration: 5 years}", "/validity", "either"),
        ("links: https://uni.example/", "/links", "hyphen"),
        ("links: [uni.example]", "/links/0", "https://"),
        ("links: ['https://']", "/links/0", "https://"),
        ("links: [null]", "/links/0", "empty"),
        ("is_partial_qualification: yes", "/is_partial_qualification", "true or false"),
        ("partners: [{id: 'urn:x:1', roles: [bakes]}]", "/partners/0/roles/0", "designs, teaches"),
        ("partners: [{id: 'urn:x:1', roles: []}]", "/partners/0/roles", "at least one role"),
        ("partners: [{id: 'urn:x:1'}]", "/partners/0", "'roles' is missing"),
        ("costs: {fee: {amount: 5, currency: euro}}", "/costs/fee/currency", "EUR"),
        ("research: [{scheme: vat, value: IE1234567A}]", "/research/0/identifier", "DOI"),
        ("custom: [{uri: x, label: a, value: b}]", "/custom/0/uri", "absolute address"),
        ("issuer: https://nobody.example/", "/issuer", "id and legal_name"),
        ("issuer: {id: 'urn:x:1', logo: logo.png}", "/issuer/logo", "base64"),
        ("issuer: {id: 'urn:x:1', logo: 'data:image/png;base64,AAA'}", "/issuer/logo", "base64"),
        ("issuer: {id: 'urn:x:1', email: registry}", "/issuer/email", "mail address"),
        ("identifiers: [{scheme: orcid, value: '1'}]", "/identifiers/0", "16 digits"),
        ("fields: [{iri: 'urn:x:1', name: x}]", "/fields/0/name", "iri, scheme, label"),
        ("fields: [{label: x}]", "/fields/0", "needs its iri"),
        ("seals_required: ['https://nobody.example/']", "/seals_required/0", "has to seal"),
        ("schema: 2", "/schema", "newer Tessera"),
        ("titel: Etik", "/titel", "Did you mean title"),
        ("ects: 3", "/ects", "It stands under workload."),
        ("eqf: 6", "/eqf", "It stands under level."),
        ("grading: Percentage", "/grading", "It stands under assessments."),
        ("degree: true", "/degree", "There are: id, version"),
        ("<<: {title: a}", "/<<", "not known"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_what_to_write(
    text: str, pointer: str, advice: str
) -> None:
    line, place, message = only_problem(HEAD + text + "\n")
    assert (line, place) == (3, pointer)
    assert advice in message


@pytest.mark.parametrize(
    ("member", "written", "answer"),
    [
        ("fields", "nursing midwifry", "Did you mean 0913"),
        ("target_groups", "migrant", "There are: migrants,"),
        ("contexts", "degree", "There are: "),
        ("contexts", "duringdegree", "There are: during-degree,"),
        ("fields", "http://data.europa.eu/snb/isced-f/12345", "iri, scheme and label"),
        ("fields", "zzzzzzzz", "A value looks like"),
    ],
)
def test_a_wrong_code_is_answered_with_those_there_are_the_nearest_first(
    member: str, written: str, answer: str
) -> None:
    _, place, message = only_problem(f"{HEAD}{member}: ['{written}']\n")
    assert place == f"/{member}/0"
    assert answer in message


def test_a_text_without_a_language_is_asked_for_it() -> None:
    _, place, message = only_problem("id: urn:x:1\ntitle: Data ethics\n")
    assert place == "/title"
    assert "language: en" in message


def test_a_wrong_language_of_the_file_is_told_once() -> None:
    told = problems("id: urn:x:1\nlanguage: english!\ntitle: a\nprerequisites: b\n")
    assert [place for _, place, _ in told] == ["/language"]


def test_an_address_of_the_file_is_asked_for() -> None:
    assert only_problem("title: {en: a}\n")[2].startswith("'id' is missing")


# Hostile and broken files


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"# only a comment\n", "empty"),
        (b"- a\n", "members of a description"),
        (b"just a text\n", "members of a description"),
        (b"id: urn:x:1\n---\nid: urn:x:2\n", "second document"),
        (b"id: urn:x:1\nid: urn:x:2\n", "stands twice"),
        (b"title: {en: a, en: b}\n", "stands twice"),
        (b"a: &a [x]\nb: [*a, *a]\n", "Anchors"),
        (b"a: *a\n", "Anchors"),
        (b"id: !!python/object/apply:os.system ['true']\n", "Tags"),
        (b"id: !!str urn:x:1\n", "Tags"),
        (b"? [a]\n: b\n", "plain word"),
        (b"? {a: b}\n: c\n", "plain word"),
        (b"id: [a\n", "not YAML"),
        (b"id: 'a\n", "not YAML"),
        (b"id: urn:x:1\n title: a\n", "not YAML"),
        (b"id:\turn:x:1\n\tb: c\n", "not YAML"),
        (b'id: "\\UFFFFFFFF"\n', "not YAML"),
        (b'id: "\\ud83d"\n', "half a character"),
        (b"%YAML 9.9\n---\nid: a\n", "YAML"),
        (b"id: \x07\n", "U+0007"),
        ("id: urn:x:1\ntitle: \xe9\n".encode("latin-1"), "UTF-8"),
        ("id: urn:x:1".encode("utf-16"), "UTF-16"),
        (b"[" * 100_000, "nested"),
        (b"{a: " * 100_000, "nested"),
        (b"a:\n" + b"".join(b" " * n + b"- \n" for n in range(1, 200)), "nested"),
        (b"x" * (MAX_BYTES + 1), "at most"),
        (b"\x00" * 100, "U+0000"),
    ],
)
def test_a_file_that_is_no_description_is_refused_in_one_sentence(raw: bytes, advice: str) -> None:
    told = problems(raw)
    assert len(told) == 1
    assert advice in told[0][2]


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b'{"id": "urn:x:1",}', "not JSON"),
        (b'{"id": "urn:x:1", "id": "urn:x:2"}', "stands twice"),
        (b'{"id": NaN}', "not JSON"),
        (b'{"id": "\\ud83d"}', "half a character"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "nested"),
        (b"[1]", "members of a description"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
    ],
)
def test_a_file_that_is_no_strict_json_is_refused_in_one_sentence(raw: bytes, advice: str) -> None:
    told = problems(raw, "mc.json")
    assert len(told) == 1
    assert advice in told[0][2]


def test_the_line_of_a_broken_place_is_told() -> None:
    assert only_problem(b"id: urn:x:1\ntitle: 'a\nb: c\n")[0] >= 2
    assert only_problem(b"id: urn:x:1\ntitle: \xe9\n")[0] == 2
    assert only_problem(b"id: urn:x:1\ntitle: a\x07\n")[0] == 2
    assert only_problem(b'{"id": "urn:x:1",\n"b" 1}', "mc.json")[0] == 2


def test_reading_stops_after_a_hundred_problems_and_shows_fifty() -> None:
    text = HEAD + "".join(f"x{number}: 1\n" for number in range(3_000))
    with pytest.raises(DescriptionError, match="100 problems, and reading stopped") as refused:
        read(text.encode(), name="mc.yaml")
    assert len(str(refused.value).splitlines()) == 52
    assert "50 more" in str(refused.value)


@pytest.mark.parametrize("name", ["mc.yaml", "mc.json"])
def test_a_file_of_very_many_values_is_refused_before_it_is_understood(name: str) -> None:
    raw = b'{"id": "urn:x:1", "links": [' + b'"a",' * 200_000 + b'"a"]}'
    assert "more than 20000 values" in only_problem(raw, name)[2]


def test_a_reference_is_followed_once_however_often_it_stands() -> None:
    large = "".join(f"      - {{scope: internal, statement: S{n}}}\n" for n in range(800))
    mc = record(
        "awarding_bodies:\n  - id: 'urn:x:u'\n    quality_assurance:\n" + large
        + "providers: [" + "'urn:x:u', " * 3_000 + "'urn:x:u']\n"
    )  # fmt: skip
    assert len(mc.providers) == 3_001
    assert all(one is mc.providers[0] for one in mc.providers)
    assert mc.providers[0] == mc.awarding_bodies[0].organisation


_tokens = st.sampled_from(
    ["id", "title", ":", " ", "\n", "- ", "{", "}", "[", "]", ",", "'", '"', "&a", "*a", "!t", "|",
     ">", "?", "#", "%", "---", "\t", "no", "é", "😀", "\\", "1", "en", "awarding_bodies"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_tokens, max_size=40).map("".join) | st.binary(max_size=60))
def test_no_input_gives_another_error_than_that_it_cannot_be_read(text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode()
    for name in ("x.yaml", "x.json"):
        try:
            read(raw, name=name)
        except UnreadableError as error:
            assert str(error).startswith(name)
