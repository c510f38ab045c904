"""What a micro-credential is: frozen types with their invariants, and nothing else.

Read in this order: `microcredential` (the description, no learner), `award`
(what one learner got), then the parts they are made of: `text`, `concept`,
`identifiers`, `organisation`, `learner`, `outcome`, `workload`, `level`,
`assessment`, `assurance`, `circumstances`.

An incomplete record is buildable, because `tessera.quality` must be able to say
what is missing; a contradictory one is not. No wire names, crypto, network or
clock in here. `Award.achievement` is ELM's LearningAchievement; what Open Badges
calls Achievement is our `MicroCredential`.
"""

from tessera.model.assessment import Assessment, Grading
from tessera.model.assurance import QualityAssurance
from tessera.model.award import (
    Achievement,
    AssessmentResult,
    Award,
    SealedCredential,
    StatusEntry,
)
from tessera.model.circumstances import (
    Costs,
    CustomElement,
    LearnerOutcome,
    Link,
    Money,
    Participation,
    Period,
    Purpose,
    ResearchLink,
    Stackability,
    StackTarget,
    Validity,
)
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier
from tessera.model.learner import Learner
from tessera.model.level import Level, SectoralLevel
from tessera.model.microcredential import MicroCredential
from tessera.model.organisation import AwardingBody, Organisation, Partner, Picture, Place
from tessera.model.outcome import LearningOutcome
from tessera.model.text import Text
from tessera.model.workload import Credit, Duration, Workload

__all__ = [
    "Achievement",
    "Assessment",
    "AssessmentResult",
    "Award",
    "AwardingBody",
    "Concept",
    "Costs",
    "Credit",
    "CustomElement",
    "Duration",
    "Grading",
    "Identifier",
    "Learner",
    "LearnerOutcome",
    "LearningOutcome",
    "Level",
    "Link",
    "MicroCredential",
    "Money",
    "Organisation",
    "Participation",
    "Partner",
    "Period",
    "Picture",
    "Place",
    "Purpose",
    "QualityAssurance",
    "ResearchLink",
    "SealedCredential",
    "SectoralLevel",
    "StackTarget",
    "Stackability",
    "StatusEntry",
    "Text",
    "Validity",
    "Workload",
]
