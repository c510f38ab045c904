"""Who learned: as little about a person as the purpose needs (DOMAIN section 10, GDPR)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tessera.errors import ModelError
from tessera.model.checks import need_mail_address
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """One learner. Names are single texts: ELM allows one literal in one language.

    key: the provider's own number for the person; never written into a credential.
    national_id: only where law asks for it. citizenship: list `country`.
    """

    key: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None
    national_id: Identifier | None = None
    identifiers: tuple[Identifier, ...] = ()
    citizenship: tuple[Concept, ...] = ()
    email: str | None = None

    def __post_init__(self) -> None:
        for name in ("given_name", "family_name", "full_name"):
            value = getattr(self, name)
            if value is not None and not value.strip():
                raise ModelError("A name cannot be blank: leave it out.", path=f"/{name}")
        need_mail_address(self.email, "/email")

    @property
    def display_name(self) -> str | None:
        """The full name, else given and family name, else None."""
        parts = [part for part in (self.given_name, self.family_name) if part]
        return self.full_name or " ".join(parts) or None

    @property
    def is_identified(self) -> bool:
        """A name is there; Annex I asks for the identification of the learner (E1)."""
        return self.display_name is not None
