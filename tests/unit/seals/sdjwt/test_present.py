"""The holder's part: choosing, and proving to hold; and what a verifier asks."""

import json
from datetime import timedelta

import pytest
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier
from tests.unit.seals.sdjwt.conftest import AT, CLAIMS
from tests.unit.seals.sdjwt.test_read import flattened

from tessera.errors import UnreadableError, UsageError
from tessera.report import Outcome
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.sdjwt import SDJWT, Audience, Expected, check, disclosable, present

TO = Audience(audience="https://verifier.example", nonce="n-1", at=AT)
WANTED = Expected(at=AT, nonce="n-1", audience="https://verifier.example")


@pytest.fixture(scope="module")
def bound(issue, holder_key):
    return issue(holder=holder_key.public_jwk)


@pytest.fixture(scope="module")
def shown(bound, holder_key):
    return present(bound, ["/given_name", "/address/street"], key=holder_key, to=TO)


def said(raw, key_of, expected=WANTED):
    return {one.rule: one.outcome for one in check(SDJWT.open(raw), key_of, expected)}


def test_only_what_was_chosen_is_shown_with_what_contains_it(issue):
    opened = SDJWT.open(present(issue(), ["/address/street", "/outcomes/2"]))
    assert opened.document == {
        "iss": CLAIMS["iss"], "vct": CLAIMS["vct"], "exp": CLAIMS["exp"],
        "iat": int(AT.timestamp()), "address": CLAIMS["address"], "outcomes": ["counts"],
    }  # fmt: skip


def test_what_contains_is_shown_without_what_can_be_withheld_inside(issue):
    assert SDJWT.open(present(issue(), ["/address"])).document["address"] == {"city": "Espoo"}


def test_nothing_or_all_can_be_shown(issue):
    raw = issue()
    assert "given_name" not in SDJWT.open(present(raw, [])).document
    assert present(raw) == raw


def test_a_presentation_can_be_narrowed_again(issue):
    once = present(issue(), ["/given_name", "/family_name"])
    assert disclosable(SDJWT.open(once)) in (
        ("/given_name", "/family_name"),
        ("/family_name", "/given_name"),
    )
    assert "family_name" not in SDJWT.open(present(once, ["/given_name"])).document


def test_an_unknown_claim_cannot_be_disclosed(issue):
    with pytest.raises(UsageError, match="/given_name"):
        present(issue(), ["/birth_date"])


def test_what_is_not_in_order_is_not_presented(issue):
    raw = issue() + b"WyJzIiwgIm4iLCAidiJd~"
    with pytest.raises(UnreadableError, match="cannot be presented"):
        present(raw)


def test_what_was_presented_already_is_not_presented_again(shown):
    with pytest.raises(UnreadableError, match="already presented"):
        present(shown)


def test_key_and_audience_belong_together(bound, holder_key):
    with pytest.raises(UsageError, match="both"):
        present(bound, key=holder_key)


def test_a_presentation_with_key_binding_passes_and_the_reference_agrees(shown, key_of, issuer_key):
    assert set(said(shown, key_of).values()) == {Outcome.PASSED}
    verifier = SDJWTVerifier(
        shown.decode(), lambda *_: issuer_key.jwk, "https://verifier.example", "n-1"
    )
    assert verifier.get_verified_payload()["given_name"] == "Aino"


def test_a_presentation_that_the_reference_made_passes(bound, key_of, holder_key):
    holder = SDJWTHolder(bound.decode())
    holder.create_presentation({"given_name": True}, "n-1", TO.audience, holder_key.jwk)
    opened = SDJWT.open(holder.sd_jwt_presentation.encode())
    claims = json.loads(from_base64url(opened.proofs[0].held.parts.binding.split(".")[1]))
    moment = AT.fromtimestamp(claims["iat"], AT.tzinfo)  # the reference looks at a clock
    wanted = Expected(at=moment, nonce="n-1", audience=TO.audience)
    assert {one.outcome for one in check(opened, key_of, wanted)} == {Outcome.PASSED}


def test_without_a_transaction_the_binding_is_judged_and_the_rest_named_as_not_judged(
    shown, key_of
):
    found = said(shown, key_of, None)
    assert found["seal.sdjwt.binding"] is Outcome.PASSED
    assert found["seal.sdjwt.binding.transaction"] is Outcome.INDETERMINATE


def test_a_missing_binding_fails_only_where_one_is_required(bound, key_of):
    assert said(bound, key_of)["seal.sdjwt.binding.missing"] is Outcome.FAILED
    free = Expected(at=AT, is_required=False)
    assert set(said(bound, key_of, free).values()) == {Outcome.PASSED}
    assert set(said(bound, key_of, None).values()) == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("nonce", Expected(at=AT, nonce="n-2", audience=TO.audience)),
        ("audience", Expected(at=AT, nonce="n-1", audience="https://other.example")),
        ("time", Expected(at=AT + timedelta(minutes=6), nonce="n-1", audience=TO.audience)),
        ("time", Expected(at=AT - timedelta(minutes=2), nonce="n-1", audience=TO.audience)),
    ],
)
def test_a_binding_for_another_occasion_fails(shown, key_of, rule, expected):
    found = said(shown, key_of, expected)
    assert found[f"seal.sdjwt.binding.{rule}"] is Outcome.FAILED
    assert "seal.sdjwt.binding" not in found


def test_the_window_is_the_verifiers_choice(shown, key_of):
    wide = Expected(at=AT + timedelta(hours=1), nonce="n-1", audience=TO.audience,
                    age=timedelta(hours=2))  # fmt: skip
    assert set(said(shown, key_of, wide).values()) == {Outcome.PASSED}


def test_a_disclosure_added_or_taken_after_the_binding_fails(bound, shown, key_of):
    taken = [one for one in bound.decode().split("~")[1:-1] if one not in shown.decode()]
    first, rest = shown.decode().split("~", 1)
    more = f"{first}~{taken[0]}~{rest}".encode()
    assert said(more, key_of)["seal.sdjwt.binding.hash"] is Outcome.FAILED
    pieces = shown.decode().split("~")
    fewer = "~".join([pieces[0], *pieces[2:]]).encode()
    assert Outcome.FAILED in said(fewer, key_of).values()


def test_a_binding_of_somebody_else_fails(bound, issuer_key, key_of):
    stolen = present(bound, key=issuer_key, to=TO)
    assert said(stolen, key_of)["seal.sdjwt.binding.signature"] is Outcome.FAILED


def test_a_credential_bound_to_no_key_cannot_be_held(issue, holder_key, key_of):
    raw = present(issue(), key=holder_key, to=TO)
    assert said(raw, key_of)["seal.sdjwt.binding.key"] is Outcome.FAILED


def test_a_holder_named_by_a_did_is_asked_of_the_resolver(issue, holder_key, issuer_key):
    raw = issue(CLAIMS | {"cnf": {"kid": "did:example:aino#1"}})
    raw = present(raw, key=holder_key, to=TO)
    keys = {None: issuer_key.public, "did:example:aino#1": holder_key.public}
    assert set(said(raw, lambda ref: keys[ref.kid]).values()) == {Outcome.PASSED}
    unknown = said(raw, lambda ref: None if ref.kid else issuer_key.public)
    assert unknown["seal.sdjwt.binding.key"] is Outcome.INDETERMINATE


@pytest.mark.parametrize("jwk", [{}, {"kty": "oct", "k": "x"}, {"kty": "EC", "crv": "P-256"},
                                 {"kty": "RSA", "n": "AQAB", "e": "AQAB"}])  # fmt: skip
def test_a_holder_key_that_is_none_fails(issue, holder_key, key_of, jwk):
    raw = present(issue(CLAIMS | {"cnf": {"jwk": jwk}}), key=holder_key, to=TO)
    found = said(raw, key_of)
    assert Outcome.FAILED in found.values()
    assert "seal.sdjwt.binding" not in found


@pytest.mark.parametrize("meant", [{"use": "enc"}, {"alg": "ES384"}, {"key_ops": ["encrypt"]}])
def test_a_holder_key_that_is_meant_for_something_else_fails(issue, holder_key, key_of, meant):
    raw = issue(CLAIMS | {"cnf": {"jwk": holder_key.public_jwk | meant}})
    found = said(present(raw, key=holder_key, to=TO), key_of)
    assert found["seal.sdjwt.binding.key"] is Outcome.FAILED


def rebound(shown, holder_key, header=None, **claims):
    *front, binding = shown.decode().split("~")
    old = [json.loads(from_base64url(one)) for one in binding.split(".")[:2]]
    new = [old[0] | (header or {}), {k: v for k, v in (old[1] | claims).items() if v != "-"}]
    text = ".".join(to_base64url(json.dumps(one).encode()) for one in new)
    return "~".join([*front, f"{text}.{to_base64url(holder_key.sign(text.encode()))}"]).encode()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("form", {"header": {"typ": "JWT"}}),
        ("form", {"header": {"crit": ["x"]}}),
        ("form", {"header": {"alg": 1}}),
        ("signature", {"header": {"alg": "none"}}),
        ("signature", {"header": {"alg": "HS256"}}),
        ("form", {"iat": "-"}),
        ("form", {"iat": "2026"}),
        ("form", {"nonce": "-"}),
        ("form", {"nonce": 1}),
        ("form", {"aud": "-"}),
        ("hash", {"sd_hash": "-"}),
        ("hash", {"sd_hash": "x"}),
        ("hash", {"sd_hash": "é"}),
        ("time", {"iat": 1e300}),
    ],
)
def test_a_binding_that_leaves_out_or_bends_a_part_fails(shown, holder_key, key_of, rule, change):
    found = said(rebound(shown, holder_key, **change), key_of)
    assert found[f"seal.sdjwt.binding.{rule}"] is Outcome.FAILED


def test_an_audience_may_be_one_of_several(shown, holder_key, key_of):
    several = rebound(shown, holder_key, aud=["https://other.example", TO.audience])
    assert set(said(several, key_of).values()) == {Outcome.PASSED}


@pytest.mark.parametrize("binding", [b"x", b"a.b", b"a.b.c", b"..."])
def test_a_binding_that_cannot_be_read_fails(bound, key_of, binding):
    assert said(bound + binding, key_of)["seal.sdjwt.binding.form"] is Outcome.FAILED


def test_a_binding_on_a_refused_sd_jwt_is_not_judged(shown, key_of):
    first, rest = shown.decode().split("~", 1)
    found = said(f"{first}~x~{rest}".encode(), key_of)
    assert found["seal.sdjwt.binding"] is Outcome.INDETERMINATE


def test_the_json_form_is_presented_in_json_with_its_binding_in_the_header(
    bound, holder_key, key_of
):
    whole = json.dumps(flattened(bound)).encode()
    raw = present(whole, ["/given_name"], key=holder_key, to=TO)
    header = json.loads(raw)["header"]
    assert len(header["disclosures"]) == 1
    assert header["kb_jwt"].count(".") == 2
    assert set(said(raw, key_of).values()) == {Outcome.PASSED}
