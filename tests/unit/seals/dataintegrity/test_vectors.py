"""The vectors of W3C and 1EdTech: each verifies as published, and is signed again the same."""

import json
from pathlib import Path

import pytest
from tests.unit.seals.dataintegrity.material import CASES, STANDARDS, Key, key_of, official, vectors

from tessera.report import Outcome
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.dataintegrity.hashing import canonical_bytes, digest, proof_config
from tessera.seals.dataintegrity.options_rules import instant
from tessera.seals.dataintegrity.suites import SUITES
from tessera.seals.dataintegrity.write import DataIntegrityOptions, seal_tree

pytestmark = pytest.mark.skipif(
    not (CASES and STANDARDS), reason="official cases and files are not set"
)
W3C = vectors("di-eddsa", "di-ecdsa")
# What the proof of each sample of 1EdTech and others comes to; the manifest has the verdict
# on the whole document, which may rest on another step.
SAMPLES = {
    "ob3-json-001": "seal.signature PASSED",
    "ob3-json-002": "seal.signature PASSED",
    "ob3-json-003": "seal.signature PASSED",
    "ob3-json-004": "seal.canonical FAILED",
    "ob3-json-005": "seal.signature PASSED",
    "ob3-json-006": "seal.signature FAILED",
    "ob3-json-007": "seal.signature PASSED",
    "ob3-json-008": "seal.signature PASSED",
    "ob3-json-011": "seal.signature PASSED",
    "ob3-json-013": "seal.signature PASSED",
    "ob3-json-014": "seal.context INDETERMINATE",
    "ob3-json-018": "seal.canonical FAILED",
    "ob3-json-019": "seal.canonical FAILED",
    "ob3-json-028": "seal.signature FAILED",
    "ob3-json-035": "seal.signature PASSED",
    "ob3-json-036": "seal.signature PASSED",
    "ob3-json-071": "seal.suite-unknown INDETERMINATE",
    "ob3-json-073": "seal.signature PASSED",
    "clr2-002": "seal.signature PASSED",
    "clr2-003": "seal.signature PASSED",
    "clr2-006": "seal.canonical FAILED",
}


def read(case) -> bytes:
    return Path(CASES, case["path"]).read_bytes()


def judged(raw: bytes):
    mechanism = DATA_INTEGRITY.using(official())
    return [one for one in mechanism.check(mechanism.open(raw), key_of) if not one.advice]


@pytest.mark.parametrize("case", W3C, ids=lambda case: case["id"])
def test_every_proof_of_a_w3c_vector_verifies(case):
    found = judged(read(case))
    proofs = json.loads(read(case))["proof"]
    assert len(found) == (len(proofs) if isinstance(proofs, list) else 1)
    assert {(one.rule, one.outcome) for one in found} == {("seal.signature", Outcome.PASSED)}


@pytest.mark.parametrize("case", W3C, ids=lambda case: case["id"])
def test_a_changed_word_fails_every_proof_of_a_w3c_vector(case):
    document = json.loads(read(case))
    document["name"] = document["name"] + "."
    found = judged(json.dumps(document).encode())
    assert {(one.rule, one.outcome) for one in found} == {("seal.signature", Outcome.FAILED)}


def _secrets() -> dict[str, str]:
    folder = Path(CASES, "di-eddsa/w3c+vc-di-eddsa/TestVectors")
    one = json.loads((folder / "keyPair.json").read_bytes())
    many = json.loads((folder / "proof-set-chain/multiKeyPairs.json").read_bytes())
    pairs = [one, *many.values()]
    return {pair["publicKeyMultibase"]: pair["privateKeyMultibase"] for pair in pairs}


@pytest.mark.parametrize("case", [c for c in W3C if c["format"] == "di-eddsa"],
                         ids=lambda case: case["id"])  # fmt: skip
def test_an_eddsa_vector_is_signed_again_byte_for_byte(case):
    document = json.loads(read(case))
    published = document.pop("proof")
    several = published if isinstance(published, list) else [published]
    made = document
    for proof in several:
        previous = proof.get("previousProof", ())
        multikey = proof["verificationMethod"].rpartition("#")[2]
        options = DataIntegrityOptions(
            cryptosuite=proof["cryptosuite"],
            verification_method=proof["verificationMethod"],
            created=instant(proof["created"]),
            id=proof.get("id"),
            previous=(previous,) if isinstance(previous, str) else tuple(previous),
            contexts=official(),
        )
        key = Key.published(_secrets()[multikey])
        made = seal_tree(made, key, instant(proof["created"]), options)
    assert made["proof"] == published


@pytest.mark.parametrize(
    ("case", "hash_name"), [(c, "sha384" if "p384" in c["path"] else "sha256") for c in W3C
                            if any("canonDoc" in Path(p).name for p in c.get("companions", ()))],
    ids=lambda value: value["id"] if isinstance(value, dict) else value)  # fmt: skip
def test_every_step_on_the_way_is_the_published_one(case, hash_name):
    def companion(part):
        found = [p for p in case["companions"] if part in Path(p).name and p.endswith(".txt")]
        return Path(CASES, found[0]).read_text(encoding="utf-8") if found else None

    document = json.loads(read(case))
    proof = document.pop("proof")
    suite = SUITES[proof["cryptosuite"]]
    content = canonical_bytes(document, suite, hash_name, official())
    options = canonical_bytes(proof_config(proof, document, suite), suite, hash_name, official())
    assert content.decode() == companion("canonDoc")
    assert options.decode() == companion("proofCanon")
    hashes = [digest(options, hash_name).hex(), digest(content, hash_name).hex()]
    assert hashes == [companion("proofHash").strip(), companion("docHash").strip()]
    assert "".join(hashes) == companion("combinedHash").strip()


@pytest.mark.parametrize("case", vectors("ob3-json", "clr2"), ids=lambda case: case["id"])
def test_a_sample_of_others_has_the_verdict_that_is_known(case):
    assert [f"{one.rule} {one.outcome}" for one in judged(read(case))] == [SAMPLES[case["id"]]]


def test_every_sample_with_a_proof_is_among_them():
    assert {case["id"] for case in vectors("ob3-json", "clr2")} == set(SAMPLES)
