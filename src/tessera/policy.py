"""Combinators that turn a report into a verdict.

Named policies (`standard`, `complete`, `covered`) live in their verb; this file
only says how policies are built. An empty policy is refused, and one that lets
everything through has to be called Unsafe.

>>> from tessera.report import Finding, Report, Step
>>> report = Report(subject="x", steps=(Step.of("seal", [Finding.failed("a", "broken")]),))
>>> AllOf(Passed("seal")).judge(report).outcome.value
'FAILED'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tessera.errors import UsageError
from tessera.report import Outcome, Report, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a policy makes of a report: the outcome and the ids of the steps that decided it."""

    outcome: Outcome
    decided_by: tuple[str, ...] = ()


class Policy(Protocol):
    """Anything that judges a report."""

    def judge(self, report: Report) -> Verdict:
        """Return a verdict; never raises for a report with all its steps."""
        ...


@dataclass(frozen=True, slots=True)
class Passed:
    """The step must have PASSED; NOT_APPLICABLE and INDETERMINATE are INDETERMINATE."""

    step: str

    def judge(self, report: Report) -> Verdict:
        outcome = report.step(self.step).outcome
        if outcome is Outcome.PASSED:
            return Verdict(outcome=Outcome.PASSED)
        if outcome is Outcome.FAILED:
            return Verdict(outcome=Outcome.FAILED, decided_by=(self.step,))
        return Verdict(outcome=Outcome.INDETERMINATE, decided_by=(self.step,))


@dataclass(frozen=True, slots=True)
class PassedIfDeclared:
    """The step must have PASSED unless there was nothing to check (NOT_APPLICABLE)."""

    step: str

    def judge(self, report: Report) -> Verdict:
        if report.step(self.step).outcome is Outcome.NOT_APPLICABLE:
            return Verdict(outcome=Outcome.PASSED)
        return Passed(self.step).judge(report)


@dataclass(frozen=True, slots=True)
class NotFailed:
    """The step must not have FAILED; what could not be checked is let through."""

    step: str

    def judge(self, report: Report) -> Verdict:
        if report.step(self.step).outcome is Outcome.FAILED:
            return Verdict(outcome=Outcome.FAILED, decided_by=(self.step,))
        return Verdict(outcome=Outcome.PASSED)


class AllOf:
    """Every given policy must be satisfied; the worst verdict counts.

    Raises: UsageError when no policy is given (an empty policy is invalid).
    """

    __slots__ = ("_policies",)

    def __init__(self, *policies: Policy) -> None:
        if not policies:
            raise UsageError("A policy needs at least one rule; an empty one would pass anything.")
        self._policies = policies

    def judge(self, report: Report) -> Verdict:
        verdicts = [policy.judge(report) for policy in self._policies]
        outcome = worst(verdict.outcome for verdict in verdicts)
        decided = tuple(
            step
            for verdict in verdicts
            if verdict.outcome is outcome
            for step in verdict.decided_by
        )
        return Verdict(outcome=outcome, decided_by=decided)


class UnsafeAcceptAnything:
    """Pass everything. For experiments only; no door offers it."""

    def judge(self, report: Report) -> Verdict:
        return Verdict(outcome=Outcome.PASSED, decided_by=tuple(step.id for step in report.steps))
