"""Contexts of our own, built from term tables: `terms/*.csv`, one file a context.

Columns: term, iri, type, container, within. The first row is "@context" with the address
of the context under `iri`. `type`: a datatype IRI, "@id" or "@vocab", or empty for text.
`within`: the class whose nodes know the term; empty for everywhere. Every context is
protected and takes `id` and `type` for the keywords, as VC 2.0 contexts do.

Source: JSON-LD 1.1 sections 4.1.8 and 4.1.11; Verifiable Credentials Data Model 2.0
appendix B.1 (contexts are protected); DESIGN section 4 (term tables).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tessera.errors import StandardsError

COLUMNS = ("term", "iri", "type", "container", "within")
_TABLES = Path(__file__).with_name("terms")


@cache
def term_contexts() -> Mapping[str, Mapping[str, Any]]:
    """Return the context documents of all tables, by address. Do not change them."""
    made: dict[str, Mapping[str, Any]] = {}
    for path in sorted(_TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            url, document = build(csv.reader(lines), path.name)
        made[url] = document
    return made


def build(lines: Iterable[list[str]], name: str) -> tuple[str, dict[str, Any]]:
    """Return the address and the context document of one table. name: for sentences.

    Raises: StandardsError when the table is not in order.
    """
    head, *rows = [tuple(line) for line in lines if line]
    if head != COLUMNS or not rows or rows[0][0] != "@context":
        raise StandardsError(f"The term table {name} has no head, or no address in its first row.")
    made: dict[str, Any] = {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type"}
    for row in rows[1:]:
        if len(row) != len(COLUMNS) or not row[0] or ":" not in row[1]:
            raise StandardsError(f"The term table {name} has a row that says nothing: {row!r}.")
        term, iri, kind, container, within = row
        if within and within not in made:
            raise StandardsError(f"The term table {name} uses {within!r} before it says it.")
        _scope(made, within)[term] = _definition(iri, kind, container)
    return rows[0][1], {"@context": made}


def _definition(iri: str, kind: str, container: str) -> Any:
    more = {"@type": kind, "@container": container}
    said = {key: value for key, value in more.items() if value}
    return {"@id": iri, **said} if said else iri


def _scope(made: dict[str, Any], within: str) -> dict[str, Any]:
    if not within:
        return made
    if isinstance(made[within], str):
        made[within] = {"@id": made[within]}
    empty = {"@protected": True, "id": "@id", "type": "@type"}
    scoped: dict[str, Any] = made[within].setdefault("@context", empty)
    return scoped
