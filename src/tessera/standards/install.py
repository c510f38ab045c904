"""Install the official files: every one is compared with its hash before anything changes.

1. Read each file of SOURCES.toml from a folder, a ZIP, an address, or its pinned address.
2. Compare each with its pinned SHA-256; a file that differs is named with its hash and
   has to be accepted by exactly that hash.
3. Write everything beside the old files, and only then put each into its place; a fault
   on the way puts the old ones back.

Two installs into one folder take turns; a killed one leaves whole files only.
Source: DESIGN section 4.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tessera.errors import StandardsError, StoreError, UsageError
from tessera.fetch import Fetcher
from tessera.standards.accepted import FILE, is_hash, read_accepted, write_accepted
from tessera.standards.origins import FolderOrigin, Origin, origin_of
from tessera.standards.sources import Source, sources

_STAGE = ".incoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an install did.

    files: every official file that is now in the folder. changed: those of them that
    were written. accepted: those that are not the published ones.
    """

    folder: Path
    files: tuple[str, ...]
    changed: tuple[str, ...]
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The state of one official file: "present", "missing", "altered" or "accepted"."""

    path: str
    set: str
    version: str
    state: str


def install(
    source: str | None, folder: Path, *, fetcher: Fetcher, accept: frozenset[str] = frozenset()
) -> Installed:
    """Put the official files into a folder; all of them or none.

    source: a folder, a ZIP, the address of a ZIP, a base address, or None for the pinned
    addresses (then a file that is already there is not fetched again). accept: SHA-256
    of files that may differ from the published ones.
    Raises: UsageError for a wrong hash; StandardsError when a file cannot be had or is
    not the published one; StoreError when the folder cannot be written. The old files
    stay as they were in each of these cases.
    """
    wanted = frozenset(one.lower() for one in accept)
    wrong = sorted(one for one in wanted if not is_hash(one))
    if wrong:
        raise UsageError(f"'{wrong[0][:80]}' is no SHA-256: 64 signs of 0-9 and a-f are expected.")
    contents = _read_all(origin_of(source, fetcher), folder if source is None else None)
    accepted = _compare(contents, wanted)
    changed = _put(folder, contents, accepted)
    return Installed(
        folder=folder,
        files=tuple(contents),
        changed=changed,
        accepted=tuple(sorted(accepted)),
    )


def status(folder: Path) -> tuple[Row, ...]:
    """Return the state of every official file, in the order of SOURCES.toml.

    Raises: StandardsError when the list of accepted files cannot be read.
    """
    accepted = read_accepted(folder)
    rows = []
    for one in sources():
        try:
            found = _hash((folder / one.path).read_bytes())
        except OSError:
            state = "missing"
        else:
            state = "accepted" if found == accepted.get(one.path) else "altered"
            state = "present" if found == one.sha256 else state
        rows.append(Row(path=one.path, set=one.set, version=one.version, state=state))
    return tuple(rows)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# 1. Read.


def _read_all(origin: Origin, kept: Path | None) -> dict[str, bytes]:
    """Read every file; from `kept` where the published one lies there already."""
    contents: dict[str, bytes] = {}
    missing = []
    for one in sources():
        content = None if kept is None else _kept(kept, one)
        if content is None:
            content = origin.read(one)
        if content is None:
            missing.append(one.path)
        else:
            contents[one.path] = content
    if missing:
        raise StandardsError(
            f"{len(missing)} of {len(sources())} official files are missing there: "
            f"{', '.join(missing)}. Nothing was changed."
        )
    return contents


def _kept(folder: Path, one: Source) -> bytes | None:
    try:
        content = FolderOrigin(folder).read(one)
    except StandardsError:
        return None
    return content if content is not None and _hash(content) == one.sha256 else None


# 2. Compare.


def _compare(contents: Mapping[str, bytes], accept: frozenset[str]) -> dict[str, str]:
    """Return the accepted hashes by path. Raises: StandardsError for any other difference."""
    accepted: dict[str, str] = {}
    refused: dict[str, str] = {}
    for one in sources():
        found = _hash(contents[one.path])
        if found != one.sha256:
            (accepted if found in accept else refused)[one.path] = found
    if refused:
        listed = "; ".join(f"{path} has SHA-256 {found}" for path, found in refused.items())
        options = " ".join(f"--accept {found}" for found in dict.fromkeys(refused.values()))
        raise StandardsError(
            f"{len(refused)} of {len(contents)} files are not the published ones: {listed}. "
            f"Nothing was changed. If you know why they differ and trust them: {options}"
        )
    return accepted


# 3. Write.


def _put(
    folder: Path, contents: Mapping[str, bytes], accepted: Mapping[str, str]
) -> tuple[str, ...]:
    """Bring the folder to these contents; return what was written."""
    try:
        wanted: dict[str, bytes] = dict(contents)
        if accepted:
            wanted[FILE] = write_accepted(accepted)
        changed = tuple(path for path, new in wanted.items() if _old(folder / path) != new)
        is_stale = not accepted and (folder / FILE).exists()
        if changed or is_stale:
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(folder), _stage(folder) as stage:
                _swap(folder, stage, {path: wanted[path] for path in changed})
                if is_stale:
                    (folder / FILE).unlink(missing_ok=True)
        return tuple(path for path in changed if path != FILE)
    except OSError as error:
        raise StoreError(_sentence(folder, error)) from error


def _old(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it when the process ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _stage(folder: Path) -> Iterator[Path]:
    """Give an empty folder on the same disk, gone at the end; a killed install left its own."""
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir()
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _swap(folder: Path, stage: Path, contents: Mapping[str, bytes]) -> None:
    """Write all, keep copies of the old, then rename file by file; undo on a fault."""
    for path, content in contents.items():
        _write(stage / "new" / path, content)
        if (folder / path).is_file():
            _write(stage / "old" / path, (folder / path).read_bytes())
    done: list[str] = []
    try:
        for path in contents:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / "new" / path).replace(folder / path)
            done.append(path)
    except OSError:
        for path in reversed(done):
            with suppress(OSError):
                old = stage / "old" / path
                if old.exists():
                    old.replace(folder / path)
                else:
                    (folder / path).unlink()
        raise


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sentence(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"There is no room left for the official files in {folder}. Nothing was changed."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{folder} cannot be written to: {error.strerror}. Nothing was changed. Name another "
            "folder in TESSERA_STANDARDS."
        )
    return (
        f"The official files cannot be written into {folder}: {error.strerror or error} "
        f"({error.filename}). Nothing was changed."
    )
