"""Files that differ from the published ones and that a person accepted by their hash.

`tessera standards install --accept HASH` writes them into `ACCEPTED.toml` beside the
files, so that everybody sees which file is no longer the published one. Each entry
holds for one path and one SHA-256; the next install writes the list anew.
Source: DESIGN section 4 (on a mismatch `--accept HASH` is offered).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tessera.errors import StandardsError

FILE = "ACCEPTED.toml"
_MOST_BYTES = 100_000
_HASH = re.compile(r"[0-9a-f]{64}")
_HEAD = (
    "# These files are not the published ones. Somebody accepted them with\n"
    "# `tessera standards install --accept HASH`; the next install writes this list anew.\n"
)


def is_hash(text: str) -> bool:
    """Tell whether a text is a SHA-256 in lower-case hexadecimal."""
    return _HASH.fullmatch(text) is not None


def read_accepted(folder: Path) -> dict[str, str]:
    """Return the accepted SHA-256 by path; empty when nothing was accepted.

    Raises: StandardsError when the list is there but cannot be read.
    """
    import tomllib

    file = folder / FILE
    try:
        with file.open("rb") as lines:
            raw = lines.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StandardsError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        rows = tomllib.loads(raw[:_MOST_BYTES].decode("utf-8")).get("file", [])
        accepted = {row["path"]: row["sha256"] for row in rows}
        if len(raw) <= _MOST_BYTES and all(is_hash(found) for found in accepted.values()):
            return accepted
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise StandardsError(
        f"{file} is no list of accepted files. Run 'tessera standards install' again."
    )


def write_accepted(accepted: Mapping[str, str]) -> bytes:
    """Return the text of the list. Paths are those of SOURCES.toml, so nothing is escaped."""
    rows = (
        f'\n[[file]]\npath = "{path}"\nsha256 = "{found}"\n'
        for path, found in sorted(accepted.items())
    )
    return (_HEAD + "".join(rows)).encode("utf-8")
