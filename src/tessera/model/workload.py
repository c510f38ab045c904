"""How much work: notional hours and credits (E10, E11)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tessera.errors import ModelError
from tessera.model.checks import need_amount
from tessera.model.concept import Concept

_ISO = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration kept as it was written ("PT60H", "P1M"), but weeks as days.

    XSD has no weeks, and every wire format of ours writes an XSD duration: P8W becomes P56D.
    Raises: ModelError when it is none, or a part has more than nine digits.
    Source: ISO 8601-1:2019 §5.5.2; XML Schema 1.1 part 2, §3.3.6.
    """

    text: str

    def __post_init__(self) -> None:
        match = _ISO.fullmatch(self.text)
        if match is None:
            raise ModelError(
                f"'{self.text[:40]}' is not a duration. 60 hours are PT60H, two months P2M."
            )
        if match[3] is not None:
            days = f"{int(match[3]) * 7 + int(match[4] or 0)}D"
            end = match.end(4) + 1 if match[4] is not None else match.end(3) + 1
            text = self.text[: match.start(3)] + days + self.text[end:]
            if not _ISO.fullmatch(text):
                raise ModelError(f"'{self.text[:40]}' is longer than any learning takes.")
            object.__setattr__(self, "text", text)

    @classmethod
    def of_hours(cls, hours: Decimal) -> Duration:
        """Write hours as PT..H..M (and seconds where needed); exact to the millisecond.

        Raises: ModelError for what is no number of hours from 0 to 999,999,999.
        """
        need_amount(hours, "", what="A number of hours", most=999_999_999)
        whole = int(hours)
        seconds = ((hours - whole) * 3600).quantize(Decimal("0.001"))
        minutes, rest = divmod(seconds, 60)
        text = f"PT{whole}H" if whole or not seconds else "PT"
        text += f"{int(minutes)}M" if minutes else ""
        return cls(text + (f"{rest.normalize():f}S" if rest else ""))

    @property
    def hours(self) -> Decimal | None:
        """The hours, or None where days, months or years make them undefined."""
        match = _ISO.fullmatch(self.text)
        if match is None or any(match[at] for at in (1, 2, 4)):
            return None
        hours, minutes, seconds = (Decimal(match[at] or 0) for at in (5, 6, 7))
        return (hours * 3600 + minutes * 60 + seconds) / 3600

    def after(self, day: date) -> date:
        """Return the day this long after `day`; the last of a shorter month, hours left out.

        Raises: ModelError when that is after the year 9999.
        """
        match = _ISO.fullmatch(self.text)
        years, months, days = (int(match[at] or 0) if match else 0 for at in (1, 2, 4))
        month = day.month - 1 + months
        year = day.year + years + month // 12
        try:
            last = calendar.monthrange(year, month % 12 + 1)[1]
            moved = day.replace(year=year, month=month % 12 + 1, day=min(day.day, last))
            return moved + timedelta(days=days)
        except (ValueError, OverflowError) as error:
            raise ModelError(f"{self.text} after {day} lies beyond the year 9999.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Credit points of a framework other than ECTS (list `credit-framework`, or a foreign one)."""

    framework: Concept
    points: Decimal

    def __post_init__(self) -> None:
        need_amount(self.points, "/points", what="Credit points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Notional workload needed to achieve the outcomes.

    hours: all learning hours, taught and independent. ects: ECTS credits offered.
    activity: a duration stated for the learning activity itself; maximum: the
    longest time a learner may take. Source: Council Recommendation 2022/C 243/02,
    Annex I; ECTS Users' Guide 2015.
    """

    hours: Decimal | None = None
    ects: Decimal | None = None
    other_credits: tuple[Credit, ...] = ()
    activity: Duration | None = None
    maximum: Duration | None = None

    def __post_init__(self) -> None:
        need_amount(self.hours, "/hours", what="The workload in hours", most=100_000)
        need_amount(self.ects, "/ects", what="ECTS credits", most=1_000)
