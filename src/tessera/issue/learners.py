"""A row of text becomes a learner with results, or reasons why not.

All reasons of a row are collected. Nothing is guessed: a date that could be read
in two ways is refused, a name is kept as it stands (NFC, any script).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tessera.errors import ModelError
from tessera.issue.columns import Columns
from tessera.issue.tables import Row
from tessera.model import (
    Achievement,
    AssessmentResult,
    Concept,
    Duration,
    Identifier,
    Learner,
    MicroCredential,
    Period,
    Text,
)
from tessera.model.checks import is_uri
from tessera.model.text import canonical_tag

_MAIL = re.compile(r"[^@\s,;<>\"]+@(?:[^@\s.,;<>\"]+\.)+[^@\s.,;<>\"]{2,}")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LONGEST_NAME = 200
Read = TypeVar("Read")
# Characters that reorder or hide text: a name holding them can look like another one.
_HIDING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One learner to be awarded, as the table says."""

    row: int
    learner: Learner
    achievement: Achievement
    award_key: str
    awarded_on: date
    language: str
    number: str | None = None
    replaces: str | None = None
    replaces_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row that is not awarded, and every reason for it."""

    row: int
    learner_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What holds for the whole table: the day of judgement, defaults, the description."""

    description: MicroCredential
    today: date
    awarded_on: date
    language: str


def award_key(description: MicroCredential, learner_id: str, awarded_on: date) -> str:
    """Return the key under which an award is made at most once.

    SHA-256 over the JSON array [description id, version, learner id, award date].
    """
    facts = [description.id, description.version, learner_id, awarded_on.isoformat()]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


class _Refused(Exception):
    """A cell that cannot be used; the message is the reason."""


@dataclass(slots=True)
class Reader:
    """Reads the rows of one table; remembers who was there already (as 8-byte hashes)."""

    occasion: Occasion
    columns: Columns
    _learners: dict[int, int] = field(default_factory=dict)
    _addresses: dict[int, tuple[int, int]] = field(default_factory=dict)
    _keys: dict[int, int] = field(default_factory=dict)

    def read(self, row: Row) -> Entry | Refusal:
        """Return the learner of this row, or why it is refused. Never raises for its content."""
        reasons: list[str] = []
        cells, spoiled = self._cells(row, reasons)
        cell = _CellReader(cells, spoiled, reasons)
        learner_id = cell.text("learner_id", required=True) or ""
        learner = self._learner(cell)
        awarded_on = cell.day("award_date") or self.occasion.awarded_on
        if awarded_on > self.occasion.today:
            reasons.append(f"The award date {awarded_on} lies in the future.")
        if learner.date_of_birth and learner.date_of_birth >= awarded_on:
            reasons.append("The date of birth is not before the award date.")
        language = self._language(cell)
        achievement = self._achievement(cell)
        replaces = cell.read("replaces", _uri)
        key = cells.get("award_key") or award_key(self.occasion.description, learner_id, awarded_on)
        self._refuse_twice(row, learner_id, learner, reasons, key=key)
        if reasons:
            return Refusal(row=row.number, learner_id=learner_id, reasons=tuple(reasons))
        return Entry(
            row=row.number, learner=learner, achievement=achievement, award_key=key,
            awarded_on=awarded_on, language=language, number=cells.get("number"),
            replaces=replaces, replaces_reason=cells.get("replaces_reason"),
        )  # fmt: skip

    def _cells(self, row: Row, reasons: list[str]) -> tuple[dict[str, str], set[str]]:
        extra = [cell for cell in row.cells[len(self.columns.names) :] if cell]
        if extra:
            reasons.append(
                f"The row has {len(row.cells)} cells, the header {len(self.columns.names)}: "
                "a delimiter stands inside a text without quotation marks."
            )
        cells: dict[str, str] = {}
        spoiled: set[str] = set()
        for name, cell in zip(self.columns.names, row.cells, strict=False):
            if name is not None and cell:
                bad = _bad_character(cell)
                if bad:
                    spoiled.add(name)
                    reasons.append(f"{name} holds {bad}. Type it again.")
                elif cell[0] in "=+@" and name != "number" and not cell[1:].isdigit():
                    spoiled.add(name)
                    reasons.append(f"{name} looks like a formula: '{cell[:30]}'.")
                else:
                    cells[name] = unicodedata.normalize("NFC", cell)
        return cells, spoiled

    def _learner(self, cell: _CellReader) -> Learner:
        citizenship = cell.read("citizenship", lambda text: Concept.named("country", text))
        national = cell.text("national_id")
        country = cell.read("national_id_country", lambda text: Concept.named("country", text))
        if national and not country:
            cell.reasons.append("national_id needs national_id_country beside it.")
        return Learner(
            key=cell.text("learner_id"),
            given_name=cell.name("given_name", required=True),
            family_name=cell.name("family_name", required=True),
            full_name=cell.name("full_name"),
            date_of_birth=cell.day("date_of_birth"),
            national_id=_national_id(national, country),
            identifiers=tuple(
                found
                for column, scheme in (
                    ("esi", "esi"), ("orcid", "orcid"), ("eidas", "eidas-person"))
                if (found := cell.read(column, _identifier(scheme)))
            ),
            citizenship=(citizenship,) if citizenship else (),
            email=cell.read("email", _mail, required=True),
        )  # fmt: skip

    def _language(self, cell: _CellReader) -> str:
        language = cell.read("language", _tag) or self.occasion.language
        title = self.occasion.description.title
        if title is not None and title.best(language).language.split("-")[0] != language[:2]:
            cell.reasons.append(
                f"There is no title in '{language}'. The description has: "
                f"{', '.join(title.languages)}."
            )
        return language

    def _achievement(self, cell: _CellReader) -> Achievement:
        description = self.occasion.description
        results = []
        for assessment in description.assessments:
            short = len(description.assessments) == 1

            def column(kind: str, id: str = assessment.id, short: bool = short) -> str:
                long = f"{kind}_{id}"
                return kind if short and long not in cell.cells else long

            grade = cell.text(column("grade"))
            if grade is None and assessment.grading is not None:
                cell.reasons.append(
                    f"{column('grade')} is empty, but '{assessment.id}' is graded. "
                    "Leave out learners who have not passed."
                )
            results.append(
                AssessmentResult(
                    assessment=assessment.id,
                    grade=Text.of(grade, language=self.occasion.language) if grade else None,
                    graded_on=cell.day(column("graded_on")),
                    supervision=cell.read(
                        column("supervision"), lambda text: Concept.named("supervision", text)
                    )
                    or assessment.supervision,
                )
            )
        return Achievement(
            results=tuple(results),
            ects=description.workload.ects,
            actual_workload=cell.read("actual_hours", _hours),
            period=_period(cell) or description.period,
        )

    def _refuse_twice(
        self, row: Row, learner_id: str, learner: Learner, reasons: list[str], *, key: str
    ) -> None:
        if not learner_id:
            return
        # An award key of its own makes a second award to the same learner deliberate.
        own_key = key if "award_key" in self.columns.names else ""
        first = self._learners.setdefault(_small_hash(learner_id + "\x1f" + own_key), row.number)
        if first != row.number:
            reasons.append(f"The learner {learner_id} is already in row {first}. Keep one row.")
        elif (first := self._keys.setdefault(_small_hash(key), row.number)) != row.number:
            reasons.append(f"The award_key '{key[:40]}' stands in row {first} already.")
        if learner.email is None:
            return
        person = _small_hash(learner_id)
        known = self._addresses.setdefault(
            _small_hash(learner.email.casefold()), (row.number, person)
        )
        if known[1] != person:
            reasons.append(
                f"The same mail address stands in row {known[0]} with another learner. "
                "Give each learner an own address."
            )


@dataclass(slots=True)
class _CellReader:
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
        return self.read(column, _day)

    def read(
        self, column: str, parse: Callable[[str], Read], *, required: bool = False
    ) -> Read | None:
        value = self.text(column, required=required)
        if value is None:
            return None
        try:
            return parse(value)
        except (_Refused, ModelError) as error:
            self.reasons.append(f"{column}: {error}")
            return None


def _small_hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _bad_character(cell: str) -> str | None:
    if cell.isascii() and cell.isprintable():
        return None
    for sign in cell:
        if sign in _HIDING:
            return f"an invisible character that changes how text reads (U+{ord(sign):04X})"
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Cs", "Cn", "Co"):
            return f"a character that is no text (U+{ord(sign):04X})"
    return None


def _day(text: str) -> date:
    if match := _ISO_DAY.fullmatch(text):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _DOTTED_DAY.fullmatch(text):
        parts = (int(match[3]), int(match[2]), int(match[1]))
    else:
        raise _Refused(f"'{text[:30]}' is not a day. Write it as 2026-11-24 or 24.11.2026.")
    try:
        return date(*parts)
    except ValueError as error:
        raise _Refused(f"'{text}' is not a day in the calendar.") from error


def _mail(text: str) -> str:
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise _Refused(f"'{text[:60]}' is not a mail address.")
    return text


def _tag(text: str) -> str:
    return canonical_tag(text)


def _uri(text: str) -> str:
    if not is_uri(text):
        raise _Refused("give the id of the award that is replaced, such as urn:credential:….")
    return text


def _hours(text: str) -> Duration:
    try:
        hours = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise _Refused(f"'{text[:20]}' is not a number of hours.") from error
    if not hours.is_finite() or not 0 < hours < 100_000:
        raise _Refused(f"{text} hours cannot be right.")
    return Duration.of_hours(hours)


def _identifier(scheme: str) -> Callable[[str], Identifier]:
    return lambda text: Identifier.parse(scheme, text)


def _national_id(value: str | None, country: Concept | None) -> Identifier | None:
    if value is None or country is None:
        return None
    return Identifier(scheme="national-id", value=value, country=country.code)


def _period(cell: _CellReader) -> Period | None:
    start, end = cell.day("period_start"), cell.day("period_end")
    if start is None and end is None:
        return None
    try:
        return Period(start=start, end=end)
    except ModelError as error:
        cell.reasons.append(f"period_end: {error}")
        return None
