"""May the publisher of a list speak for the issuer of a credential?

Yes for the issuer itself, for whoever sealed the credential with the same key, and for a
party that the verifier trusts. W3C allows any other publisher; whether it may is then
for the verifier to say, so the answer is open.

Source: W3C Bitstring Status List 1.0 section 2.2 and the note in 3.2; IETF Token Status
List section 11.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.trust.status.opening import Sealer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


def may_speak(
    sealers: Sequence[Sealer], issuer: str | None, certificates: Collection[bytes]
) -> bool:
    """Tell whether one of the sealers of a list is known to speak for the issuer.

    certificates: those that sealed the credential, DER. A key that its holder does not
    claim, or that belongs to another than the seal says, speaks for nobody.
    """
    return any(_speaks(one, issuer, certificates) for one in sealers)


def _is_key_of(certificate: bytes, key: PublicKeyTypes | None) -> bool:
    from tessera.seals.certificates import public_key

    try:
        return key is not None and public_key(certificate) == key
    except UnreadableError:
        return False


def who(sealers: Sequence[Sealer]) -> str | None:
    """Name who holds the key of a list, for a sentence; None where nobody says."""
    return next((one.party.controller for one in sealers if one.party.controller), None)


def _speaks(one: Sealer, issuer: str | None, certificates: Collection[bytes]) -> bool:
    if any(_is_key_of(certificate, one.party.key) for certificate in certificates):
        return True
    if any(
        finding.outcome is Outcome.FAILED and finding.rule.startswith("signer.")
        for finding in one.party.findings
    ):
        return False
    if one.party.is_trusted:
        return True
    return issuer is not None and one.party.controller == issuer
