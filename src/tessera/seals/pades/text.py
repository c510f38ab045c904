"""The text of the pages of a PDF, in the order in which it is read, by pypdf.

Drawings that pages refer to (form XObjects, such as logos) are left out: our pages have no
text there, and one small drawing can refer to others without end.

Source: ISO 32000-2 clause 9.10 (extraction of text content).
"""

from __future__ import annotations

import io
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.pades.bounds import look_first
from tessera.seals.pades.read import broken, quiet
from tessera.seals.pades.write import PdfSealError

MOST_PAGES = 20
MOST_CONTENT = 600_000  # octets of what is drawn and of tables of letters; ours have 150,000


def page_text(raw: bytes) -> str:
    """Return the text of all pages. Raises: UnreadableError, PdfSealError without pypdf."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise PdfSealError("Reading a certificate needs pypdf: install tessera[pdf].") from error
    look_first(raw)
    quiet("pypdf")
    failures: tuple[type[Exception], ...] = (PyPdfError, *broken())
    try:
        pages = PdfReader(io.BytesIO(raw), strict=True).pages
        if len(pages) > MOST_PAGES or sum(_cost(page) for page in pages) > MOST_CONTENT:
            raise UnreadableError("The PDF has more on its pages than any certificate.")
        return "\n".join(page.extract_text() for page in pages)
    except failures as error:
        raise UnreadableError("The text of the PDF cannot be read.") from error


def _cost(page: Any) -> int:
    """Return how much pypdf has to read for the text of a page; takes out what it refers to."""
    resources = page["/Resources"].get_object()
    resources.pop("/XObject", None)
    fonts = [font.get_object() for font in resources.get("/Font", {}).values()]
    tables = {id(table): table for font in fonts if (table := font.get("/ToUnicode"))}
    contents = page.get_contents()
    drawn = len(contents.get_data()) if contents is not None else 0
    return drawn + sum(len(table.get_object().get_data()) for table in tables.values())
