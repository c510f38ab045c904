import base64
import hashlib
import json
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.report import Outcome, Step
from tessera.seals.certificates import issuer_serial, public_key
from tessera.seals.jades import JADES, BatchSealer, JadesOptions, Profile, check, open_jws
from tessera.seals.jades.write import cosign, seal
from tessera.seals.keys import make_test_seal

DOCUMENT = '{"id":"urn:x:1","title":{"en":"Data Ethics","el":"Ηθική \\u00e9 \\"x\\""}}\n'.encode()


def outcome_of(sealed):
    return Step.of("seal", check(open_jws(sealed))).outcome


def header_of(sealed, index=0):
    text = orjson.loads(sealed)["signatures"][index]["protected"]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


@pytest.fixture(params=["es_key", "rsa_key"])
def key(request):
    return request.getfixturevalue(request.param)


def test_a_seal_has_the_form_that_europass_reads(key, now):
    sealed = seal(DOCUMENT, key, now)
    whole = json.loads(sealed)
    assert sealed.startswith(b'{"payload":"')
    assert list(whole) == ["payload", "signatures"]
    assert whole["payload"].encode() == DOCUMENT
    header = header_of(sealed)
    assert list(header) == [
        "alg", "cty", "kid", "x5t#S256", "x5c", "typ", "b64", "sigT", "crit",
    ]  # fmt: skip
    assert header["typ"] == "jose+json"
    assert header["b64"] is False
    assert header["sigT"] == "2026-11-24T10:00:00Z"
    assert header["crit"] == ["b64", "sigT"]
    leaf = key.certificate_chain[0]
    assert base64.b64decode(header["kid"]) == issuer_serial(leaf)
    assert [base64.b64decode(item) for item in header["x5c"]] == list(key.certificate_chain)
    digest = base64.urlsafe_b64encode(hashlib.sha256(leaf).digest()).rstrip(b"=").decode()
    assert header["x5t#S256"] == digest


def test_our_own_seal_opens_and_is_intact(key, now):
    opened = JADES.open(JADES.seal(DOCUMENT, key, now))
    assert opened.document == DOCUMENT
    (signature,) = opened.signatures
    assert (signature.claimed_at, signature.level) == (now, "B-B")
    assert signature.certificates == key.certificate_chain
    assert all(finding.outcome is Outcome.PASSED for finding in JADES.check(opened))


def test_the_second_profile_writes_iat_instead_of_sigt(key, now):
    sealed = seal(DOCUMENT, key, now, JadesOptions(profile=Profile.ETSI_1_2))
    header = header_of(sealed)
    assert header["iat"] == int(now.timestamp())
    assert "sigT" not in header
    assert header["crit"] == ["b64"]
    assert open_jws(sealed).signatures[0].claimed_at == now
    assert outcome_of(sealed) is Outcome.PASSED


@pytest.mark.parametrize("profile", list(Profile))
def test_an_independent_library_verifies_our_seal(key, now, profile):
    sealed = seal(DOCUMENT, key, now, JadesOptions(profile=profile))
    kind = ECKey if key.alg == "ES256" else RSAKey
    registry = jws.JWSRegistry(
        header_registry={
            "sigT": HeaderParameter("sigT", "str"),
            "iat": HeaderParameter("iat", "int"),
        },
        algorithms=[key.alg],
        strict_check_header=False,
    )
    registry.max_header_length = registry.max_payload_length = 100_000
    verified = jws.deserialize_json(
        json.loads(sealed),
        kind.import_key(public_pem(key)),
        registry=registry,
    )
    assert verified.payload == DOCUMENT


def public_pem(key):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return public_key(key.certificate_chain[0]).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )


def test_the_bulk_path_writes_what_the_plain_path_writes(key, now):
    plain = seal(DOCUMENT, key, now)
    bulk = BatchSealer(key, now).seal_parts(DOCUMENT, orjson.dumps(DOCUMENT.decode()))
    value = len(orjson.loads(plain)["signatures"][0]["signature"])
    assert len(bulk) == len(plain)
    assert bulk[: -value - 4] == plain[: -value - 4]
    if key.alg == "RS256":
        assert bulk == plain
    assert outcome_of(bulk) is Outcome.PASSED


def test_a_key_that_cannot_sign_digests_seals_the_same_bytes(rsa_key, now):
    class MessageOnly:
        alg, kid, is_test = rsa_key.alg, rsa_key.kid, True
        certificate_chain = rsa_key.certificate_chain

        def sign(self, message):
            return rsa_key.sign(message)

    assert seal(DOCUMENT, MessageOnly(), now) == seal(DOCUMENT, rsa_key, now)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_every_text_in_a_document_survives_sealing(text, es_key, now):
    document = orjson.dumps({"text": text})
    sealed = seal(document, es_key, now)
    assert open_jws(sealed).document == document
    assert outcome_of(sealed) is Outcome.PASSED


@pytest.mark.parametrize(
    "document", [b"", b"not json", b'{"a":1', b'{"a":1,"a":2}', b"\xff\xfe{}", b'{"a":"\xe9"}']
)
def test_what_is_not_json_text_is_not_sealed(document, es_key, now):
    with pytest.raises(UnreadableError):
        seal(document, es_key, now)


def test_an_expired_or_future_certificate_does_not_seal(authority, now):
    for begins in (now - timedelta(days=900), now + timedelta(days=1)):
        key = make_test_seal(authority, begins)
        with pytest.raises(KeyRefusedError) as refused:
            seal(DOCUMENT, key, now)
        assert refused.value.exit_code == 77


def test_a_key_with_a_foreign_algorithm_or_no_certificate_does_not_seal(es_key, now):
    class Odd:
        alg, kid, is_test = "HS256", "x", True
        certificate_chain = es_key.certificate_chain

        def sign(self, message):
            return message

    with pytest.raises(KeyRefusedError, match="HS256"):
        seal(DOCUMENT, Odd(), now)
    bare = Odd()
    bare.alg, bare.certificate_chain = "ES256", ()
    with pytest.raises(KeyRefusedError, match="no certificate"):
        seal(DOCUMENT, bare, now)


def test_three_bodies_seal_next_to_each_other_and_each_can_be_taken_away(bodies, now):
    first = seal(DOCUMENT, bodies[0], now)
    two = cosign(first, bodies[1], now)
    three = cosign(two, bodies[2], now + timedelta(hours=1))
    assert three.startswith(two[:-2])
    opened = open_jws(three)
    assert opened.document == DOCUMENT
    assert len(opened.signatures) == 3
    intact = [f for f in check(opened) if f.rule == "seal.signature"]
    assert [f.path for f in intact] == ["/signatures/0", "/signatures/1", "/signatures/2"]
    assert [f.evidence["signer"] for f in intact] == ["TEST Body A", "TEST Body B", "TEST Body C"]
    assert outcome_of(three) is Outcome.PASSED
    for removed in range(3):
        whole = json.loads(three)
        del whole["signatures"][removed]
        assert outcome_of(json.dumps(whole).encode()) is Outcome.PASSED


def test_one_broken_seal_among_three_is_named(bodies, now):
    sealed = seal(DOCUMENT, bodies[0], now)
    for body in bodies[1:]:
        sealed = cosign(sealed, body, now)
    whole = json.loads(sealed)
    whole["signatures"][1]["signature"] = whole["signatures"][2]["signature"]
    findings = check(open_jws(json.dumps(whole).encode()))
    failed = [f for f in findings if f.outcome is Outcome.FAILED]
    assert [(f.rule, f.path) for f in failed] == [("seal.signature", "/signatures/1")]


def test_cosigning_keeps_foreign_layout_and_hard_strings(bodies, now):
    hard = orjson.dumps({"signatures": ["]", '"', "\\", '\\"]}'], "payload": {"signatures": []}})
    one = json.loads(seal(hard, bodies[0], now))
    spaced = json.dumps(
        {"signatures": one["signatures"], "x": [["]"]], "payload": one["payload"]}, indent=2
    ).encode()
    two = cosign(spaced, bodies[1], now)
    assert outcome_of(two) is Outcome.PASSED
    assert len(open_jws(two).signatures) == 2
    assert two.replace(two[spaced.rindex(b"\n  ],") :], b"")[:40] == spaced[:40]


def test_cosigning_needs_an_unencoded_general_file(es_key, now):
    sealed = json.loads(seal(DOCUMENT, es_key, now))
    flattened = {"payload": sealed["payload"], **sealed["signatures"][0]}
    empty = {"payload": "x", "signatures": []}
    for other in (flattened, empty):
        with pytest.raises(UnreadableError):
            cosign(json.dumps(other).encode(), es_key, now)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(text=st.text('"\\[]{},x', max_size=12), layout=st.sampled_from([None, 1]))
def test_a_further_seal_finds_its_place_past_any_text(text, layout, bodies, now):
    one = json.loads(seal(orjson.dumps({"signatures": text}), bodies[0], now))
    two = cosign(json.dumps(one | {text: text}, indent=layout).encode(), bodies[1], now)
    assert len(open_jws(two).signatures) == 2
    assert outcome_of(two) is Outcome.PASSED
