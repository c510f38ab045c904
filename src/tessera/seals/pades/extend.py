"""Put a document timestamp around a sealed PDF, as one incremental update.

Steps: 1 a signature field that stands on no page, as for the seal, 2 a place for the token,
3 the token over every byte but that place.

Source: ETSI EN 319 142-1 V1.2.1 clause 5.4.3; ISO 32000-2 clause 12.8.5.
"""

from __future__ import annotations

import io
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.pades.objects import value_of
from tessera.seals.pades.write import Stamper, TokenTooLongError, add_field


def with_document_timestamp(pdf: bytes, stamper: Stamper) -> bytes:
    """Return the PDF with a further document timestamp.

    Raises: UnreadableError when the PDF cannot be extended; what the stamper raises.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError

    try:
        try:
            return _stamped(pdf, stamper)
        except TokenTooLongError:
            return _stamped(pdf, stamper)  # it has learned how long its tokens are
    except (PdfError, SigningError) as error:
        raise UnreadableError(f"This PDF cannot be extended: {error}") from error


def _stamped(pdf: bytes, stamper: Stamper) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import pdf_byterange
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup

    untyped: Any = pdf_byterange
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    # 1
    name = _free_name(writer.root["/AcroForm"]["/Fields"])
    add_field(writer, name)
    # 2
    room = stamper.room
    steps: Any = PdfCMSEmbedder().write_cms(name, writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=untyped.DocumentTimestamp(bytes_reserved=2 * room)))
    prepared, output = steps.send(SigIOSetup("sha256"))
    # 3
    steps.send(stamper.token(prepared.document_digest, room))
    return bytes(output.getvalue())


def _free_name(fields: Any) -> str:
    taken = {str(value_of(one.get_object(), "/T")) for one in fields}
    number = 1
    while f"Timestamp{number}" in taken:
        number += 1
    return f"Timestamp{number}"
