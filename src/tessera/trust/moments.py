"""When does it count? The best signature time, and who was revoked before it.

Steps of `weigh`: 1 go through the timestamps from the outermost inwards; each is judged
at the time of the earliest trusted one around it, else at the moment of judgement; 2 the
earliest trusted timestamp over the seal is the best signature time; 3 the order of the
timestamps must be possible. Steps of `revocation_at`: each certificate below the anchor,
at the moment that counts.

Simplified against the standard: all certificates of a path are judged at one moment, the
best signature time, instead of sliding the moment from certificate to certificate; and
revocation data need no proof of existence of their own.

Source: ETSI EN 319 102-1 clauses 5.4 (timestamps), 5.5.4 (signatures with time) and 5.6
(long-term); clause 5.1.3 for the indications.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.timestamp.request import purpose_fault
from tessera.seals.timestamp.stamps import SealTimestamp
from tessera.trust.anchors import Anchor
from tessera.trust.paths import lead
from tessera.trust.revocation import Compromise, RevocationData, Statement, decisive

_SOURCE = "ETSI EN 319 102-1 clauses 5.4 and 5.5.4"
_REVOKED = "ETSI EN 319 102-1 clauses 5.1.3 and 5.2.6"
_AROUND = ("arcTst", "sigRTst", "docTst")  # they cover the timestamps before them as well
_OVER_SEAL = ("sigTst", "sigRTst", "arcTst", "docTst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What everything is weighed against.

    at: the moment of judgement (aware). pool: certificates found with the seal, untrusted.
    """

    at: datetime
    anchors: tuple[Anchor, ...]
    pool: tuple[bytes, ...] = ()
    data: RevocationData = field(default_factory=RevocationData)
    compromise: Compromise = field(default_factory=Compromise)


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


def revocation_at(
    chain: Sequence[bytes], control: datetime, setting: Setting, *, begins: datetime | None = None
) -> tuple[Finding, ...]:
    """Say of each certificate below the anchor whether it was revoked when it counted.

    chain: as in `PathResult.chain`. control: the best signature time, or the moment of
    judgement. begins: the seal is not older than that (its own claim, or a proof).
    """
    try:
        if len(chain) == 1:
            return tuple(_lost(chain[0], control, setting, begins))
        return tuple(
            _standing(certificate, issuer, control, setting, begins)
            for certificate, issuer in pairwise(chain)
        )
    except UnreadableError:
        return ()  # already a finding of the step `signer`


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
    path = lead(authority, pool, setting.anchors, control)
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


# Revocation -------------------------------------------------------------------


def _standing(
    certificate: bytes,
    issuer: bytes,
    control: datetime,
    setting: Setting,
    begins: datetime | None,
) -> Finding:
    lost = list(_lost(certificate, control, setting, begins))
    if lost:
        return lost[0]
    facts = describe(certificate)
    said = decisive(certificate, issuer, setting.data)
    if said is None:
        message = f"It was not checked whether the certificate of {facts.holder} has been revoked."
        return _open(facts, "time.revocation-unknown", message, setting)
    if said.revoked_at is not None and said.revoked_at <= control:
        return _revoked(facts, said.revoked_at, begins, said.reason)
    if said.revoked_at is None and not said.is_fresh(control):
        message = (
            f"What is known about the certificate of {facts.holder} is from "
            f"{_day(said.issued_at)}, too old to say whether it was revoked by {_day(control)}."
        )
        return _open(facts, "time.revocation-stale", message, setting)
    return _not_revoked(facts, said, control)


def _open(facts: CertificateFacts, rule: str, message: str, setting: Setting) -> Finding:
    """Nothing usable is known. It decides once the certificate has ended.

    Until then whoever wants to know can still ask; afterwards nobody publishes it any more,
    and only what the file or the verifier has kept can show it.
    """
    has_ended = facts.not_after < setting.at
    if has_ended:
        message += " It has ended since, so nobody can find that out any more."
    return Finding.indeterminate(
        rule,
        message,
        evidence={
            "indication": "OUT_OF_BOUNDS_NO_POE" if has_ended else "TRY_LATER",
            "certificate": facts.sha256,
        },
        source="ETSI EN 319 102-1 clauses 5.2.5, 5.2.6 and 5.6.2",
        advice=not has_ended,
    )


def _not_revoked(facts: CertificateFacts, said: Statement, control: datetime) -> Finding:
    later = (
        f" It was revoked later, on {_day(said.revoked_at)}; the timestamp proves that the "
        "seal is older."
        if said.revoked_at is not None
        else ""
    )
    return Finding.passed(
        "time.not-revoked",
        f"The certificate of {facts.holder} had not been revoked on {_day(control)} "
        f"({said.source} of {_day(said.issued_at)}).{later}",
        evidence={"certificate": facts.sha256, "source": said.source},
        source=_REVOKED,
    )


def _lost(
    certificate: bytes, control: datetime, setting: Setting, begins: datetime | None
) -> Iterator[Finding]:
    """Apply what the verifier knows about lost keys."""
    facts = describe(certificate)
    since = setting.compromise.of(facts)
    if since is not None and since <= control:
        yield _revoked(facts, since, begins, "key compromise, by your own statement")


def _revoked(
    facts: CertificateFacts, since: datetime, begins: datetime | None, reason: str | None
) -> Finding:
    """FAILED where the seal is from after the revocation; without a proof nobody knows."""
    why = f" ({reason})" if reason else ""
    evidence = {"certificate": facts.sha256, "revoked_at": since.isoformat()}
    if begins is not None and begins >= since:
        return Finding.failed(
            "time.revoked",
            f"The certificate of {facts.holder} had been revoked on {_day(since)}{why}, before "
            f"it was used on {_day(begins)}.",
            evidence={**evidence, "indication": "REVOKED"},
            source=_REVOKED,
        )
    return Finding.indeterminate(
        "time.revoked",
        f"The certificate of {facts.holder} was revoked on {_day(since)}{why}, and no trusted "
        "timestamp proves that it was used before.",
        evidence={**evidence, "indication": "REVOKED_NO_POE" if facts.is_authority is False
                  else "REVOKED_CA_NO_POE"},
        source=_REVOKED,
    )  # fmt: skip


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
