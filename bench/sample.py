"""The credential that is measured: the complete award of the tests, issued and sealed by us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from tests.complete import complete_award

from tessera.formats.elm.encode import dump, encode
from tessera.issue.compose import with_issuer
from tessera.model import Duration
from tessera.render.display import display_picture
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tessera.seals.keys import make_test_seal, new_test_authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed file, the document in it, and the authority to trust (DER and PEM)."""

    raw: bytes
    document: bytes
    anchor: bytes
    anchor_pem: bytes
    certificate: bytes
    at: datetime


@cache
def sealed() -> Sealed:
    """Seal the complete award with a fresh TEST key (ES256) now."""
    now = datetime.now(UTC).replace(microsecond=0)
    authority = new_test_authority(now - timedelta(days=1))
    key = make_test_seal(authority, now - timedelta(days=1))
    award = complete_award()
    described = award.micro_credential
    eight_weeks = replace(described.workload, activity=Duration("P56D"))
    described = replace(described, workload=eight_weeks)
    issued = with_issuer(described, describe(key.certificate_chain[0]))
    document = dump(
        encode(
            replace(
                award,
                micro_credential=issued,
                display=display_picture(issued, "en", is_test=True),
                display_language="en",
                is_test=True,
            )
        )
    )
    return Sealed(
        raw=JADES.seal(document, key, now),
        document=document,
        anchor=authority.certificate,
        anchor_pem=authority.certificate_pem,
        certificate=key.certificate_chain[0],
        at=now,
    )
