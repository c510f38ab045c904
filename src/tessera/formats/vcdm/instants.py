"""Instants and days as the data model writes them: xsd:dateTimeStamp, always with an offset.

Source: Verifiable Credentials Data Model 2.0, 4.9 (Validity Period) and 4.9.1; XML Schema 1.1
part 2, 3.3.7 and 3.4.28.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone

_DAY = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?|(24):00:00(?:\.0+)?)"
_ZONE = r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE_TIME = re.compile(f"{_DAY}T{_TIME}{_ZONE}?", re.ASCII)


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC; fractions of a second only where there are any."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z"


def day_text(day: date) -> str:
    """Write a day as its first instant in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def is_date_time(text: object, *, needs_offset: bool) -> bool:
    """Tell whether this is xsd:dateTime, with `needs_offset` xsd:dateTimeStamp."""
    match = _DATE_TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None or (match[9] is None and needs_offset):
        return False
    length = _LENGTHS[int(match[2]) - 1] - (match[2] == "02" and not calendar.isleap(int(match[1])))
    return int(match[3]) <= length


def read_instant(text: object) -> datetime | None:
    """Read xsd:dateTime; naive where it states no offset, None when it is none.

    Not read, though right: years beyond 9999 and before 1.
    """
    match = _DATE_TIME.fullmatch(text) if isinstance(text, str) and len(text) < 80 else None
    if match is None:
        return None
    micro = int(((match[7] or "") + "000000")[:6])
    year, month, day = (int(match[at]) for at in (1, 2, 3))
    hour, minute, second = (int(match[at] or 0) for at in (4, 5, 6))
    zone = _zone(match[9]) if match[9] else UTC
    try:
        moment = datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
        if match[8]:
            moment += timedelta(days=1)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if match[9] else moment.replace(tzinfo=None)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-away if text[0] == "-" else away)
