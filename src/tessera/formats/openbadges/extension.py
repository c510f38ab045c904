"""The JSON Schema of our extension of Achievement, made from the tables, and judging by it.

1EdTech asks of an extension: a context, a JSON Schema, and a type. The context comes along in
each badge; `extension.schema.json` beside this file is the published schema, and a test keeps
it equal to what is made here. The type is `MicroCredentialAchievement`.

Source: Open Badges Specification 3.0, guide to extensions; JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from tessera.formats.openbadges import wire
from tessera.formats.openbadges.classes import Problem
from tessera.formats.vcdm.learning import DESCRIPTION_NODE
from tessera.formats.vcdm.terms import OWN, JsonObject
from tessera.standards.jsontext import pointer

NAME = "extension.schema.json"
MOST_PROBLEMS = 50


def schema() -> JsonObject:
    """Make the schema of an Achievement of our type."""
    definitions: JsonObject = {}
    reference = DESCRIPTION_NODE.schema(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": OWN + "schema:" + wire.EXTENSION,
        "title": "Open Badges 3.0 Achievement with a European micro-credential",
        "type": "object",
        "properties": {
            "type": {"type": "array", "contains": {"const": wire.EXTENSION}},
            wire.MEMBER: reference,
        },
        "required": ["type", wire.MEMBER],
        "$defs": dict(sorted(definitions.items())),
    }


def published() -> str:
    """The schema as it is published."""
    return files(__package__).joinpath(NAME).read_text(encoding="utf-8")


def problems(achievement: JsonObject, path: str) -> Iterator[Problem]:
    """Judge an achievement of our type."""
    try:
        errors = list(islice(_validator().iter_errors(achievement), MOST_PROBLEMS))
    except (ValueError, TypeError):  # half a character, or a number beyond all reason
        yield Problem(path, "The extension for micro-credentials holds what no JSON text can.")
        return
    for error in errors:
        where = path + pointer(*error.instance_path)
        yield Problem(where, "The extension for micro-credentials does not fit its schema here.")


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(published())
