"""What the verifier knows about revocation beside the file: from folders and arguments.

A folder given with --trust may hold CRLs (.crl), OCSP responses (.ocsp, .ors) and
`compromised.txt`: a line per certificate whose key was lost, SHA-256 and day.

Source: house rule; RFC 5280 section 5.3.2 (the invalidity date is what such a day means).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tessera.errors import UnreadableError, UsageError
from tessera.trust.anchors import load_anchors
from tessera.trust.revocation import Compromise, RevocationData

CRL_SUFFIXES, OCSP_SUFFIXES = (".crl",), (".ocsp", ".ors")
COMPROMISED = "compromised.txt"
MAX_FILE_BYTES = 33_554_432
_PEM = re.compile(rb"-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+?)-----END X509 CRL-----")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def load_revocation(trusted: Iterable[Path]) -> RevocationData:
    """Return the CRLs and OCSP responses in the folders given with --trust.

    Nothing is verified here: what is not about a certificate is not used later on.
    Raises: UnreadableError when a file cannot be read or is too large.
    """
    crls, responses = [], []
    for path in _files(trusted):
        if path.suffix.lower() in CRL_SUFFIXES:
            crls.append(_crl(_read(path), path))
        elif path.suffix.lower() in OCSP_SUFFIXES:
            responses.append(_read(path))
    return RevocationData(crls=tuple(crls), ocsp_responses=tuple(responses))


def read_compromises(stated: Iterable[str], trusted: Iterable[Path] = ()) -> Compromise:
    """Return the lost keys: `CERT@DAY` arguments and the lines of `compromised.txt`.

    CERT: a certificate file, or its SHA-256 (hexadecimal). DAY: a day or instant of ISO
    8601, UTC. Raises: UsageError, UnreadableError.
    """
    since: dict[str, datetime] = {}
    for text in stated:
        name, _, when = text.rpartition("@")
        since[_certificate(name, text)] = _instant(when, text)
    for path in _files(trusted):
        if path.name == COMPROMISED:
            for line in _read(path).decode("utf-8", "replace").splitlines():
                words = line.partition("#")[0].split()
                if words and (len(words) != 2 or not _DIGEST.fullmatch(words[0].lower())):
                    raise UnreadableError(
                        f"{path} holds a line that is not SHA-256 and day: '{line[:80]}'."
                    )
                if words:
                    since[words[0].lower()] = _instant(words[1], line)
    return Compromise(since=since)


def _certificate(name: str, text: str) -> str:
    if _DIGEST.fullmatch(name.lower()):
        return name.lower()
    if not name or not Path(name).is_file():
        raise UsageError(
            f"'{text}' names no certificate. Write --compromised FILE.pem@2026-11-24, or the "
            "SHA-256 of the certificate in front of the @."
        )
    return sha256(load_anchors([name])[0].certificate).hexdigest()


def _instant(text: str, whole: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"'{whole[:120]}' ends with no day. Write CERTIFICATE@2026-11-24."
        ) from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _files(trusted: Iterable[Path]) -> Iterator[Path]:
    for given in trusted:
        if given.is_dir():
            yield from sorted(entry for entry in given.iterdir() if entry.is_file())


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableError(f"{path} is too large for a file about revocation.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror or error}.") from error


def _crl(raw: bytes, path: Path) -> bytes:
    if b"-----BEGIN" not in raw:
        return raw
    found = _PEM.search(raw)
    try:
        if found is None:
            raise ValueError
        return b64decode(b"".join(found[1].split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise UnreadableError(f"{path} is a PEM file but holds no CRL.") from error
