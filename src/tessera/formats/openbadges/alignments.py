"""Credits, levels, fields and skills as alignments: what other badge software can show and search.

Open Badges has a number for credits but no unit, and no place for a level or a field. So each is
an alignment to its concept in the controlled list.

Source: Open Badges Specification 3.0, Alignment and AlignmentTargetType; the frameworks: EQF
Recommendation 2017/C 189/03, QF-EHEA, ISCED-F 2013, ISCED 2011, ESCO.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera import vocab
from tessera.formats.openbadges.wire import EQF
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.shapes import number_text
from tessera.formats.vcdm.terms import JsonObject
from tessera.model import Concept, LearningOutcome, MicroCredential


def alignments(mc: MicroCredential, language: str) -> list[JsonObject]:
    """Write what the micro-credential is worth and what it is about."""
    found = [*_credits(mc), *_levels(mc, language), *_fields(mc, language)]
    for outcome in mc.learning_outcomes:
        found += _skills(outcome, language)
    return found


def _alignment(name: str, url: str, kind: str, **more: str | None) -> JsonObject:
    members = {name: value for name, value in more.items() if value}
    return {
        "type": ["Alignment"],
        "targetType": kind,
        "targetName": name,
        "targetUrl": url,
        **members,
    }


def _credits(mc: MicroCredential) -> Iterator[JsonObject]:
    ects = mc.workload.ects
    if ects is not None:
        code = number_text(ects)
        unit = "credit" if ects == 1 else "credits"
        yield _alignment(
            f"{code} ECTS {unit}", terms.ECTS, "ext:ECTS", targetFramework="ECTS", targetCode=code
        )


def _levels(mc: MicroCredential, language: str) -> Iterator[JsonObject]:
    level = mc.level
    if level.eqf is not None:
        yield _alignment(
            f"EQF level {level.eqf}",
            f"{terms.SNB}eqf/{level.eqf}",
            "ext:EQF",
            targetFramework=EQF,
            targetCode=str(level.eqf),
        )
    if level.qf_ehea is not None:
        framework = "Qualifications Frameworks in the European Higher Education Area"
        yield _concept(level.qf_ehea, "ext:QF-EHEA", framework, language)
    national = [*level.nqf, *(body.nqf_level for body in mc.awarding_bodies if body.nqf_level)]
    for one in dict.fromkeys(national):
        yield _concept(one, "ext:NQF", "National qualifications framework", language)
    if level.isced is not None:
        yield _concept(level.isced, "ext:ISCED-2011", "ISCED 2011", language)


def _fields(mc: MicroCredential, language: str) -> Iterator[JsonObject]:
    for one in mc.fields:
        yield _concept(one, "ext:ISCED-F", "ISCED-F 2013", language)


def _skills(outcome: LearningOutcome, language: str) -> Iterator[JsonObject]:
    title = outcome.title.best(language).text
    for one in outcome.esco_skills:
        yield _concept(one, "ceasn:Competency", "ESCO", language, title)
    for one in outcome.other_skills:
        yield _concept(one, "ceasn:Competency", one.scheme, language, title)


def _concept(
    one: Concept, kind: str, framework: str | None, language: str, description: str | None = None
) -> JsonObject:
    entry = vocab.by_iri(one.iri)
    return _alignment(
        one.label.best(language).text if one.label else one.iri,
        one.iri,
        kind,
        targetFramework=framework,
        targetCode=entry.code if entry else None,
        targetDescription=description,
    )
