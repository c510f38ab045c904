"""The rules of this format: id and clause, as docs/standards/eaa.md lists them.

What `vcdm` finds while reading carries the prefix of this format.
"""

from __future__ import annotations

from collections.abc import Mapping

_SCHEMA = "dc4eu/educational-pilot, edc-w3c-vcdm_schema.json"

RULES: Mapping[str, str] = {
    "eaa.decode.address": "RFC 3986, 4.3",
    "eaa.decode.concept": "SKOS: a concept is named by an IRI",
    "eaa.decode.credit": f"{_SCHEMA}: CreditPoint",
    "eaa.decode.date": "XML Schema 1.1 part 2, 3.3.7",
    "eaa.decode.duration": "ISO 8601-1:2019, 5.5.2",
    "eaa.decode.email": "RFC 6068: mailto",
    "eaa.decode.eqf": "EQF Recommendation 2017/C 189/03: eight levels",
    "eaa.decode.hours": "ISO 8601-1:2019, 5.5.2",
    "eaa.decode.id": "VC Data Model 1.1, 4.2",
    "eaa.decode.identifier": f"{_SCHEMA}: Identifier",
    "eaa.decode.language": "BCP 47",
    "eaa.decode.many": "house rule: at most 1,000 values of a member",
    "eaa.decode.no-offset": "house rule: a time without offset is read as UTC",
    "eaa.decode.object": f"{_SCHEMA}: a node is an object",
    "eaa.decode.refused": "invariants of tessera.model",
    "eaa.decode.required": "invariants of tessera.model",
    "eaa.decode.status": "VC Data Model 1.1, 4.9",
    "eaa.decode.text": "BCP 47; JSON-LD 1.1, language maps",
    "eaa.decode.truth": f"{_SCHEMA}: isPartialQualification",
    "eaa.decode.twice": "invariants of tessera.model",
    "eaa.decode.validity": "VC Data Model 1.1, 4.6",
    "eaa.schema": _SCHEMA,
    "eaa.schema.missing": _SCHEMA,
    "eaa.schema.no-attestation": _SCHEMA,
    "eaa.schema.not-installed": "house rule: what did not run never passes",
    "eaa.schema.plain": "dc4eu/educational-pilot, sectorial-eaa-catalogue",
    "eaa.schema.too-nested": "house rule: judging is bounded",
    "eaa.schema.unknown": _SCHEMA,
}
