"""A document under the official shapes: its statements as N-Quads, the engine behind the port.

1. Our own writer makes the statements straight from the JSON tree (`standards.structure`).
2. What it cannot read for sure is expanded by PyLD with the two pinned contexts, and nothing
   else; `general=True` takes this path for every document.
3. The compiled shapes of a version judge the statements.

A name that is no absolute IRI stays without meaning, since a credential has no address
of its own. Source: EDC application profile; JSON-LD 1.1 API.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.formats.elm import wire
from tessera.formats.elm.check_words import SOURCE, rule_of, sentence
from tessera.formats.elm.wire import Json
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.locate import Library
    from tessera.standards.shacl import Violation

_VC_CONTEXT = "w3c/vc-data-model/credentials/v1"
_MOST_VALUES = 30_000  # for expansion, which takes about a second for so many
_REMEMBERED = 64  # contexts inside documents, so that hostile ones cannot fill the memory


def validate(
    document: Mapping[str, Json], library: Library, version: str, *, general: bool = False
) -> tuple[Violation, ...]:
    """Hold a credential against the official shapes of a version.

    general: expand by PyLD even where our own writer could tell.
    Raises: StandardsError when a file or the extra [rdf] is missing, or the document
    cannot be expanded (another context, wrong JSON-LD).
    """
    from tessera.standards.shacl import load_shapes

    shapes = load_shapes(library, version, profiles_of(document))
    return shapes.validate(nquads(document, library, version, general=general))


def profiles_of(document: Mapping[str, Json]) -> tuple[str, ...]:
    """The IRIs of the credential profiles, which may add shapes."""
    ids = [
        one.get("id") if isinstance(one, Mapping) else one
        for one in wire.as_list(document.get("credentialProfiles"))
    ]
    return tuple(one for one in ids if isinstance(one, str))


def nquads(
    document: Mapping[str, Json], library: Library | None, version: str, *, general: bool = False
) -> str:
    """The statements of a credential as N-Quads of the default graph.

    library: the official contexts; None for the context of our own term table, which
    says the same but for proofs and presentations. general: see `validate`.
    Raises: StandardsError as `validate`.
    """
    from tessera.standards.structure import OutOfDomain
    from tessera.standards.structure import nquads as written

    if not general:
        try:
            return written(document, version)
        except OutOfDomain:
            pass
    return _expanded(document, _contexts(document, library, version))


def _expanded(document: Mapping[str, Json], contexts: _Contexts) -> str:
    """The same by PyLD."""
    try:
        from pyld import jsonld
    except ImportError as error:
        raise StandardsError("JSON-LD needs the extra: install tessera[rdf].") from error

    def load(address: str, _options: Any) -> dict[str, Any]:
        if address not in contexts.documents:
            raise StandardsError(f"The context {address[:100]} is not one of those pinned here.")
        found = contexts.documents[address]
        return {"contextUrl": None, "documentUrl": address, "document": found}

    _refuse_bulk(document)
    if len(contexts.resolved) > _REMEMBERED:
        contexts.resolved.clear()
    options = {
        "format": "application/n-quads",
        "documentLoader": load,
        "contextResolver": jsonld.ContextResolver(contexts.resolved, load),
        "expandContext": {"@base": None},  # else PyLD makes up an address
    }
    try:
        return str(jsonld.to_rdf(dict(document), options))
    except StandardsError:
        raise
    except (
        jsonld.JsonLdError,
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:
        raise StandardsError(
            "The document cannot be read as JSON-LD with the two contexts of the model."
        ) from error


def _refuse_bulk(document: Any) -> None:
    """Raise for a document that would keep the expansion busy for long."""
    left, seen = [document], 0
    while left:
        one = left.pop()
        if isinstance(one, Mapping | list):
            inner = one.values() if isinstance(one, Mapping) else one
            seen += len(inner)
            left += inner
        if seen > _MOST_VALUES:
            raise StandardsError("The document has too many values to be expanded as JSON-LD.")


@dataclass(frozen=True, slots=True)
class _Contexts:
    """Context documents by address, and PyLD's memory of them.

    Each set has a memory of its own: PyLD's common one is keyed by the address, and both
    versions of the model use the same address.
    """

    documents: Mapping[str, Any]
    resolved: dict[str, Any] = field(default_factory=dict)


def _contexts(document: Mapping[str, Json], library: Library | None, version: str) -> _Contexts:
    if library is not None:
        return _read_contexts(library.root, version)
    from tessera.standards.structure import OutOfDomain
    from tessera.standards.structure.contexts import built_contexts

    try:
        return _Contexts(built_contexts(document, version))
    except OutOfDomain as error:
        raise StandardsError(
            f"{error} Run 'tessera standards install' to have the official contexts."
        ) from error


@functools.lru_cache(maxsize=8)
def _read_contexts(root: Any, version: str) -> _Contexts:
    from tessera.standards.locate import Library
    from tessera.standards.shacl import FOLDERS

    library = Library(root)
    names = dict(
        zip(wire.CONTEXT, (_VC_CONTEXT, f"{FOLDERS[version]}/edc-ap-context.jsonld"), strict=True)
    )
    return _Contexts({address: json.loads(library.read(name)) for address, name in names.items()})


def violation_findings(violations: Sequence[Violation], version: str) -> list[Finding]:
    """The violations of the official shapes, grouped by rule and member."""
    groups: dict[tuple[str, str | None], list[Violation]] = {}
    for one in violations:
        groups.setdefault((one.component, one.path), []).append(one)
    return [
        Finding.failed(
            rule_of(component),
            sentence(component, path, found[0].message or "see the official shapes"),
            evidence={
                "component": component,
                "property": path,
                "version": version,
                "focus": [one.focus for one in found[:20]],
            },
            source=SOURCE.format(version=version),
        )
        for (component, path), found in groups.items()
    ]
