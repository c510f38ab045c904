"""Which element list asks for what: the four lists as tables.

How the rows follow from the crosswalk (DOMAIN section 2) and from R15 to R19:

- `eu-2022`, 11 + 5. M in its column: E1, E2, E3, E4, E7, E9, E10, E11, E14, E15, E16, and C
  in E12. "In ECTS wherever possible" is how Annex I wants the workload stated and not an
  element beside it, so E11 is part of E10: with E12, whose words are "if applicable", that
  makes 11. O: E17, E18, E19, E20, E26 make 5.
- `ec-2020`, 13 + 5. M: E1, E2, E3, E4, E7, E9, E10 with E11, E12, E13, E14, E15, E16, E18.
  The ISCED field is new; supervision and identity verification is not starred. O: E17,
  E19, E20, E21, E26. The crosswalk marks E11 as M here without "where possible"; whether a
  workload in hours alone will do is therefore left INDETERMINATE.
- `microbol`, 7 groups with 15 rows. Learner: E1. Provider: E5, E3, E4 where it differs, E6.
  Micro-credential: E2, E7 (issue or assessment). Learning experience: E9, E10 with E11, E14,
  E16. Level: E12, E13. Form of participation: E15. Access requirements: E17. Verification of
  authenticity (E25) is what the seal gives and stands with E6. E20 is named there as a use,
  not as an element. That E16 stands with the learning experience is our reading of the slides.
- `neset-2020`, 15. M: E2, E5, E7, E8, E9, E14, E15, E16, E18, E20, E22, E23, E24; C: E11 where
  the outcome includes credit, E17 where anything was required.

A condition has three answers, since a record may not say enough to decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessera.quality import looks, looks_assessment
from tessera.quality.sight import Sight
from tessera.quality.subject import Subject


class Obligation(StrEnum):
    """How strongly a list asks for an element."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Whether a conditional element applies (None: the record does not tell), and why."""

    holds: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list: the element, how it is looked for, and how strongly it is asked for.

    group: the constitutive group of MICROBOL, empty elsewhere.
    """

    id: str
    look: Callable[[Subject], Sight]
    obligation: Obligation = Obligation.MANDATORY
    applies: Callable[[Subject], Condition] | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One list: its title, standing and source, and its rows in the order of the source."""

    title: str
    standing: str
    source: str
    rows: tuple[Row, ...]


def level_applies(s: Subject) -> Condition:
    """A level applies to formal learning and to ECTS credits (house reading of "if applicable").

    Source: DOMAIN section 7.1, credits are pairs of credits and level.
    """
    setting = s.description.participation.setting
    code = setting.code if setting else None
    if code == "formal":
        return Condition(holds=True, reason="The learning is formal, so a level applies.")
    if s.description.workload.ects:
        return Condition(holds=True, reason="It carries ECTS credits, so a level applies.")
    if code == "non-formal":
        return Condition(
            holds=False, reason="The learning is non-formal and carries no ECTS credits."
        )
    return Condition(
        holds=None,
        reason="The record does not say whether the learning is formal, so whether a level "
        "applies cannot be decided.",
    )


def awarder_differs(s: Subject) -> Condition:
    """MICROBOL asks for the awarding body where it differs from the provider."""
    if s.description.providers:
        return Condition(
            holds=True,
            reason="A provider is named as different from the awarding body, which is not named.",
        )
    return Condition(holds=False, reason="It is reported with the provider.")


def credit_is_an_outcome(s: Subject) -> Condition:
    """NESET asks for the number of credits where the learner gets credit."""
    outcomes = s.description.learner_outcomes
    if any(one.kind.code == "credit" for one in outcomes):
        return Condition(holds=True, reason="Credit is among the outcomes for the learner.")
    if outcomes:
        return Condition(holds=False, reason="Credit is not among the outcomes for the learner.")
    return Condition(holds=False, reason="It is reported with the outcome for the learner.")


def something_was_required(s: Subject) -> Condition:  # noqa: ARG001 - same shape as the others
    """NESET asks for prerequisites where there were any; silence does not tell."""
    return Condition(
        holds=None, reason="Silence does not tell whether there were any; say so in words."
    )


_M, _C, _O = Obligation.MANDATORY, Obligation.CONDITIONAL, Obligation.OPTIONAL
_LEARNER = "Information on the learner"
_PROVIDER = "Information on the provider"
_ITSELF = "Information on the micro-credential"
_EXPERIENCE = "Information on the learning experience"
_LEVEL = "Information on the qualifications framework level"
_FORM = "Form of participation"
_ACCESS = "Access requirements"

_ANNEX_I = (
    Row(id="E1", look=looks.learner),
    Row(id="E2", look=looks.title),
    Row(id="E3", look=looks.country_of_issuer),
    Row(id="E4", look=looks.awarding_body),
    Row(id="E7", look=looks.date_of_issue),
    Row(id="E9", look=looks.learning_outcomes),
    Row(id="E10", look=looks.workload_in_ects_where_possible),
    Row(id="E12", look=looks.level, obligation=_C, applies=level_applies),
    Row(id="E14", look=looks_assessment.assessment_type),
    Row(id="E15", look=looks.participation),
    Row(id="E16", look=looks.quality_assurance),
    Row(id="E17", look=looks.prerequisites, obligation=_O),
    Row(id="E18", look=looks_assessment.supervision, obligation=_O),
    Row(id="E19", look=looks_assessment.grade, obligation=_O),
    Row(id="E20", look=looks.stackability, obligation=_O),
    Row(id="E26", look=looks.further_information, obligation=_O),
)

_DRAFT_2020 = (
    Row(id="E1", look=looks.learner),
    Row(id="E2", look=looks.title),
    Row(id="E3", look=looks.country_of_issuer),
    Row(id="E4", look=looks.awarding_body),
    Row(id="E7", look=looks.date_of_issue),
    Row(id="E9", look=looks.learning_outcomes),
    Row(id="E10", look=looks.workload_in_ects),
    Row(id="E12", look=looks.level),
    Row(id="E13", look=looks.field),
    Row(id="E14", look=looks_assessment.assessment_type),
    Row(id="E15", look=looks.participation),
    Row(id="E16", look=looks.quality_assurance),
    Row(id="E18", look=looks_assessment.supervision),
    Row(id="E17", look=looks.prerequisites, obligation=_O),
    Row(id="E19", look=looks_assessment.grade, obligation=_O),
    Row(id="E20", look=looks.stackability, obligation=_O),
    Row(id="E21", look=looks.validity, obligation=_O),
    Row(id="E26", look=looks.further_information, obligation=_O),
)

_MICROBOL = (
    Row(id="E1", look=looks.learner, group=_LEARNER),
    Row(id="E5", look=looks.provider, group=_PROVIDER),
    Row(id="E3", look=looks.country_of_provider_and_awarder, group=_PROVIDER),
    Row(
        id="E4",
        look=looks.awarding_body,
        obligation=_C,
        applies=awarder_differs,
        group=_PROVIDER,
    ),
    Row(id="E6", look=looks.seal, group=_PROVIDER),
    Row(id="E2", look=looks.title, group=_ITSELF),
    Row(id="E7", look=looks.date_of_issue_or_assessment, group=_ITSELF),
    Row(id="E9", look=looks.learning_outcomes, group=_EXPERIENCE),
    Row(id="E10", look=looks.workload_in_ects_where_possible, group=_EXPERIENCE),
    Row(id="E14", look=looks_assessment.assessment_type, group=_EXPERIENCE),
    Row(id="E16", look=looks.quality_assurance, group=_EXPERIENCE),
    Row(
        id="E12",
        look=looks.level_with_nqf,
        obligation=_C,
        applies=level_applies,
        group=_LEVEL,
    ),
    Row(id="E13", look=looks.field_and_isced_level, group=_LEVEL),
    Row(id="E15", look=looks.participation, group=_FORM),
    Row(id="E17", look=looks.prerequisites, group=_ACCESS),
)

_NESET = (
    Row(id="E2", look=looks.title),
    Row(id="E5", look=looks.provider),
    Row(id="E7", look=looks.date_of_issue),
    Row(id="E8", look=looks.description),
    Row(id="E9", look=looks.learning_outcomes),
    Row(id="E11", look=looks.credits, obligation=_C, applies=credit_is_an_outcome),
    Row(id="E14", look=looks_assessment.assessment_type),
    Row(id="E15", look=looks.participation),
    Row(id="E16", look=looks.quality_assurance),
    Row(id="E17", look=looks.prerequisites, obligation=_C, applies=something_was_required),
    Row(id="E18", look=looks_assessment.supervision),
    Row(id="E20", look=looks.stackability),
    Row(id="E22", look=looks.period),
    Row(id="E23", look=looks.resources),
    Row(id="E24", look=looks.outcome_for_learner),
)

TABLES: Mapping[str, Table] = {
    "eu-2022": Table(
        title="European standard elements (2022)",
        standing="Council Recommendation",
        source="Council Recommendation 2022/C 243/02, Annex I",
        rows=_ANNEX_I,
    ),
    "ec-2020": Table(
        title="Standard elements drafted in 2020",
        standing="Commission draft",
        source="European Commission, European Approach to Micro-credentials, 29 October 2020",
        rows=_DRAFT_2020,
    ),
    "microbol": Table(
        title="MICROBOL constitutive elements",
        standing="MICROBOL framework",
        source="MICROBOL, Common framework for micro-credentials in the EHEA, 2022",
        rows=_MICROBOL,
    ),
    "neset-2020": Table(
        title="Critical information items (NESET)",
        standing="authors' study, not the Commission's",
        source="NESET, Towards a European approach to micro-credentials, 2020",
        rows=_NESET,
    ),
}
