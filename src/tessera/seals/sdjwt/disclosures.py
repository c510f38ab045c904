"""One disclosure: the text that is hashed, and the salt, name and value inside it.

Source: RFC 9901 sections 4.2.1 to 4.2.3 (the digest covers the base64url text itself, so
nothing is canonicalised), 4.1.1 (`_sd_alg`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.sdjwt.refusal import SdJwtRefused
from tessera.standards.jsontext import read_json

DIGESTS, ELLIPSIS, DIGEST_ALGORITHM = "_sd", "...", "_sd_alg"
RESERVED = frozenset({DIGESTS, ELLIPSIS, DIGEST_ALGORITHM})
DEFAULT_ALGORITHM = "sha-256"
# Names of the Named Information Hash Algorithm registry (IANA) that are not truncated.
HASHES = {
    "sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512,
    "sha3-256": hashlib.sha3_256, "sha3-384": hashlib.sha3_384, "sha3-512": hashlib.sha3_512,
}  # fmt: skip
MOST_DISCLOSURE_BYTES = 4_000_000
SALT_OCTETS = 16  # RFC 9901 section 9.3: at least 128 bits


class Disclosure(NamedTuple):
    """A disclosure as it travels. name: None for an element of an array."""

    text: str
    digest: str
    name: str | None
    value: Any


def digest_of(text: str, algorithm: str) -> str:
    """Return the base64url digest of an ASCII text. Raises: KeyError for an unknown algorithm.

    Other text, which hostile JSON can hold, gets a digest that nobody states.
    """
    octets = text.encode("utf-8", "surrogatepass")
    return to_base64url(HASHES[algorithm](octets).digest())


def hasher(algorithm: Any) -> Callable[[str], str]:
    """Return the digest function that `_sd_alg` names. Raises: SdJwtRefused."""
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise SdJwtRefused(
            "seal.sdjwt.digest-algorithm",
            f"The disclosures are hashed with {str(algorithm)[:40]!r}, which is not a hash that "
            f"counts as secure here. It may be one of: {', '.join(HASHES)}.",
            "RFC 9901 sections 4.1.1 and 7.1 step 2.4",
        )
    new = HASHES[algorithm]
    return lambda text: to_base64url(new(text.encode("ascii")).digest())


def make(salt: bytes, name: str | None, value: Any, digest: Callable[[str], str]) -> Disclosure:
    """Write a disclosure for an object member, or with name None for an array element."""
    content = [to_base64url(salt), value] if name is None else [to_base64url(salt), name, value]
    text = to_base64url(orjson.dumps(content))
    return Disclosure(text, digest(text), name, value)


def read(text: str, digest: Callable[[str], str]) -> Disclosure:
    """Parse one disclosure. Raises: SdJwtRefused."""
    try:
        content = read_json(from_base64url(text), max_bytes=MOST_DISCLOSURE_BYTES)
    except UnreadableError as error:
        raise _malformed(f"A disclosure cannot be read: {error}") from error
    if type(content) is not list or len(content) not in (2, 3):
        raise _malformed("A disclosure is not a list of salt, name and value, or salt and value.")
    if not isinstance(content[0], str):
        raise _malformed("The salt of a disclosure is not a text.")
    if len(content) == 2:
        return Disclosure(text, digest(text), None, content[1])
    name = content[1]
    if not isinstance(name, str):
        raise _malformed("The name of a disclosed claim is not a text.")
    if name in RESERVED:
        raise SdJwtRefused(
            "seal.sdjwt.claim-name",
            f"A disclosure discloses a claim named '{name}', which would change how the rest is "
            "read.",
            "RFC 9901 sections 4.2.1 and 7.1 step 3.3.2.2; for _sd_alg section 4.1.1",
        )
    return Disclosure(text, digest(text), name, content[2])


def _malformed(sentence: str) -> SdJwtRefused:
    return SdJwtRefused(
        "seal.sdjwt.disclosure", sentence, "RFC 9901 sections 4.2.1, 4.2.2 and 7.1 step 3"
    )
