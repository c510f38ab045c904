"""`tessera new`, `check` and `show`: descriptions and what they say."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import StoreError, UnreadableError, UsageError
from tessera.report import Outcome

if TYPE_CHECKING:
    from tessera.formats.description import Description
    from tessera.model import Award, MicroCredential

_EXIT = {Outcome.FAILED: 1, Outcome.INDETERMINATE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that was read, and where it stands in its file.

    places: pointer into the model → pointer into the file. lines: pointer into the
    file → line, for descriptions. sealed: None for a description.
    """

    record: MicroCredential | Award
    places: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    sealed: bool | None = None


def new(target: Path | None, language: str, *, schema: bool = False) -> int:
    """Write a scaffold, or the JSON Schema, to a file that does not exist yet or to the output."""
    text = _schema() if schema else _scaffold(language)
    if target is None:
        sys.stdout.write(text)
        return 0
    _write(target, text)
    if schema:
        output.line(f"Wrote {target}, the JSON Schema of description files.")
    else:
        output.line(f"Wrote {target}. Replace the examples, then: tessera check {target}")
    return 0


def _scaffold(language: str) -> str:
    from tessera.errors import ModelError
    from tessera.formats.description import scaffold

    try:
        return scaffold(language=language)
    except ModelError as error:
        raise UsageError(str(error)) from error


def _schema() -> str:
    import json

    from tessera.formats.description import schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                with contextlib.suppress(OSError):
                    target.unlink()
                raise
    except FileExistsError as error:
        raise StoreError(
            f"{target} exists already and is left as it is. Choose another name."
        ) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error


def read_description(path: Path) -> Description:
    """Read a description file. Raises: UnreadableError with every problem in it."""
    from tessera.formats.description import MAX_BYTES, read

    try:
        if path.is_dir():
            raise UnreadableError(f"{path} is a folder. Name the description, a file in YAML.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from error
    return read(raw, name=path.name)


def read_any(path: Path) -> Found:
    """Read a description or a credential, by its name or else by its content."""
    if path.suffix.lower() in (".yaml", ".yml"):
        return _described(read_description(path))
    from datetime import UTC, datetime

    from tessera.formats.description import read
    from tessera.journeys.verifying import read_input
    from tessera.verify.examination import Circumstances, Inspection
    from tessera.verify.recognise import recognise

    raw = read_input(path)
    inspection = Inspection(raw=raw, circumstances=Circumstances(at=datetime.now(UTC)))
    try:
        recognise(inspection)
    except UnreadableError:
        return _described(read(raw, name=path.name))
    if inspection.decoded is None:
        if inspection.opened is None and not inspection.turtle:
            return _described(read(raw, name=path.name))
        raise UnreadableError(f"{path.name} holds no credential that can be checked here.")
    sealed = inspection.opened is not None and bool(inspection.opened.signatures)
    return Found(record=inspection.decoded.award, places=inspection.decoded.places, sealed=sealed)


def _described(description: Description) -> Found:
    return Found(
        record=description.micro_credential, places=description.places, lines=description.lines
    )


def check(path: Path, list_id: str, *, as_json: bool) -> int:
    """Print the element report of one list or all; exit 1 when something mandatory is missing."""
    from tessera import quality
    from tessera.cli import checking

    wanted = quality.lists() if list_id == "all" else (list_id,)
    unknown = [one for one in wanted if one not in quality.lists()]
    if unknown:
        raise UsageError(
            f"There is no list '{unknown[0]}'. There are: {', '.join(quality.lists())}, all."
        )
    found = read_any(path)
    reports = [
        quality.examine(found.record, one, sealed=found.sealed, places=found.places)
        for one in wanted
    ]
    steps = quality.examine_all(found.record, (), sealed=found.sealed, places=found.places)
    show_report = checking.as_json if as_json else checking.as_text
    show_report(path, found, reports, steps)
    outcomes = [one.outcome for one in steps]
    findings = [finding for report in reports for finding in report.findings()]
    outcomes += [one.outcome for one in findings if not one.advice]
    return next((code for outcome, code in _EXIT.items() if outcome in outcomes), 0)


def show(path: Path, *, language: str, as_json: bool) -> int:
    """Print what a description or credential says. Judges nothing."""
    from tessera.cli.showing import lines, record

    found = read_any(path)
    if as_json:
        output.json_line({"schema": 1, "input": str(path), "record": record(found.record)})
        return 0
    if found.sealed:
        output.line("The seal was not checked here: use 'tessera verify'.")
    for text in lines(found.record, language):
        output.line(text)
    return 0
