"""Seal JSON text as a JAdES B-B seal, one at a time, in bulk, or next to other seals.

The sealed file is general JSON with `payload` first (Europass looks for exactly
that), and the payload is the document's own text, unencoded: no canonicalisation,
the sealed bytes are the bytes that were given.

Source: WIRE-ELM sections 3 and 7; RFC 7515 section 7.2.1; RFC 7797 section 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from tessera.errors import UnreadableError
from tessera.seals.base64text import to_base64url
from tessera.seals.jades.header import JadesOptions, protected_header
from tessera.seals.jades.read import MAX_SEALED_BYTES, open_jws
from tessera.seals.protocol import BatchSigningKey, DigestSigningKey
from tessera.seals.validity import refuse_outside_validity
from tessera.standards.jsontext import read_json

if TYPE_CHECKING:
    from tessera.seals.protocol import Opened, SigningKey


_BEGIN = b'{"payload":'
_WORTH_KEEPING = 4_096
_MOST_KEPT = 64


class BatchSealer:
    """Seals many documents with one key at one moment: the header is built once.

    Raises on creation: KeyRefusedError when the certificate is not valid at `at`.
    """

    __slots__ = ("_file_hash", "_key", "_prefix", "_sign_digest", "_signed_hash", "_tail")

    def __init__(self, key: SigningKey, at: datetime, options: JadesOptions | None = None) -> None:
        for certificate in key.certificate_chain[:1]:
            refuse_outside_validity(certificate, at)
        header = protected_header(key, at, options or JadesOptions())
        protected = to_base64url(orjson.dumps(header)).encode("ascii")
        self._key = key
        self._prefix = protected + b"."
        self._tail = b',"signatures":[{"protected":"' + protected + b'","signature":"'
        self._file_hash = PieceHash("sha256", _BEGIN)
        self._sign_digest, self._signed_hash = None, self._file_hash
        if isinstance(key, DigestSigningKey):
            self._sign_digest = key.sign_digest
        if isinstance(key, DigestSigningKey | BatchSigningKey):
            self._signed_hash = PieceHash(key.hash_name, self._prefix)

    def seal_parts(self, payload: bytes, payload_json: bytes) -> bytes:
        """Return the sealed file for a payload given in both its forms.

        payload: the document, UTF-8. payload_json: the same text as a JSON string,
        escaped and with its quotation marks.
        Not checked: that the two forms agree and that the payload is JSON; the caller
        has proved its template once. `seal` checks.
        """
        sealed, _ = self.seal_pieces((payload,), (payload_json,))
        return sealed

    def seal_pieces(
        self, payload: Sequence[bytes], payload_json: Sequence[bytes]
    ) -> tuple[bytes, str]:
        """Do the same for both forms in pieces; return the file and its SHA-256 (hexadecimal).

        Pieces that come back, above all long first ones, are hashed once per batch.
        """
        return self._sealed(payload_json, self._signature(payload))

    def seal_all(
        self, documents: Sequence[tuple[Sequence[bytes], Sequence[bytes]]]
    ) -> Iterator[tuple[bytes, str]]:
        """Do the same for many documents, one after the other as they are asked for.

        A key that signs in batches is asked once for many. Raises: KeyRefusedError where
        the key stops working; what came before stays good.
        """
        signatures = self._signatures([payload for payload, _ in documents])
        for (_, payload_json), signature in zip(documents, signatures, strict=True):
            yield self._sealed(payload_json, signature)

    def _sealed(self, payload_json: Sequence[bytes], signature: bytes) -> tuple[bytes, str]:
        rest = (*payload_json, self._tail, signature, b'"}]}')
        return b"".join((_BEGIN, *rest)), self._file_hash.of(rest).hexdigest()

    @property
    def constant_tail(self) -> bytes:
        """What stands between payload and signature in every file of this batch."""
        return self._tail

    def signature_objects(self, payloads: Sequence[bytes]) -> Iterator[bytes]:
        """Yield only the member of `signatures` for each payload, as JSON."""
        protected = self._prefix[:-1]
        for signature in self._signatures([(payload,) for payload in payloads]):
            yield b'{"protected":"' + protected + b'","signature":"' + signature + b'"}'

    def _signatures(self, payloads: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
        key = self._key
        if not isinstance(key, BatchSigningKey):
            yield from map(self._signature, payloads)
            return
        for start in range(0, len(payloads), key.batch_size):
            part = payloads[start : start + key.batch_size]
            digests = [self._signed_hash.of(payload).digest() for payload in part]
            for signature in key.sign_many(digests):
                yield to_base64url(signature).encode("ascii")

    def _signature(self, payload: Sequence[bytes]) -> bytes:
        if self._sign_digest is None:
            signature = self._key.sign(b"".join((self._prefix, *payload)))
        else:
            signature = self._sign_digest(self._signed_hash.of(payload).digest())
        return to_base64url(signature).encode("ascii")


class PieceHash:
    """A hash over pieces: the state behind a long first piece is kept and used again."""

    __slots__ = ("_kept", "_start")

    def __init__(self, name: str, start: bytes) -> None:
        self._start = hashlib.new(name, start)
        self._kept: dict[bytes, hashlib._Hash] = {}

    def of(self, pieces: Sequence[bytes]) -> hashlib._Hash:
        """Return the state of the hash behind all pieces."""
        first = pieces[0]
        state = self._kept.get(first) if len(pieces) > 1 else None
        if state is not None:
            state = state.copy()
        else:
            state = self._start.copy()
            state.update(first)
            if len(pieces) > 1 and len(first) >= _WORTH_KEEPING and len(self._kept) < _MOST_KEPT:
                self._kept[first] = state.copy()
        state.update(b"".join(pieces[1:]))
        return state


def seal(
    document: bytes, key: SigningKey, at: datetime, options: JadesOptions | None = None
) -> bytes:
    """Return the sealed file: general JSON, level B-B.

    document: JSON text in UTF-8, kept byte for byte. at: the sealing time (aware).
    Raises: UnreadableError when the document is not JSON text; KeyRefusedError when
    the key must not seal at this moment. Not checked: what the document says.
    """
    text = _json_text(document)
    return BatchSealer(key, at, options).seal_parts(document, orjson.dumps(text))


def cosign(
    sealed: bytes, key: SigningKey, at: datetime, options: JadesOptions | None = None
) -> bytes:
    """Add a parallel seal over the same payload; every byte already there is kept.

    sealed: general JSON with an unencoded payload, as `seal` writes it. The existing
    seals are not verified. The new one covers the payload, not the other seals.
    Raises: UnreadableError when nothing can be added; KeyRefusedError.
    """
    return next(cosign_all((sealed,), key, at, options))


def cosign_all(
    sealed: Sequence[bytes], key: SigningKey, at: datetime, options: JadesOptions | None = None
) -> Iterator[bytes]:
    """Do the same for many files, one after the other, as `BatchSealer.seal_all` does."""
    documents = [_open_to_seals(one).document for one in sealed]
    additions = BatchSealer(key, at, options).signature_objects(documents)
    for one, addition in zip(sealed, additions, strict=True):
        end = _end_of_signatures(one)
        yield one[:end] + b"," + addition + one[end:]


def _open_to_seals(sealed: bytes) -> Opened:
    """Parse a file to which a further seal can be added. Raises: UnreadableError."""
    opened = open_jws(sealed)
    if opened.serialization != "general-json" or not opened.signatures or opened.is_detached:
        raise UnreadableError(
            "A further seal can only be added to a sealed file in the general JSON form that "
            "contains its document."
        )
    if any(signature.protected.get("b64") is not False for signature in opened.signatures):
        raise UnreadableError(
            "The document in this file is base64 encoded; a further seal in the European form "
            "would not cover the same bytes. Seal the document itself again."
        )
    return opened


def _json_text(document: bytes) -> str:
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The document to be sealed is not UTF-8 text (byte {error.start})."
        ) from error
    read_json(document, max_bytes=MAX_SEALED_BYTES)
    return text


def _end_of_signatures(sealed: bytes) -> int:
    """Return the offset of the bracket that closes the top-level `signatures` array.

    The text has been parsed before, so only strings and brackets need be told apart.
    """
    depth, position, name, in_signatures = 0, 0, b"", False
    while position < len(sealed):
        octet = sealed[position : position + 1]
        if octet == b'"':
            end = _end_of_string(sealed, position)
            if depth == 1:
                name = sealed[position:end]
            position = end
            continue
        if octet in (b"{", b"["):
            depth += 1
            if octet == b"[" and depth == 2:
                in_signatures = orjson.loads(name) == "signatures"
        elif octet in (b"}", b"]"):
            depth -= 1
            if octet == b"]" and depth == 1 and in_signatures:
                return position
        position += 1
    raise UnreadableError("The file has no list of signatures.")


def _end_of_string(text: bytes, start: int) -> int:
    """Return the offset behind the string that begins at `start`."""
    position = start + 1
    while True:
        quote = text.index(b'"', position)
        slash, backslashes = quote - 1, 0
        while text[slash : slash + 1] == b"\\":
            slash, backslashes = slash - 1, backslashes + 1
        if backslashes % 2 == 0:
            return quote + 1
        position = quote + 1
