"""What levels are made of, for any kind of seal: timestamps, and proofs that keys were good.

1. Ask the timestamp authority. 2. Gather what proves a seal and its timestamp good.
3. Before a further timestamp: what proves the earlier ones good, while it can be had.

Source: RFC 3161; RFC 5280; RFC 6960; ETSI EN 319 102-1 clause 5.6.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tessera.errors import TesseraError, UnreadableError
from tessera.seals.certificates import describe
from tessera.seals.protocol import ValidationData
from tessera.seals.timestamp import (
    TimestampError,
    TimestampRequest,
    TimestampToken,
    read_response,
)
from tessera.seals.timestamp.request import MAX_RESPONSE_BYTES, MEDIA_TYPE_QUERY
from tessera.seals.timestamp.stamps import SealTimestamp
from tessera.trust.revocation import RevocationData, is_covered
from tessera.trust.revocation_gather import Asker, Gatherer, RevocationError

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Proofs:
    """Asks and gathers, and remembers what it was told about revocation; one for a batch."""

    tsa: str
    clock: Clock
    asker: Asker
    _gatherer: Gatherer = field(init=False)

    def __post_init__(self) -> None:
        self._gatherer = Gatherer(asker=self.asker)

    def stamp(self, digest: bytes) -> TimestampToken:
        """Return a timestamp over a SHA-256 digest. Raises: TimestampError."""
        request = TimestampRequest(digest=digest, nonce=secrets.randbits(63) | 1)
        try:
            answer = self.asker.post(
                self.tsa,
                request.to_der(),
                media_type=MEDIA_TYPE_QUERY,
                max_bytes=MAX_RESPONSE_BYTES,
            )
        except TimestampError:
            raise
        except TesseraError as error:
            raise TimestampError(
                f"No timestamp could be had. {error} Try again later, or another authority."
            ) from error
        return read_response(request, answer, self.clock())

    def of_seal(
        self, certificate: bytes | None, beside: tuple[bytes, ...], token: TimestampToken
    ) -> ValidationData:
        """Gather what proves good the certificate of a seal and the authority of its timestamp.

        beside: certificates that came with the seal; they are left out of the result.
        Raises: RevocationError.
        """
        if certificate is None or token.authority is None:
            raise RevocationError("The seal brings no certificate; its level stays B-T.")
        found = self._about(certificate, beside)
        found += self._about(token.authority, (*token.certificates, *beside))
        return _without(found, ValidationData(certificates=beside))

    def of_stamps(self, stamps: Sequence[SealTimestamp], held: ValidationData) -> ValidationData:
        """Gather what proves good the authorities of timestamps that are there already.

        stamps: those that hold, at least one. held: what lies in the file; it is left out of
        the result. Raises: UnreadableError when it is too late; RevocationError.
        """
        now = self.clock()
        known = RevocationData(
            certificates=held.certificates, crls=held.crls, ocsp_responses=held.ocsp_responses
        )
        newest = max(stamps, key=lambda one: one.position)
        fresh = RevocationData()
        for one in stamps:
            authority = one.token.authority
            assert authority is not None  # it holds
            ends = describe(authority).not_after
            if one is newest and ends < now:
                raise UnreadableError(
                    f"The certificate of the last timestamp ended on {ends:%Y-%m-%d}; a new "
                    "timestamp can no longer prove that the old one is genuine. Renew earlier."
                )
            if one is newest or not is_covered(authority, known):
                fresh += self._about(authority, (*one.token.certificates, *held.certificates))
        return _without(fresh, held)

    def _about(self, certificate: bytes, beside: tuple[bytes, ...]) -> RevocationData:
        data, facts = self._gatherer.about(certificate, beside), describe(certificate)
        pool = RevocationData(certificates=beside)
        if facts.subject != facts.issuer and not is_covered(certificate, data + pool):
            raise RevocationError(
                f"The certificate of {facts.holder} does not say where its revocation is "
                "published, so the levels lt and lta cannot be had with it. Use --level t."
            )
        return data


def _without(found: RevocationData, held: ValidationData) -> ValidationData:
    return ValidationData(
        certificates=tuple(one for one in found.certificates if one not in held.certificates),
        crls=tuple(one for one in found.crls if one not in held.crls),
        ocsp_responses=tuple(one for one in found.ocsp_responses if one not in held.ocsp_responses),
    )
