"""Single values of the wire format: how each is written, read and defined for JSON-LD.

The document is described once, by shapes (`learning`, `people`), so that writer, reader,
context and JSON Schema cannot drift apart.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import quote, unquote

from tessera.errors import ModelError
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.instants import day_text, instant_text, read_instant
from tessera.formats.vcdm.reading import Place, Reading
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.formats.vcdm.texts import read_text
from tessera.model import Duration, Picture, Text
from tessera.model.checks import is_uri

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,40})?", re.ASCII)
_DATA = re.compile(r"data:(image/(?:png|jpeg|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})")


class Shape(Protocol):
    """One kind of value."""

    def write(self, value: Any) -> Json: ...

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        """Return the value of the model, or REFUSED after telling why."""
        ...

    def coercion(self) -> JsonObject:
        """What the context says of a term with this value, besides its IRI."""
        ...

    def schema(self, definitions: JsonObject) -> JsonObject:
        """Its JSON Schema; named parts are put into `definitions`."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A text without a language: a name, a number in a register, a word of ours."""

    def write(self, value: str) -> str:
        return value

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, str) and value.strip():
            return value
        return reading.remark("text", "A text is expected here.", place)

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Address:
    """An IRI that names something."""

    def write(self, value: str) -> str:
        return value

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        id = value.get("id") if isinstance(value, dict) else value
        if isinstance(id, str) and is_uri(id):
            return id
        return reading.remark("address", "An absolute address is expected here.", place)

    def coercion(self) -> JsonObject:
        return {"@type": "@id"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "format": "uri"}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address as a literal, where the European Learning Model has xsd:anyURI."""

    def write(self, value: str) -> str:
        return value

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        return Address().read(value, place, reading)

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:anyURI"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "format": "uri"}


def _unquoted(text: str) -> str:
    try:
        return unquote(text, errors="surrogatepass")
    except UnicodeDecodeError:  # "%ff" of somebody else
        return unquote(text)


@dataclass(frozen=True, slots=True)
class Scheme:
    """The scheme of an identifier: an address, or a name put into a URN of ours."""

    def write(self, value: str) -> str:
        if is_uri(value):
            return value
        return terms.SCHEMES + quote(value, safe="-._~", errors="surrogatepass")

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, str) and value.startswith(terms.SCHEMES):
            value = _unquoted(value[len(terms.SCHEMES) :])
        return Words().read(value, place, reading)

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:anyURI"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "format": "uri"}


@dataclass(frozen=True, slots=True)
class Languages:
    """A text in one or several languages, as a JSON-LD language map."""

    def write(self, value: Text) -> JsonObject:
        return value.as_dict()

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        return read_text(value, place, reading)

    def coercion(self) -> JsonObject:
        return {"@container": "@language"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "pattern": r"\S"},
        }


@dataclass(frozen=True, slots=True)
class Note:
    """A text as a Note of the European Learning Model: always an object."""

    def write(self, value: Text) -> JsonObject:
        return {"type": "Note", "noteLiteral": value.as_dict()}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, dict) and "noteLiteral" in value:
            return read_text(value["noteLiteral"], place.to("noteLiteral"), reading)
        return read_text(value, place, reading)

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:
        return {
            "type": "object",
            "properties": {"noteLiteral": Languages().schema(definitions)},
            "required": ["noteLiteral"],
        }


def number_text(number: Decimal) -> str:
    """Write a number exactly: without exponent and without superfluous zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def read_number(value: Json) -> Decimal | None:
    """Read a number that was written as a number or as a text; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, int | float | Decimal):
        try:
            number = Decimal(repr(value) if isinstance(value, float) else value)
        except InvalidOperation:
            return None
        return number if number.is_finite() and abs(number) < 10**15 else None
    return None


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number as a text: JSON numbers are doubles to most readers."""

    literal: str = "xsd:decimal"

    def write(self, value: Decimal) -> str:
        return number_text(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        number = read_number(value)
        if number is None:
            return reading.remark("number", "A number is expected here.", place)
        return number

    def coercion(self) -> JsonObject:
        return {"@type": self.literal}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""

    def write(self, value: bool) -> bool:
        return value

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, bool):
            return value
        return reading.remark("truth", "true or false is expected here.", place)

    def coercion(self) -> JsonObject:
        return {}  # xsd:boolean as it is

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as its first instant in UTC: the European Learning Model knows no xsd:date."""

    def write(self, value: date) -> str:
        return day_text(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        found = read_instant(value)
        if found is None and isinstance(value, str):
            found = read_instant(value + "T00:00:00Z")
        if found is None:
            return reading.remark("date", "A day or a time is expected here.", place)
        return found.date()

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:dateTime"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in UTC."""

    def write(self, value: datetime) -> str:
        return instant_text(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        found = read_instant(value)
        if found is None:
            return reading.remark("date", "A date and time is expected here.", place)
        if found.tzinfo is None:
            what = "The time does not say its offset from UTC; it was read as UTC."
            reading.remark("no-offset", what, place)
            found = found.replace(tzinfo=UTC)
        return found.astimezone(UTC)

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:dateTime"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Span:
    """A duration, xsd:duration."""

    def write(self, value: Duration) -> str:
        return value.text

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if not isinstance(value, str):
            return reading.remark("duration", "A duration is expected here.", place)
        return reading.attempt(lambda: Duration(value), place)

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:duration"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "pattern": "^P"}


@dataclass(frozen=True, slots=True)
class Hours:
    """A number of hours as a duration ("PT54H")."""

    def write(self, value: Decimal) -> str:
        return Duration.of_hours(value).text

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        length = Span().read(value, place, reading)
        if isinstance(length, Duration) and length.hours is None:
            what = f"The duration {length.text} cannot be turned into hours."
            return reading.remark("hours", what, place)
        return length.hours if isinstance(length, Duration) else length

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:duration"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "pattern": "^PT"}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture inside the document, as a data address."""

    def write(self, value: Picture) -> str:
        return f"data:{value.media_type};base64,{base64.b64encode(value.content).decode()}"

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        found = _DATA.fullmatch(value) if isinstance(value, str) else None
        try:
            if found is None:
                raise ValueError
            return Picture(media_type=found[1], content=base64.b64decode(found[2], validate=True))
        except (binascii.Error, ValueError, ModelError):
            return reading.remark("picture", "A picture inside the document was expected.", place)

    def coercion(self) -> JsonObject:
        return {"@type": "xsd:anyURI"}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"type": "string", "pattern": "^data:image/"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    type: type[StrEnum]

    def write(self, value: StrEnum) -> str:
        return value.value

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        words = [one.value for one in self.type]
        if isinstance(value, str) and value in words:
            return self.type(value)
        return reading.remark("choice", f"One of {', '.join(words)} is expected here.", place)

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {"enum": [one.value for one in self.type]}
