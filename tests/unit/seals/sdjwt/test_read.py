"""Opening what others sent: containers, headers, hidden claims, times; nothing raises late."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.seals.sdjwt.test_placing import digest, disclosure

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.base64text import to_base64url
from tessera.seals.sdjwt import NEVER_HIDDEN, SDJWT, is_sd_jwt_json


def token(header, payload, *disclosures, key):
    parts = [json.dumps(one).encode() if not isinstance(one, bytes) else one
             for one in (header, payload)]  # fmt: skip
    text = ".".join(map(to_base64url, parts))
    signed = f"{text}.{to_base64url(key.sign(text.encode()))}"
    return "~".join((signed, *disclosures, "")).encode()


def rules(opened, key_of=lambda ref: None):
    return [one.rule for one in SDJWT.check(opened, key_of) if one.outcome is Outcome.FAILED]


@pytest.mark.parametrize(
    "raw", [b"", b"a", b"a.b.c", b"a.b~", b"a.b.c.d~", b"\xff.b.c~", b"{}", b'{"payload": 1}',
            b'{"payload": "e30", "signature": "x", "protected": "e30"}',
            b'{"payload": "e30", "signatures": [], "disclosures": []}',
            b'{"payload": "e30", "signatures": [1], "disclosures": []}',
            b'{"payload": "e30", "header": {"disclosures": []}, "signature": "x"}'],
)  # fmt: skip
def test_what_is_no_sd_jwt_is_said_to_be_none(raw):
    with pytest.raises(UnreadableError):
        SDJWT.open(raw)


@pytest.mark.parametrize("name", NEVER_HIDDEN)
def test_a_hidden_claim_that_decides_over_validity_is_refused(issuer_key, name):
    text = disclosure("s", name, 1)
    opened = SDJWT.open(token({"alg": "ES256"}, {"_sd": [digest(text)]}, text, key=issuer_key))
    assert rules(opened) == ["seal.sdjwt.hidden"]
    assert name not in opened.document


def test_a_refused_sd_jwt_shows_what_is_visible_and_nothing_of_its_digests(issue):
    opened = SDJWT.open(issue() + b"WyJzIiwibiIsInYiXQ~")
    assert opened.defects
    assert opened.document["vct"] == "urn:example:micro"
    assert not opened.document.keys() & {"_sd", "_sd_alg", "given_name"}


def test_a_claim_of_that_name_further_down_is_nobodys_business(issuer_key):
    text = disclosure("s", "exp", 1)
    raw = token({"alg": "ES256"}, {"in": {"_sd": [digest(text)]}}, text, key=issuer_key)
    assert not SDJWT.open(raw).defects


@pytest.mark.parametrize("member", [{"crit": ["b64"]}, {"b64": False}, {"b64": True}, {"crit": []}])
def test_a_header_that_asks_for_more_than_is_done_is_refused(issuer_key, key_of, member):
    raw = token({"alg": "ES256"} | member, {}, key=issuer_key)
    assert "seal.sdjwt.header" in rules(SDJWT.open(raw), key_of)


@pytest.mark.parametrize(
    "header", [[], b"{", b'{"alg":"ES256","alg":"ES256"}', {"alg": "ES256", "x5c": "MII"},
               {"alg": "ES256", "x5c": []}, {"alg": "ES256", "x5c": ["*"]},
               {"alg": "ES256", "x5c": [1]}],
)  # fmt: skip
def test_a_header_that_cannot_be_read_is_refused(issuer_key, key_of, header):
    assert "seal.sdjwt.header" in rules(SDJWT.open(token(header, {}, key=issuer_key)), key_of)


@pytest.mark.parametrize("payload", [[], b"{", "text", b'{"a":1,"a":2}'])
def test_a_payload_that_is_no_object_is_refused(issuer_key, key_of, payload):
    opened = SDJWT.open(token({"alg": "ES256"}, payload, key=issuer_key))
    assert rules(opened, key_of) == ["seal.sdjwt.payload"]
    assert opened.document == {}


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "", None, 1, "ES256K"])
def test_an_algorithm_that_seals_may_not_use_is_refused_before_a_key_is_looked_for(issuer_key, alg):
    def key_of(ref):
        raise AssertionError(f"looked for {ref}")

    opened = SDJWT.open(token({"alg": alg}, {}, key=issuer_key))
    assert rules(opened, key_of) == ["seal.algorithm"]


def test_a_key_of_another_kind_than_the_algorithm_is_refused(issuer_key, rsa_key):
    from tessera.seals.certificates import public_key

    opened = SDJWT.open(token({"alg": "ES256"}, {}, key=issuer_key))
    rsa = public_key(rsa_key.certificate_chain[0])
    assert rules(opened, lambda ref: rsa) == ["seal.algorithm"]


def test_times_and_issuer_are_read_off_the_payload(issuer_key):
    claims = {"iss": "https://u.example", "iat": 1, "nbf": 2, "exp": 3.5}
    [proof] = SDJWT.open(token({"alg": "ES256", "kid": "k"}, claims, key=issuer_key)).proofs
    assert [one.timestamp() for one in (proof.claimed_at, proof.not_before, proof.expires_at)] == [
        1, 2, 3.5,
    ]  # fmt: skip
    assert (proof.key.issuer, proof.key.kid, proof.key.at) == (
        "https://u.example", "k", proof.claimed_at,
    )  # fmt: skip


@pytest.mark.parametrize("value", ["2027-01-01", None, True, [], 1e300, -1e18])
@pytest.mark.parametrize("name", ["exp", "nbf"])
def test_a_limit_of_validity_that_is_no_moment_is_refused(issuer_key, key_of, name, value):
    opened = SDJWT.open(token({"alg": "ES256"}, {name: value}, key=issuer_key))
    assert rules(opened, key_of) == ["seal.sdjwt.moment"]


def test_an_iat_that_is_no_moment_is_only_remarked_on(issuer_key, key_of):
    opened = SDJWT.open(token({"alg": "ES256"}, {"iat": "2010-01-01"}, key=issuer_key))
    said = [one for one in SDJWT.check(opened, key_of) if one.rule == "seal.sdjwt.moment"]
    assert said[0].advice
    assert said[0].outcome is Outcome.INDETERMINATE


def test_certificates_in_the_header_come_as_der(es_key):
    from tests.unit.seals.sdjwt.conftest import AT

    opened = SDJWT.open(SDJWT.seal(b'{"vct": "urn:x"}', es_key, AT))
    assert opened.proofs[0].key.certificates == (es_key.certificate_chain[0],)


def flattened(raw, **header):
    signed, *disclosures, _ = raw.decode().split("~")
    protected, payload, signature = signed.split(".")
    header = {"disclosures": disclosures} | header
    return {"payload": payload, "protected": protected, "signature": signature, "header": header}


def test_the_flattened_json_form_is_read_like_the_compact_one(issue, key_of):
    raw = issue()
    opened = SDJWT.open(json.dumps(flattened(raw)).encode())
    assert opened.document == SDJWT.open(raw).document
    assert rules(opened, key_of) == []
    assert is_sd_jwt_json(flattened(raw))


def test_every_signature_of_the_general_form_is_checked_at_its_place(issue, issuer_key):
    one = flattened(issue())
    signatures = [{name: one[name] for name in ("protected", "signature", "header")},
                  {"protected": one["protected"], "signature": one["signature"][::-1]}]  # fmt: skip
    whole = {"payload": one["payload"], "signatures": signatures}
    assert is_sd_jwt_json(whole)
    opened = SDJWT.open(json.dumps(whole).encode())
    said = {
        found.path: found.outcome
        for found in SDJWT.check(opened, lambda ref: issuer_key.public)
        if found.rule == "seal.signature"
    }
    assert said == {"/signatures/0": Outcome.PASSED, "/signatures/1": Outcome.FAILED}


@pytest.mark.parametrize("where", [{"disclosures": []}, {"kb_jwt": "x"}])
def test_disclosures_in_another_header_than_the_first_are_refused(issue, where):
    one = flattened(issue())
    signatures = [{name: one[name] for name in ("protected", "signature", "header")},
                  {"protected": one["protected"], "signature": "x", "header": where}]  # fmt: skip
    with pytest.raises(UnreadableError, match="another header"):
        SDJWT.open(json.dumps({"payload": one["payload"], "signatures": signatures}).encode())


@pytest.mark.parametrize("header", [{"disclosures": "x"}, {"disclosures": [1]}, {"kb_jwt": 1}])
def test_a_json_form_with_a_broken_header_is_refused(issue, header):
    with pytest.raises(UnreadableError, match="header is not"):
        SDJWT.open(json.dumps(flattened(issue(), **header)).encode())


@pytest.mark.parametrize("document", [None, [], "x", {}, {"payload": 1}, {"payload": "x"},
                                      {"payload": "x", "signatures": [1]},
                                      {"payload": "x", "header": []}])  # fmt: skip
def test_other_json_is_not_taken_for_an_sd_jwt(document):
    assert not is_sd_jwt_json(document)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_letter_changed_anywhere_never_passes_and_never_raises_late(issue, key_of, data):
    raw = bytearray(issue())
    at = data.draw(st.integers(0, len(raw) - 1))
    letter = data.draw(st.sampled_from(b"AZaz09-_~."))
    if raw[at] == letter:
        return
    raw[at] = letter
    try:
        opened = SDJWT.open(bytes(raw))
    except UnreadableError:
        return
    assert any(one.outcome is not Outcome.PASSED for one in SDJWT.check(opened, key_of))


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=60) | st.text('abW.~{}[]":,', max_size=60).map(str.encode))
def test_bytes_of_any_kind_are_opened_or_refused(raw):
    try:
        opened = SDJWT.open(raw)
    except UnreadableError:
        return
    SDJWT.check(opened, lambda ref: None)
    SDJWT.form(opened)
