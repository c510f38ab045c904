"""Sealing: what is written, and what is refused because others would read it differently."""

import json

import pytest
from tests.unit.seals.dataintegrity.material import AT, V2, Key, badge, credential, key_of

from tessera.errors import KeyRefusedError, UnreadableError, UsageError
from tessera.seals.dataintegrity import DATA_INTEGRITY, DataIntegrityOptions
from tessera.seals.dataintegrity.differences import PeersDisagreeError
from tessera.seals.dataintegrity.write import DATA_INTEGRITY_CONTEXT, seal_tree
from tessera.standards.expansion import CanonicalisationRefused

ED = Key("EdDSA")


def seal(document, key=ED, **options):
    return seal_tree(document, key, AT, key.options(**options))


def test_the_proof_stands_at_the_end_and_says_what_the_standard_asks_for():
    raw = DATA_INTEGRITY.seal(json.dumps(credential()).encode(), ED, AT, ED.options())
    made = json.loads(raw)
    assert list(made)[-1] == "proof"
    proof = made["proof"]
    assert list(proof) == [
        "type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue",
    ]  # fmt: skip
    assert proof["created"] == "2026-11-24T10:00:00Z"
    assert proof["proofValue"].startswith("z")
    assert {name: value for name, value in made.items() if name != "proof"} == credential()


@pytest.mark.parametrize(
    ("alg", "suite"),
    [("EdDSA", "eddsa-rdfc-2022"), ("ES256", "ecdsa-rdfc-2019"), ("ES384", "ecdsa-rdfc-2019")],
)
def test_a_key_has_a_suite_that_goes_without_saying(alg, suite):
    assert seal(credential(), Key(alg))["proof"]["cryptosuite"] == suite


def test_a_key_that_no_suite_takes_is_refused():
    rsa = Key("EdDSA")
    rsa.alg = "RS256"
    with pytest.raises(KeyRefusedError, match="Ed25519, P-256 or P-384"):
        seal(credential(), rsa)
    with pytest.raises(KeyRefusedError, match="does not take"):
        seal(credential(), Key("ES256"), cryptosuite="eddsa-rdfc-2022")


def test_a_key_with_a_certificate_is_named_by_its_did_key(es_key):
    made = seal_tree(credential(), es_key, AT)
    assert made["proof"]["verificationMethod"].startswith("did:key:zDn")
    found = DATA_INTEGRITY.check(DATA_INTEGRITY.open(json.dumps(made).encode()), key_of)
    assert [str(one.outcome) for one in found] == ["PASSED"]


def test_a_key_without_a_name_and_certificate_is_refused_with_advice():
    with pytest.raises(KeyRefusedError, match="verification method"):
        seal_tree(credential(), ED, AT, DataIntegrityOptions())


@pytest.mark.parametrize("option", [{"cryptosuite": "ecdsa-sd-2023"}, {"cryptosuite": "x"},
                                    {"purpose": "keyAgreement"}])  # fmt: skip
def test_a_suite_or_purpose_that_nobody_seals_with_is_a_wrong_call(option):
    with pytest.raises(UsageError):
        DataIntegrityOptions(**option)


def test_a_document_without_words_for_proofs_gets_them():
    first = credential()
    first["@context"] = ["https://example.org/own"]
    del first["name"]
    from tessera.standards.contexts import Contexts

    own = {"@context": {"id": "@id", "type": "@type", "issuer": "urn:issuer", "validFrom": "urn:f",
                        "credentialSubject": "urn:subject",
                        "VerifiableCredential": "urn:VC"}}  # fmt: skip
    known = Contexts(added={"https://example.org/own": json.dumps(own).encode()})
    made = seal(first, contexts=known)
    assert made["@context"] == ["https://example.org/own", DATA_INTEGRITY_CONTEXT]
    assert first["@context"] == ["https://example.org/own"]


def test_a_document_without_context_or_with_a_strange_member_is_refused():
    with pytest.raises(UnreadableError, match="no @context"):
        seal({"type": ["VerifiableCredential"]})
    with pytest.raises(CanonicalisationRefused, match="'grade'"):
        seal(credential(grade="A"))
    with pytest.raises(UnreadableError, match="JSON object"):
        DATA_INTEGRITY.seal(b"[]", ED, AT, ED.options())


def test_a_chain_can_only_follow_on_what_is_there():
    with pytest.raises(UsageError, match="follow on"):
        seal(credential(), previous=("urn:gone",))
    made = seal(credential(), id="urn:1")
    made = seal(made, id="urn:2", previous=("urn:1",))
    made = seal(made, previous=("urn:1", "urn:2"))
    assert made["proof"][2]["previousProof"] == ["urn:1", "urn:2"]


def test_there_is_an_end_to_proofs():
    made = credential(proof=[{}] * 32)
    with pytest.raises(UnreadableError, match="32 proofs"):
        seal(made)


def subject(**more):
    return {"id": "did:example:learner", **more}


@pytest.mark.parametrize("value", ["a\ufffe", "\uffff", {"@value": "x\uffff"}])
def test_noncharacters_are_refused_since_others_write_them_raw(value):
    with pytest.raises(PeersDisagreeError, match="U\\+FFFE or U\\+FFFF") as refused:
        seal(credential(name=value))
    assert refused.value.path.startswith("/name")


@pytest.mark.parametrize("number", [1e-7, -3e-9, 2e-12])
def test_numbers_that_others_read_as_zero_are_refused(number):
    document = badge()
    document["credentialSubject"]["creditsEarned"] = number
    with pytest.raises(PeersDisagreeError, match="as 0") as refused:
        seal(document)
    assert refused.value.path == "/credentialSubject/creditsEarned"


@pytest.mark.parametrize("number", [2**53, -(2**53), 123456789012345678, 1e20])
def test_numbers_beyond_doubles_are_refused(number):
    document = badge()
    document["credentialSubject"]["creditsEarned"] = number
    with pytest.raises(PeersDisagreeError, match="beyond"):
        seal(document)


@pytest.mark.parametrize("number", [0, 5, 4.5, 0.1, 1.5e-7, 2**53 - 1, 0.30000000000000004, -0.0])
def test_ordinary_numbers_are_sealed(number):
    document = badge()
    document["credentialSubject"]["creditsEarned"] = number
    assert seal(document)["proof"]


def test_two_values_that_others_sort_differently_are_refused():
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = ["\U0001f600", "\uff01"]
    with pytest.raises(PeersDisagreeError, match="different orders"):
        seal(document)
    assert seal(document, cryptosuite="eddsa-jcs-2022")["proof"]


@pytest.mark.parametrize("tags", [["\U0001f600"], ["\uff01", "\uff02"], ["a\U0001f600", "b\uff01"],
                                  ["\U0001f600", "\U0001f601"], ["é", "\U0001f600"]])  # fmt: skip
def test_rare_characters_that_decide_no_order_are_sealed(tags):
    document = badge(name="\uff01 full width")
    document["credentialSubject"]["achievement"]["tag"] = tags
    assert seal(document)["proof"]


def test_the_given_document_is_not_changed():
    document = badge()
    before = json.dumps(document)
    seal(document)
    assert json.dumps(document) == before
    assert V2 in document["@context"]
