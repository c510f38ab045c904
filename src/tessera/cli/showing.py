"""A record as lines for a person, and as plain JSON; every element that is there, nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from tessera.model import Award, Concept, MicroCredential, Organisation, Picture, Text


def lines(subject: MicroCredential | Award, language: str) -> Iterator[str]:
    """Walk the record, one line a fact, in the wanted language where there is one."""
    if isinstance(subject, Award):
        if subject.is_test:
            yield "TEST: this credential proves nothing."
        yield f"Credential: {subject.id}"
        yield f"Learner: {subject.learner.display_name or 'not named'}"
        if subject.date_of_issue:
            yield f"Awarded on: {subject.date_of_issue}"
        yield from _facts(subject.achievement, language, "", skip=())
        description = subject.micro_credential
    else:
        description = subject
    yield f"Title: {_text(description.title, language)}" if description.title else "Title: none"
    yield from _facts(description, language, "", skip=("title",))


def _facts(value: Any, language: str, indent: str, *, skip: tuple[str, ...]) -> Iterator[str]:
    for field in fields(value):
        found = getattr(value, field.name)
        if field.name in skip or found in (None, (), "", False):
            continue
        name = field.name.replace("_", " ").capitalize()
        items = found if isinstance(found, tuple) else (found,)
        for item in items:
            short = _short(item, language)
            if short is not None:
                yield f"{indent}{name}: {short}"
            elif any(getattr(item, one.name) not in (None, (), "") for one in fields(item)):
                yield f"{indent}{name}:"
                yield from _facts(item, language, indent + "  ", skip=())


def _short(item: Any, language: str) -> str | None:
    """Return a value as one phrase, or None when it has parts of its own."""
    if isinstance(item, Text):
        return _text(item, language)
    if isinstance(item, Concept):
        return _text(item.label, language) if item.label else item.iri
    if isinstance(item, Organisation):
        name = _text(item.legal_name, language) if item.legal_name else item.id
        country = item.country
        return f"{name} ({country})" if country else name
    if isinstance(item, Picture):
        return f"a picture ({item.media_type}, {len(item.content)} bytes)"
    if isinstance(item, Decimal):
        return f"{item:f}"
    if is_dataclass(item):
        return None
    return str(item)


def _text(text: Text | None, language: str) -> str:
    if text is None:
        return ""
    best = text.best(language)
    return f"{best.text} [in {best.language}]" if best.is_fallback else best.text


def record(value: Any) -> Any:
    """Return a record as JSON values: names as in the model, empty members left out."""
    if isinstance(value, Text):
        return value.as_dict()
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
