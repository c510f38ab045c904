"""Certificates of a TEST authority with any validity, use and revocation addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tessera.seals.certificates import KEY_USAGES
from tessera.seals.keys import LocalKey, load_pkcs12

PASSWORD = b"levels"
TSA, OCSP = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """From when to when a certificate is valid."""

    begins: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    ends: datetime = datetime(2035, 1, 1, tzinfo=UTC)


@cache
def _key(algorithm: str, number: int) -> Any:
    """Keys are slow to make and say nothing here, so that they are used again."""
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(slots=True)
class Holder:
    """A certificate, its private key, and who issued it."""

    name: str
    key: Any
    certificate: x509.Certificate
    issuer: Holder | None = None

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain(self) -> list[x509.Certificate]:
        return [] if self.issuer is None else [self.issuer.certificate, *self.issuer.chain]

    def store(self) -> bytes:
        """A PKCS#12 file with key and chain."""
        return pkcs12.serialize_key_and_certificates(
            self.name.encode(), self.key, self.certificate, self.chain,
            BestAvailableEncryption(PASSWORD),
        )  # fmt: skip

    def local(self) -> LocalKey:
        return load_pkcs12(self.store(), PASSWORD)


@dataclass(slots=True)
class Tree:
    """Makes certificates; services: the address of the loopback server, if any.

    first: the number of the next certificate. names_issuers: whether certificates say where
    that of their issuer is published.
    """

    services: str = ""
    first: int = 0
    names_issuers: bool = False

    def root(self, name: str, life: Life = Life(), algorithm: str = "ES256") -> Holder:
        return self._make(name, None, life, algorithm, ca=True)

    def authority(self, name: str, issuer: Holder, life: Life = Life()) -> Holder:
        return self._make(name, issuer, life, "ES256", ca=True)

    def seal(self, issuer: Holder, life: Life = Life(), algorithm: str = "ES256") -> Holder:
        return self._make("TEST Awarding Body", issuer, life, algorithm)

    def tsa(self, issuer: Holder, life: Life = Life(), purposes: Any = (TSA,)) -> Holder:
        return self._make("TEST TSA", issuer, life, "RS256", purposes=purposes)

    def responder(self, issuer: Holder, life: Life = Life()) -> Holder:
        return self._make("TEST OCSP", issuer, life, "ES256", purposes=(OCSP,))

    def _make(
        self, name: str, issuer: Holder | None, life: Life, algorithm: str, *,
        ca: bool = False, purposes: Any = (),
    ) -> Holder:  # fmt: skip
        self.first += 1
        key = _key(algorithm, self.first)
        subject = x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "VATIE-TEST-0000000"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {self.first}"),
        ])  # fmt: skip
        above = issuer.certificate.subject if issuer else subject
        used = ("key_cert_sign", "crl_sign") if ca else ("digital_signature", "content_commitment")
        signer = issuer.key if issuer else key
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(above)
            .public_key(key.public_key()).serial_number(1000 + self.first)
            .not_valid_before(life.begins).not_valid_after(life.ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{one: one in used for one in KEY_USAGES}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                           critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                           critical=False)
        )  # fmt: skip
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=True)
        if OCSP in purposes:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        elif issuer and self.services:
            builder = self._addresses(builder, issuer, by_ocsp=not ca and not purposes)
        return Holder(name, key, builder.sign(signer, hashes.SHA256()), issuer)

    def _addresses(self, builder: Any, issuer: Holder, *, by_ocsp: bool) -> Any:
        """Seal certificates name the OCSP responder, authorities and the TSA a CRL."""
        serial = issuer.certificate.serial_number
        methods = [(Access.OCSP, "ocsp")] if by_ocsp else []
        if self.names_issuers:
            methods.append((Access.CA_ISSUERS, f"ca/{serial}"))
        if methods:
            access = x509.AuthorityInformationAccess([
                x509.AccessDescription(method, x509.UniformResourceIdentifier(
                    f"{self.services}/{place}"))
                for method, place in methods
            ])  # fmt: skip
            builder = builder.add_extension(access, critical=False)
        if by_ocsp:
            return builder
        url = x509.UniformResourceIdentifier(f"{self.services}/crl/{serial}")
        point = x509.DistributionPoint([url], None, None, None)
        return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


DAY = timedelta(days=1)
