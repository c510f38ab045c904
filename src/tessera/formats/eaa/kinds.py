"""Which attestation a document is: the EDC-W3C family, or one of the plain JSON samples.

The catalogue of the pilot also shows a person identification (PID) and a European Student
Card as plain JSON, without context or type: they are known by the members that only they have.

Source: dc4eu/educational-pilot, sectorial-eaa-catalogue; PID Rulebook (CIR 2024/2977 annex).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessera.formats.vcdm.find import find_credential, types_of
from tessera.formats.vcdm.terms import JsonObject

ATTESTATION = "VerifiableAttestation"
EDC = "EuropeanDigitalCredential"
# What people call it → the members that tell it.
PLAIN: Mapping[str, frozenset[str]] = {
    "a person identification (PID)": frozenset(
        {"family_name", "given_name", "birth_date", "issuing_authority", "issuing_country"}
    ),
    "a European Student Card": frozenset({"escNumber", "esi", "familyName"}),
}


def find_attestation(document: Any) -> tuple[JsonObject, str] | None:
    """The attestation in a document and its JSON Pointer; None when it is of another family."""
    if not isinstance(document, dict):
        return None
    if {ATTESTATION, EDC} <= set(types_of(document)):
        return document, ""
    found = find_credential(document)
    if found is not None and {ATTESTATION, EDC} <= set(types_of(found[0])):
        return found
    return None


def plain_kind(document: Any) -> str | None:
    """What a plain JSON sample of the catalogue is called; None when it is none."""
    if not isinstance(document, dict) or "@context" in document or "type" in document:
        return None
    return next((kind for kind, names in PLAIN.items() if names <= document.keys()), None)
