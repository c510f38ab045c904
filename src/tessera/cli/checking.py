"""How `tessera check` tells what it found: what is missing first, with why, how and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.cli import output
from tessera.report import Finding, Outcome, Step

if TYPE_CHECKING:
    from tessera.cli.describing import Found
    from tessera.quality import ElementReport, ElementResult

_TITLES = {
    "definition": "it is a micro-credential",
    "ects": "workload and credits",
    "levels": "levels agree",
    "coverage": "every outcome is assessed",
    "titles": "title and wording",
}
_SIGNS = {
    Outcome.PASSED: ("✓", "32"),
    Outcome.FAILED: ("✗", "31"),
    Outcome.INDETERMINATE: ("?", "33"),
    Outcome.NOT_APPLICABLE: ("·", "2"),
}


def as_json(
    path: Path, found: Found, reports: Sequence[ElementReport], steps: Sequence[Step]
) -> None:
    """Print one JSON object."""
    output.json_line(
        {
            "schema": 1,
            "input": str(path),
            "lists": [
                {
                    "list": report.list_id,
                    "completeness": str(report.completeness),
                    "elements": [_element(result, found) for result in report.results],
                }
                for report in reports
            ],
            "steps": [
                step.to_json()
                | {"findings": [one.to_json() | _line(one, found) for one in step.findings]}
                for step in steps
            ],
        }
    )


def _element(result: ElementResult, found: Found) -> dict[str, Any]:
    element = result.element
    return {
        "id": element.id,
        "key": element.key,
        "title": element.title,
        "obligation": str(element.obligation),
        "state": str(result.state),
        "why": element.why,
        "good": element.good,
        **result.finding.to_json(),
        **_line(result.finding, found),
    }


def _line(finding: Finding, found: Found) -> dict[str, int]:
    line = found.lines.get(finding.path) if finding.path is not None else None
    return {} if line is None else {"line": line}


def as_text(
    path: Path, found: Found, reports: Sequence[ElementReport], steps: Sequence[Step]
) -> None:
    """Print the lists one after the other, then what the lists do not ask, then the result."""
    told: set[tuple[str, str]] = set()
    for report in reports:
        _list(path, found, report, told if len(reports) > 1 else None)
    output.line("Beside the lists")
    for step in steps:
        _step(step, found)
    output.line()
    output.line(_result(reports, steps))


def _list(
    path: Path, found: Found, report: ElementReport, told: set[tuple[str, str]] | None
) -> None:
    """Print one list; told: what earlier lists said in full, or None where there is only one."""
    from tessera.quality import element_list

    chosen = element_list(report.list_id)
    output.line(f"{path.name}: {chosen.title} ({chosen.standing})")
    output.line(f"{report.completeness}.")
    output.line()
    parts = _parts(report.results)
    for title in ("Missing", "Not certain", "Worth adding"):
        if parts[title]:
            output.line(title)
            for result in parts[title]:
                _advise(result, found, told)
            output.line()
    if told is None and parts["There"]:
        output.line("There")
        for result in parts["There"]:
            output.line(f" {result.element.id:<4}{result.finding.message}", lead=_sign(result))
        output.line()
    in_short = ["Filled in when it is awarded", "Not asked for here"]
    in_short = [
        title for title in (["There"] if told is not None else []) + in_short if parts[title]
    ]
    for title in in_short:
        output.line(f"{title}: {_titles(parts[title])}.")
    if in_short:
        output.line()


def _parts(results: Iterable[ElementResult]) -> dict[str, list[ElementResult]]:
    parts: dict[str, list[ElementResult]] = {
        "Missing": [],
        "Not certain": [],
        "Worth adding": [],
        "There": [],
        "Filled in when it is awarded": [],
        "Not asked for here": [],
    }
    for result in results:
        outcome = result.finding.outcome
        if outcome is Outcome.PASSED:
            title = "There"
        elif result.finding.advice:
            title = "Worth adding"
        elif outcome is Outcome.FAILED:
            title = "Missing"
        elif outcome is Outcome.INDETERMINATE:
            title = "Not certain"
        else:
            title = "Filled in when it is awarded" if result.is_later else "Not asked for here"
        parts[title].append(result)
    return parts


def _advise(result: ElementResult, found: Found, told: set[tuple[str, str]] | None) -> None:
    """Say of one element what is missing, why it matters, what a good one is like, and where."""
    from tessera.quality import State

    element, finding = result.element, result.finding
    output.line(f" {element.id:<4}{element.title} ({element.obligation})", lead=_sign(result))
    said = finding.message
    if told is not None:
        if (element.id, said) in told:
            output.line("        As said above.")
            return
        told.add((element.id, said))
    if result.state is not State.MISSING:  # then the message holds the reason already
        said = f"{said} {element.why}"
    output.line(f"        {said}")
    output.line(f"        Good: {element.good}")
    for place in _where(finding, found):
        output.line(f"        {place}")


def _sign(result: ElementResult) -> str:
    sign, code = _SIGNS[result.finding.outcome]
    return output.colour(f"  {sign}", code)


def _titles(results: Iterable[ElementResult]) -> str:
    return ", ".join(f"{one.element.title} ({one.element.id})" for one in results)


def _where(finding: Finding, found: Found) -> Iterator[str]:
    """Say where something stands, or where it belongs."""
    pointer = finding.path
    if not pointer:
        return
    if not found.lines:
        yield f"At {pointer}"
    elif pointer in found.lines:
        yield f"At line {found.lines[pointer]}: {pointer}"
    else:
        above = pointer
        while above not in found.lines:
            above = above.rpartition("/")[0]
        beside = f"; {above} begins in line {found.lines[above]}" if above else ""
        yield f"At {pointer}, which is not in the file yet{beside}"


def _step(step: Step, found: Found) -> None:
    output.line(f" {_TITLES.get(step.id, step.id)}", lead="  " + output.mark(step.outcome, 14))
    told: set[str] = set()
    for finding in step.findings:
        is_remark = finding.advice and finding.outcome is not Outcome.PASSED
        is_wrong = finding.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)
        if finding.message in told or not (is_remark or is_wrong):
            continue
        told.add(finding.message)
        sign = "·" if finding.advice else _SIGNS[finding.outcome][0]
        output.line(f"        {sign} {finding.message}")
        for place in _where(finding, found):
            output.line(f"          {place}")


def _result(reports: Sequence[ElementReport], steps: Sequence[Step]) -> str:
    parts = [_parts(report.results) for report in reports]
    missing = sorted({one.element.title for part in parts for one in part["Missing"]})
    unsure = sorted({one.element.title for part in parts for one in part["Not certain"]})
    wrong = [_TITLES.get(one.id, one.id) for one in steps if one.outcome is Outcome.FAILED]
    open_ = [_TITLES.get(one.id, one.id) for one in steps if one.outcome is Outcome.INDETERMINATE]
    told = [
        f"missing: {', '.join(missing)}" if missing else "",
        f"to be corrected: {', '.join(wrong)}" if wrong else "",
        f"to be looked at by a person: {', '.join([*unsure, *open_])}" if unsure or open_ else "",
    ]
    said = "; ".join(one for one in told if one)
    return f"Result: {said}." if said else "Result: nothing mandatory is missing or wrong."
