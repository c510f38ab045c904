"""What was learned, what it is worth and what one learner did: the table of its members.

`DESCRIPTION_NODE` is the micro-credential (ELM LearningAchievementSpecification), `CLAIM` what
one learner achieved (ELM LearningAchievement), `AWARDED` its awarding, `CREDENTIAL` what is
said of the credential itself. Two terms may mean one property: what ELM calls
`elm:educationLevel` is a cycle or an ISCED level here.

Source: European Learning Model 3.2; the elements of DOMAIN section 2; R2, R3, R12-R29.
"""

from __future__ import annotations

from tessera.formats.vcdm import terms
from tessera.formats.vcdm.groups import Between, Group, Joined, Many, Member, Spread
from tessera.formats.vcdm.measures import COSTS, LEVEL, PERIOD, PERIOD_NODE, WORKLOAD, Ects
from tessera.formats.vcdm.people import (
    ASSURANCES,
    AWARDING_BODY,
    CONCEPT,
    DESCRIPTION,
    IDENTIFIER,
    IDENTIFIERS,
    KIND,
    LANGUAGES,
    LINK,
    ORGANISATION,
    PARTNER,
    TITLE,
)
from tessera.formats.vcdm.shapes import (
    Address,
    Day,
    Image,
    Instant,
    Languages,
    Note,
    Span,
    Truth,
    Words,
)
from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Award,
    CustomElement,
    Grading,
    LearnerOutcome,
    LearningOutcome,
    MicroCredential,
    Participation,
    Purpose,
    ResearchLink,
    Stackability,
    StackTarget,
    Validity,
)

OUTCOME = Group(
    type="LearningOutcome",
    type_iri="elm:LearningOutcome",
    builds=LearningOutcome,
    required=("id", "title"),
    members={
        "id": Member("shortName", "own:shortName", Words()),
        "title": TITLE,
        "description": DESCRIPTION,
        "kind": KIND,
        "reuse_level": Member("reusabilityLevel", "elm:reusabilityLevel", CONCEPT),
        "esco_skills": Member("relatedESCOSkill", "elm:relatedESCOSkill", Many(CONCEPT)),
        "other_skills": Member("relatedSkill", "elm:relatedSkill", Many(CONCEPT)),
        "assessed_by": Member("assessedIn", "own:assessedIn", Many(Words())),
    },
)

_GRADING = Group(
    type="GradingScheme",
    type_iri="elm:GradingScheme",
    builds=Grading,
    required=("title",),
    members={
        "title": TITLE,
        "description": DESCRIPTION,
        "url": Member("homepage", "foaf:homepage", Address()),
    },
)

SUPERVISION = Member("idVerification", "elm:idVerification", CONCEPT)
ASSESSMENT = Group(
    type="LearningAssessmentSpecification",
    type_iri="elm:LearningAssessmentSpecification",
    builds=Assessment,
    required=("id",),
    members={
        "id": Member("shortName", "own:shortName", Words()),
        "title": TITLE,
        "description": DESCRIPTION,
        "kind": KIND,
        "modes": Member("mode", "elm:mode", Many(CONCEPT)),
        "supervision": SUPERVISION,
        "criteria": Member("assessmentCriteria", "own:assessmentCriteria", Languages()),
        "criteria_url": Member("criteriaPage", "own:criteriaPage", Address()),
        "grading": Member("gradingScheme", "elm:gradingScheme", _GRADING),
        "languages": LANGUAGES,
    },
)
ASSESSMENTS = Member("plannedAssessment", "elm:provenBy", Many(ASSESSMENT))

PARTICIPATION = Group(
    type="",
    type_iri="",
    builds=Participation,
    members={
        "modes": Member("mode", "elm:mode", Many(CONCEPT)),
        "schedule": Member("learningSchedule", "elm:learningSchedule", CONCEPT),
        "setting": Member("learningSetting", "elm:learningSetting", CONCEPT),
        "opportunity": Member("opportunityType", "dct:type", CONCEPT),
        "languages": LANGUAGES,
    },
)

_TARGET = Group(
    type="StackTarget",
    type_iri="own:StackTarget",
    builds=StackTarget,
    id="uri",
    required=("title",),
    members={
        "title": TITLE,
        "guaranteed": Member("guaranteed", "own:guaranteed", Truth()),
        "decided_by": Member("decidedBy", "own:decidedBy", Languages()),
    },
)
_STACKABILITY = Group(
    type="Stackability",
    type_iri="own:Stackability",
    builds=Stackability,
    required=("kind",),
    members={
        "kind": KIND,
        "targets": Member("stacksTowards", "own:stacksTowards", Many(_TARGET)),
        "statement": Member("additionalNote", "elm:additionalNote", Note()),
    },
)
STACKABILITY = Member("stackability", "own:stackability", _STACKABILITY)

_LEARNER_OUTCOME = Group(
    type="LearningEntitlement",
    type_iri="elm:LearningEntitlement",
    builds=LearnerOutcome,
    required=("kind",),
    members={
        "kind": KIND,
        "statement": Member("additionalNote", "elm:additionalNote", Note()),
        "is_actual": Member("isActual", "own:isActual", Truth()),
    },
)

_PURPOSE = Group(
    type="Purpose",
    type_iri="own:Purpose",
    builds=Purpose,
    members={
        "kinds": Member("needKind", "dct:type", Many(CONCEPT)),
        "need": Member("needStatement", "own:needStatement", Languages()),
        "evidence": Member("needEvidence", "own:needEvidence", Many(LINK)),
    },
)

_VALIDITY = Group(
    type="Validity",
    type_iri="own:Validity",
    builds=Validity,
    members={
        "until": Member("expiryDate", "elm:expiryDate", Day()),
        "duration": Member("duration", "elm:duration", Span()),
    },
)

_RESEARCH = Joined(
    part="identifier",
    whole=IDENTIFIER,
    more=Group(
        type="Identifier",
        type_iri="elm:Identifier",
        builds=ResearchLink,
        members={"title": TITLE},
    ),
)

_CUSTOM = Group(
    type="CustomElement",
    type_iri="own:CustomElement",
    builds=CustomElement,
    required=("uri", "label", "value"),
    members={
        "uri": Member("elementType", "own:elementType", Address()),
        "label": Member("prefLabel", "skos:prefLabel", Languages()),
        "value": Member("noteLiteral", "elm:noteLiteral", Languages()),
    },
)

DESCRIPTION_NODE = Group(
    type="LearningAchievementSpecification",
    type_iri="elm:LearningAchievementSpecification",
    builds=MicroCredential,
    id="id",
    required=("id",),
    members={
        "version": Member("version", "schema:version", Words()),
        "title": TITLE,
        "description": DESCRIPTION,
        "identifiers": IDENTIFIERS,
        "providers": Member("providedBy", "elm:providedBy", Many(ORGANISATION)),
        "partners": Member("partner", "own:partner", Many(PARTNER)),
        "issuer": Member("issuingOrganisation", "own:issuingOrganisation", ORGANISATION),
        "platform": Member("publisher", "dct:publisher", ORGANISATION),
        "seals_required": Member("sealRequiredOf", "own:sealRequiredOf", Many(Address())),
        "learning_outcomes": Member("learningOutcome", "elm:learningOutcome", Many(OUTCOME)),
        "workload": Spread(WORKLOAD),
        "level": Spread(LEVEL),
        "fields": Member("thematicArea", "elm:ISCEDFCode", Many(CONCEPT)),
        "assessments": ASSESSMENTS,
        "participation": Spread(PARTICIPATION),
        "quality_assurance": ASSURANCES,
        "prerequisites": Member("entryRequirement", "elm:entryRequirement", Note()),
        "stackability": STACKABILITY,
        "learner_outcomes": Member("entitlesTo", "elm:entitlesTo", Many(_LEARNER_OUTCOME)),
        "contexts": Member("learningContext", "own:learningContext", Many(CONCEPT)),
        "purpose": Member("purpose", "own:purpose", _PURPOSE),
        "target_groups": Member("targetGroup", "elm:targetGroup", Many(CONCEPT)),
        "resources": Member("supplementaryDocument", "elm:supplementaryDocument", Many(LINK)),
        "period": PERIOD,
        "validity": Member("validity", "own:validity", _VALIDITY),
        "further_information": Member("additionalNote", "elm:additionalNote", Note()),
        "links": Member("landingPage", "elm:landingPage", Many(LINK)),
        "costs": Spread(COSTS),
        "research": Member("research", "own:research", Many(_RESEARCH)),
        "is_partial_qualification": Member(
            "isPartialQualification", "elm:isPartialQualification", Truth()
        ),
        "custom": Member("customElement", "own:customElement", Many(_CUSTOM)),
    },
)

RESULT = Group(
    type="LearningAssessment",
    type_iri="elm:LearningAssessment",
    builds=AssessmentResult,
    members={
        "assessment": Member("ofAssessment", "own:ofAssessment", Words()),
        "title": TITLE,
        "grade": Member("grade", "elm:grade", Note()),
        "graded_on": Member("dateIssued", "dct:issued", Day()),
        "supervision": SUPERVISION,
        "assessed_by": Member("assessedBy", "elm:assessedBy", Many(ORGANISATION)),
    },
)

_ACTIVITY = Between(
    term="influencedBy",
    iri="elm:influencedBy",
    type="LearningActivity",
    type_iri="elm:LearningActivity",
)
CLAIM = Group(
    type="LearningAchievement",
    type_iri="elm:LearningAchievement",
    builds=Achievement,
    members={
        "results": Member("provenBy", "elm:provenBy", Many(RESULT)),
        "ects": Member("creditReceived", "elm:creditReceived", Ects()),
        "actual_workload": Member("workload", "elm:workload", Span(), inside=_ACTIVITY),
        "period": Member("temporal", "dct:temporal", PERIOD_NODE, inside=_ACTIVITY),
    },
)

AWARDED_BODIES = Group(
    type="AwardingProcess",
    type_iri="elm:AwardingProcess",
    builds=MicroCredential,
    members={
        "awarding_bodies": Member("awardingBody", "elm:awardingBody", Many(AWARDING_BODY)),
    },
)
AWARDED_ON = Group(
    type="AwardingProcess",
    type_iri="elm:AwardingProcess",
    builds=Award,
    members={"awarded_on": Member("awardingDate", "elm:awardingDate", Day())},
)

CREDENTIAL = Group(
    type=terms.TYPE,
    type_iri=f"own:{terms.TYPE}",
    builds=Award,
    id="id",
    members={
        "issued_at": Member("issued", "dct:issued", Instant()),
        "identifiers": IDENTIFIERS,
        "display_language": Member("displayLanguage", "own:displayLanguage", Words()),
        "display": Member("displayPicture", "schema:image", Image()),
        "replaces": Member("replaces", "dct:replaces", Address()),
        "replaces_reason": Member("replacesReason", "own:replacesReason", Languages()),
        "parts": Member("stackedFrom", "dct:hasPart", Many(Address())),
        "is_test": Member("isTest", "own:isTest", Truth()),
    },
)
