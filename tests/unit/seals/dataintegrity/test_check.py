"""Checking proofs: each rule passing, failing and undecided; hostile documents are bounded."""

import copy
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.seals.dataintegrity.material import AT, OB, V2, Key, badge, credential, key_of

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.dataintegrity import DATA_INTEGRITY, FAST_PATHS
from tessera.seals.dataintegrity.read import MOST_PROOFS

ED, P256, P384 = Key("EdDSA"), Key("ES256"), Key("ES384")
SUITES = [
    (ED, "eddsa-rdfc-2022"),
    (ED, "eddsa-jcs-2022"),
    (P256, "ecdsa-rdfc-2019"),
    (P256, "ecdsa-jcs-2019"),
    (P384, "ecdsa-rdfc-2019"),
    (P384, "ecdsa-jcs-2019"),
]
IDS = [f"{key.alg} {suite}" for key, suite in SUITES]


def sealed(document=None, key=ED, **options) -> dict:
    raw = json.dumps(document or credential()).encode()
    return json.loads(DATA_INTEGRITY.seal(raw, key, AT, key.options(**options)))


def judged(document, resolve=key_of) -> list:
    raw = json.dumps(document).encode()
    return list(DATA_INTEGRITY.check(DATA_INTEGRITY.open(raw), resolve))


def said(document, resolve=key_of) -> list[str]:
    return [f"{one.rule} {one.outcome}" for one in judged(document, resolve) if not one.advice]


def changed(document, **more):
    made = copy.deepcopy(document)
    made["proof"] |= more
    return made


@pytest.mark.parametrize(("key", "suite"), SUITES, ids=IDS)
@pytest.mark.parametrize("make", [credential, badge])
def test_what_we_seal_verifies_and_a_changed_word_does_not(key, suite, make):
    document = sealed(make(), key, cryptosuite=suite)
    assert said(document) == ["seal.signature PASSED"]
    document["name"] = "Something else"
    assert said(document) == ["seal.signature FAILED"]


@pytest.mark.parametrize(("key", "suite"), SUITES, ids=IDS)
def test_every_option_of_the_proof_is_signed(key, suite):
    document = sealed(credential(), key, cryptosuite=suite, nonce="n", domain="d", challenge="c")
    for name, value in [("created", "2026-11-24T10:00:01Z"), ("nonce", "m"), ("domain", "e"),
                        ("challenge", "x"), ("expires", "2030-01-01T00:00:00Z")]:  # fmt: skip
        assert said(changed(document, **{name: value})) == ["seal.signature FAILED"], name


def test_the_order_of_members_changes_nothing():
    document = sealed(badge())
    turned = dict(reversed(list(document.items())))
    assert said(turned) == ["seal.signature PASSED"]


def test_another_key_of_the_same_kind_fails():
    document = sealed()
    assert said(document, lambda ref: Key("ES256").public) == ["seal.algorithm FAILED"]
    other = Key.published("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert said(document, lambda ref: other.public) == ["seal.signature FAILED"]


def test_without_a_key_nothing_is_known():
    found = judged(sealed(), lambda ref: None)
    assert [(one.rule, one.outcome, one.path) for one in found] == [
        ("seal.key", Outcome.INDETERMINATE, "/proof")
    ]


def test_the_key_reference_says_what_the_proof_says():
    opened = DATA_INTEGRITY.open(json.dumps(sealed(expires=AT.replace(year=2030))).encode())
    ref = opened.proofs[0].key
    assert (ref.kid, ref.algorithm, ref.issuer) == (ED.method, "eddsa-rdfc-2022",
                                                    "did:example:issuer")  # fmt: skip
    assert (ref.purpose, ref.at) == ("assertionMethod", AT)
    assert opened.proofs[0].expires_at == AT.replace(year=2030)
    assert "proof" not in opened.document


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"proofPurpose": "keyAgreement"}, "seal.purpose FAILED"),
        ({"proofPurpose": "authentication"}, "seal.purpose FAILED"),
        ({"proofPurpose": None}, "seal.purpose FAILED"),
        ({"proofPurpose": ["assertionMethod"]}, "seal.purpose FAILED"),
        ({"created": "yesterday"}, "seal.date FAILED"),
        ({"created": "2026-11-24T10:00:00"}, "seal.date FAILED"),
        ({"created": "2026-13-24T10:00:00Z"}, "seal.date FAILED"),
        ({"expires": 5}, "seal.date FAILED"),
        ({"verificationMethod": "#key-1"}, "seal.verification-method FAILED"),
        ({"verificationMethod": {"id": "did:example:x"}}, "seal.verification-method FAILED"),
        ({"verificationMethod": None}, "seal.verification-method FAILED"),
        ({"cryptosuite": "bbs-2023"}, "seal.suite-unknown INDETERMINATE"),
        ({"cryptosuite": "Ed25519Signature2020"}, "seal.suite-unknown INDETERMINATE"),
        ({"cryptosuite": 7}, "seal.suite-unknown INDETERMINATE"),
        ({"type": "Ed25519Signature2018"}, "seal.suite-unknown INDETERMINATE"),
        ({"type": "eddsa-rdfc-2022"}, "seal.suite-unknown INDETERMINATE"),
        ({"type": ["DataIntegrityProof"]}, "seal.suite-unknown INDETERMINATE"),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, "seal.algorithm FAILED"),
        ({"proofValue": None}, "seal.signature FAILED"),
        ({"proofValue": ""}, "seal.signature FAILED"),
        ({"proofValue": "z..."}, "seal.signature FAILED"),
        ({"proofValue": "signature"}, "seal.signature FAILED"),
        ({"proofValue": "zabc"}, "seal.signature FAILED"),
        ({"proofValue": "z" + "2" * 5000}, "seal.signature FAILED"),
        ({"proofValue": "uAAAA"}, "seal.signature FAILED"),
        ({"id": 5}, "seal.proof FAILED"),
        ({"domain": [1]}, "seal.proof FAILED"),
        ({"previousProof": "urn:gone"}, "seal.chain FAILED"),
        ({"previousProof": {"a": 1}}, "seal.proof FAILED"),
        ({"unheardOf": "x"}, "seal.canonical FAILED"),
    ],
)
def test_an_option_out_of_order_has_a_finding_of_its_own(change, expected):
    assert said(changed(sealed(), **change))[0] == expected


@pytest.mark.parametrize("placeholder", ["z...", "signature", "jws"])
def test_a_placeholder_is_called_no_signature(placeholder):
    [found] = judged(changed(sealed(), proofValue=placeholder))
    assert "placeholder" in found.message


def test_a_proof_that_is_no_object_or_missing_is_a_finding():
    assert said({**credential(), "proof": []}) == ["seal.proof FAILED"]
    assert said({**credential(), "proof": ["x"]}) == ["seal.proof FAILED"]
    assert said({**credential(), "proof": None}) == ["seal.proof FAILED"]
    with pytest.raises(UnreadableError, match="no proof inside"):
        DATA_INTEGRITY.open(json.dumps(credential()).encode())
    with pytest.raises(UnreadableError):
        DATA_INTEGRITY.open(b"[]")


def test_a_presentation_is_sealed_for_authentication():
    presentation = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:learner",
        "verifiableCredential": [sealed()],
    }
    made = sealed(presentation, purpose="authentication", challenge="c", domain="d")
    assert said(made) == ["seal.signature PASSED"]
    opened = DATA_INTEGRITY.open(json.dumps(made).encode())
    assert opened.proofs[0].key.issuer == "did:example:learner"


def test_a_set_of_proofs_is_checked_one_by_one():
    twice = sealed(sealed(credential(), ED), P384)
    assert said(twice) == ["seal.signature PASSED"] * 2
    twice["proof"][0]["created"] = "2020-01-01T00:00:00Z"
    assert [(one.path, one.outcome) for one in judged(twice)] == [
        ("/proof/0", Outcome.FAILED),
        ("/proof/1", Outcome.PASSED),
    ]


@pytest.mark.parametrize(("key", "suite"), SUITES, ids=IDS)
def test_a_chain_covers_its_earlier_proofs(key, suite):
    first = sealed(credential(), ED, id="urn:proof:1")
    both = sealed(first, key, cryptosuite=suite, previous=("urn:proof:1",))
    assert both["proof"][1]["previousProof"] == "urn:proof:1"
    assert said(both) == ["seal.signature PASSED"] * 2
    # Another proof in the place of the first: the second no longer holds.
    other = sealed(credential(), P256, id="urn:proof:1")
    swapped = {**both, "proof": [other["proof"], both["proof"][1]]}
    assert said(swapped) == ["seal.signature PASSED", "seal.signature FAILED"]
    alone = {**both, "proof": [both["proof"][1]]}
    assert said(alone) == ["seal.chain FAILED"]


def test_a_chain_that_bites_its_tail_or_is_ambiguous_fails():
    document = sealed(credential(), ED, id="urn:1")
    itself = changed(document, previousProof="urn:1")
    assert said(itself) == ["seal.chain FAILED"]
    first = document["proof"]
    second = {**first, "id": "urn:2", "previousProof": "urn:1"}
    assert said({**document, "proof": [first, first, second]})[2] == "seal.chain FAILED"
    ring = {**document, "proof": [{**first, "previousProof": "urn:2"}, second]}
    assert said(ring) == ["seal.signature FAILED"] * 2


def test_ten_thousand_proofs_cost_no_more_than_a_few():
    document = sealed()
    document["proof"] = [document["proof"]] * 10_000
    calls = []

    def counting(ref):
        calls.append(ref)
        return key_of(ref)

    found = judged(document, counting)
    assert found[0].rule == "seal.too-many-proofs"
    assert found[0].outcome is Outcome.INDETERMINATE
    assert len(calls) == MOST_PROOFS
    assert len(found) == MOST_PROOFS + 1


def test_the_document_is_canonicalised_once_for_all_its_proofs(monkeypatch):
    from tessera.seals.dataintegrity import check

    monkeypatch.setattr(FAST_PATHS, "enabled", False)
    document = sealed()
    document["proof"] = [document["proof"]] * 10
    counted = []
    original = check.canonical_bytes

    def counting(value, *rest):
        counted.append("name" in value)
        return original(value, *rest)

    monkeypatch.setattr(check, "canonical_bytes", counting)
    assert said(document) == ["seal.signature PASSED"] * 10
    assert sum(counted) == 1


def test_an_unknown_context_is_undecided_and_names_it():
    document = sealed()
    document["@context"] = [V2, "https://example.org/unknown"]
    [found] = judged(document)
    assert (found.rule, found.outcome) == ("seal.context", Outcome.INDETERMINATE)
    assert "https://example.org/unknown" in found.message
    assert found.evidence["reason"] == "unknown"


def test_other_bytes_for_a_context_fail(monkeypatch):
    from tessera.standards.contexts import ContextRefused, Contexts

    def altered(self, url):
        raise ContextRefused("The installed text is not the published one.", reason="altered",
                             url=url)  # fmt: skip

    monkeypatch.setattr(Contexts, "document", altered)
    mechanism = DATA_INTEGRITY.using(Contexts())
    document = changed({**credential(), "proof": {}}, type="DataIntegrityProof",
                       cryptosuite="eddsa-rdfc-2022", proofPurpose="assertionMethod",
                       verificationMethod=ED.method, proofValue="z" + "2" * 88)  # fmt: skip
    found = mechanism.check(mechanism.open(json.dumps(document).encode()), key_of)
    assert [(one.rule, one.outcome) for one in found] == [("seal.context", Outcome.FAILED)]


def test_a_poison_graph_in_a_credential_is_given_up_and_undecided():
    people = [f"_:p{number}" for number in range(12)]
    knows = [
        {"id": one, "type": [], "https://example.org/knows": [{"id": two} for two in people
                                                              if two != one]}
        for one in people
    ]  # fmt: skip
    document = sealed()
    document["credentialSubject"] = knows
    [found] = judged(document)
    assert (found.rule, found.outcome) == ("seal.canonical", Outcome.INDETERMINATE)
    assert found.evidence["reason"] == "poison-graph"


def test_without_the_extra_nothing_is_known_and_the_sentence_names_it(monkeypatch):
    document = sealed()
    monkeypatch.setattr(FAST_PATHS, "enabled", False)
    monkeypatch.setitem(sys.modules, "pyld", None)
    [found] = judged(document)
    assert (found.rule, found.outcome) == ("seal.canonical", Outcome.INDETERMINATE)
    assert "install tessera[vc]" in found.message


def test_a_member_that_no_context_defines_fails_by_name():
    document = sealed()
    document["credentialSubject"]["grade"] = "A"
    [found] = judged(document)
    assert (found.rule, found.outcome) == ("seal.canonical", Outcome.FAILED)
    assert "'grade'" in found.message
    assert found.evidence["member"] == "grade"


def test_a_jcs_proof_holds_for_its_own_contexts_and_the_document_may_add_some():
    document = sealed(credential(), ED, cryptosuite="eddsa-jcs-2022")
    document["@context"].append({"more": "https://example.org/more"})
    assert said(document) == ["seal.signature PASSED"]
    document["@context"] = [{"more": "https://example.org/more"}]
    assert said(document) == ["seal.context FAILED"]


def test_a_superseded_name_is_checked_and_remarked_upon():
    document = sealed()
    renamed = changed(document, cryptosuite="eddsa-2022")
    found = judged(renamed)
    assert [one.rule for one in found] == ["seal.suite-superseded", "seal.signature"]
    assert found[0].advice
    assert "'eddsa-rdfc-2022' has replaced" in found[0].message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(["DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod", ED.method, V2,
                       "@id", "_:b", "z22", "urn:x", "", "\ud800", "2026-11-24T10:00:00Z"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@context", "type", "id", "proof", "cryptosuite", "proofPurpose",
                         "proofValue", "verificationMethod", "previousProof", "created", "@value",
                         "@type", "@graph", "issuer", "x"]), inner, max_size=5),
    max_leaves=16,
)  # fmt: skip


def test_without_a_context_that_explains_proofs_nothing_can_be_computed():
    document = sealed(credential())
    document["@context"] = [OB]
    assert "seal.context INDETERMINATE" in said(document)


def test_a_word_that_no_context_explains_fails_where_proofs_are_explained():
    document = sealed(credential())
    document["nobodyKnows"] = "x"
    assert "seal.canonical FAILED" in said(document)


@given(document=st.dictionaries(st.sampled_from(["@context", "id", "type", "issuer", "proof",
                                                 "credentialSubject", "holder"]), JSON),
       proof=JSON)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_hostile_documents_never_raise_and_never_pass(document, proof):
    try:
        opened = DATA_INTEGRITY.open(json.dumps({**document, "proof": proof}).encode())
    except UnreadableError:
        return
    found = DATA_INTEGRITY.check(opened, key_of)
    assert found
    assert not any(one.rule == "seal.signature" and one.outcome is Outcome.PASSED for one in found)


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_mutated_proof_never_passes(data):
    document = sealed(credential())
    name = data.draw(st.sampled_from(sorted(document["proof"])))
    document["proof"][name] = data.draw(JSON.filter(lambda value: value != document["proof"][name]))
    try:
        found = said(document)
    except UnreadableError:  # half a character, say: refused before anything is looked at
        return
    assert "seal.signature PASSED" not in found
