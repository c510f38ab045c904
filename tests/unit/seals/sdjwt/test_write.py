"""Issuing: what is hidden, what never may be, and what the peer makes of it."""

import json
from base64 import b64decode

import pytest
from sd_jwt.verifier import SDJWTVerifier
from tests.unit.seals.sdjwt.conftest import AT, CLAIMS

from tessera.errors import KeyRefusedError, UnreadableError, UsageError
from tessera.seals.base64text import from_base64url
from tessera.seals.sdjwt import NEVER_HIDDEN, SDJWT, Issuer, SdJwtOptions, disclosable


def header_of(raw):
    return json.loads(from_base64url(raw.decode().split(".")[0]))


def payload_of(raw):
    return json.loads(from_base64url(raw.decode().split("~")[0].split(".")[1]))


def test_opening_what_was_issued_gives_every_claim_back(issue):
    opened = SDJWT.open(issue())
    assert opened.document == CLAIMS | {"iat": int(AT.timestamp())}
    assert sorted(disclosable(opened)) == [
        "/address", "/address/street", "/family_name", "/given_name",
        "/outcomes/0", "/outcomes/1", "/outcomes/2",
    ]  # fmt: skip


def test_the_reference_implementation_reads_every_claim_too(issue, issuer_key):
    verifier = SDJWTVerifier(issue(decoys=5).decode(), lambda *_: issuer_key.jwk)
    assert verifier.get_verified_payload() == CLAIMS | {"iat": int(AT.timestamp())}


def test_what_can_be_withheld_is_nowhere_in_the_signed_payload(issue):
    signed = json.dumps(payload_of(issue()))
    for hidden in ("Aino", "Virtanen", "Katu", "Espoo", "reads", "given_name", "address"):
        assert hidden not in signed


def test_digests_are_sorted_so_their_order_says_nothing_about_that_of_the_claims(issue):
    digests = payload_of(issue(decoys=6))["_sd"]
    assert digests == sorted(digests)


def test_every_disclosure_has_a_salt_of_its_own_of_128_bits(issue):
    texts = [one for _ in range(20) for one in issue().decode().split("~")[1:-1]]
    salts = [json.loads(from_base64url(one))[0] for one in texts]
    assert len(set(salts)) == len(salts) == 20 * 7
    assert all(len(from_base64url(salt)) == 16 for salt in salts)


def test_decoys_stand_in_objects_and_lists_and_vary_in_number(issue):
    counted = set()
    for _ in range(40):
        payload = payload_of(issue(decoys=4))
        counted.add((len(payload["_sd"]), len(payload["outcomes"])))
        assert 4 <= len(payload["_sd"]) <= 7
        assert 4 <= len(payload["outcomes"]) <= 7
    assert len(counted) > 1


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-384", "sha-512", "sha3-256"])
def test_the_hash_is_the_one_that_sd_alg_names(issue, algorithm, key_of):
    raw = issue(digest_algorithm=algorithm)
    assert payload_of(raw)["_sd_alg"] == algorithm
    opened = SDJWT.open(raw)
    assert not opened.defects
    assert opened.document["given_name"] == "Aino"


def test_without_disclosable_claims_there_is_neither_sd_nor_sd_alg(issue):
    payload = payload_of(issue(disclosable=()))
    assert "_sd" not in payload
    assert "_sd_alg" not in payload
    assert issue(disclosable=()).endswith(b"~")


@pytest.mark.parametrize("name", NEVER_HIDDEN)
def test_claims_that_decide_over_validity_cannot_be_made_disclosable(issue, name):
    with pytest.raises(UsageError, match="visible always"):
        issue(disclosable=(f"/{name}",))


@pytest.mark.parametrize("pointer", ["given_name", "", "/"])
def test_only_pointers_of_claims_are_taken(issue, pointer):
    if pointer == "/":  # the claim with the empty name: there is none, so nothing is hidden
        assert SDJWT.open(issue(disclosable=(pointer,))).document["given_name"] == "Aino"
        return
    with pytest.raises(UsageError, match="JSON Pointer"):
        issue(disclosable=(pointer,))


@pytest.mark.parametrize(
    "claims", [{"_sd": []}, {"a": {"...": "x"}}, {"a": [{"_sd_alg": 1}]}, {"a": {"\x5fsd": 1}}]
)
def test_claims_named_like_digests_are_not_sealed(issue, claims):
    with pytest.raises(UnreadableError, match="needs for itself"):
        issue(claims)


def test_claims_named_like_digests_behind_an_escape_are_not_sealed_either(issuer_key):
    with pytest.raises(UnreadableError, match="needs for itself"):
        Issuer(issuer_key, AT).seal(b'{"a": {"\\u005fsd": []}}')


@pytest.mark.parametrize("document", [b"[]", b'"text"', b"{", b'{"a": 1, "a": 2}'])
def test_only_an_object_of_claims_is_sealed(issuer_key, document):
    with pytest.raises(UnreadableError):
        Issuer(issuer_key, AT).seal(document)


def test_the_key_of_the_holder_is_written_without_its_private_part(issue, holder_key):
    private = json.loads(holder_key.jwk.export())
    assert "d" in private
    confirmation = payload_of(issue(holder=private))["cnf"]["jwk"]
    assert "d" not in confirmation
    assert confirmation["x"] == holder_key.public_jwk["x"]


def test_a_holder_key_that_lies_on_no_curve_is_refused(issue, holder_key):
    with pytest.raises(UnreadableError, match="no valid one"):
        issue(holder=holder_key.public_jwk | {"y": holder_key.public_jwk["x"]})


def test_the_header_names_type_key_and_certificates_without_the_trust_anchor(es_key):
    options = SdJwtOptions(verification_method="did:web:u.example#k", content_type="vc")
    header = header_of(Issuer(es_key, AT, options).seal(b"{}"))
    assert (header["alg"], header["typ"], header["cty"]) == ("ES256", "dc+sd-jwt", "vc")
    assert header["kid"] == "did:web:u.example#k"
    assert [b64decode(one) for one in header["x5c"]] == [es_key.certificate_chain[0]]
    assert len(es_key.certificate_chain) == 2  # the other is the root, which HAIP leaves out


def test_a_key_whose_certificate_is_over_does_not_issue(es_key):
    with pytest.raises(KeyRefusedError, match="expired"):
        Issuer(es_key, AT.replace(year=2060))


def test_an_algorithm_that_is_not_on_the_list_does_not_issue(issuer_key):
    class Weak:
        alg, certificate_chain = "HS256", ()

    with pytest.raises(KeyRefusedError, match="HS256"):
        Issuer(Weak(), AT)
