"""The journey from level B-B upwards: timestamps and validation data for sealed files.

1. B-T: a timestamp over the signature. 2. B-LT: certificates, OCSP responses and CRLs about
the seal and that timestamp. 3. B-LTA: an archive timestamp over all of it. `renew` repeats
the last step before the certificate of the last timestamp ends.

Source: ETSI TS 119 182-1 V1.2.1 clause 6.3; ETSI EN 319 102-1 clause 5.6.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tessera.errors import TesseraError, UnreadableError, UsageError
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.jades import check, open_jws
from tessera.seals.jades.archive import (
    Entries,
    stamped_bytes,
    timestamp_property,
    timestamp_validation_property,
    validation_properties,
    with_properties,
)
from tessera.seals.jades.check import signing_certificate
from tessera.seals.jades.timestamps import read_timestamps
from tessera.seals.protocol import OpenedSignature
from tessera.seals.timestamp import (
    TimestampError,
    TimestampRequest,
    TimestampToken,
    read_response,
)
from tessera.seals.timestamp.request import MAX_RESPONSE_BYTES, MEDIA_TYPE_QUERY
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.revocation import RevocationData, is_covered
from tessera.trust.revocation_gather import Asker, Gatherer, RevocationError

LEVELS = ("b", "t", "lt", "lta")
SECONDS = 20.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ascent:
    """Which level, and where its timestamps come from; travels to worker processes.

    clock: a function of a module of the door. seconds: patience for one answer.
    """

    level: str
    tsa: str | None
    clock: Clock
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise UsageError(f"There is no level '{self.level}'. There are: {', '.join(LEVELS)}.")
        if self.level != "b" and not self.tsa:
            raise UsageError(
                f"The level {self.level} needs a timestamp authority: --tsa https://..."
            )
        if self.level == "b" and self.tsa:
            raise UsageError("With --tsa, name the level as well: --level t, lt or lta.")

    def raiser(self) -> Raiser:
        """Return what raises files, with its own memory of revocation data."""
        return Raiser(tsa=self.tsa or "", level=self.level, clock=self.clock,
                      asker=_asker(self.tsa or "", self.seconds))  # fmt: skip


def _asker(tsa: str, seconds: float) -> GuardedFetcher:
    """A timestamp authority on this machine was named by the person, so it may be asked."""
    is_here = (urlsplit(tsa).hostname or "") in _LOOPBACK
    return GuardedFetcher(allow_loopback=is_here, allow_plain=True, seconds=seconds)


@dataclass(slots=True)
class Raiser:
    """Raises sealed files to one level, one after the other."""

    tsa: str
    level: str
    clock: Clock
    asker: Asker
    _gatherer: Gatherer = field(init=False)

    def __post_init__(self) -> None:
        self._gatherer = Gatherer(asker=self.asker)

    def all(self, sealed: bytes) -> bytes:
        """Raise every signature of a file. Raises: TimestampError, RevocationError."""
        for index in range(len(open_jws(sealed).signatures)):
            sealed = self.one(sealed, index)
        return sealed

    def one(self, sealed: bytes, index: int) -> bytes:
        """Raise one signature. Raises: TimestampError, RevocationError, UnreadableError."""
        if self.level == "b":
            return sealed
        signature = open_jws(sealed).signatures[index]
        # 1
        token = self._stamp(stamped_bytes(signature, "sigTst"))
        added: list[Mapping[str, Any]] = [timestamp_property("sigTst", token.der)]
        # 2
        if self.level in ("lt", "lta"):
            data = self._proofs(signature, token)
            outside = [one for one in data.certificates if one not in signature.certificates]
            added += validation_properties(outside, data.crls, data.ocsp_responses)
        # 3
        if self.level == "lta":
            return self._archived(sealed, index, added)
        return with_properties(sealed, index, added)

    def renew(self, sealed: bytes) -> bytes:
        """Put a further archive timestamp around every seal that has timestamps.

        Raises: UnreadableError when there is none, or the file is broken; TimestampError;
        RevocationError.
        """
        opened = open_jws(sealed)
        if any(finding.outcome is Outcome.FAILED for finding in check(opened)):
            raise UnreadableError(
                "A seal or timestamp of this file is broken; nothing was added. 'tessera verify' "
                "says what is wrong."
            )
        stamped = [index for index, one in enumerate(opened.signatures)
                   if read_timestamps(one).of("sigTst", "arcTst")]  # fmt: skip
        if not stamped:
            raise UnreadableError(
                "No seal of this file has a timestamp, so there is nothing to renew. Timestamps "
                "are added when it is sealed: --level lta."
            )
        for index in stamped:
            signature = opened.signatures[index]
            sealed = self._archived(sealed, index, self._proofs_of_stamps(signature))
        return sealed

    def _archived(self, sealed: bytes, index: int, added: Entries) -> bytes:
        """Add properties and an archive timestamp around everything."""
        signature = open_jws(sealed).signatures[index]
        message = stamped_bytes(signature, "arcTst", added)
        last = timestamp_property("arcTst", self._stamp(message).der)
        return with_properties(sealed, index, [*added, last])

    def _stamp(self, message: bytes) -> TimestampToken:
        request = TimestampRequest.about(message, secrets.randbits(63) | 1)
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

    def _proofs(self, signature: OpenedSignature, token: TimestampToken) -> RevocationData:
        """Gather what proves seal certificate and timestamp authority good."""
        certificate = signing_certificate(signature)
        if certificate is None or token.authority is None:
            raise RevocationError("The seal brings no certificate; its level stays B-T.")
        beside = signature.certificates
        data = self._about(certificate, beside)
        return data + self._about(token.authority, (*token.certificates, *beside))

    def _proofs_of_stamps(self, signature: OpenedSignature) -> Entries:
        """Gather what proves good the authorities of the timestamps that there are already."""
        stamps, now = read_timestamps(signature).of("sigTst", "arcTst"), self.clock()
        held = signature.validation_data
        known = RevocationData(certificates=held.certificates, crls=held.crls,
                               ocsp_responses=held.ocsp_responses)  # fmt: skip
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
        return timestamp_validation_property(
            [one for one in fresh.certificates if one not in held.certificates],
            [one for one in fresh.crls if one not in held.crls],
            [one for one in fresh.ocsp_responses if one not in held.ocsp_responses],
        )

    def _about(self, certificate: bytes, beside: tuple[bytes, ...]) -> RevocationData:
        data, facts = self._gatherer.about(certificate, beside), describe(certificate)
        pool = RevocationData(certificates=beside)
        if facts.subject != facts.issuer and not is_covered(certificate, data + pool):
            raise RevocationError(
                f"The certificate of {facts.holder} does not say where its revocation is "
                "published, so the levels lt and lta cannot be had with it. Use --level t."
            )
        return data
