"""Documents broken on purpose, and the official verdict on them (for the structure tests).

`official` makes N-Quads with PyLD and asks the SHACL engine; `mutate` breaks a document
at one place by the kinds listed in KINDS. Needs TESSERA_STANDARDS and TESSERA_CASES.
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from pathlib import Path

CONTEXTS = [
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
]
FOLDERS = {"1.1.0": "elm-3.1-master", "1.2.0": "elm-3.2-lts"}
STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
CASES = os.environ.get("TESSERA_CASES", "")


def samples():
    """Read the real credentials in the two official contexts, pictures cut short."""
    found = []
    for folder in ("edc-jsonld", "edc-jades"):
        for file in sorted(Path(CASES, folder).rglob("*.json*")):
            document = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(document.get("payload"), str):
                document = json.loads(document["payload"])
            if document.get("@context") == CONTEXTS and "type" in document:
                found.append((file.name, shortened(document)))
    return found


def shortened(value):
    if isinstance(value, dict):
        return {key: shortened(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shortened(member) for member in value]
    return value[:40] if isinstance(value, str) and len(value) > 500 else value


class Official:
    """The official shapes of one version behind PyLD and the SHACL engine."""

    def __init__(self, version):
        import rdflib
        import shacl

        folder = Path(STANDARDS, FOLDERS[version])
        graph = rdflib.Graph()
        for name in ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl"):
            graph.parse(folder / name, format="turtle")
        graph.remove((None, rdflib.OWL.imports, None))
        self.graph = graph
        self.shapes = shacl.Shapes.from_turtle(graph.serialize(format="turtle"))
        v1 = Path(STANDARDS, "w3c", "vc-data-model", "credentials", "v1")
        files = dict(zip(CONTEXTS, (v1, folder / "edc-ap-context.jsonld"), strict=True))
        self.cache = {}
        self.contexts = {url: json.loads(file.read_text("utf-8")) for url, file in files.items()}

    def _load(self, url, _options=None):
        return {"contextUrl": None, "documentUrl": url, "document": self.contexts[url]}

    def quads(self, document):
        from pyld import jsonld

        # A cache of our own: PyLD's is keyed by address, and both versions have one address.
        # Without a base, PyLD would make up an address for relative names.
        options = {
            "format": "application/n-quads",
            "documentLoader": self._load,
            "contextResolver": jsonld.ContextResolver(self.cache, self._load),
            "expandContext": {"@base": None},
        }
        return jsonld.to_rdf(copy.deepcopy(document), options)

    def report(self, document):
        """Return the violations as a multiset, or None if the document cannot be read."""
        from pyld.jsonld import JsonLdError

        try:
            report = self.shapes.validate_text(self.quads(document), "nquads")
        except (JsonLdError, ValueError, TypeError):
            return None
        return Counter(
            (
                plain(result.focus_node),
                plain(result.path),
                result.component.removesuffix("ConstraintComponent"),
                plain(result.value),
            )
            for result in report.results
        )


def plain(term):
    """Write a term of the engine as we do; blank nodes are one symbol."""
    if term is None or term.startswith('"'):
        return term
    return "_:" if term.startswith("_:") else term.strip("<>")


def ours(results):
    """Make the same multiset of our own results; our own component apart."""
    return Counter(
        (blank(result.focus), result.path, result.component, blank(result.value))
        for result in results
        if result.component != "ValueDropped"
    )


def blank(term):
    return "_:" if term is not None and term.startswith("_:") else term


def places(value, path=()):
    """List (path, value) of every member and item below a document, contexts left out."""
    found = []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in inner:
        if key == "@context":
            continue
        found.append(((*path, key), member))
        if isinstance(member, dict | list):
            found += places(member, (*path, key))
    return found


def reach(document, path):
    for key in path:
        document = document[key]
    return document


WRONG = (
    "x y",
    "",
    "2024-02-03T10:00:00Z",
    5,
    0,
    -1,
    2.5,
    5.0,
    1e-7,
    150,
    True,
    False,
    None,
    [],
    {},
    ["a", "b"],
    "http://example.org/x",
    "urn:epass:org:1",
    "1",
    "P1Y",
    "01.02.2024",
    [[1], "x"],
    {"id": "urn:new:1"},
    {"type": "Concept"},
    {"id": "urn:new:2", "type": ["Note", "Person"]},
    {"en": "text"},
    {"@value": "x", "@language": "de"},
    {"@value": 7},
    {"@value": "2024-01-01T00:00:00Z", "@type": "xsd:dateTime"},
    "elm:x",
    "_:b7",
    "true",
)
STRINGS = (
    "",
    " ",
    "x y",
    "a\nb",
    '"quoted"',
    "back\\slash",
    "\t",
    "\u0000",
    "\u007f",
    "\ufffe",
    "é",
    "\U0001f600",
    "2024-02-30T00:00:00Z",
    "2023-02-29T12:00:00",
    "2024-02-29T12:00:00+02:00",
    "2024-13-01T00:00:00Z",
    "2024-01-01",
    "2024-01-01T24:00:00Z",
    "-0004-02-29T00:00:00Z",
    "P",
    "PT",
    "PT50H",
    "P1M",
    "P1H",
    "-P1DT2.5S",
    "1.0",
    "+7",
    "-3",
    "1e3",
    ".5",
    "TRUE",
    "0",
    "100",
    "101",
    "http://example.org/é",
    "urn:x",
    "did:web:example.org",
    "mailto:a@example.org",
    "2024-02-03T00:00:00Z",
    "a b:c",
    "elm:Person",
    "dc:x",
    "http://example.org/?a=b#c",
)
TYPES = (
    "Person",
    "Organisation",
    "Concept",
    "ConceptScheme",
    "Note",
    "Claim",
    "LearningAchievement",
    "LearningActivity",
    "Qualification",
    "Agent",
    "Group",
    "Location",
    "WebResource",
    "Unknown",
    "elm:Person",
    "http://data.europa.eu/snb/model/elm/Claim",
    "LearningEntitlement",
    "VerifiableCredential",
    "Evidence",
    "LearningAssessment",
    "LegalIdentifier",
    "Accreditation",
)


def delete(rng, document):
    path, _ = rng.choice([p for p in places(document) if p[0][-1] != "@context"])
    holder = reach(document, path[:-1])
    del holder[path[-1]]


def wrong_type(rng, document):
    path, _ = rng.choice(places(document))
    if path[-1] not in ("id", "type"):
        reach(document, path[:-1])[path[-1]] = copy.deepcopy(rng.choice(WRONG))


def duplicate(rng, document):
    path, value = rng.choice(places(document))
    if path[-1] in ("id", "type"):
        return
    other = copy.deepcopy(value)
    if isinstance(other, dict):
        if "id" in other and rng.random() < 0.7:
            other["id"] += ":copy"
        elif "en" in other and rng.random() < 0.5:
            other["en"] += " again"
        else:
            other.pop("id", None)
    elif isinstance(other, str) and rng.random() < 0.7:
        other += "x"
    old = value if isinstance(value, list) else [value]
    reach(document, path[:-1])[path[-1]] = [*old, other]


def objects(document, least=1):
    return [(p, v) for p, v in places(document) if isinstance(v, dict) and len(v) >= least]


def wrong_scheme(rng, document):
    schemes = [(p, v) for p, v in objects(document) if "inScheme" in v]
    if not schemes:
        return
    _, concept = rng.choice(schemes)
    scheme = concept["inScheme"]
    choice = rng.randrange(5)
    if choice == 0 or not isinstance(scheme, dict):
        concept["inScheme"] = {"id": "http://example.org/scheme", "type": "ConceptScheme"}
    elif choice == 1:
        concept["inScheme"] = scheme["id"]
    elif choice == 2:
        scheme.pop("type", None)
    elif choice == 3:
        scheme.pop("id", None)
    else:
        extra = {"id": "http://example.org/scheme", "type": "ConceptScheme"}
        concept["inScheme"] = [scheme, extra]


def typed(document):
    return [v for _, v in objects(document) if "type" in v]


def untyped(rng, document):
    del rng.choice(typed(document))["type"]


def retyped(rng, document):
    node = rng.choice(typed(document))
    count = rng.choice((1, 1, 2))
    kinds = [rng.choice(TYPES) for _ in range(count)]
    if rng.random() < 0.3:
        kinds.append(node["type"] if isinstance(node["type"], str) else node["type"][0])
    node["type"] = kinds[0] if len(kinds) == 1 and rng.random() < 0.7 else kinds


def by_id(rng, document):
    nodes = [(p, v) for p, v in objects(document) if isinstance(v.get("id"), str)]
    path, node = rng.choice(nodes)
    reference = node["id"] if rng.random() < 0.5 else {"id": node["id"]}
    reach(document, path[:-1])[path[-1]] = reference


def hoisted(rng, document):
    nodes = [(p, v) for p, v in objects(document) if "id" in v]
    path, node = rng.choice(nodes)
    reach(document, path[:-1])[path[-1]] = node["id"]
    holders = [v for _, v in objects(document) if "type" in v and v is not node]
    rng.choice([document, *holders])[rng.choice(("additionalNote", "hasPart", "isPartOf"))] = node


def reused_id(rng, document):
    nodes = [v for _, v in objects(document) if "id" in v]
    one, other = rng.choice(nodes), rng.choice(nodes)
    one["id"] = other["id"]


def bad_string(rng, document):
    texts = [p for p, v in places(document) if isinstance(v, str) and p[-1] != "type"]
    path = rng.choice(texts)
    reach(document, path[:-1])[path[-1]] = rng.choice(STRINGS)


def language_map(rng, document):
    maps = [
        (p, v)
        for p, v in objects(document)
        if all(len(key) == 2 and isinstance(text, str | list) for key, text in v.items())
        and "id" not in v
    ]
    if not maps:
        return
    path, texts = rng.choice(maps)
    choice = rng.randrange(7)
    if choice == 0:
        texts["fr"] = "un texte"
    elif choice == 1:
        texts[rng.choice(list(texts))] = ["one", "two"]
    elif choice == 2:
        texts["EN"] = "other"
    elif choice == 3:
        reach(document, path[:-1])[path[-1]] = "plain"
    elif choice == 4:
        texts[rng.choice(list(texts))] = rng.choice((None, "", 5, []))
    elif choice == 5:
        texts[rng.choice(("@none", "@value", "x y", "de-AT", "zh-hant", "q"))] = "strange"
    else:
        reach(document, path[:-1])[path[-1]] = [texts]


KINDS = (
    *[delete] * 4,
    *[wrong_type] * 4,
    *[duplicate] * 3,
    *[wrong_scheme] * 3,
    *[untyped] * 2,
    *[retyped] * 2,
    *[by_id] * 3,
    *[hoisted] * 2,
    *[reused_id] * 3,
    *[bad_string] * 3,
    language_map,
)


def mutate(seed, document):
    """Break a copy of a document once or, sometimes, twice; return (kinds, document)."""
    rng = random.Random(seed)
    made = json.loads(json.dumps(document))  # a tree: no object stands in two places
    kinds = [rng.choice(KINDS)]
    if rng.random() < 0.25:
        kinds.append(rng.choice(KINDS))
    for kind in kinds:
        kind(rng, made)
    return "+".join(kind.__name__ for kind in kinds), made
