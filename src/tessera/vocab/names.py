"""Names of countries and languages in other languages, from Unicode CLDR (Babel).

Babel is imported only when such a name is asked for. Our own English labels,
which are those of the EU authority tables, are never replaced by CLDR's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

# Council Regulation No 1 of 1958, as amended: the official languages of the EU.
EU_LANGUAGES: tuple[str, ...] = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip

# list id -> (column with CLDR's code, attribute of babel.Locale)
_NAMED = {"country": ("alpha2", "territories"), "language": ("bcp47", "languages")}


def primary(lang: str) -> str:
    """Return the primary language subtag, lower case: "de" for "de-AT"."""
    return lang.replace("_", "-").split("-", 1)[0].strip().lower()


def column(list_id: str) -> str | None:
    """Return the column that holds CLDR's code, or None for a list CLDR does not name."""
    return _NAMED[list_id][0] if list_id in _NAMED else None


def all_names(list_id: str, lang: str) -> Mapping[str, str]:
    """Return every name CLDR has in `lang`, by CLDR's code; empty if it has none."""
    locale = _locale(primary(lang))
    if locale is None or list_id not in _NAMED:
        return {}
    found: Mapping[str, str] = getattr(locale, _NAMED[list_id][1])
    return found


@cache
def _locale(lang: str) -> Any:
    """Return Babel's locale, or None when it has none for this language."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(lang) if lang else None
    except (UnknownLocaleError, ValueError):
        return None
