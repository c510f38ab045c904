"""May this published key make this seal: meant for it, and in force when it was made.

A key that was rotated out (`expires`) keeps what it sealed before. A key that was revoked
seals nothing from then on, and what claims to be older stays open: the sealing time is the
signer's own statement, and whoever stole the key can write any.

Source: W3C Controlled Identifiers 1.0 sections 2.2 (`expires`, `revoked`) and 2.3
(relationships); W3C VC Data Integrity 1.0 section 4.4 (proofPurpose).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.seals.protocol import KeyRef
    from tessera.trust.resolve.documents import Method

_RULE = "seal.verification-method"
_PURPOSE = "W3C Controlled Identifiers 1.0 section 2.3"
_TIMES = "W3C Controlled Identifiers 1.0 section 2.2"


def judge(method: Method, how: str, ref: KeyRef, judged_at: datetime | None) -> Finding:
    """Return `seal.verification-method`: PASSED, FAILED, or INDETERMINATE without a proven time.

    judged_at: the moment of judgement; it counts where the seal states no time of its own.
    """
    at = ref.at or judged_at
    evidence = {"method": method.id, "controller": method.controller, "how": how}
    if method.relationships is not None and ref.purpose not in method.relationships:
        return Finding.failed(
            _RULE,
            f"The key {method.id[:80]} is not published for {ref.purpose[:40]}, so it may not make "
            "this seal.",
            evidence=evidence,
            source=_PURPOSE,
        )
    for name, moment in (("revoked", method.revoked), ("expires", method.expires)):
        if moment is not None:
            evidence[name] = moment.isoformat()
    if method.begins is not None:
        evidence["begins"] = method.begins.isoformat()
    if not (method.revoked or method.expires or method.begins):
        return Finding.passed(
            _RULE, f"The key {method.id[:80]} was found.", evidence=evidence, source=_PURPOSE
        )
    if at is None:
        return Finding.indeterminate(
            _RULE,
            f"The key {method.id[:80]} was not in force at all times, and the seal does not say "
            "when it was made.",
            evidence=evidence,
            source=_TIMES,
        )
    problem = _out_of_force(method, at)
    if problem:
        return Finding.failed(_RULE, problem, evidence=evidence, source=_TIMES)
    if method.revoked is not None and (judged_at is None or judged_at >= method.revoked):
        doubt = _backdated(method, at)
        return Finding.indeterminate(_RULE, doubt, evidence=evidence, source=_TIMES)
    return Finding.passed(
        _RULE,
        f"The key {method.id[:80]} was in force on {at:%Y-%m-%d}, the time of sealing as stated.",
        evidence=evidence,
        source=_TIMES,
    )


def _backdated(method: Method, at: datetime) -> str:
    return (
        f"The key {method.id[:80]} was revoked on {method.revoked:%Y-%m-%d}. The seal says that it "
        f"was made before, on {at:%Y-%m-%d}, and nothing but its own word proves that. Ask the "
        "issuer for a new credential."
    )


def _out_of_force(method: Method, at: datetime) -> str | None:
    name = method.id[:80]
    if method.revoked is not None and at >= method.revoked:
        return f"The key {name} was revoked on {method.revoked:%Y-%m-%d}, before it made this seal."
    if method.expires is not None and at >= method.expires:
        return f"The key {name} ran out on {method.expires:%Y-%m-%d}, before it made this seal."
    if method.begins is not None and at < method.begins:
        return f"The key {name} began on {method.begins:%Y-%m-%d}, after this seal was made."
    return None
