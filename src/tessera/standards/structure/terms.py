"""The JSON-LD terms of one version: what a member name means, and what an `id` names.

Read from `shape_tables/terms-*.csv`, made by `tools/compile_shapes.py`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tessera.errors import UsageError
from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.lexical import RDF, is_iri

VERSIONS = ("1.1.0", "1.2.0")
CREDENTIAL = "VerifiableCredential"
CONTEXTS = (
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
)
# Properties that would change what a node is: left to the RDF route.
_TYPING = frozenset({f"{RDF}type", "http://www.w3.org/2000/01/rdf-schema#subClassOf"})
_BLANK = re.compile(r"_:[A-Za-z0-9]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+,\-.]*")
_TABLES = Path(__file__).parents[1] / "shape_tables"
_REMEMBERED = 4096  # IRIs kept, so that hostile documents cannot fill the memory


class Term(NamedTuple):
    """One member name: property IRI, "@id" or datatype IRI or "", and if it maps languages."""

    iri: str
    coercion: str
    is_language_map: bool


class Context:
    """The terms of one version; `scoped` holds those of a VerifiableCredential node.

    `types` are the names that may stand under `type`; `refused` are names that bring
    or need a context of their own; `seen` remembers what ids named, within bounds.
    """

    __slots__ = ("prefixes", "refused", "scoped", "seen", "terms", "types")

    def __init__(self, rows: list[list[str]]) -> None:
        self.terms: dict[str, Term] = {}
        self.scoped: dict[str, Term] = {}
        self.prefixes: dict[str, str] = {}
        # `sec` is a prefix inside a credential node only; as a member, the class of the
        # credential would bring its context along.
        refused = {"sec", "@context", CREDENTIAL}
        for name, iri, coercion, container, scope, kind in rows:
            term = Term(iri, coercion, container == "@language")
            if scope not in ("", CREDENTIAL):
                refused.add(name)
                continue
            if (kind in ("scoped", "reverse") and name != CREDENTIAL) or (
                container and not term.is_language_map
            ):
                refused.add(name)
            if kind == "prefix":
                self.prefixes[name] = term.iri
            if not scope:
                self.terms[name] = term
            self.scoped[name] = term
        self.refused = frozenset(refused)
        credential = self.terms[CREDENTIAL].iri
        for name in ("id", "type", *refused):
            self.terms.pop(name, None)
            self.scoped.pop(name, None)
        self.types = {name: term.iri for name, term in self.terms.items()} | {
            CREDENTIAL: credential
        }
        self.seen: dict[str, str] = {}

    def iri(self, text: str) -> str | None:
        """Return what an `id` names: an IRI or "_:label"; None if JSON-LD drops the text.

        Raises: OutOfDomain for relative IRIs, keywords and IRIs that parsers refuse.
        """
        found = self.seen.get(text)
        if found is not None:
            return found
        made = self._resolve(text)
        if made is not None and len(text) <= 256:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            self.seen[text] = made
        return made

    def _resolve(self, text: str) -> str | None:
        head, colon, tail = text.partition(":")
        if head in self.refused:
            raise OutOfDomain(f"The prefix in {text!r} belongs to another context.")
        if colon and head in self.prefixes and not tail.startswith("//"):
            text = self.prefixes[head] + tail
            head, colon, tail = text.partition(":")
        if is_iri(text) or _BLANK.fullmatch(text):
            return text
        if text.startswith(("@", "_:")) or text.endswith("\n") or "./" in text:
            raise OutOfDomain(f"{text!r} is no IRI that this check can judge.")
        is_scheme = _SCHEME.fullmatch(head) is not None
        if re.search(r"\s", text) and "." not in text.split("/"):
            return None  # JSON-LD drops it: white space is in no IRI
        if colon and not is_scheme and not re.search(r"[/?#]", head):
            return None  # neither a scheme nor a relative reference, such as a date
        raise OutOfDomain(f"{text!r} is a relative IRI, or one that parsers refuse.")

    def type_iri(self, name: str) -> str | None:
        """Return the class that a `type` value names, or None for an unknown word.

        An unknown word becomes an IRI below the address of the document, or nothing;
        it never becomes a class of the model, so it can be ignored.
        """
        known = self.types.get(name)
        if known is not None:
            return known
        if name in self.refused or name.startswith(("@", "_:")):
            raise OutOfDomain(f"The type {name!r} brings a context of its own.")
        if ":" not in name:
            if not re.fullmatch(r"[\w.\-/ ]*", name):
                raise OutOfDomain(f"The type {name!r} is no IRI that this check can judge.")
            return None
        return self.iri(name)

    def property(self, name: str) -> Term | None:
        """Return the meaning of a member that is no term, or None if JSON-LD drops it.

        Raises: OutOfDomain for keywords, blank properties and names of other contexts.
        """
        if name in self.refused or name.startswith(("@", "_:")):
            raise OutOfDomain(f"The member {name!r} is JSON-LD that this check does not read.")
        if ":" not in name:
            return None
        iri = self.iri(name)
        if iri is None:
            return None
        if iri in _TYPING or iri.startswith("_:"):
            raise OutOfDomain(f"The member {name!r} changes what a node is.")
        return Term(iri, "", False)


def table(name: str) -> list[list[str]]:
    """Read the rows of one of our own tables, without the head.

    No cell holds a comma, a quote or a line end (`tools/compile_shapes.py` sees to it).
    """
    _, *lines = (_TABLES / name).read_text(encoding="utf-8").splitlines()
    return [line.split(",") for line in lines]


def known(version: str) -> str:
    """Return the version if we have its tables. Raises: UsageError if not."""
    if version not in VERSIONS:
        raise UsageError(
            f"There are no tables for version {version!r} of the EDC application profile; "
            f"use one of {', '.join(VERSIONS)}."
        )
    return version


@cache
def context(version: str) -> Context:
    """Return the terms of a version, "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2)."""
    return Context(table(f"terms-{known(version)}.csv"))
