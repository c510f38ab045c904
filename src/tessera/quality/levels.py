"""Levels: EQF, cycle, national frameworks and ISCED have to tell the same story.

1. Cycle ↔ EQF: short 5, first 6, second 7, third 8; below EQF 5 there is no cycle.
2. National level ↔ EQF and cycle, through `tessera.vocab.nqf`; a contradiction FAILED
   where the relation was read in a published table, INDETERMINATE where it was not.
3. Several awarding bodies, each in its own framework, have to meet at one EQF level.
4. A claim to EQF needs a referenced national framework, a cycle a self-certified one (advice).
5. ISCED level beside EQF (advice).

Source: R26, R27; DOMAIN sections 7.2 and 7.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tessera import vocab
from tessera.model import Award, Concept, MicroCredential, Organisation
from tessera.quality.sight import shortened
from tessera.quality.subject import Subject, name_of
from tessera.report import Finding
from tessera.vocab import countries, nqf

EQF_OF_CYCLE: Mapping[str, int] = {"short": 5, "first": 6, "second": 7, "third": 8}
_CYCLES = "QF-EHEA and EQF; DOMAIN section 7.2"
_ANNEX = "MICROBOL, Common framework for micro-credentials in the EHEA, 2022 (R27)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _National:
    """A national level as stated: where, by which awarding body if any, and what we know of it."""

    path: str
    concept: Concept
    body: Organisation | None
    known: nqf.NqfLevel | None


def examine(subject: MicroCredential | Award) -> tuple[Finding, ...]:
    """Judge the levels; findings point into the record handed in."""
    seen = Subject.of(subject)
    nationals = tuple(_nationals(seen))
    return (
        _cycle(seen),
        *(_national(seen, one) for one in nationals),
        *_agreement(seen, nationals),
        *_referenced(seen, nationals),
        *_self_certified(seen, nationals),
        *_own_framework(nationals),
        *_isced(seen),
    )


def _nationals(s: Subject) -> Iterator[_National]:
    for index, body in enumerate(s.description.awarding_bodies):
        if body.nqf_level is not None:
            yield _National(
                path=s.at(f"/awarding_bodies/{index}/nqf_level"),
                concept=body.nqf_level,
                body=body.organisation,
                known=nqf.level(body.nqf_level.iri),
            )
    for index, concept in enumerate(s.description.level.nqf):
        path = s.at(f"/level/nqf/{index}")
        yield _National(path=path, concept=concept, body=None, known=nqf.level(concept.iri))


def _eqf_claimed(s: Subject) -> int | None:
    """The EQF level that is stated, or that the cycle stands for."""
    level = s.description.level
    if level.eqf is not None:
        return level.eqf
    return EQF_OF_CYCLE.get(level.qf_ehea.code or "") if level.qf_ehea else None


def _cycle(s: Subject) -> Finding:
    rule, level = "levels.cycle", s.description.level
    if level.eqf is None or level.qf_ehea is None:
        said = "EQF level and cycle are not both stated, so they cannot be compared."
        return Finding.not_applicable(rule, said, path=s.at("/level"), source=_CYCLES)
    path, cycle = s.at("/level/qf_ehea"), shortened(str(level.qf_ehea))
    expected = EQF_OF_CYCLE.get(level.qf_ehea.code or "")
    if expected is None:
        said = f"'{cycle}' is no cycle that we know, so it cannot be compared with EQF {level.eqf}."
        return Finding.indeterminate(rule, said, path=path, source=_CYCLES)
    if level.eqf == expected:
        said = f"{cycle} and EQF level {level.eqf} agree."
        return Finding.passed(rule, said, path=path, source=_CYCLES)
    if level.eqf < 5:
        said = (
            f"EQF level {level.eqf} lies below higher education, so there is no cycle. Leave "
            f"'{cycle}' out, or correct the EQF level."
        )
    else:
        said = f"{cycle} corresponds to EQF level {expected}, not {level.eqf}. Correct one of them."
    return Finding.failed(rule, said, path=path, source=_CYCLES)


def _national(s: Subject, one: _National) -> Finding:
    """Compare one national level with the EQF level or cycle that is claimed."""
    rule, claimed = "levels.nqf", _eqf_claimed(s)
    if one.known is None:
        said = f"'{shortened(str(one.concept))}' is no level of a national framework that we know."
        return Finding.indeterminate(rule, said, path=one.path, source=_ANNEX)
    known = one.known
    evidence = {"eqf": list(known.eqf), "source": known.source, "confirmed": known.confirmed}
    if claimed is None:
        said = f"No EQF level or cycle is stated to compare {known.label} with."
        return Finding.not_applicable(
            rule, said, path=one.path, evidence=evidence, source=known.source
        )
    if claimed in known.eqf:
        said = f"{known.label} and EQF level {claimed} agree."
        return Finding.passed(rule, said, path=one.path, evidence=evidence, source=known.source)
    meaning = " or ".join(str(eqf) for eqf in known.eqf)
    said = (
        f"{known.label} corresponds to EQF level {meaning}, not {claimed}."
        if known.eqf
        else f"{known.label} has no EQF level, but {claimed} is claimed."
    )
    if known.confirmed:
        said += " Correct one of them."
        return Finding.failed(rule, said, path=one.path, evidence=evidence, source=known.source)
    said += " That relation was not read in an official table, so check it before correcting."
    return Finding.indeterminate(rule, said, path=one.path, evidence=evidence, source=known.source)


def _agreement(s: Subject, nationals: tuple[_National, ...]) -> Iterator[Finding]:
    """The national levels of several bodies have an EQF level in common."""
    known = [one.known for one in nationals if one.known is not None]
    if len(known) < 2:
        return
    rule, path = "levels.nqf-agree", s.at("/awarding_bodies")
    shared = set.intersection(*(set(one.eqf) for one in known))
    labels = ", ".join(
        f"{one.label} (EQF {'/'.join(map(str, one.eqf)) or 'none'})" for one in known
    )
    if shared:
        said = f"The national levels agree: {labels}."
        yield Finding.passed(rule, said, path=path, source=_ANNEX)
    elif all(one.confirmed for one in known):
        said = f"The national levels contradict each other: {labels}."
        yield Finding.failed(rule, said, path=path, source=_ANNEX)
    else:
        said = (
            f"The national levels seem to contradict each other: {labels}. Not all of these "
            "relations were read in an official table."
        )
        yield Finding.indeterminate(rule, said, path=path, source=_ANNEX)


def _referenced(s: Subject, nationals: tuple[_National, ...]) -> Iterator[Finding]:
    """EQF may be claimed where the national framework is referenced to it (warning)."""
    rule = "levels.referenced"
    if s.description.level.eqf is None:
        return
    for framework, path in _frameworks(nationals).items():
        name = framework.abbreviation
        if framework.referenced == "yes":
            said = f"{name} is referenced to the EQF."
            yield Finding.passed(rule, said, path=path, source=framework.referenced_source)
            continue
        known = (
            "is not referenced to the EQF"
            if framework.referenced == "no"
            else "may or may not be referenced to the EQF: we have seen no report"
        )
        said = f"An EQF level is claimed, but {name} {known}. Check before you publish it."
        yield Finding.indeterminate(rule, said, path=path, source=_ANNEX, advice=True)


def _self_certified(s: Subject, nationals: tuple[_National, ...]) -> Iterator[Finding]:
    """A cycle may be claimed where the national framework is self-certified (warning)."""
    rule = "levels.self-certified"
    if s.description.level.qf_ehea is None:
        return
    for framework, path in _frameworks(nationals).items():
        name = framework.abbreviation
        if framework.self_certified:
            said = f"{name} was self-certified to the QF-EHEA in {framework.self_certified}."
            yield Finding.passed(rule, said, path=path, source=framework.self_certified_source)
        else:
            said = f"A cycle is claimed, but we have seen no self-certification report of {name}."
            yield Finding.indeterminate(rule, said, path=path, source=_ANNEX, advice=True)


def _frameworks(nationals: tuple[_National, ...]) -> dict[nqf.Framework, str]:
    """Each framework once, with the place where it is first named."""
    found: dict[nqf.Framework, str] = {}
    for one in nationals:
        framework = nqf.framework(one.known.framework) if one.known else None
        if framework is not None:
            found.setdefault(framework, one.path)
    return found


def _own_framework(nationals: tuple[_National, ...]) -> Iterator[Finding]:
    """An awarding body states the level of the framework of its own country (advice)."""
    rule = "levels.own-framework"
    for one in nationals:
        country = one.body.country if one.body else None
        framework = nqf.framework(one.known.framework) if one.known else None
        if one.body is None or country is None or framework is None:
            continue
        covered = {countries.alpha2(code.partition("-")[0]) for code in framework.countries}
        home, name = countries.alpha2(country.iri), shortened(name_of(one.body))
        if home is None:
            place = shortened(str(country))
            said = f"'{place}' is no country that we know, so the framework was not compared."
            yield Finding.indeterminate(rule, said, path=one.path, source=_ANNEX, advice=True)
        elif home in covered:
            said = f"{name} states the level of its own framework, {framework.abbreviation}."
            yield Finding.passed(rule, said, path=one.path, source=_ANNEX)
        else:
            said = (
                f"{name} is in {country} but states a level of {framework.abbreviation}, the "
                "framework of another country."
            )
            yield Finding.not_applicable(rule, said, path=one.path, source=_ANNEX, advice=True)


def _isced(s: Subject) -> Iterator[Finding]:
    """EQF 5 to 8 usually stand beside ISCED 5 to 8 (advice; ISCED is a statistic)."""
    rule, level = "levels.isced", s.description.level
    claimed = _eqf_claimed(s)
    if level.isced is None or claimed is None:
        return
    path = s.at("/level/isced")
    source = "DEQAR equivalence of cycles, EQF and ISCED levels"
    entry = vocab.by_iri(level.isced.iri)
    if entry is None or entry.list_id != "isced-2011" or not entry.code.isdigit():
        said = f"'{shortened(str(level.isced))}' is no ISCED level that we know."
        yield Finding.indeterminate(rule, said, path=path, source=source, advice=True)
        return
    isced = int(entry.code)
    agree = isced == claimed if max(isced, claimed) >= 5 and isced != 9 else True
    if agree:
        said = f"ISCED level {isced} and EQF level {claimed} go together."
        yield Finding.passed(rule, said, path=path, source=source)
    else:
        said = f"ISCED level {isced} does not usually stand beside EQF level {claimed}; check both."
        yield Finding.not_applicable(rule, said, path=path, source=source, advice=True)
