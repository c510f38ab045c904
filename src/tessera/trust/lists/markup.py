"""Read XML of strangers: no entities, no document type, no network, and within bounds.

1. A first pass with expat builds nothing: it stops at a document type declaration, at
   too deep nesting and at too many elements or attributes, before memory is spent.
2. Then lxml builds the tree, with everything switched off that reaches out of the text.

Source: house rule (DESIGN section 7); W3C XML 1.0 section 2.8.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.parsers import expat

from tessera.errors import StandardsError, UnreadableError

# The largest national list has some 4 MB and 60,000 elements; its depth is below 20.
MOST_BYTES = 20_000_000
MOST_ELEMENTS = 500_000
MOST_ATTRIBUTES = 500_000
# Canonical XML sorts the attributes of an element in quadratic time; lists have some twenty.
MOST_OF_ONE = 256
MOST_DEPTH = 64
_SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class XmlRefused(UnreadableError):
    """XML that is not read. reason: short word for the rule `parse.<reason>`."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


def looks_like_xml(raw: bytes) -> bool:
    """Tell whether the text begins as XML does, in UTF-8 or UTF-16."""
    head = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def read_xml(raw: bytes) -> Any:
    """Return the root element (lxml), without comments and processing instructions.

    Raises: XmlRefused for anything that is not plain XML within the bounds;
    StandardsError when lxml is not installed.
    """
    if len(raw) > MOST_BYTES:
        raise XmlRefused(
            f"The list is larger than {MOST_BYTES // 1_000_000} MB, so it was not read.",
            reason="xml-too-large",
        )
    # 1
    _survey(raw)
    # 2
    return _tree(raw)


def read_head(raw: bytes, tag: str) -> Any:
    """Return the root as far as the first element of this name ends, and no further.

    Only to find out what a text claims to be; whoever uses it reads it with `read_xml`.
    Raises: as `read_xml`, which reads the whole text when there is no such element.
    """
    etree = _lxml()
    try:
        for _, element in etree.iterparse(BytesIO(raw), events=("end",), tag=tag, **_SAFE):
            if element.getroottree().docinfo.doctype:
                raise _doctype()
            return element.getroottree().getroot()
    except (etree.LxmlError, ValueError, LookupError):
        pass  # the reader of the whole says why
    return read_xml(raw)


def _lxml() -> Any:
    try:
        from lxml import etree
    except ImportError as error:
        raise StandardsError(
            "The part of Tessera that reads trusted lists is not installed. Install it with: "
            "pip install 'tessera[trust]'."
        ) from error
    return etree


def _tree(raw: bytes) -> Any:
    etree = _lxml()
    try:
        root = etree.fromstring(raw, etree.XMLParser(**_SAFE))
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise _not_xml(error) from error
    if root.getroottree().docinfo.doctype:
        raise _doctype()
    return root


def _survey(raw: bytes) -> None:
    """Walk through the text once and refuse what would be dear or dangerous to build."""
    parser = expat.ParserCreate()
    counter = _Counter()
    parser.StartDoctypeDeclHandler = counter.doctype
    parser.EntityDeclHandler = counter.doctype
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _not_xml(error) from error


class _Counter:
    def __init__(self) -> None:
        self.depth = self.elements = self.attributes = 0

    def doctype(self, *_: object) -> None:
        raise _doctype()

    def start(self, _: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        self.attributes += len(attributes)
        if self.depth > MOST_DEPTH:
            raise XmlRefused(
                f"The XML is nested more than {MOST_DEPTH} levels deep; no list is.",
                reason="xml-too-deep",
            )
        is_crowded = self.attributes > MOST_ATTRIBUTES or len(attributes) > MOST_OF_ONE
        if self.elements > MOST_ELEMENTS or is_crowded:
            raise XmlRefused(
                "The XML has far more elements or attributes than any trusted list, so it was not "
                "read.",
                reason="xml-too-many",
            )

    def end(self, _: str) -> None:
        self.depth -= 1


def _doctype() -> XmlRefused:
    return XmlRefused(
        "The XML declares a document type or entities. They can hide content or blow it up, "
        "and no trusted list has them, so it was not read.",
        reason="xml-doctype",
    )


def _not_xml(error: Exception) -> XmlRefused:
    return XmlRefused(f"It is not well-formed XML ({str(error)[:120]}).", reason="not-xml")
