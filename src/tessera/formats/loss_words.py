"""What the parts of an award are called in a loss report, and their numbers in the EU lists.

Source: the crosswalk of the standard elements (DOMAIN section 2): Council Recommendation
2022/C 243/02, Annex I, and the lists beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from tessera.model import Concept, Duration, Identifier, Picture, Text

_LONGEST = 60
# Pointer into the award → element; "*" stands for one step. The longest match counts.
_ELEMENTS: tuple[tuple[str, str], ...] = (
    ("/learner", "E1"),
    ("/micro_credential/title", "E2"),
    ("/micro_credential/awarding_bodies/*/organisation/places", "E3"),
    ("/micro_credential/issuer/places", "E3"),
    ("/micro_credential/awarding_bodies", "E4"),
    ("/micro_credential/providers", "E5"),
    ("/micro_credential/partners", "E5"),
    ("/micro_credential/issuer", "E6"),
    ("/micro_credential/seals_required", "E6"),
    ("/issued_at", "E7"),
    ("/awarded_on", "E7"),
    ("/achievement/results/*/graded_on", "E7"),
    ("/micro_credential/description", "E8"),
    ("/micro_credential/purpose", "E8"),
    ("/micro_credential/learning_outcomes", "E9"),
    ("/micro_credential/workload", "E10"),
    ("/achievement/actual_workload", "E10"),
    ("/micro_credential/workload/ects", "E11"),
    ("/micro_credential/workload/other_credits", "E11"),
    ("/achievement/ects", "E11"),
    ("/micro_credential/level", "E12"),
    ("/micro_credential/awarding_bodies/*/nqf_level", "E12"),
    ("/micro_credential/level/isced", "E13"),
    ("/micro_credential/fields", "E13"),
    ("/micro_credential/assessments", "E14"),
    ("/micro_credential/participation", "E15"),
    ("/micro_credential/quality_assurance", "E16"),
    ("/micro_credential/awarding_bodies/*/organisation/quality_assurance", "E16"),
    ("/micro_credential/prerequisites", "E17"),
    ("/micro_credential/assessments/*/supervision", "E18"),
    ("/achievement/results/*/supervision", "E18"),
    ("/micro_credential/assessments/*/grading", "E19"),
    ("/achievement/results", "E19"),
    ("/micro_credential/stackability", "E20"),
    ("/micro_credential/is_partial_qualification", "E20"),
    ("/parts", "E20"),
    ("/micro_credential/validity", "E21"),
    ("/valid_from", "E21"),
    ("/valid_until", "E21"),
    ("/micro_credential/period", "E22"),
    ("/achievement/period", "E22"),
    ("/micro_credential/resources", "E23"),
    ("/micro_credential/learner_outcomes", "E24"),
    ("/status", "E25"),
    ("/micro_credential/further_information", "E26"),
    ("/micro_credential/links", "E26"),
)
# What a part is called; where it is one of several, in the singular.
_NAMES: Mapping[str, str] = {
    "actual_workload": "actual workload",
    "activity": "length of the activity",
    "agency": "agency",
    "assessed_by": "assessed by",
    "assessment": "which assessment",
    "assessments": "assessment",
    "awarded_on": "day of the award",
    "awarding_bodies": "awarding body",
    "contexts": "context",
    "criteria_url": "page of the criteria",
    "custom": "element of the provider's own",
    "display": "picture",
    "display_language": "language shown first",
    "ects": "ECTS credits",
    "eqf": "EQF level",
    "esco_skills": "ESCO skills",
    "evidence": "evidence of the need",
    "fields": "field of education",
    "graded_on": "day of the grade",
    "homepage": "web page",
    "hours": "workload in hours",
    "id": "address",
    "identifiers": "identifier",
    "is_actual": "had at once",
    "is_partial_qualification": "part of a larger qualification",
    "is_test": "mark of a test",
    "isced": "ISCED level",
    "issued_at": "moment of issue",
    "kinds": "kinds",
    "learner_outcomes": "what the learner gets",
    "learning_outcomes": "learning outcome",
    "links": "page",
    "maximum": "longest time",
    "modes": "form of participation",
    "national_id": "national number",
    "nqf": "national level",
    "nqf_level": "national level",
    "other_credits": "other credits",
    "other_names": "other name",
    "partners": "partner",
    "parts": "credential it is made of",
    "places": "place",
    "providers": "provider",
    "qf_ehea": "cycle (QF-EHEA)",
    "replaces": "credential it corrects",
    "replaces_reason": "reason of the correction",
    "research": "research",
    "resources": "learning resource",
    "results": "result",
    "seals_required": "who must seal",
    "sectoral": "sectoral level",
    "supervision": "supervision and identity check",
    "targets": "counts towards",
    "uri": "address",
    "url": "address",
    "valid_from": "valid from",
    "valid_until": "valid until",
}
_SILENT = frozenset({"micro_credential", "achievement", "organisation"})
_WHOLE = {
    "/id": "Address of the credential",
    "/micro_credential/id": "Address of the micro-credential",
    "/achievement/ects": "ECTS credits earned",
    "/achievement/period": "Period of this learner",
    "/learner/key": "The provider's own number of the learner",
    "/status": "Where a withdrawal is published",
}


def element_of(pointer: str) -> str:
    """Return the number of the standard element that a part belongs to, or ""."""
    best = ""
    element = ""
    for pattern, number in _ELEMENTS:
        regex = re.escape(pattern).replace(r"\*", "[^/]+")
        if re.match(rf"{regex}(/|$)", pointer) and len(pattern) > len(best):
            best, element = pattern, number
    return element


def name_of(pointer: str) -> str:
    """Return what a part is called: "Assessment 2, supervision and identity check"."""
    if pointer.startswith("/residue/"):
        return "What the source said beyond the record"
    if pointer in _WHOLE:
        return _WHOLE[pointer]
    said: list[str] = []
    for step in pointer.split("/")[1:]:
        if step.isdigit():
            said[-1:] = [f"{said[-1]} {int(step) + 1}"] if said else [step]
        elif step not in _SILENT:
            said.append(_NAMES.get(step, step.replace("_", " ")))
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def short(value: Any) -> str:
    """Return a value as one short phrase."""
    text = _phrase(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _phrase(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Text | Concept):
        return str(value)
    if isinstance(value, Duration):
        return value.text
    if isinstance(value, Identifier):
        return f"{value.value} ({value.name or value.scheme})"
    if isinstance(value, Picture):
        return f"a picture ({value.media_type}, {len(value.content)} bytes)"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _whole(value)


def _whole(value: Any) -> str:
    """A list by its first values, a thing by its first part that says something."""
    if isinstance(value, tuple | list):
        return "; ".join(_phrase(one) for one in value[:3]) + (" …" if len(value) > 3 else "")
    if is_dataclass(value):
        for name in ("title", "legal_name", "label", "organisation", "url", "kind", "value"):
            found = getattr(value, name, None)
            if found:
                return _phrase(found)
        said = [getattr(value, one.name) for one in fields(value)]
        return "; ".join(_phrase(one) for one in said if one not in (None, (), "", False))
    if isinstance(value, Mapping):
        return f"{len(value)} members"
    return str(value)
