"""Where each file of `data/` comes from, as told by SOURCES.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Provenance of one csv file.

    file: name within `data/`; sha256: of that file, hexadecimal.
    xsd: name of the official XSD it was read from, empty for our own lists.
    confirmed: what was seen where, and what was not, in one sentence.
    """

    file: str
    uri: str
    version: str
    date: str
    licence: str
    sha256: str
    confirmed: str
    xsd: str = ""


@cache
def sources() -> tuple[Source, ...]:
    """Return the provenance of every file, in the order of SOURCES.toml."""
    import tomllib

    with Path(__file__).with_name("SOURCES.toml").open("rb") as lines:
        return tuple(Source(**row) for row in tomllib.load(lines)["source"])
