"""Why a list says nothing: it is of another kind, not here, unreadable, or altered.

Each is INDETERMINATE and says what to do next.

Source: W3C Bitstring Status List 1.0 sections 3.2 and 3.5; IETF Token Status List section 8.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.model import StatusEntry


def unknown_kind(entry: StatusEntry, evidence: Mapping[str, Any]) -> Finding:
    """Return the finding for a status that is published in another way."""
    return Finding.indeterminate(
        "status.kind",
        f"The credential publishes its status as '{entry.kind[:80]}', which cannot be read here. "
        "Ask its issuer whether it still counts.",
        evidence=evidence,
        source="W3C VC Data Model 2.0 section 4.10",
    )


def not_here(why: str, evidence: Mapping[str, Any]) -> Finding:
    """Return the finding for a list that could not be had."""
    return Finding.indeterminate(
        "status.unknown",
        f"Whether the credential was withdrawn is not known: its list is not here. {why} Or fetch "
        "the list yourself and give it with --status-list FILE.",
        evidence=evidence,
        source="W3C Bitstring Status List 1.0 section 3.2 (STATUS_RETRIEVAL_ERROR)",
    )


def unreadable(entry: StatusEntry, why: str, evidence: Mapping[str, Any]) -> Finding:
    """Return the finding for something that is no list of the kind that it should be."""
    return Finding.indeterminate(
        "status.list-unreadable",
        f"Whether the credential was withdrawn is not known: what should be the list {entry.url} "
        f"cannot be read. {why}",
        evidence=evidence,
        source="W3C Bitstring Status List 1.0 section 3; IETF Token Status List section 8.3",
    )


def broken(why: str, evidence: Mapping[str, Any]) -> Finding:
    """Return the finding for a list whose seal does not fit it."""
    return Finding.indeterminate(
        "status.list-seal",
        f"The seal of the list does not hold, so nothing it says counts. {why}",
        evidence=evidence,
        source="W3C Bitstring Status List 1.0 section 3.2, step 4 (STATUS_VERIFICATION_ERROR); "
        "IETF Token Status List section 8.3, step 3",
    )
