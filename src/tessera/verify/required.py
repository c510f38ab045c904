"""Which bodies must seal, and whether each of them has.

A description may list bodies in `seals_required`. A seal belongs to a body when its
certificate states the body's own identifier (attribute 2.5.4.97), never by name.
Whether that certificate is trusted belongs to the step `signer`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.report import Finding
from tessera.verify.examination import Inspection
from tessera.verify.signers import required_bodies, seals_of

_SOURCE = "house rule: seals_required of the description"


def missing_seals(inspection: Inspection) -> Iterator[Finding]:
    """Yield a finding per required body: PASSED when it sealed, FAILED when it did not."""
    intact = [one for one in inspection.signers if one.intact]
    for body in required_bodies(inspection):
        if seals_of(body, intact):
            yield Finding.passed(
                "seal.required", f"{body.name} has sealed, as required.", source=_SOURCE
            )
        else:
            yield Finding.failed(
                "seal.required.missing",
                f"The seal of {body.name} is missing, and this credential requires it.",
                evidence={"organisation": body.id, "identifiers": sorted(body.identifiers)},
                source=_SOURCE,
            )
