"""The rules of this format: id and clause, as docs/standards/vc.md lists them."""

from __future__ import annotations

from collections.abc import Mapping

_MODEL = "Verifiable Credentials Data Model 2.0, "
_HOUSE = "house rule"

RULES: Mapping[str, str] = {
    "vc.decode.address": "RFC 3986, 4.3",
    "vc.decode.choice": _HOUSE,
    "vc.decode.credit": "European Learning Model 3.2, CreditPoint",
    "vc.decode.date": "XML Schema 1.1 part 2, 3.3.7",
    "vc.decode.duration": "XML Schema 1.1 part 2, 3.3.6",
    "vc.decode.eqf": "EQF Recommendation 2017/C 189/03: eight levels",
    "vc.decode.hours": "ISO 8601-1:2019, 5.5.2",
    "vc.decode.id": _MODEL + "4.4",
    "vc.decode.issuer": _MODEL + "4.7",
    "vc.decode.language": "BCP 47",
    "vc.decode.many": "house rule: at most 1,000 values of a member",
    "vc.decode.no-offset": "house rule: a time without offset is read as UTC",
    "vc.decode.number": "XML Schema 1.1 part 2, 3.3.3",
    "vc.decode.object": "JSON-LD 1.1: a node is an object",
    "vc.decode.picture": "RFC 2397",
    "vc.decode.refused": "invariants of tessera.model",
    "vc.decode.required": _HOUSE,
    "vc.decode.status": "Bitstring Status List 1.0, 2.1",
    "vc.decode.text": "JSON-LD 1.1, 4.2.4 and 4.6.2",
    "vc.decode.truth": "JSON-LD 1.1: true or false",
    "vc.decode.twice": "invariants of tessera.model: ids are unique",
    "vc.decode.validity": _MODEL + "4.9",
    "vc.schema.agreement": _HOUSE,
    "vc.schema.context": _MODEL + "4.3",
    "vc.schema.date": _MODEL + "4.9",
    "vc.schema.enveloped": _MODEL + "4.13",
    "vc.schema.evidence": _MODEL + "5.6",
    "vc.schema.holder": _MODEL + "4.13",
    "vc.schema.id": _MODEL + "4.4",
    "vc.schema.issuer": _MODEL + "4.7",
    "vc.schema.language": _MODEL + "11.1",
    "vc.schema.model": "Verifiable Credentials Data Model 2.0 and 1.1",
    "vc.schema.no-credential": _MODEL + "4.1",
    "vc.schema.period": _MODEL + "4.9",
    "vc.schema.presented": _MODEL + "4.13",
    "vc.schema.proof": _MODEL + "4.12",
    "vc.schema.protected": "JSON-LD 1.1, 4.1.11",
    "vc.schema.refresh": _MODEL + "5.4",
    "vc.schema.resource": _MODEL + "5.3",
    "vc.schema.schema": _MODEL + "4.11",
    "vc.schema.status": _MODEL + "4.10",
    "vc.schema.subject": _MODEL + "4.8",
    "vc.schema.terms": _MODEL + "5.5",
    "vc.schema.type": _MODEL + "4.5",
    "vc.schema.unknown-type": _MODEL + "4.5",
}
