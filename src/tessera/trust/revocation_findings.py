"""Was a certificate of the path revoked when it counted? The findings of the step `time`.

1. Go down the path from the trusted authority: what an authority said after it was itself
revoked counts for nothing. 2. Look at what is at hand (file, verifier); 3 where that does not
tell, ask the network, if the verifier allows it. 4. Judge at the moment that counts.

Simplified against the standard: all certificates of a path are judged at one moment, the best
signature time, and revocation data need no proof of existence of their own. Of the sliding of
moments the part is here that keeps an authority from speaking after its end (step 1).

Source: ETSI EN 319 102-1 clauses 5.2.5, 5.2.6 and 5.6.2.2; clause 5.1.3 for the indications.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import CertificateFacts, describe
from tessera.trust.anchors import Anchor
from tessera.trust.inquiry import Answer, Inquiry, worded
from tessera.trust.revocation import (
    Compromise,
    RevocationData,
    Statement,
    decisive,
    left_out,
)

_REVOKED = "ETSI EN 319 102-1 clauses 5.1.3 and 5.2.6"
_BY_VERIFIER = "key compromise, by your own statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What everything is weighed against.

    at: the moment of judgement (aware). pool: certificates found with the seal, untrusted.
    inquiry: asks the network for what is lacking; None stays offline.
    """

    at: datetime
    anchors: tuple[Anchor, ...]
    pool: tuple[bytes, ...] = ()
    data: RevocationData = field(default_factory=RevocationData)
    compromise: Compromise = field(default_factory=Compromise)
    inquiry: Inquiry | None = None


def revocation_at(
    chain: Sequence[bytes], control: datetime, setting: Setting, *, begins: datetime | None = None
) -> tuple[Finding, ...]:
    """Say of each certificate below the anchor whether it was revoked when it counted.

    chain: as in `PathResult.chain`. control: the best signature time, or the moment of
    judgement. begins: the seal is not older than that (its own claim, or a proof).
    """
    try:
        found = list(_down_the_path(chain, control, setting, begins))
    except UnreadableError:
        return ()  # already a finding of the step `signer`
    return tuple(reversed(found))


def _down_the_path(
    chain: Sequence[bytes], control: datetime, setting: Setting, begins: datetime | None
) -> Iterator[Finding]:
    # 1
    anchor = describe(chain[-1])
    until = setting.compromise.of(anchor)
    if until is not None and until <= control:
        yield _revoked(anchor, until, begins, _BY_VERIFIER)
    for certificate, issuer in reversed(list(pairwise(chain))):
        facts = describe(certificate)
        lost = setting.compromise.of(facts)
        if lost is not None and lost <= control:
            yield _revoked(facts, lost, begins, _BY_VERIFIER)
            said = None
        else:
            said, answer = _known(certificate, issuer, control, setting, until)
            # 4
            is_silenced = until is not None and decisive(certificate, issuer, setting.data)
            known = setting.data + answer.data if answer else setting.data
            unused = None if said else left_out(certificate, issuer, known)
            knowledge = _Knowledge(setting.at, answer, until if is_silenced else None, unused)
            yield _judge(facts, said, control, begins, knowledge)
        ends = [one for one in (until, lost, said.revoked_at if said else None) if one is not None]
        until = min(ends, default=None)


def _known(
    certificate: bytes,
    issuer: bytes,
    control: datetime,
    setting: Setting,
    until: datetime | None,
) -> tuple[Statement | None, Answer | None]:
    """Return the statement that decides, and what was asked for it."""
    # 2
    said = decisive(certificate, issuer, setting.data, until)
    is_enough = said is not None and (said.revoked_at is not None or said.is_fresh(control))
    if setting.inquiry is None or is_enough:
        return said, None
    # 3
    answer = setting.inquiry.revocation(certificate, issuer, control, setting.data.certificates)
    return decisive(certificate, issuer, setting.data + answer.data, until), answer


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """How a statement, or none, was come by: for the sentence and the evidence.

    at: the moment of judgement. until: when an authority above stopped to count, where
    something was left out for that. unused: the kind of a CRL that is not used here.
    """

    at: datetime
    answer: Answer | None
    until: datetime | None
    unused: str | None

    def evidence(self, facts: CertificateFacts) -> dict[str, Any]:
        asked = self.answer.asked if self.answer else ()
        shape: dict[str, Any] = {"certificate": facts.sha256}
        if self.unused is not None:
            shape["unused"] = self.unused
        if asked:
            shape["asked"] = [one.to_json() for one in asked]
        return shape


def _judge(
    facts: CertificateFacts,
    said: Statement | None,
    control: datetime,
    begins: datetime | None,
    knowledge: _Knowledge,
) -> Finding:
    evidence = knowledge.evidence(facts)
    if said is None:
        message = f"It was not checked whether the certificate of {facts.holder} has been revoked."
        return _open(facts, "time.revocation-unknown", message, knowledge)
    if said.revoked_at is not None and said.revoked_at <= control:
        return _revoked(facts, said.revoked_at, begins, said.reason, evidence)
    if said.revoked_at is None and not said.is_fresh(control):
        message = (
            f"What is known about the certificate of {facts.holder} is from "
            f"{_day(said.issued_at)}, too old to say whether it was revoked by {_day(control)}."
        )
        return _open(facts, "time.revocation-stale", message, knowledge)
    return _not_revoked(facts, said, control, evidence)


def _open(facts: CertificateFacts, rule: str, message: str, knowledge: _Knowledge) -> Finding:
    """Nothing usable is known. It decides once the certificate has ended, or where one asked.

    Until then whoever wants to know can still ask; afterwards nobody publishes it any more,
    and only what the file or the verifier has kept can show it.
    """
    has_ended = facts.not_after < knowledge.at
    asked = knowledge.answer.asked if knowledge.answer else ()
    if knowledge.until is not None:
        message += (
            f" What its authority said after {_day(knowledge.until)} does not count, for from "
            "then on that authority was itself revoked."
        )
    if knowledge.unused is not None:
        message += f" There is {knowledge.unused} about it, which is not used here."
    if asked:
        message += f" The network was asked in vain: {worded(asked)}."
    elif knowledge.answer is not None:
        message += " The certificate does not say where one could ask."
    if has_ended:
        message += " It has ended since, so nobody can find that out any more."
    return Finding.indeterminate(
        rule,
        message,
        evidence={
            "indication": "OUT_OF_BOUNDS_NO_POE" if has_ended else "TRY_LATER",
            **knowledge.evidence(facts),
        },
        source="ETSI EN 319 102-1 clauses 5.2.5, 5.2.6 and 5.6.2",
        advice=not has_ended and not asked,
    )


def _not_revoked(
    facts: CertificateFacts, said: Statement, control: datetime, evidence: Mapping[str, Any]
) -> Finding:
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
        evidence={**evidence, "source": said.source},
        source=_REVOKED,
    )


def _revoked(
    facts: CertificateFacts,
    since: datetime,
    begins: datetime | None,
    reason: str | None,
    evidence: Mapping[str, Any] | None = None,
) -> Finding:
    """FAILED where the seal is from after the revocation; without a proof nobody knows."""
    why = f" ({reason})" if reason else ""
    evidence = {**(evidence or {"certificate": facts.sha256}), "revoked_at": since.isoformat()}
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
