"""The nodes of the EDC schema of EBSI: which member stands for which field of the model.

Only nodes that the schema lets stand alone: an organisation has a name and a place, a place a
country, an accreditation a title, a kind and an agency. `writable` tells which these are; what
is not goes into the loss report.

Source: dc4eu/educational-pilot, edc-w3c-vcdm_schema.json and EUHEMC-microcredential_schema.json.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tessera.formats.eaa.shapes import (
    Country,
    EqfLevel,
    IdentifierShape,
    LinkShape,
    Listed,
    Name,
    Noted,
    Page,
    Spoken,
    Unschemed,
)
from tessera.formats.vcdm import groups
from tessera.formats.vcdm.groups import Between, Many
from tessera.formats.vcdm.reading import REFUSED, Place, Reading
from tessera.formats.vcdm.shapes import Day, Hours, Shape, Span, Truth
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import (
    Assessment,
    AssessmentResult,
    Grading,
    LearningOutcome,
    Level,
    MicroCredential,
    Organisation,
    Participation,
    QualityAssurance,
    Text,
    Workload,
)
from tessera.model import (
    Place as Location,
)
from tessera.model.assurance import AssuranceScope

SHORT_NAME = "urn:tessera:eaa:short-name"


def member(term: str, shape: Shape, inside: Between | None = None) -> groups.Member:
    """A member; what its term means is said by the context of the pilot."""
    return groups.Member(term, "", shape, inside)


Group = partial(groups.Group, type_iri="")
Spread = groups.Spread


@dataclass(frozen=True, slots=True)
class Only(Unschemed):
    """Several values, of which those are written that the schema lets stand."""

    of: Shape
    is_writable: Callable[[Any], bool]

    def write(self, value: tuple[Any, ...]) -> list[Json]:
        return [self.of.write(one) for one in value if self.is_writable(one)]

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        return Many(self.of).read(value, place, reading)


@dataclass(frozen=True, slots=True)
class First(Unschemed):
    """Of several values the first: the schema lets one stand."""

    of: Shape

    def write(self, value: tuple[Any, ...]) -> Json:
        return self.of.write(value[0])

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        found = self.of.read(value, Place(place.wire, f"{place.model}/0"), reading)
        return REFUSED if found is REFUSED else (found,)


@dataclass(frozen=True, slots=True)
class ShortName(Unschemed):
    """Our short name of a part, as an identifier."""

    def write(self, value: str) -> JsonObject:
        return {"type": "Identifier", "notation": value, "schemeId": SHORT_NAME}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:  # noqa: ARG002 - a shape
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and one.get("schemeId") == SHORT_NAME:
                return _text(one.get("notation"))
        return REFUSED


def _text(value: Json) -> Any:
    return value if isinstance(value, str) and value.strip() else REFUSED


@dataclass(frozen=True, slots=True)
class Numbered(Unschemed):
    """Several parts with short names; those of others, which have none, are numbered."""

    of: Shape
    name: str

    def write(self, value: tuple[Any, ...]) -> list[Json]:
        return [self.of.write(one) for one in value]

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        nodes = value if isinstance(value, list) else [value]
        named = [self._named(one, number) for number, one in enumerate(nodes, start=1)]
        return Many(self.of).read(named, place, reading)

    def _named(self, node: Json, number: int) -> Json:
        if not isinstance(node, dict):
            return node
        if isinstance(ShortName().read(node.get("identifier"), Place(""), Reading("eaa")), str):
            return node
        return {**node, "identifier": ShortName().write(f"{self.name}-{number}")}


_ADDRESS = Between(term="address", iri="", type="Address", type_iri="")
LOCATION = Group(
    type="Location",
    builds=Location,
    members={
        "country": member("countryCode", Country(), _ADDRESS),
        "region": member("spatialCode", Listed()),
        "address": member("fullAddress", Noted(), _ADDRESS),
    },
)
_PLACES = member("location", Only(LOCATION, lambda one: one.country is not None))
_CONTACT = Between(term="contactPoint", iri="", type="ContactPoint", type_iri="")


@dataclass(frozen=True, slots=True)
class Mail(Unschemed):
    """A mail address as a Mailbox."""

    def write(self, value: str) -> JsonObject:
        return {"type": "Mailbox", "id": value}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        id = value.get("id") if isinstance(value, dict) else None
        if isinstance(id, str):
            return id.removeprefix("mailto:")
        return reading.remark("email", "A mail address is expected here.", place)


_ASSURED: dict[str, groups.Member | groups.Spread] = {}


def is_accreditation(one: QualityAssurance) -> bool:
    """Tell whether the schema lets this stand: external, with a title, a kind and an agency."""
    return bool(
        one.scope is AssuranceScope.EXTERNAL
        and one.title
        and one.kind
        and one.agency
        and is_organisation(one.agency)
    )


def is_organisation(one: Organisation) -> bool:
    """Tell whether the schema lets this stand: with a legal name and a country."""
    return one.legal_name is not None and one.country is not None


ACCREDITATION = Group(
    type="Accreditation",
    builds=partial(QualityAssurance, scope=AssuranceScope.EXTERNAL),
    members=_ASSURED,
)
_ACCREDITATIONS = member("accreditation", Only(ACCREDITATION, is_accreditation))
ORGANISATION = Group(
    type="Organisation",
    builds=Organisation,
    id="id",
    required=("id",),
    members={
        "legal_name": member("legalName", Spoken()),
        "other_names": member("altLabel", First(Spoken())),
        "kind": member("dcType", Listed()),
        "identifiers": member("identifier", Many(IdentifierShape())),
        "places": _PLACES,
        "homepage": member("homepage", Page()),
        "email": member("emailAddress", Mail(), _CONTACT),
        "quality_assurance": _ACCREDITATIONS,
    },
)
_ASSURED.update(
    {
        "title": member("title", Spoken()),
        "kind": member("dcType", Listed("accreditation")),
        "agency": member("accreditingAgent", ORGANISATION),
        "statement": member("additionalNote", Noted()),
        "report": member("report", Page()),
        "policy": member("landingPage", Page()),
        "valid_from": member("dateIssued", Day()),
        "valid_until": member("expiryDate", Day()),
    }
)

OUTCOME = Group(
    type="LearningOutcome",
    builds=LearningOutcome,
    required=("id", "title"),
    members={
        "id": member("identifier", ShortName()),
        "title": member("title", Spoken()),
        "description": member("additionalNote", Noted()),
        "kind": member("dcType", Listed("skill-type")),
        "reuse_level": member("reusabilityLevel", Listed("skill-reuse-level")),
        "esco_skills": member("relatedESCOSkill", Many(Listed())),
        "other_skills": member("relatedSkill", Many(Listed())),
    },
)

GRADING = Group(
    type="GradingScheme",
    builds=Grading,
    required=("title",),
    members={
        "title": member("title", Spoken()),
        "description": member("description", Spoken()),
    },
)
ASSESSMENT = Group(
    type="LearningAssessmentSpecification",
    builds=Assessment,
    required=("id",),
    members={
        "id": member("identifier", ShortName()),
        "title": member("title", Spoken()),
        "description": member("description", Spoken()),
        "kind": member("dcType", Listed("assessment")),
        "modes": member("mode", Many(Listed("mode"))),
        "criteria": member("additionalNote", Noted()),
        "criteria_url": member("supplementaryDocument", Page()),
        "grading": member("gradingScheme", GRADING),
        "languages": member("language", Many(Listed("language"))),
    },
)
ASSESSMENTS = Numbered(ASSESSMENT, "assessment")
RESULT = Group(
    type="LearningAssessment",
    builds=AssessmentResult,
    members={
        "title": member("title", Spoken()),
        "grade": member("grade", Noted()),
        "graded_on": member("dateIssued", Day()),
        "supervision": member("idVerification", Listed("supervision")),
        "assessed_by": member("assessedBy", Only(ORGANISATION, is_organisation)),
    },
)

WORKLOAD = Group(
    type="",
    builds=Workload,
    members={
        "hours": member("volumeOfLearning", Hours()),
        "maximum": member("maximumDuration", Span()),
    },
)
LEVEL = Group(
    type="",
    builds=Level,
    members={"eqf": member("eqfLevel", EqfLevel()), "nqf": member("nqfLevel", Many(Listed()))},
)
PARTICIPATION = Group(
    type="",
    builds=Participation,
    members={
        "modes": member("mode", Many(Listed("mode"))),
        "setting": member("learningSetting", Listed("setting")),
        "languages": member("language", Many(Listed("language"))),
    },
)
QUALIFICATION = Group(
    type="Qualification",
    builds=MicroCredential,
    id="id",
    required=("id", "is_partial_qualification"),
    members={
        "title": member("title", Spoken()),
        "description": member("description", Spoken()),
        "identifiers": member("identifier", First(IdentifierShape())),
        "learning_outcomes": member("learningOutcome", Numbered(OUTCOME, "outcome")),
        "workload": Spread(WORKLOAD),
        "level": Spread(LEVEL),
        "fields": member("educationSubject", Many(Listed("isced-f"))),
        "participation": Spread(PARTICIPATION),
        "quality_assurance": _ACCREDITATIONS,
        "prerequisites": member("entryRequirement", Noted()),
        "target_groups": member("targetGroup", Many(Listed("target-group"))),
        "resources": member("supplementaryDocument", Many(LinkShape())),
        "further_information": member("additionalNote", Noted()),
        "links": member("homepage", Many(LinkShape())),
        "is_partial_qualification": member("isPartialQualification", Truth()),
    },
)

NAMES = {"given_name": "givenName", "family_name": "familyName", "full_name": "fullName"}


def learner_members(language: str) -> dict[str, groups.Member | groups.Spread]:
    """The members of a learner; names are written in the language of the credential."""
    from tessera.formats.vcdm.shapes import Day as DayShape

    return {
        **{field: member(term, Name(language)) for field, term in NAMES.items()},
        "date_of_birth": member("dateOfBirth", DayShape()),
        "national_id": member("nationalID", IdentifierShape("national")),
        "identifiers": member("identifier", Many(IdentifierShape())),
        "citizenship": member("citizenshipCountry", Many(Country())),
    }


NOT_GRADED = Text.of({"en": "Not graded"})
