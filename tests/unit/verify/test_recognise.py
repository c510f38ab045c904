"""What bytes are, found out by their content alone."""

import json
import sys

import pytest

from tessera.seals.base64text import to_base64url
from tessera.seals.jades import JADES
from tessera.verify.recognise import MOST_BYTES, MOST_COMMAS
from tests.fuzz_inputs import TURTLE
from tests.unit.verify.conftest import (
    NOW,
    changed,
    document,
    findings,
    handmade,
    key,
    outcome,
    rules,
    sealed,
)
from tests.unit.verify.conftest import seen as looked_at


def compact(payload, header):
    text = to_base64url(payload)
    return f"{to_base64url(json.dumps(header).encode())}.{text}.{to_base64url(b'x' * 64)}".encode()


def sealed_text(text):
    """A seal over any text, in the encoded form (b64 true)."""
    return handmade(to_base64url(text).encode(), key(), b64=None, crit=["sigT"])


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "parse.unreadable"),
        (b" \n\t ", "parse.unreadable"),
        (b"{" + b" " * MOST_BYTES, "parse.unreadable"),
        (b"hello", "parse.not-json"),
        (b'{"type":', "parse.not-json"),
        (b'{"a":1,"a":2}', "parse.duplicate-member"),
        (b"[" * 100 + b"]" * 100, "parse.too-deep"),
        (b'{"a":9007199254740993}', "parse.number"),
        (b'{"a":0.12345678901234567890}', "parse.number"),
        (b'{"a":"\\ud800"}', "parse.surrogate"),
        (b"\xff\xfe{\x00}\x00", "parse.encoding"),
        (b"\xef\xbb\xbf{}", "parse.byte-order-mark"),
        (b"[" + b"0," * MOST_COMMAS + b"0,0]", "parse.too-many-values"),
        (b"%PDF-1.7", "parse.unreadable"),
        (b"\x89PNG\r\n\x1a\n", "parse.unreadable"),
        (b"PK\x03\x04", "parse.unreadable"),
        (b"[]", "parse.format"),
        (b'"text"', "parse.format"),
        (b'{"type":["Something"]}', "parse.format"),
        (b'{"payload":"e30","signatures":7}', "parse.unreadable"),
        (b"a.b", "parse.not-json"),
        (b"@prefix : <urn:x> . :a :b", "parse.unreadable"),
    ],
)
def test_what_is_nothing_that_is_read_fails_with_its_reason(raw, rule):
    examination = looked_at(raw)
    assert rules(examination, "parse") == {rule: "FAILED"}
    assert examination.format is None
    assert examination.seal is None


def test_a_sealed_credential_is_recognised_in_every_form():
    whole = json.loads(sealed())
    flattened = {"payload": whole["payload"], **whole["signatures"][0]}
    for raw in (sealed(), b"\n" + sealed() + b"\r\n", json.dumps(flattened).encode()):
        examination = looked_at(raw)
        assert rules(examination, "parse") == {"parse.seal": "PASSED", "parse.format": "PASSED"}
        assert examination.format == "elm"
        assert outcome(examination, "seal") == "PASSED"


def test_a_compact_seal_is_opened_by_what_its_header_says_it_is():
    for header, mechanism in (
        ({"alg": "ES256", "sigT": "2026-01-01T00:00:00Z"}, "jades"),
        ({"alg": "ES256", "typ": "JWT"}, "vcjose"),
        ({"alg": "ES256", "typ": "vc+jwt"}, "vcjose"),
        ({"alg": "ES256"}, "vcjose"),
    ):
        examination = looked_at(compact(document(), header))
        assert outcome(examination, "parse") == "PASSED"
        assert examination.seal.mechanism == mechanism


def test_a_token_with_disclosures_is_opened_as_such():
    token = compact(document(), {"alg": "ES256", "typ": "vc+sd-jwt"}) + b"~"
    assert looked_at(token).seal.mechanism == "sdjwt"


def test_an_open_credential_is_recognised_bare_and_wrapped():
    for raw in (document(), json.dumps({"credential": json.loads(document())}).encode()):
        examination = looked_at(raw)
        assert rules(examination, "parse") == {"parse.format": "PASSED"}
        assert examination.format == "elm"


def test_turtle_is_recognised():
    examination = looked_at(TURTLE)
    assert rules(examination, "parse") == {"parse.turtle": "PASSED"}
    assert outcome(examination, "schema") == "INDETERMINATE"


def test_turtle_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    examination = looked_at(TURTLE)
    assert rules(examination, "parse") == {"parse.not-installed": "INDETERMINATE"}
    assert "tessera[rdf]" in findings(examination, "parse")["parse.not-installed"].message


@pytest.mark.parametrize("text", [b"hello", b"", b"[1]", b'{"id":"urn:x"}', b"\xff"])
def test_a_seal_over_something_that_is_no_credential_is_still_a_seal(text):
    examination = looked_at(sealed_text(text) if text else sealed_text(b" "))
    assert outcome(examination, "parse") == "PASSED"
    assert outcome(examination, "seal") == "PASSED"
    assert findings(examination, "parse", advice=True)["parse.content"].outcome == "INDETERMINATE"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b'{"a":1,"a":2}', "parse.duplicate-member"),
        (b'{"a":1e999}', "parse.number"),
        (b'{"a":"\\udc00"}', "parse.surrogate"),
        (b"[" * 70 + b"]" * 70, "parse.too-deep"),
        (b"[" + b"0," * MOST_COMMAS + b"0,0]", "parse.too-many-values"),
    ],
)
def test_a_sealed_text_that_readers_could_read_differently_fails(text, rule):
    examination = looked_at(sealed_text(text))
    assert rules(examination, "parse") == {"parse.seal": "PASSED", rule: "FAILED"}


def test_a_seal_without_its_document_asks_for_it():
    whole = json.loads(sealed(b'{"id":"urn:x:1"}'))
    del whole["payload"]
    raw = json.dumps(whole).encode()
    alone = looked_at(raw)
    assert outcome(alone, "parse") == "PASSED"
    assert rules(alone, "seal")["seal.detached-missing"] == "INDETERMINATE"
    assert outcome(looked_at(raw, detached={"a": b'{"id":"urn:x:1"}'}), "seal") == "PASSED"
    assert outcome(looked_at(raw, detached={"a": b'{"id":"urn:x:2"}'}), "seal") == "FAILED"


def test_a_detached_credential_is_read_from_the_document_beside_it():
    whole = json.loads(JADES.seal(document(), key(), NOW))
    del whole["payload"]
    examination = looked_at(json.dumps(whole).encode(), detached={"mc.jsonld": document()})
    assert examination.format == "elm"
    assert outcome(examination, "schema") == "PASSED"


def test_names_of_members_do_not_make_a_seal():
    examination = looked_at(changed(document(), payload="x"))
    assert outcome(examination, "seal") == "NOT_APPLICABLE"
