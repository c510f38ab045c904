"""A description to begin with: complete, valid, and its comments teach the elements.

The text lies in `scaffold.yaml`. There every text stands under `en:`; asked for another
language, the English examples are put under its tag, to be written over.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from tessera.model.text import canonical_tag

_ENGLISH = re.compile(r"^(\s*(?:- )?)en:", re.MULTILINE)


@cache
def _template() -> str:
    return files(__package__).joinpath("scaffold.yaml").read_text(encoding="utf-8")


def scaffold(*, language: str = "en") -> str:
    """Return the scaffold with its texts under a language tag.

    Raises: ModelError when that is no language tag.
    """
    tag = canonical_tag(language)
    if tag == "en":
        return _template()
    return _ENGLISH.sub(lambda found: f"{found[1]}{tag}:", _template())
