"""Organisations, their quality assurance, and learners: the table of their members.

Source: European Learning Model 3.2 (Organisation, Accreditation, Identifier, Location, Person);
the elements E1, E3-E6, E16 of DOMAIN section 2.
"""

from __future__ import annotations

from tessera.formats.vcdm.groups import Between, Group, Joined, Many, Member
from tessera.formats.vcdm.shapes import (
    Address,
    Choice,
    Day,
    Image,
    Languages,
    Note,
    Scheme,
    WebAddress,
    Words,
)
from tessera.model import (
    AwardingBody,
    Concept,
    Identifier,
    Learner,
    Link,
    Organisation,
    Partner,
    Place,
    QualityAssurance,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.organisation import PartnerRole

_ADDRESS = Between(term="address", iri="elm:address", type="PostalAddress", type_iri="elm:Address")
TITLE = Member("title", "dct:title", Languages())
DESCRIPTION = Member("descriptionText", "dct:description", Languages())

CONCEPT = Group(
    type="Concept",
    type_iri="skos:Concept",
    builds=Concept,
    id="iri",
    required=("iri",),
    members={
        "scheme": Member("inScheme", "skos:inScheme", Address()),
        "label": Member("prefLabel", "skos:prefLabel", Languages()),
    },
)
KIND = Member("dcType", "dct:type", CONCEPT)
LANGUAGES = Member("language", "dct:language", Many(CONCEPT))

LINK = Group(
    type="WebResource",
    type_iri="elm:WebResource",
    builds=Link,
    required=("url",),
    members={"url": Member("contentURL", "elm:contentUrl", WebAddress()), "title": TITLE},
)

IDENTIFIER = Group(
    type="Identifier",
    type_iri="elm:Identifier",
    builds=Identifier,
    required=("scheme", "value"),
    members={
        "scheme": Member("schemeId", "elm:schemeId", Scheme()),
        "value": Member("notation", "skos:notation", Words()),
        "name": Member("schemeName", "elm:schemeName", Words()),
        "country": Member("issuingCountry", "own:issuingCountry", Words()),
    },
)
IDENTIFIERS = Member("identifier", "adms:identifier", Many(IDENTIFIER))

_PLACE = Group(
    type="Location",
    type_iri="dct:Location",
    builds=Place,
    members={
        "country": Member("countryCode", "elm:countryCode", CONCEPT, inside=_ADDRESS),
        "region": Member("spatialCode", "elm:spatialCode", CONCEPT),
        "address": Member("fullAddress", "elm:fullAddress", Note(), inside=_ADDRESS),
    },
)

# The members of these two name each other, so the table of the second is filled below.
_ASSURED: dict[str, Member] = {}
QUALITY_ASSURANCE = Group(
    type="Accreditation",
    type_iri="elm:Accreditation",
    builds=QualityAssurance,
    required=("scope",),
    members=_ASSURED,
)
ASSURANCES = Member("accreditation", "elm:accreditation", Many(QUALITY_ASSURANCE))

ORGANISATION = Group(
    type="Organisation",
    type_iri="elm:Organisation",
    builds=Organisation,
    id="id",
    required=("id",),
    members={
        "legal_name": Member("legalName", "rov:legalName", Languages()),
        "other_names": Member("otherName", "own:otherName", Many(Note())),
        "kind": KIND,
        "identifiers": IDENTIFIERS,
        "places": Member("location", "elm:location", Many(_PLACE)),
        "homepage": Member("homepage", "foaf:homepage", Address()),
        "email": Member("mail", "schema:email", Words()),
        "logo": Member("logo", "schema:logo", Image()),
        "quality_assurance": ASSURANCES,
        "recognition_policy": Member("recognitionPolicy", "own:recognitionPolicy", Address()),
    },
)
_ASSURED.update(
    {
        "scope": Member("assuranceScope", "own:assuranceScope", Choice(AssuranceScope)),
        "title": TITLE,
        "kind": KIND,
        "standard": Member("qualityStandard", "own:qualityStandard", CONCEPT),
        "agency": Member("accreditingAgent", "elm:accreditingAgent", ORGANISATION),
        "statement": Member("additionalNote", "elm:additionalNote", Note()),
        "decision": Member("decisionText", "own:decisionText", Languages()),
        "report": Member("report", "elm:report", Address()),
        "policy": Member("qualityPolicy", "own:qualityPolicy", Address()),
        "valid_from": Member("dateIssued", "dct:issued", Day()),
        "valid_until": Member("expiryDate", "elm:expiryDate", Day()),
    }
)

AWARDING_BODY = Joined(
    part="organisation",
    whole=ORGANISATION,
    more=Group(
        type="Organisation",
        type_iri="elm:Organisation",
        builds=AwardingBody,
        members={"nqf_level": Member("nqfLevel", "elm:NQFLevel", CONCEPT)},
    ),
)

PARTNER = Joined(
    part="organisation",
    whole=ORGANISATION,
    more=Group(
        type="Organisation",
        type_iri="elm:Organisation",
        builds=Partner,
        required=("roles",),
        members={"roles": Member("partnerRole", "own:partnerRole", Many(Choice(PartnerRole)))},
    ),
)

LEARNER = Group(
    type="Person",
    type_iri="elm:Person",
    builds=Learner,
    members={
        "given_name": Member("givenName", "foaf:givenName", Words()),
        "family_name": Member("familyName", "foaf:familyName", Words()),
        "full_name": Member("fullName", "foaf:name", Words()),
        "date_of_birth": Member("dateOfBirth", "elm:dateOfBirth", Day()),
        "national_id": Member("nationalID", "elm:nationalId", IDENTIFIER),
        "identifiers": IDENTIFIERS,
        "citizenship": Member("citizenshipCountry", "elm:citizenshipCountry", Many(CONCEPT)),
        "email": Member("mail", "schema:email", Words()),
    },
)
