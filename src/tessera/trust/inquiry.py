"""Ask the network while verifying: about revocation, and for certificates that are missing.

Only what a verdict lacks is asked for, at the addresses that certificates name, through the
guarded client. Every question and its end is told (`Fetched`), so that a report can name it.
One inquiry serves one file (`for_next_file`); what was fetched serves all files of a run.

1. `revocation`: the OCSP responders of a certificate, then its CRLs, until an answer counts.
2. `issuers_of`: the certificates above one, where it says they are published.

Source: RFC 5280 sections 4.2.1.13 and 4.2.2.1; RFC 6960; ETSI EN 319 102-1 clauses 5.2.5
and 5.2.6 (revocation data may come from outside the signature).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from tessera.errors import TesseraError, UnreadableError
from tessera.seals.certificates import describe, parse
from tessera.trust.revocation import RevocationData, decisive, issuers
from tessera.trust.revocation_ask import (
    MAX_CERTIFICATES_BYTES,
    MAX_CRL_BYTES,
    MAX_OCSP_BYTES,
    OCSP_MEDIA_TYPE,
    Asker,
    addresses,
    certificates_in,
    published_certificates,
    question,
)

MAX_QUESTIONS, MAX_DEPTH = 32, 4
Clock = Callable[[], datetime]
_Content = bytes | TesseraError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One question to the network and how it ended.

    kind: "OCSP", "CRL" or "certificate". at: when it was asked (aware). sha256: of the
    answer, None when there was none. problem: why it was of no use, else None.
    """

    url: str
    kind: str
    at: datetime
    sha256: str | None = None
    problem: str | None = None

    def to_json(self) -> dict[str, str]:
        shape = {"url": self.url, "kind": self.kind, "at": self.at.isoformat()}
        if self.sha256 is not None:
            shape["sha256"] = self.sha256
        if self.problem is not None:
            shape["problem"] = self.problem
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking: data, still unverified, and every question."""

    data: RevocationData = field(default_factory=RevocationData)
    asked: tuple[Fetched, ...] = ()


@dataclass(slots=True)
class Inquiry:
    """Asks and remembers. clock: the moment of now, for the record of what was fetched."""

    asker: Asker
    clock: Clock
    questions_left: int = MAX_QUESTIONS
    _memory: dict[tuple[str, bytes], tuple[datetime, _Content]] = field(default_factory=dict)

    def for_next_file(self) -> Inquiry:
        """Return an inquiry with all its questions left, and the same memory."""
        return replace(self, questions_left=MAX_QUESTIONS)

    def revocation(
        self, certificate: bytes, issuer: bytes, control: datetime, pool: Sequence[bytes] = ()
    ) -> Answer:
        """Ask until an answer says "revoked", or "good" for the moment `control`.

        pool: certificates that may have signed an answer. An empty answer without questions
        means that the certificate names no address. Never raises.
        """
        # 1
        found = RevocationData(certificates=tuple(pool))
        asked: list[Fetched] = []
        for one, data in self._answers(certificate, issuer):
            found += data
            if data != RevocationData():
                said = decisive(certificate, issuer, found)
                if said is not None and (said.revoked_at is not None or said.is_fresh(control)):
                    return Answer(data=found, asked=(*asked, one))
                one = replace(one, problem=_unusable(said is not None))
            asked.append(one)
        return Answer(data=found, asked=tuple(asked))

    def issuers_of(self, certificate: bytes, pool: Sequence[bytes]) -> Answer:
        """Fetch the certificates above this one that are not in the pool. Never raises."""
        # 2
        found = RevocationData(certificates=tuple(pool))
        asked: list[Fetched] = []
        brought: tuple[bytes, ...] = ()
        for _ in range(MAX_DEPTH):
            above = next((one for one in issuers(certificate, found) if one != certificate), None)
            if above is None:
                if _is_top(certificate):
                    break
                above = next(self._fetch_issuer(certificate, asked), None)
                if above is None:
                    break
                brought, found = (*brought, above), found + RevocationData(certificates=(above,))
            certificate = above
        return Answer(data=RevocationData(certificates=brought), asked=tuple(asked))

    def _fetch_issuer(self, certificate: bytes, asked: list[Fetched]) -> Iterator[bytes]:
        for url in addresses(parse(certificate), "ca_issuers"):
            one, content = self._get(url, "certificate", MAX_CERTIFICATES_BYTES)
            if content is not None:
                published = RevocationData(certificates=published_certificates(content))
                above = next(issuers(certificate, published), None)
                if above is not None:
                    asked.append(one)
                    yield above
                    return
                one = replace(one, problem="it does not hold the certificate of the issuer")
            asked.append(one)

    def _answers(
        self, certificate: bytes, issuer: bytes
    ) -> Iterator[tuple[Fetched, RevocationData]]:
        try:
            subject, above = parse(certificate), parse(issuer)
        except UnreadableError:
            return
        for url in addresses(subject, "ocsp"):
            one, content = self._get(url, "OCSP", MAX_OCSP_BYTES, question(subject, above))
            inside = () if content is None else certificates_in(content)
            yield (
                one,
                RevocationData(
                    ocsp_responses=() if content is None else (content,), certificates=inside
                ),
            )
        for url in addresses(subject, "crl"):
            one, content = self._get(url, "CRL", MAX_CRL_BYTES)
            yield one, RevocationData(crls=() if content is None else (content,))

    def _get(
        self, url: str, kind: str, max_bytes: int, body: bytes = b""
    ) -> tuple[Fetched, bytes | None]:
        """Ask once in a run, also when there is no answer."""
        known = self._memory.get((url, body))
        if known is None:
            at = self.clock()
            if self.questions_left <= 0:
                said = f"not asked: more than {MAX_QUESTIONS} questions about one file"
                return Fetched(url=url, kind=kind, at=at, problem=said), None
            self.questions_left -= 1
            known = self._memory[url, body] = (at, self._ask(url, body, max_bytes))
        at, content = known
        if isinstance(content, TesseraError):
            return Fetched(url=url, kind=kind, at=at, problem=str(content)), None
        digest = hashlib.sha256(content).hexdigest()
        return Fetched(url=url, kind=kind, at=at, sha256=digest), content

    def _ask(self, url: str, body: bytes, max_bytes: int) -> _Content:
        try:
            if body:
                return self.asker.post(url, body, media_type=OCSP_MEDIA_TYPE, max_bytes=max_bytes)
            return self.asker.get(url, max_bytes=max_bytes)
        except TesseraError as error:
            return error


def worded(asked: Sequence[Fetched]) -> str:
    """Return what was of no use, for the end of a sentence."""
    failed = [f"{one.url}: {one.problem}".rstrip(".") for one in asked if one.problem]
    return "; ".join(islice(failed, 4))


def _unusable(is_verified: bool) -> str:
    if is_verified:
        return "what it says is too old"
    return "it says nothing about this certificate, or its signature does not hold"


def _is_top(certificate: bytes) -> bool:
    try:
        facts = describe(certificate)
    except UnreadableError:
        return True
    return facts.subject == facts.issuer
