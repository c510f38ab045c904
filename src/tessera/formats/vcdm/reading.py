"""What reading one document gathers: findings and places; and nothing it meets can stop it.

A value that is none is told and left out of the model; `residue` keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from tessera.errors import ModelError
from tessera.report import Finding
from tessera.standards.jsontext import pointer

T = TypeVar("T")
MOST_FINDINGS = 1_000
MOST_VALUES = 1_000


class Refused:
    """Stands for a value that could not be read; it has been told."""


REFUSED: Final = Refused()


def _step(part: str | int) -> str:
    """One step of a JSON Pointer; most names need no escape, and this is asked very often."""
    if isinstance(part, int):
        return f"/{part}"
    return pointer(part) if "~" in part or "/" in part else "/" + part


class Place:
    """Where we are: JSON Pointers into the document and into the model."""

    __slots__ = ("model", "wire")

    def __init__(self, wire: str, model: str = "") -> None:
        self.wire = wire
        self.model = model

    def to(self, wire: str | int, model: str | int | None = None) -> Place:
        """Go down to a member; `model` None stays where it is in the model."""
        below = self.model if model is None else self.model + _step(model)
        return Place(self.wire + _step(wire), below)


class Reading:
    """Findings and places of one document. prefix: of the rules ("vc", "ob3")."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}

    def remark(self, what: str, message: str, place: Place) -> Refused:
        """Tell an imperfection; whether it counts is for the step `schema` to say."""
        if len(self.findings) < MOST_FINDINGS:
            rule = f"{self.prefix}.decode.{what}"
            self.findings.append(
                Finding.indeterminate(
                    rule, message, path=place.wire, advice=True, source="house rule"
                )
            )
        return REFUSED

    def note(self, place: Place) -> None:
        """Remember where an element of the model stands, or would stand."""
        self.places.setdefault(place.model, place.wire)

    def attempt(self, build: Callable[[], T], place: Place) -> T | Refused:
        """Build a value of the model; what the model refuses is told."""
        try:
            return build()
        except ModelError as error:
            return self.remark("refused", f"A value was left out: {error}", place)
