"""RFC 3161 tokens are read, held against what they cover, and asked for with care."""

import os
from base64 import b64decode
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.authority.pki import DAY, TSA, Life, Tree
from tests.authority.tsa import Services
from tests.authority.world import SEALED_AT

from tessera.errors import UnreadableError
from tessera.seals.timestamp import (
    TimestampError,
    TimestampRequest,
    covers,
    is_intact,
    read_response,
    read_token,
)
from tessera.seals.timestamp.request import purpose_fault

FOLDER = os.environ.get("TESSERA_CASES", "")
MESSAGE = b"what is to be stamped"
WEB = "1.3.6.1.5.5.7.3.1"


@pytest.fixture(scope="module")
def services():
    tree = Tree()
    root = tree.root("TEST TSA CA")
    return Services(tsa=tree.tsa(root), now=SEALED_AT)


@pytest.fixture(scope="module")
def answer(services):
    request = TimestampRequest.about(MESSAGE, 42)
    return request, services.stamp(request.to_der())


@pytest.fixture(scope="module")
def token(answer):
    return read_response(*answer, SEALED_AT)


def test_a_token_says_when_by_whom_and_over_what(token, services):
    assert token.generated_at == SEALED_AT
    assert token.authority == services.tsa.der
    assert token.nonce == 42
    assert covers(token, MESSAGE)
    assert not covers(token, MESSAGE + b".")
    assert is_intact(token)
    assert token.is_safe_digest


def test_a_token_whose_time_was_altered_is_not_intact(token):
    altered = token.der.replace(b"20260601120000Z", b"20250601120000Z")
    assert altered != token.der
    assert read_token(altered).generated_at.year == 2025
    assert not is_intact(read_token(altered))


def test_every_altered_octet_of_a_token_is_noticed(token):
    """Nothing that is signed can change; what is not signed (other certificates) may."""
    info = cms.ContentInfo.load(token.der)
    signed = info["content"]["encap_content_info"]["content"].contents
    start = token.der.index(signed)
    for place in range(start, start + len(signed)):
        altered = bytearray(token.der)
        altered[place] ^= 1
        try:
            other = read_token(bytes(altered))
        except UnreadableError:
            continue
        assert not is_intact(other), place


def test_a_token_without_its_certificate_is_not_intact(token):
    info = cms.ContentInfo.load(token.der)
    info["content"]["certificates"] = []
    bare = read_token(info.dump(force=True))
    assert bare.authority is None
    assert not is_intact(bare)


def test_a_token_signed_by_another_than_it_names_is_not_intact(token, services):
    """The signing certificate attribute (RFC 5816) binds the certificate."""
    tree = Tree()
    other = tree.tsa(tree.root("TEST other"))
    swapped = Services(tsa=other, now=SEALED_AT)
    request = TimestampRequest.about(MESSAGE, 1)
    theirs = cms.ContentInfo.load(
        read_response(request, swapped.stamp(request.to_der()), SEALED_AT).der
    )
    ours = cms.ContentInfo.load(token.der)
    ours["content"]["signer_infos"][0]["signature"] = theirs["content"]["signer_infos"][0][
        "signature"
    ].native
    assert not is_intact(read_token(ours.dump(force=True)))


@pytest.mark.parametrize("junk", [b"", b"0", b"\x30\x03\x02\x01\x01", b"{}", b"\x30" * 40])
def test_what_is_no_token_is_refused_with_a_sentence(junk):
    with pytest.raises(UnreadableError, match="not a timestamp"):
        read_token(junk)


@cache
def _some_token():
    return read_response(*_stamped_by(), SEALED_AT).der


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_hostile_tokens_never_break_the_reader(data):
    whole = bytearray(_some_token())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert is_intact(read_token(bytes(whole))) in (True, False)
    except UnreadableError as error:
        assert str(error).endswith(".")


def test_pyhanko_finds_our_request_and_we_find_its_answer_in_order(answer):
    request, der = answer
    asked = tsp.TimeStampReq.load(request.to_der(), strict=True)
    assert asked["cert_req"].native is True
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert read_response(request, der, SEALED_AT + timedelta(minutes=4)).nonce == 42


@pytest.mark.parametrize(
    ("fault", "said"),
    [("nonce", "another question"), ("imprint", "something else"), ("status", "no credit left")],
)
def test_an_answer_to_another_question_is_refused(fault, said, services):
    request = TimestampRequest.about(MESSAGE, 42)
    faulty = Services(tsa=services.tsa, now=SEALED_AT, faults={fault}, asked=["tsa"])
    with pytest.raises(TimestampError, match=said):
        read_response(request, faulty.stamp(request.to_der()), SEALED_AT)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x00"])
def test_an_answer_that_is_none_is_refused(answer):
    with pytest.raises(TimestampError):
        read_response(TimestampRequest.about(MESSAGE, 1), answer, SEALED_AT)


def _stamped_by(life=None, purposes=(TSA,)):
    tree = Tree()
    tsa = tree.tsa(tree.root("TEST TSA CA"), life or Life(), purposes)
    request = TimestampRequest.about(MESSAGE, 1)
    return request, Services(tsa=tsa, now=SEALED_AT).stamp(request.to_der())


def test_an_expired_timestamp_certificate_is_refused():
    with pytest.raises(TimestampError, match="valid only from"):
        read_response(*_stamped_by(Life(ends=SEALED_AT - DAY)), SEALED_AT)


@pytest.mark.parametrize("purposes", [(), ("web",), (TSA, "web")])
def test_a_certificate_that_is_not_for_timestamps_alone_is_refused(purposes):
    from cryptography.x509 import ObjectIdentifier

    named = [ObjectIdentifier(WEB) if one == "web" else one for one in purposes]
    with pytest.raises(TimestampError, match="timestamps"):
        read_response(*_stamped_by(purposes=named), SEALED_AT)


def test_a_clock_that_is_off_is_said():
    with pytest.raises(TimestampError, match="Check the clock"):
        read_response(*_stamped_by(), SEALED_AT + timedelta(minutes=6))


def test_the_purpose_of_the_test_authority_is_right(services):
    from tessera.seals.certificates import describe

    assert purpose_fault(describe(services.tsa.der)) is None


@pytest.mark.skipif(not FOLDER, reason="TESSERA_CASES is not set: real seals are not here")
def test_the_tokens_of_a_real_authority_are_read_and_intact():
    """The Annex I sample: three tokens of a public test authority, from 2023."""
    path = next(Path(FOLDER).rglob("Sample-MC-Annex1-signed.jsonld"))
    from tessera.seals.jades import open_jws
    from tessera.seals.jades.timestamps import read_timestamps

    [signature] = open_jws(path.read_bytes()).signatures
    found = read_timestamps(signature).found
    assert [one.kind for one in found] == ["adoTst", "sigTst", "arcTst"]
    assert all(one.holds for one in found)
    value = next(one for one in signature.unsigned if one.name == "sigTst").value
    assert read_token(b64decode(value["tstTokens"][0]["val"])) == found[1].token
