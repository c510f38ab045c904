"""Workload, credits and levels of a description, read back."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.encode_specification import ROLE
from tessera.formats.elm.node import Node
from tessera.formats.elm.wire import Json
from tessera.formats.elm.writing import listed, number_text
from tessera.model import Concept, Credit, Duration, Level, SectoralLevel, Workload


def read_workload(node: Node) -> Workload:
    """Hours, credits and the longest time of a description."""
    ects, others = _credits(node)
    hours = None
    length = node.duration("volumeOfLearning")
    if length is not None:
        hours = length.hours
        node.same("volumeOfLearning", Duration.of_hours(hours).text if hours is not None else None)
        if hours is None:
            node.reader.keep(ROLE, "volumeOfLearning", length.text)
            what = f"The volume of learning {length.text} cannot be turned into hours."
            node.reader.remark("hours", what, node.at("volumeOfLearning"))
    maximum = node.duration("maximumDuration")
    read = node.reader.attempt(
        lambda: Workload(hours=hours, ects=ects, other_credits=others, maximum=maximum),
        node.path,
    )
    return read or Workload()


def _credits(node: Node) -> tuple[Decimal | None, tuple[Credit, ...]]:
    ects: Decimal | None = None
    others: list[Credit] = []
    rest: list[Json] = []
    for value, path in node.items("creditPoint"):
        resolved = node.resolve(value, path)
        at = len(others) + (ects is not None)
        role = f"{ROLE}/creditPoint/{at}"
        read = credit(Node(node.reader, *resolved, role=role)) if resolved else None
        if isinstance(read, Decimal) and ects is None and not others:
            ects = read
        elif isinstance(read, Credit):
            others.append(read)
        else:
            node.reader.forget(role)
            rest.append(value)
    node.left("creditPoint", rest)
    return ects, tuple(others)


def read_level(node: Node, of_bodies: Collection[Concept]) -> Level:
    """The levels of a description, without those of single awarding bodies."""
    eqf = _eqf(node)
    nqf = tuple(one for one in node.concepts("nqfLevel") if one not in of_bodies)
    cycle: Concept | None = None
    isced: Concept | None = None
    sectoral: list[SectoralLevel] = []
    rest: list[Json] = []
    for value, concept in node.paired("educationLevel"):
        own = _sectoral(concept) if concept else None
        if own is not None:
            sectoral.append(own)
        elif concept is None:
            rest.append(value)
        elif concept.scheme == vocab.scheme("qf-ehea") and cycle is None:
            cycle = concept
        elif concept.scheme == vocab.scheme("isced-2011") and isced is None:
            isced = concept
        else:
            rest.append(value)
    node.left("educationLevel", rest)
    return Level(eqf=eqf, qf_ehea=cycle, nqf=nqf, sectoral=tuple(sectoral), isced=isced)


def _eqf(node: Node) -> int | None:
    raw = node.items("eqfLevel")
    for value, _ in raw[:1]:
        id = value.get("id") if isinstance(value, dict) else value
        for level in range(1, 9):
            if id == f"{wire.SNB}eqf/{level}":
                node.left("eqfLevel", [])
                node.same("eqfLevel", listed(f"{wire.SNB}eqf/{level}"))
                return level
        what = "The EQF level is none of the eight and was left out."
        node.reader.remark("eqf", what, node.at("eqfLevel"))
    return None


_BODY_LEVEL = {"id", "type", "awardingBody", "nqfLevel"}


def body_levels(node: Node) -> dict[str, Concept]:
    """The level of each awarding body in its own framework, by the id of the body."""
    found: dict[str, Concept] = {}
    rest: list[Json] = []
    for value, path in node.items("awardingOpportunity"):
        view = node.resolve(value, path)
        body = view[0].get("awardingBody") if view else None
        id = body.get("id") if isinstance(body, dict) else body
        level = None
        is_ours = view is not None and not (view[0].keys() - _BODY_LEVEL)
        if view is not None and is_ours and isinstance(id, str) and "nqfLevel" in view[0]:
            level = Node(node.reader, *view, role="awarding-opportunity").concept("nqfLevel")
        if level is None or not isinstance(id, str):
            rest.append(value)
        else:
            found[wire.model_id(id, node.reader.award_id)] = level
    node.reader.forget("awarding-opportunity")
    node.left("awardingOpportunity", rest)
    return found


def credit(node: Node) -> Decimal | Credit | None:
    """Credit points: a number for ECTS, a Credit for another framework."""
    points = node.number("point")
    raw = node.view.get("framework")
    id = raw.get("id") if isinstance(raw, dict) else raw
    if points is None:
        return None
    node.same("point", number_text(points))
    if id == wire.ECTS:
        node.same("framework", listed(wire.ECTS))
        node.close("CreditPoint")
        return points if 0 <= points <= 1_000 else None
    framework = node.concept("framework")
    node.close("CreditPoint")
    if framework is None:
        return None
    return node.reader.attempt(lambda: Credit(framework=framework, points=points), node.path)


def _sectoral(concept: Concept) -> SectoralLevel | None:
    if concept.scheme != wire.SECTORAL or not concept.iri.startswith(wire.SECTORAL + ":"):
        return None
    framework, colon, level = concept.iri[len(wire.SECTORAL) + 1 :].partition(":")
    if not colon:
        return None
    return SectoralLevel(framework=wire.unquoted(framework), level=wire.unquoted(level))
