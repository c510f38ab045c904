"""Numbers of the wire format: credits, workload, levels, time and money.

Two terms may mean one property: what ELM calls `elm:educationLevel` is a cycle of the QF-EHEA
or an ISCED level here, and credits of any framework are `elm:creditPoint`.

Source: European Learning Model 3.2 (CreditPoint, Qualification); the elements E10-E13.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tessera import vocab
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.groups import Group, Many, Member
from tessera.formats.vcdm.people import CONCEPT
from tessera.formats.vcdm.reading import REFUSED, Place, Reading
from tessera.formats.vcdm.shapes import Day, Hours, Number, Span, Words
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import (
    Concept,
    Costs,
    Credit,
    Level,
    Money,
    Period,
    SectoralLevel,
    Workload,
)


def listed(iri: str) -> JsonObject:
    """Write a concept of one of our lists by its IRI."""
    entry = vocab.by_iri(iri)
    made: JsonObject = CONCEPT.write(Concept.of(entry) if entry else Concept(iri=iri))
    return made


@dataclass(frozen=True, slots=True)
class EqfLevel:
    """A level of the European Qualifications Framework, as its concept."""

    def write(self, value: int) -> JsonObject:
        return listed(f"{terms.SNB}eqf/{value}")

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        id = value.get("id") if isinstance(value, dict) else value
        for level in range(1, 9):
            if id == f"{terms.SNB}eqf/{level}":
                return level
        return reading.remark("eqf", "The EQF level is none of the eight.", place)

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:
        return CONCEPT.schema(definitions)


_CREDIT = Group(
    type="CreditPoint",
    type_iri="elm:CreditPoint",
    builds=Credit,
    required=("framework", "points"),
    members={
        "framework": Member("framework", "elm:framework", CONCEPT),
        "points": Member("point", "elm:point", Number("xsd:string")),
    },
)


@dataclass(frozen=True, slots=True)
class Ects:
    """ECTS credits as credit points that name their framework."""

    def write(self, value: Decimal) -> JsonObject:
        point = Number().write(value)
        return {"type": _CREDIT.type, "framework": listed(terms.ECTS), "point": point}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        read = _CREDIT.read(value, place, reading)
        if read is REFUSED:
            return REFUSED
        if read.framework.iri != terms.ECTS:
            return reading.remark("credit", "These credits are not ECTS.", place)
        return read.points

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:
        return _CREDIT.schema(definitions)


PERIOD_NODE = Group(
    type="PeriodOfTime",
    type_iri="dct:PeriodOfTime",
    builds=Period,
    members={
        "start": Member("startDate", "elm:startDate", Day()),
        "end": Member("endDate", "elm:endDate", Day()),
    },
)


WORKLOAD = Group(
    type="",
    type_iri="",
    builds=Workload,
    members={
        "hours": Member("volumeOfLearning", "elm:volumeOfLearning", Hours()),
        "ects": Member("creditPoint", "elm:creditPoint", Ects()),
        "other_credits": Member("otherCreditPoint", "elm:creditPoint", Many(_CREDIT)),
        "activity": Member("duration", "elm:duration", Span()),
        "maximum": Member("maximumDuration", "elm:maximumDuration", Span()),
    },
)

_SECTORAL = Group(
    type="SectoralLevel",
    type_iri="own:SectoralLevel",
    builds=SectoralLevel,
    required=("framework", "level"),
    members={
        "framework": Member("sectoralFramework", "own:sectoralFramework", Words()),
        "level": Member("levelName", "own:levelName", Words()),
    },
)

LEVEL = Group(
    type="",
    type_iri="",
    builds=Level,
    members={
        "eqf": Member("eqfLevel", "elm:EQFLevel", EqfLevel()),
        "qf_ehea": Member("qfEheaCycle", "elm:educationLevel", CONCEPT),
        "nqf": Member("nationalLevel", "elm:NQFLevel", Many(CONCEPT)),
        "sectoral": Member("sectoralLevel", "own:sectoralLevel", Many(_SECTORAL)),
        "isced": Member("iscedLevel", "elm:educationLevel", CONCEPT),
    },
)

_MONEY = Group(
    type="Amount",
    type_iri="elm:Amount",
    builds=Money,
    required=("amount", "currency"),
    members={
        "amount": Member("amountValue", "elm:value", Number()),
        "currency": Member("currency", "own:currency", Words()),
    },
)

COSTS = Group(
    type="",
    type_iri="",
    builds=Costs,
    members={
        "fee": Member("fee", "own:fee", _MONEY),
        "development": Member("developmentCost", "own:developmentCost", _MONEY),
        "delivery": Member("deliveryCost", "own:deliveryCost", _MONEY),
        "funding": Member("funding", "own:funding", Many(CONCEPT)),
    },
)


PERIOD = Member("temporal", "dct:temporal", PERIOD_NODE)
