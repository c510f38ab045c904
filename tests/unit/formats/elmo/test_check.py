"""The step `schema` for ELMO: every rule passes, fails or leaves open as it should."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.elmo import FORMAT
from tessera.formats.elmo.names import NAMESPACE
from tessera.formats.elmo.rules import RULES
from tessera.report import Outcome
from tessera.standards.locate import Library
from tests.complete import complete_award

STANDARDS = os.environ.get("TESSERA_STANDARDS")
CASES = os.environ.get("TESSERA_CASES")
needs_schema = pytest.mark.skipif(
    not STANDARDS, reason="TESSERA_STANDARDS is not set: the official schema is not here"
)
needs_cases = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no samples here")
DOCUMENT = FORMAT.encode(complete_award())
ADDRESS = b'<currentAddress xmlns:e="urn:x"><e:any>Somewhere</e:any></currentAddress></learner>'


def judged(document, *, with_schema=False):
    library = Library(Path(STANDARDS)) if with_schema else None
    return {one.rule: one for one in FORMAT.check(document, library)}


def sample(name):
    return next(Path(CASES, "elmo").rglob(name)).read_bytes()


@needs_schema
@needs_cases
def test_the_official_example_follows_its_schema():
    found = judged(sample("example.xml"), with_schema=True)
    assert found["elmo.schema"].outcome is Outcome.PASSED
    assert found["elmo.schema.signature"].outcome is Outcome.INDETERMINATE
    assert found["elmo.schema.attachment"].advice


@needs_cases
def test_the_form_before_emrex_is_read_and_its_schema_left_open():
    document = sample("Example-elmo-Norway.xml")
    assert judged(document)["elmo.schema.before-emrex"].outcome is Outcome.INDETERMINATE
    found = FORMAT.decode(document).award
    assert found.learner.display_name == "Beate TS-Svendsen"
    assert str(found.micro_credential.title) == "Bachelor in biology"
    assert found.micro_credential.awarding_bodies[0].organisation.identifier("erasmus")
    issued = replace(found, issued_at=datetime(2026, 1, 1, tzinfo=UTC))
    again = FORMAT.encode(issued)
    assert b"purl.org" not in again
    assert FORMAT.decode(again).award.learner == replace(found.learner, full_name=None)


@needs_schema
def test_what_the_schema_does_not_allow_fails_with_its_line():
    wrong = DOCUMENT.replace(b"<status>passed</status>", b"<status>done</status>")
    found = judged(wrong, with_schema=True)["elmo.schema"]
    assert found.outcome is Outcome.FAILED
    assert found.evidence["line"] > 1


@needs_schema
def test_an_address_is_let_through_and_that_is_said():
    document = DOCUMENT.replace(b"</learner>", ADDRESS)
    found = judged(document, with_schema=True)
    assert found["elmo.schema"].outcome is Outcome.PASSED
    assert found["elmo.schema.address"].outcome is Outcome.INDETERMINATE
    misplaced = DOCUMENT.replace(b"<learner>", b"<learner>" + ADDRESS.removesuffix(b"</learner>"))
    assert judged(misplaced, with_schema=True)["elmo.schema"].outcome is Outcome.FAILED


@needs_schema
def test_elements_of_version_2_leave_it_open_but_hide_no_other_fault():
    newer = DOCUMENT.replace(b"<url>", b"<alternativeName>x</alternativeName><url>", 1)
    found = judged(newer, with_schema=True)
    assert set(found) == {"elmo.schema.version"}
    both = newer.replace(b"<status>passed</status>", b"<status>done</status>")
    assert judged(both, with_schema=True)["elmo.schema"].outcome is Outcome.FAILED


def test_without_the_schema_it_stays_open_but_what_everybody_needs_is_asked_for():
    assert judged(DOCUMENT)["elmo.schema.not-installed"].outcome is Outcome.INDETERMINATE
    without = re.sub(rb"<issueDate>.*?</issueDate>", b"", DOCUMENT)
    assert judged(without)["elmo.schema.missing"].outcome is Outcome.FAILED


def test_a_missing_official_file_leaves_it_open(tmp_path):
    found = FORMAT.check(DOCUMENT, Library(tmp_path))
    assert [one.rule for one in found] == ["elmo.schema.not-installed"]
    assert "install" in found[0].message


def test_what_is_no_elmo_fails_and_is_not_decoded():
    assert judged(b"<elmo/>")["elmo.schema.no-elmo"].outcome is Outcome.FAILED
    assert judged(b"<elmo")["elmo.schema.xml"].outcome is Outcome.FAILED
    for document in (b"<elmo/>", b"<elmo", b"", None, {"a": 1}):
        assert not FORMAT.recognises(document)
        with pytest.raises(UnreadableError):
            FORMAT.decode(document)
        assert FORMAT.embedded(document) == ()


BARE = f'<elmo xmlns="{NAMESPACE}"/>'.encode()


def test_an_empty_elmo_is_an_award_about_nothing():
    found = FORMAT.decode(BARE).award
    assert found.id == "urn:tessera:unidentified"
    assert found.micro_credential.title is None


def wrong(old, new):
    return {one.rule for one in FORMAT.decode(DOCUMENT.replace(old, new)).findings}


def test_what_is_odd_becomes_a_finding():
    assert wrong(b"<start>2026", b"<start>soon") == {"elmo.decode.date"}
    assert wrong(b"<date>2026-11-06", b"<date>2026-01-01") == {"elmo.decode.refused"}
    assert wrong(b"<value>2</value>", b"<value>1e9</value>") == {"elmo.decode.number"}
    assert wrong(b"<status>passed", b"<status>failed") == {"elmo.decode.status"}
    part = b"</specifies><hasPart><learningOpportunitySpecification/></hasPart>"
    assert wrong(b"</specifies>", part) == {"elmo.decode.parts"}
    los = b"<learningOpportunitySpecification><title>x</title></learningOpportunitySpecification>"
    assert wrong(b"<issueDate>", los + b"<issueDate>") == {"elmo.decode.many"}
    assert not FORMAT.decode(DOCUMENT).findings


@pytest.mark.parametrize("blank", ["\u2003", "\u00a0", "\u3000", ""])
def test_white_space_of_any_kind_says_nothing(blank):
    """A name of one em space was taken for a name, and refused by the model."""
    document = DOCUMENT.decode()
    for value in ("Ada", "Example", "82 %", "EQF", "Second cycle", "en", "0613"):
        changed = document.replace(f">{value}<", f">{blank}<")
        assert changed != document
        FORMAT.decode(changed.encode())
    nameless = document.replace(">Ada<", f">{blank}<").replace(">Example<", f">{blank}<")
    assert FORMAT.decode(nameless.encode()).award.learner.display_name is None


def test_an_address_without_a_host_is_no_web_page():
    changed = DOCUMENT.replace(b"<url>https://uni.example/", b"<url>http://?")
    found = FORMAT.decode(changed).award.micro_credential
    assert found.awarding_bodies[0].organisation.homepage is None
    assert found.links == ()


def test_a_failed_opportunity_stays_failed_on_the_way_back():
    failed = DOCUMENT.replace(b"<status>passed", b"<status>failed")
    again = FORMAT.encode(FORMAT.decode(failed).award)
    assert b"<status>failed" in again
    assert b"<status>passed" not in again


def test_every_rule_in_the_code_is_listed():
    import tessera.formats.elmo as package

    sources = "".join(one.read_text() for one in Path(package.__file__).parent.glob("*.py"))
    used = set(re.findall(r'"(elmo\.schema[a-z.-]*)"', sources))
    used |= {f"elmo.decode.{one}" for one in re.findall(r'remark\(\s*"([a-z-]+)"', sources)}
    assert used == set(RULES)


pieces = st.sampled_from(
    [b"<", b">", b"/", b'"', b"&#x0;", b"\x00", b"<![CDATA[", b"]]>", b"&", b"\xff", b"NaN",
     b"-1", b"9" * 50, b'xml:lang="!"', b"<learner>", b"</report>", b" ", b""]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_change_of_a_document_is_read_or_refused(data):
    at = data.draw(st.integers(0, len(DOCUMENT)))
    upto = data.draw(st.integers(at, min(len(DOCUMENT), at + 40)))
    changed = DOCUMENT[:at] + data.draw(pieces) + DOCUMENT[upto:]
    FORMAT.check(changed, None)
    FORMAT.embedded(changed)
    try:
        FORMAT.decode(changed)
    except UnreadableError:
        return


signs = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&\ufffe\uffff")
VALUES = re.compile(rb">([^<>]*[^<>\s][^<>]*)<")


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_read(data):
    found = list(VALUES.finditer(DOCUMENT))
    one = data.draw(st.sampled_from(found))
    value = data.draw(
        st.text(signs)
        | st.sampled_from(["-1", "NaN", "1e999999999", "9999-99-99", "0000-01-01T00:00:00Z",
                           "2026-01-01T25:00:00+99:99", "did:x", "EQF", " ", "0"])
    )  # fmt: skip
    changed = DOCUMENT[: one.start(1)] + value.encode() + DOCUMENT[one.end(1) :]
    award = FORMAT.decode(changed).award
    try:
        again = FORMAT.encode(award)
    except EncodeError as refused:
        assert refused.elements
        return
    once = FORMAT.decode(again).award  # with the address where a web page is missing
    assert FORMAT.decode(FORMAT.encode(once)).award == once


def test_every_rule_is_documented():
    page = Path(__file__).parents[4] / "docs" / "standards" / "elmo.md"
    assert set(re.findall(r"^\| `(elmo\.[a-z.-]+)`", page.read_text(), re.M)) == set(RULES)
