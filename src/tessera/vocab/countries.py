"""Country codes: ISO 3166-1 alpha-2 and alpha-3, the EU's own two letters, authority IRIs.

Every function takes any of them, in any case, and returns None for what names
no country. Three quirks are handled here so that no other room has to:
- the EU writes EL and UK where ISO writes GR and GB;
- the authority table calls Kosovo 1A0, others write XK and XKX (user-assigned);
- the French Southern Territories are FQ0 there and ATF in ISO.
Source: EU authority table of countries (ELM xsd/loq/cv/country.xsd); ISO 3166-1.
"""

from __future__ import annotations

from tessera.vocab.entry import Entry
from tessera.vocab.lookup import by_code, by_iri


def _entry(code: str) -> Entry | None:
    entry = by_iri(code.strip()) if "/" in code else by_code("country", code)
    return entry if entry and entry.list_id == "country" else None


def alpha2(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code ("GR" for "EL", "GRC" or the IRI)."""
    entry = _entry(code)
    return entry.extra.get("alpha2") if entry else None


def alpha3(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-3 code ("XKX", user-assigned, for Kosovo)."""
    entry = _entry(code)
    return entry.extra.get("alpha3") if entry else None


def eu_code(code: str) -> str | None:
    """Return the two letters the EU writes: "EL" and "UK", else as alpha-2."""
    entry = _entry(code)
    if entry is None:
        return None
    return entry.extra.get("eu_code") or entry.extra.get("alpha2")


def authority_code(code: str) -> str | None:
    """Return the code of the EU authority table ("GRC"; "1A0" for Kosovo)."""
    entry = _entry(code)
    return entry.code if entry else None


def iri(code: str) -> str | None:
    """Return the IRI of the EU authority table."""
    entry = _entry(code)
    return entry.iri if entry else None
