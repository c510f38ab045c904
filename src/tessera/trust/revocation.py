"""Was a certificate revoked? What CRLs and OCSP responses say, after they are verified.

1. An OCSP response counts when it names the certificate, and the issuer or a responder
   that it or an authority above it appointed signed it (some services do the latter).
2. A CRL counts when the issuer of the certificate signed it and it lists certificates of
   this kind. 3. A statement made after the certificate expired counts only if it says that
   it still keeps expired ones. 4. A revocation decides for good; else the newest statement.
Everything else is left out without a word.

Source: RFC 6960 sections 3.2 and 4.2.2.2; RFC 5280 sections 5 and 6.3;
ETSI EN 319 102-1 clauses 5.2.5 (freshness) and 5.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals import der
from tessera.seals.certificates import CertificateFacts, describe, parse
from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList
    from cryptography.x509.ocsp import OCSPResponse, OCSPSingleResponse

MAX_STATEMENTS, MAX_DEPTH, MAX_ISSUERS, MAX_RESPONDERS = 16, 3, 2, 4
MAX_CERTIFICATES = 64
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_HOLD, _GENERALIZED_TIME = "certificateHold", 0x18


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


def statements(certificate: bytes, issuer: bytes, data: RevocationData) -> tuple[Statement, ...]:
    """Return every verified statement about a certificate (DER), the newest first.

    issuer: DER of the one that issued it; the caller has verified that. Never raises for
    hostile data.
    """
    return _statements(certificate, issuer, data)


@lru_cache(maxsize=512)  # the seals of a batch share their certificates
def _statements(certificate: bytes, issuer: bytes, data: RevocationData) -> tuple[Statement, ...]:
    try:
        subject, above, facts = parse(certificate), parse(issuer), describe(certificate)
    except UnreadableError:
        return ()
    found: list[Statement] = []
    for raw in islice(data.ocsp_responses, MAX_STATEMENTS):
        found.extend(_from_ocsp(raw, subject, above, data.certificates))
    for raw in islice(data.crls, MAX_STATEMENTS):
        found.extend(_from_crl(raw, subject, above, facts))
    return tuple(sorted(found, key=lambda one: one.issued_at, reverse=True))


def decisive(certificate: bytes, issuer: bytes, data: RevocationData) -> Statement | None:
    """Return the verified statement about a certificate that decides, or None.

    Who was revoked stays revoked, whatever is said later; of several the earliest date
    counts. Only a hold can be lifted: there, and among good ones, the newest decides.
    """
    found = statements(certificate, issuer, data)
    final = [one for one in found if one.revoked_at is not None and one.reason != _HOLD]
    if final:
        return min(final, key=lambda one: one.revoked_at or one.issued_at)
    return next(iter(found), None)


def is_covered(certificate: bytes, data: RevocationData) -> bool:
    """Say whether verified revocation data about a certificate (DER) are there."""
    above = islice(issuers(certificate, data), MAX_ISSUERS)
    return any(statements(certificate, issuer, data) for issuer in above)


def issuers(certificate: bytes, data: RevocationData) -> Iterator[bytes]:
    """Yield the certificates that issued this one, by name and by signature."""
    for candidate in islice(data.certificates, MAX_CERTIFICATES):
        try:
            if _issued(parse(certificate), parse(candidate)):
                yield candidate
        except UnreadableError:
            continue


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except x509_faults(UnreadableError):
        return False
    return True


def _once(values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(values))


# OCSP -------------------------------------------------------------------------


def _from_ocsp(
    raw: bytes, subject: Certificate, issuer: Certificate, pool: tuple[bytes, ...]
) -> Iterator[Statement]:
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(raw)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return
        if not _is_signed_for(response, issuer, pool):
            return
        for one in islice(response.responses, MAX_STATEMENTS):
            if _names(one, subject, issuer) and _keeps(response, one, subject):
                yield from _ocsp_statement(one)
    except x509_faults(UnreadableError):
        return


def _names(one: OCSPSingleResponse, subject: Certificate, issuer: Certificate) -> bool:
    """Compare the CertID with the certificate (RFC 6960 section 4.1.1)."""
    from cryptography.hazmat.primitives import hashes

    if one.serial_number != subject.serial_number:
        return False
    digests = []
    for content in (issuer.subject.public_bytes(), _key_bits(issuer)):
        digest = hashes.Hash(one.hash_algorithm)
        digest.update(content)
        digests.append(digest.finalize())
    return digests == [one.issuer_name_hash, one.issuer_key_hash]


def _key_bits(certificate: Certificate) -> bytes:
    """Return the content of the subjectPublicKey bit string, without its count of unused bits."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = certificate.public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    parts = dict(der.elements(der.only(info, der.SEQUENCE)))
    return parts[der.BITS][1:]


def _ocsp_statement(one: OCSPSingleResponse) -> Iterator[Statement]:
    from cryptography.x509.ocsp import OCSPCertStatus

    if one.certificate_status is OCSPCertStatus.UNKNOWN:
        return
    reason = one.revocation_reason
    yield Statement(
        source="OCSP",
        issued_at=one.this_update_utc,
        renewed_by=one.next_update_utc,
        revoked_at=one.revocation_time_utc
        if one.certificate_status is OCSPCertStatus.REVOKED
        else None,
        reason=None if reason is None else reason.value,
    )


def _keeps(response: OCSPResponse, one: OCSPSingleResponse, subject: Certificate) -> bool:
    """Say whether the responder still answered for the certificate (RFC 6960 section 4.4.4)."""
    if one.this_update_utc <= subject.not_valid_after_utc:
        return True
    cutoff = _extension(response.single_extensions, "1.3.6.1.5.5.7.48.1.6")
    if cutoff is None:
        return False
    return _moment(cutoff.value.value) <= subject.not_valid_after_utc


def _is_signed_for(response: OCSPResponse, issuer: Certificate, pool: tuple[bytes, ...]) -> bool:
    """Check the signature, by the issuer or by a responder appointed by it or from above it."""
    if _verifies(issuer, response):
        return True
    listed = islice(_candidates(response, pool), MAX_CERTIFICATES)
    able = (one for one in listed if _may_answer(one, response))
    signer = next((one for one in islice(able, MAX_RESPONDERS) if _verifies(one, response)), None)
    if signer is None:
        return False
    return _issued(signer, issuer) or any(_issued(signer, one) for one in _above(issuer, pool))


def _above(issuer: Certificate, pool: tuple[bytes, ...]) -> Iterator[Certificate]:
    """Yield the authorities above an issuer, as far as the pool holds them."""
    from cryptography.hazmat.primitives.serialization import Encoding

    for _ in range(MAX_DEPTH):
        data = RevocationData(certificates=pool)
        own = issuer.public_bytes(Encoding.DER)
        above = [one for one in issuers(own, data) if one != own]
        if not above:
            return
        issuer = parse(above[0])
        yield issuer


def _candidates(response: OCSPResponse, pool: tuple[bytes, ...]) -> Iterator[Certificate]:
    yield from response.certificates
    for raw in pool:
        try:
            yield parse(raw)
        except UnreadableError:
            continue


def _may_answer(candidate: Certificate, response: OCSPResponse) -> bool:
    """A responder has a certificate for OCSP signing that was valid when it answered."""
    from cryptography.hazmat.primitives.serialization import Encoding

    purposes = describe(candidate.public_bytes(Encoding.DER)).purposes
    produced = response.produced_at_utc
    return (
        purposes is not None
        and OCSP_SIGNING in purposes
        and candidate.not_valid_before_utc <= produced <= candidate.not_valid_after_utc
    )


def _verifies(signer: Certificate, response: OCSPResponse) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    try:
        key, algorithm = signer.public_key(), response.signature_hash_algorithm
        if algorithm is None:
            return False
        if isinstance(key, rsa.RSAPublicKey):
            arguments: tuple[Any, ...] = (padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            arguments = (ec.ECDSA(algorithm),)
        else:
            return False
        key.verify(response.signature, response.tbs_response_bytes, *arguments)
    except x509_faults(UnreadableError):
        return False
    return True


# CRL --------------------------------------------------------------------------


def _from_crl(
    raw: bytes, subject: Certificate, issuer: Certificate, facts: CertificateFacts
) -> Iterator[Statement]:
    try:
        crl = _load_crl(raw)
        if crl.issuer != issuer.subject or not _may_sign_crls(issuer):
            return
        if not _is_for(crl, facts) or not _still_lists(crl, subject):
            return
        if not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            return
        entry = crl.get_revoked_certificate_by_serial_number(subject.serial_number)
        revoked_at, reason = (None, None) if entry is None else _entry(entry)
        yield Statement(
            source="CRL",
            issued_at=crl.last_update_utc,
            renewed_by=crl.next_update_utc,
            revoked_at=revoked_at,
            reason=reason,
        )
    except x509_faults(UnreadableError):
        return


@lru_cache(maxsize=32)
def _load_crl(raw: bytes) -> CertificateRevocationList:
    from cryptography.x509 import load_der_x509_crl

    return load_der_x509_crl(raw)


def _may_sign_crls(issuer: Certificate) -> bool:
    from cryptography.hazmat.primitives.serialization import Encoding

    usage = describe(issuer.public_bytes(Encoding.DER)).key_usage
    return usage is None or "crl_sign" in usage


def _is_for(crl: CertificateRevocationList, facts: CertificateFacts) -> bool:
    """Refuse delta, indirect and partial lists, and critical extensions we do not know."""
    from cryptography import x509
    from cryptography.x509.oid import ExtensionOID

    known = {
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
    }
    for extension in crl.extensions:
        if extension.oid == ExtensionOID.DELTA_CRL_INDICATOR:
            return False
        if extension.critical and extension.oid not in known:
            return False
        place = extension.value
        if isinstance(place, x509.IssuingDistributionPoint) and (
            place.indirect_crl
            or place.only_some_reasons
            or place.only_contains_attribute_certs
            or (place.only_contains_ca_certs and not facts.is_authority)
            or (place.only_contains_user_certs and facts.is_authority)
        ):
            return False
    return True


def _still_lists(crl: CertificateRevocationList, subject: Certificate) -> bool:
    """Say whether the list still names the certificate if it is revoked (X.509 8.5.2.12)."""
    if crl.last_update_utc <= subject.not_valid_after_utc:
        return True
    kept = _extension(crl.extensions, "2.5.29.60")
    if kept is None:
        return False
    return _moment(kept.value.value) <= subject.not_valid_after_utc


def _entry(entry: Any) -> tuple[datetime, str | None]:
    """Return since when, by date of revocation or of invalidity, and why."""
    from cryptography import x509

    revoked_at: datetime = entry.revocation_date_utc
    reason = None
    for extension in entry.extensions:
        if isinstance(extension.value, x509.InvalidityDate):
            revoked_at = min(revoked_at, extension.value.invalidity_date_utc)
        elif isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason.value
    return revoked_at, reason


def _extension(extensions: Any, oid: str) -> Any:
    return next((one for one in extensions if one.oid.dotted_string == oid), None)


def _moment(value: bytes) -> datetime:
    """Read a DER GeneralizedTime (RFC 5280 section 4.1.2.5.2). Raises: ValueError."""
    text = der.only(value, _GENERALIZED_TIME).decode("ascii")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
