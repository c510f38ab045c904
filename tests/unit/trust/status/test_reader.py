"""What the reader says about a credential, for each thing a list can say or be."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trust.status.publisher import (
    AT,
    NOW,
    URL,
    Network,
    Publisher,
    list_document,
    token_claims,
)

from tessera.issue.status import Press, Terms
from tessera.model import StatusEntry
from tessera.report import Outcome
from tessera.seals.keys import SealHolder, make_test_seal, new_test_authority
from tessera.seals.protocol import KeyRef
from tessera.seals.vcjose import VCJOSE
from tessera.trust.anchors import Anchor
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.status import CopyStore, StatusReader

TOKEN = StatusEntry(kind="token", url=URL, index=7)
REVOCATION = StatusEntry(kind="bitstring", url=URL, index=7, purpose="revocation")
IDS = StatusEntry(kind="1EdTechRevocationList", url=URL, index=0)


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return Publisher.new()


def reader(lists=None, fetcher=None, *, known=None, at=AT, copies=None, anchors=()) -> StatusReader:
    return StatusReader(
        lists,
        fetcher,
        resolver=Resolver(known or KnownParties(), at=at),
        at=at,
        copies=copies,
        anchors=anchors,
    )


def said(raw: bytes, entry: StatusEntry, issuer: str | None, *, fetched=False, **more):
    given = more.pop("about", {})
    one = reader(fetcher=Network({URL: raw}), **more) if fetched else reader({URL: raw}, **more)
    return one.look_up(entry, issuer, **given)


def rules(findings) -> dict[str, Outcome]:
    return {one.rule: one.outcome for one in findings if not one.advice}


GOOD = {"status.good": Outcome.PASSED}


# token lists


def test_a_token_list_says_good_revoked_or_suspended(publisher):
    raw = publisher.jwt(token_claims({7: 0, 8: 1, 9: 2}))
    for place, expected in (
        (7, GOOD),
        (8, {"status.revoked": Outcome.FAILED}),
        (9, {"status.suspended": Outcome.FAILED}),
    ):
        assert rules(said(raw, replace(TOKEN, index=place), publisher.did)) == expected


def test_a_finding_tells_the_list_the_place_and_its_age(publisher):
    [one] = said(publisher.jwt(token_claims({})), TOKEN, publisher.did)
    assert one.evidence == {
        "list": URL, "index": 7, "from": "file", "issued": "2026-11-25T11:59:00+00:00", "age": 60,
    }  # fmt: skip
    assert "as of 2026-11-25 11:59 UTC" in one.message


def test_a_number_only_the_issuer_understands_is_left_open(publisher):
    raw = publisher.jwt(token_claims({7: 3}))
    assert rules(said(raw, TOKEN, publisher.did)) == {"status.reserved": Outcome.INDETERMINATE}


def test_a_token_list_in_cbor_says_the_same(publisher):
    claims = token_claims({8: 1})
    inner = claims["status_list"]
    from tessera.seals.base64text import from_base64url

    packed = {"bits": inner["bits"], "lst": from_base64url(inner["lst"])}
    by_number = {2: URL, 6: NOW - 60, 4: NOW + 3600, 65534: 600, 65533: packed}
    raw = publisher.cwt(by_number)
    assert rules(said(raw, TOKEN, publisher.did)) == GOOD
    assert "status.revoked" in rules(said(raw, replace(TOKEN, index=8), publisher.did))
    altered = raw[:-1] + bytes([raw[-1] ^ 1])
    assert list(rules(said(altered, TOKEN, publisher.did))) == ["status.list-seal"]
    other = publisher.cwt(by_number, typ="application/cwt")
    assert list(rules(said(other, TOKEN, publisher.did))) == ["status.list-unreadable"]


def test_an_altered_token_says_nothing_not_even_bad_news(publisher):
    head, payload, signature = publisher.jwt(token_claims({7: 1})).split(b".")
    altered = b".".join((head, payload, signature[:-4] + b"AAAA"))
    assert rules(said(altered, TOKEN, publisher.did)) == {"status.list-seal": Outcome.INDETERMINATE}


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_signature_of_a_key_pair_is_broken(publisher, algorithm):
    import json

    from tessera.seals.base64text import to_base64url

    header = json.dumps({"alg": algorithm, "typ": "statuslist+jwt"}).encode()
    claims = json.dumps(token_claims({})).encode()
    raw = f"{to_base64url(header)}.{to_base64url(claims)}.".encode()
    assert rules(said(raw, TOKEN, publisher.did)) == {"status.list-seal": Outcome.INDETERMINATE}


@pytest.mark.parametrize(
    ("claims", "rule"),
    [
        ({"exp": NOW}, "status.stale"),
        ({"iat": NOW - 601}, "status.stale"),
        ({"iat": NOW + 1}, "status.list-early"),
        ({"nbf": NOW + 1}, "status.list-early"),
        ({"sub": "https://status.example.edu/mc/2"}, "status.list-other"),
        ({"sub": None}, "status.list-unreadable"),
        ({"iat": None}, "status.list-unreadable"),
        ({"ttl": 0}, "status.list-unreadable"),
        ({"exp": "tomorrow"}, "status.list-unreadable"),
        ({"exp": 10**400}, "status.list-unreadable"),
        ({"status_list": None}, "status.list-unreadable"),
        ({"status_list": {"bits": 3, "lst": "eNrbuRgAAhcBXQ"}}, "status.list-unreadable"),
        ({"status_list": {"bits": True, "lst": "eNrbuRgAAhcBXQ"}}, "status.list-unreadable"),
        ({"status_list": {"bits": 1, "lst": "AAAA"}}, "status.list-unreadable"),
        ({"status_list": {"bits": 1, "lst": "eNoDAAAAAAE"}}, "status.index"),
    ],
)
def test_good_news_of_a_token_with_a_fault_is_left_open(publisher, claims, rule):
    raw = publisher.jwt(token_claims({}, **claims))
    assert rules(said(raw, TOKEN, publisher.did)) == {rule: Outcome.INDETERMINATE}


def test_a_list_without_dates_of_its_own_end_is_believed(publisher):
    raw = publisher.jwt(token_claims({}, exp=None, ttl=None, iat=NOW - 10**8))
    assert rules(said(raw, TOKEN, publisher.did)) == GOOD


def test_a_stale_list_is_heard_when_it_says_revoked(publisher):
    findings = said(publisher.jwt(token_claims({7: 1}, exp=NOW - 5)), TOKEN, publisher.did)
    assert rules(findings) == {"status.revoked": Outcome.FAILED}
    assert [one.rule for one in findings if one.advice] == ["status.stale"]


def test_critical_extensions_are_refused(publisher):
    raw = publisher.jwt(token_claims({}), crit=["exp"], exp=1)
    assert list(rules(said(raw, TOKEN, publisher.did))) == ["status.list-unreadable"]


def test_a_token_of_another_type_is_no_list(publisher):
    raw = publisher.jwt(token_claims({}), typ="JWT")
    assert list(rules(said(raw, TOKEN, publisher.did))) == ["status.list-unreadable"]
    spelt_out = publisher.jwt(token_claims({}), typ="application/statuslist+jwt")
    assert rules(said(spelt_out, TOKEN, publisher.did)) == GOOD


# lists that are credentials


def test_a_w3c_list_says_good_or_revoked(publisher):
    raw = publisher.credential(list_document(publisher.did, [8, 131_071]))
    for place, expected in ((7, GOOD), (8, {"status.revoked": Outcome.FAILED}), (131_070, GOOD)):
        assert rules(said(raw, replace(REVOCATION, index=place), publisher.did)) == expected


def test_a_w3c_list_of_suspensions_suspends(publisher):
    raw = publisher.credential(
        list_document(publisher.did, [7], subject={"statusPurpose": ["suspension", "message"]})
    )
    entry = replace(REVOCATION, purpose="suspension")
    assert rules(said(raw, entry, publisher.did)) == {"status.suspended": Outcome.FAILED}


def test_an_update_does_not_fail_the_credential(publisher):
    raw = publisher.credential(
        list_document(publisher.did, [7], subject={"statusPurpose": "refresh"})
    )
    entry = replace(REVOCATION, purpose="refresh")
    assert rules(said(raw, entry, publisher.did)) == {"status.refresh": Outcome.PASSED}
    assert rules(said(raw, replace(entry, index=6), publisher.did)) == GOOD


def test_a_message_is_told_and_left_to_a_person(publisher):
    from tessera.trust.status.bits import Order, packed
    from tessera.trust.status.packing import to_encoded_list

    bits = packed([(7, 2)], places=131_072, size=2, order=Order.LEFT_FIRST)
    subject = {
        "statusPurpose": "message", "statusSize": 2, "encodedList": to_encoded_list(bits),
        "statusMessages": [{"status": "0x2", "message": "rejected"}, {"status": "?"}, "x"],
    }  # fmt: skip
    raw = publisher.credential(list_document(publisher.did, [], subject=subject))
    [one] = said(raw, replace(REVOCATION, purpose="message"), publisher.did)
    assert (one.rule, one.outcome) == ("status.message", Outcome.INDETERMINATE)
    assert "'rejected' (0x2)" in one.message


@pytest.mark.parametrize("purpose", ["suspension", None, "fishing"])
def test_a_list_for_another_purpose_says_nothing(publisher, purpose):
    raw = publisher.credential(list_document(publisher.did, []))
    entry = replace(REVOCATION, purpose=purpose)
    assert rules(said(raw, entry, publisher.did)) == {"status.purpose": Outcome.INDETERMINATE}


def test_of_several_lists_in_one_credential_the_one_with_the_purpose_is_read(publisher):
    document = list_document(publisher.did, [7])
    other = document["credentialSubject"] | {
        "statusPurpose": "suspension",
        "encodedList": list_document("x", [])["credentialSubject"]["encodedList"],
    }
    document["credentialSubject"] = [document["credentialSubject"], other]
    raw = publisher.credential(document)
    assert "status.revoked" in rules(said(raw, REVOCATION, publisher.did))
    assert rules(said(raw, replace(REVOCATION, purpose="suspension"), publisher.did)) == GOOD


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"validUntil": "2026-11-25T12:00:00Z"}, "status.stale"),
        ({"validFrom": "2026-11-25T12:00:01Z"}, "status.list-early"),
        ({"subject": {"ttl": 3_599_999}}, "status.stale"),
        ({"id": "https://status.example.edu/mc/2"}, "status.list-other"),
        ({"id": None}, "status.list-other"),
        ({"validUntil": "2026-11-26"}, "status.list-unreadable"),
        ({"validUntil": 5}, "status.list-unreadable"),
        ({"type": "VerifiableCredential"}, "status.list-unreadable"),
        ({"subject": {"type": "List"}}, "status.list-unreadable"),
        ({"subject": {"encodedList": None}}, "status.list-unreadable"),
        ({"subject": {"encodedList": "uAAAA"}}, "status.list-unreadable"),
        ({"subject": {"statusSize": 0}}, "status.list-unreadable"),
        ({"subject": {"ttl": -1}}, "status.list-unreadable"),
        ({"subject": {"statusPurpose": None}}, "status.purpose"),
    ],
)
def test_good_news_of_a_credential_with_a_fault_is_left_open(publisher, more, rule):
    raw = publisher.credential(list_document(publisher.did, [], **more))
    assert rules(said(raw, REVOCATION, publisher.did)) == {rule: Outcome.INDETERMINATE}


def test_a_short_list_hides_nobody_and_is_left_open(publisher):
    raw = publisher.credential(list_document(publisher.did, [8], size=131_064))
    assert rules(said(raw, REVOCATION, publisher.did)) == {
        "status.list-short": Outcome.INDETERMINATE
    }
    assert "status.revoked" in rules(said(raw, replace(REVOCATION, index=8), publisher.did))


def test_places_of_two_bits_need_a_list_twice_as_long(publisher):
    raw = publisher.credential(list_document(publisher.did, [], subject={"statusSize": 2}))
    assert "status.list-short" in rules(said(raw, REVOCATION, publisher.did))


def test_a_list_of_2021_is_read(publisher):
    document = list_document(publisher.did, [8])
    subject = document["credentialSubject"]
    document |= {
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "credentialSubject": subject
        | {"type": "StatusList2021", "encodedList": subject["encodedList"][1:]},
    }
    raw = publisher.credential(document)
    entry = replace(REVOCATION, kind="StatusList2021Entry")
    assert rules(said(raw, entry, publisher.did)) == GOOD
    assert "status.revoked" in rules(said(raw, replace(entry, index=8), publisher.did))


def test_an_enveloped_credential_is_opened(publisher):
    import json

    inner = publisher.credential(list_document(publisher.did, [7])).decode()
    envelope = {"@context": "https://www.w3.org/ns/credentials/v2",
                "id": f"data:application/vc+jwt,{inner}",
                "type": "EnvelopedVerifiableCredential"}  # fmt: skip
    raw = json.dumps(envelope).encode()
    assert "status.revoked" in rules(said(raw, REVOCATION, publisher.did))


def test_an_unsealed_list_is_heard_only_with_bad_news(publisher):
    import json

    raw = json.dumps(list_document(publisher.did, [8])).encode()
    assert rules(said(raw, REVOCATION, publisher.did)) == {
        "status.list-unsealed": Outcome.INDETERMINATE
    }
    assert "status.revoked" in rules(said(raw, replace(REVOCATION, index=8), publisher.did))


# who published it


def test_a_list_of_somebody_else_is_left_open_unless_they_are_trusted(publisher, tmp_path):
    import json

    raw = publisher.jwt(token_claims({}))
    assert rules(said(raw, TOKEN, "https://university.example")) == {
        "status.list-issuer": Outcome.INDETERMINATE
    }
    document = {"id": publisher.did, "verificationMethod": [
        {"id": f"{publisher.did}#0", "type": "JsonWebKey", "controller": publisher.did,
         "publicKeyJwk": publisher.jwk.as_dict(private=False)}],
        "assertionMethod": [f"{publisher.did}#0"]}  # fmt: skip
    (tmp_path / "did.json").write_text(json.dumps(document))
    known = KnownParties.load([tmp_path / "did.json"])
    assert rules(said(raw, TOKEN, "https://university.example", known=known)) == GOOD


def test_a_claim_to_be_the_issuer_is_not_enough(publisher):
    document = list_document("https://university.example", [])
    findings = said(publisher.credential(document), REVOCATION, "https://university.example")
    assert rules(findings) == {"status.list-issuer": Outcome.INDETERMINATE}


def test_the_same_certificate_speaks_for_the_credential(publisher):
    chain = certificate(publisher)
    from base64 import b64encode

    raw = publisher.jwt(token_claims({}), kid=None, x5c=[b64encode(chain).decode()])
    about = {"certificates": (chain,)}
    assert rules(said(raw, TOKEN, "urn:issuer", about=about)) == GOOD
    other = {"certificates": (certificate(Publisher.new()),)}
    assert "status.list-issuer" in rules(said(raw, TOKEN, "urn:issuer", about=other))


def certificate(publisher: Publisher, *, uri: str = "urn:none", organisation: str = "") -> bytes:
    """A certificate that the key makes for itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    oid = x509.NameOID.ORGANIZATION_IDENTIFIER
    named = [x509.NameAttribute(oid, organisation)] if organisation else []
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Status"), *named])
    uris = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(publisher.key.public_key())
        .serial_number(1).not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1)).add_extension(uris, critical=False)
        .sign(publisher.key, hashes.SHA256()).public_bytes(Encoding.DER)
    )  # fmt: skip


def test_a_certificate_that_nobody_vouches_for_names_whom_it_likes(publisher):
    """Its own word for an issuer or an organisation is worth nothing without an authority."""
    from base64 import b64encode

    issuer = "https://university.example"
    mine = certificate(publisher, uri=issuer, organisation="VATIE-1234567A")
    header = {"kid": None, "x5c": [b64encode(mine).decode()]}
    ref = KeyRef(algorithm="ES256", issuer=issuer, certificates=(mine,))
    assert Resolver(at=AT).resolve(ref).controller == issuer  # so it says
    raw = publisher.jwt(token_claims({}, iss=issuer), **header)
    sealed_by = certificate(Publisher.new(), organisation="VATIE-1234567A")
    findings = said(raw, TOKEN, issuer, about={"certificates": (sealed_by,)})
    assert rules(findings) == {"status.list-issuer": Outcome.INDETERMINATE}


def test_a_renewed_certificate_of_the_same_organisation_speaks_where_its_authority_is_trusted():
    """Credentials outlive keys: the list of today is sealed with another certificate."""
    authority, other = new_test_authority(AT), new_test_authority(AT)
    holder = SealHolder(organisation="University of Zed", country="IE", identifier="VATIE-1234567A")
    stranger = replace(holder, identifier="VATIE-7654321A")
    old = make_test_seal(authority, AT, holder).certificate_chain[0]
    anchors = (Anchor.of(authority.certificate),)
    for maker, who, expected in (
        (authority, holder, GOOD),
        (authority, stranger, {"status.list-issuer": Outcome.INDETERMINATE}),
        (other, holder, {"status.list-issuer": Outcome.INDETERMINATE}),
    ):
        press = Press(
            key=make_test_seal(maker, AT, who), verification_method="urn:key",
            mechanism=VCJOSE, with_certificates=True,
        )  # fmt: skip
        terms = Terms(issuer="urn:issuer", at=AT)
        raw = press.token(token_claims({}, iss="urn:issuer"), terms)
        findings = said(raw, TOKEN, "urn:issuer", anchors=anchors, about={"certificates": (old,)})
        assert rules(findings) == expected
    untrusted = said(raw, TOKEN, "urn:issuer", about={"certificates": (old,)})
    assert list(rules(untrusted)) == ["status.list-issuer"]


def test_a_list_with_a_name_and_a_certificate_of_its_key_speaks_by_either(publisher):
    from base64 import b64encode

    chain = certificate(publisher)
    raw = publisher.jwt(token_claims({}), x5c=[b64encode(chain).decode()])
    assert rules(said(raw, TOKEN, publisher.did)) == GOOD
    assert rules(said(raw, TOKEN, "urn:x", about={"certificates": (chain,)})) == GOOD
    stranger = certificate(Publisher.new())
    mixed = publisher.jwt(token_claims({}), x5c=[b64encode(stranger).decode()])
    assert list(rules(said(mixed, TOKEN, publisher.did))) == ["status.list-seal"]


def test_a_key_that_cannot_be_had_leaves_good_news_open(publisher):
    raw = publisher.jwt(token_claims({8: 1}), kid="did:web:university.example#1")
    assert rules(said(raw, TOKEN, "did:web:university.example")) == {
        "status.list-key": Outcome.INDETERMINATE
    }
    revoked = said(raw, replace(TOKEN, index=8), "did:web:university.example")
    assert rules(revoked) == {"status.revoked": Outcome.FAILED}


# lists of ids


def test_a_list_of_ids_names_what_is_revoked_and_why():
    import json

    rows = [{"id": "urn:a", "revocationReason": "Wrong grade."}, {"id": "urn:b", "revoked": False},
            {"id": "urn:c", "revoked": True}, "urn:d"]  # fmt: skip
    raw = json.dumps({"id": URL, "issuer": "urn:i", "revokedCredentials": rows}).encode()
    for id, expected in (("urn:a", "status.revoked"), ("urn:b", "status.good"),
                         ("urn:c", "status.revoked"), ("urn:d", "status.revoked")):  # fmt: skip
        [one] = said(raw, IDS, "urn:i", fetched=True, about={"credential": id})
        assert one.rule == expected
    [one] = said(raw, IDS, "urn:i", fetched=True, about={"credential": "urn:a"})
    assert one.evidence["reason"] == "Wrong grade."


def test_a_list_of_ids_given_as_a_file_is_heard_only_with_bad_news():
    import json

    raw = json.dumps({"id": URL, "revokedCredentials": [{"id": "urn:a"}]}).encode()
    assert "status.revoked" in rules(said(raw, IDS, None, about={"credential": "urn:a"}))
    assert list(rules(said(raw, IDS, None, about={"credential": "urn:b"}))) == [
        "status.list-unsealed"
    ]
    assert list(rules(said(raw, IDS, None))) == ["status.list-unreadable"]


# where lists come from


def test_without_a_list_and_without_network_nothing_is_known_and_advice_is_given():
    [one] = reader().look_up(TOKEN, None)
    assert (one.rule, one.outcome) == ("status.unknown", Outcome.INDETERMINATE)
    assert "--online" in one.message
    assert "--status-list FILE" in one.message


def test_a_kind_that_is_not_known_is_left_open():
    [one] = reader().look_up(StatusEntry(kind="CredentialStatusList2017", url=URL, index=0), None)
    assert (one.rule, one.outcome) == ("status.kind", Outcome.INDETERMINATE)


@pytest.mark.parametrize("name", [URL, "anything", "1"])
def test_a_file_is_found_by_its_address_its_own_word_or_its_name(publisher, name):
    raw = publisher.jwt(token_claims({}))
    assert rules(reader({name: raw}).look_up(TOKEN, publisher.did)) == GOOD


def test_a_file_that_only_shares_the_name_never_vouches(publisher):
    raw = publisher.jwt(token_claims({}, sub="https://elsewhere.example/1"))
    assert list(rules(reader({"1": raw}).look_up(TOKEN, publisher.did))) == ["status.list-other"]


def test_a_list_is_fetched_once_for_many_credentials(publisher):
    network = Network({URL: publisher.jwt(token_claims({9: 1}))})
    one = reader(fetcher=network)
    for place in range(20):
        one.look_up(replace(TOKEN, index=place), publisher.did)
    other = replace(TOKEN, url="https://status.example.edu/absent")
    assert [one.look_up(other, None)[0].rule for _ in range(3)] == ["status.unknown"] * 3
    assert network.asked == [URL, other.url]


def test_a_fetched_copy_serves_later_runs_while_it_is_fresh_and_tells_its_age(publisher, tmp_path):
    copies = CopyStore(tmp_path)
    network = Network({URL: publisher.jwt(token_claims({}))})
    reader(fetcher=network, copies=copies).look_up(TOKEN, publisher.did)
    later = AT + timedelta(seconds=599)
    [kept] = reader(fetcher=network, copies=copies, at=later).look_up(TOKEN, publisher.did)
    assert network.asked == [URL]
    assert (kept.rule, kept.evidence["from"]) == ("status.good", "kept")
    assert kept.evidence["fetched"] == "2026-11-25T12:00:00+00:00"
    late = AT + timedelta(seconds=601)
    reader(fetcher=network, copies=copies, at=late).look_up(TOKEN, publisher.did)
    assert network.asked == [URL, URL]


def test_an_old_copy_serves_when_the_network_fails_and_is_called_old(publisher, tmp_path):
    copies = CopyStore(tmp_path)
    copies.put(URL, publisher.jwt(token_claims({8: 1})), AT - timedelta(hours=1))
    one = reader(copies=copies)
    assert rules(one.look_up(TOKEN, publisher.did)) == {"status.stale": Outcome.INDETERMINATE}
    assert "status.revoked" in rules(one.look_up(replace(TOKEN, index=8), publisher.did))


def test_a_damaged_copy_is_no_copy(publisher, tmp_path):
    copies = CopyStore(tmp_path)
    copies.put(URL, b"x", AT)
    for path in tmp_path.iterdir():
        path.write_bytes(b"yesterday\nx")
    assert copies.get(URL) is None
    (tmp_path / "file").write_text("")
    CopyStore(tmp_path / "file").put(URL, b"x", AT)  # cannot be written: no reason to stop


HOSTILE = st.binary(max_size=300) | st.sampled_from(
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"\xd2",
        b"\xd2\x84",
        b"a.b.c",
        b"..",
        b'{"revokedCredentials": [1]}',
        b'{"revokedCredentials": {}}',
        b'{"id": "data:,", "type": "EnvelopedVerifiableCredential"}',
        b"\xd2\x84@\xa0@@",
        b"\xd2\x84A\x01\xa0A\x01A\x01",
    ]
)


@given(HOSTILE, st.sampled_from([TOKEN, REVOCATION, IDS]))
def test_hostile_bytes_never_raise_and_never_pass(raw, entry):
    findings = said(raw, entry, "did:example:1", about={"credential": "urn:a"})
    assert findings
    assert all(one.outcome is Outcome.INDETERMINATE for one in findings)


@given(st.integers(0, 10**30))
def test_any_place_is_answered(place):
    publisher = _SHARED
    findings = said(_RAW, replace(TOKEN, index=place), publisher.did)
    assert rules(findings) in (GOOD, {"status.index": Outcome.INDETERMINATE})


_SHARED = Publisher.new()
_RAW = _SHARED.jwt(token_claims({}))


@given(st.data())
def test_a_good_list_of_which_one_sign_was_changed_is_never_believed(data):
    """Unless the sign was one that no reader sees, such as white space around the token."""
    at = data.draw(st.integers(0, len(_RAW) - 1))
    sign = data.draw(st.sampled_from(b"ABCabc019-_.=+/ "))
    changed = _RAW[:at] + bytes([sign]) + _RAW[at + 1 :]
    if changed != _RAW:
        assert rules(said(changed, TOKEN, _SHARED.did)) != GOOD


def test_a_list_is_fetched_from_a_server_as_a_verifier_fetches_it(publisher, tmp_path):
    url = ""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(publisher.jwt(token_claims({8: 1}, sub=url)))

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/1/token"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            one = reader(fetcher=GuardedFetcher(allow_loopback=True))
            good = one.look_up(replace(TOKEN, url=url), publisher.did)
            bad = one.look_up(replace(TOKEN, url=url, index=8), publisher.did)
        finally:
            server.shutdown()
    assert (rules(good), list(rules(bad))) == (GOOD, ["status.revoked"])
    assert good[0].evidence["from"] == "fetched"


@pytest.mark.parametrize(
    "url",
    [
        "http://status.example.edu/1",
        "https://127.0.0.1/1",
        "https://localhost/1",
        "https://10.0.0.1/1",
        "https://[::1]/1",
        "https://169.254.169.254/1",
        "urn:x:1",
    ],
)
def test_a_list_at_an_address_that_is_not_public_is_not_fetched(url):
    one = reader(fetcher=GuardedFetcher())
    assert list(rules(one.look_up(replace(TOKEN, url=url), None))) == ["status.unknown"]
