"""What a description file holds before anything is understood: values with their lines.

Why: YAML and JSON are read into one tree that keeps every scalar as it was written
and whether it stood in quotes. What it means is decided by the place where it
stands, not by its look: `NO` is Norway where a country is asked for, `0613` keeps
its zero where a code is, and `1.10` stays 1.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from tessera.errors import UnreadableError

MAX_DEPTH = 24
MAX_VALUES = 20_000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,40})?")


class Kind(Enum):
    """How a value was written."""

    MAPPING = auto()
    LIST = auto()
    QUOTED = auto()  # text in quotes or in a block
    PLAIN = auto()  # YAML without quotes: a text, a number or a truth value
    NUMBER = auto()  # JSON
    TRUTH = auto()  # JSON
    NOTHING = auto()  # JSON null; YAML null, ~ or nothing at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value; line counts from 1. Only the members that fit its kind are filled."""

    kind: Kind
    line: int
    text: str = ""
    items: tuple[Node, ...] = ()
    members: Mapping[str, Node] = field(default_factory=dict)

    @property
    def string(self) -> str | None:
        """The text of a scalar that can be a text, or None."""
        return self.text if self.kind in (Kind.QUOTED, Kind.PLAIN) else None

    @property
    def number(self) -> Decimal | None:
        """The exact number, or None. Exponents are not read: people do not write them."""
        if self.kind not in (Kind.NUMBER, Kind.PLAIN) or not _NUMBER.fullmatch(self.text):
            return None
        return Decimal(self.text)

    @property
    def truth(self) -> bool | None:
        """True or False where exactly that was written, or None."""
        if self.kind not in (Kind.TRUTH, Kind.PLAIN):
            return None
        return {"true": True, "false": False}.get(self.text)

    @property
    def is_nothing(self) -> bool:
        """Left empty: read as if it were not there."""
        return self.kind is Kind.NOTHING

    def __str__(self) -> str:
        """Name the value in a sentence."""
        if self.kind is Kind.MAPPING:
            return "a group of members"
        if self.kind is Kind.LIST:
            return "a list"
        if self.kind is Kind.NOTHING:
            return "nothing"
        shown = self.text if len(self.text) <= 60 else self.text[:57] + "…"
        return f"'{shown}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with the file: where (RFC 6901 pointer, line), and what to do."""

    pointer: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.pointer}" if self.pointer else "")
        return f"{place}: {self.message}"


class DescriptionError(UnreadableError):
    """The file is no description; `problems` holds all that was found, in the order of lines."""

    code = "description"

    def __init__(self, name: str, problems: list[Problem], *, stopped: bool = False) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        count += ", and reading stopped there" if stopped else ""
        told = [f"  {one}" for one in self.problems[:50]]
        if len(self.problems) > len(told):
            told.append(f"  … and {len(self.problems) - len(told)} more.")
        super().__init__("\n".join((f"{name} cannot be read as a description: {count}.", *told)))


def refuse(name: str, message: str, *, line: int = 1) -> DescriptionError:
    """Return the error for a file that cannot be read any further."""
    return DescriptionError(name, [Problem(pointer="", line=line, message=message)])
