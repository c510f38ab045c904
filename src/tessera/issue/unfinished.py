"""Files that are being written: how they are named, and when they may be swept away.

A file is written beside its place, as `.NAME.OWNER.part`, and then renamed. The owner is the
number of the process and when it started, since numbers are given again: what a killed
process left must not look like the work of a new one.

Source: proc_pid_stat(5), field 22 (`starttime`); where there is no /proc, the number alone.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PART = ".part"


def own_mark() -> str:
    """Return what names this process in the unfinished files that it writes."""
    process = os.getpid()
    return f"{process}-{_started(process)}"


def sweep(folder: Path) -> None:
    """Remove the unfinished files of processes that were killed (`.NAME.OWNER.part`)."""
    for part in folder.glob(f".*{PART}"):
        if not _is_alive(part.name.split(".")[-2]):
            with contextlib.suppress(OSError):
                part.unlink()


def _is_alive(owner: str) -> bool:
    number, _, started = owner.partition("-")
    if not number.isdigit():
        return False
    process = int(number)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return not started or _started(process) == started


def _started(process: int) -> str:
    """Return when a process started, in ticks since the machine did; "" where nobody says."""
    try:
        stated = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stated.rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""
