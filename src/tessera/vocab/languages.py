"""Language codes: BCP 47 tags as in a description, EU authority codes as in ELM."""

from __future__ import annotations

from tessera.vocab.lookup import by_code, by_iri
from tessera.vocab.names import EU_LANGUAGES

__all__ = ["EU_LANGUAGES", "authority_code", "bcp47", "iri"]


def authority_code(tag: str) -> str | None:
    """Return the EU authority code ("ENG") for a BCP 47 tag ("en", "en-IE"), or None.

    Only the language subtag counts; an authority code or its IRI is accepted too.
    """
    if "/" in tag:
        entry = by_iri(tag.strip())
        return entry.code if entry and entry.list_id == "language" else None
    # A tag with "_" may be an authority code (OP_DATPRO) or a POSIX locale (de_AT).
    entry = by_code("language", tag)
    entry = entry or by_code("language", tag.replace("_", "-").split("-", 1)[0])
    return entry.code if entry else None


def bcp47(iri: str) -> str | None:
    """Return the BCP 47 language tag for an authority IRI or code ("ENG" gives "en").

    Two letters where ISO 639-1 has them, else the three letters of ISO 639; None
    for codes of the authority table that ISO 639 does not have (any more).
    """
    entry = by_iri(iri.strip()) if "/" in iri else by_code("language", iri)
    if entry is None or entry.list_id != "language":
        return None
    return entry.extra.get("bcp47")


def iri(tag: str) -> str | None:
    """Return the authority IRI for a BCP 47 tag, an authority code or an IRI, or None."""
    code = authority_code(tag)
    entry = by_code("language", code) if code else None
    return entry.iri if entry else None
