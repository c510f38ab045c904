"""Does the credential still stand? The step `status`: what the lists it names say.

Source: W3C Bitstring Status List 1.0 section 3; IETF Token Status List section 8; ELM 3.2,
`credentialStatus`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tessera.model import StatusEntry
from tessera.report import Finding
from tessera.verify.examination import Inspection

_SOURCE = "W3C VC Data Model 2.0 section 4.10; ELM 3.2, credentialStatus"


def status_findings(inspection: Inspection) -> Iterable[Finding]:
    """Say of every list that the credential names what it says, or that it was not read."""
    decoded = inspection.decoded
    entries = decoded.award.status if decoded is not None else ()
    places = _stated(inspection.document)
    stated = places[0] if places else None
    if not entries and stated is None:
        return [
            Finding.not_applicable(
                "status.none",
                "The credential names no place where a withdrawal would be published.",
                source=_SOURCE,
            )
        ]
    if not entries:
        return [_not_read(stated)]
    unread = [_not_read(place) for place in places[1:]]
    if _entries_stated(inspection.document) > len(entries):
        unread.append(_not_read(stated))
    return [
        *(
            replace(one, path=one.path or stated)
            for entry in entries
            for one in _looked_up(entry, inspection)
        ),
        *unread,
    ]


def _not_read(place: str | None) -> Finding:
    return Finding.indeterminate(
        "status.not-read",
        "The credential says where its withdrawal would be published, but in a way that cannot "
        "be read here.",
        path=place,
        source=_SOURCE,
    )


def _looked_up(entry: StatusEntry, inspection: Inspection) -> Iterable[Finding]:
    from tessera.trust.status import StatusReader

    circumstances = inspection.circumstances
    reader = circumstances.statuses or StatusReader(
        resolver=inspection.resolver, at=circumstances.at, anchors=circumstances.anchors
    )
    document = inspection.document
    id = document.get("id") if isinstance(document, dict) else None
    sealed_by = [one.certificate for one in inspection.signers if one.certificate is not None]
    return reader.look_up(
        entry,
        _issuer(inspection),
        credential=id if isinstance(id, str) else None,
        certificates=sealed_by,
    )


def _issuer(inspection: Inspection) -> str | None:
    """Return the issuer by the identifier that the document gives it."""
    document = inspection.document
    if not isinstance(document, dict):
        return None
    stated = document.get("issuer", document.get("iss"))
    stated = stated.get("id") if isinstance(stated, dict) else stated
    return stated if isinstance(stated, str) else None


def _stated(document: Any) -> list[str]:
    """Return the JSON Pointers of what a document states about its status.

    No format reads two of them, so each after the first is left to be said.
    """
    if not isinstance(document, dict):
        return []
    found = []
    inner = {name: document.get(name) for name in ("credential", "vc")}
    for path, holder in (("", document), *((f"/{name}", one) for name, one in inner.items())):
        if not isinstance(holder, dict):
            continue
        if holder.get("credentialStatus") is not None:
            found.append(f"{path}/credentialStatus")
        if _is_stated(holder.get("status")):
            found.append(f"{path}/status")
    return found


def _is_stated(status: Any) -> bool:
    """Say whether `status` speaks of withdrawal, and is no text or number about something else."""
    several = status if isinstance(status, list) else [status]
    return any(isinstance(one, dict) for one in several)


def _entries_stated(document: Any) -> int:
    """Return how many entries a document lists, of which a format may have left some out."""
    stated = document.get("credentialStatus") if isinstance(document, dict) else None
    return len(stated) if isinstance(stated, list) else 0
