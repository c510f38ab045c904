"""P2 and P3: Open Badges sealed inside (`eddsa-rdfc-2022`), against @digitalbazaar/vc on Node.

One achievement, many learners. Issuing takes a tree and gives sealed bytes; verifying takes
bytes, reads them strictly, finds the key in its did:key and checks the proof. The peer gets
ready objects, contexts from memory and the same did:key. It times itself inside its own
process, after 100 calls of warm-up; we time ourselves the same way. P3b switches the
templates off, which is what a document of an unknown form costs. The limits are the bare
signature of Ed25519 and its check.
Source: PERFORMANCE P2 and P3.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.unit.seals.dataintegrity.material import OB, V2, Key, badge, key_of

from bench.compare import Comparison
from tessera.report import Outcome
from tessera.seals.base64text import to_base64url
from tessera.seals.dataintegrity import DATA_INTEGRITY, FAST_PATHS, BatchSigner
from tessera.standards.contexts import shared

IDS = ("P2", "P3", "P3b")
ROOT = Path(__file__).resolve().parents[1]
LEARNERS, CALLS, PEER_CALLS = 200, 2_000, 200
_NAME = "@digitalbazaar/vc 7.3.0, eddsa-rdfc-2022-cryptosuite 1.3.0 (Node)"
_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def cases() -> Iterable[Comparison]:
    """Return the comparisons; nothing where npm cannot install the peer."""
    try:
        peer = Peer()
    except (OSError, subprocess.SubprocessError) as error:
        print(f"P2, P3: @digitalbazaar/vc cannot be installed: {error}", file=sys.stderr)
        return
    work = Work()
    note = f"{len(work.sealed[0]) / 1000:.1f} kB sealed, {work.lines} statements"
    ours = work.sealed[7]
    assert peer.ask("verify", work, [json.loads(ours)])["sealed"] == json.loads(ours)
    theirs = peer.ask("issue", work, [work.documents[0]])["sealed"]
    assert work.is_right(json.dumps(theirs).encode())
    yield Comparison(
        id="P2", title="issue an Open Badge with eddsa-rdfc-2022, one of many learners",
        subject=timed(work.issue), peer=peer.timed("issue", work, work.documents), unit="µs",
        limit=timed(work.sign), peer_name=_NAME, target=100, note=note,
    )  # fmt: skip
    opened = [json.loads(one) for one in work.sealed]
    yield Comparison(
        id="P3", title="verify one of a form that was met before",
        subject=timed(work.verify), peer=peer.timed("verify", work, opened), unit="µs",
        limit=timed(work.check), peer_name=_NAME, target=30, note=note,
    )  # fmt: skip
    yield Comparison(
        id="P3b", title="verify one of an unknown form (templates off)",
        subject=timed(work.verify_plainly, 200), peer=peer.timed("verify", work, opened),
        unit="µs", limit=timed(work.check), peer_name=_NAME, target=3, note=note,
    )  # fmt: skip


class Work:
    """Many learners of one achievement, one key, and the calls that are timed."""

    def __init__(self) -> None:
        self.key = Key("EdDSA")
        self.documents = [learner(number, self.key.method) for number in range(LEARNERS)]
        self.signer = BatchSigner(self.key, _AT, self.key.options())
        self.sealed = list(self.signer.sign_all(self.documents))
        assert self.is_right(self.sealed[0])
        self.signature = self.key.sign(bytes(64))
        self._issuing, self._verifying = cycle(self.documents), cycle(self.sealed)
        from tessera.standards.rdfc import canonical_nquads

        self.lines = canonical_nquads(self.documents[0], shared()).count("\n")

    def is_right(self, raw: bytes) -> bool:
        found = DATA_INTEGRITY.check(DATA_INTEGRITY.open(raw), key_of)
        return [one.outcome for one in found] == [Outcome.PASSED]

    def issue(self) -> bytes:
        return self.signer.sign(next(self._issuing))

    def verify(self) -> bool:
        return self.is_right(next(self._verifying))

    def verify_plainly(self) -> bool:
        with switched_off():
            return self.verify()

    def sign(self) -> bytes:
        return self.key.sign(self.signature)

    def check(self) -> None:
        self.key.public.verify(self.signature, bytes(64))


class Peer:
    """@digitalbazaar/vc, installed by npm into build/bench."""

    def __init__(self) -> None:
        self._home = ROOT / "build" / "bench" / "node-vc"
        self._home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / "tests" / "interop" / "node_vc" / name, self._home / name)
        shutil.copy(Path(__file__).with_suffix(".mjs"), self._home)
        if not (self._home / "node_modules" / "@digitalbazaar" / "vc").is_dir():
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=self._home, check=True, capture_output=True, timeout=600)

    def ask(self, act: str, work: Work, credentials: list[Any]) -> dict[str, Any]:
        private = work.key._private.private_bytes_raw()
        jwk = {"kty": "OKP", "crv": "Ed25519", "d": to_base64url(private),
               "x": to_base64url(work.key.public.public_bytes_raw())}  # fmt: skip
        order = {"act": act, "contexts": {url: shared().document(url) for url in (V2, OB)},
                 "credentials": credentials[:PEER_CALLS], "jwk": jwk, "method": work.key.method,
                 "calls": PEER_CALLS}  # fmt: skip
        path = self._home / "order.json"
        path.write_text(json.dumps(order), encoding="utf-8")
        command = ["node", "dataintegrity.mjs", str(path)]
        done = subprocess.run(command, cwd=self._home, check=True, capture_output=True, text=True)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def timed(self, act: str, work: Work, credentials: list[Any]) -> Callable[[], float]:
        return lambda: float(self.ask(act, work, credentials)["seconds"]) * 1e6


def timed(call: Callable[[], object], calls: int = CALLS) -> Callable[[], float]:
    """Time our calls as the peer times its own: the mean of many after a warm-up."""

    def measured() -> float:
        for _ in range(100):
            call()
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begin) / calls * 1e6

    return measured


@contextmanager
def switched_off() -> Iterator[None]:
    """Do without templates."""
    FAST_PATHS.enabled = False
    try:
        yield
    finally:
        FAST_PATHS.enabled = True


def learner(number: int, method: str) -> dict[str, Any]:
    """Return the badge of one learner; what a batch has in common is the same."""
    made = badge(id=f"urn:uuid:8a1f3c1e-0000-4000-8000-{number:012d}")
    subject = made["credentialSubject"]
    subject["id"] = f"did:web:learners.example.org:{number}"
    hashed = hashlib.sha256(f"{number}@example.org".encode()).hexdigest()
    subject["identifier"][0] |= {"identityHash": f"sha256${hashed}", "salt": f"s{number}"}
    subject["result"][0]["value"] = str(number % 11)
    achievement = subject["achievement"]
    achievement["criteria"]["narrative"] = "Explains the cycles of matter in soil. " * 12
    achievement["resultDescription"][0]["allowedValue"] = [str(grade) for grade in range(11)]
    achievement["alignment"] = [
        {"type": ["Alignment"], "targetName": name, "targetUrl": f"http://data.europa.eu/{name}",
         "targetFramework": "EQF, ISCED-F or ESCO", "targetCode": str(place),
         "targetDescription": "What the learner is able to do afterwards, in a sentence or two."}
        for place, name in enumerate(("eqf/6", "isced-f/0511", "esco/skill/1", "esco/skill/2",
                                      "esco/skill/3"))
    ]  # fmt: skip
    made["issuer"] |= {"id": method.partition("#")[0], "url": "https://university.example.org/"}
    return made
