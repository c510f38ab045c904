"""The JSON-LD context that a document brings along: exactly the terms that it uses.

It stands as an object in `@context`, so that nothing has to be fetched or hosted
(docs/decisions/0011). IRIs are written in full and no prefix is defined: a value such as
"schema:x" stays what it is. `@protected` keeps contexts behind it from changing the words.

Source: JSON-LD 1.1, 4.1 and 4.1.11; Verifiable Credentials Data Model 2.0, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from tessera.formats.vcdm import terms
from tessera.formats.vcdm.groups import Group, Spread, groups_under
from tessera.formats.vcdm.learning import (
    AWARDED_BODIES,
    AWARDED_ON,
    CLAIM,
    CREDENTIAL,
    DESCRIPTION_NODE,
)
from tessera.formats.vcdm.people import LEARNER
from tessera.formats.vcdm.terms import Json, JsonObject

# Terms of nodes that are put together in `encode`, and the notes.
_MORE: Mapping[str, Any] = {
    "hasClaim": {"@id": "elm:hasClaim"},
    "awardedBy": {"@id": "elm:awardedBy"},
    "specifiedBy": {"@id": "elm:specifiedBy"},
    "noteLiteral": {"@id": "elm:noteLiteral", "@container": "@language"},
    "Note": {"@id": "elm:Note"},
    "Qualification": {"@id": "elm:Qualification"},
}
_ROOTS = (CREDENTIAL, LEARNER, CLAIM, AWARDED_BODIES, AWARDED_ON, DESCRIPTION_NODE)


class ClashError(Exception):
    """Two members want one term to mean two things: a fault of the table, not of a call."""


@cache
def definitions() -> Mapping[str, JsonObject]:
    """Return what each term means, in full IRIs. Raises: ClashError for a faulty table."""
    return defined_by(_ROOTS, _MORE)


def defined_by(roots: Iterable[Group], more: Mapping[str, Any]) -> Mapping[str, JsonObject]:
    """Return what the terms of these groups, and of what they lead to, mean."""
    found: dict[str, JsonObject] = {}

    def define(term: str, meaning: JsonObject) -> None:
        whole = {name: terms.full(value) for name, value in meaning.items()}
        if found.setdefault(term, whole) != whole:
            raise ClashError(f"'{term}' would mean {found[term]} and {whole}.")

    for term, meaning in more.items():
        define(term, meaning)
    for root in roots:
        for group in groups_under(root):
            if group.type:
                define(group.type, {"@id": group.type_iri})
            for member in group.members.values():
                if isinstance(member, Spread):
                    continue
                define(member.term, {"@id": member.iri, **member.shape.coercion()})
                if member.inside is not None:
                    define(member.inside.term, {"@id": member.inside.iri})
                    define(member.inside.type, {"@id": member.inside.type_iri})
    return found


_HOLDERS = frozenset((dict, list))  # looked up, because every value of a document is asked


def used(
    document: Json, known: Mapping[str, JsonObject], *, is_protected: bool = True
) -> JsonObject:
    """Return the context with those known terms that the document uses, in the order of names."""
    words: set[str] = set()
    todo = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            words.update(one)
            kind = one.get("type")
            if isinstance(kind, str):
                words.add(kind)
            elif isinstance(kind, list):
                words.update(word for word in kind if isinstance(word, str))
            todo += [value for value in one.values() if type(value) in _HOLDERS]
    chosen = {term: known[term] for term in sorted(known.keys() & words)}
    head = {"@protected": True} if is_protected else {}
    return {**head, **{term: _short(meaning) for term, meaning in chosen.items()}}


def _short(meaning: JsonObject) -> Json:
    return meaning["@id"] if len(meaning) == 1 else dict(meaning)
