"""Controlled lists as data with provenance: codes, IRIs and labels, no network, no rules.

1. `entries`, `find`, `by_iri`, `suggest` look values up; each list is read from
   `data/<list>.csv` when it is first asked for, and no other list with it.
2. `languages` and `countries` convert between the codes people and files use.
3. `nqf` knows the national frameworks and how their levels relate to the EQF.
4. `sources` tells where each file comes from (`SOURCES.toml`).

>>> from tessera import vocab
>>> vocab.find("assessment", "written-exam").iri
'http://data.europa.eu/snb/assessment/6e6cb2cc78'
>>> vocab.find("country", "Irland").code
'IRL'
"""

from tessera.vocab.entry import Entry
from tessera.vocab.lookup import (
    by_iri,
    entries,
    find,
    is_member,
    isced_ancestors,
    lists,
    scheme,
    suggest,
)

__all__ = [
    "Entry",
    "by_iri",
    "entries",
    "find",
    "is_member",
    "isced_ancestors",
    "lists",
    "scheme",
    "suggest",
]
