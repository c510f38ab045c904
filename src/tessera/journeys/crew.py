"""Several processes that seal: the parent reads rows, each worker seals and stores chunks.

Sealed bytes never cross a pipe: a worker writes its chunk into the register itself, and
its certificates into their folder. At most two chunks per worker wait, so memory does not
grow with the table. A worker that dies ends the run with a sentence; what is done stays,
and a re-run goes on. A worker whose parent is killed ends itself, else it would wait for
work for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tessera.errors import StoreError
from tessera.formats.elm.template import Templates
from tessera.issue.batch import ChunkSealer
from tessera.issue.compose import Edition
from tessera.issue.forms import FormPlan, Forms
from tessera.issue.learners import Entry, Refusal
from tessera.issue.register import Register
from tessera.issue.tables import Row
from tessera.journeys.issuing import Plan, Tally, chunks, end_if_stopped, fresh
from tessera.journeys.levels import Ascent
from tessera.journeys.refused import RefusedRows
from tessera.journeys.unlocking import FormKey, Surroundings
from tessera.seals.jades import JadesOptions

if TYPE_CHECKING:
    from tessera.journeys.certifying import Certified, Certifier
    from tessera.render.certificate import CertificateOptions
    from tessera.seals.protocol import SigningKey

SHARE = 16
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Everything a worker needs; keys travel as file names, never as key material.

    forms: the further forms, sealed with the key of form_key, None for the first key.
    """

    edition: Edition
    options: JadesOptions
    keys: tuple[str, ...]
    password_files: tuple[Path, ...]
    around: Surroundings | None = None
    ascent: Ascent | None = None
    forms: FormPlan | None = None
    form_key: FormKey | None = None

    def sealer(self, keys: Sequence[SigningKey]) -> ChunkSealer:
        """Return a sealer for this process."""
        raiser = self.ascent.raiser() if self.ascent and self.ascent.level != "b" else None
        return ChunkSealer(
            edition=self.edition,
            keys=keys,
            options=self.options,
            templates=Templates(),
            raise_level=raiser.all if raiser else None,
            forms=self.former(keys),
        )

    def former(self, keys: Sequence[SigningKey]) -> Forms | None:
        """Return what writes the further forms in this process, None where none is wanted."""
        if self.forms is None:
            return None
        key = self.form_key.unlock(self.edition.sealed_at) if self.form_key else keys[0]
        return Forms(self.forms, key, self.edition.sealed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKit:
    """Everything a worker needs to make certificates; as `tessera.journeys.certifying.Certifier`.

    keys, password_files: as for `Kit`; the first key seals the pages.
    """

    options: CertificateOptions
    language: str | None
    keys: tuple[str, ...]
    password_files: tuple[Path, ...]
    at: datetime
    around: Surroundings | None = None
    ascent: Ascent | None = None

    def certifier(self, key: SigningKey) -> Certifier:
        """Return what makes certificates in this process."""
        from tessera.journeys.certifying import Certifier

        raiser = self.ascent.page_raiser() if self.ascent and self.ascent.level != "b" else None
        return Certifier(self.options, key, self.at, language=self.language, raiser=raiser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a worker made of one chunk."""

    sealed: int
    already: int
    refusals: tuple[Refusal, ...]


class Crew:
    """`workers` processes that write into the register of `folder`; a context manager.

    They are started at once, so that they import what they need while the parent still
    unlocks keys and draws pictures.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._workers = workers

    def __enter__(self) -> Crew:
        self._pool = ProcessPoolExecutor(
            self._workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
        )
        for _ in range(self._workers):
            self._pool.submit(_ready)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def issue(
        self,
        kit: Kit,
        planned: Plan,
        register: Register,
        progress: Callable[[int], None],
        *,
        files: bool = True,
    ) -> Tally:
        """Seal every row that is not sealed yet; the rest as `tessera.journeys.issuing.issue`.

        Raises: StoreError, KeyRefusedError.
        """
        tally, before = Tally(), register.newest()
        pending: dict[Future[Done], dict[int, Row]] = {}
        with RefusedRows(self._folder, planned.table.header) as refused:

            def collect(limit: int) -> None:
                while len(pending) > limit:
                    done, _ = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        rows = pending.pop(future)
                        _count(_result(future), rows, tally, refused)
                        progress(len(rows))

            for entries, rows in chunks(planned, tally, refused):
                waiting = fresh(entries, register, tally)
                future = self._pool.submit(_work, kit, self._folder, waiting, files=files)
                pending[future] = rows
                collect(2 * self._workers)
            collect(0)
        if files:
            tally.files_written_again = register.write_missing_files(until=before)
        return tally

    def certify(
        self, kit: PageKit, register: Register, progress: Callable[[int], None]
    ) -> Certified:
        """Write the certificates that the folder lacks; as `certifying.certify_folder`.

        Raises: StoreError, KeyRefusedError, TimestampError, RevocationError.
        """
        from tessera.journeys.certifying import FOLDER, Certified, prepare, shares

        prepare(self._folder / FOLDER)
        total, pending = Certified(), dict[Future[Certified], int]()

        def collect(limit: int) -> None:
            while len(pending) > limit:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    share = pending.pop(future)
                    total.add(_result(future))
                    progress(share)

        for ids in shares(register, SHARE):
            pending[self._pool.submit(_draw, kit, self._folder, ids)] = len(ids)
            collect(2 * self._workers)
        collect(0)
        return total


def _count(done: Done, rows: dict[int, Row], tally: Tally, refused: RefusedRows) -> None:
    tally.sealed += done.sealed
    tally.already += done.already
    tally.refused += len(done.refusals)
    for refusal in done.refusals:
        refused.add(rows[refusal.row], refusal)


def _result(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise StoreError(
            "A sealing process was stopped from outside. What is done stays; run the same "
            "command again to go on."
        ) from error


def _begin() -> None:
    """Watch the parent, once per worker process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, killed or not; the register bears it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _ready() -> None:
    """Import what sealing needs."""
    from tessera.journeys import unlocking  # noqa: F401


@cache
def _tools(folder: Path) -> tuple[list[ChunkSealer], Register]:
    """Open the register once per process; the sealer comes with the first chunk."""
    return [], Register.open(folder)


def _work(kit: Kit, folder: Path, entries: list[Entry], *, files: bool) -> Done:
    """Seal one chunk in this process; the keys are unlocked with the first."""
    from tessera.journeys.unlocking import unlock

    sealers, register = _tools(folder)
    if not sealers:
        keys = unlock(kit.keys, kit.password_files, kit.edition.sealed_at, kit.around)
        sealers.append(kit.sealer(keys))
    chunk = sealers[0].seal(entries)
    stored = register.add(chunk.awards)
    if files:
        register.write_files(stored)
    end_if_stopped(chunk)
    return Done(
        sealed=len(stored), already=len(chunk.awards) - len(stored), refusals=chunk.refusals
    )


@lru_cache(maxsize=1)
def _certifier(kit: PageKit) -> Certifier:
    """Unlock the key and keep what draws, once per process."""
    from tessera.journeys.unlocking import unlock

    return kit.certifier(unlock(kit.keys, kit.password_files, kit.at, kit.around)[0])


def _draw(kit: PageKit, folder: Path, ids: Sequence[str]) -> Certified:
    """Make some certificates in this process."""
    from tessera.journeys.certifying import certify_some

    _, register = _tools(folder)
    return certify_some(register, ids, _certifier(kit))
