"""What a look at one standard element of a record ends with.

A `Sight` says in which state the element is, in a part sentence what was seen, and
where. It does not know which list asks or what follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """What a look at one element can end with."""

    PRESENT = "present"
    MISSING = "missing"
    PARTIAL = "partial"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"  # nobody looked, such as at the seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen of one element.

    note: a part sentence without full stop. path: pointer from the record handed in.
    enough (only PARTIAL): True, the list's demand is met and more would be better; False,
    it is not met; None, that cannot be decided by a machine. is_later: it is filled in
    when the micro-credential is awarded.
    """

    state: State
    note: str = ""
    path: str | None = None
    enough: bool | None = True
    is_later: bool = False


LATER = Sight(
    state=State.NOT_APPLICABLE, note="filled in when it is awarded to a learner", is_later=True
)


def there(note: str, path: str) -> Sight:
    """The element is there."""
    return Sight(state=State.PRESENT, note=note, path=path)


def missing(path: str, note: str = "") -> Sight:
    """The element is not there; path says where it should be."""
    return Sight(state=State.MISSING, path=path, note=note)


def partial(note: str, path: str, *, enough: bool | None) -> Sight:
    """Something of it is there; `enough` says whether that meets the demand."""
    return Sight(state=State.PARTIAL, note=note, path=path, enough=enough)


def nested_in(other: str) -> Sight:
    """It is not there because it belongs in something that is missing itself."""
    return Sight(state=State.NOT_APPLICABLE, note=f"part of what is missing: {other}")


def count_of(things: Sequence[object], one: str, many: str) -> str:
    """Write a number with its noun: "1 outcome", "3 outcomes"."""
    return f"1 {one}" if len(things) == 1 else f"{len(things)} {many}"


def shortened(text: str, most: int = 80) -> str:
    """Cut a text of a stranger so that a sentence with it stays readable."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def figure(value: Decimal) -> str:
    """Write a number for a sentence: "27.5", "60", at most two decimals, powers where needed."""
    if not value.is_finite():
        return "uncountably many"
    if value == 0 or Decimal("0.01") <= value < 10**15:
        return f"{value.quantize(Decimal('0.01')).normalize():f}"
    return f"{value:.1E}"
