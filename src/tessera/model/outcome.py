"""What a learner knows, understands and is able to do afterwards (E9)."""

from __future__ import annotations

from dataclasses import dataclass

from tessera.errors import ModelError
from tessera.model.concept import Concept
from tessera.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningOutcome:
    """One learning outcome.

    id: short name, unique in its micro-credential. kind: list `skill-type`.
    reuse_level: list `skill-reuse-level`. esco_skills: ESCO skill IRIs;
    other_skills: concepts of other frameworks (DigComp …). assessed_by: ids of the
    assessments that prove it (R2).
    """

    id: str
    title: Text
    description: Text | None = None
    kind: Concept | None = None
    reuse_level: Concept | None = None
    esco_skills: tuple[Concept, ...] = ()
    other_skills: tuple[Concept, ...] = ()
    assessed_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ModelError("A learning outcome needs an id.", path="/id")
