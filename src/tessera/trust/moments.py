"""When does it count? What timestamps prove, and the best signature time.

Steps of `weigh`: 1 go through the timestamps from the outermost inwards; each is judged
at the time of the earliest trusted one around it, else at the moment of judgement; 2 the
earliest trusted timestamp over the seal is the best signature time; 3 the order of the
timestamps must be possible. Who was revoked by then: `revocation_findings`.

Source: ETSI EN 319 102-1 clauses 5.4 (timestamps), 5.5.4 (signatures with time) and 5.6
(long-term); clause 5.1.3 for the indications.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.seals.certificates import describe
from tessera.seals.timestamp.request import purpose_fault
from tessera.seals.timestamp.stamps import SealTimestamp
from tessera.trust.paths import PathResult, lead
from tessera.trust.revocation import RevocationData
from tessera.trust.revocation_findings import Setting, revocation_at

_SOURCE = "ETSI EN 319 102-1 clauses 5.4 and 5.5.4"
_AROUND = ("arcTst", "sigRTst", "docTst")  # they cover the timestamps before them as well
_OVER_SEAL = ("sigTst", "sigRTst", "arcTst", "docTst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What the timestamps prove.

    proved_at: the seal existed then; None without a trusted timestamp over it.
    not_before: the seal did not exist before (a trusted timestamp inside it).
    """

    proved_at: datetime | None
    not_before: datetime | None
    findings: tuple[Finding, ...]


def weigh(timestamps: Sequence[SealTimestamp], setting: Setting) -> Moments:
    """Judge each timestamp that holds and say what they prove together."""
    trusted: list[SealTimestamp] = []
    findings: list[Finding] = []
    # 1
    for one in sorted(timestamps, key=lambda each: each.position, reverse=True):
        if not one.holds:
            continue
        around = [each.token.generated_at for each in trusted
                  if each.kind in _AROUND and each.position > one.position]  # fmt: skip
        finding = _judge(one, min([setting.at, *around]), setting)
        findings.append(finding)
        if finding.outcome is Outcome.PASSED:
            trusted.append(one)
    # 2
    over = [one.token.generated_at for one in trusted if one.kind in _OVER_SEAL]
    inside = [one.token.generated_at for one in trusted if one.kind == "adoTst"]
    # 3
    findings.extend(_order(trusted))
    return Moments(
        proved_at=min(over, default=None),
        not_before=max(inside, default=None),
        findings=tuple(reversed(findings)),
    )


# Timestamps -------------------------------------------------------------------


def _judge(one: SealTimestamp, control: datetime, setting: Setting) -> Finding:
    """Say whether whoever made a timestamp is trusted at `control`."""
    moment, authority = one.token.generated_at, one.token.authority
    assert authority is not None  # it holds
    evidence = {"kind": one.kind, "generated_at": moment.isoformat(),
                "judged": control.isoformat()}  # fmt: skip
    try:
        facts = describe(authority)
    except UnreadableError as error:
        return _not_used(one, str(error), evidence, "CERTIFICATE_CHAIN_GENERAL_FAILURE")
    evidence["authority"] = facts.holder
    if moment > setting.at:
        said = "is later than the moment of judgement"
        return _not_used(one, f"It {said}.", evidence, "SIG_CONSTRAINTS_FAILURE")
    if fault := purpose_fault(facts):
        return _not_used(one, fault, evidence, "CHAIN_CONSTRAINTS_FAILURE")
    pool = (*setting.pool, *one.token.certificates)
    path = _path(authority, pool, setting, control)
    if path.outcome is not Outcome.PASSED:
        said = f"Its authority {facts.holder} does not lead to one that you trust."
        return _not_used(one, said, evidence, "NO_CERTIFICATE_CHAIN_FOUND")
    if fault := _outside(path.chain, control):
        return _not_used(one, fault, evidence, "OUT_OF_BOUNDS_NO_POE")
    own = RevocationData(crls=one.token.crls, ocsp_responses=one.token.ocsp_responses)
    around = replace(setting, data=setting.data + own)
    for finding in revocation_at(path.chain, control, around, begins=moment):
        if finding.outcome is not Outcome.PASSED and not finding.advice:
            return _not_used(one, finding.message, evidence, str(finding.evidence["indication"]))
    return Finding.passed(
        "time.timestamp",
        f"The {one.words} proves by {facts.holder}, whom you trust, that it existed on "
        f"{_day(moment)}.",
        path=one.path,
        evidence=evidence,
        source=_SOURCE,
        advice=True,
    )


def _path(
    authority: bytes, pool: tuple[bytes, ...], setting: Setting, control: datetime
) -> PathResult:
    """Follow an authority to an anchor, over certificates from the network if need be."""
    path = lead(authority, pool, setting.anchors, control)
    if path.outcome is Outcome.PASSED or setting.inquiry is None:
        return path
    trusted = (one.certificate for one in setting.anchors)
    brought = setting.inquiry.issuers_of(authority, (*pool, *trusted)).data.certificates
    return lead(authority, (*pool, *brought), setting.anchors, control) if brought else path


def _outside(chain: Sequence[bytes], control: datetime) -> str | None:
    """Name the first certificate below the anchor that is not valid at `control`."""
    for certificate in chain[:-1] or chain:
        facts = describe(certificate)
        if not facts.not_before <= control <= facts.not_after:
            return (
                f"The certificate of {facts.holder} is valid from {_day(facts.not_before)} to "
                f"{_day(facts.not_after)}, and nothing proves that the timestamp is from then."
            )
    return None


def _not_used(one: SealTimestamp, why: str, evidence: dict[str, str], indication: str) -> Finding:
    return Finding.indeterminate(
        "time.timestamp",
        f"The {one.words} of {_day(one.token.generated_at)} proves nothing here. {why}",
        path=one.path,
        evidence={**evidence, "indication": indication},
        source=_SOURCE,
        advice=True,
    )


def _order(trusted: Sequence[SealTimestamp]) -> Iterator[Finding]:
    """What lies inside must not be later than what was put around it."""
    for outer in trusted:
        for inner in trusted:
            is_inside = inner.position < outer.position and (
                outer.kind in _AROUND or inner.position < 0
            )
            if is_inside and inner.token.generated_at > outer.token.generated_at:
                yield Finding.indeterminate(
                    "time.timestamp-order",
                    f"The {inner.words} ({_day(inner.token.generated_at)}) is later than the "
                    f"{outer.words} around it ({_day(outer.token.generated_at)}), which cannot "
                    "be.",
                    path=inner.path,
                    evidence={"indication": "TIMESTAMP_ORDER_FAILURE"},
                    source="ETSI EN 319 102-1 clause 5.5.4",
                )
                return


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
