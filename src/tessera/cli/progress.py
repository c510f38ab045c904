"""A progress bar for work on many rows: on a terminal only, never in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Progress:
    """A progress bar on a terminal; nothing in a pipe."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._bar: Bar | None = None
        self._total = total
        if not quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                TextColumn,
                TimeRemainingColumn,
            )
            from rich.progress import (
                Progress as Bar,
            )

            self._bar = Bar(
                TextColumn("Sealing"), BarColumn(), MofNCompleteColumn(), TextColumn("rows"),
                TimeRemainingColumn(), console=Console(stderr=True), transient=True,
            )  # fmt: skip

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("seal", total=self._total or None)
        return self

    def __exit__(self, *details: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, rows: int) -> None:
        if self._bar is not None:
            self._bar.advance(self._task, rows)
