"""A document under the official shapes: JSON-LD expansion, N-Quads, the engine behind the port.

The contexts are the pinned official ones and nothing else; a document that names
another is not expanded. Source: EDC application profile; JSON-LD 1.1 API.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
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


def validate(document: Mapping[str, Json], library: Library, version: str) -> tuple[Violation, ...]:
    """Expand a credential and hold it against the official shapes of a version.

    Raises: StandardsError when a file or the extra [rdf] is missing, or the document
    cannot be expanded (another context, wrong JSON-LD).
    """
    from tessera.standards.shacl import load_shapes

    shapes = load_shapes(library, version, profiles_of(document))
    return shapes.validate(nquads(document, library, version))


def profiles_of(document: Mapping[str, Json]) -> tuple[str, ...]:
    """The IRIs of the credential profiles, which may add shapes."""
    ids = [
        one.get("id") if isinstance(one, Mapping) else one
        for one in wire.as_list(document.get("credentialProfiles"))
    ]
    return tuple(one for one in ids if isinstance(one, str))


def nquads(document: Mapping[str, Json], library: Library, version: str) -> str:
    """The statements of a credential as N-Quads of the default graph.

    Raises: StandardsError as `validate`.
    """
    try:
        from pyld import jsonld
    except ImportError as error:
        raise StandardsError("JSON-LD needs the extra: install tessera[rdf].") from error
    contexts = _contexts(library, version)

    def load(address: str, _options: Any) -> dict[str, Any]:
        if address not in contexts:
            raise StandardsError(f"The context {address[:100]} is not one of those pinned here.")
        found = contexts[address]
        return {"contextUrl": None, "documentUrl": address, "document": found}

    options = {"format": "application/n-quads", "documentLoader": load}
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


@functools.lru_cache(maxsize=8)
def _read_contexts(root: Any, version: str) -> Mapping[str, Any]:
    from tessera.standards.locate import Library
    from tessera.standards.shacl import FOLDERS

    library = Library(root)
    names = dict(
        zip(wire.CONTEXT, (_VC_CONTEXT, f"{FOLDERS[version]}/edc-ap-context.jsonld"), strict=True)
    )
    return {address: json.loads(library.read(name)) for address, name in names.items()}


def _contexts(library: Library, version: str) -> Mapping[str, Any]:
    return _read_contexts(library.root, version)


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
