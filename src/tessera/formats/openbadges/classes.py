"""What each class of Open Badges 3.0 has to hold: a table, and one walk that judges by it.

A value is written as the kind it has to be: "text" (a string, or texts by language, which the
data model allows), "word" (a string only), "uri", "time", "number", "truth", "language",
"jwt", the name of a class, or "one of" a list of words that "ext:" names may extend. "*" behind
it: several are allowed. Members that are not in the table are anybody's extension.

Source: Open Badges Specification 3.0, appendix B (data model), as facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tessera.formats.openbadges.wire import EXTENDED, LANGUAGE
from tessera.formats.vcdm.find import types_of
from tessera.formats.vcdm.instants import is_date_time
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model.checks import is_uri
from tessera.standards.jsontext import pointer

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
_DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
MOST_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Class:
    """needs: members that have to be there. members: member → kind. typed: it has a type."""

    needs: tuple[str, ...]
    members: Mapping[str, str]
    typed: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: JSON Pointer and sentence."""

    path: str
    message: str
    evidence: Mapping[str, str] = field(default_factory=dict)


# Words that a member may have; a name that begins with "ext:" is always allowed.
WORDS: Mapping[str, tuple[str, ...]] = {
    "identifierType": (
        "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress",
        "nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId",
        "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId",
        "ltiUserId", "identifier",
    ),
    "targetType": (
        "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion",
        "CFRubricCriterionLevel", "CTDL",
    ),
    "resultType": (
        "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore",
        "RawScore", "Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore",
        "ScaledScore", "Status",
    ),
    "achievementType": (
        "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree",
        "Award", "Badge", "BachelorDegree", "Certificate", "CertificateOfCompletion",
        "Certification", "CommunityService", "Competency", "Course", "CoCurricular", "Degree",
        "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
        "JourneymanCertificate", "LearningProgram", "License", "Membership",
        "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterCertificate",
        "MasterDegree", "MicroCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
    ),
}  # fmt: skip
_STATUS = (
    "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew",
)  # fmt: skip

CLASSES: Mapping[str, Class] = {
    "AchievementSubject": Class(
        ("achievement",),
        {
            "id": "uri", "activityStartDate": "time", "activityEndDate": "time",
            "creditsEarned": "number", "achievement": "Achievement",
            "identifier": "IdentityObject*", "image": "Image", "licenseNumber": "word",
            "narrative": "text", "result": "Result*", "role": "text", "source": "Profile",
            "term": "text",
        },
    ),
    "Achievement": Class(
        ("id", "name", "description", "criteria"),
        {
            "id": "uri", "alignment": "Alignment*", "achievementType": "achievementType",
            "creator": "Profile", "creditsAvailable": "number", "criteria": "Criteria",
            "description": "text", "endorsement": "EndorsementCredential*",
            "endorsementJwt": "jwt*", "fieldOfStudy": "text", "humanCode": "word",
            "image": "Image", "inLanguage": "language", "name": "text",
            "otherIdentifier": "IdentifierEntry*", "related": "Related*",
            "resultDescription": "ResultDescription*", "specialization": "text", "tag": "text*",
            "version": "word",
        },
    ),
    "Criteria": Class((), {"id": "uri", "narrative": "text"}, typed=False),
    "Alignment": Class(
        ("targetName", "targetUrl"),
        {
            "targetCode": "word", "targetDescription": "text", "targetName": "text",
            "targetFramework": "text", "targetType": "targetType", "targetUrl": "uri",
        },
    ),
    "IdentityObject": Class(
        ("hashed", "identityHash", "identityType"),
        {
            "hashed": "truth", "identityHash": "word", "identityType": "identifierType",
            "salt": "word",
        },
    ),
    "IdentifierEntry": Class(
        ("identifier", "identifierType"),
        {"identifier": "word", "identifierType": "identifierType"},
    ),
    "Image": Class(("id",), {"id": "uri", "caption": "text"}),
    "Result": Class(
        (),
        {
            "achievedLevel": "uri", "alignment": "Alignment*", "resultDescription": "uri",
            "status": "status", "value": "word",
        },
    ),
    "ResultDescription": Class(
        ("id", "name", "resultType"),
        {
            "id": "uri", "alignment": "Alignment*", "allowedValue": "word*", "name": "text",
            "requiredLevel": "uri", "requiredValue": "word", "resultType": "resultType",
            "rubricCriterionLevel": "RubricCriterionLevel*", "valueMax": "word",
            "valueMin": "word",
        },
    ),
    "RubricCriterionLevel": Class(
        ("id", "name"),
        {
            "id": "uri", "alignment": "Alignment*", "description": "text", "level": "word",
            "name": "text", "points": "word",
        },
    ),
    "Related": Class(("id",), {"id": "uri", "inLanguage": "language", "version": "word"}),
    "Evidence": Class(
        (),
        {
            "id": "uri", "narrative": "text", "name": "text", "description": "text",
            "genre": "text", "audience": "text",
        },
    ),
    "Profile": Class(
        ("id",),
        {
            "id": "uri", "name": "text", "url": "uri", "phone": "word", "description": "text",
            "endorsement": "EndorsementCredential*", "endorsementJwt": "jwt*", "image": "Image",
            "email": "word", "address": "Address", "otherIdentifier": "IdentifierEntry*",
            "official": "text", "parentOrg": "Profile", "familyName": "text",
            "givenName": "text", "additionalName": "text", "patronymicName": "text",
            "honorificPrefix": "text", "honorificSuffix": "text", "familyNamePrefix": "text",
            "dateOfBirth": "date",
        },
    ),
    "Address": Class(
        (),
        {
            "addressCountry": "text", "addressCountryCode": "word", "addressRegion": "text",
            "addressLocality": "text", "streetAddress": "text", "postOfficeBoxNumber": "word",
            "postalCode": "word", "geo": "GeoCoordinates",
        },
    ),
    "GeoCoordinates": Class(
        ("latitude", "longitude"), {"latitude": "number", "longitude": "number"}
    ),
    "EndorsementSubject": Class(("id",), {"id": "uri", "endorsementComment": "text"}),
    "EndorsementCredential": Class(
        ("id", "name", "credentialSubject", "issuer", "validFrom"),
        {
            "id": "uri", "name": "text", "description": "text",
            "credentialSubject": "EndorsementSubject", "awardedDate": "time",
            "validFrom": "time", "validUntil": "time",
        },
    ),
}  # fmt: skip


# Badges on the data model 1.1: an endorsement was a lighter thing there.
OLD_CLASSES: Mapping[str, Class] = {
    **CLASSES,
    "EndorsementCredential": Class(
        ("credentialSubject", "issuer"), CLASSES["EndorsementCredential"].members
    ),
}


def problems(
    value: Json, name: str, path: str, table: Mapping[str, Class] = CLASSES, depth: int = 0
) -> Iterator[Problem]:
    """Judge a value that has to be of a class."""
    wanted = table[name]
    if not isinstance(value, dict):
        yield Problem(path, f"An object of the type {name} is expected here.")
        return
    if depth > MOST_DEPTH:
        yield Problem(path, "It is nested more deeply than any badge.")
        return
    if wanted.typed and name not in types_of(value):
        yield Problem(path + "/type", f"It does not have the type {name}.", {"type": name})
    for member in wanted.needs:
        if value.get(member) is None:
            yield Problem(path + pointer(member), f"{name} has to have '{member}'.")
    if name == "AchievementSubject" and not (value.get("id") or value.get("identifier")):
        yield Problem(path, "Nobody is named who earned it: neither id nor identifier is there.")
    yield from members(value, wanted.members, path, table, depth)


def members(
    value: JsonObject,
    wanted: Mapping[str, str],
    path: str,
    table: Mapping[str, Class] = CLASSES,
    depth: int = 0,
) -> Iterator[Problem]:
    """Judge the members that are there by their kinds."""
    for member, kind in wanted.items():
        if member not in value:
            continue
        stated, here = value[member], path + pointer(member)
        if isinstance(stated, list) and not kind.endswith("*"):
            yield Problem(here, f"Only one value of '{member}' is allowed.")
            continue
        for index, one in enumerate(stated if isinstance(stated, list) else [stated]):
            where = here + pointer(index) if isinstance(stated, list) else here
            word = kind.removesuffix("*")
            if word in table:
                yield from problems(one, word, where, table, depth + 1)
            elif not _fits(one, word):
                yield _unfit(word, member, where)


def _unfit(kind: str, member: str, path: str) -> Problem:
    return Problem(path, f"'{member}' has to be {_SAID.get(kind, 'one of the known words')}.")


_SAID = {
    "text": "a text",
    "word": "a text",
    "uri": "an absolute address (URI)",
    "time": "a date and time with its offset, such as 2026-11-22T10:00:00Z",
    "date": "a date, such as 2026-11-22",
    "number": "a number",
    "truth": "true or false",
    "language": "a language tag, such as en or pt-BR",
    "jwt": "a signed token of three parts",
}


def _fits(one: Json, kind: str) -> bool:
    if kind == "number":
        return isinstance(one, int | float) and not isinstance(one, bool)
    if kind == "truth":
        return isinstance(one, bool)
    if kind == "text" and isinstance(one, dict):
        said = [value for tag, value in one.items() if tag not in ("@language", "@direction")]
        return bool(said) and all(isinstance(value, str) for value in said)
    if not isinstance(one, str):
        return False
    match kind:
        case "uri":
            return is_uri(one)
        case "time":
            return is_date_time(one, needs_offset=True)
        case "date":
            return _DATE.fullmatch(one) is not None
        case "language":
            return LANGUAGE.fullmatch(one) is not None
        case "jwt":
            return _JWT.fullmatch(one) is not None
        case "status":
            return one in _STATUS
    return kind not in WORDS or one in WORDS[kind] or EXTENDED.fullmatch(one) is not None
