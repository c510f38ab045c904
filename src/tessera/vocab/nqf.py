"""National qualifications frameworks and how their levels relate to the EQF.

The official list (ELM nqf.xsd) has 43 frameworks and 381 levels and no relation
to the EQF. The relations here were collected one by one; each row says where
from, and `confirmed` is True only where a published table was read. The list
is older than some frameworks: France still has the levels of before 2019.
Not checked: that a framework has not changed since.

>>> level_of("IE", "8").eqf
(6,)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from tessera.vocab import countries
from tessera.vocab.entry import Entry
from tessera.vocab.lookup import by_code, by_iri, entries

Referenced = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A national framework.

    id: our short id ("ie", "be-fl", "uk-eng"), as in the codes of its levels.
    countries: ISO 3166-1 alpha-2, or the codes DEQAR uses for parts of a country
        ("BE-fl", "UK-SCT"); more than one where a framework covers several.
    referenced: whether it is formally referenced to the EQF, with its source.
    self_certified: year of the self-certification report to the QF-EHEA, or None
        when we have not seen one (which is not the same as none).
    """

    id: str
    iri: str
    label: str
    abbreviation: str
    countries: tuple[str, ...]
    referenced: Referenced
    referenced_source: str
    self_certified: int | None
    self_certified_source: str

    @property
    def country(self) -> str:
        """The first country it covers."""
        return self.countries[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class NqfLevel:
    """A level of a national framework.

    level: the level as the framework writes it ("8", "4+", "5a", "I-Master").
    eqf: EQF levels it relates to, ascending; empty when it lies outside the EQF.
    source, confirmed: where the relation comes from; False when no published
        table was read for it, so that nothing should be decided on it alone.
    referenced: of its framework.
    """

    iri: str
    code: str
    label: str
    framework: str
    level: str
    eqf: tuple[int, ...]
    source: str
    confirmed: bool
    referenced: Referenced


_REFERENCED: Mapping[str, Referenced] = {"yes": "yes", "no": "no", "unknown": "unknown"}


@cache
def frameworks() -> tuple[Framework, ...]:
    """Return the 43 frameworks, by id."""
    return tuple(_framework(entry) for entry in entries("nqf") if entry.parent is None)


def _framework(entry: Entry) -> Framework:
    extra = entry.extra
    year = extra.get("self_certified")
    return Framework(
        id=entry.code,
        iri=entry.iri,
        label=entry.label,
        abbreviation=extra["abbreviation"],
        countries=tuple(extra["country"].split()),
        referenced=_REFERENCED[extra["referenced"]],
        referenced_source=extra.get("referenced_source", ""),
        self_certified=int(year) if year else None,
        self_certified_source=extra.get("self_certified_source", ""),
    )


@cache
def _levels() -> Mapping[str, NqfLevel]:
    return {
        entry.iri: _level(entry, entry.parent)
        for entry in entries("nqf")
        if entry.parent is not None
    }


def _level(entry: Entry, framework_id: str) -> NqfLevel:
    owner = _by_id(framework_id)
    if owner is None:
        raise LookupError(f"The level {entry.code} is of no framework.")
    return NqfLevel(
        iri=entry.iri,
        code=entry.code,
        label=entry.label,
        framework=framework_id,
        level=entry.extra["level"],
        eqf=tuple(int(level) for level in entry.extra.get("eqf", "").split()),
        source=entry.extra["mapping_source"],
        confirmed=entry.extra["mapping_confirmed"] == "yes",
        referenced=owner.referenced,
    )


@lru_cache(maxsize=64)
def _by_id(framework_id: str) -> Framework | None:
    """Return a framework by its id, without reading the levels of all."""
    entry = by_code("nqf", framework_id)
    return _framework(entry) if entry and entry.parent is None else None


def framework(id_or_country: str) -> Framework | None:
    """Return a framework by id, IRI or country, or None.

    A country may be written as `tessera.vocab.countries` accepts it. None too
    where a country has several frameworks (BE, UK): ask for "BE-fl", "UK-SCT".
    """
    wanted = id_or_country.strip()
    named = _by_id(wanted)
    if named is not None:
        return named
    iso = countries.alpha2(wanted)
    for found in frameworks():
        codes = {found.id, *(country.lower() for country in found.countries)}
        if wanted == found.iri or wanted.lower() in codes or iso in found.countries:
            return found
    return None


def levels(framework_id: str) -> tuple[NqfLevel, ...]:
    """Return the levels of a framework, lowest first; empty if there is no such framework."""
    owner = framework(framework_id)
    return tuple(found for found in _levels().values() if owner and found.framework == owner.id)


def level(iri: str) -> NqfLevel | None:
    """Return a level by its IRI, or None."""
    entry = by_iri(iri.strip())
    if entry is None or entry.list_id != "nqf" or entry.parent is None:
        return None
    return _level(entry, entry.parent)


def level_of(framework_id: str, code: str) -> NqfLevel | None:
    """Return the level a framework writes as `code` ("8", "4+", "5a"), or None.

    The framework is named as for `framework`; our own code ("ie-8") works too.
    """
    wanted = code.strip().casefold()
    for found in levels(framework_id):
        if wanted in (found.level.casefold(), found.code, found.label.casefold()):
            return found
    return None
