"""`tessera new`, `check` and `show`: descriptions and what they say."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import StoreError, UnreadableError, UsageError
from tessera.report import Finding, Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tessera.formats.description import Description
    from tessera.model import Award, MicroCredential
    from tessera.quality import ElementReport

_EXIT = {Outcome.FAILED: 1, Outcome.INDETERMINATE: 2}
_TITLES = {
    "definition": "it is a micro-credential",
    "ects": "workload and credits",
    "levels": "levels agree",
    "coverage": "every outcome is assessed",
    "titles": "titles and wording",
}


def new(target: Path | None, language: str) -> int:
    """Write a scaffold to a file that does not exist yet, or to the output."""
    from tessera.formats.description import scaffold

    text = scaffold(language=language)
    if target is None:
        sys.stdout.write(text)
        return 0
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise StoreError(f"{target} exists already and is left as it is.") from error
    except OSError as error:
        with contextlib.suppress(OSError):
            target.unlink()
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error
    output.line(f"Wrote {target}. Replace the examples, then: tessera check {target}")
    return 0


def read_description(path: Path) -> Description:
    """Read a description file. Raises: UnreadableError with every problem in it."""
    from tessera.formats.description import read

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from error
    return read(raw, name=path.name)


def read_any(path: Path) -> tuple[MicroCredential | Award, Mapping[str, str], bool | None]:
    """Read a description or a credential: the record, where its elements stand, is it sealed."""
    from datetime import UTC, datetime

    from tessera.journeys.verifying import read_input
    from tessera.verify.examination import Circumstances, Inspection
    from tessera.verify.recognise import recognise

    inspection = Inspection(raw=read_input(path), circumstances=Circumstances(at=datetime.now(UTC)))
    try:
        recognise(inspection)
    except UnreadableError:
        return read_description(path).micro_credential, {}, None
    if inspection.decoded is None:
        if inspection.opened is None and not inspection.turtle:
            return read_description(path).micro_credential, {}, None
        raise UnreadableError(f"{path.name} holds no credential that can be checked here.")
    sealed = inspection.opened is not None and bool(inspection.opened.signatures)
    return inspection.decoded.award, inspection.decoded.places, sealed


def check(path: Path, list_id: str, *, as_json: bool, language: str) -> int:
    """Print the element report of one list or all; exit 1 when something mandatory is missing."""
    from tessera import quality

    wanted = quality.lists() if list_id == "all" else (list_id,)
    unknown = [one for one in wanted if one not in quality.lists()]
    if unknown:
        raise UsageError(
            f"There is no list '{unknown[0]}'. There are: {', '.join(quality.lists())}, all."
        )
    subject, places, sealed = read_any(path)
    reports = [quality.examine(subject, one, sealed=sealed, places=places) for one in wanted]
    steps = [
        one
        for one in quality.examine_all(subject, wanted, sealed=sealed, places=places)
        if not one.id.startswith("elements")
    ]
    if as_json:
        _check_json(path, reports, steps)
    else:
        _check_text(path, reports, steps, language)
    outcomes = [one.outcome for one in steps]
    findings = [finding for report in reports for finding in report.findings()]
    outcomes += [one.outcome for one in findings if not one.advice]
    for outcome, code in _EXIT.items():
        if outcome in outcomes:
            return code
    return 0


def _check_json(path: Path, reports: list[ElementReport], steps: list[Step]) -> None:
    output.json_line(
        {
            "schema": 1,
            "input": str(path),
            "lists": [
                {
                    "list": report.list_id,
                    "completeness": str(report.completeness),
                    "elements": [
                        {
                            "id": result.element.id,
                            "key": result.element.key,
                            "title": result.element.title,
                            "obligation": str(result.element.obligation),
                            "state": str(result.state),
                            **result.finding.to_json(),
                        }
                        for result in report.results
                    ],
                }
                for report in reports
            ],
            "steps": [step.to_json() for step in steps],
        }
    )


def _check_text(path: Path, reports: list[ElementReport], steps: list[Step], language: str) -> None:
    del language  # texts of elements are English so far
    from tessera.quality import element_list

    for report in reports:
        chosen = element_list(report.list_id)
        output.line(f"{path.name}: {chosen.title} ({chosen.standing})")
        output.line(f"  {report.completeness}")
        for result in report.results:
            finding = result.finding
            output.line(f" {result.element.title}", lead="  " + _state(finding, str(result.state)))
            if finding.outcome is not Outcome.PASSED:
                output.line(f"        {finding.message}")
                if finding.path:
                    output.line(f"        at {finding.path}")
        output.line()
    for step in steps:
        output.step(step, title=_TITLES.get(step.id, step.id), everything=False)


def _state(finding: Finding, state: str) -> str:
    sign, code = {
        Outcome.PASSED: ("✓", "32"),
        Outcome.FAILED: ("✗", "31"),
        Outcome.INDETERMINATE: ("?", "33"),
        Outcome.NOT_APPLICABLE: ("–", "2"),
    }[finding.outcome]
    return output.colour(f"{sign} {state:<14}", code)


def show(path: Path, *, language: str, as_json: bool) -> int:
    """Print what a description or credential says; a broken seal hides the content."""
    from tessera.cli.showing import lines, record

    subject, _, sealed = read_any(path)
    if as_json:
        output.json_line({"schema": 1, "input": str(path), "record": record(subject)})
        return 0
    if sealed:
        output.line("The seal was not checked here: use 'tessera verify'.")
    for text in lines(subject, language):
        output.line(text)
    return 0
