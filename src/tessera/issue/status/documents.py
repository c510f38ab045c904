"""A list as a W3C credential and as the claims of a Status List Token; nothing is sealed here.

No word about an award or a learner: only packed numbers, and from when to when they count.

Source: W3C Bitstring Status List 1.0 section 2.2; IETF Token Status List sections 4.2 and 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tessera.errors import UsageError
from tessera.issue.status.lists import TOKEN_SIZE, Group, Kind, address, bits_of
from tessera.trust.status.packing import to_encoded_list, to_lst

CONTEXT = "https://www.w3.org/ns/credentials/v2"
Marked = Sequence[tuple[int, bool, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whose lists they are, and how long they count.

    issuer: DID or https address, the one that the credentials name. at: aware, whole
    seconds. fresh_for: how long verifiers may keep a copy. counts_for: until when a list
    counts at all; publish again before.
    """

    issuer: str
    at: datetime
    fresh_for: timedelta = timedelta(hours=1)
    counts_for: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None or self.at.microsecond:
            raise UsageError("Lists are published at a whole second, with its offset from UTC.")
        if not timedelta(seconds=1) <= self.fresh_for <= self.counts_for:
            raise UsageError(
                "A copy of a list may be kept for at least one second, and no longer than the list "
                "counts."
            )

    @property
    def expires(self) -> datetime:
        """The moment from which a list no longer counts."""
        return self.at + self.counts_for


def credential(group: Group, kind: Kind, marked: Marked, terms: Terms) -> dict[str, Any]:
    """Return a list of revocations or suspensions as an unsealed credential."""
    id = address(group, kind)
    return {
        "@context": [CONTEXT],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": terms.issuer,
        "validFrom": _instant(terms.at),
        "validUntil": _instant(terms.expires),
        "credentialSubject": {
            "id": f"{id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": kind.value,
            "encodedList": to_encoded_list(bits_of(group, kind, marked)),
            "ttl": int(terms.fresh_for / timedelta(milliseconds=1)),
        },
    }


def claims(group: Group, marked: Marked, terms: Terms) -> dict[str, Any]:
    """Return a list as the claims of a token."""
    return {
        "iss": terms.issuer,
        "sub": address(group, Kind.TOKEN),
        "iat": int(terms.at.timestamp()),
        "exp": int(terms.expires.timestamp()),
        "ttl": int(terms.fresh_for.total_seconds()),
        "status_list": {
            "bits": TOKEN_SIZE,
            "lst": to_lst(bits_of(group, Kind.TOKEN, marked)),
        },
    }


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
