"""The authorities a verifier trusts, read from PEM or DER files and folders.

An anchor may be a root, an intermediate authority or the seal certificate itself:
whoever verifies decides whom to trust.
Source: RFC 5280 section 6.1.1 (d); DESIGN section 10 (`--trust FOLDER-OR-PEM`).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tessera.errors import UnreadableError
from tessera.seals.certificates import CertificateFacts, describe

MAX_FILE_BYTES = 16_777_216
SUFFIXES = (".pem", ".crt", ".cer", ".der")
_PEM = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+?)"
    rb"-----END (?:X509 |TRUSTED )?CERTIFICATE-----"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One trusted certificate: its DER, what it says, and the file it came from."""

    certificate: bytes
    facts: CertificateFacts
    origin: str

    @classmethod
    def of(cls, certificate: bytes, origin: str = "given") -> Anchor:
        """Build an anchor from DER. Raises: UnreadableError."""
        return cls(certificate=certificate, facts=describe(certificate), origin=origin)


def load_anchors(paths: Iterable[Path | str]) -> tuple[Anchor, ...]:
    """Return the anchors in files (PEM with one or more, or DER) and folders.

    In a folder, files ending in .pem, .crt, .cer or .der are read, in order of name,
    not those in folders below it. The same certificate counts once.
    Raises: UnreadableError when a file holds no certificate, a folder holds no such
    file, or a certificate cannot be read. Not checked: whether it is still valid.
    """
    anchors: dict[bytes, Anchor] = {}
    for given in paths:
        for path in _files(Path(given)):
            for certificate in _certificates(path):
                if certificate not in anchors:
                    anchors[certificate] = _anchor(certificate, path)
    return tuple(anchors.values())


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    try:
        files = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise UnreadableError(
            f"The folder {path} of trusted certificates cannot be opened: {error.strerror}."
        ) from error
    if not files:
        raise UnreadableError(
            f"The folder {path} holds no certificates ({', '.join(SUFFIXES)}). Put the "
            "certificates of the authorities you trust into it."
        )
    yield from files


def _certificates(path: Path) -> Iterator[bytes]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableError(f"{path} is too large for a file of trusted certificates.")
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"The trusted certificate {path} cannot be opened: {error.strerror or error}."
        ) from error
    if b"-----BEGIN" not in raw:
        yield raw
        return
    bodies = _PEM.findall(raw)
    if not bodies:
        raise UnreadableError(f"{path} is a PEM file but holds no certificate.")
    for body in bodies:
        try:
            yield b64decode(b"".join(body.split()), validate=True)
        except binascii.Error as error:
            raise UnreadableError(f"A certificate in {path} is not base64 text.") from error


def _anchor(certificate: bytes, path: Path) -> Anchor:
    try:
        return Anchor.of(certificate, str(path))
    except UnreadableError as error:
        raise UnreadableError(
            f"{path} does not hold a certificate that can be read. {error}"
        ) from error
