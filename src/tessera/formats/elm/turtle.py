"""ELM credentials in Turtle: recognised, parsed within budgets, held against the shapes.

Needs the extra [rdf] (pyoxigraph, shacl). Not read into an award: nobody seals
Turtle; the step `schema` is all that can be said about it.
Source: RDF 1.1 Turtle; EDC application profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tessera.errors import StandardsError, UnreadableError
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.locate import Library

MOST_BYTES = 20_000_000
MOST_TRIPLES = 200_000
_BEGINS = re.compile(
    rb"(?:\s|#[^\n]*\n)*(?:@prefix\s|@base\s|prefix\s+[\w.-]*:\s*<|base\s+<|<[a-z][a-z0-9+.-]*:[^>\s]*>\s)",
    re.IGNORECASE,
)
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_ELM = "http://data.europa.eu/snb/model/elm/"
_CREDENTIAL = f"{_ELM}EuropeanDigitalCredential"
_PROFILES = f"{_ELM}credentialProfiles"
_SOURCE = "EDC application profile; RDF 1.1 Turtle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The statements of a Turtle document as N-Triples, and what they say about themselves."""

    ntriples: str
    triples: int
    credentials: tuple[str, ...]
    profiles: tuple[str, ...]


def looks_like_turtle(raw: bytes) -> bool:
    """Tell whether the text begins as Turtle does (a prefix, a base or a subject)."""
    return _BEGINS.match(raw[:20_000]) is not None


def read_turtle(raw: bytes) -> Graph:
    """Parse a Turtle document of at most 20 MB and 200,000 statements.

    Raises: UnreadableError when it is no Turtle or too large; StandardsError when the
    extra [rdf] is not installed.
    """
    try:
        import pyoxigraph
    except ImportError as error:
        raise StandardsError("Turtle needs the extra: install tessera[rdf].") from error
    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"The text has {len(raw)} bytes; at most {MOST_BYTES} are read.")
    lines: list[str] = []
    credentials: dict[str, None] = {}
    profiles: dict[str, None] = {}
    try:
        for quad in pyoxigraph.parse(raw, format=pyoxigraph.RdfFormat.TURTLE):
            if len(lines) >= MOST_TRIPLES:
                raise UnreadableError(f"It has more than {MOST_TRIPLES} statements.")
            if isinstance(quad.object, pyoxigraph.Triple):
                raise UnreadableError(
                    "It speaks about statements (RDF 1.2), which no profile does."
                )
            predicate, value = quad.predicate.value, str(quad.object)
            lines.append(f"{quad.subject} {quad.predicate} {value} .")
            if predicate == _RDF_TYPE and value == f"<{_CREDENTIAL}>":
                credentials[str(quad.subject)] = None
            elif predicate == _PROFILES:
                profiles[value.strip("<>")] = None
    except (SyntaxError, ValueError) as error:
        raise UnreadableError(f"It is not Turtle: {str(error)[:200]}") from error
    return Graph(
        ntriples="\n".join(lines) + "\n",
        triples=len(lines),
        credentials=tuple(credentials),
        profiles=tuple(profiles),
    )


def check(graph: Graph, library: Library | None) -> tuple[Finding, ...]:
    """Hold the statements against the official shapes of both versions."""
    from tessera.formats.elm.check import ELM, VERSIONS
    from tessera.formats.elm.shapes import violation_findings
    from tessera.standards.shacl import load_shapes

    if not graph.credentials:
        message = "The Turtle text holds no European Digital Credential."
        return (Finding.failed("elm.schema.no-credential", message, source=_SOURCE),)
    if library is None:
        return (_unknown("The official shapes are not installed, or were left out."),)
    found = {}
    for version in VERSIONS:
        try:
            shapes = load_shapes(library, version, graph.profiles)
            found[version] = shapes.validate(graph.ntriples)
        except StandardsError as error:
            return (_unknown(str(error)),)
        if not found[version]:
            message = (
                f"The document follows the EDC application profile {version} "
                f"(European Learning Model {ELM[version]})."
            )
            evidence = {"version": version, "by": "the official shapes"}
            return (
                Finding.passed("elm.schema.profile", message, evidence=evidence, source=_SOURCE),
            )
    nearest = min(found, key=lambda one: len(found[one]))
    return tuple(violation_findings(found[nearest], nearest))


def _unknown(why: str) -> Finding:
    return Finding.indeterminate(
        "elm.schema.not-judged",
        f"Whether the document follows the profile is not known. {why} 'tessera standards "
        "install' installs the official shapes.",
        source=_SOURCE,
    )
