"""The names of EDCI: namespaces, first elements, and which list a reference leads into.

Source: European Learning Model 1.x, genericschema_1.2.xsd: keys and keyrefs.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.standards.xmltext import Element

MAIN = "http://data.europa.eu/snb"
CREDENTIALS = "http://data.europa.eu/europass/model/credentials/w3c#"
PRESENTATION = "http://data.europa.eu/snb/vp"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
ROOTS = (
    (MAIN, "europassCredential"),
    (PRESENTATION, "verifiablePresentation"),
    (MAIN, "credentialSubject"),
)
# Element with an idref → the list of the credential that holds what it names.
LISTS: Mapping[str, str] = {
    "issuer": "agentReferences",
    "directedBy": "agentReferences",
    "assessedBy": "agentReferences",
    "awardingBody": "agentReferences",
    "providedBy": "agentReferences",
    "unitOf": "agentReferences",
    "limitOrganization": "agentReferences",
    "wasAwardedBy": "awardingProcessReferences",
    "gradingScheme": "scoringSchemeReferences",
    "learningOutcome": "learningOutcomeReferences",
}
# What is specified by something → the list of the specifications.
SPECIFIED: Mapping[str, str] = {
    "learningAchievement": "learningSpecificationReferences",
    "qualificationAward": "learningSpecificationReferences",
    "wasDerivedFrom": "assessmentSpecificationReferences",
    "wasInfluencedBy": "learningActivitySpecificationReferences",
    "activity": "learningActivitySpecificationReferences",
    "entitlesTo": "entitlementSpecificationReferences",
    "entitlement": "entitlementSpecificationReferences",
}


def credential_of(root: Element) -> Element:
    """The credential in a presentation; the first element itself otherwise."""
    if (root.namespace, root.name) != ROOTS[1]:
        return root
    found = (one for one in root.children if (one.namespace, one.name) == ROOTS[0])
    return next(found, root)


def child(element: Element | None, name: str, namespace: str = MAIN) -> Element | None:
    """The first child of this name in a namespace."""
    if element is None:
        return None
    found = (one for one in element.children if one.name == name and one.namespace == namespace)
    return next(found, None)


def children(element: Element | None, name: str, namespace: str = MAIN) -> list[Element]:
    """All children of this name in a namespace."""
    if element is None:
        return []
    return [one for one in element.children if one.name == name and one.namespace == namespace]
