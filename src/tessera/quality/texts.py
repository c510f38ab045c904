"""What a course team reads about each standard element: one table for all four lists.

Numbers are those of the crosswalk (E1 to E26). E25, verification of authenticity, has no
row of its own: it is what a seal (E6) makes possible. House wording throughout; the
lists themselves say no more than the name of the element.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The name of an element and the sentences about it.

    key: stable short name, part of rule ids. pointer: where it lives in the model,
    from the description, or from the award for E1, E6, E7 and E19.
    missing: what is missing. why: why a reader needs it. good: what a good one looks like.
    """

    key: str
    title: str
    pointer: str
    missing: str
    why: str
    good: str


WORDS: Mapping[str, Words] = {
    "E1": Words(
        key="learner",
        title="Identification of the learner",
        pointer="/learner",
        missing="The learner is not named.",
        why="Nobody can tell to whom the credential belongs.",
        good="The full name as on an identity document; a date of birth or a European Student "
        "Identifier only where names are not enough.",
    ),
    "E2": Words(
        key="title",
        title="Title",
        pointer="/title",
        missing="There is no title.",
        why="The title is what people search for, read first and put in a CV.",
        good="“Data Ethics in Practice”: short, and it signals what the learner can do.",
    ),
    "E3": Words(
        key="issuer-country",
        title="Country or region of the issuer",
        pointer="/awarding_bodies",
        missing="The country or region of the issuer is not stated.",
        why="Readers need it to find the education system and the register behind the credential.",
        good="A country for each awarding body, and its region where education is regional.",
    ),
    "E4": Words(
        key="awarding-body",
        title="Awarding body",
        pointer="/awarding_bodies",
        missing="No awarding body is named.",
        why="The awarding body answers for the credential; without it there is nobody to ask.",
        good="The legal name and an official identifier of each body that awards.",
    ),
    "E5": Words(
        key="provider",
        title="Provider",
        pointer="/providers",
        missing="The provider is not named.",
        why="Learners and recognition officers need to know who taught.",
        good="The legal name of who designs and delivers, where that is not the awarding body.",
    ),
    "E6": Words(
        key="seal",
        title="Signature or seal, by which authenticity can be verified",
        pointer="",
        missing="The credential carries no signature or seal.",
        why="Without one nobody can verify that it is authentic and unaltered.",
        good="An electronic seal of the awarding body, made with its certificate.",
    ),
    "E7": Words(
        key="date-of-issue",
        title="Date of issue",
        pointer="/awarded_on",
        missing="There is no date of issue.",
        why="Validity, quality assurance and recency are all judged as of this day.",
        good="The day on which the awarding body decided the award.",
    ),
    "E8": Words(
        key="description",
        title="Description or purpose",
        pointer="/description",
        missing="There is no description of the content or the purpose.",
        why="A title alone does not tell a learner whether this is for them.",
        good="Two to five sentences: what it is about, for whom, which need it answers.",
    ),
    "E9": Words(
        key="learning-outcomes",
        title="Learning outcomes",
        pointer="/learning_outcomes",
        missing="No learning outcomes are stated.",
        why="They say what the learner knows, understands and is able to do; everything else, "
        "from assessment to recognition, rests on them.",
        good="Three to six sentences that begin with what the learner can do, such as “Assess "
        "the risks of a data set for the people in it.”",
    ),
    "E10": Words(
        key="workload",
        title="Notional workload",
        pointer="/workload",
        missing="The workload is not stated.",
        why="It tells how small the volume of learning is, and without it nothing can be stacked.",
        good="ECTS credits wherever possible, and all learning hours, taught and independent: "
        "2 ECTS, 54 hours.",
    ),
    "E11": Words(
        key="credits",
        title="Credits",
        pointer="/workload",
        missing="The number of credits is not stated.",
        why="The outcome for the learner includes credit, so a reader asks how much.",
        good="The credits and their framework: 2 ECTS.",
    ),
    "E12": Words(
        key="level",
        title="Level",
        pointer="/level",
        missing="No level is stated.",
        why="Employers and institutions compare credentials by their level.",
        good="The EQF level, the cycle where it belongs to higher education, and the level of "
        "the national framework of each awarding body.",
    ),
    "E13": Words(
        key="field",
        title="Field of education (ISCED)",
        pointer="/fields",
        missing="No ISCED field of education is stated.",
        why="It lets catalogues and recognition officers group and compare across languages.",
        good="The narrowest ISCED-F field that fits, such as 0613.",
    ),
    "E14": Words(
        key="assessment-type",
        title="Type of assessment",
        pointer="/assessments",
        missing="The type of assessment is not stated.",
        why="It shows how the learning outcomes were proved.",
        good="A type for each assessment, such as written examination or portfolio.",
    ),
    "E15": Words(
        key="participation",
        title="Form of participation",
        pointer="/participation",
        missing="The form of participation is not stated.",
        why="Learners need to know whether they have to be there, and readers how it was learned.",
        good="Online, on site or blended; beside it the schedule and the languages.",
    ),
    "E16": Words(
        key="quality-assurance",
        title="Type of quality assurance",
        pointer="/quality_assurance",
        missing="Nothing is said about quality assurance.",
        why="It is the ground on which others trust the credential.",
        good="Internal and external quality assurance, the standard (such as ESG), the agency, "
        "its dates and a link to the report.",
    ),
    "E17": Words(
        key="prerequisites",
        title="Prerequisites",
        pointer="/prerequisites",
        missing="Nothing is said about what is needed to enrol.",
        why="Learners should not find out after enrolling; readers judge progression by it.",
        good="What a learner has to know or hold beforehand, or in words that there is none.",
    ),
    "E18": Words(
        key="supervision",
        title="Supervision and identity verification during assessment",
        pointer="/assessments",
        missing="Supervision and identity verification during assessment are not stated.",
        why="They tell how sure one can be that the learner did the work.",
        good="For each assessment: supervised or not, and whether identity was verified.",
    ),
    "E19": Words(
        key="grade",
        title="Grade",
        pointer="/achievement/results",
        missing="No grade is stated.",
        why="Admission to further study often asks for one.",
        good="The grade, or “passed”, and the scale that it belongs to.",
    ),
    "E20": Words(
        key="stackability",
        title="Integration and stackability",
        pointer="/stackability",
        missing="Nothing is said about stackability.",
        why="Learners plan with it: whether this counts towards something larger or stands alone.",
        good="Standalone, stackable or integrated, towards what, and who decides.",
    ),
    "E21": Words(
        key="validity",
        title="Duration of validity",
        pointer="/validity",
        missing="Nothing is said about how long it is valid.",
        why="Skills age; a reader wants to know whether it still counts.",
        good="A day, or a duration after the award, where the content ages.",
    ),
    "E22": Words(
        key="period",
        title="Period of learning",
        pointer="/period",
        missing="The period of learning is not stated.",
        why="It tells when the learning took place and how dense it was.",
        good="First and last day of the learning.",
    ),
    "E23": Words(
        key="resources",
        title="Learning resources",
        pointer="/resources",
        missing="No learning resources are named.",
        why="They show the content behind the outcomes.",
        good="Links to the reading list, the course page or open materials.",
    ),
    "E24": Words(
        key="outcome-for-learner",
        title="Outcome for a successful learner",
        pointer="/learner_outcomes",
        missing="What a successful learner gets is not stated.",
        why="Learners decide by it: admission, credit, a certificate or a badge.",
        good="One or several of admission, credit, certification and digital badge.",
    ),
    "E26": Words(
        key="further-information",
        title="Further information",
        pointer="/further_information",
        missing="There is no further information.",
        why="Readers with questions have nowhere to go.",
        good="A link to the catalogue page and a sentence on what to find there.",
    ),
}
