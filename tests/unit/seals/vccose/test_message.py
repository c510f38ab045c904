"""Credentials sealed with COSE: read strictly, checked over the exact bytes."""

from __future__ import annotations

import json
from base64 import b64encode

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import UnreadableError, UsageError
from tessera.report import Outcome
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import public_key
from tessera.seals.vccose import VCCOSE, cbor, media_type_findings

CREDENTIAL = {"type": ["VerifiableCredential"], "issuer": {"id": "https://a.example"}}
HEADER = {1: -7, 3: "application/vc", 4: b"key-1", 16: "application/vc+cose"}


def message(key, header=HEADER, document=CREDENTIAL, unprotected=None, tag=True):
    """Write a message with cbor2, the peer, from RFC 9052 section 4.4."""
    protected = cbor2.dumps(header)
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    parts = [protected, unprotected or {}, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(18, parts) if tag else parts)


def check(raw, key):
    return VCCOSE.check(VCCOSE.open(raw), lambda ref: public_key(key.certificate_chain[0]))


def outcomes(findings, rule):
    return [one.outcome for one in findings if one.rule == rule]


@pytest.mark.parametrize("tag", [True, False])
def test_a_message_is_read_and_its_signature_fits(es_key, tag):
    raw = message(es_key, tag=tag)
    opened = VCCOSE.open(raw)
    assert opened.document == CREDENTIAL
    [proof] = opened.proofs
    assert (proof.suite, proof.key.kid, proof.key.issuer) == ("ES256", "key-1", "https://a.example")
    assert outcomes(check(raw, es_key), "seal.signature") == [Outcome.PASSED]
    assert outcomes(media_type_findings(opened), "schema.media-type") == [Outcome.PASSED]


def test_base64_base64url_and_hexadecimal_text_are_read(es_key):
    raw = message(es_key)
    for text in (b64encode(raw), b64encode(raw).rstrip(b"="), to_base64url(raw).encode(),
                 raw.hex().encode(), b64encode(raw) + b"\n"):  # fmt: skip
        assert VCCOSE.open(text).document == CREDENTIAL


def test_times_and_issuer_may_stand_in_the_claims_of_the_header(es_key):
    header = {**HEADER, 15: {1: "https://b.example", 4: 3000, 5: 2000, 6: 1000}}
    [proof] = VCCOSE.open(message(es_key, header, {"type": "VerifiableCredential"})).proofs
    moments = (proof.claimed_at, proof.not_before, proof.expires_at)
    assert [moment.timestamp() for moment in moments] == [1000, 2000, 3000]
    assert proof.key.issuer == "https://b.example"


def test_certificates_are_found(es_key):
    chain = list(es_key.certificate_chain)
    for value in (chain, chain[0]):
        [proof] = VCCOSE.open(message(es_key, {**HEADER, 33: value})).proofs
        assert proof.key.certificates[0] == chain[0]


@pytest.mark.parametrize("code", [0, -3, 5, -25, -65535, "HS256", None])
def test_an_algorithm_that_is_not_on_the_list_fails(es_key, code):
    header = {**HEADER, 1: code} if code is not None else {3: "application/vc"}
    findings = check(message(es_key, header), es_key)
    assert outcomes(findings, "seal.algorithm") == [Outcome.FAILED]


@pytest.mark.parametrize(
    ("header", "unprotected"),
    [
        (HEADER, {1: -7}),
        ({**HEADER, 2: [99], 99: 1}, {}),
        ({**HEADER, 2: [99]}, {}),
        ({**HEADER, 2: []}, {}),
        ({**HEADER, 2: 1}, {}),
        (HEADER, {4: b"other"}),
    ],
)
def test_a_header_that_cannot_be_followed_fails(es_key, header, unprotected):
    findings = check(message(es_key, header, unprotected=unprotected), es_key)
    assert Outcome.FAILED in outcomes(findings, "seal.cose.header")


def test_every_altered_byte_is_noticed(es_key):
    raw = message(es_key)
    for place in range(len(raw)):
        other = bytearray(raw)
        other[place] ^= 1
        try:
            findings = check(bytes(other), es_key)
        except UnreadableError:
            continue
        assert any(one.outcome is Outcome.FAILED for one in findings), place


def test_without_a_key_nothing_is_said_about_the_signature(es_key):
    findings = VCCOSE.check(VCCOSE.open(message(es_key)), lambda ref: None)
    assert outcomes(findings, "seal.key") == [Outcome.INDETERMINATE]


@pytest.mark.parametrize(
    ("typ", "content", "expected"),
    [
        ("application/vc+cose", "application/vc", Outcome.PASSED),
        ("application/vc-ld+cose", None, Outcome.PASSED),
        (None, None, Outcome.NOT_APPLICABLE),
        ("application/vp+cose", None, Outcome.FAILED),
        (None, "application/vp", Outcome.FAILED),
    ],
)
def test_a_message_says_what_it_is(es_key, typ, content, expected):
    header = {1: -7, **({16: typ} if typ else {}), **({3: content} if content else {})}
    found = media_type_findings(VCCOSE.open(message(es_key, header)))
    assert outcomes(found, "schema.media-type") == [expected]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x84", b"\xd2\x80", b"\xd2\x84\x40\xa0\x40\x40", b"\xc2\x41\x00", b"not base64!",
     b"\x9f\xff", b"\xa2\x01\x01\x01\x02", b"\x84\x43\xa1\x01\x26\xa0\x41\x5b\x40",
     b"\x9b" + b"\xff" * 8, b"\xf9\x3c\x00", b"\x81" * 50, b"\xff"],
)  # fmt: skip
def test_what_is_no_message_is_refused(raw):
    with pytest.raises(UnreadableError):
        VCCOSE.open(raw)


def test_a_label_that_stands_twice_is_refused(es_key):
    raw = message(es_key)
    protected = cbor2.dumps(HEADER)
    double = bytes([protected[0] + 1]) + protected[1:] + b"\x01\x26"
    parts = cbor2.loads(raw).value
    with pytest.raises(UnreadableError, match="twice"):
        VCCOSE.open(cbor2.dumps([double, {}, parts[2], parts[3]]))


def test_nothing_is_sealed_with_cose(es_key):
    with pytest.raises(UsageError):
        VCCOSE.seal(b"{}", es_key, None)


VALUES = st.recursive(
    st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=8) | st.text(max_size=8)
    | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.integers(-50, 50) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
).filter(lambda value: cbor_depth(value) < cbor.MAX_DEPTH)  # fmt: skip


def cbor_depth(value):
    if isinstance(value, dict):
        return 1 + max(map(cbor_depth, value.values()), default=0)
    return 1 + max(map(cbor_depth, value), default=0) if isinstance(value, list) else 0


@given(VALUES)
def test_our_cbor_is_that_of_cbor2(value):
    assert cbor.write(value) == cbor2.dumps(value)
    assert cbor.read(cbor2.dumps(value)) == value


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda raw: b"\xd2\x84" + raw))
def test_no_bytes_make_it_raise_anything_but_unreadable(raw):
    try:
        opened = VCCOSE.open(raw)
    except UnreadableError:
        return
    VCCOSE.check(opened, lambda ref: None)
