"""How we state what is wrong with a *credential*: outcomes, findings, steps, reports.

A report never has an overall verdict: facts stay apart, and only a policy
(`tessera.policy`) turns a report into a verdict.

>>> step = Step.of("seal", [Finding.failed("seal.absent", "There is no seal.")])
>>> step.outcome.value
'FAILED'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The four things a check can end with."""

    PASSED = "PASSED"
    NOT_APPLICABLE = "NOT_APPLICABLE"  # nothing there to check
    INDETERMINATE = "INDETERMINATE"  # could not be checked, or not decided by a machine
    FAILED = "FAILED"


_WORST_LAST = (Outcome.NOT_APPLICABLE, Outcome.PASSED, Outcome.INDETERMINATE, Outcome.FAILED)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst outcome; INDETERMINATE for none, since nothing was checked."""
    ranked = sorted(outcomes, key=_WORST_LAST.index)
    return ranked[-1] if ranked else Outcome.INDETERMINATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about one thing that was looked at.

    rule: stable dotted id, documented in docs/standards ("elements.eu-2022.title").
    message: a sentence a non-expert understands.
    path: JSON Pointer (RFC 6901) into the document that was judged, or None.
    evidence: small JSON-able facts behind the statement.
    source: document and clause, or "house rule".
    advice: a remark that never decides the outcome of its step.
    """

    rule: str
    outcome: Outcome
    message: str
    path: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    advice: bool = False

    @classmethod
    def passed(cls, rule: str, message: str, **more: Any) -> Finding:
        return cls(rule=rule, outcome=Outcome.PASSED, message=message, **more)

    @classmethod
    def failed(cls, rule: str, message: str, **more: Any) -> Finding:
        return cls(rule=rule, outcome=Outcome.FAILED, message=message, **more)

    @classmethod
    def indeterminate(cls, rule: str, message: str, **more: Any) -> Finding:
        return cls(rule=rule, outcome=Outcome.INDETERMINATE, message=message, **more)

    @classmethod
    def not_applicable(cls, rule: str, message: str, **more: Any) -> Finding:
        return cls(rule=rule, outcome=Outcome.NOT_APPLICABLE, message=message, **more)

    def to_json(self) -> dict[str, Any]:
        """Return the public shape: rule, outcome, message, path, source (and more if set)."""
        shape: dict[str, Any] = {
            "rule": self.rule,
            "outcome": self.outcome.value,
            "message": self.message,
            "path": self.path,
            "source": self.source,
        }
        if self.evidence:
            shape["evidence"] = dict(self.evidence)
        if self.advice:
            shape["advice"] = True
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a check: its findings and what they amount to."""

    id: str
    outcome: Outcome
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, id: str, findings: Iterable[Finding]) -> Step:
        """Build a step whose outcome is the worst of its findings that are not advice."""
        kept = tuple(findings)
        decided = worst(finding.outcome for finding in kept if not finding.advice)
        return cls(id=id, outcome=decided, findings=kept)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "outcome": self.outcome.value,
            "findings": [finding.to_json() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The steps of one check in order, and what was not checked, in words."""

    subject: str
    steps: tuple[Step, ...]
    not_checked: tuple[str, ...] = ()

    def step(self, id: str) -> Step:
        """Return the step with this id. Raises: KeyError if there is none."""
        for step in self.steps:
            if step.id == id:
                return step
        raise KeyError(id)

    def findings(self) -> Iterable[Finding]:
        for step in self.steps:
            yield from step.findings
