"""Several processes that seal: the parent reads rows, each worker seals and stores chunks.

Sealed bytes never cross a pipe: a worker writes its chunk into the register itself.
At most two chunks per worker wait, so memory does not grow with the table. A worker
that dies ends the run with a sentence; what is sealed stays, and a re-run goes on. A
worker whose parent is killed ends itself, else it would wait for work for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import StoreError
from tessera.formats.elm.template import Templates
from tessera.issue.batch import ChunkSealer
from tessera.issue.compose import Edition
from tessera.issue.learners import Entry, Refusal
from tessera.issue.register import Register
from tessera.issue.tables import Row
from tessera.journeys.issuing import Plan, Tally, chunks, fresh
from tessera.journeys.refused import RefusedRows
from tessera.seals.jades import JadesOptions

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Everything a worker needs; keys travel as file names, never as key material."""

    edition: Edition
    options: JadesOptions
    keys: tuple[str, ...]
    password_files: tuple[Path, ...]

    def sealer(self, keys: Sequence[SigningKey]) -> ChunkSealer:
        """Return a sealer for this process."""
        return ChunkSealer(
            edition=self.edition, keys=keys, options=self.options, templates=Templates()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a worker made of one chunk."""

    sealed: int
    already: int
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """`workers` processes that write into the register of `folder`."""

    kit: Kit
    folder: Path
    workers: int

    def issue(self, planned: Plan, register: Register, progress: Callable[[int], None]) -> Tally:
        """Seal every row that is not sealed yet. Raises: StoreError, KeyRefusedError."""
        tally, before = Tally(), register.newest()
        pending: dict[Future[Done], dict[int, Row]] = {}
        with RefusedRows(self.folder, planned.table.header) as refused, self._pool() as pool:

            def collect(limit: int) -> None:
                while len(pending) > limit:
                    done, _ = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        rows = pending.pop(future)
                        _count(_result(future), rows, tally, refused)
                        progress(len(rows))

            try:
                for entries, rows in chunks(planned, tally, refused):
                    waiting = fresh(entries, register, tally)
                    pending[pool.submit(_work, waiting)] = rows
                    collect(2 * self.workers)
                collect(0)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        tally.files_written_again = register.write_missing_files(until=before)
        return tally

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self.kit, self.folder),
        )


def _count(done: Done, rows: dict[int, Row], tally: Tally, refused: RefusedRows) -> None:
    tally.sealed += done.sealed
    tally.already += done.already
    tally.refused += len(done.refusals)
    for refusal in done.refusals:
        refused.add(rows[refusal.row], refusal)


def _result(future: Future[Done]) -> Done:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise StoreError(
            "A sealing process was stopped from outside. What is sealed stays; run the same "
            "command again to go on."
        ) from error


_sealer: ChunkSealer
_register: Register


def _begin(kit: Kit, folder: Path) -> None:
    """Unlock the keys and open the register, once per worker process."""
    global _sealer, _register
    from tessera.journeys.unlocking import unlock

    threading.Thread(target=_end_with_parent, daemon=True).start()
    _sealer = kit.sealer(unlock(kit.keys, kit.password_files, kit.edition.sealed_at))
    _register = Register.open(folder)


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, killed or not; the register bears it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(entries: list[Entry]) -> Done:
    chunk = _sealer.seal(entries)
    stored = _register.add(chunk.awards)
    _register.write_files(stored)
    return Done(
        sealed=len(stored), already=len(chunk.awards) - len(stored), refusals=chunk.refusals
    )
