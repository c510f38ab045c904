"""Find the credential or the presentation in a document, bare or as a claim of a JWT.

Source: Verifiable Credentials Data Model 2.0, 4.4 and 4.13; 1.1, 6.3.1 (the claims vc and vp).
"""

from __future__ import annotations

from typing import Any

from tessera.formats.vcdm import terms
from tessera.formats.vcdm.terms import Json, JsonObject

CREDENTIAL = "VerifiableCredential"
PRESENTATIONS = ("VerifiablePresentation", "EnvelopedVerifiablePresentation")
ENVELOPED = "EnvelopedVerifiableCredential"


def as_list(value: Json) -> list[Json]:
    """JSON-LD: one value and an array of one value mean the same."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def types_of(node: JsonObject) -> list[str]:
    """The types of a node that are texts."""
    return [one for one in as_list(node.get("type", node.get("@type"))) if isinstance(one, str)]


def find_presentation(document: Any) -> tuple[JsonObject, str] | None:
    """The presentation in a document and its JSON Pointer, or None."""
    for node, path in _candidates(document, "vp"):
        if any(kind in PRESENTATIONS for kind in types_of(node)) or "verifiableCredential" in node:
            return node, path
    return None


def find_credential(document: Any) -> tuple[JsonObject, str] | None:
    """The credential in a document and its JSON Pointer, or None."""
    if find_presentation(document) is not None:
        return None
    for node, path in _candidates(document, "vc"):
        contexts = as_list(node.get("@context"))
        is_named = bool({CREDENTIAL, ENVELOPED} & set(types_of(node)))
        if is_named or terms.V1 in contexts or terms.V2 in contexts:
            return node, path
    return None


def is_presentation(document: Any) -> bool:
    """Tell whether a document presents credentials of others."""
    return find_presentation(document) is not None


def _candidates(document: Any, claim: str) -> list[tuple[JsonObject, str]]:
    if not isinstance(document, dict):
        return []
    inner = document.get(claim)
    found = [(document, "")]
    return [(inner, f"/{claim}"), *found] if isinstance(inner, dict) else found
