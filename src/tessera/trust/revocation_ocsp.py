"""Read what an OCSP response says about a certificate, after it is verified.

It counts when it names the certificate, and the issuer or a responder that it or an
authority above it appointed signed it (some services do the latter). What is said after the
certificate expired counts only if the responder still keeps expired ones.

Source: RFC 6960 sections 3.2, 4.1.1, 4.2.2.2 and 4.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals import der
from tessera.seals.certificates import describe, parse
from tessera.seals.x509_faults import x509_faults
from tessera.trust.revocation_data import (
    MAX_CERTIFICATES,
    RevocationData,
    Statement,
    extension_of,
    is_issued,
    issuers,
    moment_of,
)

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from cryptography.x509.ocsp import OCSPResponse, OCSPSingleResponse

MAX_ANSWERS, MAX_DEPTH, MAX_RESPONDERS = 16, 3, 4
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"


def from_ocsp(
    raw: bytes, subject: Certificate, issuer: Certificate, pool: tuple[bytes, ...]
) -> Iterator[Statement]:
    """Yield the statements in a response (DER) about the subject. Never raises.

    pool: certificates (DER) among which the responder and those above the issuer may be.
    """
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(raw)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return
        if not _is_signed_for(response, issuer, pool):
            return
        for one in islice(response.responses, MAX_ANSWERS):
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
    cutoff = extension_of(response.single_extensions, _ARCHIVE_CUTOFF)
    if cutoff is None:
        return False
    return moment_of(cutoff.value.value) <= subject.not_valid_after_utc


def _is_signed_for(response: OCSPResponse, issuer: Certificate, pool: tuple[bytes, ...]) -> bool:
    """Check the signature, by the issuer or by a responder appointed by it or from above it."""
    if _verifies(issuer, response):
        return True
    listed = islice(_candidates(response, pool), MAX_CERTIFICATES)
    able = (one for one in listed if _may_answer(one, response))
    signer = next((one for one in islice(able, MAX_RESPONDERS) if _verifies(one, response)), None)
    if signer is None:
        return False
    return is_issued(signer, issuer) or any(is_issued(signer, one) for one in _above(issuer, pool))


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
