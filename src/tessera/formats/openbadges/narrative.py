"""What a badge says in words about how it is earned: the narrative of its criteria.

Every wallet shows it, so it tells what Open Badges has no member for: outcomes, hours,
assessment, supervision, participation, quality assurance. The same stands in the extension
for machines. The labels are English, the texts in the language of the badge.

Source: Open Badges Specification 3.0, Criteria (narrative is Markdown); elements of DOMAIN 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tessera.formats.vcdm.shapes import number_text
from tessera.model import Concept, MicroCredential, QualityAssurance


def narrative(mc: MicroCredential, language: str) -> str:
    """Write the criteria; never empty."""
    parts = [*_outcomes(mc, language), *_assessments(mc, language), *_facts(mc, language)]
    if not parts:
        return "The issuer has not described how this badge is earned."
    return "\n\n".join(parts)


def _outcomes(mc: MicroCredential, language: str) -> Iterator[str]:
    if mc.learning_outcomes:
        lines = [f"- {one.title.best(language).text}" for one in mc.learning_outcomes]
        yield "\n".join(("**Learning outcomes**", "", *lines))


def _assessments(mc: MicroCredential, language: str) -> Iterator[str]:
    lines = []
    for one in mc.assessments:
        said = [one.title.best(language).text] if one.title else []
        said += _labels([one.kind, *one.modes, one.supervision], language)
        said += [one.criteria.best(language).text] if one.criteria else []
        lines.append("- " + "; ".join(said or [one.id]))
    if lines:
        yield "\n".join(("**Assessment**", "", *lines))


def _facts(mc: MicroCredential, language: str) -> Iterator[str]:
    load, part = mc.workload, mc.participation
    amounts = [f"{number_text(load.hours)} hours"] if load.hours is not None else []
    amounts += [f"{number_text(load.ects)} ECTS"] if load.ects is not None else []
    facts = {
        "Workload": amounts,
        "Participation": _labels([*part.modes, part.schedule, part.opportunity], language),
        "Languages": _labels(part.languages, language),
        "Prerequisites": [mc.prerequisites.best(language).text] if mc.prerequisites else [],
        "Quality assurance": [_assured(one, language) for one in mc.quality_assurance],
        "Stackability": _labels([mc.stackability.kind], language) if mc.stackability else [],
    }
    for name, said in facts.items():
        if said:
            yield f"**{name}**: {'; '.join(said)}"


def _assured(one: QualityAssurance, language: str) -> str:
    said = [one.title.best(language).text] if one.title else [f"{one.scope.value}"]
    said += _labels([one.standard], language)
    if one.agency is not None and one.agency.legal_name is not None:
        said.append(one.agency.legal_name.best(language).text)
    return ", ".join(said)


def _labels(concepts: Iterable[Concept | None], language: str) -> list[str]:
    return [
        one.label.best(language).text if one.label else one.iri
        for one in concepts
        if one is not None
    ]
