"""Was a certificate revoked? What CRLs and OCSP responses say, after they are verified.

1. Each OCSP response (`revocation_ocsp`) and 2. each CRL (`revocation_crl`) that is about the
certificate and verified gives statements. 3. A revocation decides for good; else the newest
statement. Everything else is left out; `left_out` names CRLs of a kind that is not used.

Source: RFC 6960 sections 3.2 and 4.2.2.2; RFC 5280 sections 5 and 6.3;
ETSI EN 319 102-1 clauses 5.2.5 (freshness) and 5.2.6.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from itertools import islice

from tessera.errors import UnreadableError
from tessera.seals.certificates import describe, parse
from tessera.trust.revocation_crl import from_crl
from tessera.trust.revocation_crl import left_out as crl_left_out
from tessera.trust.revocation_data import Compromise, RevocationData, Statement, issuers
from tessera.trust.revocation_ocsp import from_ocsp

__all__ = [
    "Compromise",
    "RevocationData",
    "Statement",
    "decisive",
    "is_covered",
    "issuers",
    "left_out",
    "statements",
]

MAX_STATEMENTS, MAX_ISSUERS = 16, 2
_HOLD = "certificateHold"


def statements(certificate: bytes, issuer: bytes, data: RevocationData) -> tuple[Statement, ...]:
    """Return every verified statement about a certificate (DER), the newest first.

    issuer: DER of the one that issued it; the caller has verified that. Never raises for
    hostile data.
    """
    return _statements(certificate, issuer, data)


@lru_cache(maxsize=512)  # the seals of a batch share their certificates
def _statements(certificate: bytes, issuer: bytes, data: RevocationData) -> tuple[Statement, ...]:
    try:
        subject, above, facts = parse(certificate), parse(issuer), describe(certificate)
    except UnreadableError:
        return ()
    found: list[Statement] = []
    # 1
    for raw in islice(data.ocsp_responses, MAX_STATEMENTS):
        found.extend(from_ocsp(raw, subject, above, data.certificates))
    # 2
    for raw in islice(data.crls, MAX_STATEMENTS):
        found.extend(from_crl(raw, subject, above, facts))
    return tuple(sorted(found, key=lambda one: one.issued_at, reverse=True))


def decisive(
    certificate: bytes, issuer: bytes, data: RevocationData, until: datetime | None = None
) -> Statement | None:
    """Return the verified statement about a certificate that decides, or None.

    Who was revoked stays revoked, whatever is said later; of several the earliest date
    counts. Only a hold can be lifted: there, and among good ones, the newest decides.
    until: what was said from then on counts for nothing; None lets everything count.
    """
    found = statements(certificate, issuer, data)
    if until is not None:
        found = tuple(one for one in found if one.issued_at < until)
    final = [one for one in found if one.revoked_at is not None and one.reason != _HOLD]
    # 3
    if final:
        return min(final, key=lambda one: one.revoked_at or one.issued_at)
    return next(iter(found), None)


def left_out(certificate: bytes, issuer: bytes, data: RevocationData) -> str | None:
    """Name what is there about a certificate and is of a kind that is not used, or None."""
    try:
        subject, above, facts = parse(certificate), parse(issuer), describe(certificate)
    except UnreadableError:
        return None
    kinds = (crl_left_out(raw, subject, above, facts) for raw in data.crls[:MAX_STATEMENTS])
    return next((kind for kind in kinds if kind is not None), None)


def is_covered(certificate: bytes, data: RevocationData) -> bool:
    """Say whether verified revocation data about a certificate (DER) are there."""
    above = islice(issuers(certificate, data), MAX_ISSUERS)
    return any(statements(certificate, issuer, data) for issuer in above)
