"""`tessera convert`: the same record in another format, and what did not fit into it."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.cli import output
from tessera.errors import KeyRefusedError, StoreError

if TYPE_CHECKING:
    from tessera.formats.losses import Loss, LossReport
    from tessera.journeys.converting import Converted, Source


_WIDEST = 44
_MOST_REMARKS = 5
_HEADINGS = {
    "added, because the format demands it": "Added, because the format demands it",
    "kept in the attached record": "Only in the record that travels along (parts by element)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The command as typed."""

    file: Path
    to: str
    output: Path | None
    key: str | None
    password_file: Path | None
    chain: Path | None
    json: bool


def convert(wish: Wish) -> int:
    """Convert one file; exit 77 when a key was given that must not seal the result."""
    from tessera.journeys import converting
    from tessera.journeys.verifying import read_input

    format = converting.target(wish.to)
    now = datetime.now(UTC).replace(microsecond=0)
    key = None
    if wish.key is not None:
        from tessera.cli.sealing import load_keys, surroundings

        passwords = [wish.password_file] if wish.password_file else []
        [key] = load_keys([wish.key], passwords, now, surroundings(wish.chain))
    source = converting.read(read_input(wish.file), now)
    made = converting.convert(source, format, key, now)
    target = wish.output or Path(wish.file.stem + made.ending)
    write_new(target, made.content)
    if wish.json:
        output.json_line(as_json(wish.file, target, made, source))
    else:
        for text in _lines(target, made, source):
            output.line(text)
    return KeyRefusedError.exit_code if made.key_refused else 0


def as_json(file: Path, target: Path, made: Converted, source: Source) -> dict[str, Any]:
    """Return the public report, schema 1."""
    return {
        "schema": 1,
        "input": str(file),
        "output": str(target),
        "media_type": made.media_type,
        "sealed": made.is_sealed,
        "unsealed_because": made.unsealed_because or None,
        "remarks": list(source.remarks),
        **made.report.to_json(),
    }


def _lines(target: Path, made: Converted, source: Source) -> Iterator[str]:
    seal = "sealed by the issuer" if made.is_sealed else "UNSIGNED"
    yield f"Wrote {target} ({made.report.title}), {seal}."
    if made.unsealed_because:
        yield f"It is not sealed: {made.unsealed_because}"
    if any(_attached(one) for one in made.report.losses):
        yield "The whole record travels in it as well."
    if source.intact is False:
        yield "The seal of the source is broken: do not rely on what it says."
    yield from (f"While reading: {one}" for one in source.remarks[:_MOST_REMARKS])
    if len(source.remarks) > _MOST_REMARKS:
        more = len(source.remarks) - _MOST_REMARKS
        yield f"And {more} more remarks; 'tessera verify -v' shows all."
    yield ""
    yield from report_lines(made.report)


def report_lines(report: LossReport) -> Iterator[str]:
    """Say what a format did not carry: one heading for each thing that became of parts.

    Parts that stand only in the record which travels along are counted by element.
    """
    if report.carries_all:
        yield "Nothing was lost: read back, it says all that the source says."
        return
    number = len(report.losses)
    yield f"{number} {'part differs' if number == 1 else 'parts differ'} in {report.title}."
    groups: dict[str, list[Loss]] = {}
    for one in report.losses:
        groups.setdefault(_heading(one), []).append(one)
    for heading, found in groups.items():
        yield ""
        yield f"{heading}:"
        yield from _counted(found) if _attached(found[0]) else _rows(found)


def _heading(one: Loss) -> str:
    from tessera.formats.losses import Fate

    if one.fate is Fate.TOLD:
        return f"Told in words at {one.now}"
    return _HEADINGS.get(one.fate, one.fate.value.capitalize())


def _rows(found: Sequence[Loss]) -> Iterator[str]:
    width = min(max(len(one.name) for one in found), _WIDEST)
    for one in found:
        became = [] if one.value == "nothing" else [one.value]
        became += [one.now] if one.now and not one.now.startswith("/") else []
        yield f"  {one.element:<4}{one.name:<{width}}  {' → '.join(became)}"


def _counted(found: Sequence[Loss]) -> Iterator[str]:
    counts = Counter(one.element or "others" for one in found)
    ordered = sorted(counts.items(), key=lambda one: (one[0] == "others", len(one[0]), one[0]))
    yield "  " + ", ".join(f"{element} ({count})" for element, count in ordered)


def _attached(one: Loss) -> bool:
    return one.fate == "kept in the attached record"


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a name that is taken stays as it is."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.link(part, path)
    except FileExistsError as error:
        raise StoreError(
            f"{path} exists already and is left as it is. Name another file with -o."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
