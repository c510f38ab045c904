"""Which official files there are: where each lies, its pinned address and its hash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tessera.errors import StandardsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One official file.

    path: within the data folder, with "/" on every system. set: what it belongs to.
    url: public address pinned to a commit. sha256: of the published bytes, hexadecimal.
    """

    path: str
    set: str
    version: str
    licence: str
    url: str
    sha256: str


@cache
def sources() -> tuple[Source, ...]:
    """Return every official file, in the order of SOURCES.toml."""
    import tomllib

    with Path(__file__).with_name("SOURCES.toml").open("rb") as lines:
        return tuple(Source(**row) for row in tomllib.load(lines)["file"])


@cache
def _by_path() -> dict[str, Source]:
    return {one.path: one for one in sources()}


def source(path: str) -> Source:
    """Return the file that lies at this path. Raises: StandardsError when there is none."""
    try:
        return _by_path()[path]
    except KeyError as error:
        raise StandardsError(f"There is no official file '{path}'.") from error
