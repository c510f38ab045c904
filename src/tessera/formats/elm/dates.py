"""Instants and days as ELM writes them: always xsd:dateTime.

Source: XML Schema 1.1 part 2, 3.3.7; EDC application profile (there is no xsd:date).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)


def instant_text(instant: datetime) -> str:
    """Write an instant as xsd:dateTime in UTC; fractions of a second only where there are any."""
    text = instant.astimezone(UTC).isoformat(timespec="microseconds")[:26]
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "Z"


def day_text(day: date) -> str:
    """Write a day as its first instant in UTC: ELM knows no xsd:date."""
    return f"{day.isoformat()}T00:00:00Z"


def read_instant(text: object) -> tuple[datetime, bool] | None:
    """Read xsd:dateTime; (instant in UTC, offset was stated), or None when it is none.

    24:00:00 and years beyond 9999 are not read. Source: XSD 1.1 part 2, 3.3.7.
    """
    match = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[at]) for at in range(1, 7))
    micro = int(((match[7] or "") + "000000")[:6])
    zone = match[8] or "Z"
    shift = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[4:6])
    if shift > 840 or int(zone[4:6] if zone != "Z" else 0) > 59:
        return None
    offset = timedelta(minutes=-shift if zone[0] == "-" else shift)
    try:
        moment = datetime(
            year, month, day, hour, minute, second, micro, tzinfo=timezone(offset)
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment, match[8] is not None
