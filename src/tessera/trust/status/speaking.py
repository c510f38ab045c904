"""May the publisher of a list speak for the issuer of a credential?

Yes for the issuer itself, for whoever sealed the credential with the same key, for the same
organisation by a certificate that leads to an authority the verifier trusts (keys are
renewed), and for a party that the verifier trusts. W3C allows any other publisher; whether
it may is then for the verifier to say, so the answer is open.

Not checked: whether the certificate of a list was revoked.

Source: W3C Bitstring Status List 1.0 section 2.2 and the note in 3.2; IETF Token Status
List section 11.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.trust.anchors import Anchor
from tessera.trust.status.opening import Sealer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_CONTROLLER = "signer.controller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The credential that is looked up, as far as a list has to know it.

    certificates: DER, those that sealed it. id: for lists that name ids.
    """

    issuer: str | None
    id: str | None = None
    certificates: Collection[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Who judges: the moment of judgement, and the authorities that are trusted."""

    at: datetime
    anchors: Sequence[Anchor] = ()


def may_speak(sealers: Sequence[Sealer], about: Subject, verifier: Verifier) -> bool:
    """Tell whether one of the sealers of a list is known to speak for the issuer."""
    return any(_speaks(one, about, verifier) for one in sealers)


def who(sealers: Sequence[Sealer]) -> str | None:
    """Name who holds the key of a list, for a sentence; None where nobody says."""
    return next((one.party.controller for one in sealers if one.party.controller), None)


def _speaks(one: Sealer, about: Subject, verifier: Verifier) -> bool:
    if any(_is_key_of(certificate, one.party.key) for certificate in about.certificates):
        return True
    controller = [finding for finding in one.party.findings if finding.rule == _CONTROLLER]
    if any(finding.outcome is Outcome.FAILED for finding in controller):
        return False
    if one.party.how == "x5c":  # what a certificate says counts where an authority vouches for it
        return _is_named(one, about) and _is_certified(one, verifier)
    if one.party.is_trusted:
        return True
    if about.issuer is None:
        return False
    # Else the list names the issuer, and the issuer publishes the key.
    is_published = any(finding.outcome is Outcome.PASSED for finding in controller)
    return one.party.controller == about.issuer or (is_published and one.key.issuer == about.issuer)


def _is_key_of(certificate: bytes, key: PublicKeyTypes | None) -> bool:
    from tessera.seals.certificates import public_key

    try:
        return key is not None and public_key(certificate) == key
    except UnreadableError:
        return False


def _is_named(one: Sealer, about: Subject) -> bool:
    """Whether the certificate names the issuer, or the organisation that sealed the credential."""
    if about.issuer is not None and one.party.controller == about.issuer:
        return True
    holder = _holder(one.key.certificates[0])
    return holder is not None and holder in map(_holder, about.certificates)


def _is_certified(one: Sealer, verifier: Verifier) -> bool:
    from tessera.trust.paths import validate_path

    leaf, *others = one.key.certificates
    path = validate_path(leaf, others, verifier.anchors, verifier.at)
    return bool(verifier.anchors) and path.outcome is Outcome.PASSED


def _holder(certificate: bytes) -> str | None:
    """Return the identifier of the organisation (2.5.4.97); names alone are not unique."""
    from tessera.seals.certificates import describe

    try:
        return describe(certificate).organisation_identifier
    except UnreadableError:
        return None
