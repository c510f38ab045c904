"""P6, P7 and P8a: the official shapes, our structural check, and our N-Quads.

The documents are the official and real samples in the two contexts of the model, as they
are, with their pictures; each call goes through all of them. The quick accept takes those
that it accepts (on the others it gives up early), with the pictures cut to 40 signs, as
they were when its target was set: with whole pictures, reading the JSON alone takes longer.
Where the samples or the official files are not there, nothing is measured. The peer is
pyshacl with the shapes parsed once.

Source: PERFORMANCE, "Targets".
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from tests.unit.standards.structure_mutants import CONTEXTS, shortened

from bench.compare import Comparison
from tessera.formats.elm import shapes as elm_shapes
from tessera.standards.locate import Library, installed_library
from tessera.standards.shacl import load_shapes
from tessera.standards.structure import accepts, check

IDS = ("P6", "P7", "P7b", "P8a")
VERSION = "1.2.0"


def cases() -> list[Comparison]:
    """Return the comparisons, or none where the official files or samples are not there."""
    library, cases_folder = installed_library(), os.environ.get("TESSERA_CASES")
    if library is None or not cases_folder:
        print(
            "bench.shapes: needs the official files and samples (TESSERA_STANDARDS, "
            "TESSERA_CASES); its rows are left out.",
            file=sys.stderr,
        )
        return []
    documents = _samples(Path(cases_folder))
    return [_engine(library, documents), *_structure(library, documents), _step(library, documents)]


def _samples(folder: Path) -> list[Any]:
    """Read the real credentials in the two contexts; of a sealed one the payload."""
    found = []
    for name in ("edc-jsonld", "edc-jades"):
        for file in sorted((folder / name).rglob("*.json*")):
            document = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(document.get("payload"), str):
                document = json.loads(document["payload"])
            if document.get("@context") == CONTEXTS and "type" in document:
                found.append(document)
    return found


@cache
def _peer_name() -> str:
    version = importlib.metadata.version
    return f"pyshacl {version('pyshacl')} (rdflib {version('rdflib')})"


def _all(work: Callable[[Any], object], inputs: Sequence[Any]) -> Callable[[], object]:
    """Make one call that does the work for every input."""

    def call() -> None:
        for one in inputs:
            work(one)

    return call


def _note(documents: Sequence[Any], statements: Iterable[str] = ()) -> str:
    size = sum(len(orjson.dumps(one)) for one in documents)
    lines = sum(one.count("\n") for one in statements)
    note = f"{len(documents)} documents, {size / 1000:.0f} kB"
    return f"{note}, {lines} statements" if lines else note


def _engine(library: Library, documents: Sequence[Any]) -> Comparison:
    """P6: ready N-Quads in, the full report out."""
    shapes = load_shapes(library, VERSION)
    texts = [elm_shapes.nquads(one, library, VERSION) for one in documents]
    return Comparison(
        id="P6",
        title="official EDC shapes, N-Quads in, full report out, warm",
        subject=_all(shapes.validate, texts),
        peer=_all(shapes.validate_by_reference, texts),
        target=50,
        note=_note(documents, texts),
        peer_name=_peer_name(),
    )


def _structure(library: Library, documents: Sequence[Any]) -> list[Comparison]:
    """P7: JSON text in, the exact report out; and the quick accept where it applies."""
    shapes = load_shapes(library, VERSION)
    accepted = [shortened(one) for one in documents if accepts(one, VERSION)]
    made = []
    for id, title, chosen, judge, target in (
        ("P7", "structural ELM check, exact report, from JSON text", documents, check, 60),
        ("P7b", "structural ELM check, quick accept, from JSON text", accepted, accepts, 300),
    ):
        raws = [orjson.dumps(one) for one in chosen]
        texts = [elm_shapes.nquads(one, library, VERSION) for one in chosen]

        def judged(raw: bytes, judge: Callable[[Any, str], object] = judge) -> object:
            return judge(orjson.loads(raw), VERSION)

        made.append(
            Comparison(
                id=id,
                title=title,
                subject=_all(judged, raws),
                peer=_all(shapes.validate_by_reference, texts),
                target=target,
                limit=_all(orjson.loads, raws),
                note=f"{_note(chosen, texts)}; the peer gets N-Quads; the limit is orjson.loads",
                peer_name=_peer_name(),
            )
        )
    return made


def _step(library: Library, documents: Sequence[Any]) -> Comparison:
    """P8a: parsed JSON in, the report of the official shapes out."""
    shapes = load_shapes(library, VERSION)

    def ours(document: Any) -> object:
        return elm_shapes.validate(document, library, VERSION)

    def theirs(document: Any) -> object:
        text = elm_shapes.nquads(document, library, VERSION, general=True)
        return shapes.validate_by_reference(text)

    return Comparison(
        id="P8a",
        title="schema step: our N-Quads and the official shapes",
        subject=_all(ours, documents),
        peer=_all(theirs, documents),
        target=30,
        note=_note(documents),
        peer_name=f"PyLD {importlib.metadata.version('PyLD')} and {_peer_name()}",
    )
