"""XML of strangers as a small tree: no document type, no entities, no fetch, within bounds.

1. One pass of expat builds the tree and stops at a document type declaration, at too deep
   nesting and at too many elements, before memory is spent; nothing else is ever asked for.
2. `dump` writes a tree again; `root_name` looks at the first element only.

The parser is the one of Python: reading needs no further library. Only a check against
an XML Schema builds a tree of lxml, from bytes that were read here before.

Source: W3C XML 1.0 (fifth edition) sections 2.2, 2.8 and 3.3.3; Namespaces in XML 1.0;
house rule (DESIGN section 7).

>>> read_xml(b'<a xmlns="urn:x"><b>one</b></a>').child("b").text
'one'
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.parsers import expat

from tessera.errors import EncodeError, UnreadableError

# A transcript with certificates attached has some megabytes; its depth is below 20.
MOST_BYTES = 20_000_000
MOST_ELEMENTS = 100_000
MOST_ATTRIBUTES = 200_000
MOST_DEPTH = 64
XML = "http://www.w3.org/XML/1998/namespace"
LANGUAGE = f"{{{XML}}}lang"
_HEAD = 100_000  # bytes in which the first element of a file is looked for
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTES = {**_ESCAPES, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


class XmlRefused(UnreadableError):
    """XML that is not read. reason: short word for the rule `parse.<reason>`."""

    code = "xml"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True)
class Element:
    """One element: its name without prefix, its namespace, its text and its children.

    attributes: by name, or "{namespace}name". own: its own text, without that of its
    children. line: where it begins, 0 when it was not read.
    """

    name: str
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    line: int = 0

    @property
    def text(self) -> str:
        """The text as it stands."""
        return "".join(self.own)

    @property
    def token(self) -> str:
        """The text with white space collapsed (xs:token)."""
        return collapsed(self.text)

    @property
    def language(self) -> str | None:
        """The value of xml:lang here; not that of its ancestors."""
        return self.attributes.get(LANGUAGE)

    def all(self, name: str) -> list[Element]:
        """Return the children of this name, in the namespace of the element itself."""
        return [
            one for one in self.children if one.name == name and one.namespace == self.namespace
        ]

    def child(self, name: str) -> Element | None:
        """Return the first child of this name, or None."""
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Element]:
        """Yield the element and all below it, in the order of the text."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))


def collapsed(text: str) -> str:
    """Collapse white space as xs:token does. Source: XML Schema 1.1 part 2, 4.3.6."""
    return " ".join(part for part in re.split("[ \t\r\n]+", text) if part)


def sayable(text: str) -> str:
    """The text with U+FFFD in place of each character that XML cannot say."""
    return _not_characters().sub("\ufffd", text)


@cache
def _not_characters() -> re.Pattern[str]:
    """What is no Char of XML 1.0; built when it is needed, since that takes milliseconds."""
    return re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def looks_like_xml(raw: bytes) -> bool:
    """Tell whether a text begins as XML does, in UTF-8 or UTF-16."""
    head = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def read_xml(raw: bytes) -> Element:
    """Return the first element with everything in it, without comments and instructions.

    Raises: XmlRefused for anything that is not plain XML within the bounds.
    """
    if len(raw) > MOST_BYTES:
        raise XmlRefused(
            f"The XML is larger than {MOST_BYTES // 1_000_000} MB, so it was not read.",
            reason="xml-too-large",
        )
    builder = _Builder()
    try:
        builder.parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise XmlRefused(
            f"It is not well-formed XML ({str(error)[:120]}).", reason="not-xml"
        ) from error
    if builder.root is None:
        raise XmlRefused("There is no element in the XML.", reason="not-xml")
    return builder.root


def root_name(raw: bytes) -> tuple[str, str] | None:
    """Return (namespace, name) of the first element; None when there is none to be seen.

    Only to find out what a text claims to be: whoever uses it reads it with `read_xml`.
    A document type declaration before the first element hides it. Never raises.
    """
    if not looks_like_xml(raw):
        return None
    parser = expat.ParserCreate(namespace_separator=" ")
    seen: list[tuple[str, str]] = []

    def begin(name: str, _: dict[str, str]) -> None:
        seen.append(_split(name))
        raise _Seen

    def refuse(*_: object) -> None:
        raise _Seen

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    with contextlib.suppress(_Seen, expat.ExpatError, ValueError, LookupError):
        parser.Parse(raw[:_HEAD], False)
    return seen[0] if seen else None


class _Seen(Exception):
    """Enough was read."""


class _Builder:
    """Builds the tree while expat reads, and counts."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._elements = self._attributes = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, *_: object) -> None:
        raise XmlRefused(
            "The XML declares a document type or entities. They can hide content, fetch it from "
            "elsewhere or blow it up, and no credential has them, so it was not read.",
            reason="xml-doctype",
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._attributes += len(attributes)
        if len(self._open) >= MOST_DEPTH:
            raise XmlRefused(
                f"The XML is nested more than {MOST_DEPTH} levels deep; no credential is.",
                reason="xml-too-deep",
            )
        if self._elements > MOST_ELEMENTS or self._attributes > MOST_ATTRIBUTES:
            raise XmlRefused(
                "The XML has far more elements than any credential, so it was not read.",
                reason="xml-too-many",
            )
        namespace, local = _split(name)
        element = Element(
            name=local,
            namespace=namespace,
            attributes={_clark(key): value for key, value in attributes.items()},
            line=self.parser.CurrentLineNumber,
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].own.append(text)


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _clark(name: str) -> str:
    namespace, local = _split(name)
    return f"{{{namespace}}}{local}" if namespace else local


def dump(root: Element) -> bytes:
    """Write a tree as XML in UTF-8, two spaces a level where an element has only children.

    Raises: EncodeError for a character that XML cannot say, such as a control character.
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{fragment(root)}\n'.encode()


def fragment(element: Element) -> str:
    """Write one element with everything in it, as a text that `read_xml` reads again."""
    return "\n".join(_lines(element, "", None))


def _lines(element: Element, indent: str, outer: str | None) -> Iterator[str]:
    begin = f"{indent}<{element.name}{_attributes(element, outer)}"
    if element.children:
        yield begin + ">" + _escaped(element.text.strip(), _ESCAPES)
        for one in element.children:
            yield from _lines(one, indent + "  ", element.namespace)
        yield f"{indent}</{element.name}>"
    elif element.own:
        yield f"{begin}>{_escaped(element.text, _ESCAPES)}</{element.name}>"
    else:
        yield begin + "/>"


def _attributes(element: Element, outer: str | None) -> str:
    spaces: dict[str, str] = {}
    written = []
    if element.namespace != (outer or ""):
        written.append(("xmlns", element.namespace))
    for key, value in element.attributes.items():
        namespace, _, local = key.removeprefix("{").rpartition("}")
        if namespace and namespace != XML:
            prefix = spaces.setdefault(namespace, f"n{len(spaces) + 1}")
            written.append((f"{prefix}:{local}", value))
        else:
            written.append((f"xml:{local}" if namespace else local, value))
    written += [(f"xmlns:{prefix}", namespace) for namespace, prefix in spaces.items()]
    return "".join(f' {name}="{_escaped(value, _IN_ATTRIBUTES)}"' for name, value in written)


def _escaped(text: str, escapes: dict[str, str]) -> str:
    wrong = _not_characters().search(text)
    if wrong is not None:
        raise EncodeError(
            f"A text holds the character U+{ord(wrong[0]):04X}, which XML cannot say. Take it out "
            "of the description or the learner's data."
        )
    return "".join(escapes.get(sign, sign) for sign in text)


def tree(raw: bytes) -> Any:
    """Return the root element of lxml, for a check against an XML Schema.

    The bytes are read with `read_xml` first, so that nothing dangerous is left in them.
    Raises: XmlRefused; ImportError when lxml is not installed.
    """
    read_xml(raw)
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise XmlRefused(
            f"It is not well-formed XML ({str(error)[:120]}).", reason="not-xml"
        ) from error
