"""A record as lines for a person, and as plain JSON; everything that is there, nothing else."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from tessera.model import (
    Award,
    Concept,
    Credit,
    Duration,
    Identifier,
    Link,
    MicroCredential,
    Money,
    Organisation,
    Period,
    Picture,
    Place,
    SectoralLevel,
    Text,
    Validity,
)

# What a member is called where its name alone would not do, or where it is one of several.
_LABELS = {
    "actual_workload": "Actual workload",
    "activity": "Length of the activity",
    "agency": "Assured by",
    "assessed_by": "Assessed by",
    "assessments": "Assessment",
    "awarding_bodies": "Awarding body",
    "contexts": "Context",
    "criteria_url": "Criteria at",
    "custom": "Element of its own",
    "ects": "ECTS credits",
    "eqf": "EQF level",
    "esco_skills": "ESCO skills",
    "fields": "Field of education",
    "hours": "Hours of work",
    "id": "Address",
    "identifiers": "Identifier",
    "is_actual": "Had at once",
    "is_partial_qualification": "Part of a larger qualification",
    "isced": "ISCED level",
    "kinds": "Kind",
    "learner_outcomes": "The learner gets",
    "learning_outcomes": "Learning outcome",
    "links": "Page",
    "maximum": "Longest time",
    "modes": "Mode",
    "nqf": "National level",
    "nqf_level": "National level",
    "other_credits": "Other credits",
    "other_names": "Other name",
    "partners": "Partner",
    "places": "Place",
    "providers": "Provider",
    "qf_ehea": "Cycle",
    "research": "Research",
    "resources": "Learning resource",
    "results": "Result",
    "seals_required": "Must seal",
    "sectoral": "Sectoral level",
    "targets": "Counts towards",
    "uri": "Address",
    "url": "Address",
}
_OUR_IDS = ("LearningOutcome", "Assessment")
_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", re.ASCII)
_UNITS = ("year", "month", "day", "hour", "minute")


def lines(subject: MicroCredential | Award, language: str) -> Iterator[str]:
    """Walk the record, one line a fact, in the wanted language where there is one."""
    if isinstance(subject, Award):
        yield from _award(subject, language)
        description = subject.micro_credential
    else:
        description = subject
    yield f"Title: {_text(description.title, language)}" if description.title else "Title: none"
    yield from _facts(description, language, "", skip=("title",))


def _award(award: Award, language: str) -> Iterator[str]:
    if award.is_test:
        yield "TEST: this credential proves nothing."
    yield f"Credential: {award.id}"
    yield f"Learner: {award.learner.display_name or 'not named'}"
    yield from _facts(
        award.learner, language, "  ", skip=("given_name", "family_name", "full_name")
    )
    yield f"Awarded on: {award.date_of_issue or 'not stated'}"
    for name in ("issued_at", "valid_from", "valid_until", "replaces"):
        if getattr(award, name) is not None:
            yield f"{_label(name)}: {_moment(getattr(award, name))}"
    if award.replaces_reason is not None:
        yield f"Reason: {_text(award.replaces_reason, language)}"
    for identifier in award.identifiers:
        yield f"Identifier: {_short(identifier, language)}"
    for part in award.parts:
        yield f"Made of: {part}"
    yield from _facts(award.achievement, language, "", skip=())


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _facts(value: Any, language: str, indent: str, *, skip: tuple[str, ...]) -> Iterator[str]:
    for one in fields(value):
        found = getattr(value, one.name)
        if one.name in skip or found is None or found == () or found == "":
            continue
        label = (
            "Name" if one.name == "id" and type(value).__name__ in _OUR_IDS else _label(one.name)
        )
        items = found if isinstance(found, tuple) else (found,)
        short = [_short(item, language) for item in items]
        if all(text is not None and len(text) <= 60 for text in short):
            joint = "; " if any(isinstance(item, Place) for item in items) else ", "
            yield f"{indent}{label}: {joint.join(text for text in short if text is not None)}"
            continue
        for number, (item, text) in enumerate(zip(items, short, strict=True), start=1):
            numbered = f"{label} {number}" if len(items) > 1 else label
            yield from _fact(item, text, numbered, language, indent)


def _fact(item: Any, text: str | None, label: str, language: str, indent: str) -> Iterator[str]:
    """Say one thing on its line, or a thing with parts on several."""
    if text is not None:
        yield f"{indent}{label}: {text}"
        return
    if isinstance(item, Organisation):
        name = _text(item.legal_name, language) if item.legal_name else "no legal name"
        yield f"{indent}{label}: {name}"
        yield from _facts(item, language, indent + "  ", skip=("legal_name",))
        return
    parts = list(_facts(item, language, indent + "  ", skip=()))
    if parts:
        yield f"{indent}{label}:"
        yield from parts


def _short(item: Any, language: str) -> str | None:
    """Return a value as one phrase, or None when it has parts of its own."""
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, Decimal):
        return f"{item:f}"
    for type, phrase in _PHRASES.items():
        if isinstance(item, type):
            return phrase(item, language)
    return None if is_dataclass(item) else str(item)


def _moment(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) else str(value)


def _text(text: Text, language: str) -> str:
    best = text.best(language)
    return f"{best.text} [in {best.language}]" if best.is_fallback else best.text


def _concept(concept: Concept, language: str) -> str:
    """Name a concept: as the document does, else as the controlled lists do in that language."""
    from tessera.vocab.lookup import by_iri

    label = concept.label
    if label and not label.best(language).is_fallback:
        return _text(label, language)
    entry = by_iri(concept.iri)
    text, found = entry.name(language) if entry else ("", "")
    if text and (label is None or found == language.split("-")[0].lower()):
        return text
    return _text(label, language) if label else concept.iri


def _duration(duration: Duration, language: str) -> str:  # noqa: ARG001 - same shape as the others
    """Write "56 days" for P56D; what has seconds stays as it was written."""
    match = _SPAN.fullmatch(duration.text)
    if match is None:
        return duration.text
    parts = [
        f"{int(count)} {unit}" + ("" if int(count) == 1 else "s")
        for count, unit in zip(match.groups(), _UNITS, strict=True)
        if count is not None
    ]
    return " ".join(parts)


def _identifier(identifier: Identifier, language: str) -> str:  # noqa: ARG001
    scheme = identifier.name or identifier.scheme
    return f"{identifier.value} ({', '.join(filter(None, (scheme, identifier.country)))})"


def _place(place: Place, language: str) -> str:
    address = [_text(place.address, language)] if place.address else []
    known = [_concept(one, language) for one in (place.region, place.country) if one]
    return ", ".join(address + known)


def _period(period: Period, language: str) -> str:  # noqa: ARG001
    first = f"from {period.start}" if period.start else ""
    return f"{first} to {period.end}".strip() if period.end else first


def _validity(validity: Validity, language: str) -> str:
    if validity.duration is not None:
        return f"{_duration(validity.duration, language)} after the award"
    return f"until {validity.until}"


_PHRASES: dict[type, Callable[[Any, str], str]] = {
    Text: _text,
    Concept: _concept,
    Duration: _duration,
    Identifier: _identifier,
    Place: _place,
    Period: _period,
    Validity: _validity,
    Picture: lambda one, _: f"a picture ({one.media_type}, {len(one.content)} bytes)",
    Link: lambda one, said: f"{_text(one.title, said)}: {one.url}" if one.title else one.url,
    Money: lambda one, _: f"{one.amount:f} {one.currency}",
    Credit: lambda one, said: f"{one.points:f} ({_concept(one.framework, said)})",
    SectoralLevel: lambda one, _: f"{one.framework}: {one.level}",
}


def record(value: Any) -> Any:
    """Return a record as JSON values: names as in the model, empty members left out."""
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, Duration):
        return value.text
    if isinstance(value, Picture):
        return {"media_type": value.media_type, "bytes": len(value.content)}
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        members = {one.name: record(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in members.items() if one not in (None, [], {}, "")}
    if isinstance(value, tuple | list):
        return [record(one) for one in value]
    if isinstance(value, dict):
        return {str(name): record(one) for name, one in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
