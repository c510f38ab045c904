"""Strategies for single values: language tags, words, addresses, amounts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tessera.model.text import canonical_tag

_LANGUAGES = ("en", "fi", "ga", "el", "ar", "de", "pt", "sr", "no", "und")
_SCRIPTS = ("", "-Latn", "-Cyrl")
_REGIONS = ("", "-GB", "-419", "-AT")


@st.composite
def tags(draw: st.DrawFn) -> str:
    """Canonical BCP 47 tags; "no" is among them, which YAML 1.1 reads as false."""
    parts = (st.sampled_from(_LANGUAGES), st.sampled_from(_SCRIPTS), st.sampled_from(_REGIONS))
    return canonical_tag("".join(draw(part) for part in parts))


def words() -> st.SearchStrategy[str]:
    """Texts that are not blank: any script, control characters, quotes, line breaks."""
    characters = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
    return st.text(characters, min_size=1, max_size=20).filter(str.strip)


def amounts(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=3, allow_nan=False, allow_infinity=False)
