"""What a member of the file may be: the port of all shapes, and what a reading gathers.

A shape knows three things about one kind of value: how it is read from a node, how
it is written, and its JSON Schema. The file is described once, by shapes
(`members`), so that reader, writer and published schema cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from tessera.formats.description.node import Node, Problem
from tessera.standards.jsontext import pointer

Plain = dict[str, Any]  # a piece of JSON Schema, or of a file to be written


class Refused:
    """Stands for a value that could not be read; its problem has been noted."""


REFUSED: Final = Refused()
MOST_PROBLEMS = 100  # each is answered with what is near, which takes its time


class Enough(Exception):
    """So many problems that reading on helps nobody. Never leaves `read`."""


@dataclass(frozen=True, slots=True)
class At:
    """Where we are: JSON Pointers into the file and into the model."""

    file: str = ""
    model: str = ""

    def member(self, name: str | int, model: str = "") -> At:
        """Go down to a member; model: its pointer below ours, where it differs."""
        step = pointer(name)
        return At(self.file + step, self.model + (model or step))


@dataclass(slots=True)
class Reading:
    """What one reading gathers.

    language: of texts that are not keyed by a language. organisations: those that the
    file describes, by id, for references. resolved: references that were followed, so
    that each is followed once. places: model pointer → pointer in the file,
    also for members that are not there. lines: pointer in the file → line.
    """

    language: str | None = None
    organisations: Mapping[str, Node] = field(default_factory=dict)
    resolved: dict[tuple[str, bool], Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def refuse(self, node: Node, at: At, message: str) -> Refused:
        """Note a problem and go on. Raises: Enough after `MOST_PROBLEMS`."""
        self.problems.append(Problem(pointer=at.file, line=node.line, message=message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Enough
        return REFUSED

    def note(self, node: Node, at: At) -> None:
        """Remember where a value stands."""
        self.places.setdefault(at.model, at.file)
        self.lines.setdefault(at.file, node.line)


class Shape(Protocol):
    """One kind of value."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        """Return the value of the model, or REFUSED after noting every problem."""

    def write(self, value: Any) -> Any:
        """Return texts, `Decimal`, bool, int, lists and mappings to be written."""

    def schema(self, definitions: Plain) -> Plain:
        """Return its JSON Schema; named parts are put into `definitions`."""
