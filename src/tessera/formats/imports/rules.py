"""The rules of the imports: id and clause, as docs/standards/imports.md lists them."""

from __future__ import annotations

from collections.abc import Mapping

_OB2 = "Open Badges 2.0, Assertion"
_EDCI = "ELM 1.x, genericschema_1.2.xsd"

RULES: Mapping[str, str] = {
    "edci.decode.concept": "SKOS: a concept is named by an IRI",
    "edci.decode.date": "XML Schema 1.1 part 2, 3.3.7",
    "edci.decode.many": "house rule: an award is one achievement",
    "edci.decode.number": "XML Schema 1.1 part 2, 3.3.3",
    "edci.decode.outcome": _EDCI,
    "edci.decode.parts": "house rule: an award is one achievement",
    "edci.decode.refused": "invariants of tessera.model",
    "edci.decode.validity": _EDCI,
    "edci.schema": _EDCI,
    "edci.schema.issuer": "Verifiable Credentials Data Model 1.0, 4.5",
    "edci.schema.key": _EDCI,
    "edci.schema.missing": _EDCI,
    "edci.schema.no-credential": _EDCI,
    "edci.schema.not-checked": "house rule: what did not run never passes",
    "edci.schema.profile": "European Digital Credentials, list of credential types",
    "edci.schema.reference": _EDCI,
    "edci.schema.signature": "ETSI EN 319 132-1",
    "edci.schema.text": _EDCI,
    "edci.schema.xml": "W3C XML 1.0",
    "evidence.none": "house rule",
    "evidence.unverified": "house rule",
    "ob2.decode.date": "ISO 8601",
    "ob2.decode.refused": "invariants of tessera.model",
    "ob2.decode.validity": _OB2,
    "ob2.schema": _OB2,
    "ob2.schema.badge": _OB2,
    "ob2.schema.context": _OB2,
    "ob2.schema.date": _OB2,
    "ob2.schema.hosted": "Open Badges 2.0, verification",
    "ob2.schema.missing": _OB2,
    "ob2.schema.no-assertion": _OB2,
    "ob2.schema.recipient": _OB2,
    "ob2.schema.revoked": _OB2,
}
