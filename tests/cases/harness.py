"""Judge a collection of cases by its own rule; nothing here knows a case by name.

A collection is a `manifest.json` of the shape of the shared cases: `cases`, each with
id, format, path, expected (valid, invalid, parses), reason, and where given decides, at,
companions, needs. The rule, as the manifest's `rule` member says it:

valid    parse and the step `decides` PASSED, and none of parse, seal, time, status,
         schema, parts before it FAILED; without `decides`: parse PASSED, none of these
         FAILED, and seal PASSED where the file or its companions hold the key
invalid  the step `decides` is FAILED, any of these where it is absent; an earlier one may
         fail too only where a clause of the reason says that it does
parses   parse PASSED

The steps signer, elements and issuer decide nothing unless `decides` names them. `at` is
the moment of judgement: an instant, `list-issue+1h` (one hour after the list's own
ListIssueDateTime), or absent, which leaves the moment to us. What cannot be read or
judged yet has as_expected null, so it never counts as passed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tessera.journeys.verifying import judge, read_input
from tessera.report import Finding, Outcome, Report
from tessera.standards.locate import Library
from tessera.verify.examination import STEPS
from tests.cases import judges

DECIDING = ("parse", "seal", "time", "status", "schema", "parts")
MET = (None, "timestamps")  # what a case may need and finds here
READABLE = (
    "clr2", "di-ecdsa", "di-eddsa", "eaa-edc-w3c", "eaa-other", "edc-jades", "edc-jsonld",
    "edc-turtle", "edc-xml-legacy", "elmo", "etsi-tl", "jades", "jcs", "ob2", "ob3-baked",
    "ob3-json", "ob3-jwt", "rdfc10", "sd-jwt-spec", "sd-jwt-vc", "sd-jwt-vctm",
    "status-bitstring", "status-token", "vc-cose", "vc-jwt", "vc-sd-jwt", "vcdm2", "vp-jwt",
    "xml-attack",
)  # fmt: skip
ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_ISSUED = re.compile(rb"<(?:[\w.-]+:)?ListIssueDateTime>\s*([^<\s]+)\s*<")
_STEP_WORDS = {
    "parse": r"parse|json|xml|syntax",
    "seal": r"seal|signature|proof|digest",
    "time": r"expired?|exp|time|validity",
    "status": r"status|revoked|suspended",
    "schema": r"schema|shapes?|xsd",
    "parts": r"parts?",
}
_FAILING = r"also fails?|fails?( too)?|failed|does not verify|broken|invalid|mismatch"
# A key that a companion brings: a certificate, a public key, a JWK or a DID document.
_KEY = re.compile(rb'BEGIN (?:[A-Z ]*CERTIFICATE|PUBLIC KEY)|"kty"|"publicKey\w*"|"x5c"')


class UnknownMomentError(Exception):
    """The manifest states a moment in a form that the rule does not know."""


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


Answer = tuple[bool | None, str | None, str | None, str]


def run(
    manifest: Path, library: Library | None, formats: tuple[str, ...] = ()
) -> Iterator[Judgement]:
    """Judge every case of the chosen formats (all when none is chosen)."""
    collection = json.loads(manifest.read_text(encoding="utf-8"))
    for case in collection["cases"]:
        if not formats or case["format"] in formats:
            yield judge_case(case, manifest.parent, library)


def judge_case(case: dict[str, Any], folder: Path, library: Library | None) -> Judgement:
    """Judge one case of a collection that lies in `folder`."""
    as_expected, step, rule, why = _answer(case, folder, library)
    return Judgement(
        id=case["id"], format=case["format"], expected=case["expected"],
        as_expected=as_expected, step=step, rule=rule, why=why,
    )  # fmt: skip


def _answer(case: dict[str, Any], folder: Path, library: Library | None) -> Answer:
    if case["format"] not in READABLE:
        return None, None, None, "this format cannot be read yet"
    if case.get("needs") not in MET:
        return None, None, None, f"it needs {case['needs']}, which is not there yet"
    path = folder / case["path"]
    companions = {Path(name).name: folder / name for name in case.get("companions", ())}
    absent = [one for one in (path, *companions.values()) if not one.is_file()]
    if absent:
        return None, None, None, f"the file {absent[0].name} is not here"
    if case["format"] in judges.JUDGES:
        return judges.JUDGES[case["format"]](case, folder)
    raw = judges.filled(case, read_input(path))
    brought = {name: one.read_bytes() for name, one in companions.items()}
    try:
        at = moment(case.get("at"), raw)
        at = judges.moment(case, raw, at) if case.get("at") is None else at
    except UnknownMomentError as error:
        return None, None, None, str(error)
    circumstances = judges.circumstances(case, brought, at, library)
    report = judge(raw, circumstances, "standard").examination.report
    return compare(case, report, holds_key=any(_KEY.search(one) for one in brought.values()))


def moment(stated: str | None, raw: bytes) -> datetime:
    """Return the moment of judgement. Raises: UnknownMomentError."""
    if stated is None:
        return ANY_MOMENT
    if stated == "list-issue+1h":
        issued = _ISSUED.search(raw)
        if issued is None:
            raise UnknownMomentError("the list does not say when it was issued")
        return _instant(issued[1].decode("ascii", "replace")) + timedelta(hours=1)
    return _instant(stated)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnknownMomentError(f"'{text}' is no moment that the rule knows") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def compare(case: dict[str, Any], report: Report, *, holds_key: bool = False) -> Answer:
    """Hold a report against what the case expects. holds_key: a companion brings a key."""
    expected, decides = case["expected"], case.get("decides")
    if decides is not None and decides not in STEPS:
        return None, decides, None, "the rule knows no such step"
    if expected == "parses":
        outcome = report.step("parse").outcome
        return outcome is Outcome.PASSED, "parse", _rule(report, "parse"), outcome.value
    if expected == "invalid":
        return _invalid(report, decides, case.get("reason", ""))
    if expected == "valid":
        return _valid(report, decides, holds_key)
    return None, decides, None, f"the rule knows no expectation '{expected}'"


def _valid(report: Report, decides: str | None, holds_key: bool) -> Answer:
    for id in _before(decides):
        if report.step(id).outcome is Outcome.FAILED:
            return False, id, _rule(report, id), "failed, but should not"
    for id in ("parse", decides) if decides else ("parse",):
        if report.step(id).outcome is not Outcome.PASSED:
            return False, id, _rule(report, id), report.step(id).outcome.value
    seal = report.step("seal")
    if not decides and seal.outcome is Outcome.INDETERMINATE:
        keyless = {one.rule for one in seal.findings if one.outcome is seal.outcome} == {"seal.key"}
        if holds_key or not keyless:
            return False, "seal", _rule(report, "seal"), seal.outcome.value
    return True, decides or "parse", _rule(report, decides or "parse"), "passed"


def _invalid(report: Report, decides: str | None, reason: str) -> Answer:
    failed = [id for id in STEPS if report.step(id).outcome is Outcome.FAILED]
    if decides is None:
        for id in failed:
            if id in DECIDING:
                return True, id, _rule(report, id), "failed as it should"
        return False, None, _rule(report, "parse"), "did not fail"
    if decides not in failed:
        return False, decides, _rule(report, decides), "did not fail"
    for id in failed:
        if id in _before(decides) and id != decides and not says_fails(reason, id):
            return False, id, _rule(report, id), "failed, but the reason does not say so"
    return True, decides, _rule(report, decides), "failed as it should"


def _before(decides: str | None) -> tuple[str, ...]:
    """Return the steps that may not fail: those before the one that decides, else all."""
    end = STEPS.index(decides) if decides else len(STEPS)
    return tuple(id for id in STEPS[:end] if id in DECIDING)


def says_fails(reason: str, step: str) -> bool:
    """Tell whether a clause of the reason says of this step that it fails."""
    clauses = re.split(r"[;,]|\bbut\b", reason.lower())
    words, failing = rf"\b(?:{_STEP_WORDS[step]})\b", rf"\b(?:{_FAILING})\b"
    return any(re.search(words, one) and re.search(failing, one) for one in clauses)


def _rule(report: Report, id: str) -> str | None:
    step = report.step(id)
    chosen: Finding | None = next(
        (one for one in step.findings if one.outcome is step.outcome and not one.advice), None
    )
    return chosen.rule if chosen else None
