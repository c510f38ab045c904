"""The claims of the EU learning credential as a table: facts that every module here reads.

Source: the reference issuer of the EU Digital Identity Wallet,
eudi-srv-web-issuing-eudiw-py, metadata of `eu.europa.ec.eudi.learning_credential_vc_sd_jwt`
(names, `mandatory`, `value_type`, `selective_disclosure`); elements by DOMAIN section 2.
Where that file leaves `selective_disclosure` open, house rule: lists in the open, the
learning outcomes one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VCT = "urn:eu.europa.ec.eudi:learning:credential:1"
EXTENDED_VCT = "urn:tessera:learning:credential:1"
DIPLOMA_VCT = "urn:eu.europa.ec.eudi:diploma:1:1"
COMPANION = "elm"  # the full record, beside the claims

TEXT, TEXTS, NUMBER, FLAG, DAY, OBJECT = "text", "texts", "number", "flag", "day", "object"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim.

    kind: one of TEXT, TEXTS, NUMBER (a whole one, 0 or more), FLAG, DAY, OBJECT.
    place: JSON Pointer into the award. element: the standard element it answers.
    is_withheld: whether the holder may withhold it; each: element by element.
    """

    name: str
    kind: str
    place: str
    element: str = ""
    is_mandatory: bool = False
    is_withheld: bool = False
    each: bool = False


_MC = "/micro_credential"
_ROWS = (
    Claim("family_name", TEXT, "/learner/family_name", "E1", True, True),
    Claim("given_name", TEXT, "/learner/given_name", "E1", is_withheld=True),
    Claim("learner_identification", TEXT, "/learner/identifiers", "E1", True, True),
    Claim("achievement_title", TEXT, f"{_MC}/title", "E2", True),
    Claim("achievement_description", TEXT, f"{_MC}/description", "E8"),
    Claim("learning_outcomes", TEXTS, f"{_MC}/learning_outcomes", "E9", is_withheld=True,
          each=True),
    Claim("assessment_grade", TEXT, "/achievement/results", "E19", is_withheld=True),
    Claim("language_of_classes", TEXTS, f"{_MC}/participation/languages", "E15", True),
    Claim("expected_study_time", TEXT, f"{_MC}/workload", "E10", True, True),
    Claim("level_of_learning_experience", NUMBER, f"{_MC}/level/eqf", "E12", True, True),
    Claim("types_of_quality_assurance", TEXTS, f"{_MC}/quality_assurance", "E16", True),
    Claim("prerequisites_to_enroll", TEXTS, f"{_MC}/prerequisites", "E17"),
    Claim("integration_stackability_options", FLAG, f"{_MC}/stackability", "E20",
          is_withheld=True),
    Claim("issuing_authority", TEXT, f"{_MC}/awarding_bodies", "E4", True),
    Claim("issuing_country", TEXT, f"{_MC}/awarding_bodies/0/organisation/places", "E3", True),
    Claim("date_of_issuance", DAY, "/awarded_on", "E7", True),
    Claim("date_of_expiry", DAY, "/valid_until", "E21", True),
)  # fmt: skip
CLAIMS: Mapping[str, Claim] = {one.name: one for one in _ROWS}

# Personal, or useful only to link one presentation with another: withheld, too.
_ALSO_WITHHELD = ("/jti", "/sub", f"/{COMPANION}")
DISCLOSABLE = (
    *(f"/{one.name}/*" if one.each else f"/{one.name}" for one in _ROWS if one.is_withheld),
    *_ALSO_WITHHELD,
)
