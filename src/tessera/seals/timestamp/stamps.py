"""The timestamps of one seal, whatever kind of seal it is: what each is, and whether it holds.

How a timestamp is found and what it has to cover is the matter of the seal (`jades`,
`pades`). Who signed a token is never judged here.

Source: ETSI EN 319 102-1 clause 5.4 (validation of timestamps); RFC 3161 section 2.4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tessera.report import Finding
from tessera.seals.timestamp.token import TimestampToken, is_intact

MAX_TOKENS = 16
_WORDS = {
    "adoTst": "timestamp on the document",
    "sigTst": "timestamp on the seal",
    "arcTst": "archive timestamp",
    "sigRTst": "timestamp on seal and references",
    "rfsTst": "timestamp on references",
    "docTst": "document timestamp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealTimestamp:
    """One timestamp of a signature.

    kind: adoTst (inside the seal), sigTst (over it), arcTst and docTst (over it and all that
    was added before), sigRTst, rfsTst. position: its place in the order in which they were
    added; negative for one inside. covers: whether it was made for what it stands on; None
    when that cannot be built here. intact: whether the certificate in the token signed it.
    """

    kind: str
    path: str
    position: int
    token: TimestampToken
    covers: bool | None
    intact: bool

    @property
    def holds(self) -> bool:
        """Whether it is a sound statement of whoever signed it, about this seal."""
        return self.covers is True and self.intact and self.token.is_safe_digest

    @property
    def words(self) -> str:
        """What a person calls it."""
        return words(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamps:
    """The timestamps that could be read, in order, and remarks about the others."""

    found: tuple[SealTimestamp, ...] = ()
    remarks: tuple[Finding, ...] = ()

    def of(self, *kinds: str) -> tuple[SealTimestamp, ...]:
        """Return those of these kinds that hold."""
        return tuple(one for one in self.found if one.kind in kinds and one.holds)


def words(kind: str) -> str:
    """Return what a person calls a kind of timestamp."""
    return _WORDS[kind]


@lru_cache(maxsize=512)  # read in the steps `seal` and `time`
def is_signed(token: TimestampToken) -> bool:
    """Say whether the certificate in a token signed it; remembered, since it is asked twice."""
    return is_intact(token)


def unreadable(kind: str, path: str, reason: str, source: str) -> Finding:
    """Remark that a timestamp was left out."""
    return Finding.indeterminate(
        "seal.timestamp-unreadable",
        f"The {words(kind)} cannot be read and was left out. {reason}",
        path=path,
        source=source,
        advice=True,
    )


def timestamp_findings(timestamps: Timestamps, source: str) -> Iterator[Finding]:
    """Say of each timestamp whether it holds; FAILED for one that is not for this seal."""
    yield from timestamps.remarks
    for one in timestamps.found:
        yield _about(one, source)


def _about(one: SealTimestamp, source: str) -> Finding:
    moment = one.token.generated_at
    evidence = {"kind": one.kind, "generated_at": moment.isoformat()}
    if one.covers is False or not one.intact:
        return _broken(one, evidence, source)
    if one.holds:
        return Finding.passed(
            "seal.timestamp",
            f"The {one.words} of {moment:%Y-%m-%d %H:%M:%S} UTC was made for exactly this seal.",
            path=one.path,
            evidence=evidence,
            source=source,
            advice=True,
        )
    message = f"What the {one.words} covers could not be built, so it was not recomputed."
    if one.covers is not None:
        message = (
            f"The {one.words} uses a digest that is no longer safe "
            f"({one.token.digest_algorithm}) and proves nothing."
        )
        evidence["indication"] = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    return Finding.indeterminate(
        "seal.timestamp",
        message,
        path=one.path,
        evidence=evidence,
        source=f"{source}; ETSI TS 119 312",
        advice=True,
    )


def _broken(one: SealTimestamp, evidence: Mapping[str, str], source: str) -> Finding:
    said, indication = "is broken: its own signature does not hold", "SIG_CRYPTO_FAILURE"
    if one.covers is False:
        said, indication = "was made for something else than this seal", "HASH_FAILURE"
    return Finding.failed(
        "seal.timestamp",
        f"The {one.words} {said}; it was copied or altered.",
        path=one.path,
        evidence={**evidence, "indication": indication},
        source=source,
    )
