"""A learner of the table and a description become an award, ready to be written.

What is the same for everyone (issuer, time, pictures) is settled once in an
`Edition`; per learner only what varies is filled in.

Source: for the issuer, what the Commission's own software does at sealing: it writes
the organisation of the certificate into the credential (WIRE-ELM section 2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from tessera.errors import KeyRefusedError, ModelError
from tessera.issue.learners import Entry, last_day
from tessera.issue.status.plan import StatusPlan
from tessera.model import (
    Award,
    Concept,
    Identifier,
    MicroCredential,
    Organisation,
    Picture,
    Place,
    StatusEntry,
    Text,
)
from tessera.seals.certificates import CertificateFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What all awards of one run share.

    description: with the issuer as the certificate names it. sealed_at: aware, whole
    seconds. pictures: by language. is_test: the key is a test key. status: where awards get
    places in status lists, None for awards without.
    """

    description: MicroCredential
    sealed_at: datetime
    is_test: bool
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    status: StatusPlan | None = None


def with_issuer(description: MicroCredential, facts: CertificateFacts) -> MicroCredential:
    """Return the description with the certificate's organisation as the issuer.

    Name, eIDAS identifier and country come from the certificate; what the
    certificate does not say is taken from the description's own sealer.

    Raises: KeyRefusedError when a real (not a test) certificate belongs to another
    organisation than the description says, or when nobody states an identifier.
    """
    sealer = description.sealer
    stated = sealer.identifier("eidas-legal") if sealer else None
    found = facts.organisation_identifier
    if stated and found and stated.value != found and not facts.is_test:
        raise KeyRefusedError(
            f"The key belongs to {facts.organisation} ({found}), but the description is sealed by "
            f"{sealer.legal_name if sealer else '?'} ({stated.value}). Use that body's key, or "
            "correct the identifier in the description."
        )
    identifier = _legal_identifier(found) or stated
    if identifier is None:
        raise KeyRefusedError(
            "The certificate states no organisation identifier (attribute 2.5.4.97), and the "
            "description gives its sealing body no identifier of the scheme 'eidas-legal'. Add one "
            "to the description, such as VATIE-1234567A."
        )
    issuer = Organisation(
        id=f"{sealer.id if sealer else description.id}#issuer",
        legal_name=_name(facts) or (sealer.legal_name if sealer else None),
        other_names=(Text.of({"en": facts.common_name}),) if facts.common_name else (),
        identifiers=(identifier,),
        places=_places(facts) or (sealer.places if sealer else ()),
        homepage=sealer.homepage if sealer else None,
    )
    return replace(description, issuer=issuer)


def compose(edition: Edition, entry: Entry, status: tuple[StatusEntry, ...] = ()) -> Award:
    """Return the award of one learner. The mail address stays out of the credential.

    status: where its withdrawal would be published.
    """
    description = edition.description
    return Award(
        id=credential_id(entry.award_key),
        micro_credential=description,
        learner=replace(entry.learner, key=None, email=None),
        achievement=entry.achievement,
        identifiers=_number(entry.number),
        issued_at=edition.sealed_at,
        awarded_on=entry.awarded_on,
        valid_from=edition.sealed_at,
        valid_until=_valid_until(description, entry.awarded_on),
        display_language=entry.language,
        display=edition.pictures.get(entry.language),
        replaces=entry.replaces,
        replaces_reason=_reason(entry),
        status=status,
        is_test=edition.is_test,
    )


def credential_id(award_key: str) -> str:
    """Return the id of the credential with this award key: always the same one.

    A UUID of version 8 (RFC 9562 section 5.8) from the SHA-256 of the key.
    """
    digest = bytearray(hashlib.sha256(b"tessera award\x00" + award_key.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"urn:credential:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _legal_identifier(value: str | None) -> Identifier | None:
    if value is None:
        return None
    try:
        return Identifier(scheme="eidas-legal", value=value)
    except ModelError:
        # A certificate may state an identifier of another form; it is kept as it stands.
        return Identifier(scheme="eidas-legal-other", value=value)


def _name(facts: CertificateFacts) -> Text | None:
    return Text.of({"en": facts.organisation}) if facts.organisation else None


def _places(facts: CertificateFacts) -> tuple[Place, ...]:
    if not facts.country:
        return ()
    try:
        return (Place(country=Concept.named("country", facts.country)),)
    except ModelError:
        return ()


def _number(number: str | None) -> tuple[Identifier, ...]:
    if number is None:
        return ()
    return (Identifier(scheme="certificate-number", value=number, name="Certificate number"),)


def _reason(entry: Entry) -> Text | None:
    if entry.replaces is None or not entry.replaces_reason:
        return None
    return Text.of(entry.replaces_reason, language=entry.language)


def _valid_until(description: MicroCredential, awarded_on: date) -> datetime | None:
    last = last_day(description.validity, awarded_on)
    return datetime.combine(last, time(23, 59, 59), tzinfo=UTC) if last else None
