"""The JSON-LD context of a credential, built from the term table instead of the official files.

It says the same as the two official contexts in their order, but for the names that the
table marks as `refused` (proofs, presentations and the like, which bring contexts of
their own): a document that uses one is not expanded with it.

Source: JSON-LD 1.1, section 4.1; DESIGN section 4 (term tables).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.terms import CONTEXTS, CREDENTIAL, Context, Term, context


@cache
def context_document(version: str) -> dict[str, Any]:
    """Return the context document of a version, to be used in place of both official ones.

    version: "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2). Do not change what is returned.
    Raises: UsageError for another version.
    """
    known = context(version)
    made: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    made |= {name: _definition(known, name, term) for name, term in known.terms.items()}
    inner = {
        name: _definition(known, name, term)
        for name, term in known.scoped.items()
        if known.terms.get(name) != term
    }
    made[CREDENTIAL] = {"@id": known.types[CREDENTIAL], "@context": inner}
    return {"@context": made}


def built_contexts(document: Any, version: str) -> dict[str, Any]:
    """Return the context documents by address with which this document can be expanded.

    Raises: OutOfDomain when it uses a name that only the official contexts explain, or
    names other contexts than the two; UsageError for another version.
    """
    made = context_document(version)
    if type(document) is not dict or document.get("@context") != list(CONTEXTS):
        raise OutOfDomain("The document has another @context than the two official addresses.")
    _refuse_strangers({k: v for k, v in document.items() if k != "@context"}, context(version))
    first, second = CONTEXTS
    return {first: {"@context": {}}, second: made}


def _definition(known: Context, name: str, term: Term) -> dict[str, Any]:
    made: dict[str, Any] = {"@id": term.iri}
    if term.coercion:
        made["@type"] = term.coercion
    if term.is_language_map:
        made["@container"] = "@language"
    if name in known.prefixes:
        made["@prefix"] = True
    return made


def _refuse_strangers(document: Any, known: Context) -> None:
    """Raise where a member, a type or a prefix belongs to a context that is not built here."""
    refused = known.refused - {CREDENTIAL}
    left = [document]
    while left:
        one = left.pop()
        if type(one) is dict:
            names = [*one, *(value for value in one.values() if type(value) is str)]
            left += one.values()
        elif type(one) is list:
            names = [value for value in one if type(value) is str]
            left += one
        else:
            continue
        for name in names:
            if name in refused or name.partition(":")[0] in refused:
                raise OutOfDomain(f"{name[:60]!r} is explained by the official contexts only.")
