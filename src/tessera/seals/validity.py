"""Refuse to seal with a certificate that is not valid at the moment of sealing.

Source: DESIGN section 7 (an expired certificate blocks sealing with a clear message).
"""

from __future__ import annotations

from datetime import datetime

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.certificates import describe


def refuse_outside_validity(certificate: bytes, at: datetime) -> None:
    """Raise KeyRefusedError unless the DER certificate is valid at `at` (aware)."""
    if at.tzinfo is None:
        raise KeyRefusedError("The moment of sealing must name its time zone.")
    try:
        facts = describe(certificate)
    except UnreadableError as error:
        raise KeyRefusedError(f"The sealing certificate cannot be read: {error}") from error
    if at < facts.not_before:
        raise KeyRefusedError(
            f"The certificate of {facts.holder} is valid only from {facts.not_before.isoformat()}, "
            f"and the sealing time is {at.isoformat()}. Check the clock or wait."
        )
    if at > facts.not_after:
        raise KeyRefusedError(
            f"The certificate of {facts.holder} expired on {facts.not_after:%Y-%m-%d}; a seal made "
            "with it would not be accepted. Renew the certificate and use the new key."
        )
