"""P5: issue and verify an SD-JWT VC with five disclosures.

The credential is the EU learning credential of the complete award: what a wallet holds.
Five claims at the top can be withheld; ES256, no certificate, key at hand. All three do the
same: issuing hashes five disclosures and signs; verifying checks the signature and places
every disclosure. We also refuse what RFC 9901 section 7.1 refuses, which the peers do not
wholly. @sd-jwt times itself inside its own process (Node), after 200 calls of warm-up.
Source: PERFORMANCE P5.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from tests.cases.sdjwt import Key, tagged
from tests.complete import complete_award
from tests.interop.sdjwt_peers import AT_SECONDS, NotHereError, SdJwtJs, SdJwtPython

from bench.compare import Comparison
from tessera.formats.sdjwtvc import FORMAT
from tessera.report import Outcome
from tessera.seals.sdjwt import SDJWT, Issuer, SdJwtOptions

IDS = ("P5a", "P5b", "P5c", "P5d")
POINTERS = ("/family_name", "/given_name", "/learner_identification", "/assessment_grade",
            "/expected_study_time")  # fmt: skip
CALLS = 2_000
_NOTE = "One ES256 signature, five disclosures, {size:.1f} kB as issued."


def cases() -> Iterable[Comparison]:
    """Return the comparisons; those with @sd-jwt only where npm can install it."""
    work = Work()
    yield from work.with_python()
    peer = SdJwtJs()
    try:
        peer.install()
    except NotHereError as error:
        print(f"P5b, P5d: {peer.name} {peer.version}: {error}", file=sys.stderr)
        return
    yield from work.with_js(peer)


class Work:
    """The credential, one key, and the calls that are timed."""

    def __init__(self) -> None:
        from datetime import UTC, datetime

        self.key = Key()
        self.claims = FORMAT.encode(complete_award()) | {"iat": AT_SECONDS - 86_400}
        self.document = json.dumps(self.claims).encode()
        at = datetime.fromtimestamp(AT_SECONDS, UTC)
        self.issuer = Issuer(self.key, at, SdJwtOptions(disclosable=POINTERS))
        self.raw = self.issuer.seal(self.document)
        self.note = _NOTE.format(size=len(self.raw) / 1000)
        found = self.verify()
        assert {one.outcome for one in found} == {Outcome.PASSED}, found
        assert SDJWT.open(self.raw).document == self.claims

    def issue(self) -> bytes:
        return self.issuer.seal(self.document)

    def verify(self) -> tuple[Any, ...]:
        key = self.key.public
        return SDJWT.check(SDJWT.open(self.raw), lambda _: key)

    def with_python(self) -> Iterable[Comparison]:
        peer = SdJwtPython()
        name = f"{peer.name} {peer.version}"
        token = self.raw.decode()
        assert peer.verify(token, self.key, None) == self.claims

        def issue() -> str:
            from sd_jwt.issuer import SDJWTIssuer

            claims = tagged_once()
            return str(SDJWTIssuer(claims, self.key.jwk).sd_jwt_issuance)

        @cache
        def tagged_once() -> Any:
            return tagged(self.claims, POINTERS)

        def verify() -> object:
            return peer.verify(token, self.key, None)

        yield self.compared("P5a", "issue", self.issue, issue, name)
        yield self.compared("P5c", "verify", self.verify, verify, name)

    def with_js(self, peer: SdJwtJs) -> Iterable[Comparison]:
        name = f"{peer.name} {peer.version} (Node)"
        issuing = peer.issuing(self.claims, POINTERS, self.key) | {"calls": CALLS}
        verifying = peer.verifying(self.raw.decode(), self.key, None) | {"calls": CALLS}
        assert peer.verify(self.raw.decode(), self.key, None) == self.claims

        def timed(order: dict[str, Any], act: str) -> Callable[[], float]:
            return lambda: float(peer.ask(order | {"act": act})[0]["seconds"]) * 1e6

        for id, title, ours, theirs in (
            ("P5b", "issue", self.issue, timed(issuing, "time-issue")),
            ("P5d", "verify", self.verify, timed(verifying, "time-verify")),
        ):
            yield self.compared(id, title, _microseconds(ours), theirs, name, unit="µs")

    def compared(
        self,
        id: str,
        what: str,
        subject: Callable[[], object],
        peer: Callable[[], object],
        name: str,
        **more: Any,
    ) -> Comparison:
        return Comparison(
            id=id, title=f"{what} an SD-JWT VC with five disclosures", subject=subject, peer=peer,
            peer_name=name, target=1.5, note=self.note, **more,
        )  # fmt: skip


def _microseconds(call: Callable[[], object]) -> Callable[[], float]:
    """Time our calls as the peer on Node times its own: in the mean of many."""

    def timed() -> float:
        call()
        begin = time.perf_counter()
        for _ in range(CALLS):
            call()
        return (time.perf_counter() - begin) / CALLS * 1e6

    return timed
