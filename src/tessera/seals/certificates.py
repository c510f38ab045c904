"""What a certificate says about its holder: facts only, nobody is trusted here.

Names, validity and key come from `cryptography`; extensions are read with our own
DER reader, because real e-seal certificates carry one that strict parsers refuse.

Source: RFC 5280 section 4; ETSI EN 319 412-1 clause 5.1.4 (organizationIdentifier)
and EN 319 412-5 clause 4 (qualified certificate statements).
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals import der
from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate, Name

# What is odd about somebody's certificate belongs into findings, not onto a terminal.
for _start in (
    "Parsed a serial number which wasn't positive",
    "Attribute's length must be",
    r"Invalid ASN\.1 \(UTF-8 characters in a VisibleString\)",
):
    warnings.filterwarnings("ignore", message=_start)

TEST_POLICY_OID = "2.25.147339600544195815189175365323518537064"
"""Certificate policy that marks certificates made by `tessera keys test-ca`.

An arc below 2.25 (ITU-T X.667: the number is a UUID drawn once for this purpose);
it grants nothing and says that nobody vouches for the holder.
"""

MAX_CERTIFICATE_BYTES = 65_536
KEY_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
SEALING_USAGES = frozenset({"digital_signature", "content_commitment"})

_KEY_USAGE, _POLICIES, _QC_STATEMENTS = "2.5.29.15", "2.5.29.32", "1.3.6.1.5.5.7.1.3"
_BASIC_CONSTRAINTS, _EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.37"
_QC_COMPLIANCE, _QC_SSCD, _QC_TYPE = "0.4.0.1862.1.1", "0.4.0.1862.1.4", "0.4.0.1862.1.6"
_QC_TYPES = {"0.4.0.1862.1.6.1": "esign", "0.4.0.1862.1.6.2": "eseal", "0.4.0.1862.1.6.3": "web"}
_O, _CN, _C, _ORGANISATION_IDENTIFIER = "2.5.4.10", "2.5.4.3", "2.5.4.6", "2.5.4.97"
_TEST_WORD = re.compile(r"\bTEST\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What one certificate states; every text is the holder's or issuer's own claim.

    organisation_identifier: attribute 2.5.4.97, for instance "VATIE-1234567A".
    key: kind and strength, such as "RSA 2048" or "EC secp256r1".
    key_usage: names of `KEY_USAGES`, or None when the certificate does not restrict.
    purposes: extended key usage (object identifiers), or None likewise. version: 1 to 3.
    qc_compliance, qc_sscd, qc_types: the statements as written; they prove nothing
    without a trusted list. sha256: hexadecimal digest of the DER.
    """

    subject: str
    issuer: str
    organisation: str | None
    common_name: str | None
    country: str | None
    organisation_identifier: str | None
    serial: int
    not_before: datetime
    not_after: datetime
    key: str
    key_usage: frozenset[str] | None
    purposes: frozenset[str] | None
    is_authority: bool
    version: int
    policies: tuple[str, ...]
    qc_compliance: bool
    qc_sscd: bool
    qc_types: tuple[str, ...]
    is_test: bool
    sha256: str

    @property
    def holder(self) -> str:
        """The shortest name fit for a sentence."""
        return self.organisation or self.common_name or self.subject or "unnamed holder"


def describe(certificate: bytes) -> CertificateFacts:
    """Read what a DER certificate says. Raises: UnreadableError for anything else."""
    names, fields = _named(parse(certificate))
    extensions = _extensions(certificate)
    statements = _qc_statements(extensions)
    policies = _policies(extensions)
    return CertificateFacts(
        organisation=names[_O],
        common_name=names[_CN],
        country=names[_C],
        organisation_identifier=names[_ORGANISATION_IDENTIFIER],
        key_usage=_key_usage(extensions),
        purposes=_purposes(extensions),
        is_authority=_is_authority(extensions),
        policies=policies,
        qc_compliance=_QC_COMPLIANCE in statements,
        qc_sscd=_QC_SSCD in statements,
        qc_types=statements.get(_QC_TYPE, ()),
        is_test=_marks_test(policies, names[_O]),
        sha256=hashlib.sha256(certificate).hexdigest(),
        **fields,
    )


def _named(parsed: Certificate) -> tuple[Mapping[str, str | None], dict[str, Any]]:
    """Return the names in the subject, and the fields beside extensions."""
    try:
        subject, issuer = parsed.subject, parsed.issuer
        names = {oid: _first(subject, oid) for oid in (_O, _CN, _C, _ORGANISATION_IDENTIFIER)}
        return names, {
            "subject": subject.rfc4514_string(),
            "issuer": issuer.rfc4514_string(),
            "serial": parsed.serial_number,
            "not_before": parsed.not_valid_before_utc,
            "not_after": parsed.not_valid_after_utc,
            "key": _key_kind(parsed),
            "version": parsed.version.value + 1,
        }
    except x509_faults() as error:
        raise UnreadableError(f"The certificate cannot be read: {error}.") from error


def parse(certificate: bytes) -> Certificate:
    """Parse DER into a `cryptography` certificate. Raises: UnreadableError."""
    from cryptography.x509 import load_der_x509_certificate

    if len(certificate) > MAX_CERTIFICATE_BYTES:
        raise UnreadableError(f"A certificate may have {MAX_CERTIFICATE_BYTES} bytes at most.")
    try:
        return load_der_x509_certificate(certificate)
    except x509_faults() as error:
        raise UnreadableError("This is not a certificate (X.509).") from error


def public_key(certificate: bytes) -> PublicKeyTypes:
    """Return the public key in a DER certificate. Raises: UnreadableError."""
    try:
        return parse(certificate).public_key()
    except x509_faults() as error:
        raise UnreadableError(f"The key in the certificate cannot be read: {error}.") from error


def is_test_certificate(certificate: bytes) -> bool:
    """Say whether a certificate marks itself as a test: our policy, or TEST in its O.

    False for what cannot be read. TEST counts as a whole word in capitals only.
    Source: house rule (DESIGN section 7).
    """
    try:
        return describe(certificate).is_test
    except UnreadableError:
        return False


def issuer_serial(certificate: bytes) -> bytes:
    """Return the DER IssuerSerial that names this certificate.

    Source: RFC 5035 section 5 (issuer as a GeneralNames with one directoryName).
    """
    parsed = parse(certificate)
    try:
        name, serial = parsed.issuer.public_bytes(), parsed.serial_number
    except x509_faults() as error:
        raise UnreadableError(f"The certificate cannot be read: {error}.") from error
    general_names = der.encode(der.SEQUENCE, der.encode(0xA4, name))
    return der.encode(der.SEQUENCE, general_names + der.integer(serial))


def _first(name: Name, oid: str) -> str | None:
    for attribute in name:
        if attribute.oid.dotted_string == oid:
            value = attribute.value
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return None


def _key_kind(parsed: Certificate) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = parsed.public_key()
    except x509_faults():
        return "unknown"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")


def _extensions(certificate: bytes) -> Mapping[str, bytes]:
    """Return extension values by OID; the first of a repeated one counts."""
    body = next(der.elements(der.only(certificate, der.SEQUENCE)))[1]
    found: dict[str, bytes] = {}
    for tag, content in der.elements(body):
        if tag != 0xA3:
            continue
        for _, extension in der.elements(der.only(content, der.SEQUENCE)):
            parts = list(der.elements(extension))
            if len(parts) >= 2 and parts[0][0] == der.OID and parts[-1][0] == der.OCTETS:
                found.setdefault(der.oid_text(parts[0][1]), parts[-1][1])
    return found


def _key_usage(extensions: Mapping[str, bytes]) -> frozenset[str] | None:
    if _KEY_USAGE not in extensions:
        return None
    bits = der.only(extensions[_KEY_USAGE], der.BITS)[1:]
    return frozenset(
        name
        for position, name in enumerate(KEY_USAGES)
        if position // 8 < len(bits) and bits[position // 8] & (0x80 >> position % 8)
    )


def _purposes(extensions: Mapping[str, bytes]) -> frozenset[str] | None:
    if _EXTENDED_KEY_USAGE not in extensions:
        return None
    listed = der.elements(der.only(extensions[_EXTENDED_KEY_USAGE], der.SEQUENCE))
    return frozenset(der.oid_text(content) for tag, content in listed if tag == der.OID)


def _is_authority(extensions: Mapping[str, bytes]) -> bool:
    if _BASIC_CONSTRAINTS not in extensions:
        return False
    parts = list(der.elements(der.only(extensions[_BASIC_CONSTRAINTS], der.SEQUENCE)))
    return bool(parts) and parts[0] == (der.BOOLEAN, b"\xff")


def _policies(extensions: Mapping[str, bytes]) -> tuple[str, ...]:
    if _POLICIES not in extensions:
        return ()
    entries = [entry for _, entry in der.elements(der.only(extensions[_POLICIES], der.SEQUENCE))]
    heads = [next(der.elements(entry), (0, b"")) for entry in entries]
    return tuple(der.oid_text(content) for tag, content in heads if tag == der.OID)


def _qc_statements(extensions: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """Return the statements by OID; the value names the types in QcType only."""
    if _QC_STATEMENTS not in extensions:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for _, entry in der.elements(der.only(extensions[_QC_STATEMENTS], der.SEQUENCE)):
        parts = list(der.elements(entry))
        if not parts or parts[0][0] != der.OID:
            continue
        oid, types = der.oid_text(parts[0][1]), []
        if oid == _QC_TYPE and len(parts) > 1:
            listed = der.elements(parts[1][1])
            types = [der.oid_text(item) for tag, item in listed if tag == der.OID]
        found[oid] = tuple(_QC_TYPES.get(item, item) for item in types)
    return found


def _marks_test(policies: tuple[str, ...], organisation: str | None) -> bool:
    return TEST_POLICY_OID in policies or bool(_TEST_WORD.search(organisation or ""))
