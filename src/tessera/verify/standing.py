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
    stated = _stated(inspection.document)
    if not entries and stated is None:
        return [
            Finding.not_applicable(
                "status.none",
                "The credential names no place where a withdrawal would be published.",
                source=_SOURCE,
            )
        ]
    if not entries:
        return [
            Finding.indeterminate(
                "status.not-read",
                "The credential says where its withdrawal would be published, but in a way that "
                "cannot be read here.",
                path=stated,
                source=_SOURCE,
            )
        ]
    return [
        replace(one, path=one.path or stated)
        for entry in entries
        for one in _looked_up(entry, inspection)
    ]


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


def _stated(document: Any) -> str | None:
    """Return the JSON Pointer of the status a document states, or None."""
    if not isinstance(document, dict):
        return None
    for path, holder in (("", document), ("/credential", document.get("credential"))):
        if isinstance(holder, dict) and holder.get("credentialStatus") is not None:
            return f"{path}/credentialStatus"
    return "/status" if isinstance(document.get("status"), dict) else None
