"""Where the official files lie, and reading them only as they were published.

They are not part of this repository (docs/decisions/0003). `data_folder` is the one function
below the doors that reads the environment; only doors and tests call it, or `installed_library`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from tessera.errors import StandardsError

VARIABLE = "TESSERA_STANDARDS"


@dataclass(frozen=True, slots=True)
class Library:
    """A folder with official files, laid out as `SOURCES.toml` names them.

    Every file is compared with its pinned SHA-256 when it is first read, or with the
    hash that a person accepted for it (`accepted`).
    """

    root: Path
    _texts: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def path(self, name: str) -> Path:
        """Return where the file of this name lies, there or not."""
        return self.root / name

    def has(self, name: str) -> bool:
        """Tell whether the file is there (its hash is checked when it is read)."""
        return self.path(name).is_file()

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises: StandardsError when it is missing or not the published one, or when there
        is no official file of this name.
        """
        if name not in self._texts:
            # Not at the top: whether files are there at all is asked at every start.
            from tessera.standards.accepted import read_accepted
            from tessera.standards.sources import source

            published = source(name).sha256
            try:
                content = self.path(name).read_bytes()
            except OSError as error:
                raise StandardsError(
                    f"The official file {name} is not in {self.root}. Run 'tessera standards "
                    "install'."
                ) from error
            found = hashlib.sha256(content).hexdigest()
            if found != published and found != read_accepted(self.root).get(name):
                raise StandardsError(
                    f"The official file {name} in {self.root} is not the published one (SHA-256 "
                    f"{found}). Run 'tessera standards install' again."
                )
            self._texts[name] = content
        return self._texts[name]


def data_folder(room: str, variable: str, content: str) -> Path:
    """Return the folder that an environment variable names, else a room of the data folder.

    content: what is kept there, for the sentence. Raises: StandardsError when the user has
    no home. Source: XDG Base Directory Specification (a relative $XDG_DATA_HOME is ignored).
    """
    named = os.environ.get(variable)
    if named:
        return Path(named)
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    try:
        base = shared if shared.is_absolute() else Path.home() / ".local" / "share"
    except RuntimeError as error:
        raise StandardsError(
            f"There is no home to keep {content} in. Name a folder in {variable}."
        ) from error
    return base / "tessera" / room


def default_folder() -> Path:
    """Return the folder to install into: $TESSERA_STANDARDS, else the user's data folder.

    Raises: StandardsError when the user has no home.
    """
    return data_folder("standards", VARIABLE, "the official files")


def installed_library() -> Library | None:
    """Return the installed official files, or None when there are none."""
    try:
        library = Library(default_folder())
    except StandardsError:
        return None
    return library if library.has("elm-3.2-lts/EDC-generic-full.ttl") else None
