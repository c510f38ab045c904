"""The fixed words of a certificate in the 24 official languages of the EU, as data.

`labels.csv` has one row per label and one column per language; a test holds that no
cell is empty. "{date}" is the only placeholder.

Source: house translations; official terms where the EU has one (EQF in each language:
Council Recommendation 2017/C 189/03; cycles: QF-EHEA).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib import resources

from tessera.errors import UsageError
from tessera.vocab.names import EU_LANGUAGES, primary


def labels(language: str) -> Mapping[str, str]:
    """Return label by key in a language ("de-AT" takes "de").

    Raises: UsageError when it is none of the 24 official languages of the EU.
    """
    wanted = primary(language)
    if wanted not in EU_LANGUAGES:
        raise UsageError(
            f"A certificate cannot be written in '{language}'. Its fixed words are there in: "
            f"{', '.join(EU_LANGUAGES)}."
        )
    return _table()[wanted]


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("labels.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return {language: {row["key"]: row[language] for row in rows} for language in EU_LANGUAGES}
