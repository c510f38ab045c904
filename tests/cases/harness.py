"""Judge a collection of cases by its own rule; nothing here knows a case by name.

A collection is a `manifest.json` of the shape of the shared cases: `cases`, each with
id, format, path, expected (valid, invalid, parses), and where given decides, at,
companions, needs. The rule, as the manifest's `rule` member says it:

valid    parse and the step `decides` PASSED, and none of parse, seal, time, status,
         schema, parts before it FAILED (without `decides`: parse PASSED and none of
         these FAILED, and seal PASSED where the file holds a seal)
invalid  the step `decides` FAILED (any of them where it is absent; an earlier step
         may fail instead where the case says so by its reason)
parses   parse PASSED

A format that cannot be read yet has as_expected null: it never counts as passed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tessera.journeys.verifying import judge, read_input
from tessera.report import Finding, Outcome, Report
from tessera.standards.locate import Library
from tessera.verify.examination import Circumstances

DECIDING = ("parse", "seal", "time", "status", "schema", "parts")
READABLE = ("edc-jades", "edc-jsonld", "edc-turtle", "jades")
ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How one case came out. as_expected: None when it cannot be judged yet."""

    id: str
    format: str
    expected: str
    as_expected: bool | None
    step: str | None
    rule: str | None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "format": self.format,
            "expected": self.expected,
            "as_expected": self.as_expected,
            "step": self.step,
            "rule": self.rule,
        }


def run(
    manifest: Path, library: Library | None, formats: tuple[str, ...] = ()
) -> Iterator[Judgement]:
    """Judge every case of the chosen formats (all when none is chosen)."""
    collection = json.loads(manifest.read_text(encoding="utf-8"))
    for case in collection["cases"]:
        if not formats or case["format"] in formats:
            yield judge_case(case, manifest.parent, library)


def judge_case(case: dict[str, Any], folder: Path, library: Library | None) -> Judgement:
    def end(as_expected: bool | None, step: str | None, rule: str | None, why: str) -> Judgement:
        return Judgement(
            id=case["id"], format=case["format"], expected=case["expected"],
            as_expected=as_expected, step=step, rule=rule, why=why,
        )  # fmt: skip

    if case["format"] not in READABLE:
        return end(None, None, None, "this format cannot be read yet")
    if case.get("needs") == "timestamps":
        return end(None, "time", None, "timestamps are not recomputed yet")
    path = folder / case["path"]
    if not path.is_file():
        return end(None, None, None, "the file is not here")
    companions = [folder / name for name in case.get("companions", ())]
    circumstances = Circumstances(
        at=_moment(case.get("at")),
        library=library,
        detached={one.name: one.read_bytes() for one in companions if one.is_file()},
    )
    report = judge(read_input(path), circumstances, "standard").examination.report
    return end(*_compare(case, report))


def _compare(case: dict[str, Any], report: Report) -> tuple[bool, str | None, str | None, str]:
    decides = case.get("decides")
    expected = case["expected"]
    if expected == "parses":
        outcome = report.step("parse").outcome
        return outcome is Outcome.PASSED, "parse", _rule(report, "parse"), outcome.value
    if expected == "invalid":
        suspects = (decides,) if decides else DECIDING
        for id in suspects:
            if report.step(id).outcome is Outcome.FAILED:
                return True, id, _rule(report, id), "failed as it should"
        return False, decides, _rule(report, decides or "parse"), "did not fail"
    if decides:
        before = DECIDING[: DECIDING.index(decides)] if decides in DECIDING else DECIDING
        needed = ("parse", decides)
    else:
        before = DECIDING
        needed = ("parse",)
    for id in before:
        if report.step(id).outcome is Outcome.FAILED:
            return False, id, _rule(report, id), "failed, but should not"
    for id in needed:
        if report.step(id).outcome is not Outcome.PASSED:
            return False, id, _rule(report, id), report.step(id).outcome.value
    seal = report.step("seal").outcome
    if not decides and seal is Outcome.INDETERMINATE:
        return False, "seal", _rule(report, "seal"), seal.value
    return True, decides or "parse", _rule(report, decides or "parse"), "passed"


def _rule(report: Report, id: str) -> str | None:
    step = report.step(id)
    chosen: Finding | None = next(
        (one for one in step.findings if one.outcome is step.outcome and not one.advice), None
    )
    return chosen.rule if chosen else None


def _moment(text: str | None) -> datetime:
    if text is None or not text[:1].isdigit():
        return ANY_MOMENT
    return datetime.fromisoformat(text).astimezone(UTC)
