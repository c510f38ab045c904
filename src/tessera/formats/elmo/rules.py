"""The rules of this format: id and clause, as docs/standards/elmo.md lists them."""

from __future__ import annotations

from collections.abc import Mapping

_SCHEMA = "EMREX ELMO 1.7, schema.xsd"

RULES: Mapping[str, str] = {
    "elmo.decode.date": "XML Schema 1.1 part 2, 3.3.7 and 3.3.9",
    "elmo.decode.many": "house rule: an award is one opportunity",
    "elmo.decode.number": "XML Schema 1.1 part 2, 3.3.3",
    "elmo.decode.parts": "house rule: an award is one opportunity",
    "elmo.decode.refused": "invariants of tessera.model",
    "elmo.decode.status": f"{_SCHEMA}: status",
    "elmo.schema": _SCHEMA,
    "elmo.schema.address": "erasmus-without-paper, ewp-specs-types-address",
    "elmo.schema.attachment": "RFC 2397",
    "elmo.schema.before-emrex": _SCHEMA,
    "elmo.schema.missing": _SCHEMA,
    "elmo.schema.no-elmo": _SCHEMA,
    "elmo.schema.not-installed": "house rule: what did not run never passes",
    "elmo.schema.signature": "EMREX ELMO 1.7: xmldsig-core2, enveloped",
    "elmo.schema.version": "EMREX ELMO 2.0",
    "elmo.schema.xml": "W3C XML 1.0",
}
