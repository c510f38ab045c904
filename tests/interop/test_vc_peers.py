"""Verifiable Credentials with the libraries of others: they read ours, we read theirs, both
refuse forgeries.

The credentials are one complete award as a W3C credential and as an Open Badge, sealed with
proofs inside, as tokens, and as tokens of the 1EdTech profile; for `did-jwt-vc` also one of
the data model 1.1, which we read and do not write. Our verdict is that of all nine steps
with the policy `standard`, for a verifier who knows the issuer by DID.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from tessera.errors import UnreadableError
from tessera.formats.openbadges import FORMAT as BADGE
from tessera.formats.vcdm import FORMAT as CREDENTIAL
from tessera.report import Outcome
from tessera.seals.dataintegrity import DATA_INTEGRITY, BatchSigner, DataIntegrityOptions
from tessera.seals.vcjose import VCJOSE, JoseOptions, JoseProfile
from tests.interop import material
from tests.interop.matrix import Matrix
from tests.interop.vc_forgeries import (
    PROOF_FORGERIES,
    TOKEN_FORGERIES,
    of_proof,
    of_token,
    stranger,
    with_key_of,
)
from tests.interop.vc_material import award, judged, refused_by, resolver
from tests.interop.vc_peers import Party, VcPeers, party
from tests.unit.seals.dataintegrity import awkward

PROOF, TOKEN, BADGE_TOKEN, OLD_TOKEN = "proof inside", "vc+jwt", "JWT of 1EdTech", "JWT"
VC, OB, OLD = "W3C VC 2.0", "Open Badges 3.0", "W3C VC 1.1"
SUITES = {
    "EdDSA": "eddsa-rdfc-2022",
    "ES256": "ecdsa-rdfc-2019 P-256",
    "ES384": "ecdsa-rdfc-2019 P-384",
}
# Header parameters of the two profiles of tokens.
HEADERS = {TOKEN: {"typ": "vc+jwt", "cty": "vc"}, BADGE_TOKEN: {"typ": "JWT"}}
NAMES_SIGNER_ONLY = ("jose",)  # computes the signature, and leaves to the caller whose key it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What goes to and fro between a peer and us."""

    peer: str
    algorithm: str
    content: str
    seal: str

    def __str__(self) -> str:
        return "-".join((self.peer, self.algorithm, self.content, self.seal)).replace(" ", "_")

    def count(self, matrix: Matrix, peers: VcPeers, direction: str) -> None:
        suite = SUITES[self.algorithm] if self.seal == PROOF else self.algorithm
        matrix.count(peers.title(self.peer), suite, f"{self.content}, {self.seal}", direction)


def cases(peer: str, seal: str, contents: tuple[str, ...], *algorithms: str) -> list[Case]:
    return [
        Case(peer=peer, algorithm=algorithm, content=content, seal=seal)
        for content in contents
        for algorithm in algorithms
    ]


BOTH_WAYS = [
    *cases("digitalbazaar", PROOF, (VC, OB), *SUITES),
    *cases("jose", TOKEN, (VC,), "ES256", "EdDSA", "RS256"),
    *cases("jose", BADGE_TOKEN, (OB,), "ES256", "RS256"),
]
# Peers that issue no such credential.
READ_ONLY = [
    *cases("verifier-core", PROOF, (VC, OB), "EdDSA"),
    *cases("did-jwt-vc", TOKEN, (VC,), "ES256", "EdDSA"),
]
# What we do not write.
WRITTEN_BY_THEM = cases("did-jwt-vc", OLD_TOKEN, (OLD,), "ES256", "EdDSA")
FORMATS = {VC: CREDENTIAL, OB: BADGE}


def document(case: Case, issuer: Party) -> dict[str, Any]:
    """What is sealed, by us or by the peer."""
    if case.content != OLD:
        encoded: dict[str, Any] = FORMATS[case.content].encode(award(issuer))
        return encoded
    subject = {"degree": "none", "name": "Ada Example"}
    return {
        "sub": "did:example:ada",
        "jti": "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000ab",
        "nbf": int(material.NOW.timestamp()),
        "exp": int(datetime(2031, 1, 1, tzinfo=UTC).timestamp()),
        "vc": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "credentialSubject": subject,
        },
    }


def sealed(case: Case, by: Party, content: dict[str, Any] | None = None) -> bytes:
    """What we issue."""
    raw = orjson.dumps(content or document(case, by))
    if case.seal == PROOF:
        inside = DataIntegrityOptions(verification_method=by.method)
        return DATA_INTEGRITY.seal(raw, by.key.ours, material.NOW, inside)
    profile = JoseProfile.OPEN_BADGES if case.seal == BADGE_TOKEN else JoseProfile.VC_JOSE
    options = JoseOptions(profile=profile, verification_method=by.method)
    return VCJOSE.seal(raw, by.key.ours, material.NOW, options)


def sealed_by_peer(peers: VcPeers, case: Case, by: Party) -> bytes:
    """What the peer issues."""
    header = HEADERS.get(case.seal, {})
    return as_bytes(peers.issue(case.peer, by, document(case, by), header=header))


def as_bytes(issued: Any) -> bytes:
    return issued.encode() if isinstance(issued, str) else orjson.dumps(issued)


def for_peer(raw: bytes) -> Any:
    """Tokens travel as text, documents as they are."""
    return json.loads(raw) if raw.startswith(b"{") else raw.decode("ascii")


@pytest.mark.parametrize("case", [*BOTH_WAYS, *READ_ONLY], ids=str)
def test_the_peer_accepts_what_we_issue(vc_peers, case, matrix):
    issuer = party(case.algorithm)
    raw = sealed(case, issuer)
    assert vc_peers.verify(case.peer, for_peer(raw))[0][0]
    ours = judged(raw, issuer)
    assert ours.verdict.outcome is Outcome.PASSED, ours.sentence
    case.count(matrix, vc_peers, "we seal, peer accepts")


@pytest.mark.parametrize("case", BOTH_WAYS, ids=str)
def test_we_accept_what_the_peer_issues_and_read_the_same_award(vc_peers, case, matrix):
    issuer = party(case.algorithm)
    seen = judged(sealed_by_peer(vc_peers, case, issuer), issuer)
    assert seen.verdict.outcome is Outcome.PASSED, seen.sentence
    own = judged(sealed(case, issuer), issuer).examination.decoded
    assert seen.examination.decoded.award == own.award
    case.count(matrix, vc_peers, "peer seals, we accept")


@pytest.mark.parametrize("case", WRITTEN_BY_THEM, ids=str)
def test_we_accept_credentials_of_the_first_data_model(vc_peers, case, matrix):
    issuer = party(case.algorithm)
    seen = judged(sealed_by_peer(vc_peers, case, issuer), issuer)
    assert seen.verdict.outcome is Outcome.PASSED, seen.sentence
    assert seen.examination.seal.signers == (issuer.did,)
    assert seen.examination.decoded.award.learner.display_name == "Ada Example"
    case.count(matrix, vc_peers, "peer seals, we accept")


def forgeries(raw: bytes, case: Case, issuer: Party) -> dict[str, bytes]:
    if case.seal == PROOF:
        made = {what: of_proof(raw, what) for what in PROOF_FORGERIES}
        return made | {"another's key": with_key_of(raw, stranger(case.algorithm))}
    return {what: of_token(raw, what, issuer) for what in TOKEN_FORGERIES}


@pytest.mark.parametrize(
    ("case", "whose"),
    [
        *((one, "ours") for one in (*BOTH_WAYS, *READ_ONLY)),
        *((one, "theirs") for one in (*BOTH_WAYS, *WRITTEN_BY_THEM)),
    ],
    ids=str,
)
def test_both_refuse_the_same_forgeries(vc_peers, case, whose, matrix):
    issuer = party(case.algorithm)
    raw = sealed(case, issuer) if whose == "ours" else sealed_by_peer(vc_peers, case, issuer)
    made = forgeries(raw, case, issuer)
    said = vc_peers.verify(case.peer, *map(for_peer, [raw, *made.values()]))
    assert said[0][0], "the peer refuses the credential itself"
    for (what, file), (is_valid, why) in zip(made.items(), said[1:], strict=True):
        assert not is_valid, what
        assert "not here" not in why, f"{what}: refused for want of a context"
        assert judged(file, issuer).verdict.outcome is Outcome.FAILED, what
        assert refused_by(judged(file, issuer)), what
        case.count(matrix, vc_peers, "forged, both refuse")


@pytest.mark.parametrize("case", [*BOTH_WAYS, *READ_ONLY], ids=str)
def test_both_refuse_the_seal_of_a_stranger_in_the_name_of_the_issuer(vc_peers, case, matrix):
    issuer, other = party(case.algorithm), stranger(case.algorithm)
    raw = sealed(case, other, document(case, issuer))
    ours = judged(raw, issuer, other)
    assert ours.verdict.outcome is Outcome.FAILED
    assert refused_by(ours) == ["signer.controller"]
    [(is_valid, _)] = vc_peers.verify(case.peer, for_peer(raw))
    if case.peer in NAMES_SIGNER_ONLY:
        assert is_valid  # the caller has to compare
        return
    assert not is_valid
    case.count(matrix, vc_peers, "forged, both refuse")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_both_find_the_key_of_a_badge_in_its_header(vc_peers, algorithm):
    [case] = cases("jose", BADGE_TOKEN, (OB,), algorithm)
    issuer = party(algorithm)
    options = JoseOptions(profile=JoseProfile.OPEN_BADGES)  # no name of the key: the key itself
    raw = orjson.dumps(document(case, issuer))
    token = VCJOSE.seal(raw, issuer.key.ours, material.NOW, options)
    forged = of_token(token, "letter", issuer)
    assert [valid for valid, _ in vc_peers.verify(case.peer, *map(for_peer, (token, forged)))] == [
        True, False,
    ]  # fmt: skip
    assert judged(token, issuer).verdict.outcome is Outcome.PASSED
    assert judged(forged, issuer).verdict.outcome is Outcome.FAILED


@pytest.mark.parametrize("algorithm", list(SUITES))
def test_both_look_at_the_period_of_validity(vc_peers, algorithm):
    [case, _] = cases("digitalbazaar", PROOF, (VC, OB), algorithm)
    issuer = party(algorithm)
    raw = sealed(case, issuer)
    for at in (datetime(2026, 11, 19, tzinfo=UTC), datetime(2031, 12, 1, tzinfo=UTC)):
        said = vc_peers.verify(case.peer, for_peer(raw), at=f"{at:%Y-%m-%dT%H:%M:%SZ}")
        assert not said[0][0]
        assert judged(raw, issuer, at=at).verdict.outcome is Outcome.FAILED
    assert vc_peers.verify(case.peer, for_peer(raw))[0][0]


# Many at once, with texts that programs treat differently --------------------------


def learners(issuer: Party) -> list[dict[str, Any]]:
    """Badges of the same form for learners with awkward names, grades, texts and ids."""
    chance, made = random.Random(11), []
    for number in range(200):
        badge = awkward.learner(chance)
        badge["issuer"]["id"] = issuer.did
        badge |= {"id": f"urn:uuid:8a1f3c1e-0000-4000-8000-{number:012}",
                  "validFrom": "2026-11-24T10:00:00Z"}  # fmt: skip
        [described] = badge["credentialSubject"]["achievement"]["resultDescription"]
        values = enumerate(described["allowedValue"])  # all different: see the last test
        described["allowedValue"] = [f"{at} {value}" for at, value in values]
        made.append(badge)
    return made


def batch(issuer: Party, count: int = 60) -> tuple[list[bytes], int]:
    """Sealed badges and how many were filled into a template.

    Left out are those which we refuse to seal because programs disagree about them.
    """
    options = DataIntegrityOptions(verification_method=issuer.method)
    signer = BatchSigner(issuer.key.ours, material.NOW, options)
    done: list[bytes] = []
    for one in learners(issuer):
        try:
            done.append(signer.sign(one))
        except UnreadableError:
            continue
        if len(done) == count:
            break
    return done, signer._forms.served


def misspelt(raw: bytes, chance: random.Random) -> bytes:
    """One letter changed in one of the texts that differ from learner to learner."""
    badge = json.loads(raw)
    subject = badge["credentialSubject"]
    places = [(badge, "name"), (badge, "description"), (subject["result"][0], "value"),
              (subject["identifier"][0], "identityHash"), (subject["identifier"][0], "salt"),
              (subject["achievement"]["tag"], 0)]  # fmt: skip
    parent, name = chance.choice([(one, at) for one, at in places if one[at]])
    text = parent[name]
    at = chance.randrange(len(text))
    parent[name] = text[:at] + ("y" if text[at] == "x" else "x") + text[at + 1 :]
    return orjson.dumps(badge)


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_the_peer_accepts_a_batch_and_refuses_each_with_one_letter_changed(
    vc_peers, algorithm, matrix
):
    case = Case(peer="digitalbazaar", algorithm=algorithm, content=f"{OB}, awkward texts",
                seal=PROOF)  # fmt: skip
    issuer, chance = party(algorithm), random.Random(12)
    sealed_, from_template = batch(issuer)
    assert len(sealed_) == 60
    assert from_template >= 50
    changed = [misspelt(one, chance) for one in sealed_]
    said = vc_peers.verify(case.peer, *map(for_peer, sealed_), *map(for_peer, changed))
    assert [why for valid, why in said[:60] if not valid] == []
    assert [at for at, (valid, _) in enumerate(said[60:]) if valid] == []
    for good, bad in zip(sealed_, changed, strict=True):
        assert signature(good, issuer) is Outcome.PASSED
        case.count(matrix, vc_peers, "we seal, peer accepts")
        assert signature(bad, issuer) is Outcome.FAILED
        case.count(matrix, vc_peers, "forged, both refuse")


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_we_accept_the_same_texts_from_the_peer(vc_peers, algorithm, matrix):
    case = Case(peer="digitalbazaar", algorithm=algorithm, content=f"{OB}, awkward texts",
                seal=PROOF)  # fmt: skip
    issuer, chance = party(algorithm), random.Random(13)
    told = [json.loads(one) for one in batch(issuer)[0]]
    for one in told:
        del one["proof"]
    order = {"peer": case.peer, "act": "issue", **issuer.signing()}
    issued = vc_peers.ask(*(order | {"credential": one} for one in told))
    assert len(issued) == 60
    for answer in issued:
        raw = as_bytes(answer["result"])
        assert signature(raw, issuer) is Outcome.PASSED
        case.count(matrix, vc_peers, "peer seals, we accept")
        assert signature(misspelt(raw, chance), issuer) is Outcome.FAILED


def test_the_peer_gives_up_on_ordered_lists_that_repeat_a_value(vc_peers):
    """Its limit on work (maxWorkFactor 1 of rdf-canonize), not another canonical form."""
    issuer, said = party("EdDSA"), {}
    for values in (["10", "9", "8"], ["9"] * 6):
        badge = learners(issuer)[0]
        [described] = badge["credentialSubject"]["achievement"]["resultDescription"]
        described["allowedValue"] = values
        case = Case(peer="digitalbazaar", algorithm="EdDSA", content=OB, seal=PROOF)
        raw = sealed(case, issuer, badge)
        assert signature(raw, issuer) is Outcome.PASSED
        said[len(values)] = vc_peers.verify(case.peer, for_peer(raw))[0]
    assert said[3] == (True, "")
    assert not said[6][0]
    assert "Maximum deep iterations exceeded" in said[6][1]


def signature(raw: bytes, issuer: Party) -> Outcome:
    [found] = DATA_INTEGRITY.check(DATA_INTEGRITY.open(raw), resolver(issuer).key_of)
    return found.outcome
