"""The document security store (DSS): certificates, OCSP responses and CRLs in the PDF itself.

It is read over all revisions, since a later one may leave things out; nothing in it is
verified here, and nothing in it is trusted for lying there.

Source: ETSI EN 319 142-1 V1.2.1 clause 5.4.2; ISO 32000-2 clause 12.8.4.3. The entry per
signature (VRI) is neither written nor read: the standard leaves it out of its levels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.pades.objects import value_of
from tessera.seals.protocol import ValidationData

MOST_OF_A_KIND = 128
_MOST_REVISIONS = 256
_KINDS = ("/Certs", "/CRLs", "/OCSPs")


def stores(reader: Any) -> tuple[ValidationData, ...]:
    """Return what the store held up to each revision, the first revision first.

    Raises: UnreadableError for more revisions than renewals of a century would leave.
    """
    if reader.xrefs.total_revisions > _MOST_REVISIONS:
        raise UnreadableError("The PDF has more revisions than any certificate.")
    found: list[ValidationData] = []
    held: dict[str, dict[bytes, None]] = {kind: {} for kind in _KINDS}
    before: Any = None
    for revision in range(reader.xrefs.total_revisions):
        store = value_of(reader.get_historical_resolver(revision).root, "/DSS")
        if store is not None and store != before:
            for kind in _KINDS:
                held[kind].update(dict.fromkeys(_streams(value_of(store, kind, ()))))
        before = store
        certificates, crls, responses = (tuple(held[kind])[:MOST_OF_A_KIND] for kind in _KINDS)
        found.append(ValidationData(certificates=certificates, crls=crls, ocsp_responses=responses))
    return tuple(found)


def _streams(listed: Any) -> Iterator[bytes]:
    for one in list(listed)[:MOST_OF_A_KIND]:
        yield bytes(one.get_object().data)


def with_validation_data(pdf: bytes, data: ValidationData) -> bytes:
    """Return the PDF with these in its store, as an update; unchanged when all are there.

    Raises: UnreadableError when the PDF cannot be extended.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if not _put(writer, data):
            return pdf
        out = io.BytesIO()
        writer.write(out)
    except PdfError as error:
        raise UnreadableError(f"This PDF cannot be extended: {error}") from error
    return out.getvalue()


def _put(writer: Any, data: ValidationData) -> bool:
    """Add to the store what it lacks, and tell whether that was anything."""
    from pyhanko.pdf_utils import generic as untyped
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

    generic: Any = untyped
    held = value_of(writer.root, "/DSS")
    store = (
        held
        if held is not None
        else generic.DictionaryObject({pdf_name("/Type"): pdf_name("/DSS")})
    )
    added = False
    for kind, values in zip(
        _KINDS, (data.certificates, data.crls, data.ocsp_responses), strict=True
    ):
        listed = generic.ArrayObject(list(value_of(store, kind, ())))
        known = set(_streams(listed))
        for one in dict.fromkeys(values):
            if one not in known:
                listed.append(writer.add_object(generic.StreamObject(stream_data=one)))
                added = True
        if listed:
            store[pdf_name(kind)] = listed
    if added and held is None:
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()
    elif added:
        writer.update_container(store)
    if added:
        writer.register_extension(ESIC_EXTENSION_1)
    return added
