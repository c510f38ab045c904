"""Write the tables of `tessera.standards.structure` from the official shapes and contexts.

    python tools/compile_shapes.py STANDARDS            write the csv files of every version
    python tools/compile_shapes.py STANDARDS --check    only compare; exit code 1 if they differ

STANDARDS is the folder with `elm-3.1-master`, `elm-3.2-lts` and `w3c`.

1. Merge the generic shapes and those for the code lists; nothing is imported or fetched.
2. List every constraint of every target class and of every shape they refer to, one row
   each. Deactivated shapes are left out, and so are the two misspelt words of the official
   files (`sh:nodekind`, `sh:propertyShape`), which no engine reads.
3. List the terms of the two contexts with what JSON-LD makes of their values.

Raises SystemExit when the official files hold something that the tables cannot say.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyld import jsonld
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

SH = Namespace("http://www.w3.org/ns/shacl#")
TABLES = Path(__file__).parents[1] / "src" / "tessera" / "standards" / "shape_tables"
VERSIONS = {"1.1.0": "elm-3.1-master", "1.2.0": "elm-3.2-lts"}
SHAPES = ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl")
CREDENTIAL = "VerifiableCredential"
V1 = "https://www.w3.org/2018/credentials/v1"
EDC = "http://data.europa.eu/snb/model/context/edc-ap"
SILENT = {
    "path",
    "name",
    "description",
    "order",
    "severity",
    "message",
    "nodekind",
    "property",
    "targetClass",
    "deactivated",
}
COMPONENTS = {
    "class": "Class",
    "datatype": "Datatype",
    "nodeKind": "NodeKind",
    "minCount": "MinCount",
    "maxCount": "MaxCount",
    "or": "Or",
    "node": "Node",
    "hasValue": "HasValue",
    "uniqueLang": "UniqueLang",
    "maxInclusive": "MaxInclusive",
}
Row = tuple[str, ...]


def short(shape: Node) -> str:
    """Name a node shape by the end of its IRI, marked as a shape by "#"."""
    return "#" + str(shape).rsplit("/", 1)[-1]


def value_of(graph: Graph, name: str, value: Node) -> str:
    """Write the argument of one constraint as a word of our table."""
    if name == "or":
        options = []
        for option in Collection(graph, value):
            ((predicate, argument),) = graph.predicate_objects(option)
            word = str(predicate).removeprefix(str(SH))
            options.append(f"{COMPONENTS[word]}={value_of(graph, word, argument)}")
        return " ".join(options)
    if name == "node":
        return short(value)
    if name == "nodeKind":
        return str(value).removeprefix(str(SH))
    if name == "hasValue" and isinstance(value, Literal):
        raise SystemExit(f"sh:hasValue with a literal is not foreseen: {value!r}")
    return str(value)


def constraints(graph: Graph, shape: Node) -> Iterator[tuple[str, str]]:
    """Yield component and argument of each constraint that sits on a shape itself."""
    for predicate, value in graph.predicate_objects(shape):
        name = str(predicate).removeprefix(str(SH))
        if not str(predicate).startswith(str(SH)) or name in SILENT:
            continue
        if name not in COMPONENTS:
            raise SystemExit(f"sh:{name} is not foreseen; extend the check first ({shape})")
        if name == "uniqueLang" and str(value) != "true":
            continue
        yield COMPONENTS[name], value_of(graph, name, value)


def is_off(graph: Graph, shape: Node) -> bool:
    return str(graph.value(shape, SH.deactivated)) == "true"


def rows_of(graph: Graph, target: str, shape: Node, words: dict[str, str]) -> Iterator[Row]:
    """Yield the rows of one node shape under the name of its target."""
    for component, value in constraints(graph, shape):
        yield target, "", "", component, value
    for member in graph.objects(shape, SH.property):
        if is_off(graph, member):
            continue
        path = graph.value(member, SH.path)
        if not isinstance(path, URIRef) or (member, SH.property, None) in graph:
            raise SystemExit(f"only plain paths are foreseen: {member}")
        for component, value in constraints(graph, member):
            yield target, words.get(str(path), ""), str(path), component, value


def shape_rows(folder: Path, words: dict[str, str]) -> list[Row]:
    """List the constraints of one set of shapes; repeated rows are repeated results."""
    graph = Graph()
    for name in SHAPES:
        graph.parse(folder / name, format="turtle")
    rows: list[Row] = []
    for shape, target in graph.subject_objects(SH.targetClass):
        if len(list(graph.objects(shape, SH.targetClass))) != 1:
            raise SystemExit(f"one target for each shape is foreseen: {shape}")
        if not is_off(graph, shape):
            rows += rows_of(graph, str(target), shape, words)
    for shape in set(graph.objects(None, SH.node)):
        if not is_off(graph, shape):
            rows += rows_of(graph, short(shape), shape, words)
    return sorted(rows)


def loader(standards: Path, folder: Path) -> Any:
    """Serve the two contexts from the folder, and nothing else."""
    files = {
        V1: standards / "w3c" / "vc-data-model" / "credentials" / "v1",
        EDC: folder / "edc-ap-context.jsonld",
    }

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        document = json.loads(files[url].read_text(encoding="utf-8"))
        return {"contextUrl": None, "documentUrl": url, "document": document}

    return load


def term_rows(standards: Path, folder: Path) -> list[Row]:
    """List the terms: term, iri, coercion, container, scope, kind."""
    processor = jsonld.JsonLdProcessor()
    load = loader(standards, folder)
    options = {
        "documentLoader": load,
        "base": "",
        "processingMode": "json-ld-1.1",
        "contextResolver": jsonld.ContextResolver({}, load),
    }
    start = processor.process_context(processor._get_initial_context(options), {}, options)
    outer = processor.process_context(start, {"@context": [V1, EDC]}, options)
    inner = processor.process_context(
        outer, {"@context": outer["mappings"][CREDENTIAL]["@context"]}, options
    )
    rows = [row(term, mapping, "") for term, mapping in outer["mappings"].items()]
    for term, mapping in inner["mappings"].items():
        here = row(term, mapping, CREDENTIAL)
        if (*here[:4], "", here[5]) not in rows:
            rows.append(here)
        for name, iri in (mapping.get("@context") or {}).items():
            if term not in outer["mappings"] and name not in outer["mappings"]:
                if name.startswith("@") or name in ("id", "type"):
                    continue
                rows.append((name, str(iri), "", "", term, "scoped"))
    return sorted(set(rows))


def row(term: str, mapping: dict[str, Any], scope: str) -> Row:
    """Write one term; its kind is "prefix", "scoped" (brings a context), "reverse" or ""."""
    container = mapping.get("@container") or []
    kind = "prefix" if mapping["_prefix"] else ""
    if mapping.get("@context") and (term == CREDENTIAL or not term[0].islower()):
        kind = "scoped"
    if mapping["reverse"]:
        kind = "reverse"
    listed = " ".join([container] if isinstance(container, str) else container)
    return term, mapping["@id"], mapping.get("@type") or "", listed, scope, kind


def text(head: Row, rows: list[Row]) -> str:
    """Write a table as CSV with LF line ends; its reader knows no quotes and needs none."""
    for cells in rows:
        if any(sign in cell for cell in cells for sign in ',"\r\n'):
            raise SystemExit(f"a cell with a comma or a quote is not foreseen: {cells!r}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def tables(standards: Path) -> dict[str, str]:
    """Make the text of every table by its file name."""
    made = {}
    for version, name in VERSIONS.items():
        terms = term_rows(standards, standards / name)
        words: dict[str, str] = {}
        for term, iri, _, _, scope, _ in terms:
            if scope in ("", CREDENTIAL):
                words.setdefault(iri, term)
        made[f"terms-{version}.csv"] = text(
            ("term", "iri", "coercion", "container", "scope", "kind"), terms
        )
        made[f"edc-{version}.csv"] = text(
            ("target", "term", "path", "component", "value"),
            shape_rows(standards / name, words),
        )
    return made


def main(arguments: list[str]) -> int:
    if not arguments or len(arguments) > 2:
        print(__doc__)
        return 64
    differ = 0
    for name, made in tables(Path(arguments[0])).items():
        file = TABLES / name
        if "--check" in arguments:
            same = file.exists() and file.read_text(encoding="utf-8") == made
            differ |= not same
            print(f"{name}: {'as the official files' if same else 'differs'}")
        else:
            file.write_text(made, encoding="utf-8")
            print(f"{name}: {made.count(chr(10)) - 1} rows")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
