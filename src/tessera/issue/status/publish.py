"""Publish the lists in which something changed, and those whose time is running out.

Steps for each group: 1 take its state at one moment, 2 pack and seal its three lists, 3 write
each whole beside its place, sync and rename, 4 remember what was published. Killed between
two steps, the next publishing does the group again; a reader never sees half a list.

All changes of one second are in one publishing: a group is published at most once a second,
since two lists of the same second could not be told apart. What changes after that waits
for the next second.

Source: PERFORMANCE P10; IETF Token Status List sections 5.1 (iat) and 13.7; W3C Bitstring
Status List 1.0 section 2.2 (validFrom, validUntil, ttl).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tessera.errors import StoreError
from tessera.issue.status.documents import Terms, claims, credential
from tessera.issue.status.lists import Group, Kind
from tessera.issue.status.press import Press
from tessera.issue.status.store import Publication, StatusStore
from tessera.issue.unfinished import PART, own_mark, sweep

CWT_FILE = "token.cwt"  # the same list as `token`; one address may serve both
_LOCK = ".publishing.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was done. files: written. unchanged, waiting: groups left as they are.

    waiting: changed within the second in which they were published; call again in the next.
    """

    files: tuple[Path, ...] = ()
    unchanged: int = 0
    waiting: int = 0


def publish(store: StatusStore, press: Press, out: Path, terms: Terms) -> Published:
    """Write what is due below `out`: for each group the files revocation, suspension, token.

    And token.cwt, where the press is asked for it. Raises: StoreError when the folder or the
    store refuses, KeyRefusedError; groups that were done before stay published.
    """
    files: list[Path] = []
    unchanged = waiting = 0
    with _alone(store.folder):
        for group in store.groups():
            last = store.published(group)
            if not is_due(last, store.changes(group), terms):
                unchanged += 1
            elif last is not None and last.at == terms.at:
                waiting += 1
            else:
                files += _group(store, group, press, out, terms)
    return Published(files=tuple(files), unchanged=unchanged, waiting=waiting)


def is_due(last: Publication | None, changes: int, terms: Terms) -> bool:
    """Tell whether a group has to be published: new, changed, or past half of its time."""
    if last is None or last.changes != changes:
        return True
    return terms.at >= last.at + (last.expires - last.at) / 2


def _group(store: StatusStore, group: Group, press: Press, out: Path, terms: Terms) -> list[Path]:
    # 1
    changes, marked = store.snapshot(group)
    # 2
    lists = {
        kind.value: press.credential(credential(group, kind, marked, terms), terms)
        for kind in (Kind.REVOCATION, Kind.SUSPENSION)
    }
    token = claims(group, marked, terms)
    lists[Kind.TOKEN.value] = press.token(token, terms)
    if press.with_cwt:
        lists[CWT_FILE] = press.compact_token(token, terms)
    # 3
    folder = out / str(group.id)
    _write_all(folder, lists)
    # 4
    store.note_published(group, Publication(changes=changes, at=terms.at, expires=terms.expires))
    return [folder / name for name in lists]


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    """Write files whole, and on the disk before this returns."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        for name, content in files.items():
            part = folder / f".{name}.{own_mark()}{PART}"
            try:
                with open(part, "wb") as handle:
                    handle.write(content)
                    handle.flush()
                    os.fsync(handle.fileno())
                part.replace(folder / name)
            except OSError:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)
    except OSError as error:
        raise StoreError(
            f"The lists cannot be written to {folder} ({error.strerror}). Make room or choose "
            "another folder with --out, and publish again: the old lists stay until then."
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One publisher at a time, so that an older state never replaces a newer one."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror}); publishing has to take a lock there."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
