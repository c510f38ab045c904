"""Sealing many documents: the same bytes as one by one, and the same refusals."""

import copy
import hashlib
import json
import random

import orjson
import pytest
from tests.unit.seals.dataintegrity.awkward import learner
from tests.unit.seals.dataintegrity.material import AT, Key, badge, credential, key_of

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.dataintegrity import DATA_INTEGRITY, FAST_PATHS, BatchSigner
from tessera.seals.dataintegrity.differences import PeersDisagreeError
from tessera.seals.dataintegrity.write import seal_tree
from tessera.standards.expansion import CanonicalisationRefused

ED = Key("EdDSA")


def one_by_one(document, key=ED, **options):
    try:
        return orjson.dumps(seal_tree(document, key, AT, key.options(**options)))
    except UnreadableError as error:
        return type(error)


def at_once(signer, document):
    try:
        return signer.sign(document)
    except UnreadableError as error:
        return type(error)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_batch_is_sealed_with_the_bytes_of_one_by_one(suite, request):
    chance = random.Random(3)
    signer = BatchSigner(ED, AT, ED.options(cryptosuite=suite))
    sealed = 0
    for _ in range(2000 if request.config.getoption("--long") else 300):
        document = learner(chance)
        made = at_once(signer, document)
        assert made == one_by_one(document, cryptosuite=suite)
        sealed += isinstance(made, bytes)
    assert sealed > 50


@pytest.mark.parametrize("alg", ["ES256", "ES384"])
def test_a_batch_of_ecdsa_proofs_verifies(alg):
    key = Key(alg)
    signer = BatchSigner(key, AT, key.options())
    documents = [badge(id=f"urn:uuid:{number}", name=f"N {number}") for number in range(20)]
    for document, raw in zip(documents, signer.sign_all(documents), strict=True):
        made = json.loads(raw)
        assert {name: value for name, value in made.items() if name != "proof"} == document
        found = DATA_INTEGRITY.check(DATA_INTEGRITY.open(raw), key_of)
        assert [str(one.outcome) for one in found] == ["PASSED"]


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [
        ("name", "x\ufffe", PeersDisagreeError),
        ("name", "fine \uff01", None),
        ("creditsEarned", 1e-7, PeersDisagreeError),
        ("creditsEarned", 2**60, PeersDisagreeError),
        ("tag", ["\U0001f600", "\uff01"], PeersDisagreeError),
        ("tag", ["\U0001f600", "plain"], None),
        ("id", "relative", CanonicalisationRefused),
        ("unheardOf", "x", CanonicalisationRefused),
    ],
)
def test_a_document_is_refused_in_a_batch_as_it_is_alone(place, value, error):
    signer = BatchSigner(ED, AT, ED.options())
    list(signer.sign_all(badge(id=f"urn:uuid:{number}") for number in range(20)))
    document = badge(id="urn:uuid:last")
    part = {"creditsEarned": document["credentialSubject"],
            "tag": document["credentialSubject"]["achievement"]}.get(place, document)  # fmt: skip
    part[place] = value
    expected = one_by_one(document)
    assert at_once(signer, document) == expected
    assert (expected is error) or error is None


def test_the_proof_of_another_context_is_its_own():
    signer = BatchSigner(ED, AT, ED.options())
    documents = [badge(), credential(), badge(id="urn:uuid:2"), credential(id="urn:uuid:3")]
    assert list(signer.sign_all(documents)) == [one_by_one(one) for one in documents]


def test_a_document_with_a_proof_is_refused_and_none_is_changed():
    signer = BatchSigner(ED, AT, ED.options())
    with pytest.raises(UnreadableError, match="has a proof already"):
        signer.sign(credential(proof={}))
    document = badge()
    before = copy.deepcopy(document)
    signer.sign(document)
    assert document == before


def test_a_key_for_nothing_is_refused_at_once():
    key = Key("EdDSA")
    key.alg = "RS256"
    with pytest.raises(KeyRefusedError):
        BatchSigner(key, AT, key.options())


class Remote(Key):
    """A key that signs many digests at once, as one far away does."""

    hash_name = "sha256"
    batch_size = 8

    def __init__(self) -> None:
        super().__init__("ES256")
        self.asked: list[int] = []

    def sign_digest(self, digest: bytes) -> bytes:
        raise AssertionError("one by one")

    def sign_many(self, digests):
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        self.asked.append(len(digests))
        assert all(len(one) == hashlib.sha256().digest_size for one in digests)
        made = []
        for one in digests:
            r, s = utils.decode_dss_signature(
                self._private.sign(one, ec.ECDSA(utils.Prehashed(SHA256())))
            )
            made.append(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return made


def test_a_key_that_signs_many_at_once_is_asked_for_many():
    key = Remote()
    signer = BatchSigner(key, AT, key.options())
    documents = [badge(id=f"urn:uuid:{number}") for number in range(20)]
    sealed = list(signer.sign_all(iter(documents)))
    assert key.asked == [8, 8, 4]
    for raw in sealed:
        found = DATA_INTEGRITY.check(DATA_INTEGRITY.open(raw), key_of)
        assert [str(one.outcome) for one in found] == ["PASSED"]
    assert [json.loads(raw)["id"] for raw in sealed] == [one["id"] for one in documents]


def test_with_fast_paths_off_the_bytes_are_the_same(monkeypatch):
    documents = [badge(id=f"urn:uuid:{number}") for number in range(20)]
    fast = list(BatchSigner(ED, AT, ED.options()).sign_all(documents))
    monkeypatch.setattr(FAST_PATHS, "enabled", False)
    assert list(BatchSigner(ED, AT, ED.options()).sign_all(documents)) == fast
