"""Does a badge show people what its record says to machines?

A badge of ours says the same twice. Wallets show the one, our reader takes the other, so a
badge in which they differ would mean two things. Compared are name, credits, level and grades:
what people act on.

Source: house rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tessera.formats.openbadges import wire
from tessera.formats.openbadges.classes import Problem
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.shapes import read_number
from tessera.formats.vcdm.terms import Json, JsonObject

_EQF = terms.SNB + "eqf/"


def disagreements(subject: JsonObject, path: str) -> Iterator[Problem]:
    """Say where a badge and its record differ. path: of the subject."""
    achievement = subject.get("achievement")
    record = achievement.get(wire.MEMBER) if isinstance(achievement, dict) else None
    if not isinstance(achievement, dict) or not isinstance(record, dict):
        return
    claim = subject.get("hasClaim")
    claim = claim if isinstance(claim, dict) else {}
    where = path + "/achievement"
    name, titles = achievement.get("name"), record.get("title")
    if isinstance(titles, dict) and name not in titles.values():
        yield _differs(where + "/name", "its name", name, next(iter(titles.values()), None))
    for place, what, shown, told in (
        (where, "creditsAvailable", achievement, record.get("creditPoint")),
        (path, "creditsEarned", subject, claim.get("creditReceived")),
    ):
        stated, points = read_number(shown.get(what)), _points(told)
        if _is_other(stated, points):
            yield _differs(f"{place}/{what}", "the credits", stated, points)
    levels, level = list(_aligned_levels(achievement)), _id(record.get("eqfLevel"))
    if levels != ([level] if level else []):
        shown_levels = ", ".join(levels).replace(_EQF, "")
        yield _differs(where + "/alignment", "the EQF level", shown_levels, level)
    grades = {said for one in as_list(claim.get("provenBy")) for said in _texts(one)}
    for index, one in enumerate(as_list(subject.get("result"))):
        value = one.get("value") if isinstance(one, dict) else None
        if isinstance(value, str) and value not in grades:
            yield _differs(f"{path}/result/{index}/value", "a grade", value, None)


def _differs(path: str, what: str, shown: Json, told: Json) -> Problem:
    told = "another" if told is None else f"'{str(told)[:60]}'"
    message = f"The badge shows {what} as '{str(shown)[:60]}', but its record says {told}."
    return Problem(path, message)


def _is_other(stated: Decimal | None, points: Decimal | None) -> bool:
    """Numbers are compared as the doubles that a badge can hold."""
    if stated is None or points is None:
        return stated is not points
    return float(stated) != float(points)


def _points(node: Json) -> Decimal | None:
    return read_number(node.get("point")) if isinstance(node, dict) else None


def _id(node: Json) -> str | None:
    id = node.get("id") if isinstance(node, dict) else node
    return id if isinstance(id, str) else None


def _aligned_levels(achievement: JsonObject) -> Iterator[str]:
    for one in as_list(achievement.get("alignment")):
        url = one.get("targetUrl") if isinstance(one, dict) else None
        if isinstance(url, str) and url.startswith(_EQF):
            yield url


def _texts(result: Json) -> Iterator[str]:
    """The grade of a result in every language."""
    grade = result.get("grade") if isinstance(result, dict) else None
    texts = grade.get("noteLiteral") if isinstance(grade, dict) else None
    if isinstance(texts, dict):
        yield from (one for one in texts.values() if isinstance(one, str))
