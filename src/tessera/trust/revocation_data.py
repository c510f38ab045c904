"""What is said about revocation: the raw data, verified statements, lost keys.

`revocation` reads the former into the latter; `revocation_ocsp` and `revocation_crl` do the
work for the two wire formats. Here stand the types, and who issued a certificate.

Source: RFC 5280 sections 5 and 6.3; RFC 6960; ETSI EN 319 102-1 clause 5.2.5 (freshness).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals import der
from tessera.seals.certificates import CertificateFacts, parse
from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_CERTIFICATES = 64
_GENERALIZED_TIME = 0x18


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationData:
    """CRLs and OCSP responses (DER) and certificates that may have signed them; unverified."""

    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()

    def __add__(self, other: RevocationData) -> RevocationData:
        return RevocationData(
            crls=_once(self.crls + other.crls),
            ocsp_responses=_once(self.ocsp_responses + other.ocsp_responses),
            certificates=_once(self.certificates + other.certificates),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One verified statement about one certificate; all moments are aware.

    issued_at: thisUpdate. renewed_by: nextUpdate, if stated. revoked_at: None when good;
    the invalidity date where that is earlier. source: "OCSP" or "CRL".
    """

    source: str
    issued_at: datetime
    renewed_by: datetime | None
    revoked_at: datetime | None = None
    reason: str | None = None

    def is_fresh(self, control: datetime) -> bool:
        """Say whether it speaks for this moment: issued later, or not yet due for renewal.

        Source: ETSI EN 319 102-1 clause 5.2.5 (without a limit of the policy the interval
        between thisUpdate and nextUpdate is what is accepted).
        """
        if self.issued_at >= control:
            return True
        return self.renewed_by is not None and control <= self.renewed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Compromise:
    """Certificates whose keys got lost: SHA-256 (hexadecimal) of each, and since when."""

    since: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, facts: CertificateFacts) -> datetime | None:
        """Return since when the key of this certificate counts as lost."""
        return self.since.get(facts.sha256)


def issuers(certificate: bytes, data: RevocationData) -> Iterator[bytes]:
    """Yield the certificates that issued this one, by name and by signature."""
    for candidate in islice(data.certificates, MAX_CERTIFICATES):
        try:
            if is_issued(parse(certificate), parse(candidate)):
                yield candidate
        except UnreadableError:
            continue


def is_issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Say whether the issuer signed the certificate; False for what cannot be verified."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except x509_faults(UnreadableError):
        return False
    return True


def extension_of(extensions: Any, oid: str) -> Any:
    """Return the extension with this object identifier, or None."""
    return next((one for one in extensions if one.oid.dotted_string == oid), None)


def moment_of(value: bytes) -> datetime:
    """Read a DER GeneralizedTime (RFC 5280 section 4.1.2.5.2). Raises: ValueError."""
    text = der.only(value, _GENERALIZED_TIME).decode("ascii")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _once(values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(values))
