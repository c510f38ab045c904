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
from typing import TYPE_CHECKING, Any, Protocol

from tessera.errors import TesseraError
from tessera.seals.certificates import describe, parse
from tessera.seals.x509_faults import x509_faults
from tessera.trust.revocation import RevocationData, decisive, issuers

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_CRL_BYTES, MAX_OCSP_BYTES, MAX_CERTIFICATE_BYTES = 33_554_432, 131_072, 65_536
MAX_DEPTH = 8


class RevocationError(TesseraError):
    """Revocation data that a level needs could not be had."""

    code = "revocation"
    exit_code = 65


class Asker(Protocol):
    """Gets and posts within limits; `tessera.trust.fetch.GuardedFetcher` is one."""

    def get(self, url: str, *, max_bytes: int) -> bytes: ...

    def post(self, url: str, body: bytes, *, media_type: str, max_bytes: int) -> bytes: ...


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
        for url in _addresses(parse(certificate), "ca_issuers"):
            fetched = self._get(url, MAX_CERTIFICATE_BYTES)
            brought = RevocationData(certificates=(fetched,))
            if next(issuers(certificate, brought), None) is not None:
                return fetched
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
        for url in _addresses(subject, "ocsp"):
            try:
                answer = self.asker.post(
                    url,
                    _question(subject, issuer),
                    media_type="application/ocsp-request",
                    max_bytes=MAX_OCSP_BYTES,
                )
                yield RevocationData(ocsp_responses=(answer,), certificates=_inside(answer))
            except TesseraError as error:
                reasons.append(str(error))
        for url in _addresses(subject, "crl"):
            try:
                yield RevocationData(crls=(self._get(url, MAX_CRL_BYTES),))
            except TesseraError as error:
                reasons.append(str(error))

    def _get(self, url: str, max_bytes: int) -> bytes:
        if url not in self._fetched:
            self._fetched[url] = self.asker.get(url, max_bytes=max_bytes)
        return self._fetched[url]


def _question(subject: Certificate, issuer: Certificate) -> bytes:
    """Return an OCSP request. SHA-1 only names the issuer here, as responders expect it."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    builder = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, SHA1())
    return builder.build().public_bytes(Encoding.DER)


def _inside(answer: bytes) -> tuple[bytes, ...]:
    """Return the certificates in an OCSP response, so that they are kept in `xVals` too."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(answer)
        return tuple(one.public_bytes(Encoding.DER) for one in response.certificates)
    except x509_faults():
        return ()


def _addresses(certificate: Certificate, kind: str) -> Iterator[str]:
    """Yield the web addresses a certificate names: of its issuer, its responder or its CRL."""
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    try:
        if kind == "crl":
            points: Any = certificate.extensions.get_extension_for_class(
                x509.CRLDistributionPoints
            ).value
            names = [name for point in points for name in point.full_name or ()]
        else:
            methods = {"ocsp": AuthorityInformationAccessOID.OCSP,
                       "ca_issuers": AuthorityInformationAccessOID.CA_ISSUERS}  # fmt: skip
            access = certificate.extensions.get_extension_for_class(
                x509.AuthorityInformationAccess
            ).value
            names = [one.access_location for one in access if one.access_method == methods[kind]]
    except x509_faults():
        return
    for name in names:
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith("http"):
            yield name.value
