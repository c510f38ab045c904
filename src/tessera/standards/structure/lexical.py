"""Spellings: which texts are IRIs, language tags, dates, durations and numbers.

Where XML Schema and the pinned SHACL engine disagree (a year of ten digits, the
hour 24:01, "P1YT"), the answer is None: not for this check, take the RDF route.
Source: XML Schema 1.1 part 2, section 3.3 and 3.4; RFC 3987, section 2.2.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from functools import cache, lru_cache

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LANG_STRING = f"{RDF}langString"
STRING = f"{XSD}string"

# 1. IRIs: RFC 3987 without user information and IP literals; those take the RDF route.
_UCS = (
    "\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
)


def _iri(beyond_ascii: str) -> re.Pattern[str]:
    name = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;={beyond_ascii}]|%[0-9A-Fa-f]{{2}})*+"
    path = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/{beyond_ascii}]|%[0-9A-Fa-f]{{2}})*+"
    tail = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?{beyond_ascii}]|%[0-9A-Fa-f]{{2}})*+"
    return re.compile(
        rf"[A-Za-z][A-Za-z0-9+.\-]*+:(?://{name}(?::[0-9]*+)?(?=[/?#]|\Z){path}|(?!//){path})"
        rf"(?:\?{tail})?(?:#{tail})?"
    )


_URI = _iri("")


@cache
def _any_iri() -> re.Pattern[str]:
    """Return the pattern with all scripts; it costs 15 ms, and most IRIs are ASCII."""
    return _iri(_UCS)


# 2. Language tags that every parser in use accepts: language, script, region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?")

# 3. Typed literals: the strict spelling, and the wider one that engines disagree about.
_DATE_TIME = re.compile(
    r"(-?[0-9]{4,})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
)
# Most dates: of two centuries, in the first 28 days of a month, so that no calendar is needed.
_USUAL_DATE_TIME = re.compile(
    r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
_DURATION = re.compile(
    r"-?P(?=.)(?:[0-9]{1,9}Y)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}D)?"
    r"(?:T(?=.)(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}(?:\.[0-9]{1,18})?S)?)?"
)
_DURATION_LOOSE = re.compile(r"[+-]?P[0-9.YMDTHS]*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_POSITIVE = re.compile(r"\+?0*[1-9][0-9]*")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_BOOLEANS = frozenset({"true", "false", "1", "0"})


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that every parser in use reads."""
    return (_URI if text.isascii() else _any_iri()).fullmatch(text) is not None


@lru_cache(maxsize=256)
def is_language(tag: str) -> bool:
    """Tell whether a lower-case tag names a language, with script and region at most."""
    return _LANGUAGE.fullmatch(tag) is not None


def is_date_time(text: str) -> bool | None:
    """Judge xsd:dateTime, with the calendar: 2024-02-30 is no day."""
    if _USUAL_DATE_TIME.fullmatch(text):
        return True
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second, fraction = match.groups("")
    if not ("01" <= month <= "12" and "01" <= day <= "31" and hour <= "24"):
        return False
    if minute > "59" or second > "59" or (len(year.lstrip("-")) > 4 and year.lstrip("-")[0] == "0"):
        return False
    if len(year) > 9 or len(fraction) > 19:
        return None
    if hour == "24" and (minute + second + fraction).strip(".0"):
        return None
    # The Gregorian calendar repeats every 400 years; year 0 exists in XML Schema 1.1.
    return day <= "28" or int(day) <= monthrange(2000 + int(year) % 400, int(month))[1]


def is_duration(text: str) -> bool | None:
    """Judge xsd:duration."""
    if _DURATION.fullmatch(text):
        return True
    return None if _DURATION_LOOSE.fullmatch(text) else False


def is_integer(text: str) -> bool | None:
    """Judge xsd:integer."""
    return None if len(text) > 400 else _INTEGER.fullmatch(text) is not None


def is_positive_integer(text: str) -> bool | None:
    """Judge xsd:positiveInteger."""
    return None if len(text) > 400 else _POSITIVE.fullmatch(text) is not None


def is_decimal(text: str) -> bool | None:
    """Judge xsd:decimal up to 18 digits on either side of the point."""
    if _DECIMAL.fullmatch(text) is None:
        return False
    whole, _, part = text.lstrip("+-").partition(".")
    return None if len(whole) > 18 or len(part) > 18 else True


def is_boolean(text: str) -> bool:
    """Judge xsd:boolean."""
    return text in _BOOLEANS


def always(_text: str) -> bool:
    """Accept any text, as xsd:string, xsd:anyURI and rdf:HTML do."""
    return True


WELL_FORMED: dict[str, Callable[[str], bool | None]] = {
    f"{XSD}dateTime": is_date_time,
    f"{XSD}duration": is_duration,
    f"{XSD}integer": is_integer,
    f"{XSD}positiveInteger": is_positive_integer,
    f"{XSD}decimal": is_decimal,
    f"{XSD}boolean": is_boolean,
    f"{XSD}anyURI": always,
    f"{RDF}HTML": always,
    STRING: always,
    LANG_STRING: always,
}
