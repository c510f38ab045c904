"""The eye of the decoder: the children of one element, read one by one, and what was odd.

Source: EMREX ELMO 1.7, schema.xsd; XML Schema 1.1 part 2 for dates and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tessera.errors import ModelError
from tessera.formats.elmo import names
from tessera.formats.elmo.words import MARK
from tessera.model import Concept, Identifier, Text
from tessera.model.checks import is_uri
from tessera.model.identifiers import SCHEMES
from tessera.report import Finding
from tessera.standards.xmltext import Element
from tessera.vocab import countries

T = TypeVar("T")
MOST_FINDINGS = 200
MOST_ITEMS = 1_000


class Part:
    """One element whose children are read; `left` are those that nobody took."""

    def __init__(self, element: Element | None, path: str) -> None:
        self.element = element or Element(name="")
        self.path = path
        self._taken: set[int] = set()

    def all(self, name: str) -> list[Element]:
        return self.element.all(name)[:MOST_ITEMS]

    def take(self, *elements: Element | None) -> None:
        self._taken.update(id(one) for one in elements if one is not None)

    def first(self, name: str) -> Element | None:
        """The first child of this name, taken."""
        found = self.element.child(name)
        self.take(found)
        return found

    def token(self, name: str) -> str | None:
        """The text of the first child of this name, taken; None where it says nothing."""
        found = self.first(name)
        return said(found)

    def left(self) -> list[Element]:
        return [
            one
            for one in self.element.children
            if id(one) not in self._taken and one.namespace != names.SIGNATURE
        ]


def said(element: Element | None) -> str | None:
    """The text of an element; None where there is none but white space of any kind."""
    text = element.token if element is not None else ""
    return text if text.strip() else None


class Reader:
    """What the reading of one document shares: findings, and the words that were taken off."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.told: str | None = None

    def remark(self, what: str, message: str, path: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(
                Finding.indeterminate(
                    f"elmo.decode.{what}", message, path=path, advice=True, source="house rule"
                )
            )

    def attempt(self, build: Callable[[], T], path: str) -> T | None:
        try:
            return build()
        except ModelError as error:
            self.remark("refused", f"A value was left out: {error}", path)
            return None

    def texts(self, part: Part, name: str, *, keeps_lines: bool = False) -> Text | None:
        entries: dict[str, str] = {}
        for one in part.all(name):
            tag = one.language or "und"
            value = one.text if keeps_lines else one.token
            if name == "description" and tag == "en":
                value = self.without_words(value)
            text = self.text(value, tag, part.path) if value else None
            if value and (text is None or text.languages[0] in entries):
                continue  # stays in the residue
            part.take(one)
            if text is not None:
                entries[text.languages[0]] = value
        return Text.of(entries) if entries else None

    def text(self, value: str, tag: str, path: str) -> Text | None:
        return self.attempt(lambda: Text.of({tag: value}), path)

    def uri(self, part: Part) -> str | None:
        for one in part.all("identifier"):
            if one.attributes.get("type") == names.URI and is_uri(one.text):
                part.take(one)
                return one.text
        return None

    def identifiers(self, part: Part, without: Iterable[str] = ()) -> tuple[Identifier, ...]:
        found: list[Identifier] = []
        for one in part.all("identifier"):
            kind, value = one.attributes.get("type", ""), one.token
            if kind == names.URI or kind in without or not (kind.strip() and value.strip()):
                continue
            identifier = _identifier(kind, value)
            if identifier is not None:
                part.take(one)
                found.append(identifier)
        return tuple(found)

    def instant(self, part: Part, name: str) -> datetime | None:
        text = part.token(name)
        found = _moment(text) if text else None
        if text and found is None:
            self.remark("date", f"'{text[:40]}' is no moment.", f"{part.path}/{name}")
        return found

    def day(self, part: Part, name: str) -> date | None:
        element = part.element.child(name)
        if element is None:
            return None
        found = _day(element.token)
        if found is None:
            self.remark("date", f"'{element.token[:40]}' is no day.", f"{part.path}/{name}")
        else:
            part.take(element)
        return found

    def country(self, part: Part, name: str) -> Concept | None:
        element = part.element.child(name)
        code = element.token if element else ""
        iri = countries.iri(code) if code in names.COUNTRIES else None
        if element is None or iri is None:
            return None
        part.take(element)
        return Concept.named("country", iri)

    def number(self, part: Part, element: Element | None) -> Decimal | None:
        if element is None:
            return None
        try:
            found = Decimal(element.token)
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite() and 0 <= found <= 100_000 and len(element.token) < 40:
            return found
        self.remark("number", f"'{element.token[:40]}' is no number that is read.", part.path)
        return None

    def without_words(self, text: str) -> str:
        """Take off the elements that were told in words, and keep them for the way back."""
        head, mark, words = f"\n\n{text}".rpartition(MARK)
        if not mark:
            return text
        self.told = words
        return head.removeprefix("\n\n")


def _identifier(kind: str, value: str) -> Identifier | None:
    """An identifier whose kind is one of ours and fits, else under the kind as it is named."""
    known = kind.strip().lower()
    if known in SCHEMES:
        try:
            return Identifier(scheme=known, value=value)
        except ModelError:
            return Identifier(scheme=f"{known}-other", value=value)
    return Identifier(scheme=kind, value=value)


def _moment(text: str) -> datetime | None:
    """Read xs:dateTime; without an offset it counts as UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    """Read xs:date, whose time zone does not matter here."""
    try:
        return date.fromisoformat(text[:10]) if len(text) <= 16 else None
    except ValueError:
        return None
