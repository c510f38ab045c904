"""ELM in Turtle: recognised, parsed within budgets, held against the shapes."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.formats.elm import turtle
from tessera.report import Outcome
from tessera.standards.locate import Library

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
CASES = os.environ.get("TESSERA_CASES", "")
official = pytest.mark.skipif(
    not (STANDARDS and CASES), reason="official files: TESSERA_STANDARDS, TESSERA_CASES are not set"
)
HEAD = b"@prefix elm: <http://data.europa.eu/snb/model/elm/> .\n"
CREDENTIAL = HEAD + b"<urn:x> a elm:EuropeanDigitalCredential ; elm:credentialProfiles <urn:p> .\n"


@pytest.mark.parametrize(
    "raw",
    [
        CREDENTIAL,
        b"\n# a comment\n\n  # another\n" + CREDENTIAL,
        b"PREFIX elm: <http://x/>\n",
        b"@base <http://x/> .",
        b"BASE <http://x/>",
        b"<urn:a> <urn:b> <urn:c> .",
    ],
)
def test_turtle_is_recognised_by_how_it_begins(raw):
    assert turtle.looks_like_turtle(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"<html>", b"<?xml version='1.0'?>", b"# only a comment", b"eyJ.a.b", b"prefix"],
)
def test_other_texts_are_not_taken_for_turtle(raw):
    assert not turtle.looks_like_turtle(raw)


def test_a_text_says_which_credentials_and_profiles_it_holds():
    graph = turtle.read_turtle(CREDENTIAL)
    assert graph.credentials == ("<urn:x>",)
    assert graph.profiles == ("urn:p",)
    assert graph.triples == 2
    assert graph.ntriples.count("\n") == 2


def test_texts_come_through_whole():
    raw = b'<urn:x> <urn:y> "a\\n\\"b\\"\\\\ \\u00e9 \xf0\x9f\x98\x80"@de .'
    assert turtle.read_turtle(turtle.read_turtle(raw).ntriples.encode()) == turtle.read_turtle(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"<urn:x> <urn:y>",
        b"<urn:x> <urn:y> <relative> .",
        b"<urn:x> <urn:y> nobody:knows .",
        b'<urn:x> <urn:y> "\\uD800" .',
        b'<urn:x> <urn:y> "\xff" .',
        b"<urn:x> <urn:y> " + b"(" * 100_000,
        b"@prefix x: <urn:x:> . x:a x:b <<( x:a x:b x:c )>> .",
    ],
)
def test_what_is_no_turtle_of_any_profile_is_a_sentence(raw):
    with pytest.raises(UnreadableError):
        turtle.read_turtle(raw)


def test_budgets_of_bytes_and_statements_are_kept(monkeypatch):
    monkeypatch.setattr(turtle, "MOST_TRIPLES", 2)
    assert turtle.read_turtle(CREDENTIAL).triples == 2
    with pytest.raises(UnreadableError, match="more than 2 statements"):
        turtle.read_turtle(CREDENTIAL + b"<urn:x> <urn:y> <urn:z> .")
    monkeypatch.setattr(turtle, "MOST_BYTES", len(CREDENTIAL) - 1)
    with pytest.raises(UnreadableError, match="at most"):
        turtle.read_turtle(CREDENTIAL)


@given(
    raw=st.binary(max_size=200)
    | st.text("<>@prefix:. \"'()[];,#\\u\n^_a", max_size=80).map(str.encode)
)
def test_any_bytes_are_read_or_refused_with_a_sentence(raw):
    turtle.looks_like_turtle(raw)
    try:
        turtle.read_turtle(raw)
    except UnreadableError as refused:
        assert str(refused)


def test_without_a_credential_the_check_fails_and_says_so():
    (finding,) = turtle.check(turtle.read_turtle(HEAD), None)
    assert finding.outcome is Outcome.FAILED
    assert finding.rule == "elm.schema.no-credential"


def test_without_the_shapes_the_check_is_indeterminate_with_the_next_step(tmp_path):
    for library in (None, Library(tmp_path)):
        (finding,) = turtle.check(turtle.read_turtle(CREDENTIAL), library)
        assert finding.outcome is Outcome.INDETERMINATE
        assert "tessera standards install" in finding.message


@official
def test_a_broken_credential_fails_with_what_is_missing():
    findings = turtle.check(turtle.read_turtle(CREDENTIAL), Library(Path(STANDARDS)))
    assert {one.outcome for one in findings} == {Outcome.FAILED}
    assert "elm.schema.min-count" in {one.rule for one in findings}


@official
def test_a_conforming_credential_passes_and_the_version_is_named():
    from tests.unit.standards import differential, structure_documents

    quads = differential.official("1.2.0").quads(structure_documents.rich())
    (finding,) = turtle.check(turtle.read_turtle(quads.encode()), Library(Path(STANDARDS)))
    assert finding.outcome is Outcome.PASSED
    assert "1.2.0" in finding.message


@official
def test_the_published_samples_are_read_and_judged():
    files = sorted(Path(CASES, "edc-turtle").rglob("*.ttl"))
    assert files
    for file in files:
        raw = file.read_bytes()
        assert turtle.looks_like_turtle(raw)
        graph = turtle.read_turtle(raw)
        assert graph.credentials
        assert turtle.check(graph, Library(Path(STANDARDS)))
