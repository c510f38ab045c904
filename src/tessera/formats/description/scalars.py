"""Single values: names, addresses, numbers, days, durations, truth values, pictures.

Each says in its refusal what to write instead.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tessera.errors import EncodeError, ModelError
from tessera.formats.description.node import Node
from tessera.formats.description.shape import At, Plain, Reading
from tessera.model import Duration, Picture

URI = r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\u0000-\u001f]+$"
WEB = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#<>\"{}|\\^`\u0000-\u001f][^\s<>\"{}|\\^`\u0000-\u001f]*$"
_NOT_BLANK = r"\S"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_ISO = r"P(?=[0-9]|T[0-9])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?"
_ISO_TIME = r"(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
_WORDS = r"[1-9][0-9]{0,4} (hour|day|week|month|year)s?"
_DURATION = f"^({_ISO}{_ISO_TIME}|{_WORDS})$"
_PICTURE = re.compile(r"data:(image/(?:png|jpeg|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})")
_UNITS = {"hour": "PT{}H", "day": "P{}D", "week": "P{}W", "month": "P{}M", "year": "P{}Y"}


@dataclass(frozen=True, slots=True)
class Words:
    """A text without a language, such as a name, an id or an address.

    pattern: ECMA regular expression for the schema; the model checks it when reading.
    """

    pattern: str = _NOT_BLANK
    example: str = "a text"

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        text = node.string
        if text is None:
            return reading.refuse(
                node, at, f"Here stands {node}; write {self.example}, in quotes if it is a number."
            )
        if not re.search(self.pattern, text):
            return reading.refuse(node, at, f"'{text[:80]}' does not fit. Write {self.example}.")
        return text

    def write(self, value: str) -> str:
        return value

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002 - same shape as the others
        return {"type": "string", "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is kept exactly as it was written."""

    most: int
    example: str

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        number = node.number
        if number is None:
            hint = "with a point, without quotes, unit and exponent"
            return reading.refuse(
                node, at, f"{node} is not a number we read. Write it {hint}: {self.example}."
            )
        if not 0 <= number <= self.most:
            return reading.refuse(node, at, f"It has to be from 0 to {self.most}, not {number}.")
        return number

    def write(self, value: Decimal) -> Decimal:
        if len(f"{value:f}".partition(".")[2]) > 40:
            raise EncodeError(f"{value} has more than 40 decimals. Round it before writing it.")
        return value

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "number", "minimum": 0, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in a range."""

    least: int
    most: int

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        number = node.number
        if number is None or number % 1 or not self.least <= number <= self.most:
            return reading.refuse(
                node, at, f"{node} does not fit: write a whole number, {self.least} to {self.most}."
            )
        return int(number)

    def write(self, value: int) -> int:
        return value

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if node.truth is None:
            return reading.refuse(node, at, f"{node} does not fit: write true or false.")
        return node.truth

    def write(self, value: bool) -> bool:
        return value

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    type: type[StrEnum]

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        words = [one.value for one in self.type]
        if node.string not in words:
            return reading.refuse(
                node, at, f"{node} does not fit. Write one of: {', '.join(words)}."
            )
        return self.type(node.string)

    def write(self, value: StrEnum) -> str:
        return value.value

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "string", "enum": [one.value for one in self.type]}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, ISO 8601."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        text = node.string or ""
        try:
            if not re.search(_DAY, text):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            return reading.refuse(
                node, at, f"{node} is not a day. Write year-month-day: 2026-09-14."
            )

    def write(self, value: date) -> str:
        return value.isoformat()

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "string", "format": "date", "pattern": _DAY}


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: "8 weeks", or ISO 8601 ("P8W")."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        text = node.string or ""
        if re.search(f"^{_WORDS}$", text):
            count, unit = text.split(" ")
            text = _UNITS[unit.rstrip("s")].format(count)
        try:
            return Duration(text)
        except ModelError:
            return reading.refuse(
                node, at, f"{node} is not a duration. Write 60 hours, 8 weeks, 5 years or P1Y6M."
            )

    def write(self, value: Duration) -> str:
        return value.text

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "string", "pattern": _DURATION}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture inside the file, as a data address; nothing is read from the disk or the net."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        found = _PICTURE.fullmatch(node.string or "")
        try:
            if found is None:
                raise ValueError
            return Picture(media_type=found[1], content=base64.b64decode(found[2], validate=True))
        except (binascii.Error, ValueError, ModelError):
            return reading.refuse(
                node,
                at,
                "This is no picture. Write data:image/png;base64, followed by the picture in "
                "base64 (PNG, JPEG or SVG).",
            )

    def write(self, value: Picture) -> str:
        return f"data:{value.media_type};base64,{base64.b64encode(value.content).decode()}"

    def schema(self, definitions: Plain) -> Plain:  # noqa: ARG002
        return {"type": "string", "pattern": f"^{_PICTURE.pattern}$"}
