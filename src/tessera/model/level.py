"""Levels in the frameworks that compare learning (E12, E13)."""

from __future__ import annotations

from dataclasses import dataclass

from tessera.errors import ModelError
from tessera.model.concept import Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class SectoralLevel:
    """A level in a sectoral qualifications framework, in its own words."""

    framework: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level of the learning outcomes (not of the provider).

    eqf: 1 to 8. qf_ehea: list `qf-ehea` (cycles). nqf: levels of national
    frameworks (list `nqf`), beside those of each awarding body. isced: list
    `isced-2011`. Whether they agree is judged by `tessera.quality.levels`.
    """

    eqf: int | None = None
    qf_ehea: Concept | None = None
    nqf: tuple[Concept, ...] = ()
    sectoral: tuple[SectoralLevel, ...] = ()
    isced: Concept | None = None

    def __post_init__(self) -> None:
        if self.eqf is not None and not 1 <= self.eqf <= 8:
            raise ModelError(f"EQF has the levels 1 to 8; there is no {self.eqf}.", path="/eqf")

    @property
    def is_stated(self) -> bool:
        """Any level of a qualifications framework is given (ISCED is a statistic, not one)."""
        return bool(self.eqf or self.qf_ehea or self.nqf or self.sectoral)
