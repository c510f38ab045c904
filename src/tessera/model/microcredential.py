"""The description of a micro-credential: everything that is the same for every learner.

Source: Council Recommendation 2022/C 243/02, para. 5(a) and Annex I; the elements
of the other three lists beside it (DOMAIN section 2). R1-R3, R7-R29.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tessera.errors import ModelError
from tessera.model.assessment import Assessment
from tessera.model.assurance import QualityAssurance
from tessera.model.checks import need_unique, need_uri
from tessera.model.circumstances import (
    Costs,
    CustomElement,
    LearnerOutcome,
    Link,
    Participation,
    Period,
    Purpose,
    ResearchLink,
    Stackability,
    Validity,
)
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier
from tessera.model.level import Level
from tessera.model.organisation import AwardingBody, Organisation, Partner
from tessera.model.outcome import LearningOutcome
from tessera.model.text import Text
from tessera.model.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroCredential:
    """A description; incomplete ones are allowed, contradictory ones are not.

    id: absolute URI of the micro-credential; version: of this description.
    providers: only where they differ from the awarding bodies. partners: others
    who take part (R68, R86). issuer: who seals, where it is not the first awarding
    body. fields: list `isced-f`. contexts: list `learning-context`. target_groups:
    list `target-group`. seals_required: ids of organisations that must all seal;
    empty means one seal suffices; a foreign record may name one that it does not
    describe, whose seal is then missing. prerequisites: say "None" in words where there are none.
    is_partial_qualification: part of a larger qualification; a micro-credential is
    never a degree (R11), so there is no way to say so.

    Raises: ModelError for ids used twice, an outcome that names an unknown assessment.
    """

    id: str
    version: str = "1"
    title: Text | None = None
    description: Text | None = None
    identifiers: tuple[Identifier, ...] = ()
    awarding_bodies: tuple[AwardingBody, ...] = ()
    providers: tuple[Organisation, ...] = ()
    partners: tuple[Partner, ...] = ()
    issuer: Organisation | None = None
    platform: Organisation | None = None
    seals_required: tuple[str, ...] = ()
    learning_outcomes: tuple[LearningOutcome, ...] = ()
    workload: Workload = field(default_factory=Workload)
    level: Level = field(default_factory=Level)
    fields: tuple[Concept, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    participation: Participation = field(default_factory=Participation)
    quality_assurance: tuple[QualityAssurance, ...] = ()
    prerequisites: Text | None = None
    stackability: Stackability | None = None
    learner_outcomes: tuple[LearnerOutcome, ...] = ()
    contexts: tuple[Concept, ...] = ()
    purpose: Purpose | None = None
    target_groups: tuple[Concept, ...] = ()
    resources: tuple[Link, ...] = ()
    period: Period | None = None
    validity: Validity | None = None
    further_information: Text | None = None
    links: tuple[Link, ...] = ()
    costs: Costs = field(default_factory=Costs)
    research: tuple[ResearchLink, ...] = ()
    is_partial_qualification: bool = False
    custom: tuple[CustomElement, ...] = ()

    def __post_init__(self) -> None:
        need_uri(self.id, "/id")
        if not self.version.strip():
            raise ModelError("A description needs a version, such as 1.", path="/version")
        need_unique(
            (outcome.id for outcome in self.learning_outcomes),
            "/learning_outcomes",
            what="learning outcomes",
        )
        need_unique((one.id for one in self.assessments), "/assessments", what="assessments")
        self._need_known_assessments()

    def _need_known_assessments(self) -> None:
        known = {assessment.id for assessment in self.assessments}
        for index, outcome in enumerate(self.learning_outcomes):
            for id in outcome.assessed_by:
                if known and id not in known:
                    raise ModelError(
                        f"The outcome '{outcome.id}' is assessed by '{id}', but no assessment "
                        f"has that id. There are: {', '.join(sorted(known))}.",
                        path=f"/learning_outcomes/{index}/assessed_by",
                    )

    def organisations(self) -> Iterator[Organisation]:
        """Every organisation named here: awarding bodies, providers, partners, issuer, platform."""
        yield from (body.organisation for body in self.awarding_bodies)
        yield from self.providers
        yield from (partner.organisation for partner in self.partners)
        yield from (one for one in (self.issuer, self.platform) if one is not None)

    @property
    def sealer(self) -> Organisation | None:
        """Who seals: the issuer, else the first awarding body, else None."""
        if self.issuer is not None:
            return self.issuer
        return self.awarding_bodies[0].organisation if self.awarding_bodies else None

    def assessment(self, id: str) -> Assessment | None:
        """Return the assessment with this id, or None."""
        return next((one for one in self.assessments if one.id == id), None)
