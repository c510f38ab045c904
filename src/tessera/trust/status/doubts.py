"""What keeps a list from being believed when it says that all is well.

Steps of `doubts`: 1 its seal and who made it, 2 its name, 3 its size and its dates.

Source: W3C Bitstring Status List 1.0 sections 2.2 and 3.2; IETF Token Status List
sections 5.1, 8.3 and 11.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tessera.report import Finding
from tessera.trust.status.lists import LEAST_PLACES, RevokedIds, StatusList
from tessera.trust.status.opening import Form, OpenedList, Seal
from tessera.trust.status.shelf import Held
from tessera.trust.status.speaking import Subject, Verifier, may_speak, who

if TYPE_CHECKING:
    from tessera.model import StatusEntry

Evidence = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A list in hand: where it came from, its seal, and what it holds."""

    held: Held
    opened: OpenedList
    content: StatusList | RevokedIds

    @property
    def is_from_address(self) -> bool:
        """Whether it was fetched from the very address that the credential names."""
        return self.held.origin != "file"


def doubts(
    entry: StatusEntry, found: Found, about: Subject, verifier: Verifier, evidence: Evidence
) -> tuple[Finding, ...]:
    """Return every doubt, each INDETERMINATE."""
    said = [
        _about_seal(found, evidence),
        _about_sealer(found, about, verifier, evidence),
        _about_name(entry, found, evidence),
        *_about_content(entry, found, verifier.at, evidence),
    ]
    return tuple(one for one in said if one is not None)


def _about_seal(found: Found, evidence: Evidence) -> Finding | None:
    opened = found.opened
    if opened.seal is Seal.NO_KEY:
        why = f": {opened.why}" if opened.why else "."
        return Finding.indeterminate(
            "status.list-key",
            f"The list is sealed, but its key could not be checked{why} Give the keys of its "
            "publisher with --trust.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 3.2, step 4",
        )
    # Lists of ids have no seal by their standard: the address vouches for them.
    if opened.seal is Seal.NONE and not (opened.form is Form.IDS and found.is_from_address):
        why = f" ({opened.why})" if opened.why else ""
        return Finding.indeterminate(
            "status.list-unsealed",
            f"Nobody has sealed the list{why}, so anybody may have written it.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 2.2",
        )
    return None


def _about_sealer(
    found: Found, about: Subject, verifier: Verifier, evidence: Evidence
) -> Finding | None:
    opened = found.opened
    if opened.seal is not Seal.INTACT or may_speak(opened.sealers, about, verifier):
        return None
    sealer = who(opened.sealers)
    by = f"by {sealer[:200]}" if sealer else "with a key that came with it"
    return Finding.indeterminate(
        "status.list-issuer",
        f"The list was sealed {by}, and nothing here says that who holds the key may speak for "
        f"{about.issuer or 'the issuer of the credential'}. If you trust them, give their keys "
        "with --trust.",
        evidence=evidence,
        source="W3C Bitstring Status List 1.0 section 2.2; IETF Token Status List section 11.3",
    )


def _about_name(entry: StatusEntry, found: Found, evidence: Evidence) -> Finding | None:
    """A token has to name itself; another list need not where the address says which it is."""
    if found.content.id == entry.url or (entry.kind != "token" and found.is_from_address):
        return None
    return Finding.indeterminate(
        "status.list-other",
        f"The list calls itself {(found.content.id or 'nothing')[:200]}, and the credential names "
        f"{entry.url[:200]}: it may be another list.",
        evidence=evidence,
        source="IETF Token Status List section 8.3, step 4a; house rule for lists given as files",
    )


def _about_content(
    entry: StatusEntry, found: Found, at: datetime, evidence: Evidence
) -> Iterator[Finding]:
    content = found.content
    if not isinstance(content, StatusList):
        return
    if entry.kind != "token" and content.places < LEAST_PLACES:
        yield Finding.indeterminate(
            "status.list-short",
            f"The list has {content.places} places; lists need at least {LEAST_PLACES}, so that "
            "one credential hides among many.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 3.2 (STATUS_LIST_LENGTH_ERROR)",
        )
    if content.not_before is not None and at < content.not_before:
        yield Finding.indeterminate(
            "status.list-early",
            f"The list counts only from {_minute(content.not_before)}, and the credential is "
            f"judged at {_minute(at)}.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 2.2 (validFrom); RFC 7519 section 4.1.5",
        )
    age = _age(found.held, content, at)
    if age is not None:
        yield Finding.indeterminate(
            "status.stale",
            f"{age} What happened since is not known: fetch it again, or verify with --online.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 2.2 (validUntil, ttl); IETF Token "
            "Status List section 8.3, steps 4c and 4d",
        )


def _age(held: Held, content: StatusList, at: datetime) -> str | None:
    """Say in what way the list is too old, or None."""
    if content.expires_at is not None and at >= content.expires_at:
        return f"The list counted until {_minute(content.expires_at)}."
    since = held.fetched_at or content.issued_at
    if content.fresh_for is None or since is None or at - since <= content.fresh_for:
        return None
    return (
        f"The list is of {_minute(since)}, and its publisher asks for a new copy after "
        f"{_span(content.fresh_for)}."
    )


def provenance(found: Found, at: datetime) -> dict[str, Any]:
    """Say where the list came from, of when it is, and how old it is in seconds."""
    content = found.content
    shape: dict[str, Any] = {"from": found.held.origin}
    issued = content.issued_at if isinstance(content, StatusList) else None
    if issued is not None:
        shape["issued"] = issued.astimezone(UTC).isoformat()
        shape["age"] = int((at - issued).total_seconds())
    if found.held.fetched_at is not None:
        shape["fetched"] = found.held.fetched_at.astimezone(UTC).isoformat()
    return shape


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {name}{'s' if seconds // size > 1 else ''}"
    return f"{seconds} seconds"
