"""The timestamps of one signature: where they stand, what each must cover, whether it does.

1. Find the tokens in the signed header (`adoTst`) and among the unsigned properties.
2. Build the bytes each kind has to cover, 3. compare, and check the token's signature.

`sigTst` covers the text of the signature value; `arcTst` document, header, signature and
every unsigned property before it; `sigRTst` and `rfsTst` the references before them;
`adoTst` the document. Who signed a token is never judged here.

Source: ETSI TS 119 182-1 V1.2.1 clauses 5.2.6 (adoTst), 5.3.4 (sigTst), 5.3.6.3 (arcTst),
A.1.5.1 (sigRTst), A.1.5.2 (rfsTst); the imprints were measured on real seals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.base64text import from_base64, to_base64url
from tessera.seals.jades.detached import BY_URI, BY_URI_HASH, in_signed_form
from tessera.seals.protocol import OpenedSignature, UnsignedEntry
from tessera.seals.timestamp import TimestampToken, covers, read_token
from tessera.seals.timestamp.stamps import (
    MAX_TOKENS,
    SealTimestamp,
    Timestamps,
    is_signed,
    unreadable,
)

__all__ = [
    "JCS", "KINDS", "SOURCE", "Timestamps", "canonical", "covered_bytes", "read_timestamps",
    "signature_text",
]  # fmt: skip

JCS = "http://json-canonicalization.org/algorithm"
KINDS = ("sigTst", "arcTst", "sigRTst", "rfsTst")
_REFERENCES = frozenset({"xRefs", "rRefs", "axRefs", "arRefs"})
SOURCE = "ETSI TS 119 182-1 clauses 5.2.6, 5.3.4 and 5.3.6"


def read_timestamps(signature: OpenedSignature) -> Timestamps:
    """Find and recompute every timestamp of a signature. Never raises for hostile content."""
    found: list[SealTimestamp] = []
    remarks: list[Finding] = []
    for kind, path, position, container in _containers(signature):
        if len(found) == MAX_TOKENS:
            break  # more than a seal renewed every few years for decades would have
        try:
            tokens = _tokens(container)
        except UnreadableError as error:
            remarks.append(unreadable(kind, path, str(error), SOURCE))
            continue
        covered = covered_bytes(signature, kind, position, container)
        for token in tokens[: MAX_TOKENS - len(found)]:
            found.append(
                SealTimestamp(
                    kind=kind,
                    path=path,
                    position=position,
                    token=token,
                    covers=None if covered is None else covers(token, covered),
                    intact=is_signed(token),
                )
            )
    return Timestamps(found=tuple(found), remarks=tuple(remarks))


def covered_bytes(
    signature: OpenedSignature, kind: str, position: int, container: Mapping[str, Any]
) -> bytes | None:
    """Return the bytes a timestamp at this position covers; None when they cannot be built."""
    if len({one.encoded is None for one in signature.unsigned}) > 1:
        return None  # texts and clear objects may not be mixed (clause 5.3.1)
    before = signature.unsigned[: max(position, 0)]
    value = signature_text(signature)
    algorithm = container.get("canonAlg")
    if kind == "sigTst":
        return value
    if kind == "adoTst":
        return _document(signature)
    if kind == "sigRTst":
        named = _REFERENCES | {"sigTst"}
        references = _written([one for one in before if one.name in named], algorithm)
        return None if references is None else value + b"." + references
    if kind == "rfsTst":
        return _written([one for one in before if one.name in _REFERENCES], algorithm)
    written, document = _written(before, algorithm), _document(signature)
    if written is None or document is None:
        return None
    return b".".join((document, signature.protected_text.encode("utf-8"), value, written))


def signature_text(signature: OpenedSignature) -> bytes:
    """Return the signature value as it stands in the file."""
    return to_base64url(signature.signature).encode("ascii")


def _containers(
    signature: OpenedSignature,
) -> Iterator[tuple[str, str, int, Mapping[str, Any]]]:
    if "adoTst" in signature.protected:
        path = f"{signature.path}/protected"
        yield "adoTst", path, -1, _mapping(signature.protected["adoTst"])
    for position, entry in enumerate(signature.unsigned):
        if entry.name in KINDS:
            path = f"{signature.path}/header/etsiU/{position}"
            yield entry.name, path, position, _mapping(entry.value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _tokens(container: Mapping[str, Any]) -> list[TimestampToken]:
    listed = container.get("tstTokens")
    if not isinstance(listed, list) or not listed:
        raise UnreadableError("It holds no list of timestamp tokens.")
    found = []
    for item in listed[:MAX_TOKENS]:
        text = item.get("val") if isinstance(item, Mapping) else None
        if not isinstance(text, str):
            raise UnreadableError("A timestamp token in it is not text.")
        found.append(read_token(from_base64(text)))
    return found


def _document(signature: OpenedSignature) -> bytes | None:
    """Return the document in its signed form; detached ones one after the other."""
    sig_d = signature.protected.get("sigD")
    if sig_d is None:
        return signature.signed_payload
    mechanism = sig_d.get("mId") if isinstance(sig_d, Mapping) else None
    contents = [one.content for one in signature.references]
    if mechanism not in (BY_URI, BY_URI_HASH) or any(one is None for one in contents):
        return None
    is_encoded = signature.protected.get("b64", True) is not False
    return b"".join(in_signed_form(one, is_encoded) for one in contents if one is not None)


def _written(entries: Sequence[UnsignedEntry], algorithm: Any) -> bytes | None:
    """Return unsigned properties as they are covered; None for clear ones not in JCS.

    How a clear object is covered depends on the canonicalisation that the timestamp names.
    """
    if all(one.encoded is not None for one in entries):
        return b"".join((one.encoded or "").encode("ascii") for one in entries)
    if algorithm != JCS:
        return None
    try:
        return b"".join(canonical({one.name: one.value}) for one in entries)
    except UnreadableError:
        return None


def canonical(value: Any) -> bytes:
    """Return JSON in canonical form (RFC 8785), for values without fractions.

    Raises: UnreadableError for a number that is not a safe integer.
    """
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda item: str(item[0]).encode("utf-16-be"))
        return b"{" + b",".join(canonical(k) + b":" + canonical(v) for k, v in ordered) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return _scalar(value)
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value).encode("ascii")
    raise UnreadableError("A number in the unsigned properties has no canonical form here.")


def _scalar(value: str | bool | None) -> bytes:
    import json

    return json.dumps(value, ensure_ascii=False).encode("utf-8")
