"""The names of ELMO: namespaces, the order of its elements, the types it knows.

Source: EMREX ELMO 1.7, schema.xsd (emrex-eu/elmo-schemas).
"""

from __future__ import annotations

from collections.abc import Iterable

from tessera.standards.xmltext import LANGUAGE, Element, sayable

NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
OLD_NAMESPACE = "http://purl.org/net/elmo"  # before EMREX; no schema of it is published
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"

# The children of each container in the order of the schema.
ORDERS: dict[str, tuple[str, ...]] = {
    "elmo": ("generatedDate", "learner", "report", "attachment", "groups", "extension"),
    "learner": (
        "citizenship", "identifier", "givenNames", "familyName", "bday", "placeOfBirth",
        "birthName", "currentAddress", "gender",
    ),
    "report": (
        "issuer", "learningOpportunitySpecification", "issueDate", "gradingScheme", "attachment",
    ),
    "issuer": ("country", "identifier", "title", "url"),
    "learningOpportunitySpecification": (
        "identifier", "title", "type", "subjectArea", "iscedCode", "url", "description",
        "descriptionHtml", "specifies", "hasPart", "extension",
    ),
    "learningOpportunityInstance": (
        "identifier", "start", "date", "academicTerm", "status", "gradingSchemeLocalId",
        "resultLabel", "shortenedGrading", "resultDistribution", "credit", "level",
        "languageOfInstruction", "engagementHours", "attachments", "grouping", "extension",
        "diplomaSupplement",
    ),
}  # fmt: skip

# What 2.0 adds to 1.7 (same namespace); its schema is not among the official files.
NEW_IN_2 = frozenset({"alternativeName", "mapping", "gradingSchemeExternalId", "recognitionReport"})

# Countries that ELMO can say: the list it imports from Europass lacks some of ISO 3166-1.
_CODES = """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG
CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH
GL GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW
KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE
NG NI NL NO NP NR NU NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI
SK SL SM SN SO SR ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE VN VU
WS YE ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())

# Our list `opportunity` → LOS type. "Degree Programme" is none of a micro-credential.
LOS_TYPES = {"course": "Course", "programme-module": "Module", "class": "Class"}
UNIDENTIFIED = "urn:tessera:unidentified"  # what a document does not identify
URI = "uri"  # our own type of an identifier: an absolute address
ADDRESS = "address"
NATIONAL = "nationalIdentifier"
MICRO_CREDENTIAL = "Micro Credential"
QF_EHEA, NQF, ISCED = "QF-EHEA", "NQF", "ISCED 2011"
# The paths of the elements, as findings and the loss report name them.
LEARNER = "/elmo/learner"
REPORT = "/elmo/report"
LOS = f"{REPORT}/learningOpportunitySpecification"
LOI = f"{LOS}/specifies/learningOpportunityInstance"
DESCRIPTION = f"{LOS}/description"


def element(name: str, text: str | None = None, **attributes: str) -> Element:
    """An element of ELMO with a text; characters that XML cannot say become U+FFFD."""
    own = [] if text is None else [sayable(text)]
    said = {key: sayable(value) for key, value in attributes.items()}
    return Element(name=name, namespace=NAMESPACE, attributes=said, own=own)


def spoken(name: str, text: str, language: str) -> Element:
    """An element with its language, which is left out where nobody stated one."""
    made = element(name, text)
    if language != "und":
        made.attributes[LANGUAGE] = language
    return made


def ordered(name: str, children: Iterable[Element]) -> Element:
    """A container with its children in the order of the schema; unknown ones at the end."""
    order = ORDERS[name]
    made = element(name)
    made.children = sorted(
        children, key=lambda one: order.index(one.name) if one.name in order else len(order)
    )
    return made


def identified(uri: str) -> list[Element]:
    """The identifier of something by its own address; none where a document gave none."""
    return [] if uri == UNIDENTIFIED else [element("identifier", uri, type=URI)]
