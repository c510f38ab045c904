"""The rules of this format: id, clause and module, as docs/standards/elm.md lists them."""

from __future__ import annotations

from collections.abc import Mapping

from tessera.formats.elm.check_words import RULES_BY_COMPONENT

_PROFILE = "EDC application profile 1.2.0 and 1.1.0 (EDC-generic-full.ttl, EDC-generic-no-cv.ttl)"

RULES: Mapping[str, str] = {
    "elm.decode.claim": "WIRE-ELM section 2: a claim of a micro-credential is an achievement",
    "elm.decode.concept": "SKOS: a concept is named by an IRI",
    "elm.decode.date": "XML Schema 1.1 part 2, 3.3.7",
    "elm.decode.day": "house rule: a day is the UTC day as written",
    "elm.decode.eqf": "EQF Recommendation 2017/C 189/03: eight levels",
    "elm.decode.email": "RFC 6068: mailto",
    "elm.decode.hours": "ISO 8601-1:2019, 5.5.2",
    "elm.decode.id": "VC Data Model 1.1, 4.2",
    "elm.decode.identifier": "schemes of tessera.model.identifiers",
    "elm.decode.many": "house rule: at most 1,000 values of a member",
    "elm.decode.name": "EDC application profile, Person: one name, one language",
    "elm.decode.no-object": "JSON-LD 1.1: a node is an object or a reference",
    "elm.decode.no-offset": "house rule: a time without offset is read as UTC",
    "elm.decode.number": "XML Schema 1.1 part 2, 3.3.3",
    "elm.decode.outcome": "EDC application profile, LearningOutcome: title 1..*",
    "elm.decode.picture": "EDC application profile, MediaObject",
    "elm.decode.refused": "invariants of tessera.model",
    "elm.decode.string": "JSON-LD 1.1: a literal is a text",
    "elm.decode.text": "BCP 47; JSON-LD 1.1, language maps",
    "elm.decode.validity": "VC Data Model 1.1, 4.6",
    "elm.lint.code": "European Digital Credentials, controlled lists",
    "elm.lint.date": "XML Schema 1.1 part 2, 3.3.7",
    "elm.lint.duration": "XML Schema 1.1 part 2, 3.3.6",
    "elm.lint.image": "EDC application profile, MediaObject; RFC 4648 section 4",
    "elm.lint.list": "EDC application profile, controlled lists",
    "elm.lint.long-duration": "ISO 8601-1:2019, 5.5.2; WIRE-ELM section 5, 11",
    "elm.lint.name": "EDC application profile, Person: maxCount 1",
    "elm.lint.reference": "house rule: urn:epass ids are local to a document",
    "elm.lint.same-id": "RDF 1.1 Concepts: one IRI denotes one resource",
    "elm.lint.scheme": "EDC application profile: concepts need inScheme",
    "elm.lint.unknown-member": "JSON-LD 1.1: members that are no terms are dropped",
    "elm.schema.context": "JSON-LD 1.1, 3.1",
    "elm.schema.disagreement": "house rule: the official shapes decide",
    "elm.schema.no-credential": "EDC application profile, EuropeanDigitalCredential",
    "elm.schema.not-judged": "house rule: what did not run never passes",
    "elm.schema.profile": _PROFILE,
    "elm.schema.shapes": _PROFILE,
    **dict.fromkeys(RULES_BY_COMPONENT.values(), _PROFILE),
}
