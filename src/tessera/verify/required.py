"""Which bodies must seal, and whether each of them has.

A description may list bodies in `seals_required`. A seal belongs to a body when its
certificate states the body's own identifier (attribute 2.5.4.97), never by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.errors import UnreadableError
from tessera.model import MicroCredential, Organisation
from tessera.report import Finding
from tessera.seals.certificates import describe
from tessera.verify.examination import Inspection

_SCHEMES = ("eidas-legal", "eidas-legal-other", "vat", "lei")
_SOURCE = "house rule: seals_required of the description"


def missing_seals(inspection: Inspection) -> Iterator[Finding]:
    """Yield a finding per required body: PASSED when it sealed, FAILED when it did not."""
    if inspection.decoded is None:
        return
    description = inspection.decoded.award.micro_credential
    if not description.seals_required:
        return
    sealed_by = set(_identifiers(inspection))
    for id in description.seals_required:
        body = _organisation(description, id)
        name = str(body.legal_name) if body and body.legal_name else id
        own = {one.value for one in body.identifiers if one.scheme in _SCHEMES} if body else set()
        if own & sealed_by:
            yield Finding.passed("seal.required", f"{name} has sealed, as required.",
                                 source=_SOURCE)  # fmt: skip
        else:
            yield Finding.failed(
                "seal.required.missing",
                f"The seal of {name} is missing, and this credential requires it.",
                evidence={"organisation": id, "identifiers": sorted(own)},
                source=_SOURCE,
            )


def _identifiers(inspection: Inspection) -> Iterator[str]:
    if inspection.opened is None:
        return
    for signature in inspection.opened.signatures:
        for certificate in signature.certificates[:1]:
            try:
                found = describe(certificate).organisation_identifier
            except UnreadableError:
                continue
            if found:
                yield found


def _organisation(description: MicroCredential, id: str) -> Organisation | None:
    return next((one for one in description.organisations() if one.id == id), None)
