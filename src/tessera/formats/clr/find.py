"""Find the record in a document: bare, or as the claim `vc` of a JWT of the data model 1.1."""

from __future__ import annotations

from typing import Any

from tessera.formats.clr.wire import TYPE
from tessera.formats.vcdm.find import types_of
from tessera.formats.vcdm.terms import JsonObject


def find_record(document: Any) -> tuple[JsonObject, str] | None:
    """The record in a document and its JSON Pointer, or None."""
    if not isinstance(document, dict):
        return None
    inner = document.get("vc")
    places = [(inner, "/vc")] if isinstance(inner, dict) else []
    for node, path in (*places, (document, "")):
        if TYPE in types_of(node):
            return node, path
    return None
