"""One cell of text becomes a value, or a reason why not.

Nothing is guessed: a date that could be read in two ways is refused, a name is kept as
it stands (NFC, any script), and what hides or reorders text is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tessera.errors import ModelError
from tessera.model import Duration
from tessera.model.checks import is_uri

_MAIL = re.compile(r"[^@\s,;<>\"]+@(?:[^@\s.,;<>\"]+\.)+[^@\s.,;<>\"]{2,}")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LONGEST_NAME = 200
Read = TypeVar("Read")
# Characters that reorder or hide text: a name holding them can look like another one.
_HIDING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


class Refused(Exception):
    """A cell that cannot be used; the message is the reason."""


@dataclass(slots=True)
class CellReader:
    """Reads single cells and notes what is wrong with them."""

    cells: dict[str, str]
    spoiled: set[str]
    reasons: list[str]

    def text(self, column: str, *, required: bool = False) -> str | None:
        value = self.cells.get(column)
        if value is None and required and column not in self.spoiled:
            self.reasons.append(f"{column} is empty.")
        return value

    def name(self, column: str, *, required: bool = False) -> str | None:
        value = self.text(column, required=required)
        if value and len(value) > _LONGEST_NAME:
            self.reasons.append(f"{column} has {len(value)} characters; that is no name.")
            return None
        if value and not any(sign.isalpha() or ord(sign) > 0x2000 for sign in value):
            self.reasons.append(f"{column} is '{value[:30]}': there is no letter in it.")
        return value

    def day(self, column: str) -> date | None:
        return self.read(column, day)

    def read(
        self, column: str, parse: Callable[[str], Read], *, required: bool = False
    ) -> Read | None:
        value = self.cells.get(column)
        if value is None:
            if required:
                self.text(column, required=True)
            return None
        try:
            return parse(value)
        except (Refused, ModelError) as error:
            self.reasons.append(f"{column}: {error}")
            return None


def bad_character(cell: str) -> str | None:
    """Name a character that is no text, or that hides text; None when there is none."""
    if cell.isascii() and cell.isprintable():
        return None
    for sign in cell:
        if sign in _HIDING:
            return f"an invisible character that changes how text reads (U+{ord(sign):04X})"
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Cs", "Co") or (kind == "Cn" and _never_assigned(ord(sign))):
            return f"a character that is no text (U+{ord(sign):04X})"
    return None


def _never_assigned(code: int) -> bool:
    """Noncharacters; other unassigned ones may be new signs that Python does not know yet."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def day(text: str) -> date:
    """Read 2026-11-24 or 24.11.2026."""
    if match := _ISO_DAY.fullmatch(text):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _DOTTED_DAY.fullmatch(text):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        raise Refused(f"'{text[:30]}' is not a day. Write it as 2026-11-24 or 24.11.2026.")
    try:
        return date(*parts)
    except ValueError as error:
        raise Refused(f"'{text}' is not a day in the calendar.") from error


def mail(text: str) -> str:
    """Return a mail address as it stands. Not checked: whether anybody reads it."""
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise Refused(f"'{text[:60]}' is not a mail address.")
    return text


def uri(text: str) -> str:
    """Return the id of an award."""
    if not is_uri(text):
        raise Refused("give the id of the award that is replaced, such as urn:credential:….")
    return text


def hours(text: str) -> Duration:
    """Read a number of hours, with a point or a comma."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Refused(f"'{text[:20]}' is not a number of hours.") from error
    if not number.is_finite() or not 0 < number < 100_000:
        raise Refused(f"{text} hours cannot be right.")
    return Duration.of_hours(number)
