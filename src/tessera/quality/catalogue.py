"""Every rule id of this room with its meaning in one line.

A test compares it with `docs/standards/quality.md` and with the findings that the rules
really give, so that no rule stays undocumented.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.quality.tables import TABLES
from tessera.quality.texts import WORDS

_ELEMENTS = {
    f"elements.{list_id}.{WORDS[row.id].key}": (
        f"{row.id}, {row.obligation.value}: {WORDS[row.id].title}"
    )
    for list_id, table in TABLES.items()
    for row in table.rows
}

RULES: Mapping[str, str] = {
    **_ELEMENTS,
    "ects.hours-per-credit": "25 to 30 hours per ECTS credit are usual, 20 to 35 possible",
    "ects.national-factor": "the hours per credit are those usual in the issuer's country (advice)",
    "ects.zero": "stated credits are more than zero",
    "ects.per-year": "no more than 60 ECTS in a year",
    "ects.deqar-bound": "fewer than 60 ECTS, as DEQAR asks of a micro-credential",
    "ects.half-steps": "credits come in steps of 0.5 (advice)",
    "ects.assessed": "credits are offered only with an assessment",
    "ects.all-or-nothing": "the credits earned are the credits offered",
    "ects.activity-duration": "the length of the activity fits the workload and the maximum",
    "levels.cycle": "EQF level and QF-EHEA cycle agree; there is no cycle below EQF 5",
    "levels.nqf": "a national level agrees with the EQF level or cycle",
    "levels.nqf-agree": "the national levels of several awarding bodies agree",
    "levels.referenced": "EQF is claimed in a framework that is referenced to it (advice)",
    "levels.self-certified": "a cycle is claimed in a self-certified framework (advice)",
    "levels.own-framework": "an awarding body states the level of its own country (advice)",
    "levels.isced": "ISCED level and EQF level go together (advice)",
    "coverage.outcome-not-assessed": "every learning outcome is assessed",
    "coverage.no-criteria": "every assessment that proves an outcome has published criteria",
    "coverage.assessment-without-outcome": "every assessment proves an outcome (advice)",
    "titles.read": "there is a title to read",
    "titles.generic": "the title names what is learned (advice)",
    "titles.shouting": "the title is not in capitals only (advice)",
    "titles.length": "the title has at most 100 characters (advice)",
    "titles.match": "the title shares a word with the outcomes or their skills (advice)",
    "titles.outcome-wording": "an outcome begins with what the learner can do (advice)",
    "definition.outcomes": "it records learning outcomes",
    "definition.workload": "its workload is stated",
    "definition.volume": "its volume of learning is small",
    "definition.assessed": "its outcomes are assessed",
    "definition.certified": "the award carries a seal",
    "definition.not-a-degree": "its title names no degree",
}
