"""Seals that rest on certificates: the steps `seal`, `signer` and `time` of a JAdES file.

Proofs of Verifiable Credentials that bring a certificate (x5c) come here as well, for
`signer` and `time`.
Source: ETSI EN 319 102-1 clause 5.2; ETSI TS 119 182-1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tessera.report import Finding, Outcome, worst
from tessera.seals.jades import JADES
from tessera.verify.examination import Inspection, Signer
from tessera.verify.naming import certificate_findings
from tessera.verify.required import missing_seals
from tessera.verify.signers import deciding, signers_of
from tessera.verify.timing import best_time, level_findings, times
from tessera.verify.vouching import vouch

_ADES = "ETSI EN 319 102-1 clause 5.2"


def seal(inspection: Inspection) -> Iterable[Finding]:
    """Every signature is intact, and every body that must seal has sealed."""
    assert inspection.opened is not None
    findings = JADES.check(inspection.opened)
    inspection.signers = signers_of(inspection.opened, findings)
    return [*findings, *level_findings(inspection), *missing_seals(inspection)]


def signer(inspection: Inspection) -> Iterable[Finding]:
    """The certificates of the seals that decide lead to authorities the verifier trusts."""
    about = [
        (one, [*lead(one, inspection), *certificate_findings(one, inspection)])
        for one in inspection.signers
    ]
    return decided(about, inspection) or [nobody("signer")]


def lead(one: Signer, inspection: Inspection) -> list[Finding]:
    """Follow one seal certificate to an authority."""
    if one.certificate is None:
        return [nobody("signer")]
    data = one.signature.validation_data
    pool = (*one.signature.certificates[1:], *data.certificates)
    proved_at = best_time(one, inspection.circumstances).proved_at
    return vouch(one, pool, inspection.circumstances, proved_at)


def time(inspection: Inspection) -> Iterable[Finding]:
    """Seal and certificates were valid when it counts."""
    about = [(one, timely(one, inspection)) for one in inspection.signers]
    return decided(about, inspection) or [nobody("time")]


def timely(one: Signer, inspection: Inspection) -> list[Finding]:
    """Judge the moments of one seal, and remember whether they are in order."""
    found = list(times(one, inspection)) if one.path is not None else [nobody("time")]
    note_time(one, found)
    return found


def note_time(one: Signer, found: Iterable[Finding]) -> None:
    """Remember of a seal whether its time is in order."""
    outcome = worst(finding.outcome for finding in found if not finding.advice)
    one.is_timely = outcome is Outcome.PASSED


def nobody(step: str) -> Finding:
    """Return the finding about a seal without a certificate."""
    return Finding.indeterminate(
        f"{step}.no-certificate",
        "The seal brings no certificate, so nobody can be found behind it.",
        source=_ADES,
    )


def decided(about: list[tuple[Signer, list[Finding]]], inspection: Inspection) -> list[Finding]:
    """Place the findings at their seals; those of seals that do not decide become advice."""
    chosen = deciding(inspection)
    return [
        replace(
            finding if any(one is other for other in chosen) else as_advice(finding),
            path=finding.path or one.signature.path or None,
        )
        for one, findings in about
        for finding in findings
    ]


def as_advice(finding: Finding) -> Finding:
    """Turn a finding into a remark; what FAILED elsewhere is only not decided here."""
    outcome = finding.outcome
    if outcome is Outcome.FAILED:
        outcome = Outcome.INDETERMINATE
    return replace(finding, advice=True, outcome=outcome)
