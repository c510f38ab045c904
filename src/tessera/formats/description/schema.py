"""The published JSON Schema of description files (draft 2020-12), made from `members`.

`schema.json` beside this file is what is published; a test keeps it equal to what is
made here. It accepts whatever the reader accepts. The reader asks more: that codes
are in their lists, that ids are unique and references lead somewhere, that a plain
text has a language, that dates exist, numbers without exponent, and the invariants of the model.
"""

from __future__ import annotations

from typing import Any

from tessera.formats.description.members import MICRO_CREDENTIAL
from tessera.formats.description.read import FILE_VERSION

IDENTIFIER = f"urn:tessera:description:{FILE_VERSION}"


def schema() -> dict[str, Any]:
    """Return the schema as a JSON object."""
    definitions: dict[str, Any] = {}
    MICRO_CREDENTIAL.schema(definitions)
    whole = definitions.pop(MICRO_CREDENTIAL.name)
    head = {
        "$schema": {
            "description": "Address of this schema, for editors.",
            "type": ["string", "null"],
        },
        "schema": {
            "description": "Version of this kind of file.",
            "enum": [FILE_VERSION, None],
        },
        "language": {
            "description": "Language of the texts that name none (BCP 47): en, fi, pt-BR.",
            "type": ["string", "null"],
            "pattern": r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "title": "Description of a micro-credential",
        **whole,
        "properties": head | whole["properties"],
        "$defs": dict(sorted(definitions.items())),
    }
