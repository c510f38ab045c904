"""Several processes that seal: the parent reads rows, each worker seals and stores chunks.

Sealed bytes never cross a pipe: a worker writes its chunk into the register itself.
At most two chunks per worker wait, so memory does not grow with the table. A worker
that dies ends the run with a sentence; what is sealed stays, and a re-run goes on.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import StoreError
from tessera.formats.elm.template import Templates
from tessera.issue.batch import ChunkSealer
from tessera.issue.compose import Edition
from tessera.issue.learners import Entry, Refusal
from tessera.issue.register import Register
from tessera.issue.tables import Row
from tessera.journeys.issuing import REFUSED_FILE, Plan, RefusedRows, Tally, chunks, fresh
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


@dataclass(frozen=True, slots=True)
class Crew:
    """`workers` processes that write into the register of `folder`."""

    kit: Kit
    folder: Path
    workers: int

    def issue(self, planned: Plan, register: Register, progress: Callable[[int], None]) -> Tally:
        """Seal every row that is not sealed yet. Raises: StoreError, KeyRefusedError."""
        tally = Tally()
        pending: dict[Future[tuple[int, tuple[Refusal, ...]]], dict[int, Row]] = {}
        with (
            ProcessPoolExecutor(
                self.workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self.kit, self.folder),
            ) as pool,
            RefusedRows(self.folder / REFUSED_FILE, planned.table.header) as refused,
        ):

            def collect(limit: int) -> None:
                while len(pending) > limit:
                    done, _ = wait(pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        rows = pending.pop(future)
                        sealed, refusals = _result(future)
                        tally.sealed += sealed
                        tally.refused += len(refusals)
                        for refusal in refusals:
                            refused.add(rows[refusal.row], refusal)
                        progress(len(rows))

            for entries, rows in chunks(planned, tally, refused):
                waiting = fresh(entries, register, tally)
                pending[pool.submit(_work, waiting)] = rows
                collect(2 * self.workers)
            collect(0)
        tally.files_written_again = register.write_missing_files()
        return tally


def _result(future: Future[tuple[int, tuple[Refusal, ...]]]) -> tuple[int, tuple[Refusal, ...]]:
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

    _sealer = kit.sealer(unlock(kit.keys, kit.password_files, kit.edition.sealed_at))
    _register = Register.open(folder)


def _work(entries: list[Entry]) -> tuple[int, tuple[Refusal, ...]]:
    chunk = _sealer.seal(entries)
    added = _register.add(chunk.awards)
    _register.write_files(chunk.awards)
    return added, chunk.refusals
