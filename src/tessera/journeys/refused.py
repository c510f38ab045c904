"""The refused rows as they were, with the reasons: a table to be corrected and run again.

The file appears whole at the end of a run, or not at all; without refused rows the one
of an earlier run is removed, since it would lie. It may itself be the table of a run.
A run that breaks off leaves the file of the run before it.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from tessera.errors import StoreError
from tessera.issue.learners import Refusal
from tessera.issue.tables import Row
from tessera.issue.unfinished import own_mark

REFUSED_FILE = "refused.csv"
_OURS = ("row", "reasons")
# A spreadsheet program would take a text that begins so for a formula, and run it.
_RUNNING = ("=", "+", "@", "-", "\t")


class RefusedRows:
    """Collects refused rows in a file beside the place where they will stand.

    header: of the table; our own two columns of an earlier file are not repeated.
    """

    def __init__(self, folder: Path, header: Sequence[str]) -> None:
        self._path = folder / REFUSED_FILE
        self._part = folder / f".{REFUSED_FILE}.{own_mark()}.part"
        self._skip = len(_OURS) if tuple(header[: len(_OURS)]) == _OURS else 0
        self._header = header[self._skip :]
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> RefusedRows:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self._file is not None:
                self._file.close()
            if kind is not None:
                self._part.unlink(missing_ok=True)
            elif self._file is not None:
                os.replace(self._part, self._path)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)
            # An error that is on its way already says more than this one.
            if kind is None:
                raise self._refuse(error) from error

    def add(self, row: Row, refusal: Refusal) -> None:
        """Note one row. Raises: StoreError when the folder is locked or the disk full."""
        try:
            if self._file is None:
                self._file = self._part.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file).writerow([*_OURS, *self._header])
            cells = map(_tame, row.cells[self._skip :])
            csv.writer(self._file).writerow([row.number, " ".join(refusal.reasons), *cells])
        except OSError as error:
            raise self._refuse(error) from error

    def _refuse(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self._path} cannot be written ({error.strerror}). Make room or unlock the folder "
            "and run the same command again."
        )


def _tame(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would run."""
    return f"'{cell}" if cell.startswith(_RUNNING) and not cell[1:].isdigit() else cell
