"""Were the certificates valid when it counts? The moments of a seal, for the step `time`.

Three moments: the time the seal claims (its own statement), the time somebody else
proves (the earliest trusted timestamp, if there is one), and the moment of judgement.

Source: ETSI EN 319 102-1 clause 5.2.6 (X.509 certificate validation: outside its
validity and without proof of existence INDETERMINATE, OUT_OF_BOUNDS_NO_POE), clause
5.1.3 (NOT_YET_VALID and EXPIRED fail), clause 5.2.8 (a claimed time that cannot be
accepted is INDETERMINATE, SIG_CONSTRAINTS_FAILURE).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import CertificateFacts, describe

_SOURCE = "ETSI EN 319 102-1 clause 5.2.6"


def validity_at(
    chain: Sequence[bytes],
    at: datetime,
    *,
    sealed_at: datetime | None,
    proved_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> tuple[Finding, ...]:
    """Return the findings for the step `time`; all moments are aware.

    chain: as in `PathResult.chain`, the seal certificate first, the anchor last (its
    own dates do not count). sealed_at: the time the seal claims. proved_at: the
    earliest time somebody trusted saw the seal. expires_at: the end the seal sets itself.
    Not checked: whether a timestamp holds.
    """
    try:
        facts = [describe(certificate) for certificate in chain]
    except UnreadableError as error:
        return (Finding.indeterminate("time.certificate", str(error), source=_SOURCE),)
    if not facts:
        missing = "There is no certificate whose validity could be looked at."
        return (Finding.indeterminate("time.certificate", missing, source=_SOURCE),)
    control = at if proved_at is None else min(at, proved_at)
    findings = [*_claimed(facts[0], sealed_at, control), *_certificate(facts[0], control)]
    findings.extend(_authorities(facts[1:-1], control))
    findings.extend(_anchor(facts[1:][-1:], control))
    if expires_at is not None and expires_at <= at:
        findings.append(
            Finding.failed(
                "time.seal-expired",
                f"The seal itself says that it holds only until {_day(expires_at)}.",
                source="ETSI TS 119 182-1; RFC 7519 section 4.1.4",
            )
        )
    return tuple(findings)


def _claimed(
    leaf: CertificateFacts, sealed_at: datetime | None, control: datetime
) -> Iterator[Finding]:
    """Judge the time the seal claims against the certificate and the moment of judgement."""
    if sealed_at is None:
        yield Finding.indeterminate(
            "time.claimed", "The seal does not say when it was made.", source=_SOURCE
        )
    elif sealed_at < leaf.not_before:
        yield Finding.failed(
            "time.claimed",
            f"The seal says it was made on {_day(sealed_at)}, before its certificate was issued "
            f"({_day(leaf.not_before)}).",
            evidence={"indication": "NOT_YET_VALID"},
            source="ETSI EN 319 102-1 clause 5.1.3",
        )
    elif sealed_at > leaf.not_after:
        yield Finding.failed(
            "time.claimed",
            f"The seal says it was made on {_day(sealed_at)}, after its certificate had expired "
            f"({_day(leaf.not_after)}).",
            evidence={"indication": "EXPIRED"},
            source="ETSI EN 319 102-1 clause 5.1.3",
        )
    elif sealed_at > control:
        yield Finding.indeterminate(
            "time.claimed-later",
            f"The seal says it was made on {_day(sealed_at)}, which is later than the moment it "
            f"is judged at ({_day(control)}).",
            evidence={"indication": "SIG_CONSTRAINTS_FAILURE"},
            source="ETSI EN 319 102-1 clause 5.2.8",
        )
    else:
        yield Finding.passed(
            "time.claimed",
            f"The seal says it was made on {_day(sealed_at)}, when its certificate was valid.",
            evidence={"claimed": sealed_at.isoformat()},
            source=_SOURCE,
        )


def _certificate(leaf: CertificateFacts, control: datetime) -> Iterator[Finding]:
    """Judge the seal certificate at the moment that counts."""
    if control > leaf.not_after:
        yield Finding.indeterminate(
            "time.expired-without-timestamp",
            f"The certificate of the seal expired on {_day(leaf.not_after)}, and no trusted "
            "timestamp proves that the seal is older than that.",
            evidence={"indication": "OUT_OF_BOUNDS_NO_POE", "judged": control.isoformat()},
            source=_SOURCE,
        )
    elif control < leaf.not_before:
        yield Finding.indeterminate(
            "time.not-yet-valid",
            f"The certificate of the seal is valid from {_day(leaf.not_before)}, and the seal is "
            f"judged at {_day(control)}.",
            evidence={"indication": "OUT_OF_BOUNDS_NO_POE", "judged": control.isoformat()},
            source=_SOURCE,
        )
    else:
        yield Finding.passed(
            "time.certificate-valid",
            f"The certificate of the seal is valid from {_day(leaf.not_before)} to "
            f"{_day(leaf.not_after)}.",
            source=_SOURCE,
        )


def _authorities(authorities: Sequence[CertificateFacts], control: datetime) -> Iterator[Finding]:
    for facts in authorities:
        if not facts.not_before <= control <= facts.not_after:
            yield Finding.indeterminate(
                "time.authority-out-of-validity",
                f"The certificate of the authority {facts.holder} is not valid at the moment "
                f"that counts ({_day(control)}).",
                evidence={"indication": "OUT_OF_BOUNDS_NO_POE"},
                source=_SOURCE,
            )


def _anchor(anchors: Sequence[CertificateFacts], control: datetime) -> Iterator[Finding]:
    """Remark on the trusted authority's own dates; whoever trusts it has decided about them."""
    for facts in anchors:
        if not facts.not_before <= control <= facts.not_after:
            yield Finding.indeterminate(
                "time.anchor-out-of-validity",
                f"The certificate of {facts.holder}, which you trust, is itself valid only from "
                f"{_day(facts.not_before)} to {_day(facts.not_after)}. Ask whether it is still "
                "the right one.",
                source="RFC 5280 section 6.1.1 (d)",
                advice=True,
            )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
