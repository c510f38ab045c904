"""The length of a learning activity beside its workload: "P60M" beside 60 hours is a slip.

An ISO 8601 duration is easily written wrong: P60M is 60 months, PT60M 60 minutes. So the
length is compared with the work and with the longest time a learner may take.
Source: house rule; WIRE-ELM section 5, item 11 (the Commission's own sample).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tessera.model import Duration
from tessera.quality.sight import figure, shortened
from tessera.quality.subject import Subject
from tessera.report import Finding

_RULE = "ects.activity-duration"
_HOUSE = "house rule"


def activity_duration(s: Subject, *, hours_per_credit: Decimal) -> Finding:
    """Compare the stated length of the activity with the work and with the longest time allowed.

    hours_per_credit: to reckon the work where only credits are stated.
    """
    rule, path = _RULE, s.at("/workload/activity")
    load = s.description.workload
    work = load.hours
    if work is None and load.ects:
        work = load.ects * hours_per_credit
    if load.activity is None or not work:
        said = "No length of the activity is stated that could be compared with the workload."
        return Finding.not_applicable(rule, said, path=path)
    more = {
        "path": path,
        "evidence": {"activity": shortened(load.activity.text), "hours": figure(work)},
    }
    length, most = _span(load.activity), _span(load.maximum) if load.maximum else None
    # A month has up to 31 days, so only what is longer by a tenth contradicts the maximum.
    if load.maximum is not None and most is not None and length > most * Decimal("1.1"):
        said = (
            f"The activity lasts {_in_words(load.activity)}, but a learner may take at most "
            f"{_in_words(load.maximum)}. {_meant(load.activity)}"
        )
        return Finding.failed(rule, said.strip(), source=_HOUSE, **more)
    if load.activity.hours is not None:
        return _activity_in_hours(load.activity.hours, work, more)
    if length * 24 < work:
        said = f"{figure(work)} hours of work do not fit into {_in_words(load.activity)}."
        return Finding.failed(rule, said, source=_HOUSE, **more)
    if work < length / 14:
        said = (
            f"The activity lasts {_in_words(load.activity)} for {figure(work)} hours of work: less "
            f"than half an hour a week. {_meant(load.activity)}"
        )
        return Finding.indeterminate(rule, said.strip(), source=_HOUSE, **more)
    said = f"{figure(work)} hours of work fit into {_in_words(load.activity)}."
    return Finding.passed(rule, said, source=_HOUSE, **more)


def _activity_in_hours(hours: Decimal, work: Decimal, more: Mapping[str, Any]) -> Finding:
    rule = _RULE
    if hours > work:
        said = (
            f"The activity alone takes {figure(hours)} hours, more than the whole workload of "
            f"{figure(work)} hours, of which it is a part."
        )
        return Finding.failed(rule, said, source=_HOUSE, **more)
    said = f"The activity takes {figure(hours)} of the {figure(work)} hours of work."
    return Finding.passed(rule, said, source=_HOUSE, **more)


_DAYS = {"Y": Decimal("365.25"), "M": Decimal("30.4375"), "D": Decimal(1)}


def _span(duration: Duration) -> Decimal:
    """Return the length in days; months and years as their average, a time of day not at all."""
    if duration.hours is not None:
        return duration.hours / 24
    dated = duration.text.partition("T")[0]
    return sum(
        (Decimal(number) * _DAYS[unit] for number, unit in re.findall(r"(\d+)([YMD])", dated)),
        Decimal(0),
    )


def _in_words(duration: Duration) -> str:
    """Write "60 months" for P60M and "1 month" for P1M; combinations stay as written."""
    text = duration.text
    named = {"Y": "year", "M": "month", "D": "day"}
    number, unit = text[1:-1].lstrip("0"), text[-1]
    if number.isdigit() and unit in named:
        return f"{shortened(number, 12)} {named[unit]}" + ("" if number == "1" else "s")
    return shortened(text, 20)


def _meant(duration: Duration) -> str:
    """Explain the common slip: P60M is 60 months, PT60M 60 minutes."""
    text = duration.text
    if not (text.endswith("M") and text[1:-1].isdigit() and len(text) <= 12):
        return ""
    number = text[1:-1]
    return (
        f"{text} means {_in_words(duration)}; probably minutes (PT{number}M) or hours "
        f"(PT{number}H) was meant."
    )
