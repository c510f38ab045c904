"""Where official files can come from: a folder, a ZIP, a base address, the pinned addresses.

An origin only answers "what are the bytes of this file?", within limits; whether they
are the published ones is decided by who asks (`install`). Names inside a ZIP are only
compared, never used as paths. Source: DESIGN section 4; section 7 (hostile input).
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from tessera.errors import StandardsError, TesseraError
from tessera.fetch import Fetcher
from tessera.standards.sources import Source, sources

MOST_BYTES = 16_000_000  # of one file; the largest published one has 1.4 MB
MOST_ZIP_BYTES = 100_000_000
_MOST_MEMBERS = 20_000


class Origin(Protocol):
    """Something that may have official files."""

    def read(self, one: Source) -> bytes | None:
        """Return the bytes of a file, None when it is not there. Raises: StandardsError."""
        ...


@dataclass(frozen=True, slots=True)
class FolderOrigin:
    """A folder laid out as SOURCES.toml names the files; what else lies there is ignored."""

    root: Path

    def read(self, one: Source) -> bytes | None:
        file = self.root / one.path
        try:
            if not file.is_file():
                return None
            with file.open("rb") as content:
                return _bounded(content.read(MOST_BYTES + 1), one)
        except OSError as error:
            raise StandardsError(f"{file} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class AddressOrigin:
    """The pinned address of each file or, with a base, its path below that address."""

    fetcher: Fetcher
    base: str | None = None

    def read(self, one: Source) -> bytes | None:
        url = one.url if self.base is None else f"{self.base.rstrip('/')}/{one.path}"
        try:
            return self.fetcher.get(url, max_bytes=MOST_BYTES)
        except TesseraError as error:
            raise StandardsError(f"{one.path} could not be had: {error}") from error


class ZipOrigin:
    """A ZIP with the files at its top, or below one common folder."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        """Look through the names. Raises: StandardsError for a ZIP that is out of order."""
        self._name = name
        self._archive = archive
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise StandardsError(f"{name} holds {len(members)} files; this is no set of standards.")
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            path = member.filename
            if path.startswith("/") or "\\" in path or ".." in path.split("/"):
                raise StandardsError(f"{name} is refused: the name {path[:80]!r} leads out of it.")
            if path in self._members:
                raise StandardsError(f"{name} is refused: it holds {path[:80]!r} twice.")
            self._members[path] = member
        self._below = self._common_folder()

    def read(self, one: Source) -> bytes | None:
        member = self._members.get(self._below + one.path)
        if member is None:
            return None
        mode = member.external_attr >> 16
        if member.flag_bits & 0x1 or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            raise StandardsError(f"In {self._name}, {one.path} is encrypted or no plain file.")
        if member.file_size > MOST_BYTES:
            raise StandardsError(f"In {self._name}, {one.path} is larger than any official file.")
        try:
            with self._archive.open(member) as content:
                return _bounded(content.read(MOST_BYTES + 1), one)
        except (OSError, ValueError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise StandardsError(f"In {self._name}, {one.path} is damaged: {error}.") from error
        except (NotImplementedError, RuntimeError) as error:
            raise StandardsError(
                f"In {self._name}, {one.path} is packed in a way that is not read here: {error}."
            ) from error

    def _common_folder(self) -> str:
        """Return the folder that holds the files, "" or such as "standards-1.2/"."""
        wanted = [one.path for one in sources()]
        counts: dict[str, int] = {}
        for path in self._members:
            for end in wanted:
                if path == end or path.endswith("/" + end):
                    below = path[: len(path) - len(end)]
                    counts[below] = counts.get(below, 0) + 1
        return max(counts, key=lambda below: (counts[below], -len(below)), default="")


def origin_of(source: str | None, fetcher: Fetcher) -> Origin:
    """Return the origin that a person named: a folder, a ZIP, an address, or None.

    An address whose path ends in ".zip" is fetched as one; any other is a base address.
    Raises: StandardsError when there is nothing of the kind.
    """
    if source is None:
        return AddressOrigin(fetcher)
    if "://" in source:
        if not urlsplit(source).path.lower().endswith(".zip"):
            return AddressOrigin(fetcher, base=source)
        try:
            raw = fetcher.get(source, max_bytes=MOST_ZIP_BYTES)
        except TesseraError as error:
            raise StandardsError(f"The ZIP could not be had: {error}") from error
        return _zip(source, io.BytesIO(raw))
    path = Path(source)
    if path.is_dir():
        return FolderOrigin(path)
    try:
        if path.stat().st_size > MOST_ZIP_BYTES:
            raise StandardsError(f"{source} is larger than any ZIP of official files.")
        return _zip(source, io.BytesIO(path.read_bytes()))
    except OSError as error:
        raise StandardsError(
            f"{source} cannot be read: {error.strerror}. Name a folder, a ZIP or an address."
        ) from error


def _zip(name: str, raw: io.BytesIO) -> ZipOrigin:
    try:
        return ZipOrigin(name, zipfile.ZipFile(raw))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise StandardsError(f"{name} is no ZIP that can be read: {error}.") from error


def _bounded(content: bytes, one: Source) -> bytes:
    if len(content) > MOST_BYTES:
        raise StandardsError(f"{one.path} is larger than any official file.")
    return content
