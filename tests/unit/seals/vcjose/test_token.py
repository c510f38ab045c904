"""Credentials as signed tokens: what is written, what is read, and what is refused by name."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.report import Outcome
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.certificates import public_key
from tessera.seals.jwk import thumbprint, to_jwk
from tessera.seals.vcjose import VCJOSE, JoseOptions, JoseProfile, TokenSealer, media_type_findings

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ISSUER = "https://registry.example.edu"
METHOD = f"{ISSUER}/keys#1"
BADGES = JoseOptions(profile=JoseProfile.OPEN_BADGES, verification_method=METHOD)
CREDENTIAL = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER, "type": "Profile"},
    "validFrom": "2026-01-01T01:00:00+01:00",
    "validUntil": "2027-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:learner", "name": "Zoë", "credits": 5.0},
}


def raw(document=CREDENTIAL):
    return json.dumps(document, ensure_ascii=False).encode()


def key_of(key):
    return lambda ref: public_key(key.certificate_chain[0])


def check(token, key):
    return VCJOSE.check(VCJOSE.open(token), key_of(key))


def outcomes(findings, rule):
    return [one.outcome for one in findings if one.rule == rule and not one.advice]


def is_refused(findings):
    return any(one.outcome is Outcome.FAILED for one in findings)


def parts(token):
    return [json.loads(from_base64url(part)) for part in token.decode().split(".")[:2]]


def forge(header, payload, key):
    """Sign whatever header and payload, as an attacker with a good key can."""
    message = b".".join(
        to_base64url(one if isinstance(one, bytes) else json.dumps(one).encode()).encode()
        for one in (header, payload)
    )
    return message + b"." + to_base64url(key.sign(message)).encode()


class TestSealing:
    def test_the_document_stands_flat_in_the_payload_and_keeps_its_bytes(self, es_key):
        token = VCJOSE.seal(raw(), es_key, NOW, JoseOptions(verification_method=METHOD))
        header, payload = parts(token)
        assert header == {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": METHOD}
        assert payload == {
            **CREDENTIAL, "iss": ISSUER, "jti": "urn:uuid:1", "iat": int(NOW.timestamp()),
        }  # fmt: skip
        assert from_base64url(token.decode().split(".")[1]).startswith(raw()[:-1])

    def test_what_we_seal_we_open_and_find_intact(self, es_key, rsa_key):
        for key in (es_key, rsa_key):
            opened = VCJOSE.open(VCJOSE.seal(raw(), key, NOW))
            assert opened.document == CREDENTIAL
            assert opened.proofs[0].claimed_at == NOW
            assert opened.proofs[0].key.issuer == ISSUER
            assert not is_refused(VCJOSE.check(opened, key_of(key)))
            assert outcomes(media_type_findings(opened), "schema.media-type") == [Outcome.PASSED]

    def test_without_a_name_the_key_is_named_by_its_thumbprint(self, es_key):
        header, _ = parts(VCJOSE.seal(raw(), es_key, NOW))
        assert header["kid"] == thumbprint(to_jwk(public_key(es_key.certificate_chain[0])))

    def test_certificates_are_written_when_asked_for(self, es_key):
        token = VCJOSE.seal(raw(), es_key, NOW, JoseOptions(x5c=True))
        assert VCJOSE.open(token).proofs[0].key.certificates == es_key.certificate_chain

    def test_joserfc_verifies_what_we_seal(self, es_key, rsa_key):
        for key, kind in ((es_key, ECKey), (rsa_key, RSAKey)):
            token = VCJOSE.seal(raw(), key, NOW).decode()
            peer = kind.import_key(to_jwk(public_key(key.certificate_chain[0])))
            found = jws.deserialize_compact(token, peer, algorithms=[key.alg])
            assert json.loads(found.payload)["id"] == "urn:uuid:1"

    def test_we_verify_what_joserfc_seals(self):
        for algorithm, curve in (("ES256", "P-256"), ("ES384", "P-384"), ("ES512", "P-521")):
            peer = ECKey.generate_key(curve)
            header = {"alg": algorithm, "typ": "vc+jwt"}
            token = jws.serialize_compact(header, raw(), peer, algorithms=[algorithm])
            findings = VCJOSE.check(VCJOSE.open(token.encode()), lambda ref, k=peer: k.public_key)
            assert outcomes(findings, "seal.signature") == [Outcome.PASSED]

    def test_a_presentation_says_that_it_is_one(self, es_key):
        document = {"type": ["VerifiablePresentation"], "holder": "did:example:h"}
        opened = VCJOSE.open(VCJOSE.seal(raw(document), es_key, NOW))
        assert (opened.media_type, opened.content_type) == ("vp+jwt", "vp")
        assert opened.proofs[0].key.purpose == "authentication"
        assert opened.proofs[0].key.issuer == "did:example:h"

    def test_an_open_badge_has_the_header_and_claims_of_its_standard_and_no_other(self, es_key):
        header, payload = parts(VCJOSE.seal(raw(), es_key, NOW, BADGES))
        assert header == {"alg": "ES256", "typ": "JWT", "kid": METHOD}
        claims = {name: payload[name] for name in payload if name not in CREDENTIAL}
        assert claims == {
            "iss": ISSUER, "jti": "urn:uuid:1", "sub": "did:example:learner",
            "nbf": 1767225600, "exp": 1798761600,
        }  # fmt: skip
        without_name = JoseOptions(profile=JoseProfile.OPEN_BADGES)
        header, _ = parts(VCJOSE.seal(raw(), es_key, NOW, without_name))
        assert header["jwk"] == to_jwk(public_key(es_key.certificate_chain[0]))

    @pytest.mark.parametrize("missing", ["id", "issuer", "validFrom"])
    def test_an_open_badge_that_lacks_a_claim_is_not_sealed(self, es_key, missing):
        document = {name: value for name, value in CREDENTIAL.items() if name != missing}
        with pytest.raises(UnreadableError, match="needs id, issuer"):
            VCJOSE.seal(raw(document), es_key, NOW, BADGES)

    def test_an_open_badge_for_somebody_without_an_id_names_no_subject(self, es_key):
        document = {**CREDENTIAL, "credentialSubject": {"identifier": [{"hashed": True}]}}
        token = VCJOSE.seal(raw(document), es_key, NOW, BADGES)
        assert "sub" not in parts(token)[1]
        assert [one.rule for one in check(token, es_key)] == ["seal.signature"]

    def test_an_open_badge_carries_no_certificates(self, es_key):
        options = JoseOptions(profile=JoseProfile.OPEN_BADGES, x5c=True)
        with pytest.raises(KeyRefusedError, match="no certificates"):
            VCJOSE.seal(raw(), es_key, NOW, options)

    def test_an_algorithm_that_validators_of_badges_refuse_is_not_used(self, authority):
        from tessera.seals.keys import make_test_seal

        other = make_test_seal(authority, NOW, algorithm="ES384")
        with pytest.raises(KeyRefusedError, match="RS256 or ES256"):
            VCJOSE.seal(raw(), other, NOW, BADGES)

    def test_many_are_sealed_like_each_one(self, rsa_key):
        documents = [raw({**CREDENTIAL, "id": f"urn:uuid:{number}"}) for number in range(7)]
        sealer = TokenSealer(rsa_key, NOW)
        assert list(sealer.seal_all(documents)) == [sealer.seal(one) for one in documents]

    def test_a_key_that_signs_in_batches_is_asked_once_for_many(self, rsa_key):
        class Remote:
            alg, kid, is_test = rsa_key.alg, rsa_key.kid, True
            certificate_chain, hash_name, batch_size = rsa_key.certificate_chain, "sha256", 3
            asked: ClassVar[list[int]] = []

            def sign(self, message):
                raise AssertionError("one by one")

            def sign_many(self, digests):
                self.asked.append(len(digests))
                return [rsa_key.sign_digest(one) for one in digests]

        documents = [raw({**CREDENTIAL, "id": f"urn:uuid:{number}"}) for number in range(7)]
        tokens = list(TokenSealer(Remote(), NOW).seal_all(documents))
        assert Remote.asked == [3, 3, 1]
        assert tokens == list(TokenSealer(rsa_key, NOW).seal_all(documents))

    def test_an_expired_certificate_seals_nothing(self, es_key):
        with pytest.raises(KeyRefusedError, match="expired"):
            VCJOSE.seal(raw(), es_key, datetime(2036, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize(
        "document",
        [b"", b"[]", b"{}", b"text", b'{"a":1,"a":2}', b'{"iss":"x"}', b'{"vc":{}}', b'{"exp":1}'],
    )
    def test_what_is_no_credential_is_not_sealed(self, es_key, document):
        with pytest.raises(UnreadableError):
            VCJOSE.seal(document, es_key, NOW)


class TestRefusedByName:
    @pytest.mark.parametrize("algorithm", ["none", "NONE", "HS256", "", "RSA1_5", "ES256K"])
    def test_an_algorithm_that_proves_nothing(self, es_key, algorithm):
        findings = check(forge({"alg": algorithm}, CREDENTIAL, es_key), es_key)
        assert outcomes(findings, "seal.algorithm") == [Outcome.FAILED]

    def test_an_unsigned_token(self, es_key):
        token = forge({"alg": "none"}, CREDENTIAL, es_key).rpartition(b".")[0] + b"."
        assert outcomes(check(token, es_key), "seal.algorithm") == [Outcome.FAILED]

    def test_a_public_key_used_as_a_secret(self, rsa_key):
        jwk = to_jwk(public_key(rsa_key.certificate_chain[0]))
        secret = OctKey.import_key(json.dumps(jwk))
        token = jws.serialize_compact({"alg": "HS256"}, raw(), secret, algorithms=["HS256"])
        assert outcomes(check(token.encode(), rsa_key), "seal.algorithm") == [Outcome.FAILED]

    def test_a_key_of_another_kind_than_the_header_says(self, es_key, rsa_key):
        token = forge({"alg": "RS256"}, CREDENTIAL, es_key)
        assert outcomes(check(token, es_key), "seal.algorithm") == [Outcome.FAILED]
        token = VCJOSE.seal(raw(), es_key, NOW)
        assert outcomes(check(token, rsa_key), "seal.algorithm") == [Outcome.FAILED]

    @pytest.mark.parametrize(
        "extra",
        [
            {"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": False}, {"crit": []},
            {"crit": "b64"}, {"crit": [5]}, {"b64": False}, {"b64": "no"}, {"enc": "A128GCM"},
            {"zip": "DEF"}, {"kid": 5}, {"typ": ["vc+jwt"]}, {"jwk": "x"}, {"x5c": "x"},
            {"x5c": []}, {"x5c": ["*"]}, {"x5c": ["AA=="] * 100}, {"x5c": [5]},
        ],
    )  # fmt: skip
    def test_a_header_that_cannot_be_followed(self, es_key, extra):
        findings = check(forge({"alg": "ES256", **extra}, CREDENTIAL, es_key), es_key)
        assert Outcome.FAILED in outcomes(findings, "seal.jose.header")

    @pytest.mark.parametrize("part", [0, 1])
    def test_a_member_that_stands_twice(self, es_key, part):
        pair = [b'{"alg":"ES256"}', b'{"id":"a"}']
        pair[part] = pair[part][:-1] + b"," + pair[part][1:]
        with pytest.raises(UnreadableError, match="twice"):
            VCJOSE.open(forge(*pair, es_key))

    def test_a_header_of_a_megabyte(self, es_key):
        with pytest.raises(UnreadableError, match="header"):
            VCJOSE.open(forge({"alg": "ES256", "kid": "k" * 1_000_000}, CREDENTIAL, es_key))

    def test_a_payload_nested_without_end(self, es_key):
        deep = b'{"a":' * 300 + b"1" + b"}" * 300
        with pytest.raises(UnreadableError, match="deep"):
            VCJOSE.open(forge(b'{"alg":"ES256"}', deep, es_key))

    @pytest.mark.parametrize(
        "token",
        [b"", b"a.b", b"a.b.c.d", b"....", b"e30.e30.e30.", b"\xff.e30.", b"W10.e30.", b"e30.W10.",
         b"e30=.e30.", b"e31.e30.", b'{"payload":""}'],
    )  # fmt: skip
    def test_what_is_no_token(self, token):
        with pytest.raises(UnreadableError):
            VCJOSE.open(token)

    def test_every_altered_letter_of_a_token(self, es_key):
        token = VCJOSE.seal(raw(), es_key, NOW)
        for place in range(0, len(token), 7):
            other = bytearray(token)
            other[place] = ord("A") if other[place] != ord("A") else ord("B")
            try:
                findings = check(bytes(other), es_key)
            except UnreadableError:
                continue
            assert is_refused(findings), place

    def test_without_a_key_nothing_is_said_about_the_signature(self, es_key):
        findings = VCJOSE.check(VCJOSE.open(VCJOSE.seal(raw(), es_key, NOW)), lambda ref: None)
        assert outcomes(findings, "seal.key") == [Outcome.INDETERMINATE]
        assert outcomes(findings, "seal.signature") == []


class TestClaims:
    @pytest.mark.parametrize("claim", ["exp", "nbf"])
    def test_a_time_that_cannot_be_read_fails(self, es_key, claim):
        for value in ("2026-01-01", True, None, -5, 1e300):
            findings = check(forge({"alg": "ES256"}, {**CREDENTIAL, claim: value}, es_key), es_key)
            assert outcomes(findings, "seal.jose.claims") == [Outcome.FAILED]

    def test_times_are_handed_on_to_the_step_that_judges_them(self, es_key):
        payload = {**CREDENTIAL, "iat": 1000, "nbf": 2000, "exp": 3000}
        [proof] = VCJOSE.open(forge({"alg": "ES256"}, payload, es_key)).proofs
        moments = (proof.claimed_at, proof.not_before, proof.expires_at)
        assert [moment.timestamp() for moment in moments] == [1000, 2000, 3000]

    def test_two_names_for_the_issuer_fail(self, es_key):
        payload = {**CREDENTIAL, "iss": "https://evil.example"}
        findings = check(forge({"alg": "ES256", "typ": "vc+jwt"}, payload, es_key), es_key)
        assert outcomes(findings, "seal.jose.claims") == [Outcome.FAILED]

    @pytest.mark.parametrize("claim", ["jti", "sub"])
    def test_other_conflicts_are_remarks_but_for_open_badges(self, es_key, claim):
        payload = {**CREDENTIAL, claim: "urn:other"}
        plain = check(forge({"alg": "ES256", "typ": "vc+jwt"}, payload, es_key), es_key)
        badge = check(forge({"alg": "ES256", "typ": "JWT"}, payload, es_key), es_key)
        assert not is_refused(plain)
        assert [one.advice for one in plain if one.rule == "seal.jose.claims"] == [True]
        assert outcomes(badge, "seal.jose.claims") == [Outcome.FAILED]

    @pytest.mark.parametrize("claim", ["nbf", "exp"])
    def test_an_open_badge_names_the_same_times_twice(self, es_key, claim):
        good = json.loads(from_base64url(
            VCJOSE.seal(raw(), es_key, NOW, BADGES).decode().split(".")[1]
        ))  # fmt: skip
        findings = check(forge({"alg": "ES256", "typ": "JWT"}, good, es_key), es_key)
        assert outcomes(findings, "seal.jose.claims") == []
        good[claim] += 60
        findings = check(forge({"alg": "ES256", "typ": "JWT"}, good, es_key), es_key)
        assert outcomes(findings, "seal.jose.claims") == [Outcome.FAILED]

    def test_in_a_token_of_version_1_1_claims_replace_members(self, es_key):
        inner = {"type": ["VerifiableCredential"], "issuer": {"id": "urn:a", "name": "A"},
                 "credentialSubject": {"id": "urn:b", "x": 1}}  # fmt: skip
        payload = {
            "vc": inner, "iss": ISSUER, "sub": "did:example:s", "jti": "urn:c",
            "nbf": 1767225600, "exp": 1798761600,
        }  # fmt: skip
        opened = VCJOSE.open(forge({"alg": "ES256", "typ": "JWT"}, payload, es_key))
        assert opened.document == {
            "type": ["VerifiableCredential"], "issuer": {"id": ISSUER, "name": "A"},
            "credentialSubject": {"id": "did:example:s", "x": 1}, "id": "urn:c",
            "issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2027-01-01T00:00:00Z",
        }  # fmt: skip
        assert opened.proofs[0].key.issuer == ISSUER
        assert not is_refused(VCJOSE.check(opened, key_of(es_key)))

    def test_a_presentation_of_version_1_1_names_its_holder(self, es_key):
        payload = {"vp": {"type": ["VerifiablePresentation"]}, "iss": "did:example:h"}
        opened = VCJOSE.open(forge({"alg": "ES256", "typ": "JWT"}, payload, es_key))
        assert opened.document["holder"] == "did:example:h"
        assert opened.proofs[0].key.purpose == "authentication"

    @pytest.mark.parametrize("name", ["vc", "vp"])
    def test_a_claim_of_version_1_1_without_a_document_fails(self, es_key, name):
        findings = check(forge({"alg": "ES256"}, {**CREDENTIAL, name: "text"}, es_key), es_key)
        assert outcomes(findings, "seal.jose.claims") == [Outcome.FAILED]


class TestMediaTypes:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ({"typ": "vc+jwt", "cty": "vc"}, Outcome.PASSED),
            ({"typ": "application/VC+JWT"}, Outcome.PASSED),
            ({"typ": "vc-ld+jwt"}, Outcome.PASSED),
            ({"typ": "JWT"}, Outcome.PASSED),
            ({}, Outcome.NOT_APPLICABLE),
            ({"typ": "vp+jwt"}, Outcome.FAILED),
            ({"typ": "bad+typ"}, Outcome.FAILED),
            ({"typ": "vc+jwt", "cty": "bad"}, Outcome.FAILED),
            ({"typ": "dc+sd-jwt"}, Outcome.FAILED),
        ],
    )
    def test_a_token_says_what_it_is(self, es_key, header, expected):
        opened = VCJOSE.open(forge({"alg": "ES256", **header}, CREDENTIAL, es_key))
        assert outcomes(media_type_findings(opened), "schema.media-type") == [expected]

    def test_a_token_of_version_2_has_no_claim_of_version_1_1(self, es_key):
        token = forge({"alg": "ES256", "typ": "vc+jwt"}, {"vc": CREDENTIAL}, es_key)
        found = media_type_findings(VCJOSE.open(token))
        assert outcomes(found, "schema.media-type") == [Outcome.FAILED]


@given(
    st.dictionaries(st.sampled_from(["alg", "typ", "cty", "kid", "crit", "b64", "jwk", "x5c"]),
                    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
                    | st.lists(st.text(max_size=4), max_size=3)),
    st.dictionaries(st.sampled_from(["iss", "sub", "exp", "nbf", "iat", "vc", "vp", "type", "id",
                                     "issuer", "holder", "credentialSubject", "validFrom"]),
                    st.recursive(st.none() | st.integers() | st.floats() | st.text(max_size=8),
                                 lambda inner: st.lists(inner, max_size=2)
                                 | st.dictionaries(st.sampled_from(["id", "type"]), inner),
                                 max_leaves=4)),
)  # fmt: skip
def test_no_token_makes_it_raise_anything_but_unreadable(header, payload):
    text = b".".join(b64encode(json.dumps(one).encode(), b"-_").rstrip(b"=")
                     for one in (header, payload)) + b".AA"  # fmt: skip
    try:
        opened = VCJOSE.open(text)
    except UnreadableError:
        return
    VCJOSE.check(opened, lambda ref: None)
    media_type_findings(opened)
