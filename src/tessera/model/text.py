"""Text in one or several languages, and an honest fallback.

>>> Text.of({"en": "Data ethics", "fi": "Datan etiikka"}).best("sv", "fi")
Localised(text='Datan etiikka', language='fi', is_fallback=True)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tessera.errors import ModelError

# RFC 5646 langtag without grandfathered tags: language, script, region, variants, extensions.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,  # else the long s counts as s
)
UNDETERMINED = "und"


class Localised(NamedTuple):
    """A text, the language it really is in, and whether that is not what was asked for."""

    text: str
    language: str
    is_fallback: bool


def canonical_tag(tag: str) -> str:
    """Return a BCP 47 tag in its usual letters ("EN-gb" gives "en-GB").

    Raises: ModelError if it is no tag. Source: RFC 5646 section 2.1 and 2.1.1.
    Not checked: whether the subtags are registered.
    """
    if not _TAG.fullmatch(tag):
        raise ModelError(
            f"'{tag[:40]}' is not a language tag. Use one such as en, fi or pt-BR (BCP 47)."
        )
    first, *rest = tag.split("-")
    parts = [first.lower()]
    for part in rest:
        in_extension = any(len(earlier) == 1 for earlier in parts)
        if len(part) == 2 and not in_extension:
            parts.append(part.upper())
        elif len(part) == 4 and part.isalpha() and not in_extension:
            parts.append(part.title())
        else:
            parts.append(part.lower())
    return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in at least one language; each language once, in the order given.

    Build it with `Text.of`. Raises: ModelError for no language, an empty text or
    a wrong tag. Source: BCP 47 (RFC 5646).
    """

    entries: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.entries:
            raise ModelError("A text needs at least one language.")
        seen: set[str] = set()
        for tag, text in self.entries:
            if canonical_tag(tag) != tag:
                raise ModelError(f"Write the language tag '{tag}' as '{canonical_tag(tag)}'.")
            if tag in seen:
                raise ModelError(f"The language '{tag}' is given twice.", path=f"/{tag}")
            if not text.strip():
                raise ModelError(f"The text for '{tag}' is empty. Write it or leave it out.")
            seen.add(tag)

    @classmethod
    def of(cls, value: Mapping[str, str] | str, *, language: str = UNDETERMINED) -> Text:
        """Build from a mapping language → text, or from one text in `language`."""
        if isinstance(value, str):
            return cls(((canonical_tag(language), value),))
        return cls(tuple((canonical_tag(tag), text) for tag, text in value.items()))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(tag for tag, _ in self.entries)

    def get(self, language: str) -> str | None:
        """Return the text in exactly this language, or None."""
        for tag, text in self.entries:
            if tag == language:
                return text
        return None

    def best(self, *preferred: str) -> Localised:
        """Return the text in the first preferred language there is, else English, else the first.

        A regional tag also matches its base language ("de-AT" takes "de") and the
        other way round; `is_fallback` says when the first wish was not met.
        """
        for rank, wish in enumerate((*preferred, "en")):
            base = wish.split("-")[0].lower()
            for exact in (True, False):
                for tag, text in self.entries:
                    if tag == wish if exact else tag.split("-")[0] == base:
                        return Localised(text, tag, rank > 0)
        tag, text = self.entries[0]
        return Localised(text, tag, bool(preferred))

    def as_dict(self) -> dict[str, str]:
        return dict(self.entries)

    def __str__(self) -> str:
        return self.best().text
