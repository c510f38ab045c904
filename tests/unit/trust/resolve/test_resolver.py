"""From the name in a seal to a key and its holder: found, not found, and refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.resolve.parties import (
    DID,
    NOW,
    SITE,
    Web,
    document,
    jwk,
    method,
    multikey,
    private_key,
)

from tessera.report import Outcome
from tessera.seals.base64text import to_base64url
from tessera.seals.jwk import to_jwk
from tessera.seals.multikey import to_multikey
from tessera.seals.protocol import KeyRef
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.resolve import KnownParties, Resolver

HOSTILE = (
    "http://127.0.0.1/key", "https://127.0.0.1/key", "https://127.1/key", "https://0x7f000001/key",
    "https://localhost/key", "https://[::1]/key", "https://10.0.0.1/key",
    "https://169.254.169.254/key", "https://user@example.edu/key", "https://intranet.local/key",
)  # fmt: skip


def outcome(resolution, rule="seal.verification-method"):
    [found] = [finding.outcome for finding in resolution.findings if finding.rule == rule]
    return found


def message(resolution, rule="seal.verification-method"):
    [found] = [finding.message for finding in resolution.findings if finding.rule == rule]
    return found


def key(number=1):
    return private_key(number).public_key()


def ref(kid=f"{DID}#key-1", issuer=DID, **more):
    return KeyRef(**{"algorithm": "EdDSA", "kid": kid, "issuer": issuer, "at": NOW, **more})


def certificate_for(site):
    """A certificate that anybody could make, with the address of the issuer in it."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST")])
    names = [x509.UniformResourceIdentifier(site), x509.DNSName(site.removeprefix("https://"))]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(private, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def known(*values):
    return Resolver(KnownParties.of(values))


class TestSelfCertifyingNames:
    @pytest.mark.parametrize("with_fragment", [True, False])
    def test_did_key_is_its_own_document(self, with_fragment):
        did = f"did:key:{multikey()}"
        kid = f"{did}#{multikey()}" if with_fragment else did

        found = Resolver().resolve(ref(kid, did))

        assert (found.key, found.controller, found.how) == (key(), did, "did:key")
        assert outcome(found) is Outcome.PASSED
        assert outcome(found, "signer.controller") is Outcome.PASSED
        assert not found.is_trusted

    @pytest.mark.parametrize(
        "did",
        [  # one of each kind, from the examples of W3C CCG did:key 0.9
            "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
            "did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9",
            "did:key:z2J9gaYxrKVpdoG9A4gRnmpnRCcxU6agDtFVVBVdn1JedouoZN7SzcyREXXzWgt3gGiwpoHq7K68X4m32D8HgzG8wv3sY5j7",
        ],
    )
    def test_the_published_examples_of_did_key_are_read(self, did):
        found = Resolver().resolve(ref(f"{did}#{did[8:]}", did, algorithm="eddsa-jcs-2022"))
        assert found.how == "did:key"
        assert to_multikey(found.key) == did.removeprefix("did:key:")

    def test_did_jwk_is_its_own_document(self):
        import json

        did = "did:jwk:" + to_base64url(json.dumps(jwk()).encode())
        found = Resolver().resolve(ref(f"{did}#0", did))
        assert (found.key, found.how) == (key(), "did:jwk")

    def test_a_did_key_that_spells_no_key_fails(self):
        assert outcome(Resolver().resolve(ref("did:key:z6MkNoKey", None))) is Outcome.FAILED

    def test_an_issuer_that_is_another_did_key_does_not_hold_this_key(self):
        mine, theirs = (f"did:key:{multikey(number)}" for number in (1, 2))
        found = Resolver().resolve(ref(mine, theirs))
        assert outcome(found, "signer.controller") is Outcome.FAILED


class TestKnownParties:
    def test_a_known_document_is_trusted_and_found_offline(self):
        found = known(document(method())).resolve(ref())
        assert (found.key, found.controller, found.how) == (key(), DID, "known")
        assert found.is_trusted

    def test_a_short_name_means_the_key_of_the_issuer_not_of_another_party(self):
        other = "did:web:other.example.org"
        resolver = known(document(method()), document(method(other, number=2), owner=other))
        assert resolver.resolve(ref("key-1")).key == key(1)
        assert resolver.resolve(ref("key-1", other)).key == key(2)
        assert resolver.resolve(ref("#key-1", other)).key == key(2)

    def test_several_files_may_speak_of_one_party(self):
        resolver = known(method(name="a"), method(name="b", number=2))
        assert resolver.resolve(ref(f"{DID}#b")).key == key(2)

    def test_a_key_without_owner_is_taken_as_given(self):
        found = known(jwk(kid="2026")).resolve(ref("2026", SITE))
        assert (found.key, found.controller, found.is_trusted) == (key(), None, True)
        assert "without saying whose" in message(found, "signer.controller")

    def test_a_lone_key_serves_a_seal_that_names_none(self):
        assert known(jwk()).resolve(ref(None, SITE)).key == key()

    def test_of_two_lone_keys_none_is_guessed(self):
        assert known(jwk(1), jwk(2)).resolve(ref(None, None)).key is None

    def test_a_known_issuer_with_other_keys_does_not_hold_this_one(self):
        found = known(document(method(number=2))).resolve(ref(f"did:key:{multikey(1)}"))
        assert outcome(found, "signer.controller") is Outcome.FAILED

    def test_an_issuer_that_publishes_the_key_holds_it_under_any_name(self):
        found = known(document(method())).resolve(ref(f"did:key:{multikey(1)}"))
        assert outcome(found, "signer.controller") is Outcome.PASSED

    def test_issuer_metadata_gives_keys_to_their_issuer(self):
        resolver = known({"issuer": SITE, "jwks": {"keys": [jwk(kid="7")]}})
        found = resolver.resolve(ref("7", SITE))
        assert (found.key, found.controller) == (key(), SITE)


class TestPurposeAndTime:
    def test_a_key_for_logging_in_may_not_seal(self):
        one = document(method(), assertionMethod=[], authentication=["#key-1"])
        assert outcome(known(one).resolve(ref())) is Outcome.FAILED
        assert outcome(known(one).resolve(ref(purpose="authentication"))) is Outcome.PASSED

    def test_a_method_inside_a_relationship_serves_it(self):
        one = {"id": DID, "assertionMethod": [method()]}
        assert outcome(known(one).resolve(ref())) is Outcome.PASSED

    @pytest.mark.parametrize(
        ("member", "earlier"),
        [("revoked", Outcome.INDETERMINATE), ("expires", Outcome.PASSED)],
    )
    def test_an_ended_key_seals_nothing_more_and_only_a_revoked_one_is_doubted(
        self, member, earlier
    ):
        ended = NOW - timedelta(days=1)
        resolver = known(document(method(**{member: ended.isoformat()})))
        before, after = ended - timedelta(days=1), ended + timedelta(hours=1)
        assert outcome(resolver.resolve(ref(at=before))) is earlier
        assert outcome(resolver.resolve(ref(at=ended))) is Outcome.FAILED
        assert outcome(resolver.resolve(ref(at=after))) is Outcome.FAILED

    def test_a_key_that_is_revoked_later_is_not_doubted_before(self):
        one = document(method(revoked=NOW.isoformat()))
        earlier = Resolver(KnownParties.of([one]), at=NOW - timedelta(hours=1))
        assert outcome(earlier.resolve(ref(at=NOW - timedelta(days=1)))) is Outcome.PASSED

    def test_without_any_time_an_ended_key_cannot_be_judged(self):
        one = document(method(revoked="2026-01-01T00:00:00Z"))
        assert outcome(known(one).resolve(ref(at=None))) is Outcome.INDETERMINATE
        by_clock = Resolver(KnownParties.of([one]), at=NOW)
        assert outcome(by_clock.resolve(ref(at=None))) is Outcome.FAILED

    def test_a_time_that_cannot_be_read_makes_the_key_unusable(self):
        found = known(document(method(revoked="last summer"))).resolve(ref())
        assert found.key is None
        assert outcome(found) is Outcome.FAILED

    def test_the_times_of_a_historical_key_set_count(self):
        seconds = int(NOW.timestamp())
        one = {"keys": [jwk(kid="old", nbf=seconds - 100, revoked={"revoked_at": seconds - 10})]}
        resolver = known(one)
        moments = {-50: Outcome.INDETERMINATE, -5: Outcome.FAILED, -200: Outcome.FAILED}
        for shift, expected in moments.items():
            at = NOW + timedelta(seconds=shift)
            assert outcome(resolver.resolve(ref("old", at=at))) is expected


class TestWhatCannotBeHad:
    def test_offline_a_did_web_says_what_to_do(self):
        found = Resolver().resolve(ref())
        assert outcome(found) is Outcome.INDETERMINATE
        assert "--online" in message(found)
        assert "--trust FILE" in message(found)

    def test_an_unknown_method_fails_and_a_registered_one_does_not(self):
        assert outcome(Resolver().resolve(ref("did:example:123#k", None))) is Outcome.FAILED
        assert outcome(Resolver().resolve(ref("did:ebsi:z1#k", None))) is Outcome.INDETERMINATE

    @pytest.mark.parametrize("kid", ["key-1", "", "did:", "did:web:", "did:key", "//x#y"])
    def test_a_verification_method_that_is_no_url_fails(self, kid):
        found = Resolver().resolve(ref(kid, None, algorithm="eddsa-rdfc-2022"))
        assert outcome(found) is Outcome.FAILED

    def test_a_document_that_lacks_the_key_fails(self):
        assert outcome(known(document(method())).resolve(ref(f"{DID}#key-2"))) is Outcome.FAILED

    def test_a_seal_that_names_nothing_is_indeterminate(self):
        assert outcome(Resolver().resolve(ref(None, None))) is Outcome.INDETERMINATE

    @pytest.mark.parametrize("address", HOSTILE)
    def test_an_address_inside_a_network_fails_and_is_never_asked(self, address):
        web = Web({address: jwk()})
        found = Resolver(fetcher=web).resolve(ref(address, None))
        assert outcome(found) is Outcome.FAILED
        assert web.asked == []

    def test_the_guarded_client_stands_behind_the_check_of_the_name(self):
        found = Resolver(fetcher=GuardedFetcher()).resolve(ref("https://127.0.0.1/key", None))
        assert found.key is None

    def test_without_encryption_nothing_is_asked(self):
        web = Web({"http://keys.example.edu/1": jwk()})
        found = Resolver(fetcher=web).resolve(ref("http://keys.example.edu/1", None))
        assert outcome(found) is Outcome.INDETERMINATE
        assert web.asked == []

    @pytest.mark.parametrize(
        "did",
        ["did:web:127.0.0.1", "did:web:example.edu:..:secret", "did:web:example.edu:a%2Fb",
         "did:web:example.edu%3Aabc", "did:web:a@b", "did:web:localhost", "did:web:example.edu::x"],
    )  # fmt: skip
    def test_a_did_web_that_leads_elsewhere_is_refused_unasked(self, did):
        web = Web({})
        assert outcome(Resolver(fetcher=web).resolve(ref(f"{did}#k", did))) is Outcome.FAILED
        assert web.asked == []


class TestOnline:
    @pytest.mark.parametrize(
        ("did", "address"),
        [
            (DID, f"{SITE}/.well-known/did.json"),
            (f"{DID}:seals:2026", f"{SITE}/seals/2026/did.json"),
            (f"{DID}%3A8443", f"{SITE}:8443/.well-known/did.json"),
        ],
    )
    def test_did_web_is_fetched_once(self, did, address):
        web = Web({address: document(method(did), owner=did)})
        resolver = Resolver(fetcher=web)
        for _ in range(3):
            found = resolver.resolve(ref(f"{did}#key-1", did))
        assert (found.key, found.how, found.is_trusted) == (key(), "did:web", False)
        assert web.asked == [address]

    def test_a_document_of_somebody_else_is_refused(self):
        web = Web(
            {f"{SITE}/.well-known/did.json": document(method(), owner="did:web:evil.example")}
        )
        assert outcome(Resolver(fetcher=web).resolve(ref())) is Outcome.FAILED

    def test_an_address_of_a_key_is_followed(self):
        web = Web({f"{SITE}/keys/1": jwk()})
        found = Resolver(fetcher=web).resolve(ref(f"{SITE}/keys/1", f"{SITE}/issuers/5"))
        assert (found.key, found.how) == (key(), "https")
        assert outcome(found, "signer.controller") is Outcome.PASSED

    def test_a_key_served_elsewhere_is_not_the_issuers(self):
        web = Web({"https://evil.example/1": jwk()})
        found = Resolver(fetcher=web).resolve(ref("https://evil.example/1", SITE))
        assert outcome(found, "signer.controller") is Outcome.INDETERMINATE

    def test_in_a_key_set_only_the_named_key_counts(self):
        web = Web({f"{SITE}/keys": {"keys": [jwk(1, kid="a"), jwk(2, kid="b")]}})
        resolver = Resolver(fetcher=web)
        assert resolver.resolve(ref(f"{SITE}/keys#b", SITE)).key == key(2)
        assert outcome(resolver.resolve(ref(f"{SITE}/keys#c", SITE))) is Outcome.FAILED

    def test_an_https_controller_document_is_read(self):
        one = f"{SITE}/issuers/5"
        web = Web({one: document(method(one), owner=one)})
        found = Resolver(fetcher=web).resolve(ref(f"{one}#key-1", one))
        assert (found.key, found.controller) == (key(), one)

    def test_issuer_metadata_stands_between_host_and_path(self):
        issuer = f"{SITE}/tenant/1"
        address = f"{SITE}/.well-known/jwt-vc-issuer/tenant/1"
        web = Web(
            {
                address: {"issuer": issuer, "jwks_uri": f"{SITE}/jwks"},
                f"{SITE}/jwks": {"keys": [jwk(kid="7")]},
            }
        )
        found = Resolver(fetcher=web).resolve(ref("7", issuer))
        assert (found.key, found.how, found.controller) == (key(), "jwt-issuer", issuer)

    @pytest.mark.parametrize(
        "metadata",
        [
            {"issuer": "https://evil.example", "jwks": {"keys": []}},
            {"issuer": SITE},
            {"issuer": SITE, "jwks": {"keys": []}, "jwks_uri": f"{SITE}/jwks"},
            [],
        ],
    )
    def test_faulty_issuer_metadata_gives_no_key(self, metadata):
        web = Web({f"{SITE}/.well-known/jwt-vc-issuer": metadata})
        assert outcome(Resolver(fetcher=web).resolve(ref("7", SITE))) is Outcome.FAILED

    def test_a_document_with_thousands_of_keys_is_refused(self):
        many = [method(name=str(number)) for number in range(2000)]
        web = Web({f"{SITE}/.well-known/did.json": document(*many)})
        assert Resolver(fetcher=web).resolve(ref()).key is None


class TestKeysThatTheSealBrings:
    def test_a_key_in_the_header_has_no_owner(self):
        found = Resolver().resolve(ref(None, SITE, jwk=jwk()))
        assert (found.key, found.controller, found.how) == (key(), None, "jwk")
        assert outcome(found, "signer.controller") is Outcome.INDETERMINATE

    def test_a_key_in_the_header_cannot_replace_the_named_one(self):
        found = known(document(method())).resolve(ref(jwk=jwk(2)))
        assert outcome(found) is Outcome.FAILED

    def test_a_private_key_in_the_header_proves_nothing(self):
        assert Resolver().resolve(ref(None, None, jwk=jwk(d="AAAA"))).key is None

    def test_a_fragment_that_spells_the_key_has_no_owner(self):
        found = Resolver().resolve(
            ref(f"{SITE}/issuers/5#{multikey()}", SITE, algorithm="eddsa-rdfc-2022")
        )
        assert (found.key, found.controller, found.how) == (key(), None, "fragment")

    def test_the_certificate_in_the_seal_gives_its_key(self, es_key):
        from tessera.seals.certificates import public_key

        chain = es_key.certificate_chain
        found = Resolver().resolve(ref(None, SITE, algorithm="ES256", certificates=chain))
        assert (found.key, found.how) == (public_key(chain[0]), "x5c")
        offline = Resolver().resolve(ref(algorithm="ES256", certificates=chain))
        assert offline.how == "x5c"

    def test_a_certificate_that_names_the_issuer_trusts_nobody(self):
        chain = (certificate_for(SITE),)
        seal = ref(None, SITE, algorithm="ES256", certificates=chain)
        found = Resolver().resolve(seal)
        assert (found.controller, found.is_trusted) == (SITE, False)
        assert outcome(found, "signer.controller") is Outcome.PASSED
        assert "certificate" in message(found, "signer.controller")
        for other in ("https://other.example", "did:web:registry.example.edu"):
            found = Resolver().resolve(ref(None, other, algorithm="ES256", certificates=chain))
            assert found.controller is None

    def test_a_certificate_with_the_name_of_a_known_issuer_is_not_its_key(self):
        resolver = known(document(method(SITE), owner=SITE))
        chain = (certificate_for(SITE),)
        found = resolver.resolve(ref(None, SITE, algorithm="ES256", certificates=chain))
        assert (found.controller, found.is_trusted) == (None, False)
        assert outcome(found, "signer.controller") is Outcome.FAILED

    def test_a_certificate_of_a_key_that_a_known_issuer_publishes_is_its_key(self, es_key):
        from tessera.seals.certificates import public_key

        chain = es_key.certificate_chain
        published = {"issuer": SITE, "jwks": {"keys": [to_jwk(public_key(chain[0]))]}}
        seal = ref(None, SITE, algorithm="ES256", certificates=chain)
        found = known(published).resolve(seal)
        assert outcome(found, "signer.controller") is Outcome.PASSED

    def test_a_certificate_cannot_replace_the_named_key(self, es_key):
        resolver = known(document(method()))
        found = resolver.resolve(ref(certificates=es_key.certificate_chain))
        assert outcome(found) is Outcome.FAILED

    def test_a_key_of_another_algorithm_is_not_taken(self, es_key):
        from tessera.seals.certificates import public_key

        pair = {"keys": [jwk(kid="k"), {**to_jwk(public_key(es_key.certificate_chain[0]))}]}
        pair["keys"][1]["kid"] = "k"
        resolver = known(pair)
        assert type(resolver.resolve(ref("k", None, algorithm="ES256")).key) is not type(key())
        assert resolver.resolve(ref("k", None)).key == key()


@given(
    kid=st.text(max_size=60) | st.from_regex(r"(did:(web|key|jwk|webvh):|https://|urn:).{0,40}"),
    issuer=st.none() | st.text(max_size=40) | st.just(SITE),
    header=st.none()
    | st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "alg", "key_ops"]),
        st.sampled_from(["OKP", "EC", "RSA", "Ed25519", "P-256", "AQAB", "AA"]) | st.integers(),
    ),
)
def test_no_name_makes_it_raise(kid, issuer, header):
    for algorithm in ("EdDSA", "ES256", "eddsa-rdfc-2022"):
        Resolver(fetcher=Web({}), at=datetime(2026, 1, 1, tzinfo=UTC)).resolve(
            KeyRef(algorithm=algorithm, kid=kid, issuer=issuer, jwk=header)
        )
