"""Is a list the current one? Its dates, and those of the certificate it is signed with.

A list that is newer than the moment of judgement is no fault where it is used: it says
through its history what held before. Judged by itself, it was not there yet.
Source: ETSI TS 119 612 V2.4.1 clauses 5.3.14 (issue) and 5.3.15 (next update).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import describe

# Six months, counted generously: no six months have more days than these.
LONGEST_VALIDITY = timedelta(days=184, hours=12)
_ISSUE, _UPDATE = "ETSI TS 119 612 clause 5.3.14", "ETSI TS 119 612 clause 5.3.15"


class Dated(Protocol):
    """A list of either kind, as far as its dates go; None where it states none."""

    @property
    def title(self) -> str: ...
    @property
    def issued_at(self) -> datetime | None: ...
    @property
    def next_update(self) -> datetime | None: ...
    @property
    def is_closed(self) -> bool: ...


def dates_of(listed: Dated, at: datetime) -> tuple[Finding, ...]:
    """Return findings about issue and next update of a list judged at `at` (aware)."""
    return (*_issued(listed, at), *currency_of(listed, at), *_span(listed))


def currency_of(listed: Dated, at: datetime) -> tuple[Finding, ...]:
    """Say whether a list is still the current one; all a list needs in order to be used."""
    if listed.is_closed:
        return (
            Finding.failed(
                "list.closed",
                f"It says of itself that it is closed, so nobody keeps {listed.title}, any more.",
                source=_UPDATE,
            ),
        )
    if listed.next_update is None:
        return (
            Finding.indeterminate(
                "list.next-update", "The list does not say until when it holds.", source=_UPDATE
            ),
        )
    if at > listed.next_update:
        return (
            Finding.failed(
                "list.expired",
                f"A newer list was due by {_day(listed.next_update)}, and it is judged at "
                f"{_day(at)}. Get the newer one: tessera trust update.",
                evidence={"next_update": listed.next_update.isoformat()},
                source=_UPDATE,
            ),
        )
    return (
        Finding.passed(
            "list.current", f"The list holds until {_day(listed.next_update)}.", source=_UPDATE
        ),
    )


def _issued(listed: Dated, at: datetime) -> Iterator[Finding]:
    if listed.issued_at is None:
        yield Finding.indeterminate(
            "list.issued", "The list does not say when it was issued.", source=_ISSUE
        )
    elif at < listed.issued_at:
        yield Finding.indeterminate(
            "list.not-yet-issued",
            f"The list was issued on {_day(listed.issued_at)}, after the moment it is judged at "
            f"({_day(at)}).",
            source=_ISSUE,
        )
    else:
        yield Finding.passed(
            "list.issued", f"The list was issued on {_day(listed.issued_at)}.", source=_ISSUE
        )


def _span(listed: Dated) -> Iterator[Finding]:
    if listed.issued_at is None or listed.next_update is None:
        return
    if listed.next_update - listed.issued_at > LONGEST_VALIDITY:
        yield Finding.indeterminate(
            "list.long-validity",
            "The list claims to hold for more than six months, the longest that is allowed.",
            source=_UPDATE,
            advice=True,
        )


def signer_dates(certificate: bytes, listed: Dated) -> Finding:
    """Say whether the certificate was valid when the list was issued.

    A list is signed once and used until the next one is due, so the moment that counts is
    its issue. Source: ETSI TS 119 615 V1.2.1 clause 4.1; house rule for the moment.
    """
    source = "ETSI TS 119 615 clause 4.1"
    try:
        facts = describe(certificate)
    except UnreadableError as error:
        return Finding.failed("list.signer-validity", str(error), source=source)
    if listed.issued_at is None:
        return Finding.indeterminate(
            "list.signer-validity",
            "Whether its certificate was valid is not known, as the list has no date of issue.",
            source=source,
        )
    # Some lists are signed days after the issue they state.
    if facts.not_before <= listed.issued_at + timedelta(days=7) and (
        listed.issued_at <= facts.not_after
    ):
        return Finding.passed(
            "list.signer-validity",
            f"The certificate of {facts.holder} was valid when the list was issued.",
            source=source,
        )
    return Finding.failed(
        "list.signer-validity",
        f"The certificate of {facts.holder} was valid from {_day(facts.not_before)} to "
        f"{_day(facts.not_after)}, and the list was issued on {_day(listed.issued_at)}.",
        source=source,
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
