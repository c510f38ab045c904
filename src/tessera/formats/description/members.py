"""What a description file may hold: every member of a micro-credential, once.

Reader, writer and JSON Schema all follow this table. Members are called as in
`tessera.model`; an awarding body, a partner and a research link are written flat.
Source: the elements of DOMAIN section 2 and the requirements R2, R3, R12-R29, R65, R68, R74, R75.
"""

from __future__ import annotations

from tessera.formats.description.groups import Group, Listed, Member
from tessera.formats.description.organisations import (
    AWARDING_BODY,
    IDENTIFIER,
    PARTNER,
    QUALITY_ASSURANCE,
    Described,
)
from tessera.formats.description.scalars import (
    URI,
    WEB,
    Amount,
    Day,
    Span,
    Truth,
    Whole,
    Words,
)
from tessera.formats.description.texts import Code, Multilingual
from tessera.model import (
    Assessment,
    Costs,
    Credit,
    CustomElement,
    Grading,
    LearnerOutcome,
    LearningOutcome,
    Level,
    Link,
    MicroCredential,
    Money,
    Participation,
    Period,
    Purpose,
    ResearchLink,
    SectoralLevel,
    Stackability,
    StackTarget,
    Validity,
    Workload,
)

_TEXT = Multilingual()
_ID = Words(r"\S", "a short name")
_ADDRESS = Words(WEB, "a web address with https:// in front")
_URI = Words(URI, "an absolute address, such as https://example.edu/mc/1")
_LANGUAGES = Member(Listed(Code(("language",))), "Languages: en, fi …")

LINK = Group(
    name="link",
    about="A web address, and what is found there.",
    builds=Link,
    short="url",
    members={
        "url": Member(_ADDRESS, "The address.", required=True),
        "title": Member(_TEXT, "What is found there."),
    },
)

OUTCOME = Group(
    name="learning_outcome",
    about="What a learner knows, understands and is able to do afterwards.",
    builds=LearningOutcome,
    members={
        "id": Member(_ID, "A short name of your own, unique in this file.", required=True),
        "title": Member(_TEXT, "One sentence that begins with a verb.", required=True),
        "description": Member(_TEXT, "More about it."),
        "kind": Member(Code(("skill-type",)), "knowledge or skill."),
        "reuse_level": Member(
            Code(("skill-reuse-level",)), "How far it reaches: transversal … occupation-specific."
        ),
        "esco_skills": Member(Listed(Code()), "ESCO skills, by IRI, or by iri and label."),
        "other_skills": Member(Listed(Code()), "Skills of other frameworks, by iri and label."),
        "assessed_by": Member(Listed(_ID), "The ids of the assessments that prove it."),
    },
)

GRADING = Group(
    name="grading",
    about="How grades are given.",
    builds=Grading,
    members={
        "title": Member(_TEXT, "What the scheme is called.", required=True),
        "description": Member(_TEXT, "What the marks mean, and which one is a pass."),
        "url": Member(_ADDRESS, "Where it is published."),
    },
)

ASSESSMENT = Group(
    name="assessment",
    about="One assessment as it is planned.",
    builds=Assessment,
    members={
        "id": Member(_ID, "A short name of your own, unique in this file.", required=True),
        "title": Member(_TEXT, "What it is called."),
        "description": Member(_TEXT, "What the learner does."),
        "kind": Member(Code(("assessment",)), "The type: written-exam, portfolio …"),
        "modes": Member(Listed(Code(("mode",))), "Online, presential …"),
        "supervision": Member(
            Code(("supervision",)), "Supervised or not, and whether identity is verified."
        ),
        "criteria": Member(_TEXT, "The criteria, published before the assessment."),
        "criteria_url": Member(_ADDRESS, "Where the criteria are published."),
        "grading": Member(GRADING, "How grades are given."),
        "languages": _LANGUAGES,
    },
)

_CREDIT = Group(
    name="credit",
    about="Credit points of a framework other than ECTS.",
    builds=Credit,
    members={
        "framework": Member(Code(("credit-framework",)), "The framework.", required=True),
        "points": Member(Amount(1_000_000, "4.5"), "The points.", required=True),
    },
)

WORKLOAD = Group(
    name="workload",
    about="All the work a learner needs, taught and independent.",
    builds=Workload,
    members={
        "hours": Member(Amount(100_000, "54"), "All learning hours."),
        "ects": Member(Amount(1_000, "2"), "ECTS credits (1 credit is 25 to 30 hours)."),
        "other_credits": Member(Listed(_CREDIT), "Credits of other frameworks."),
        "activity": Member(Span(), "How long the learning lasts: 8 weeks."),
        "maximum": Member(Span(), "The longest time a learner may take: 6 months."),
    },
)

_SECTORAL = Group(
    name="sectoral_level",
    about="A level in a framework of a sector.",
    builds=SectoralLevel,
    members={
        "framework": Member(_ID, "The framework.", required=True),
        "level": Member(Words(r"\S", "the level as a text"), "The level.", required=True),
    },
)

LEVEL = Group(
    name="level",
    about="The level of the learning outcomes, not of the provider.",
    builds=Level,
    members={
        "eqf": Member(Whole(1, 8), "European Qualifications Framework, 1 to 8."),
        "qf_ehea": Member(Code(("qf-ehea",)), "Cycle of higher education: short, first …"),
        "nqf": Member(Listed(Code(("nqf",))), "Levels of national frameworks: ie-9."),
        "sectoral": Member(Listed(_SECTORAL), "Levels of frameworks of a sector."),
        "isced": Member(Code(("isced-2011",)), 'ISCED level of education, in quotes: "7".'),
    },
)

PARTICIPATION = Group(
    name="participation",
    about="How one takes part.",
    builds=Participation,
    members={
        "modes": Member(Listed(Code(("mode",))), "online, presential, blended, work-based …"),
        "schedule": Member(Code(("schedule",)), "full-time, part-time-light …"),
        "setting": Member(Code(("setting",)), "formal or non-formal."),
        "opportunity": Member(Code(("opportunity",)), "course, mooc, programme-module …"),
        "languages": _LANGUAGES,
    },
)

STACKABILITY = Group(
    name="stackability",
    about="Whether it stands alone or counts towards something larger.",
    builds=Stackability,
    short="kind",
    members={
        "kind": Member(
            Code(("stackability",)),
            "standalone, stackable, integrated or learner-defined.",
            required=True,
        ),
        "targets": Member(
            Listed(
                Group(
                    name="stack_target",
                    about="A larger credential towards which this one counts.",
                    builds=StackTarget,
                    members={
                        "title": Member(_TEXT, "Its title.", required=True),
                        "uri": Member(_URI, "Its address."),
                        "guaranteed": Member(
                            Truth(), "true only where the receiving body has committed itself."
                        ),
                        "decided_by": Member(_TEXT, "Who decides."),
                    },
                )
            ),
            "What it counts towards.",
        ),
        "statement": Member(_TEXT, "In words."),
    },
)

LEARNER_OUTCOME = Group(
    name="learner_outcome",
    about="What a successful learner gets.",
    builds=LearnerOutcome,
    short="kind",
    members={
        "kind": Member(
            Code(("outcome-for-learner",)),
            "admission, credit, certification or digital-badge.",
            required=True,
        ),
        "statement": Member(_TEXT, "In words."),
        "is_actual": Member(Truth(), "true where every learner has it at once."),
    },
)

PURPOSE = Group(
    name="purpose",
    about="The need it answers, and how one knows of it.",
    builds=Purpose,
    members={
        "kinds": Member(Listed(Code(("purpose",))), "societal, personal, cultural, labour-market."),
        "need": Member(_TEXT, "The need in words."),
        "evidence": Member(Listed(LINK), "Links to the evidence for it."),
    },
)

PERIOD = Group(
    name="period",
    about="When the learning takes place.",
    builds=Period,
    members={
        "start": Member(Day(), "First day."),
        "end": Member(Day(), "Last day."),
    },
)

VALIDITY = Group(
    name="validity",
    about="How long the credential is valid: a day or a duration, not both.",
    builds=Validity,
    members={
        "until": Member(Day(), "Last day."),
        "duration": Member(Span(), "Time after the award: 5 years."),
    },
)

MONEY = Group(
    name="money",
    about="An amount of money.",
    builds=Money,
    members={
        "amount": Member(Amount(1_000_000_000, "250"), "The amount.", required=True),
        "currency": Member(
            Words("^[A-Z]{3}$", "three capitals, such as EUR"), "The currency.", required=True
        ),
    },
)

COSTS = Group(
    name="costs",
    about="What learners pay, what it costs the provider, and who funds it.",
    builds=Costs,
    members={
        "fee": Member(MONEY, "What a learner pays."),
        "development": Member(MONEY, "What it costs to develop."),
        "delivery": Member(MONEY, "What it costs to deliver."),
        "funding": Member(Listed(Code(("funding",))), "Where the money comes from."),
    },
)

RESEARCH = Group(
    name="research_link",
    about="Research that the content draws on: a DOI or an ORCID iD.",
    builds=ResearchLink,
    flat=("identifier", IDENTIFIER),
    members={"title": Member(_TEXT, "What it is.")},
)

CUSTOM = Group(
    name="custom_element",
    about="An element of your own. It survives every conversion.",
    builds=CustomElement,
    members={
        "uri": Member(_URI, "An address that says what it means.", required=True),
        "label": Member(_TEXT, "What it is called.", required=True),
        "value": Member(_TEXT, "What it says.", required=True),
    },
)

MICRO_CREDENTIAL = Group(
    name="micro_credential",
    about="The description of a micro-credential: all that is the same for every learner.",
    builds=MicroCredential,
    members={
        "id": Member(
            _URI, "An absolute address that names this micro-credential for ever.", required=True
        ),
        "version": Member(
            Words(r"\S", 'a version in quotes, such as "1"'), "The version of this description."
        ),
        "title": Member(_TEXT, "The title: short, and it says what the learner can do (E2)."),
        "description": Member(_TEXT, "What it is about and for whom, two to five sentences (E8)."),
        "identifiers": Member(Listed(IDENTIFIER), "Identifiers in other systems."),
        "awarding_bodies": Member(Listed(AWARDING_BODY), "Who awards it (E3, E4)."),
        "providers": Member(
            Listed(Described()), "Who designs and delivers, where others than the bodies (E5)."
        ),
        "partners": Member(Listed(PARTNER), "Who else takes part, such as companies."),
        "issuer": Member(Described(), "Who seals, where it is not the first awarding body."),
        "platform": Member(Described(), "The platform that carries it."),
        "seals_required": Member(
            Listed(_URI), "Ids of the organisations that must all seal; else one is enough (E6)."
        ),
        "learning_outcomes": Member(Listed(OUTCOME), "What the learner can do afterwards (E9)."),
        "workload": Member(WORKLOAD, "How much work it is (E10, E11)."),
        "level": Member(LEVEL, "How demanding it is (E12, E13)."),
        "fields": Member(
            Listed(Code(("isced-f",))), 'Fields of education, ISCED-F, in quotes: "0613" (E13).'
        ),
        "assessments": Member(Listed(ASSESSMENT), "How the outcomes are proved (E14, E18, E19)."),
        "participation": Member(PARTICIPATION, "How one takes part (E15)."),
        "quality_assurance": Member(
            Listed(QUALITY_ASSURANCE), "Who assures the quality, and how (E16)."
        ),
        "prerequisites": Member(_TEXT, 'What one needs to enrol; say "None" in words (E17).'),
        "stackability": Member(STACKABILITY, "What it counts towards (E20)."),
        "learner_outcomes": Member(
            Listed(LEARNER_OUTCOME), "What a successful learner gets (E24)."
        ),
        "contexts": Member(
            Listed(Code(("learning-context",))), "When in life it is taken: during-degree …"
        ),
        "purpose": Member(PURPOSE, "Which need it answers (E8)."),
        "target_groups": Member(Listed(Code(("target-group",))), "For whom it is."),
        "resources": Member(Listed(LINK), "What learners work with (E23)."),
        "period": Member(PERIOD, "When it takes place (E22)."),
        "validity": Member(VALIDITY, "How long the credential is valid (E21)."),
        "further_information": Member(_TEXT, "Whatever else a reader should know (E26)."),
        "links": Member(Listed(LINK), "Pages about it (E26)."),
        "costs": Member(COSTS, "Fee, costs and funding."),
        "research": Member(Listed(RESEARCH), "Research behind the content."),
        "is_partial_qualification": Member(
            Truth(), "true where it is part of a larger qualification. It is never a degree."
        ),
        "custom": Member(Listed(CUSTOM), "Elements of your own."),
    },
)
