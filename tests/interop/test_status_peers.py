"""Status lists with the libraries of others: they read ours, we read theirs, both refuse forgeries.

Ours are published by `issue/status` from a store in which some awards are revoked and some
suspended; theirs are made and sealed by the peer. "Read" means every place of the list: the
same places are marked, and no other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from tessera.formats.vcdm import FORMAT as CREDENTIAL
from tessera.issue.status import Action, Change, Press, StatusStore, Terms, apply, publish
from tessera.model import StatusEntry
from tessera.report import Outcome
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.dataintegrity import DATA_INTEGRITY, DataIntegrityOptions
from tessera.seals.vcjose import VCJOSE, JoseOptions
from tessera.trust.status import StatusReader
from tests.interop import material
from tests.interop.matrix import Matrix
from tests.interop.vc_forgeries import stranger
from tests.interop.vc_material import award, judged, resolver
from tests.interop.vc_peers import Party, VcPeers, party

PREFIX = "https://status.example.edu/mc"
URL = f"{PREFIX}/theirs"
IDS = [f"urn:credential:{number:032x}" for number in range(40)]
REVOKED, SUSPENDED = IDS[:7], IDS[5:12]  # two are both
GOOD = IDS[20]
SIZE = 131_072
TERMS = {"iat": int(material.NOW.timestamp()), "exp": int(material.NOW.timestamp()) + 86_400,
         "ttl": 3_600}  # fmt: skip
ALGORITHMS = {"EdDSA": "eddsa-rdfc-2022", "ES256": "ecdsa-rdfc-2019 P-256"}
PROOF, JWT, TOKEN = (
    "Bitstring Status List, proof inside", "Bitstring Status List, vc+jwt", "Token Status List",
)  # fmt: skip


def press(issuer: Party, seal: str) -> Press:
    name = issuer.method
    by: tuple[Any, Any] = (
        (DATA_INTEGRITY, DataIntegrityOptions(verification_method=name))
        if seal == PROOF
        else (VCJOSE, JoseOptions(verification_method=name))
    )
    return Press(key=issuer.key.ours, verification_method=name, mechanism=by[0], options=by[1])


Published = tuple[dict[str, tuple[StatusEntry, ...]], dict[str, bytes]]


def published(folder: Path, issuer: Party, seal: str) -> Published:
    """The places of the awards, and the three lists by address."""
    with StatusStore.open(folder, create=True) as store:
        entries = store.allot(IDS, prefix=PREFIX)
        for action, ids in ((Action.SUSPEND, SUSPENDED), (Action.REVOKE, REVOKED)):
            apply(store, Change(action=action, reason="Why.", at=material.NOW), ids)
        terms = Terms(issuer=issuer.did, at=material.NOW)
        done = publish(store, press(issuer, seal), folder / "out", terms)
    lists = {
        f"{PREFIX}/{path.relative_to(folder / 'out').as_posix()}": path.read_bytes()
        for path in done.files
    }
    assert len(lists) == 3
    return entries, lists


def for_peer(lists: dict[str, bytes]) -> dict[str, Any]:
    return {url: json.loads(raw) if raw.startswith(b"{") else raw.decode()
            for url, raw in lists.items()}  # fmt: skip


def sealed(issuer: Party, *entries: StatusEntry) -> bytes:
    document = orjson.dumps(CREDENTIAL.encode(award(issuer, *entries)))
    options = DataIntegrityOptions(verification_method=issuer.method)
    return DATA_INTEGRITY.seal(document, issuer.key.ours, material.NOW, options)


def marked(peers: VcPeers, peer: str, lists: dict[str, bytes], url: str) -> dict[str, Any]:
    order = {"peer": peer, "act": "marked", "url": url, "lists": for_peer(lists)}
    [said] = peers.ask(order)
    return said


def places(entries: dict[str, tuple[StatusEntry, ...]], at: int, ids: list[str]) -> set[int]:
    return {entries[id][at].index for id in ids}


def rules(issuer: Party, entry: StatusEntry, lists: dict[str, bytes]) -> set[str]:
    """What we find at one place."""
    reader = StatusReader(lists, resolver=resolver(issuer), at=material.JUDGED_AT)
    return {one.rule for one in reader.look_up(entry, issuer.did) if not one.advice}


def suite(algorithm: str, seal: str) -> str:
    return ALGORITHMS[algorithm] if seal == PROOF else algorithm


@pytest.mark.parametrize("seal", [PROOF, JWT])
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_the_peer_reads_every_place_of_our_bitstring_lists(
    vc_peers, algorithm, seal, tmp_path, matrix
):
    issuer = party(algorithm)
    entries, lists = published(tmp_path, issuer, seal)
    for at, ids in enumerate((REVOKED, SUSPENDED)):
        said = marked(vc_peers, "bitstring", lists, entries[GOOD][at].url)["result"]
        assert said["length"] == SIZE
        assert set(map(int, said["marked"])) == places(entries, at, ids)
        note(matrix, vc_peers, "bitstring", suite(algorithm, seal), seal, 0)


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_the_peer_finds_the_status_of_our_credentials_in_our_lists(vc_peers, algorithm, tmp_path):
    issuer = party(algorithm)
    entries, lists = published(tmp_path, issuer, PROOF)
    ids = (IDS[0], IDS[6], IDS[10], GOOD)
    raws = [sealed(issuer, *entries[id]) for id in ids]
    said = vc_peers.ask(*(
        {"peer": "bitstring", "act": "status", "credential": json.loads(raw),
         "lists": for_peer(lists)} for raw in raws
    ))  # fmt: skip
    assert [one["result"] for one in said] == [
        {"revocation": True, "suspension": False},
        {"revocation": True, "suspension": True},
        {"revocation": False, "suspension": True},
        {"revocation": False, "suspension": False},
    ]
    ours = [judged(raw, issuer, lists=lists).verdict.outcome for raw in raws]
    assert ours == [Outcome.FAILED] * 3 + [Outcome.PASSED]


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_the_peer_reads_every_place_of_our_token_list(vc_peers, algorithm, tmp_path, matrix):
    issuer = party(algorithm)
    entries, lists = published(tmp_path, issuer, JWT)
    said = marked(vc_peers, "jwt-status-list", lists, entries[GOOD][2].url)["result"]
    assert said["length"] == SIZE
    revoked = places(entries, 2, REVOKED)
    expected = dict.fromkeys(revoked, 1) | dict.fromkeys(places(entries, 2, SUSPENDED) - revoked, 2)
    assert {int(at): value for at, value in said["marked"].items()} == expected
    note(matrix, vc_peers, "jwt-status-list", algorithm, TOKEN, 0)


def bitstring_of_peer(
    peers: VcPeers, by: Party, purpose: str, places_: list[int], **more: Any
) -> bytes:
    order = {"peer": "bitstring", "act": "issue", "url": URL, "length": SIZE, "purpose": purpose,
             "marked": dict.fromkeys(places_, 1), **by.signing(), **more}  # fmt: skip
    [said] = peers.ask(order)
    return orjson.dumps(said["result"])


def token_of_peer(peers: VcPeers, by: Party, bits: int, values: dict[int, int]) -> bytes:
    order = {"peer": "jwt-status-list", "act": "issue", "length": 1_000, "bits": bits,
             "marked": values, "claims": {"iss": by.did, "sub": URL, **TERMS},
             **by.signing()}  # fmt: skip
    [said] = peers.ask(order)
    return str(said["result"]).encode()


@pytest.mark.parametrize(("purpose", "rule"), [("revocation", "status.revoked"),
                                               ("suspension", "status.suspended")])  # fmt: skip
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_we_read_every_place_of_the_peers_bitstring_list(
    vc_peers, algorithm, purpose, rule, matrix
):
    issuer, chosen = party(algorithm), [0, 1, 7, 8, 4_711, 65_535, SIZE - 1]
    lists = {URL: bitstring_of_peer(vc_peers, issuer, purpose, chosen)}
    reader = StatusReader(lists, resolver=resolver(issuer), at=material.JUDGED_AT)
    found = {}
    for at in range(SIZE):
        entry = StatusEntry(kind="bitstring", url=URL, index=at, purpose=purpose)
        [one] = [each for each in reader.look_up(entry, issuer.did) if not each.advice]
        if one.rule != "status.good":
            found[at] = one.rule
    assert found == dict.fromkeys(chosen, rule)
    for at, outcome in ((4_711, Outcome.FAILED), (4_712, Outcome.PASSED)):
        entry = StatusEntry(kind="bitstring", url=URL, index=at, purpose=purpose)
        seen = judged(sealed(issuer, entry), issuer, lists=lists)
        assert seen.verdict.outcome is outcome
    note(matrix, vc_peers, "bitstring", ALGORITHMS[algorithm], PROOF, 1)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_we_read_every_place_of_the_peers_token_list(vc_peers, algorithm, bits, matrix):
    issuer = party(algorithm)
    values = {0: 1, 3: 1, 4: 1, 500: 1, 999: 1} | ({2: 2, 501: 2} if bits > 1 else {})
    lists = {URL: token_of_peer(vc_peers, issuer, bits, values)}
    names = {1: "status.revoked", 2: "status.suspended"}
    found = {}
    for at in range(1_000):
        [rule] = rules(issuer, StatusEntry(kind="token", url=URL, index=at), lists)
        if rule != "status.good":
            found[at] = rule
    assert found == {at: names[value] for at, value in values.items()}
    note(matrix, vc_peers, "jwt-status-list", algorithm, TOKEN, 1)


# Forgeries --------------------------------------------------------------------------


def cleared(raw: bytes, of: bytes) -> bytes:
    """A list in which nothing is marked any more, under the old proof."""
    changed = json.loads(raw)
    empty = json.loads(of)["credentialSubject"]["encodedList"]
    assert changed["credentialSubject"]["encodedList"] != empty
    changed["credentialSubject"]["encodedList"] = empty
    return orjson.dumps(changed)


def cleared_token(raw: bytes, of: bytes) -> bytes:
    """A token in which nothing is marked any more, under the old signature."""
    header, payload, signature = raw.decode().split(".")
    claims = json.loads(from_base64url(payload))
    other = json.loads(from_base64url(of.decode().split(".")[1]))
    for name in ("status_list", "credentialSubject"):
        if name in claims:
            assert claims[name] != other[name]
            claims[name] = other[name]
    return f"{header}.{to_base64url(orjson.dumps(claims))}.{signature}".encode()


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_both_refuse_bitstring_lists_that_were_changed_or_sealed_by_others(
    vc_peers, algorithm, matrix
):
    issuer, other = party(algorithm), stranger(algorithm)
    entry = StatusEntry(kind="bitstring", url=URL, index=5, purpose="revocation")
    good = bitstring_of_peer(vc_peers, issuer, "revocation", [5])
    empty = bitstring_of_peer(vc_peers, issuer, "revocation", [])
    files = {
        "changed": cleared(good, empty),
        "stranger": bitstring_of_peer(vc_peers, other, "revocation", []),
        "redated": orjson.dumps(json.loads(empty) | {"validFrom": "2026-11-23T10:00:00Z"}),
        "repurposed": bitstring_of_peer(vc_peers, issuer, "suspension", []),
    }
    raw = sealed(issuer, entry)
    order = {"peer": "bitstring", "act": "status", "credential": json.loads(raw)}
    asked = [order | {"lists": for_peer({URL: file})} for file in (good, *files.values())]
    said = vc_peers.ask(*asked)
    assert said[0]["result"] == {"revocation": True}
    for (what, file), answer in zip(files.items(), said[1:], strict=True):
        assert "result" not in answer, what
        assert "status.good" not in rules(issuer, entry, {URL: file}), what
        assert judged(raw, issuer, lists={URL: file}).verdict.outcome is not Outcome.PASSED, what
        note(matrix, vc_peers, "bitstring", ALGORITHMS[algorithm], PROOF, 2)


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_both_refuse_our_bitstring_list_under_an_old_signature(
    vc_peers, algorithm, tmp_path, matrix
):
    issuer = party(algorithm)
    entries, lists = published(tmp_path, issuer, JWT)
    revocation, suspension, _ = entries[IDS[0]]
    changed = {revocation.url: cleared_token(lists[revocation.url], lists[suspension.url])}
    assert "result" not in marked(vc_peers, "bitstring", changed, revocation.url)
    assert rules(issuer, revocation, changed) == {"status.list-seal"}
    note(matrix, vc_peers, "bitstring", algorithm, JWT, 2)


@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_both_refuse_token_lists_that_were_changed_or_belong_elsewhere(vc_peers, algorithm, matrix):
    issuer, other = party(algorithm), stranger(algorithm)
    good, empty = (token_of_peer(vc_peers, issuer, 2, values) for values in ({5: 1}, {}))
    entry = StatusEntry(kind="token", url=URL, index=5)
    assert rules(issuer, entry, {URL: good}) == {"status.revoked"}
    changed = cleared_token(good, empty)
    assert "result" not in marked(vc_peers, "jwt-status-list", {URL: changed}, URL)
    assert rules(issuer, entry, {URL: changed}) == {"status.list-seal"}
    note(matrix, vc_peers, "jwt-status-list", algorithm, TOKEN, 2)
    elsewhere = f"{URL}/2"
    assert "result" not in marked(vc_peers, "jwt-status-list", {elsewhere: empty}, elsewhere)
    moved = StatusEntry(kind="token", url=elsewhere, index=5)
    assert "status.good" not in rules(issuer, moved, {elsewhere: empty})
    note(matrix, vc_peers, "jwt-status-list", algorithm, TOKEN, 2)
    # The peer leaves to the caller whose list it is; we do not.
    assert "status.good" not in rules(issuer, entry, {URL: token_of_peer(vc_peers, other, 2, {})})


def note(matrix: Matrix, peers: VcPeers, peer: str, algorithm: str, what: str, way: int) -> None:
    direction = ("we seal, peer accepts", "peer seals, we accept", "forged, both refuse")[way]
    matrix.count(peers.title(peer), algorithm, what, direction)
