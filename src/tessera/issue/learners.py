"""A row of text becomes a learner with results, or reasons why not.

All reasons of a row are collected. The cells are read by `cells`; here is what holds
between them: a learner stands once, dates follow each other, graded means a grade.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from tessera.errors import ModelError
from tessera.issue.cells import CellReader, bad_character, hours, mail, uri
from tessera.issue.columns import ALWAYS, EXAMPLE, PERSONAL, Columns
from tessera.issue.seen import FirstRows
from tessera.issue.tables import Row
from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Concept,
    Identifier,
    Learner,
    MicroCredential,
    Period,
    Text,
    Validity,
)
from tessera.model.text import canonical_tag

_FORMULA = ("=", "+", "@")
_RUNNING = (*_FORMULA, "-")
_MOST_SHARED = 10_000
_json = json.JSONEncoder(ensure_ascii=False).encode


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
    return hashlib.sha256(_json(facts).encode()).hexdigest()


def own_award_key(description: MicroCredential, text: str) -> str:
    """Return the award key for what stands in a column `award_key`.

    SHA-256 over [description id, "award_key", text]: the same text under another
    description is another award, and the id of a credential stays unique in the world.
    """
    facts = [description.id, "award_key", text]
    return hashlib.sha256(_json(facts).encode()).hexdigest()


@lru_cache(maxsize=1024)
def last_day(validity: Validity | None, awarded_on: date) -> date | None:
    """Return the last day on which an award of this day is valid; None: without end."""
    if validity is None:
        return None
    return validity.until or (validity.duration.after(awarded_on) if validity.duration else None)


def title_language(description: MicroCredential, language: str) -> str | None:
    """Return the language of the title that serves this one ("en" for "en-IE"), or None."""
    if description.title is None:
        return language
    found = description.title.best(language)
    return None if found.is_fallback else found.language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assessed:
    """An assessment and the names of its columns; a single one also goes by short names."""

    assessment: Assessment
    grade: str
    graded_on: str
    supervision: str

    @classmethod
    def of(cls, assessment: Assessment, columns: Columns, *, single: bool) -> _Assessed:
        """Choose the long name of a column where the table has it, or where several could be."""
        short = {
            kind: single and f"{kind}_{assessment.id}" not in columns.names
            for kind in ("grade", "graded_on", "supervision")
        }
        names = {kind: kind if is_short else f"{kind}_{assessment.id}"
                 for kind, is_short in short.items()}  # fmt: skip
        return cls(assessment=assessment, **names)


@dataclass(slots=True)
class Reader:
    """Reads the rows of one table; remembers who was there already (as hashes)."""

    occasion: Occasion
    columns: Columns
    _people: FirstRows = field(default_factory=FirstRows)
    _addresses: FirstRows = field(default_factory=FirstRows)
    _keys: FirstRows = field(default_factory=FirstRows)
    _results: dict[tuple[str, str | None, str], AssessmentResult] = field(default_factory=dict)
    _languages: dict[str, str] = field(default_factory=dict)
    _assessed: tuple[_Assessed, ...] = field(init=False)

    def __post_init__(self) -> None:
        assessments = self.occasion.description.assessments
        self._assessed = tuple(
            _Assessed.of(one, self.columns, single=len(assessments) == 1) for one in assessments
        )

    def read(self, row: Row) -> Entry | Refusal:
        """Return the learner of this row, or why it is refused. Never raises for its content."""
        reasons: list[str] = []
        cells, spoiled = self._cells(row, reasons)
        learner_id = cells.get("learner_id", "")
        if all(cells.get(name) == EXAMPLE[name] for name in ALWAYS):
            reason = "This is the example row of the template. Delete it, or fill in a learner."
            return Refusal(row=row.number, learner_id=learner_id, reasons=(reason,))
        cell = CellReader(cells, spoiled, reasons)
        learner = self._learner(cell)
        awarded_on = cell.day("award_date") or self.occasion.awarded_on
        self._refuse_wrong_days(learner, awarded_on, reasons)
        language = self._language(cell)
        achievement = self._achievement(cell, language)
        replaces = cell.read("replaces", uri)
        key = self._award_key(cells, learner_id, awarded_on)
        self._refuse_twice(row, learner_id, learner, reasons, key=key)
        if reasons:
            return Refusal(row=row.number, learner_id=learner_id, reasons=tuple(reasons))
        return Entry(
            row=row.number, learner=learner, achievement=achievement, award_key=key,
            awarded_on=awarded_on, language=language, number=cells.get("number"),
            replaces=replaces, replaces_reason=cells.get("replaces_reason"),
        )  # fmt: skip

    def _award_key(self, cells: dict[str, str], learner_id: str, awarded_on: date) -> str:
        own = cells.get("award_key")
        if own is not None:
            return own_award_key(self.occasion.description, own)
        return award_key(self.occasion.description, learner_id, awarded_on)

    def _refuse_wrong_days(self, learner: Learner, awarded_on: date, reasons: list[str]) -> None:
        if awarded_on > self.occasion.today:
            reasons.append(f"The award date {awarded_on} lies in the future.")
        if learner.date_of_birth and learner.date_of_birth >= awarded_on:
            reasons.append("The date of birth is not before the award date.")
        last = last_day(self.occasion.description.validity, awarded_on)
        if last is not None and last < self.occasion.today:
            reasons.append(
                f"Awarded on {awarded_on} it has been valid until {last}: nobody could use it."
            )

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
                # Spreadsheet programs write an apostrophe before a text that would run.
                cell = cell[1:] if cell[0] == "'" and cell[1:2] in _RUNNING else cell
                ordinary = cell.isascii() and cell.isprintable()
                bad = None if ordinary else bad_character(cell)
                if bad:
                    spoiled.add(name)
                    reasons.append(f"{name} holds {bad}. Type it again.")
                elif cell[0] in _FORMULA and name != "number" and not cell[1:].isdigit():
                    spoiled.add(name)
                    reasons.append(f"{name} looks like a formula: '{cell[:30]}'.")
                else:
                    cells[name] = cell if ordinary else unicodedata.normalize("NFC", cell)
        return cells, spoiled

    def _learner(self, cell: CellReader) -> Learner:
        if cell.cells.keys().isdisjoint(PERSONAL):
            return Learner(
                key=cell.text("learner_id", required=True),
                given_name=cell.name("given_name", required=True),
                family_name=cell.name("family_name", required=True),
                email=cell.read("email", mail, required=True),
            )
        # A full name serves whoever has one name only.
        full_name = cell.name("full_name")
        both = full_name is None
        citizenship = cell.read("citizenship", lambda text: Concept.named("country", text))
        national = cell.text("national_id")
        country = cell.read("national_id_country", lambda text: Concept.named("country", text))
        if national and not country:
            cell.reasons.append("national_id needs national_id_country beside it.")
        return Learner(
            key=cell.text("learner_id", required=True),
            given_name=cell.name("given_name", required=both),
            family_name=cell.name("family_name", required=both),
            full_name=full_name,
            date_of_birth=cell.day("date_of_birth"),
            national_id=_national_id(national, country),
            identifiers=tuple(
                found
                for column, scheme in (
                    ("esi", "esi"), ("orcid", "orcid"), ("eidas", "eidas-person"))
                if (found := cell.read(column, _identifier(scheme)))
            ),
            citizenship=(citizenship,) if citizenship else (),
            email=cell.read("email", mail, required=True),
        )  # fmt: skip

    def _language(self, cell: CellReader) -> str:
        wanted = cell.cells.get("language") or self.occasion.language
        if wanted in self._languages:
            return self._languages[wanted]
        tag = cell.read("language", canonical_tag) if "language" in cell.cells else wanted
        if tag is None:
            return self.occasion.language
        found = title_language(self.occasion.description, tag)
        if found is not None:
            self._languages[wanted] = found
            return found
        title = self.occasion.description.title
        cell.reasons.append(
            f"There is no title in '{tag}'. The description has: "
            f"{', '.join(title.languages) if title else 'none'}."
        )
        return self.occasion.language

    def _achievement(self, cell: CellReader, language: str) -> Achievement:
        description = self.occasion.description
        return Achievement(
            results=tuple(self._result(cell, one, language) for one in self._assessed),
            ects=description.workload.ects,
            actual_workload=cell.read("actual_hours", hours),
            period=_period(cell) or description.period,
        )

    def _result(self, cell: CellReader, one: _Assessed, language: str) -> AssessmentResult:
        """Read the columns of one assessment; equal results are shared between learners."""
        grade = cell.text(one.grade)
        if grade is None and one.assessment.grading and one.grade not in cell.spoiled:
            cell.reasons.append(
                f"{one.grade} is empty, but '{one.assessment.id}' is graded. "
                "Leave out learners who have not passed."
            )
        graded_on = cell.day(one.graded_on)
        supervision = cell.read(one.supervision, lambda text: Concept.named("supervision", text))
        shared = (one.assessment.id, grade, language)
        if graded_on is None and supervision is None and shared in self._results:
            return self._results[shared]
        result = AssessmentResult(
            assessment=one.assessment.id,
            grade=Text.of(grade, language=language) if grade else None,
            graded_on=graded_on,
            supervision=supervision or one.assessment.supervision,
        )
        if graded_on is None and supervision is None and len(self._results) < _MOST_SHARED:
            self._results[shared] = result
        return result

    def _refuse_twice(
        self, row: Row, learner_id: str, learner: Learner, reasons: list[str], *, key: str
    ) -> None:
        if not learner_id:
            return
        person = self._people.first(learner_id, row.number)
        # An award key of its own makes a second award to the same learner deliberate.
        if "award_key" in self.columns.names:
            if (first := self._keys.first(key, row.number)) != row.number:
                reasons.append(f"The award_key of this row stands in row {first} already.")
        elif person != row.number:
            reasons.append(f"The learner {learner_id} is already in row {person}. Keep one row.")
            return
        if learner.email is None:
            return
        owner = self._addresses.first(learner.email.casefold(), person)
        if owner != person:
            reasons.append(
                f"The same mail address stands in row {owner} with another learner. "
                "Give each learner an own address."
            )


def _identifier(scheme: str) -> Callable[[str], Identifier]:
    return lambda text: Identifier.parse(scheme, text)


def _national_id(value: str | None, country: Concept | None) -> Identifier | None:
    if value is None or country is None:
        return None
    return Identifier(scheme="national-id", value=value, country=country.code)


def _period(cell: CellReader) -> Period | None:
    start, end = cell.day("period_start"), cell.day("period_end")
    if start is None and end is None:
        return None
    try:
        return Period(start=start, end=end)
    except ModelError as error:
        cell.reasons.append(f"period_end: {error}")
        return None
