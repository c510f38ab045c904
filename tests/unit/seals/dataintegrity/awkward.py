"""Documents that templates could get wrong: awkward texts, and mutants of real documents."""

# ruff: noqa: E501 - lists of texts read better in long lines
from __future__ import annotations

import copy
import random
from typing import Any

from tests.unit.seals.dataintegrity.material import badge

# Texts that look like something else, or that programs escape, sort or cut in their own way.
PIECES = [
    '"', "\\", "\\u0041", "\r\n", "\n", "\t", "\x00", "\x01", "\x08", "\x0c", "\x1f", "\x7f",
    "\x85", "\u2028", "\u2029", "\ufeff", "\u00a0", "e\u0301", "é", "👩\u200d🔬", "שלום", "مرحبا",
    "\u202e", "\U0010ffff", "\U00010000", "{v0}", "{", "}}", "%s", "_:b0", "_:a", "_:c14n0", "<urn:x>",
    "> .\n<urn:evil> <urn:p> \"x", "\" .\n", "@id", "@type", "@value", "id", "type", "name", "tag:x",
    "geo:1,2", "xsd:string", "x0123456789abcdef:0", "f'{v1}'", "True", "None", "1", "1.0", "-0",
    "1e21", " ", "", "ß", "ſ", "İ", "中文", "\ud7ff", "\ue000", "\uff01", "'", "`",
]  # fmt: skip
IRIS = [
    "urn:uuid:00000000-0000-4000-8000-000000000001", "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4",
    "did:web:example.org:people:7", "mailto:a@example.org", "http://example.org/",
    "https://example.org/%20?q=1&r=2#f", "https://bücher.example/é", "tag:example.org,2026:x",
    "https://example.org/same", "urn:a:b:c", "data:text/plain,x",
]  # fmt: skip


def text(chance: random.Random) -> str:
    """Return some pieces in a row; now and then very many."""
    number = 5000 if chance.random() < 0.01 else chance.randrange(1, 6)
    return "".join(chance.choice(PIECES) for _ in range(number))


def iri(chance: random.Random) -> str:
    return chance.choice(IRIS) + (str(chance.randrange(1000)) if chance.random() < 0.5 else "")


def learner(chance: random.Random) -> dict[str, Any]:
    """Return a badge for one learner with awkward values wherever learners differ."""
    document = badge(id=iri(chance), name=text(chance), description=text(chance))
    subject = document["credentialSubject"]
    subject["id"] = iri(chance)
    subject["identifier"][0] |= {"identityHash": text(chance), "salt": text(chance)}
    subject["result"][0]["value"] = text(chance)
    subject["creditsEarned"] = chance.choice([4.5, 0.1, 1.5e-7, 123.456, 0.30000000000000004, 2e-9])
    subject["achievement"]["creditsAvailable"] = chance.choice([0, 5, -3, 2**53 - 1])
    subject["achievement"]["tag"] = [text(chance), chance.choice(["soil", text(chance)])]
    subject["achievement"]["resultDescription"][0]["allowedValue"] = [
        chance.choice(["10", "9", text(chance)]) for _ in range(5)
    ]
    document["validFrom"] = chance.choice(["2026-11-24T10:00:00Z", "2026-11-24", text(chance)])
    return document


# Values that mean something to JSON-LD, and members that would change what a node is.
VALUES = [
    "@id", "@type", "@value", "@json", "@none", "@vocab", "@foo", "id", "type", "name", "Achievement",
    "geo:1", "tag:x", "xsd:string", "ob:x", "schema:name", "relative", "./a", "#frag", "?q", "//host/x",
    "_:b0", "_:a", "urn:x>y", "urn:x y", "urn:x\ny", "urn:x\u00a0y", "urn:x\u2028y", "urn:\ufffe", "https:",
    ":x", "1a:b", "", None, True, False, 0, 1, 1.0, -0.0, 1e21, 1e-7, 10**22, 2**53, 2**53 - 1, 4.5,
    {"@value": "v"}, {"@value": 1}, {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#double"},
    {"@value": {"a": [1.0]}, "@type": "@json"}, {"@id": "urn:x"}, {"@id": "_:b1"}, {"id": "relative"},
    {"@list": ["a", "a"]}, {"@set": ["a"]}, {"@graph": [{"id": "urn:g", "name": "n"}]},
    {"@reverse": {"name": {"id": "urn:r"}}}, {"@included": [{"id": "urn:i", "name": "n"}]},
    {"@value": "x", "@language": "de"}, {"@value": "x", "@language": "not a tag"},
    {"@value": "x", "@direction": "rtl"}, {"en": "x"}, {}, [], [[]], ["a", "b"], [None],
    {"@context": {"name": "urn:own"}, "name": "x"}, {"@context": "https://example.org/none"},
    {"@index": "k", "name": "x"}, "x-relative-iri:x", "x-relative-iri://document/x",
]  # fmt: skip
MEMBERS = [
    "@id", "@type", "@value", "@nest", "@graph", "@context", "@included", "@reverse", "@list", "@set",
    "@index", "@language", "id", "type", "unheardOf", "https://example.org/member", "ob:own", "_:b",
    "name", "description", "issuer", "image", "jsonSchema", "proofPurpose",
]  # fmt: skip


def mutant(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a copy with one to three places changed."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 2, 3])):
        places = list(_places(made))
        if not places:
            break
        parent, at = chance.choice(places)
        deed = chance.random()
        if deed < 0.3:
            parent[at] = copy.deepcopy(chance.choice(VALUES))
        elif deed < 0.4:
            other, from_ = chance.choice(places)
            parent[at] = copy.deepcopy(other[from_])
        elif deed < 0.75:
            parent[at] = another(parent[at], chance)
        elif deed < 0.8 and isinstance(parent, dict):
            parent[chance.choice(MEMBERS)] = parent.pop(at)
        elif deed < 0.87 and isinstance(parent, dict):
            del parent[at]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[at]))
        else:
            parent[chance.choice(MEMBERS)] = copy.deepcopy(chance.choice(VALUES))
    return made


def sibling(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a document of the same form with other values in some of its places."""
    made = copy.deepcopy(document)
    for parent, at in list(_places(made)):
        if at not in ("type", "@type") and chance.random() < 0.15:
            parent[at] = another(parent[at], chance)
    return made


def leaves(document: dict[str, Any]):
    """Yield the places of texts and numbers that are no types."""
    for parent, at in _places(document):
        if at not in ("type", "@type") and isinstance(parent[at], str | int | float):
            yield parent, at


def another(value: Any, chance: random.Random) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, str):
        return iri(chance) if ":" in value and chance.random() < 0.95 else text(chance)
    if type(value) is int:
        return chance.choice([0, 7, -1, 2**53 - 1, 2**53, 10**22])
    if type(value) is float:
        return chance.choice([0.5, 1e-7, 1.0, -0.0, 1e21, 123.25, 2.0**53])
    return value


def _places(value: Any, depth: int = 0):
    """Yield every place of a document as its parent and its member or position."""
    if depth > 12:
        return
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for at, inner in list(inside):
            if at != "@context":
                yield value, at
                yield from _places(inner, depth + 1)
