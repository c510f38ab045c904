"""Quality assurance that underpins a micro-credential or an organisation (R8, R88, E16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from tessera.errors import ModelError
from tessera.model.checks import need_web_address
from tessera.model.concept import Concept
from tessera.model.text import Text

if TYPE_CHECKING:
    from tessera.model.organisation import Organisation


class AssuranceScope(StrEnum):
    """Internal (the provider itself) or external (an agency or authority)."""

    INTERNAL = "internal"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityAssurance:
    """One quality assurance statement: who, by which standard, until when, where to read it.

    kind: list `accreditation` (institutional or programme; licence or quality assurance).
    standard: list `quality-standard` (ESG, EQAVET …). agency: who assures; for internal
    quality assurance the provider itself. report, policy: web addresses.
    """

    scope: AssuranceScope
    title: Text | None = None
    kind: Concept | None = None
    standard: Concept | None = None
    agency: Organisation | None = None
    statement: Text | None = None
    decision: Text | None = None
    report: str | None = None
    policy: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        for address, path in ((self.report, "/report"), (self.policy, "/policy")):
            if address is not None:
                need_web_address(address, path)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ModelError(
                "The quality assurance ends before it begins: look at valid_from and valid_until.",
                path="/valid_until",
            )

    def covers(self, day: date) -> bool | None:
        """Tell whether it is valid on this day; None when it states no dates."""
        if self.valid_from is None and self.valid_until is None:
            return None
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)
