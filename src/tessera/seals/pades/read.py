"""Open a sealed PDF without judging it: its attachments, what acts in it, its signatures.

Steps: 1 bounds, 2 parse strictly, 3 walk every object that can be reached and note what
is attached and what acts, 4 read each signature, 5 read what keeps the one seal provable:
timestamps, recomputed, and the store of validation data.

Source: ISO 32000-2 clauses 7.11.4 (embedded files), 12.6 (actions), 12.8 (signatures),
14.13 (associated files).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.pades.bounds import look_first
from tessera.seals.pades.objects import value_of
from tessera.seals.pades.stamps import LongTerm, read_long_term
from tessera.seals.pades.store import stores
from tessera.seals.pades.write import PdfSealError, chain_of
from tessera.seals.protocol import Opened, OpenedSignature, ValidationData
from tessera.seals.x509_faults import x509_faults

MOST_OBJECTS = 60_000
_MOST_SIGNATURES = 10
_BROKEN = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError,
    OverflowError, ArithmeticError, zlib.error, NotImplementedError, EOFError,
)  # fmt: skip
_ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR",
    "/GoToE", "/Rendition", "/Movie", "/Sound", "/Hide", "/Named", "/SetOCGState", "/Thread",
    "/GoTo3DView", "/RichMediaExecute",
})  # fmt: skip
_ACTING_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/OCProperties", "/RichMediaContent"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file in the PDF: its name, how it relates to the page, its bytes."""

    name: str
    relationship: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPdf(Opened):
    """A PDF as found; `document` is the attached credential when there is exactly one Source.

    acting: what could act or be shown and hidden, by its names in the file. language:
    /Lang of the catalogue. signatures: seals, without document timestamps. long_term: what
    keeps the seal provable; empty unless there is exactly one.
    """

    raw: bytes
    attachments: tuple[Attachment, ...]
    acting: tuple[str, ...]
    language: str | None
    long_term: LongTerm = field(default_factory=LongTerm)


def is_pdf(raw: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return raw.startswith(b"%PDF-")


def open_pdf(raw: bytes) -> OpenedPdf:
    """Parse a PDF. Raises: UnreadableError when it cannot be read, PdfSealError without pyHanko."""
    look_first(raw)  # 1
    reader, long_term = reader_of(raw), LongTerm()  # 2
    try:
        attachments, acting = _walk(reader)  # 3
        embedded = seals_in(reader)
        signatures = tuple(_signature(one) for one in embedded)  # 4
        if len(embedded) == 1:
            signatures, long_term = _kept(raw, embedded[0], signatures[0])  # 5
        language = value_of(reader.root, "/Lang")
    except broken() as error:
        raise UnreadableError(
            f"The PDF is damaged or made to confuse readers ({type(error).__name__})."
        ) from error
    sources = [one for one in attachments if one.relationship == "/Source"]
    return OpenedPdf(
        mechanism="pades",
        serialization="pdf",
        document=sources[0].content if len(sources) == 1 else b"",
        signatures=signatures,
        raw=raw,
        attachments=attachments,
        acting=acting,
        language=str(language) if language is not None else None,
        long_term=long_term,
    )


def broken() -> tuple[type[Exception], ...]:
    """Whatever the parsers may raise on bytes that were made to confuse them."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError

    return (PdfError, SignatureValidationError, CMSExtractionError, *_BROKEN, *x509_faults())


def reader_of(raw: bytes) -> Any:
    """Return pyHanko's strict reader. Raises: UnreadableError, PdfSealError."""
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader
    except ImportError as error:
        raise PdfSealError("Reading a sealed PDF needs pyHanko: install tessera[pdf].") from error
    quiet("pyhanko")
    try:
        reader = PdfFileReader(io.BytesIO(raw), strict=True)
        reader.root  # noqa: B018 - the catalogue is looked up here or nowhere
    except broken() as error:
        raise UnreadableError(f"The PDF is damaged and cannot be read ({error}).") from error
    return reader


def quiet(library: str) -> None:
    """What a library thinks of somebody's file belongs into findings, not onto a terminal."""
    import logging  # needed here only, and not free at every start

    logging.getLogger(library).setLevel(logging.CRITICAL)


def seals_in(reader: Any) -> list[Any]:
    """The signatures of a PDF that are no document timestamps, in the order of its fields."""
    found = reader.embedded_regular_signatures
    if len(found) > _MOST_SIGNATURES:
        raise UnreadableError("The PDF carries more signatures than any certificate.")
    return list(found)


def _signature(embedded: Any) -> OpenedSignature:
    """Read one signature; the first certificate is the one it names as the signer's."""
    chain = (embedded.signer_cert, *embedded.other_embedded_certs)
    certificates = chain_of(chain)
    stated = embedded.self_reported_timestamp
    algorithm = embedded.signer_info["signature_algorithm"]["algorithm"].native
    return OpenedSignature(
        path="/pdf",
        protected_text="",
        protected={"alg": _jose_name(str(algorithm), embedded.md_algorithm)},
        unprotected={},
        signed_payload=None,
        signature=embedded.signer_info["signature"].native,
        certificates=certificates,
        claimed_at=stated if stated is not None and stated.utcoffset() is not None else None,
        validation_data=ValidationData(certificates=certificates[1:]),
    )


def _kept(
    raw: bytes, embedded: Any, signature: OpenedSignature
) -> tuple[tuple[OpenedSignature, ...], LongTerm]:
    """Read what keeps the one seal provable, and complete the seal with it."""
    kept = stores(embedded.reader)
    long_term = read_long_term(raw, embedded, embedded.reader.embedded_timestamp_signatures, kept)
    others = signature.validation_data.certificates
    data = replace(kept[-1], certificates=(*others, *kept[-1].certificates))
    return (replace(signature, level=long_term.claimed, validation_data=data),), long_term


def _jose_name(algorithm: str, digest: str) -> str:
    family = "ES" if "ecdsa" in algorithm else "PS" if "pss" in algorithm else "RS"
    return family + digest.removeprefix("sha")


def _walk(reader: Any) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    attachments: list[Attachment] = []
    acting: dict[str, None] = {}
    for one in _dictionaries(reader):
        keys = {str(key) for key in one}
        acting.update(dict.fromkeys(sorted(keys & _ACTING_KEYS)))
        if str(value_of(one, "/S")) in _ACTIONS:
            acting.setdefault(str(one["/S"]))
        if "/EF" in keys:
            attachments.append(_attachment(one))
        if any(not _stands_nowhere(note) for note in value_of(one, "/Annots", ())):
            acting.setdefault("/Annots")
    return tuple(attachments), tuple(acting)


def _stands_nowhere(annotation: Any) -> bool:
    """Tell whether it is the empty widget of a signature field, as timestamps may add."""
    annotation = annotation.get_object()
    left, low, right, high = (float(at) for at in annotation["/Rect"])
    is_seal = annotation["/Subtype"] == "/Widget" and annotation["/FT"] == "/Sig"
    return bool(is_seal and "/AP" not in annotation and (left == right or low == high))


def _attachment(specification: Any) -> Attachment:
    files = specification["/EF"]
    streams = {id(files.raw_get(key).get_object()): files[key] for key in files}
    if len(streams) != 1:
        raise ValueError("one attachment with two contents")
    return Attachment(
        name=str(value_of(specification, "/UF", value_of(specification, "/F", "")))[:200],
        relationship=str(value_of(specification, "/AFRelationship", "/Unspecified")),
        content=bytes(next(iter(streams.values())).data),
    )


def _dictionaries(reader: Any) -> Iterator[Any]:
    """Walk every dictionary that can be reached from the trailer, each once.

    Raises: UnreadableError for more objects than any certificate has.
    """
    from pyhanko.pdf_utils import generic as untyped

    generic: Any = untyped
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root]
    count = 0
    while waiting:
        one = waiting.pop()
        count += 1
        if count > MOST_OBJECTS * 10 or len(seen) > MOST_OBJECTS:
            raise UnreadableError("The PDF has more objects than any certificate.")
        if isinstance(one, generic.IndirectObject):
            place = (one.idnum, one.generation)
            if place not in seen:
                seen.add(place)
                waiting.append(one.get_object())
        elif isinstance(one, generic.DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, generic.ArrayObject):
            waiting.extend(one.raw_get(at) for at in range(len(one)))
