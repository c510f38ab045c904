"""The EU seal: JAdES (ETSI TS 119 182-1) as the European Digital Credentials use it.

`write` seals and co-seals, `read` opens without judging, `check` states facts.

1. Seal a document and open the result:

>>> opened = JADES.open(JADES.seal(document, key, at))      # doctest: +SKIP
>>> [finding.outcome for finding in JADES.check(opened)]    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tessera.seals.algorithms import ALGORITHMS
from tessera.seals.jades.check import check
from tessera.seals.jades.header import JadesOptions, Profile
from tessera.seals.jades.read import is_jades, open_jws
from tessera.seals.jades.write import BatchSealer, cosign, cosign_all, seal
from tessera.seals.protocol import KeyOf, Opened, SigningKey

if TYPE_CHECKING:
    from tessera.report import Finding

__all__ = [
    "JADES",
    "BatchSealer",
    "Jades",
    "JadesOptions",
    "Profile",
    "check",
    "cosign",
    "cosign_all",
    "is_jades",
    "open_jws",
    "seal",
]


class Jades:
    """The mechanism "jades" for the registry; see `tessera.seals.protocol.Mechanism`."""

    id = "jades"
    algorithms = ALGORITHMS

    def seal(
        self, document: bytes, key: SigningKey, at: datetime, options: JadesOptions | None = None
    ) -> bytes:
        return seal(document, key, at, options)

    def open(self, raw: bytes, detached: Mapping[str, bytes] | None = None) -> Opened:
        return open_jws(raw, detached)

    def check(self, opened: Opened, key_of: KeyOf | None = None) -> tuple[Finding, ...]:
        return check(opened, key_of)

    def cosign(
        self, sealed: bytes, key: SigningKey, at: datetime, options: JadesOptions | None = None
    ) -> bytes:
        return cosign(sealed, key, at, options)


JADES = Jades()
