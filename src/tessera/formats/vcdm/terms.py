"""Where the words of the wire format stand: prefixes, fixed names, our own namespace.

What the European Learning Model names is named with its IRI; what it has no name for stands
under `urn:tessera:vc:` (docs/decisions/0011). Source: W3C Verifiable Credentials Data Model
2.0; European Learning Model 3.2, ontology and EDC application profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
OWN: Final = "urn:tessera:vc:"
SCHEMES: Final = "urn:tessera:identifier-scheme:"
SNB: Final = "http://data.europa.eu/snb/"
ECTS: Final = SNB + "education-credit/6fcec5c5af"
TYPE: Final = "MicroCredential"
TEST_MARK: Final = "TEST: "
TEST_NOTICE: Final = "TEST: sealed with a test key; this credential proves nothing."

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dct": "http://purl.org/dc/terms/",
    "elm": "http://data.europa.eu/snb/model/elm/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "own": OWN,
    "rov": "http://www.w3.org/ns/regorg#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def full(name: str) -> str:
    """Return the IRI of a prefixed name; `@id` and other keywords stay as they are."""
    prefix, colon, rest = name.partition(":")
    return PREFIXES[prefix] + rest if colon and prefix in PREFIXES else name
