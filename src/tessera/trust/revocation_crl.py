"""Read what a CRL says about a certificate, after it is verified.

It counts when the issuer of the certificate signed it and it lists certificates of this kind.
What is said after the certificate expired counts only if the list still keeps expired ones.

Source: RFC 5280 sections 5 and 6.3; X.509 clause 8.5.2.12 (expiredCertsOnCRL).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.x509_faults import x509_faults
from tessera.trust.revocation_data import Statement, extension_of, moment_of

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList

_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


def from_crl(
    raw: bytes, subject: Certificate, issuer: Certificate, facts: CertificateFacts
) -> Iterator[Statement]:
    """Yield the statement in a CRL (DER) about the subject, if there is one. Never raises.

    facts: what the subject says.
    """
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


def left_out(
    raw: bytes, subject: Certificate, issuer: Certificate, facts: CertificateFacts
) -> str | None:
    """Name the kind of a CRL that is about the subject and of a kind that is not used here.

    A delta CRL tells only what is new, an indirect one is of somebody else, one by reasons
    tells half. Its signature is not looked at, for nothing follows from it but the word.
    Source: RFC 5280 sections 5.2.4 and 5.2.5.
    """
    try:
        crl = _load_crl(raw)
        if crl.issuer != issuer.subject and not _is_named(crl, subject):
            return None
        return next(_kinds(crl), None) if _fits(crl, facts) else None
    except x509_faults(UnreadableError):
        return None


def _kinds(crl: CertificateRevocationList) -> Iterator[str]:
    """Yield the kinds of a CRL that is not a plain, complete one."""
    from cryptography import x509

    for extension in crl.extensions:
        place = extension.value
        if isinstance(place, x509.DeltaCRLIndicator):
            yield "a delta CRL"
        elif isinstance(place, x509.IssuingDistributionPoint):
            if place.indirect_crl:
                yield "an indirect CRL"
            if place.only_some_reasons:
                yield "a CRL for some reasons only"


def _is_named(crl: CertificateRevocationList, subject: Certificate) -> bool:
    """Say whether the certificate names who issues the CRL in place of its own issuer."""
    from cryptography import x509

    points = subject.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return any(
        isinstance(name, x509.DirectoryName) and name.value == crl.issuer
        for point in points
        for name in point.crl_issuer or ()
    )


def _may_sign_crls(issuer: Certificate) -> bool:
    from cryptography.hazmat.primitives.serialization import Encoding

    usage = describe(issuer.public_bytes(Encoding.DER)).key_usage
    return usage is None or "crl_sign" in usage


def _is_for(crl: CertificateRevocationList, facts: CertificateFacts) -> bool:
    """Refuse delta, indirect and partial lists, and critical extensions we do not know."""
    from cryptography.x509.oid import ExtensionOID

    known = {
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
    }
    if any(one.critical and one.oid not in known for one in crl.extensions):
        return False
    return next(_kinds(crl), None) is None and _fits(crl, facts)


def _fits(crl: CertificateRevocationList, facts: CertificateFacts) -> bool:
    """Say whether the list is about certificates of this kind."""
    from cryptography import x509

    for extension in crl.extensions:
        place = extension.value
        if isinstance(place, x509.IssuingDistributionPoint) and (
            place.only_contains_attribute_certs
            or (place.only_contains_ca_certs and not facts.is_authority)
            or (place.only_contains_user_certs and facts.is_authority)
        ):
            return False
    return True


def _still_lists(crl: CertificateRevocationList, subject: Certificate) -> bool:
    """Say whether the list still names the certificate if it is revoked."""
    if crl.last_update_utc <= subject.not_valid_after_utc:
        return True
    kept = extension_of(crl.extensions, _EXPIRED_CERTS_ON_CRL)
    if kept is None:
        return False
    return moment_of(kept.value.value) <= subject.not_valid_after_utc


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
