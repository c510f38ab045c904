"""The elements of an SVG file in which badges stand; no document type, no entities.

A badge of 3.0 is `<openbadges:credential>` in the namespace of Open Badges: a token in its
attribute `verify`, or JSON as its text. One of 2.0 is `<openbadges:assertion>`.

Source: Open Badges 3.0 and 2.0, baking; Namespaces in XML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from tessera.errors import UnreadableError
from tessera.standards.xmltext import Element, read_xml

SVG = "http://www.w3.org/2000/svg"
BADGE, RECORD = "https://purl.imsglobal.org/ob/v3p0", "https://purl.imsglobal.org/clr/v2p0"
_PREFIXES = {BADGE: "openbadges", RECORD: "clr"}
_NAMES = {
    (BADGE, "credential"),
    (RECORD, "credential"),
    ("https://purl.imsglobal.org/spec/ob/v3p0", "credential"),
    ("http://openbadges.org", "assertion"),
    ("https://openbadges.org", "assertion"),
}


_NAME = re.compile(rb"[^\s/>]+")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def looks_like_svg(image: bytes) -> bool:
    """Tell whether this may be an SVG file, by its beginning."""
    head = image[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in image[:65536]


def texts(image: bytes) -> Iterator[bytes]:
    """Yield what stands in each element of a badge. Raises: UnreadableError for wrong XML."""
    todo = [read_xml(image)]
    while todo:
        one = todo.pop()
        todo += reversed(one.children)
        if (one.namespace, one.name) in _NAMES:
            yield _said(one)


def _said(element: Element) -> bytes:
    token = element.attributes.get("verify", "").strip()
    return (token or element.text.strip()).encode("utf-8")


def with_text(image: bytes, text: bytes, namespace: str, *, is_token: bool) -> bytes:
    """Return the image with a badge right behind its first tag; the rest stays as it is."""
    _refuse_other_encodings(image)
    try:
        said = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("The credential is no UTF-8 text.") from error
    if read_xml(image).namespace != SVG:
        raise UnreadableError("The picture is no SVG: its first element is another.")
    prefix = _PREFIXES[namespace]
    space = f'xmlns:{prefix}="{namespace}"'
    start, end, is_empty = _first_tag(image)
    is_named = f"xmlns:{prefix}".encode() in image[start:end]  # perhaps with another meaning
    name = f"{prefix}:credential"
    head = f"<{name} {space}" if is_named else f"<{name}"
    if is_token:
        from xml.sax.saxutils import quoteattr  # it brings half of the network library

        element = f"{head} verify={quoteattr(said)}></{name}>"
    else:
        body = said.replace("]]>", "]]]]><![CDATA[>")
        element = f"{head}><![CDATA[{body}]]></{name}>"
    tag = image[start:end]
    root = _NAME.match(tag, 1)
    if root is None:
        raise UnreadableError("The picture has no first element.")
    if not is_named:
        tag = tag[: root.end()] + b" " + space.encode() + tag[root.end() :]
    if is_empty:
        tag = tag[:-2].rstrip() + b">"
        element += f"</{root[0].decode()}>"
    return image[:start] + tag + element.encode() + image[end:]


def _refuse_other_encodings(image: bytes) -> None:
    """A badge is UTF-8, so the picture that it is written into has to be as well."""
    stated = _ENCODING.match(image.lstrip(b"\xef\xbb\xbf"))
    if stated is None or stated[1].lower() in (b"utf-8", b"us-ascii"):
        return
    raise UnreadableError("The picture is not in UTF-8. Save it as UTF-8 first.")


def _first_tag(image: bytes) -> tuple[int, int, bool]:
    """Where the first tag begins and ends, and whether it is an empty element."""
    start = _start(image)
    quote = 0
    for at in range(start, len(image)):
        sign = image[at]
        if quote:
            quote = 0 if sign == quote else quote
        elif sign in b"\"'":
            quote = sign
        elif sign == ord(">"):
            return start, at + 1, image[at - 1 : at] == b"/"
    raise UnreadableError("The picture is cut off.")


def _start(image: bytes) -> int:
    """Where the first tag begins, in bytes of UTF-8."""
    found: list[int] = []
    parser = expat.ParserCreate("UTF-8")

    def begin(_: str, __: dict[str, str]) -> None:
        if not found:
            found.append(parser.CurrentByteIndex)

    parser.StartElementHandler = begin
    parser.Parse(image, True)
    return found[0]
