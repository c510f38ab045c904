"""Documents that a seal covers without containing them.

Three ways: no `sigD` (one document given next to the seal), `ObjectIdByURI` (the
documents, one after the other, are the payload), `ObjectIdByURIHash` (their digests
stand in the header and the payload is empty). Nothing is ever fetched: names are
looked up among the given files.

Source: ETSI TS 119 182-1 V1.2.1 clause 5.2.8; RFC 7515 Appendix F.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import unquote, urlsplit

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.jades.header import DIGESTS
from tessera.seals.protocol import DetachedReference

BY_URI = "http://uri.etsi.org/19182/ObjectIdByURI"
BY_URI_HASH = "http://uri.etsi.org/19182/ObjectIdByURIHash"
MAX_REFERENCES = 256
_SOURCE = "ETSI TS 119 182-1 clause 5.2.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a detached seal covers; signed_payload is None when a document is missing."""

    signed_payload: bytes | None = None
    references: tuple[DetachedReference, ...] = ()
    defects: tuple[Finding, ...] = ()


def in_signed_form(content: bytes, is_encoded: bool) -> bytes:
    """Return a document as the seal covers it: itself, or its base64url text."""
    return to_base64url(content).encode("ascii") if is_encoded else content


def cover_plain(given: Mapping[str, bytes], is_encoded: bool) -> Coverage:
    """Cover the single document given next to a seal that names none."""
    if len(given) != 1:
        return Coverage()
    name, content = next(iter(given.items()))
    return Coverage(
        signed_payload=in_signed_form(content, is_encoded),
        references=(DetachedReference(uri=name, content=content),),
    )


def cover_referenced(sig_d: Any, given: Mapping[str, bytes], is_encoded: bool) -> Coverage:
    """Cover the documents that `sigD` names; never raises."""
    names = sig_d.get("pars") if isinstance(sig_d, Mapping) else None
    if not isinstance(sig_d, Mapping) or not _is_texts(names):
        return _refused("The seal names its documents in a form that cannot be read.")
    contents = [_look_up(name, given, len(names)) for name in names]
    if sig_d.get("mId") == BY_URI_HASH:
        return _by_hash(sig_d, names, contents)
    references = tuple(
        DetachedReference(uri=name, content=content)
        for name, content in zip(names, contents, strict=True)
    )
    if sig_d.get("mId") != BY_URI:
        unknown = Finding.indeterminate(
            "seal.detached",
            "The seal refers to its documents in a way this program does not know.",
            evidence={"mechanism": str(sig_d.get("mId"))[:200]},
            source=_SOURCE,
        )
        return Coverage(references=references, defects=(unknown,))
    present = [in_signed_form(content, is_encoded) for content in contents if content is not None]
    whole = b"".join(present) if len(present) == len(names) else None
    return Coverage(signed_payload=whole, references=references)


def _by_hash(sig_d: Mapping[str, Any], names: list[str], contents: list[bytes | None]) -> Coverage:
    digests, method = sig_d.get("hashV"), sig_d.get("hashM")
    if not _is_texts(digests) or len(digests) != len(names) or str(method) not in DIGESTS:
        return _refused("The seal states the digests of its documents in a form not understood.")
    try:
        values = [from_base64url(digest.rstrip("=")) for digest in digests]
    except UnreadableError:
        return _refused("The seal states digests of its documents that cannot be read.")
    algorithm = DIGESTS[str(method)]
    references = tuple(
        DetachedReference(uri=name, content=content, digest_algorithm=algorithm, digest=value)
        for name, content, value in zip(names, contents, values, strict=True)
    )
    return Coverage(signed_payload=b"", references=references)


def _is_texts(value: Any) -> TypeGuard[list[str]]:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MAX_REFERENCES
        and all(isinstance(item, str) for item in value)
    )


def _look_up(uri: str, given: Mapping[str, bytes], count: int) -> bytes | None:
    """Find a document by its URI, that URI decoded, or its last path segment."""
    if count == 1 and len(given) == 1:
        return next(iter(given.values()))
    decoded = unquote(uri)
    try:
        segment = posixpath.basename(urlsplit(decoded).path)
    except ValueError:  # a malformed host
        segment = ""
    for name in (uri, decoded, segment):
        if name and name in given:
            return given[name]
    same = [content for name, content in given.items() if posixpath.basename(name) == segment]
    return same[0] if segment and len(same) == 1 else None


def _refused(message: str) -> Coverage:
    return Coverage(defects=(Finding.failed("seal.detached", message, source=_SOURCE),))
