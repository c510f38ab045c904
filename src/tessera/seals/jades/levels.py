"""The baseline level a seal really has: by what holds, not by what is there.

B-T needs a timestamp on the seal that was recomputed. B-LT also revocation data, verified,
about the certificate of the seal and about that of each such timestamp's authority. B-LTA
also an archive timestamp that was recomputed, behind these data. Whether an authority is
trusted is not part of a level.

Source: ETSI TS 119 182-1 V1.2.1 clause 6.3; the revocation data as DSS 6.4 asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import describe
from tessera.seals.jades.timestamps import Timestamps
from tessera.seals.protocol import OpenedSignature

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
_SOURCE = "ETSI TS 119 182-1 clause 6.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level that holds, the one that the names of the properties claim, and why."""

    held: str
    claimed: str
    missing: str | None = None

    def finding(self) -> Finding | None:
        """Say that the level falls; None when it is the one that is claimed."""
        if self.missing is None or LEVELS.index(self.held) >= LEVELS.index(self.claimed):
            return None
        return Finding.indeterminate(
            "seal.level",
            f"The seal has what looks like level {self.claimed}, but only {self.held} holds: "
            f"{self.missing}.",
            evidence={"claimed": self.claimed, "held": self.held},
            source=_SOURCE,
            advice=True,
        )


def level_of(
    signature: OpenedSignature,
    timestamps: Timestamps,
    certificate: bytes | None,
    is_covered: Callable[[bytes], bool],
) -> Level:
    """Return the level of a seal.

    certificate: DER of the one it was made with. is_covered: whether verified revocation
    data about a certificate (DER) lie in the file; comes from `tessera.trust.revocation`.
    """
    claimed = signature.level
    on_seal = timestamps.of("sigTst")
    if not on_seal:
        missing = "no timestamp on the seal holds"
        return Level(held="B-B", claimed=claimed, missing=missing)
    if claimed not in ("B-LT", "B-LTA"):
        return Level(held="B-T", claimed=claimed)
    needed = [certificate, *(one.token.authority for one in on_seal)]
    uncovered = [one for one in needed if not _is_provable(one, is_covered)]
    if uncovered:
        missing = f"there are no revocation data about {', '.join(_names(uncovered))}"
        return Level(held="B-T", claimed=claimed, missing=missing)
    if not timestamps.of("arcTst"):
        return Level(held="B-LT", claimed=claimed, missing="no archive timestamp holds")
    return Level(held="B-LTA", claimed=claimed)


def _is_provable(certificate: bytes | None, is_covered: Callable[[bytes], bool]) -> bool:
    """A self-signed certificate has nobody above it who could revoke it."""
    if certificate is None:
        return False
    try:
        facts = describe(certificate)
    except UnreadableError:
        return False
    return facts.subject == facts.issuer or is_covered(certificate)


def _names(certificates: list[bytes | None]) -> Iterator[str]:
    for one in dict.fromkeys(certificates):
        try:
            yield "an unnamed holder" if one is None else describe(one).holder
        except UnreadableError:
            yield "an unreadable certificate"
