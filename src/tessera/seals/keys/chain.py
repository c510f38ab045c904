"""Certificates in a row: the key's own first, then each one's issuer, as seals carry them.

Source: RFC 7515 section 4.1.6 (order of x5c); RFC 5280 section 6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.certificates import parse
from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_CHAIN_BYTES = 1_000_000


def in_order(leaf: bytes, others: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the leaf and, as far as they are among the others, its issuers (all DER).

    A certificate follows only when its key really signed the one before.
    """
    chain, found = [leaf], list(dict.fromkeys(others))
    while (issuer := issuer_of(chain[-1], found)) is not None and issuer not in chain:
        chain.append(issuer)
    return tuple(chain)


def issuer_of(certificate: bytes, found: Sequence[bytes]) -> bytes | None:
    """Return the certificate among `found` whose key signed this one, or None."""
    below = _parsed(certificate)
    for candidate in found:
        above = _parsed(candidate)
        if below is not None and above is not None and _issued(below, above):
            return candidate
    return None


def read_chain(path: Path) -> tuple[bytes, ...]:
    """Read certificates from a PEM file, or one from a DER file, in the order of the file.

    Raises: KeyRefusedError when there is none in it.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_CHAIN_BYTES)
    except OSError as error:
        raise KeyRefusedError(
            f"The certificates in {path} cannot be read: {error.strerror or error}."
        ) from error
    try:
        if b"-----BEGIN" in raw:
            return tuple(one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(raw))
        return (parse(raw).public_bytes(Encoding.DER),)
    except x509_faults(UnreadableError) as error:
        raise KeyRefusedError(
            f"{path} holds no certificates. Give the chain as PEM text, the e-seal certificate "
            "first, as your provider sent it."
        ) from error


def _parsed(certificate: bytes) -> Certificate | None:
    try:
        return parse(certificate)
    except UnreadableError:
        return None


def _issued(below: Certificate, above: Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except x509_faults():
        return False
    return True
