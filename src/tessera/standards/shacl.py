"""One port to SHACL engines: official shapes in, raw violations out.

The engine is `shacl` (Rust, compiled once); `pyshacl` is the reference, selectable,
and tests hold the two against each other (docs/decisions/0007). Steps: 1 merge the
two EDC files of a version and what the profile adds, 2 mend two recorded typing
errors and strip `owl:imports`, so that no engine goes to the network, 3 validate.

Source: W3C SHACL; EDC application profile 1.1.0 (ELM 3.1) and 1.2.0 (ELM 3.2).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.standards.structure.lexical import STRING
from tessera.standards.structure.nquads import literal
from tessera.standards.structure.table import Literal
from tessera.standards.structure.terms import known

if TYPE_CHECKING:
    from tessera.standards.locate import Library

FOLDERS = {"1.2.0": "elm-3.2-lts", "1.1.0": "elm-3.1-master"}
ELM_VERSIONS = {"1.2.0": "3.2", "1.1.0": "3.1"}
_GENERIC = ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl")
PROFILES = {
    "http://data.europa.eu/snb/credential/6cf8e68c43": "EDC-accredited.ttl",
    "http://data.europa.eu/snb/credential/c_9a31f32a": "EDC-issuedByMandate.ttl",
    "http://data.europa.eu/snb/credential/c_7e400154": "EDC-converted.ttl",
    "http://data.europa.eu/snb/credential/6dff8a0f87": "EDC-diplomaSupplement.ttl",
}
MOST_QUADS_BYTES = 30_000_000
_MOST_RESULTS = 500
_IMPORTS = re.compile(r"\s*owl:imports\s+<[^>]*>\s*([;.])")
# Recorded patches of the published shapes: a class and a property in wrong letters, which
# the engines ignore; one is written right, the other left out, so that nothing changes.
PATCHES = (("a sh:propertyShape", "a sh:PropertyShape"), ("sh:nodekind sh:IRI;", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One top-level result; terms in N-Triples syntax, the component without its suffix."""

    focus: str
    path: str | None
    component: str
    value: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The merged, mended shapes of one version, as Turtle text, for either engine."""

    version: str
    text: str
    compiled: Any

    def validate(self, nquads: str) -> tuple[Violation, ...]:
        """Validate default-graph quads (N-Triples text) with the compiled engine.

        Raises: StandardsError when the data are too large or are no N-Triples. At
        most 500 violations are returned.
        """
        if len(nquads) > MOST_QUADS_BYTES:
            raise StandardsError("The document has too many statements for the official shapes.")
        try:
            report = self.compiled.validate_text(
                nquads, format="ntriples", max_results=_MOST_RESULTS
            )
        except ValueError as error:
            raise StandardsError(f"The statements cannot be read: {str(error)[:300]}") from error
        return tuple(
            Violation(
                focus=one.focus_node,
                path=one.path,
                component=one.component.removesuffix("ConstraintComponent"),
                value=one.value,
                message=one.message or "",
            )
            for one in report.results
        )

    def validate_by_reference(self, nquads: str) -> tuple[Violation, ...]:
        """The same by pyshacl, far slower; for tests and for doubts.

        Raises: StandardsError when pyshacl is not installed.
        """
        try:
            import pyshacl
            import rdflib
        except ImportError as error:
            raise StandardsError("The reference engine needs pyshacl: pip install it.") from error
        normalizing, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
        try:
            graph = rdflib.Graph().parse(data=nquads, format="nt")
            shapes = _reference_shapes(self.text)
            _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        finally:
            rdflib.NORMALIZE_LITERALS = normalizing
        return tuple(_from_graph(report))


@functools.lru_cache(maxsize=2)
def _reference_shapes(text: str) -> Any:
    import rdflib

    return rdflib.Graph().parse(data=text, format="turtle")


def _ntriples(term: Any) -> str:
    """Write a term of rdflib as the other engine does; its own `n3` breaks lines."""
    import rdflib

    if not isinstance(term, rdflib.Literal):
        return str(term.n3())
    datatype = str(term.datatype) if term.datatype is not None else STRING
    return literal(Literal(str(term), datatype, term.language or ""))


def _from_graph(report: Any) -> list[Violation]:
    from rdflib.namespace import SH

    found = []
    for result in report.objects(None, SH.result):
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        component = str(report.value(result, SH.sourceConstraintComponent))
        found.append(
            Violation(
                focus=report.value(result, SH.focusNode).n3(),
                path=path.n3() if path is not None else None,
                component=component.rpartition("#")[2].removesuffix("ConstraintComponent"),
                value=_ntriples(value) if value is not None else None,
                message=str(report.value(result, SH.resultMessage) or ""),
            )
        )
    return found


def load_shapes(library: Library, version: str, profiles: tuple[str, ...] = ()) -> Shapes:
    """Return the shapes of an application profile version ("1.1.0" or "1.2.0").

    profiles: IRIs of `credentialProfiles`; each may add shapes of its own.
    Raises: StandardsError when a file is missing or altered, or the extra `[rdf]` is;
    UsageError for another version.
    """
    extra = tuple(sorted({PROFILES[one] for one in profiles if one in PROFILES}))
    return _load(library.root, known(version), (*_GENERIC, *extra))


@functools.lru_cache(maxsize=16)
def _load(root: Any, version: str, names: tuple[str, ...]) -> Shapes:
    from tessera.standards.locate import Library

    try:
        import shacl
    except ImportError as error:
        raise StandardsError("The official shapes need the extra: install tessera[rdf].") from error
    library = Library(root)
    folder = FOLDERS[version]
    texts = [library.read(f"{folder}/{name}").decode("utf-8") for name in names]
    text = _merge(texts)
    return Shapes(version=version, text=text, compiled=shacl.Shapes.from_text(text, "turtle"))


def _merge(texts: list[str]) -> str:
    """Join Turtle documents; a prefix may be declared again with another address."""
    merged = "\n".join(texts)
    for wrong, right in PATCHES:
        merged = merged.replace(wrong, right)
    return _IMPORTS.sub(lambda found: f" {found[1]}", merged)
