"""The baseline level a seal really has: by what holds, not by what is there.

B-T needs a timestamp over the seal that was recomputed. B-LT also revocation data, verified,
about the certificate of the seal and about that of each such timestamp's authority. B-LTA
also a timestamp that was recomputed, around the seal and these data. Whether an authority
is trusted is not part of a level.

Source: ETSI TS 119 182-1 V1.2.1 clause 6.3 (JAdES); ETSI EN 319 142-1 V1.2.1 clause 6.3
(PAdES); the revocation data as DSS 6.4 asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import describe
from tessera.seals.timestamp.stamps import SealTimestamp

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
IsCovered = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level that holds, the one that the seal looks like, and why it is not that one."""

    held: str
    claimed: str
    missing: str | None = None
    source: str = "ETSI TS 119 182-1 clause 6.3"

    def finding(self) -> Finding | None:
        """Say that the level falls; None when it is the one that is claimed."""
        if self.missing is None or LEVELS.index(self.held) >= LEVELS.index(self.claimed):
            return None
        return Finding.indeterminate(
            "seal.level",
            f"The seal has what looks like level {self.claimed}, but only {self.held} holds: "
            f"{self.missing}.",
            evidence={"claimed": self.claimed, "held": self.held},
            source=self.source,
            advice=True,
        )


def level_held(
    claimed: str,
    certificate: bytes | None,
    over_seal: Sequence[SealTimestamp],
    is_archived: Callable[[], bool],
    is_covered: IsCovered,
) -> Level:
    """Return the level of a seal.

    certificate: DER of the one it was made with. over_seal: the timestamps that hold over it,
    for level B-T. is_archived: whether one stands around seal and data. is_covered: whether
    verified revocation data about a certificate (DER) lie in the file.
    """
    if not over_seal:
        return Level(held="B-B", claimed=claimed, missing="no timestamp on the seal holds")
    if claimed not in ("B-LT", "B-LTA"):
        return Level(held="B-T", claimed=claimed)
    uncovered = unprovable(certificate, over_seal, is_covered)
    if uncovered:
        missing = f"there are no revocation data about {', '.join(_names(uncovered))}"
        return Level(held="B-T", claimed=claimed, missing=missing)
    if not is_archived():
        return Level(held="B-LT", claimed=claimed, missing="no archive timestamp holds")
    return Level(held="B-LTA", claimed=claimed)


def unprovable(
    certificate: bytes | None, over_seal: Sequence[SealTimestamp], is_covered: IsCovered
) -> list[bytes | None]:
    """Return the certificates of seal and timestamps about which no revocation data lie there."""
    needed = [certificate, *(one.token.authority for one in over_seal)]
    return [one for one in needed if not _is_provable(one, is_covered)]


def _is_provable(certificate: bytes | None, is_covered: IsCovered) -> bool:
    """A self-signed certificate has nobody above it who could revoke it."""
    if certificate is None:
        return False
    try:
        facts = describe(certificate)
    except UnreadableError:
        return False
    return facts.subject == facts.issuer or is_covered(certificate)


def _names(certificates: Sequence[bytes | None]) -> Iterator[str]:
    for one in dict.fromkeys(certificates):
        try:
            yield "an unnamed holder" if one is None else describe(one).holder
        except UnreadableError:
            yield "an unreadable certificate"
