"""The text of the pages of a PDF, in the order in which it is read, by pypdf.

Drawings that pages refer to (form XObjects, such as logos) are left out: our pages have no
text there, and one small drawing can refer to others without end. So are those on the page
itself, where they are sure to hold no text: nine tenths of the operators of our pages.

Source: ISO 32000-2 clauses 9.10 (extraction of text content) and 8.4.2 (q and Q: nothing in
between changes what follows).
"""

from __future__ import annotations

import io
import re
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.pades.bounds import look_first
from tessera.seals.pades.read import broken, quiet
from tessera.seals.pades.write import PdfSealError

MOST_PAGES = 20
MOST_CONTENT = 600_000  # octets of what is drawn and of tables of letters; ours have 150,000
_STRING = rb"\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\s]*+>"
# From q to Q with no string, no q, and none of BT, ET, Do, BI, BDC, EMC: B, D and E stand for them.
_DRAWING = re.compile(rb"(%s)|(?<!\S)q\s[^()<>BDEq]*?(?<=\s)Q(?!\S)" % _STRING, re.S)
_UNSURE = re.compile(rb"[()%]|(?<!\S)BI\s")  # nested strings, comments, pictures in between
_DEEPEST = 8


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
        return "\n".join(_text(page) for page in pages)
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


def _text(page: Any) -> str:
    from pypdf.generic import NameObject, StreamObject

    contents = page.get_contents()
    if contents is not None:
        reduced = StreamObject()
        reduced.set_data(without_drawings(contents.get_data()))
        page[NameObject("/Contents")] = reduced
    return str(page.extract_text())


def without_drawings(content: bytes) -> bytes:
    """Return what is on a page without its drawings; all of it where strings are unclear."""
    if _UNSURE.search(re.sub(_STRING, b"", content, flags=re.S)):
        return content
    for _ in range(_DEEPEST):
        reduced = _DRAWING.sub(lambda found: found[1] or b"", content)
        if reduced == content:
            break
        content = reduced
    return content
