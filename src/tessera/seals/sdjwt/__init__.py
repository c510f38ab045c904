"""SD-JWT: seals whose holder may show a part, and the issuer's seal still holds.

`write` issues, `read` opens without judging, `check` states facts; `present` is the
holder's, `binding` proves to a verifier who holds it.

1. Issue, present one claim, and check what the verifier gets:

>>> sealed = SDJWT.seal(claims, key, at, SdJwtOptions(disclosable=("/name",)))  # doctest: +SKIP
>>> shown = present(sealed, ["/name"])                                          # doctest: +SKIP
>>> SDJWT.check(SDJWT.open(shown), key_of)                                      # doctest: +SKIP

Our own processing, not that of a library: openvc-core issues disclosures at the top level
only and presents all of them; what is refused, and why, has to be said rule by rule.

Source: RFC 9901; SD-JWT VC (draft-ietf-oauth-sd-jwt-vc); W3C Securing Verifiable
Credentials using JOSE and COSE section 3.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tessera.seals.algorithms import ALGORITHMS
from tessera.seals.protocol import KeyOf, OpenedProofs, SigningKey
from tessera.seals.sdjwt.binding import Audience, Expected, check_binding
from tessera.seals.sdjwt.check import check, form
from tessera.seals.sdjwt.containers import is_sd_jwt_json
from tessera.seals.sdjwt.present import disclosable, present
from tessera.seals.sdjwt.read import NEVER_HIDDEN, open_sd_jwt
from tessera.seals.sdjwt.write import Issuer, SdJwtOptions, seal

if TYPE_CHECKING:
    from tessera.report import Finding

__all__ = [
    "NEVER_HIDDEN",
    "SDJWT",
    "Audience",
    "Expected",
    "Issuer",
    "SdJwt",
    "SdJwtOptions",
    "check",
    "check_binding",
    "disclosable",
    "form",
    "is_sd_jwt_json",
    "open_sd_jwt",
    "present",
    "seal",
]


class SdJwt:
    """The mechanism "sdjwt" for the registry; see `tessera.seals.protocol.ProofMechanism`."""

    id = "sdjwt"
    algorithms = ALGORITHMS

    def seal(
        self, document: bytes, key: SigningKey, at: datetime, options: SdJwtOptions | None = None
    ) -> bytes:
        return seal(document, key, at, options)

    def open(self, raw: bytes) -> OpenedProofs:
        return open_sd_jwt(raw)

    def check(self, opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
        return check(opened, key_of)

    def form(self, opened: OpenedProofs) -> tuple[Finding, ...]:
        return form(opened)


SDJWT = SdJwt()
