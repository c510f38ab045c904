"""Is the credential itself valid at the moment of judgement? Part of the step `time`.

A genuine seal does not make a credential valid that says of itself that it has ended.
Source: W3C Verifiable Credentials Data Model 1.1 section 4.6; ELM v3, `validFrom` and
`validUntil`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tessera.report import Finding
from tessera.verify.examination import Inspection

_SOURCE = "W3C Verifiable Credentials Data Model 1.1 section 4.6; ELM v3"


def period_findings(inspection: Inspection) -> Iterator[Finding]:
    """Yield one finding about the period of validity the credential states, if it states one."""
    if inspection.decoded is None:
        return
    award, at = inspection.decoded.award, inspection.circumstances.at
    begins, ends = award.valid_from or award.issued_at, award.valid_until
    if begins is not None and at < begins:
        yield Finding.failed(
            "time.credential-not-yet-valid",
            f"The credential says that it is valid from {_day(begins)} on, and it is judged at "
            f"{_day(at)}.",
            source=_SOURCE,
        )
    elif ends is not None and at > ends:
        yield Finding.failed(
            "time.credential-expired",
            f"The credential says that it was valid until {_day(ends)}, and it is judged at "
            f"{_day(at)}.",
            source=_SOURCE,
        )
    elif begins is not None or ends is not None:
        until = f" until {_day(ends)}" if ends is not None else ""
        yield Finding.passed(
            "time.credential-valid",
            f"The credential is valid by its own dates{until}.",
            source=_SOURCE,
        )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
