"""What the official shapes do not notice, or notice without saying why.

Members that JSON-LD drops in silence, dates and durations, code lists, schemes,
ids given twice, pictures. Most is advice, because the document still conforms;
docs/standards/elm.md says for each rule why it fails a document or does not.

Source: WIRE-ELM section 5; EDC, controlled lists that are mandatory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from tessera.formats.elm import status, wire
from tessera.formats.elm.lint_values import TIMES, code_findings, media_findings, value_findings
from tessera.formats.elm.objects import KEYWORDS
from tessera.formats.elm.wire import Json, JsonObject
from tessera.report import Finding
from tessera.standards.structure.terms import Context, context

_MOST_PER_RULE = 50
_NAMES = ("fullName", "givenName", "familyName")
_RENAMED = {"resultDestribution": "resultDistribution"}  # spelt so in ELM 3.1


class Place(NamedTuple):
    """One object of the document: its members, where it is, under which member, in which terms."""

    node: Mapping[str, Json]
    path: str
    member: str
    is_credential: bool


def lint(document: Json, version: str = "1.2.0") -> tuple[Finding, ...]:
    """Return what is worth saying about a credential, at most 50 findings a rule.

    Never raises for any JSON value.
    """
    terms = context(version)
    said: Counter[str] = Counter()
    kept: dict[tuple[str, str], Finding] = {}
    times: Counter[tuple[str, str]] = Counter()
    for finding in _findings(document, terms):
        same = finding.rule, finding.message
        times[same] += 1
        if same not in kept and said[finding.rule] < _MOST_PER_RULE:
            said[finding.rule] += 1
            kept[same] = finding
    return tuple(_repeated(one, times[same]) for same, one in kept.items())


def _repeated(finding: Finding, times: int) -> Finding:
    """Say once what is so in several places, with their number as evidence."""
    if times == 1:
        return finding
    return replace(finding, evidence={**finding.evidence, "places": times})


def _findings(document: Json, terms: Context) -> Iterator[Finding]:
    seen: dict[str, tuple[str, JsonObject]] = {}
    places = list(_objects(document, terms))
    known = {place.node["id"] for place in places if isinstance(place.node.get("id"), str)}
    schemes = _schemes(places)
    guesses = iter(range(_MOST_PER_RULE))  # looking for a word that is near is slow
    for place in places:
        yield from _members(place, terms, guesses)
        yield from code_findings(place.node, place.path, place.member, schemes)
        yield from media_findings(place.node, place.path)
        yield from _names(place)
        yield from _same_id(place, seen)
        yield from _references(place, terms, known)


def _schemes(places: list[Place]) -> dict[str, Json]:
    """The list that each concept names anywhere: one naming is enough for all places."""
    found: dict[str, Json] = {}
    for place in places:
        id = place.node.get("id")
        if isinstance(id, str) and "inScheme" in place.node:
            found.setdefault(id, place.node["inScheme"])
    return found


def _objects(document: Json, terms: Context) -> Iterator[Place]:
    """Every object that JSON-LD would read as a node, in document order."""
    stack: list[tuple[Json, str, str]] = [(document, "", "")]
    while stack:
        value, path, member = stack.pop()
        if isinstance(value, list):
            stack += reversed([(one, f"{path}/{at}", member) for at, one in wire.branches(value)])
        if not isinstance(value, dict) or "@value" in value:
            continue
        types = wire.as_list(value.get("type", value.get("@type")))
        is_credential = "VerifiableCredential" in types
        yield Place(value, path, member, is_credential)
        table = terms.scoped if is_credential else terms.terms
        for name, inner in reversed(value.items()):
            if not isinstance(inner, dict | list):
                continue
            term = table.get(name)
            if name in ("@context", "type", "@type") or (term is not None and term.is_language_map):
                continue
            if term is None and ":" not in name and name != "@graph":
                continue  # JSON-LD drops it with everything below it
            if term is not None and term.coercion not in ("@id", ""):
                continue  # a literal: an object there is no node of the model
            stack.append((inner, f"{path}/{wire.escape(name)}", name))


def _members(place: Place, terms: Context, guesses: Iterator[int]) -> Iterator[Finding]:
    table = terms.scoped if place.is_credential else terms.terms
    for name, value in place.node.items():
        term = table.get(name)
        if term is not None:
            if term.coercion in TIMES:
                yield from value_findings(name, term, value, f"{place.path}/{wire.escape(name)}")
        elif name not in KEYWORDS and not name.startswith("@") and ":" not in name:
            if name in status.WORDS and status.ENTRY in wire.as_list(place.node.get("type")):
                continue
            words = table if next(guesses, None) is not None else {}
            yield _unknown(name, f"{place.path}/{wire.escape(name)}", words)


def _unknown(name: str, path: str, words: Mapping[str, object]) -> Finding:
    near = (
        [_RENAMED[name]]
        if name in _RENAMED
        else get_close_matches(name[:60], words, n=1, cutoff=0.8)
    )
    hint = f" Was '{near[0]}' meant?" if near else ""
    shown = name[:60].encode("ascii", "backslashreplace").decode()
    return Finding.indeterminate(
        "elm.lint.unknown-member",
        f"'{shown}' is no word of the European Learning Model: whoever reads the credential by "
        f"the standard does not see it.{hint}",
        path=path,
        evidence={"member": shown},
        source="JSON-LD 1.1, expansion: members that are no terms are dropped",
        advice=True,
    )


def _names(place: Place) -> Iterator[Finding]:
    for name in _NAMES:
        value = place.node.get(name)
        if isinstance(value, dict) and len(value) > 1:
            yield Finding.indeterminate(
                "elm.lint.name",
                f"The name of a person ({name}) is given in {len(value)} languages; the standard "
                "allows one.",
                path=f"{place.path}/{name}",
                source="EDC application profile, Person: maxCount 1",
                advice=True,
            )


def _same_id(place: Place, seen: dict[str, tuple[str, JsonObject]]) -> Iterator[Finding]:
    """One id for two different things: whoever reads it as RDF mixes them up."""
    id = place.node.get("id")
    if not isinstance(id, str) or len(place.node) == 1 or place.node.get("type") == "Concept":
        return
    if id not in seen:
        seen[id] = (place.path, dict(place.node))
        return
    first_path, first = seen[id]
    differing = [
        name
        for name, value in place.node.items()
        if name in first and first[name] != value and _is_plain(value) and _is_plain(first[name])
    ]
    if differing:
        yield Finding.indeterminate(
            "elm.lint.same-id",
            f"The id '{id[:80]}' stands for two different things: they differ in "
            f"{', '.join(sorted(differing)[:5])}. Whoever reads both mixes them up.",
            path=f"{place.path}/id",
            evidence={"first": first_path or "/"},
            source="RDF 1.1 Concepts: one IRI denotes one resource",
            advice=True,
        )


def _is_plain(value: Json) -> bool:
    """A text, number or language map: comparing deeper structures would find nested repeats."""
    if isinstance(value, dict):
        return all(isinstance(one, str) for one in value.values()) and "id" not in value
    return not isinstance(value, list)


def _references(place: Place, terms: Context, known: set[str]) -> Iterator[Finding]:
    """A reference to an object of this document that is not in it."""
    table = terms.scoped if place.is_credential else terms.terms
    for name, value in place.node.items():
        term = table.get(name)
        if term is None or term.coercion != "@id":
            continue
        for one in wire.as_list(value):
            id = one.get("id") if isinstance(one, dict) and len(one) == 1 else one
            if isinstance(id, str) and id.startswith(wire.LOCAL_PREFIX) and id not in known:
                yield Finding.indeterminate(
                    "elm.lint.reference",
                    f"'{name}' refers to '{id[:80]}', but nothing in the document has that id.",
                    path=f"{place.path}/{wire.escape(name)}",
                    source="house rule: urn:epass ids are local to a document",
                    advice=True,
                )
