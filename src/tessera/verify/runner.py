"""Runs the nine steps over hostile bytes and never raises.

The one place besides the doors with a broad `except`: whatever goes wrong inside a
step becomes INDETERMINATE with an incident number, and the next step runs. Only
KeyboardInterrupt, SystemExit and MemoryError pass.

>>> from datetime import UTC, datetime
>>> from tessera.verify.examination import Circumstances
>>> seen = examine(b"hello", Circumstances(at=datetime(2026, 11, 24, tzinfo=UTC)))
>>> seen.report.step("parse").outcome.value
'FAILED'
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable

from tessera.report import Finding, Outcome, Report, Step
from tessera.verify import steps
from tessera.verify.examination import (
    STEPS,
    Circumstances,
    Examination,
    Inspection,
    SealFacts,
    Signer,
)
from tessera.verify.page import page_facts
from tessera.verify.signers import deciding

_CHECKS: dict[str, Callable[[Inspection], Iterable[Finding]]] = {
    "parse": steps.parse,
    "seal": steps.seal,
    "signer": steps.signer,
    "time": steps.time,
    "status": steps.status,
    "schema": steps.schema,
    "elements": steps.elements,
    "issuer": steps.issuer,
    "parts": steps.parts,
}

# What these say was looked at, and found odd.
_REMARKS = ("elm.lint.", "signer.test-certificate", "seal.counter-signature")


def examine(raw: bytes, circumstances: Circumstances, *, depth: int = 0) -> Examination:
    """Run all nine steps in order; every step is in the report, whatever happened.

    raw: the bytes as received, at most 20 MB (a longer input fails to parse). depth: how
    many documents these bytes lay in.
    """
    inspection = Inspection(raw=raw, circumstances=circumstances, depth=depth)
    done: list[Step] = []
    for id in STEPS:
        if done and done[0].outcome is Outcome.FAILED:
            done.append(Step.of(id, [_unread(id)]))
        else:
            done.append(_run(id, inspection))
    sha256 = hashlib.sha256(raw).hexdigest()
    report = Report(subject=sha256, steps=tuple(done), not_checked=_not_checked(done))
    return Examination(
        sha256=sha256,
        format=inspection.format,
        seal=_seal_facts(inspection, report),
        report=report,
        decoded=inspection.decoded,
    )


def _run(id: str, inspection: Inspection) -> Step:
    try:
        return Step.of(id, _CHECKS[id](inspection))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - the step runner of verify; a panic in a
        # library written in Rust is no Exception (STYLE, errors)
        trace = "".join(traceback.format_exception(error))
        incident = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()[:8]
        return Step.of(
            id,
            [
                Finding.indeterminate(
                    f"{id}.incident",
                    f"This step could not be finished because of a fault of ours (incident "
                    f"{incident}). Please report it with the file, if you may share it.",
                    evidence={"incident": incident, "error": type(error).__name__},
                    source="house rule",
                )
            ],
        )


def _unread(id: str) -> Finding:
    return Finding.indeterminate(
        f"{id}.not-reached",
        "Not checked, because the file could not be read.",
        source="house rule",
    )


def _not_checked(done: list[Step]) -> tuple[str, ...]:
    """What nobody looked at, once each, in the order of the steps."""
    seen: dict[str, None] = {}
    for step in done:
        for finding in step.findings:
            if finding.outcome is not Outcome.INDETERMINATE or step.id == "elements":
                continue
            if not finding.rule.startswith(_REMARKS):
                seen.setdefault(finding.message)
    return tuple(seen)


def _seal_facts(inspection: Inspection, report: Report) -> SealFacts | None:
    if inspection.trusted_list is not None:
        return inspection.trusted_list.facts(report)
    opened, first = inspection.opened or inspection.proofs, _first(inspection)
    if opened is None or first is None:
        return None
    names = (one.name for one in deciding(inspection))
    intact = report.step("seal").outcome
    return SealFacts(
        mechanism=opened.mechanism,
        algorithm=first.signature.algorithm,
        level=_level(first),
        intact={Outcome.PASSED: True, Outcome.FAILED: False}.get(intact),
        seal_class=steps.seal_class(inspection, report),
        signers=tuple(name for name in names if name is not None),
        page=page_facts(inspection, report),
    )


def _first(inspection: Inspection) -> Signer | None:
    """Return the seal that is told of; where the step `seal` was not finished, the first."""
    for one in (*deciding(inspection), *inspection.signers):
        return one
    for signature in inspection.opened.signatures if inspection.opened else ():
        return Signer(signature=signature, certificate=None, facts=None)
    return None


def _level(one: Signer) -> str | None:
    if one.proof is not None:
        return None
    return one.level.held if one.level else one.signature.level
