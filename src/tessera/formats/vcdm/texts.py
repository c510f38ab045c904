"""Texts with languages, in every form in which credentials write them.

A text of the data model is a string or a value object, or a list of those; a language map is
what JSON-LD contexts with `@container: @language` take.

Source: Verifiable Credentials Data Model 2.0, 4.6 and 11.1; JSON-LD 1.1, 4.2.4 and 4.6.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tessera.errors import ModelError
from tessera.formats.vcdm.reading import MOST_VALUES, Place, Reading
from tessera.formats.vcdm.terms import Json
from tessera.model import Text
from tessera.model.text import UNDETERMINED, canonical_tag


def value_objects(text: Text) -> Json:
    """Write a text as the data model does: one value object, or a list of them."""
    written = [{"@value": value, "@language": tag} for tag, value in text.entries]
    return written[0] if len(written) == 1 else written


def read_text(value: Json, place: Place, reading: Reading, *, language: str = UNDETERMINED) -> Any:
    """Return the text, or REFUSED. language: of a plain string."""
    found: dict[str, str] = {}
    for tag, said in _pairs(value, language):
        try:
            name = canonical_tag(tag)
        except ModelError:
            reading.remark("language", f"'{tag[:40]}' is no language tag.", place)
            name = UNDETERMINED
        if not isinstance(said, str) or not said.strip():
            reading.remark("text", "A text is empty, or is no text.", place)
        elif name in found:
            reading.remark("text", f"The language '{name}' is given twice.", place)
        else:
            found[name] = said
    if not found:
        return reading.remark("text", "A text is expected here.", place)
    return Text.of(found)


def _pairs(value: Json, language: str) -> Iterator[tuple[str, Json]]:
    """Yield language and text of each form; what is no text comes as it is."""
    for one in (value if isinstance(value, list) else [value])[:MOST_VALUES]:
        if isinstance(one, dict) and "@value" in one:
            tag = one.get("@language")
            yield (tag if isinstance(tag, str) else UNDETERMINED), one["@value"]
        elif isinstance(one, dict):
            for tag, said in list(one.items())[:MOST_VALUES]:
                first = said[0] if isinstance(said, list) and said else said
                yield (UNDETERMINED if tag == "@none" else tag), first
        else:
            yield language, one
