"""Who provides, awards, seals or helps: organisations and the part they play.

Roles (R28, DOMAIN section 2): provider (designs and delivers), awarding body
(awards), issuer (seals), platform (carries).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tessera.errors import ModelError
from tessera.model.assurance import QualityAssurance
from tessera.model.checks import need_mail_address, need_uri, need_web_address
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier
from tessera.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: a country (list `country`), if known a region (lists `atu`, `nuts`), an address."""

    country: Concept | None = None
    region: Concept | None = None
    address: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image: media type image/png, image/jpeg or image/svg+xml, and its bytes."""

    media_type: str
    content: bytes

    def __post_init__(self) -> None:
        if self.media_type not in ("image/png", "image/jpeg", "image/svg+xml"):
            raise ModelError(f"A picture has to be PNG, JPEG or SVG, not {self.media_type}.")
        if not self.content:
            raise ModelError("The picture is empty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation by its own URI, with names, identifiers and places.

    kind: list `provider-kind`. quality_assurance: what covers the organisation
    as a whole. recognition_policy: address of its policy on others'
    micro-credentials (R43). Not checked: that it exists in any register.
    """

    id: str
    legal_name: Text | None = None
    other_names: tuple[Text, ...] = ()
    kind: Concept | None = None
    identifiers: tuple[Identifier, ...] = ()
    places: tuple[Place, ...] = ()
    homepage: str | None = None
    email: str | None = None
    logo: Picture | None = None
    quality_assurance: tuple[QualityAssurance, ...] = ()
    recognition_policy: str | None = None

    def __post_init__(self) -> None:
        need_uri(self.id, "/id")
        for address, path in (
            (self.homepage, "/homepage"),
            (self.recognition_policy, "/recognition_policy"),
        ):
            if address is not None:
                need_web_address(address, path)
        need_mail_address(self.email, "/email")

    @property
    def country(self) -> Concept | None:
        """The country of the first place that has one."""
        return next((place.country for place in self.places if place.country), None)

    def identifier(self, scheme: str) -> Identifier | None:
        """Return the first identifier of this scheme, or None."""
        return next((found for found in self.identifiers if found.scheme == scheme), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardingBody:
    """An organisation that awards, and the level in its own national framework (list `nqf`)."""

    organisation: Organisation
    nqf_level: Concept | None = None


class PartnerRole(StrEnum):
    """What a partner in joint provision does (R68, R86)."""

    DESIGNS = "designs"
    TEACHES = "teaches"
    ASSESSES = "assesses"
    ASSURES = "assures"
    HOSTS = "hosts"
    FUNDS = "funds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An organisation that takes part in provision, such as a company, and what it does."""

    organisation: Organisation
    roles: tuple[PartnerRole, ...]

    def __post_init__(self) -> None:
        if not self.roles:
            raise ModelError("Say what the partner does: at least one role.", path="/roles")
