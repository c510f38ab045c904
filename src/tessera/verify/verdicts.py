"""The verdict in one sentence, for a person who knows nothing of seals (LOOK section 7)."""

from __future__ import annotations

from tessera.policy import Verdict
from tessera.report import Outcome
from tessera.verify.examination import Examination

# What each step looks at, in the words of a sentence.
_SUBJECTS = {
    "parse": "the file",
    "seal": "the seal",
    "signer": "the maker of the seal",
    "time": "the time",
    "status": "its status",
    "schema": "the official format",
    "elements": "the standard elements",
    "issuer": "the issuer",
    "parts": "its parts",
}
_TEST = "Sealed with a test key. It proves nothing outside a test."


def sentence(seen: Examination, verdict: Verdict, *, language: str = "en") -> str:
    """Say what the verdict means; content is named only when its seal is intact."""
    if verdict.outcome is Outcome.PASSED:
        text = _awarded(seen, language)
    elif verdict.outcome is Outcome.FAILED:
        text = _failed(seen, verdict)
    else:
        text = _unknown(seen, verdict)
    if seen.seal is not None and seen.seal.seal_class == "test":
        text += " " + _TEST
    return text


def _awarded(seen: Examination, language: str) -> str:
    if seen.format in ("etsi-tl", "etsi-lote"):
        said = seen.report.step("parse").findings[0].message
        return f"{said} It is signed by whom it must be, and it is the current one."
    if seen.decoded is None and seen.report.step("parts").outcome is Outcome.PASSED:
        return _presented(seen)
    if seen.decoded is None:
        return (
            "The seal is intact and its maker is trusted, but what it seals is not a credential "
            "that Tessera reads."
        )
    award = seen.decoded.award
    name = award.learner.display_name or "A learner"
    micro_credential = award.micro_credential
    title = micro_credential.title.best(language).text if micro_credential.title else "untitled"
    bodies = " and ".join(
        body.organisation.legal_name.best(language).text
        for body in micro_credential.awarding_bodies
        if body.organisation.legal_name
    )
    text = f"{name} was awarded '{title}'" + (f" by {bodies}." if bodies else ".")
    elements = seen.report.step("elements")
    if elements.outcome is Outcome.FAILED:
        missing = sum(
            1 for one in elements.findings if one.outcome is Outcome.FAILED and not one.advice
        )
        text += (
            f" The credential is genuine but incomplete: {missing} mandatory "
            f"element{'s are' if missing > 1 else ' is'} missing."
        )
    unknown = [
        _SUBJECTS[step.id] for step in seen.report.steps if step.outcome is Outcome.INDETERMINATE
    ]
    if unknown:
        text += f" Not everything could be checked: {', '.join(unknown)}."
    return text


def _presented(seen: Examination) -> str:
    """Name what a holder shows; each credential in it has a sentence of its own."""
    who = seen.seal.signers[0] if seen.seal is not None and seen.seal.signers else "Its holder"
    said = [one.message for one in seen.report.step("parts").findings if not one.advice]
    return f"{who} presents what others sealed. {' '.join(said)}"


def _failed(seen: Examination, verdict: Verdict) -> str:
    step = seen.report.step(verdict.decided_by[0])
    first = next(
        (one for one in step.findings if one.outcome is Outcome.FAILED and not one.advice), None
    )
    reason = first.message if first else ""
    if step.id == "parse":
        return f"This file cannot be read as a credential. {reason}"
    if step.id == "seal":
        if first is not None and first.rule.startswith("seal.required"):
            return f"A seal is missing. {reason}"
        return f"The seal is broken; the content is not shown. {reason}"
    text = f"Not accepted because of {_SUBJECTS[step.id]}. {reason}"
    if seen.report.step("seal").outcome is Outcome.NOT_APPLICABLE:
        text += " It carries no seal either."
    return text


def _unknown(seen: Examination, verdict: Verdict) -> str:
    step = seen.report.step(verdict.decided_by[0])
    if step.id == "seal" and step.outcome is Outcome.NOT_APPLICABLE:
        return "This file carries no seal, so nothing proves who wrote it or that it is unchanged."
    first = next(
        (one for one in step.findings if one.outcome is step.outcome and not one.advice), None
    )
    reason = first.message if first else ""
    if step.id == "signer":
        return f"The seal is intact, but we could not find out who made it. {reason}"
    return f"Nobody can decide this yet because of {_SUBJECTS[step.id]}. {reason}"
