"""The text of the pages of a PDF, in the order in which it is read, by pypdf.

Source: ISO 32000-2 clause 9.10 (extraction of text content).
"""

from __future__ import annotations

import io

from tessera.errors import UnreadableError
from tessera.seals.pades.bounds import look_first
from tessera.seals.pades.read import broken
from tessera.seals.pades.write import PdfSealError

MOST_PAGES = 20


def page_text(raw: bytes) -> str:
    """Return the text of all pages. Raises: UnreadableError, PdfSealError without pypdf."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise PdfSealError("Reading a certificate needs pypdf: install tessera[pdf].") from error
    look_first(raw)
    failures: tuple[type[Exception], ...] = (PyPdfError, *broken())
    try:
        pages = PdfReader(io.BytesIO(raw), strict=True).pages
        if len(pages) > MOST_PAGES:
            raise UnreadableError("The PDF has more pages than any certificate.")
        return "\n".join(page.extract_text() for page in pages)
    except failures as error:
        raise UnreadableError("The text of the PDF cannot be read.") from error
