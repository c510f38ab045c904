"""The credentials inside a document: judged one by one, each as if it had come alone.

A presentation proves nothing but who holds it, so whose seals are on what it presents
decides its step `signer` as well. A record of several credentials (CLR, a stack) has a
sealer of its own; there they decide the step `parts` alone.

Source: W3C Verifiable Credentials Data Model 2.0 sections 4.13 and 5.4; house rule for the
bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tessera.policy import Verdict
from tessera.report import Finding, Outcome
from tessera.verify.examination import Examination, Inspection
from tessera.verify.policies import policy

MOST_PARTS, DEEPEST = 64, 3
_SOURCE = "W3C Verifiable Credentials Data Model 2.0 sections 4.13 and 5.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One credential inside, what its examination found, and the standard verdict on it."""

    path: str
    examination: Examination
    verdict: Verdict

    @property
    def is_test(self) -> bool:
        """Whether a test key sealed it, or something within it."""
        seal = self.examination.seal
        return seal is not None and seal.seal_class == "test"

    @property
    def learners(self) -> frozenset[str]:
        """The DIDs of whom it is about; empty where it names none."""
        decoded = self.examination.decoded
        stated = decoded.award.learner.identifiers if decoded else ()
        return frozenset(one.value for one in stated if one.scheme == "did")


def parts_of(inspection: Inspection) -> list[Part]:
    """Examine the credentials inside, once per verification, as many as the bounds allow."""
    if inspection.parts is None:
        inspection.parts = list(_examined(inspection))
    return inspection.parts


def _examined(inspection: Inspection) -> Iterator[Part]:
    from tessera.verify.runner import examine

    if inspection.depth >= DEEPEST:
        return
    for one in inspection.embedded[:MOST_PARTS]:
        seen = examine(one.content, inspection.circumstances, depth=inspection.depth + 1)
        verdict = policy("standard").judge(seen.report)
        yield Part(path=one.path, examination=seen, verdict=verdict)


def part_findings(inspection: Inspection) -> Iterable[Finding]:
    """Say of each credential inside whether it holds, and what was left out."""
    parts = parts_of(inspection)
    found = [_about(part) for part in parts]
    left = len(inspection.embedded) - len(parts)
    if left:
        found.append(
            Finding.indeterminate(
                "parts.too-many",
                f"{left} more credentials lie inside. At most {MOST_PARTS} are looked at, and "
                f"{DEEPEST} levels deep: verify them on their own.",
                source=_SOURCE,
            )
        )
    return found


def _about(part: Part) -> Finding:
    outcome = part.verdict.outcome
    name = _name(part)
    if outcome is Outcome.PASSED:
        return Finding.passed("parts.holds", f"{name} holds.", path=part.path, source=_SOURCE)
    said = _reason(part)
    if outcome is Outcome.FAILED:
        return Finding.failed(
            "parts.fails", f"{name} does not hold. {said}", path=part.path, source=_SOURCE
        )
    return Finding.indeterminate(
        "parts.undecided", f"{name} could not be decided. {said}", path=part.path, source=_SOURCE
    )


def _name(part: Part) -> str:
    decoded = part.examination.decoded
    title = decoded.award.micro_credential.title if decoded else None
    is_shown = title is not None and part.verdict.outcome is Outcome.PASSED
    return f"'{title}'" if is_shown else "The credential inside"


def _reason(part: Part) -> str:
    for id in part.verdict.decided_by:
        step = part.examination.report.step(id)
        for one in step.findings:
            if one.outcome is step.outcome and not one.advice:
                return one.message
    return ""


def presented_findings(inspection: Inspection) -> Iterator[Finding]:
    """Yield, for a presentation, whether what it presents is sealed by somebody trusted."""
    if not inspection.is_presentation:
        return
    parts = parts_of(inspection)
    passed = [one for one in parts if one.verdict.outcome is Outcome.PASSED]
    if parts and len(passed) == len(parts) == len(inspection.embedded):
        yield Finding.passed(
            "signer.presented",
            "All that is presented is sealed by somebody you trust.",
            source=_SOURCE,
        )
    else:
        yield Finding.indeterminate(
            "signer.presented",
            "A presentation shows only who holds it, and not everything in it is a credential "
            "that holds.",
            source=_SOURCE,
        )
    yield from _of_others(inspection, passed)


def _of_others(inspection: Inspection, parts: list[Part]) -> Iterator[Finding]:
    """Yield a doubt for each credential about somebody else than who presents it."""
    holders = {one.party.controller for one in inspection.signers if one.party is not None}
    for part in parts:
        if part.learners and not part.learners & holders:
            yield Finding.indeterminate(
                "signer.other-holder",
                f"{_name(part)} is about {min(part.learners)[:80]}, and somebody else presents "
                "it. Ask who presents it, and why.",
                path=part.path,
                source="W3C Verifiable Credentials Data Model 2.0 section 4.8; house rule",
            )
