"""Load the sealing key from a PKCS#12 file (.p12, .pfx), refusing what must not seal.

Steps: 1 read and count the keys, 2 unlock, 3 find the certificate of the key,
4 order the chain, 5 refuse weak keys and wrong usage, 6 refuse outside the validity.
Source: RFC 7292.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals import der
from tessera.seals.certificates import parse
from tessera.seals.keys.chain import in_order
from tessera.seals.keys.local import EdwardsKey, LocalKey, held_key
from tessera.seals.validity import refuse_outside_validity

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

MAX_STORE_BYTES = 1_000_000
_DATA, _KEY_BAGS = (
    "1.2.840.113549.1.7.1",
    (
        "1.2.840.113549.1.12.10.1.1",
        "1.2.840.113549.1.12.10.1.2",
    ),
)


def load_pkcs12(
    source: Path | str | bytes,
    password: str | bytes | None,
    *,
    beside: Sequence[bytes] = (),
    at: datetime | None = None,
) -> LocalKey | EdwardsKey:
    """Return the signing key of a PKCS#12 file, its chain leaf first.

    source: a path, or the bytes of the file. beside: DER certificates that are not in
    the file. at: also refuse a certificate that is
    not valid at this moment (sealing refuses it in any case).
    Raises: KeyRefusedError for a wrong password, no key, several keys, a weak key,
    a usage that is not signing, or a certificate out of its validity.
    """
    # 1
    raw = _read(source)
    if raw.lstrip().startswith(b"-----BEGIN"):
        raise KeyRefusedError(
            "The key file is PEM text, not PKCS#12. Pack the key with its certificate: "
            "openssl pkcs12 -export -inkey KEY.pem -in CERTIFICATE.pem -out seal.p12"
        )
    if _count_keys(raw) > 1:
        raise KeyRefusedError(
            "The key file holds several private keys, and it is not clear which one seals. "
            "Export the e-seal key alone into its own file."
        )
    # 2
    private_key, certificates = _unlock(raw, password)
    # 3, 4
    chain = _ordered(private_key, (*certificates, *map(parse, beside)))
    # 5
    try:
        key = held_key(private_key, chain)
    except UnreadableError as error:
        raise KeyRefusedError(f"The certificate in the key file cannot be read: {error}") from error
    # 6
    if at is not None:
        refuse_outside_validity(key.certificate_chain[0], at)
    return key


def _read(source: Path | str | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    try:
        if path.stat().st_size > MAX_STORE_BYTES:
            raise KeyRefusedError(f"{path} is too large for a key file; give a .p12 or .pfx file.")
        return path.read_bytes()
    except OSError as error:
        raise KeyRefusedError(
            f"The key file {path} cannot be opened: {error.strerror or error}."
        ) from error


def _unlock(
    raw: bytes, password: str | bytes | None
) -> tuple[PrivateKeyTypes, tuple[Certificate, ...]]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12

    secret = password.encode("utf-8") if isinstance(password, str) else password
    try:
        private_key, leaf, others = pkcs12.load_key_and_certificates(raw, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefusedError(
            "The key file cannot be opened with this password, or it is not a PKCS#12 file "
            "(.p12, .pfx). Check the password file and try again."
        ) from error
    if private_key is None:
        raise KeyRefusedError(
            "The key file holds certificates but no private key. Export the e-seal again "
            "together with its private key."
        )
    return private_key, (() if leaf is None else (leaf,)) + tuple(others)


def _ordered(private_key: PrivateKeyTypes, found: tuple[Certificate, ...]) -> tuple[bytes, ...]:
    """Return DER certificates, the key's own first, then each one's issuer."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def spki(key: object) -> bytes:
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]

    own = spki(private_key.public_key())
    leaf = next((item for item in found if spki(item.public_key()) == own), None)
    if leaf is None:
        raise KeyRefusedError(
            "The key file holds no certificate for its private key. Export the e-seal again "
            "together with its certificate."
        )
    others = [certificate.public_bytes(Encoding.DER) for certificate in found]
    return in_order(leaf.public_bytes(Encoding.DER), others)


def _count_keys(raw: bytes) -> int:
    """Count the key bags that stand outside encrypted containers; 0 if that cannot be seen."""
    try:
        return sum(_keys_in(entry) for entry in _contents(raw))
    except (UnreadableError, StopIteration):
        return 0


def _contents(raw: bytes) -> list[bytes]:
    store = [content for _, content in der.elements(der.only(raw, der.SEQUENCE))]
    _, wrapped = list(der.elements(store[1]))[:2] if len(store) > 1 else [(0, b""), (0, b"")]
    safes = der.only(der.only(wrapped[1], der.OCTETS), der.SEQUENCE)
    return [content for _, content in der.elements(safes)]


def _keys_in(content_info: bytes) -> int:
    parts = list(der.elements(content_info))
    if len(parts) != 2 or der.oid_text(parts[0][1]) != _DATA:
        return 0
    bags = der.only(der.only(parts[1][1], der.OCTETS), der.SEQUENCE)
    heads = [next(der.elements(bag)) for _, bag in der.elements(bags)]
    return sum(der.oid_text(content) in _KEY_BAGS for _, content in heads)
