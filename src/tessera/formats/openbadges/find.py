"""Find the badge in a document: bare, or as the claim `vc` of a JWT of the data model 1.1."""

from __future__ import annotations

from typing import Any

from tessera.formats.openbadges.wire import CONTEXTS, ENDORSEMENT, TYPES
from tessera.formats.vcdm.find import as_list, is_presentation, types_of
from tessera.formats.vcdm.terms import JsonObject

CLR = "ClrCredential"


def find_badge(document: Any) -> tuple[JsonObject, str] | None:
    """The badge or endorsement in a document and its JSON Pointer, or None."""
    if not isinstance(document, dict) or is_presentation(document):
        return None
    inner = document.get("vc")
    places = [(inner, "/vc")] if isinstance(inner, dict) else []
    for node, path in (*places, (document, "")):
        kinds = types_of(node)
        if CLR in kinds:
            return None
        if any(kind in kinds for kind in (*TYPES, ENDORSEMENT)) or _has_context(node):
            return node, path
    return None


def _has_context(node: JsonObject) -> bool:
    return any(
        isinstance(one, str) and CONTEXTS.fullmatch(one) for one in as_list(node.get("@context"))
    )
