"""The journey from level B-B upwards: timestamps and validation data for sealed files.

1. B-T: a timestamp over the signature. 2. B-LT: certificates, OCSP responses and CRLs about
the seal and that timestamp. 3. B-LTA: an archive timestamp over all of it. `renew` repeats
the last step before the certificate of the last timestamp ends. Here for the seals of
credentials (JAdES); for those of pages see `tessera.journeys.page_levels`.

Source: ETSI TS 119 182-1 V1.2.1 clause 6.3; ETSI EN 319 102-1 clause 5.6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tessera.errors import UnreadableError, UsageError
from tessera.journeys.proofs import Clock, Proofs
from tessera.journeys.tsa_profile import Authority
from tessera.report import Outcome
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
from tessera.trust.fetch import GuardedFetcher, Login

if TYPE_CHECKING:
    from tessera.journeys.page_levels import PageRaiser

LEVELS = ("b", "t", "lt", "lta")
SECONDS = 20.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ascent:
    """Which level, and where its timestamps come from; travels to worker processes.

    clock: a function of a module of the door. seconds: patience for one answer. account: at
    the authority, if it wants one.
    """

    level: str
    tsa: str | None
    clock: Clock
    seconds: float = SECONDS
    account: Authority | None = None

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
        """Return what raises credentials, with its own memory of revocation data."""
        return Raiser(level=self.level, proofs=self._proofs())

    def page_raiser(self) -> PageRaiser:
        """Return what seals pages at the level, with its own memory of revocation data."""
        from tessera.journeys.page_levels import PageRaiser

        return PageRaiser(level=self.level, proofs=self._proofs())

    def _proofs(self) -> Proofs:
        tsa = self.tsa or ""
        login = self.account.login() if self.account else None
        return Proofs(tsa=tsa, clock=self.clock, asker=_asker(tsa, self.seconds, login))


def _asker(tsa: str, seconds: float, login: Login | None) -> GuardedFetcher:
    """A timestamp authority on this machine was named by the person, so it may be asked."""
    is_here = (urlsplit(tsa).hostname or "") in _LOOPBACK
    return GuardedFetcher(
        allow_loopback=is_here,
        allow_plain=True,
        seconds=seconds,
        logins={} if login is None else {tsa: login},
    )


@dataclass(slots=True)
class Raiser:
    """Raises sealed files to one level, one after the other."""

    level: str
    proofs: Proofs

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
        token = self.proofs.stamp(_digest(stamped_bytes(signature, "sigTst")))
        added: list[Mapping[str, Any]] = [timestamp_property("sigTst", token.der)]
        # 2
        if self.level in ("lt", "lta"):
            certificate = signing_certificate(signature)
            data = self.proofs.of_seal(certificate, signature.certificates, token)
            added += validation_properties(data.certificates, data.crls, data.ocsp_responses)
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
        found = [read_timestamps(one).of("sigTst", "arcTst") for one in opened.signatures]
        if not any(found):
            raise UnreadableError(
                "No seal of this file has a timestamp, so there is nothing to renew. Timestamps "
                "are added when it is sealed: --level lta."
            )
        for index, (signature, stamps) in enumerate(zip(opened.signatures, found, strict=True)):
            if stamps:
                data = self.proofs.of_stamps(stamps, signature.validation_data)
                added = timestamp_validation_property(
                    data.certificates, data.crls, data.ocsp_responses
                )
                sealed = self._archived(sealed, index, added)
        return sealed

    def _archived(self, sealed: bytes, index: int, added: Entries) -> bytes:
        """Add properties and an archive timestamp around everything."""
        signature = open_jws(sealed).signatures[index]
        message = stamped_bytes(signature, "arcTst", added)
        last = timestamp_property("arcTst", self.proofs.stamp(_digest(message)).der)
        return with_properties(sealed, index, [*added, last])


def _digest(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
