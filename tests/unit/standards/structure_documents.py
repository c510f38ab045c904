"""Credentials of our own for the structure tests: invented people, places and courses."""

CONTEXTS = [
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
]
AUTHORITY = "http://publications.europa.eu/resource/authority"
SNB = "http://data.europa.eu/snb"


def concept(iri, scheme, **more):
    return {
        "id": iri,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        **more,
    }


def listed(name, code):
    """Make a concept of one of the lists below data.europa.eu/snb."""
    return concept(f"{SNB}/{name}/{code}", f"{SNB}/{name}/25831c2")


ENGLISH = concept(f"{AUTHORITY}/language/ENG", f"{AUTHORITY}/language")
IRELAND = concept(f"{AUTHORITY}/country/IRL", f"{AUTHORITY}/country")
PNG = concept(f"{AUTHORITY}/file-type/PNG", f"{AUTHORITY}/file-type", prefLabel={"en": "PNG"})


def organisation(number, name):
    place = {"id": f"urn:epass:address:{number}", "type": "Address", "countryCode": IRELAND}
    return {
        "id": f"urn:epass:org:{number}",
        "type": "Organisation",
        "legalName": {"en": name},
        "location": {"id": f"urn:epass:location:{number}", "type": "Location", "address": place},
    }


def display():
    picture = {
        "id": "urn:epass:mediaObject:1",
        "type": "MediaObject",
        "content": "iVBORw0KGgo=",
        "contentEncoding": listed("encoding", "6146cde7dd"),
        "contentType": PNG,
    }
    page = {"id": "urn:epass:displayDetail:1", "type": "DisplayDetail", "page": 1, "image": picture}
    return {
        "id": "urn:epass:displayParameter:1",
        "type": "DisplayParameter",
        "title": {"en": "Soil and Water"},
        "primaryLanguage": ENGLISH,
        "language": ENGLISH,
        "individualDisplay": {
            "id": "urn:epass:individualDisplay:1",
            "type": "IndividualDisplay",
            "language": ENGLISH,
            "displayDetail": page,
        },
    }


def award(number):
    return {
        "id": f"urn:epass:awardingProcess:{number}",
        "type": "AwardingProcess",
        "awardingBody": "urn:epass:org:1",
        "awardingDate": "2026-03-04T10:00:00Z",
    }


def claim(kind, number, **more):
    return {
        "id": f"urn:epass:claim:{number}",
        "type": kind,
        "title": {"en": f"Part {number}"},
        "awardedBy": award(number),
        **more,
    }


def minimal():
    """Make a small credential that conforms to both versions."""
    issuer = organisation(1, "Example College") | {
        "eIDASIdentifier": {
            "id": "urn:epass:legalIdentifier:1",
            "type": "LegalIdentifier",
            "notation": "VATIE-0000000A",
            "spatial": IRELAND,
        }
    }
    return {
        "@context": list(CONTEXTS),
        "id": "urn:credential:1",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": listed("credential", "e34929035b"),
        "credentialSchema": {
            "id": "http://data.europa.eu/snb/model/ap/edc-generic-full",
            "type": "ShaclValidator2017",
        },
        "displayParameter": display(),
        "issuer": issuer,
        "issuanceDate": "2026-03-05T10:00:00Z",
        "issued": "2026-03-05T10:00:00Z",
        "validFrom": "2026-03-05T10:00:00+01:00",
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "fullName": {"en": "Ada Example"},
            "hasClaim": claim("LearningAchievement", 1),
        },
    }


def rich():
    """Make a credential that uses every kind of value and constraint."""
    made = minimal()
    grade = {"id": "urn:epass:note:1", "type": "Note", "noteLiteral": {"en": "Very good"}}
    assessment = claim(
        "LearningAssessment",
        2,
        grade=grade,
        assessedBy=organisation(2, "Example Examiners"),
        specifiedBy={
            "id": "urn:epass:spec:2",
            "type": "LearningAssessmentSpecification",
            "title": {"en": "Report", "de": "Bericht"},
            "dcType": concept("urn:x:written", "urn:x:types"),
        },
    )
    activity = claim(
        "LearningActivity",
        3,
        workload="PT25H",
        levelOfCompletion=100,
        temporal={
            "id": "urn:epass:period:1",
            "type": "PeriodOfTime",
            "startDate": "2026-01-01T00:00:00Z",
            "endDate": "2026-02-28T00:00:00Z",
        },
        location={"type": "Location", "address": {"type": "Address", "countryCode": IRELAND}},
    )
    framework = concept(f"{SNB}/education-credit/6fcec5c5af", f"{SNB}/education-credit/25831c2")
    points = {"type": "CreditPoint", "framework": framework, "point": "2.5"}
    qualification = {
        "id": "urn:epass:qualification:1",
        "type": "Qualification",
        "title": {"en": "Soil and Water"},
        "isPartialQualification": True,
        "eqfLevel": listed("eqf", "6"),
        "thematicArea": [listed("isced-f", "0521"), listed("isced-f", "0811")],
        "volumeOfLearning": "P1DT2H30M",
        "creditPoint": points,
        "additionalNote": [
            {"id": "urn:epass:note:2", "type": "Note", "noteLiteral": {"en": "One"}},
            "urn:epass:note:1",
        ],
        "learningOutcome": {
            "id": "urn:epass:outcome:1",
            "type": "LearningOutcome",
            "title": {"en": "Reads a soil map"},
            "dcType": listed("skill-type", "skill"),
            "reusabilityLevel": listed("skill-reuse-level", "cross-sector"),
            "relatedESCOSkill": concept(
                "http://data.europa.eu/esco/skill/1",
                "http://data.europa.eu/esco/concept-scheme/skills",
            ),
        },
    }
    entitlement = claim(
        "LearningEntitlement",
        4,
        specifiedBy={
            "id": "urn:epass:spec:4",
            "type": "LearningEntitlementSpecification",
            "title": {"en": "May go on"},
            "dcType": concept("urn:x:e", "urn:x:ent"),
            "entitlementStatus": listed("entitlement-status", "5b8d6b34fb"),
        },
    )
    achievement = made["credentialSubject"]["hasClaim"]
    achievement |= {
        "provenBy": assessment,
        "influencedBy": [activity],
        "entitlesTo": entitlement,
        "specifiedBy": qualification,
        "creditReceived": points | {"point": "2"},
    }
    made["credentialSubject"]["hasClaim"] = [
        achievement,
        claim("Claim", 5, dcType=listed("claim-type", "x")),
    ]
    made["credentialSubject"]["dateOfBirth"] = "2000-02-29T00:00:00Z"
    made["credentialSubject"]["citizenshipCountry"] = {"id": IRELAND["id"]}
    made["credentialSubject"]["identifier"] = {
        "type": ["Identifier"],
        "notation": "4711",
        "schemeName": "Register",
    }
    made["validUntil"] = "2036-03-05T10:00:00.5Z"
    made["evidence"] = {
        "id": "urn:epass:evidence:1",
        "type": "Evidence",
        "dcType": listed("evidence-type", "c_991b06c6"),
    }
    return made
