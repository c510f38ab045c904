"""Test keys: a certificate authority and e-seals that say TEST wherever they appear.

Everything it makes is marked three ways: TEST in the organisation, TEST in the
common name, and the policy `TEST_POLICY_OID`. Nobody vouches for the holders.

Steps of `make_test_authority`: 1 nothing may be overwritten, 2 make the authority
and one e-seal, 3 write all three files or none.

Source: RFC 5280; ETSI EN 319 412-1 clause 5.1.4 and EN 319 412-3 (legal persons);
the marking is a house rule (DESIGN section 7).
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import StoreError, UsageError
from tessera.seals.certificates import TEST_POLICY_OID
from tessera.seals.keys.pkcs12 import load_pkcs12

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import (
        Certificate,
        CertificateBuilder,
        CertificatePolicies,
        KeyUsage,
        Name,
    )

    from tessera.seals.keys.local import EdwardsKey, LocalKey

    _PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey | Ed25519PrivateKey

LIFETIME = timedelta(days=730)
RSA_BITS = 3072
DEFAULT_ORGANISATION = "TEST Awarding Body"
DEFAULT_COUNTRY = "IE"
DEFAULT_IDENTIFIER = "VATIE-TEST-0000000"
FILES = ("ca.pem", "seal.p12", "password.txt")
_NAMES = ("ES256", "ES384", "ES512", "RS256", "EdDSA")
_MARKED = re.compile(r"\bTEST\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealHolder:
    """The body an e-seal is made for.

    country: ISO 3166-1 alpha-2. identifier: legal-person form of EN 319 412-1, such
    as "VATIE-TEST-0000000".
    """

    organisation: str = DEFAULT_ORGANISATION
    country: str = DEFAULT_COUNTRY
    identifier: str = DEFAULT_IDENTIFIER

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise UsageError("The country of a test key is two capital letters, such as IE.")
        if not self.organisation.strip() or len(self.organisation) > 57:
            raise UsageError("The organisation of a test key has 1 to 57 characters.")
        if not self.identifier.strip() or len(self.identifier) > 64:
            raise UsageError("The identifier of a test key has 1 to 64 characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenKeys:
    """Where `make_test_authority` put its files."""

    authority: Path
    key: Path
    password: Path


class TrialAuthority:
    """A test certificate authority; its private key stays inside."""

    __slots__ = ("__private_key", "_certificate")

    def __init__(self, private_key: _PrivateKey, certificate: Certificate) -> None:
        self.__private_key = private_key
        self._certificate = certificate

    @property
    def certificate(self) -> bytes:
        """The certificate of the authority, DER."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._certificate.public_bytes(Encoding.DER)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate of the authority, PEM: what a verifier is told to trust."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._certificate.public_bytes(Encoding.PEM)

    def make_store(
        self, holder: SealHolder, not_before: datetime, password: bytes, algorithm: str = "ES256"
    ) -> bytes:
        """Return a PKCS#12 file with a fresh key, its e-seal certificate and the authority's."""
        from cryptography.hazmat.primitives.serialization import (
            BestAvailableEncryption,
            pkcs12,
        )

        private_key = _new_key(algorithm)
        builder = _seal_certificate(holder, self._certificate, not_before)
        certificate = _with_key_ids(
            builder.public_key(private_key.public_key()), private_key, self.__private_key
        ).sign(self.__private_key, _signing_hash(self.__private_key))
        return pkcs12.serialize_key_and_certificates(
            _marked(holder.organisation).encode(),
            private_key,
            certificate,
            [self._certificate],
            BestAvailableEncryption(password),
        )


def new_test_authority(
    now: datetime, holder: SealHolder | None = None, algorithm: str = "ES256"
) -> TrialAuthority:
    """Return a fresh test authority, valid for two years from `now` (aware)."""
    from cryptography import x509

    holder = holder or SealHolder()
    private_key = _new_key(algorithm)
    name = _name(holder, f"{_marked(holder.organisation)[:51]} authority")
    usage = _usages("key_cert_sign", "crl_sign")
    builder = (
        _builder(now)
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private_key.public_key()), critical=False
        )
        .add_extension(_test_policy(), critical=False)
    )
    return TrialAuthority(private_key, builder.sign(private_key, _signing_hash(private_key)))


def make_test_seal(
    authority: TrialAuthority,
    not_before: datetime,
    holder: SealHolder | None = None,
    *,
    algorithm: str = "ES256",
) -> LocalKey | EdwardsKey:
    """Return a signing key with an e-seal certificate of this authority, valid two years.

    An expired variant is one whose `not_before` lies more than two years back.
    """
    password = secrets.token_urlsafe(24).encode()
    store = authority.make_store(holder or SealHolder(), not_before, password, algorithm)
    return load_pkcs12(store, password)


def make_test_authority(
    folder: Path | str,
    now: datetime,
    *,
    organisation: str = DEFAULT_ORGANISATION,
    country: str = DEFAULT_COUNTRY,
    identifier: str = DEFAULT_IDENTIFIER,
    algorithm: str = "ES256",
) -> WrittenKeys:
    """Write ca.pem, seal.p12 and password.txt into a folder, for `tessera keys test-ca`.

    algorithm: "ES256", "ES384", "ES512", "RS256" or "Ed25519", in any case of letters. The
    authority of an Ed25519 seal has an ES256 key, as authorities have. The key and password
    files are readable by their owner only.
    Raises: StoreError when one of the files exists or cannot be written.
    """
    # 1
    target = Path(folder)
    for name in FILES:
        refuse_existing(target / name)
    # 2
    holder = SealHolder(organisation=organisation, country=country, identifier=identifier)
    wanted = _jose_name(algorithm)
    authority = new_test_authority(now, holder, _authority_algorithm(wanted))
    password = secrets.token_urlsafe(24)
    store = authority.make_store(holder, now, password.encode(), wanted)
    # 3
    contents = (authority.certificate_pem, store, f"{password}\n".encode())
    _write_all(target, dict(zip(FILES, contents, strict=True)))
    return WrittenKeys(
        authority=target / FILES[0], key=target / FILES[1], password=target / FILES[2]
    )


def _jose_name(algorithm: str) -> str:
    """Return the JOSE name of what a person typed. Raises: UsageError."""
    typed = algorithm.upper().replace("ED25519", "EDDSA")
    for name in _NAMES:
        if typed == name.upper():
            return name
    raise UsageError(
        f"Test keys are made for ES256, ES384, ES512, RS256 and Ed25519, not for {algorithm!r}."
    )


def _authority_algorithm(algorithm: str) -> str:
    return "ES256" if algorithm == "EdDSA" else algorithm


def _signing_hash(key: _PrivateKey) -> SHA256 | None:
    """Return the hash to sign certificates with; Ed25519 brings its own."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256

    return None if isinstance(key, Ed25519PrivateKey) else SHA256()


def _new_key(algorithm: str) -> _PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    curves: dict[str, ec.EllipticCurve] = {
        "ES256": ec.SECP256R1(),
        "ES384": ec.SECP384R1(),
        "ES512": ec.SECP521R1(),
    }
    if algorithm in curves:
        return ec.generate_private_key(curves[algorithm])
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    raise UsageError(f"Test keys are made for {', '.join(_NAMES)}, not for {algorithm!r}.")


def _marked(organisation: str) -> str:
    return organisation if _MARKED.search(organisation) else f"{organisation} (TEST)"


def _name(holder: SealHolder, common_name: str) -> Name:
    from cryptography.x509 import Name, NameAttribute
    from cryptography.x509.oid import NameOID

    return Name(
        [
            NameAttribute(NameOID.COUNTRY_NAME, holder.country),
            NameAttribute(NameOID.ORGANIZATION_NAME, _marked(holder.organisation)),
            NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, holder.identifier),
            NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(not_before: datetime) -> CertificateBuilder:
    from cryptography import x509

    if not_before.tzinfo is None:
        raise UsageError("The time for test keys must name its time zone.")
    begins = not_before.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFETIME)
    )


def _seal_certificate(
    holder: SealHolder, authority: Certificate, not_before: datetime
) -> CertificateBuilder:
    from cryptography import x509

    return (
        _builder(not_before)
        .subject_name(_name(holder, f"{_marked(holder.organisation)[:59]} seal"))
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usages("digital_signature", "content_commitment"), critical=True)
        .add_extension(_test_policy(), critical=False)
    )


def _with_key_ids(
    builder: CertificateBuilder,
    own: _PrivateKey,
    authority: _PrivateKey,
) -> CertificateBuilder:
    from cryptography import x509

    return builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False
    ).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
    )


def _usages(*named: str) -> KeyUsage:
    from cryptography import x509

    from tessera.seals.certificates import KEY_USAGES

    return x509.KeyUsage(**{name: name in named for name in KEY_USAGES})


def _test_policy() -> CertificatePolicies:
    from cryptography import x509

    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(TEST_POLICY_OID), None)]
    )


def refuse_existing(path: Path) -> None:
    """Raise StoreError for a file that is there: keys are never overwritten."""
    if path.exists():
        raise StoreError(
            f"{path} already exists and is left as it is. Choose another folder, or move the old "
            "keys away."
        )


def _write_all(folder: Path, contents: dict[str, bytes]) -> None:
    """Write all files with mode 0600 or none; never replace one that exists."""
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _write_new(folder / name, content)
            written.append(folder / name)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise StoreError(
            f"The test keys cannot be written to {folder}: {error.strerror or error}."
        ) from error


def _write_new(path: Path, content: bytes) -> None:
    """Create a file at once or not at all: a hidden sibling is linked to the name."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
