"""How the outcomes are assessed (E14, E18) and how grades are given (E19)."""

from __future__ import annotations

from dataclasses import dataclass

from tessera.errors import ModelError
from tessera.model.checks import need_web_address
from tessera.model.concept import Concept
from tessera.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A grading scheme: what it is called, what its marks mean, where it is published."""

    title: Text
    description: Text | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None:
            need_web_address(self.url, "/url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment as it is planned, with published criteria (R2, R33).

    id: short name, unique in its micro-credential. kind: list `assessment`.
    modes: list `mode`. supervision: list `supervision` (supervision and identity
    verification). criteria, criteria_url: the published criteria, or where they are.
    languages: list `language`.
    """

    id: str
    title: Text | None = None
    description: Text | None = None
    kind: Concept | None = None
    modes: tuple[Concept, ...] = ()
    supervision: Concept | None = None
    criteria: Text | None = None
    criteria_url: str | None = None
    grading: Grading | None = None
    languages: tuple[Concept, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ModelError("An assessment needs an id.", path="/id")
        if self.criteria_url is not None:
            need_web_address(self.criteria_url, "/criteria_url")
