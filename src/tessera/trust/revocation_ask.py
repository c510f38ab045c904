"""Where a certificate says that more about it is published, and how one asks there.

Source: RFC 5280 sections 4.2.1.13 (CRL), 4.2.2.1 (issuer and OCSP responder); RFC 6960
appendix A.1 (OCSP over HTTP).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_CRL_BYTES, MAX_OCSP_BYTES, MAX_CERTIFICATES_BYTES = 33_554_432, 131_072, 262_144
MAX_ADDRESSES = 3
OCSP_MEDIA_TYPE = "application/ocsp-request"


class Asker(Protocol):
    """Gets and posts within limits; `tessera.trust.fetch.GuardedFetcher` is one."""

    def get(self, url: str, *, max_bytes: int) -> bytes: ...

    def post(self, url: str, body: bytes, *, media_type: str, max_bytes: int) -> bytes: ...


def addresses(certificate: Certificate, kind: str) -> Iterator[str]:
    """Yield the first web addresses a certificate names. kind: "ocsp", "crl" or "ca_issuers"."""
    from cryptography import x509

    try:
        named = list(islice(_named(certificate, kind), MAX_ADDRESSES))
    except x509_faults():
        return
    for name in named:
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith("http"):
            yield name.value


def _named(certificate: Certificate, kind: str) -> Iterator[Any]:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    if kind == "crl":
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        for point in points:
            yield from point.full_name or ()
        return
    methods = {
        "ocsp": AuthorityInformationAccessOID.OCSP,
        "ca_issuers": AuthorityInformationAccessOID.CA_ISSUERS,
    }
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    yield from (one.access_location for one in access if one.access_method == methods[kind])


def question(subject: Certificate, issuer: Certificate) -> bytes:
    """Return an OCSP request. SHA-1 only names the issuer here, as responders expect it."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    builder = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, SHA1())
    return builder.build().public_bytes(Encoding.DER)


def certificates_in(answer: bytes) -> tuple[bytes, ...]:
    """Return the certificates (DER) in an OCSP response; none for what is no response."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(answer)
        return tuple(one.public_bytes(Encoding.DER) for one in response.certificates)
    except x509_faults():
        return ()


def published_certificates(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates at a caIssuers address: one in DER, or a certs-only CMS.

    Source: RFC 5280 section 4.2.2.1.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    from tessera.errors import UnreadableError
    from tessera.seals.certificates import parse

    try:
        return (parse(content).public_bytes(Encoding.DER),)
    except UnreadableError:
        pass
    try:
        found = pkcs7.load_der_pkcs7_certificates(content)
        return tuple(one.public_bytes(Encoding.DER) for one in found)
    except x509_faults():
        return ()
