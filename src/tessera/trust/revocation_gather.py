"""Gather what proves a certificate good: its issuers, OCSP responses, CRLs.

For each certificate below a self-signed one: 1 find its issuer, in the pool or at the
address it names, 2 ask the OCSP responder it names, 3 else fetch the CRL it names. Every
answer is verified before it is kept; what one fetch brought is used again in a batch.

Source: RFC 5280 sections 4.2.1.13 and 4.2.2.1; RFC 6960 appendix A.1; ETSI EN 319 102-1
clause 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tessera.errors import TesseraError
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

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Asker", "Gatherer", "RevocationError"]

MAX_DEPTH = 8


class RevocationError(TesseraError):
    """Revocation data that a level needs could not be had."""

    code = "revocation"
    exit_code = 65


@dataclass(slots=True)
class Gatherer:
    """Gathers and remembers; one for a batch. pool: certificates that are at hand."""

    asker: Asker
    pool: tuple[bytes, ...] = ()
    _known: dict[bytes, RevocationData] = field(default_factory=dict)
    _fetched: dict[str, bytes] = field(default_factory=dict)

    def about(self, certificate: bytes, beside: Sequence[bytes] = ()) -> RevocationData:
        """Return everything about a certificate and those above it.

        beside: certificates that came with it. Raises: RevocationError when a certificate
        names where its revocation is published and nothing usable is there, or is revoked.
        """
        if certificate not in self._known:
            self._known[certificate] = self._walk(certificate, (*beside, *self.pool))
        return self._known[certificate]

    def _walk(self, certificate: bytes, pool: tuple[bytes, ...]) -> RevocationData:
        found = RevocationData()
        for _ in range(MAX_DEPTH):
            facts = describe(certificate)
            found += RevocationData(certificates=(certificate,))
            if facts.subject == facts.issuer:
                return found
            issuer = self._issuer(certificate, pool)
            if issuer is None:
                return found
            found += self._revocation(certificate, issuer, pool)
            certificate = issuer
        return found

    def _issuer(self, certificate: bytes, pool: tuple[bytes, ...]) -> bytes | None:
        """Find the issuer in the pool, else where the certificate says it is."""
        above = next(issuers(certificate, RevocationData(certificates=pool)), None)
        if above is not None:
            return above
        for url in addresses(parse(certificate), "ca_issuers"):
            fetched = published_certificates(self._get(url, MAX_CERTIFICATES_BYTES))
            brought = RevocationData(certificates=fetched)
            if (above := next(issuers(certificate, brought), None)) is not None:
                return above
        return None

    def _revocation(
        self, certificate: bytes, issuer: bytes, pool: tuple[bytes, ...]
    ) -> RevocationData:
        """Return the first answer that is about the certificate."""
        subject, holder = parse(certificate), describe(certificate).holder
        reasons: list[str] = []
        asked = False
        for data in self._answers(subject, parse(issuer), reasons):
            asked = True
            statement = decisive(certificate, issuer, data + RevocationData(certificates=pool))
            if statement is None:
                reasons.append("an answer is not about it, or its signature does not hold")
            elif statement.revoked_at is not None:
                raise RevocationError(
                    f"The certificate of {holder} was revoked on {statement.revoked_at:%Y-%m-%d}. "
                    "A seal with it would not be accepted; use another key or authority."
                )
            else:
                return data
        if asked or reasons:
            raise RevocationError(
                f"Whether the certificate of {holder} is revoked could not be found out: "
                f"{'; '.join(reasons)}. Try again later, or seal with --level t."
            )
        return RevocationData()

    def _answers(
        self, subject: Certificate, issuer: Certificate, reasons: list[str]
    ) -> Iterator[RevocationData]:
        for url in addresses(subject, "ocsp"):
            try:
                answer = self.asker.post(
                    url,
                    question(subject, issuer),
                    media_type=OCSP_MEDIA_TYPE,
                    max_bytes=MAX_OCSP_BYTES,
                )
                yield RevocationData(ocsp_responses=(answer,), certificates=certificates_in(answer))
            except TesseraError as error:
                reasons.append(str(error))
        for url in addresses(subject, "crl"):
            try:
                yield RevocationData(crls=(self._get(url, MAX_CRL_BYTES),))
            except TesseraError as error:
                reasons.append(str(error))

    def _get(self, url: str, max_bytes: int) -> bytes:
        if url not in self._fetched:
            self._fetched[url] = self.asker.get(url, max_bytes=max_bytes)
        return self._fetched[url]
