"""Violations of the profile in plain words, one finding a cause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.structure import RawResult

SOURCE = "EDC application profile {version}, EDC-generic-full.ttl and EDC-generic-no-cv.ttl"
_SENTENCES = {
    "MinCount": "'{term}' is missing.",
    "MaxCount": "'{term}' is there more often than allowed.",
    "Class": "'{term}' is not an object of the right type ({detail}).",
    "Or": "'{term}' is not an object of a right type ({detail}).",
    "Datatype": "The value of '{term}' is not written as it has to be ({detail}).",
    "NodeKind": "'{term}' is the wrong kind of value ({detail}).",
    "Node": "'{term}' does not hold what it has to hold ({detail}).",
    "HasValue": "'{term}' is not from the list that the standard demands ({detail}).",
    "UniqueLang": "'{term}' is given twice in one language.",
    "MaxInclusive": "The value of '{term}' is too large ({detail}).",
    "ValueDropped": (
        "The value of '{term}' is no address, so that whoever reads the credential by the "
        "standard does not see it."
    ),
}


def rule_of(component: str) -> str:
    """The id of the rule for a SHACL component ("MinCount" gives "elm.schema.min-count")."""
    return "elm.schema." + re.sub(r"(?<!^)(?=[A-Z])", "-", component).lower()


RULES_BY_COMPONENT = {component: rule_of(component) for component in _SENTENCES}


@cache
def _terms() -> dict[str, str]:
    from tessera.standards.structure.terms import context

    names: dict[str, str] = {}
    for table in (context("1.2.0").terms, context("1.2.0").scoped):
        for name, term in table.items():
            names.setdefault(term.iri, name)
    return names


def term_of(path: str | None) -> str:
    """The member name of a property IRI, else the end of the IRI."""
    if path is None:
        return "the object itself"
    iri = path.strip("<>")
    return _terms().get(iri) or re.split(r"[#/]", iri)[-1]


def sentence(component: str, path: str | None, detail: str) -> str:
    """What is wrong, in one sentence."""
    if component == "Node" and "IssuerNodeShape" in detail:
        return "The issuer has no eIDAS identifier (eIDASIdentifier), or more than one."
    if component == "Node" and "Restriction" in detail:
        component = "HasValue"
    template = _SENTENCES.get(component, "'{term}' breaks a rule of the profile ({detail}).")
    return template.format(term=term_of(path), detail=_plain(detail))


def structure_findings(results: Sequence[RawResult], version: str) -> list[Finding]:
    """The results of the structural check, grouped by rule and member."""
    groups: dict[tuple[str, str | None, str], list[RawResult]] = {}
    for one in results:
        groups.setdefault((one.component, one.path, one.detail), []).append(one)
    return [
        grouped(
            component,
            path,
            detail,
            places=[one.pointer for one in found],
            version=version,
        )
        for (component, path, detail), found in groups.items()
    ]


def grouped(
    component: str, path: str | None, detail: str, *, places: Iterable[str], version: str
) -> Finding:
    """One finding for a cause, at its first place; the others are evidence."""
    where = list(dict.fromkeys(places))
    message = sentence(component, path, detail)
    if len(where) > 1:
        message += f" This is so in {len(where)} places."
    first = where[0] if where else None
    if component == "MinCount" and first is not None:
        first = f"{first}/{term_of(path)}"
    evidence: dict[str, object] = {"component": component, "property": path, "version": version}
    if len(where) > 1:
        evidence["places"] = where[:20]
    return Finding.failed(
        rule_of(component),
        message,
        path=first,
        evidence=evidence,
        source=SOURCE.format(version=version),
    )


def _plain(detail: str) -> str:
    """Shorten the IRIs in a detail to their last part."""
    return re.sub(r"<[^>]*[#/]([^>#/]+)>", r"\1", detail)
