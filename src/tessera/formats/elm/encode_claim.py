"""The achievement of the learner: who awarded it, how it was learned and assessed.

An activity is written when there is something to say about it (provider, workload,
period); an opportunity when there is a schedule, a planned period or a price.
"""

from __future__ import annotations

from tessera.formats.elm import wire
from tessera.formats.elm.dates import day_text
from tessera.formats.elm.encode_assessment import assessment_result
from tessera.formats.elm.encode_organisation import organisation
from tessera.formats.elm.encode_specification import credit_point, specification
from tessera.formats.elm.wire import Json, JsonObject
from tessera.formats.elm.writing import Writer, as_map, listed, number_text
from tessera.model import Award, Concept, Costs, MicroCredential, Money, Organisation, Period, Text
from tessera.model.organisation import Partner

UNTITLED = Text.of({"en": "Learning"})
FUNDING_TITLE = Text.of({"en": "Funding"})


def claim(pen: Writer, award: Award) -> JsonObject:
    """Write the LearningAchievement with everything under it."""
    mc = award.micro_credential
    kept = pen.residue.get("claim/awardedBy/0", {}).get("id")
    pen.awarding_process = kept or pen.fresh("awardingProcess")
    members: dict[str, Json] = {
        "awardedBy": _awarding(pen, award),
        "influencedBy": _activity(pen, award),
        "provenBy": [
            assessment_result(pen, award, index) for index in range(len(award.achievement.results))
        ],
        "specifiedBy": specification(pen, mc),
        "creditReceived": _received(pen, award),
        "learningOpportunity": _opportunity(pen, mc),
        "additionalNote": pen.note(
            "claim/replaces", as_map(award.replaces_reason), "replaces-reason"
        ),
        "identifier": [pen.key("part", id) for id in award.parts],
        "title": shown_title(award),
    }
    id = pen.fresh("learningAchievement")
    return pen.node("claim", "LearningAchievement", id, members)


def marked(text: Text) -> dict[str, str]:
    """The text with the TEST mark in front, in every language."""
    return {tag: wire.TEST_MARK + value for tag, value in text.entries}


def shown_title(award: Award) -> dict[str, str] | None:
    """The title shown: that of the micro-credential, marked when it is a test."""
    title = award.micro_credential.title
    if title is None:
        return None
    return marked(title) if award.is_test else title.as_dict()


def _awarding(pen: Writer, award: Award) -> JsonObject:
    mc = award.micro_credential
    bodies = [
        organisation(
            pen, body.organisation, f"/micro_credential/awarding_bodies/{index}/organisation"
        )
        for index, body in enumerate(mc.awarding_bodies)
    ]
    members = {
        "awardingBody": bodies,
        "awardingDate": day_text(award.awarded_on) if award.awarded_on else None,
    }
    assert pen.awarding_process is not None
    return pen.node("claim/awardedBy/0", "AwardingProcess", pen.awarding_process, members)


def _received(pen: Writer, award: Award) -> JsonObject | None:
    if award.achievement.ects is None:
        return None
    return credit_point(pen, "claim/creditReceived/0", None, number_text(award.achievement.ects))


def period_node(pen: Writer, role: str, period: Period | None) -> JsonObject | None:
    """Write a period by its first and last day."""
    if period is None:
        return None
    members = {
        "endDate": day_text(period.end) if period.end else None,
        "startDate": day_text(period.start) if period.start else None,
    }
    return pen.node(role, "PeriodOfTime", pen.fresh("period"), members)


def _activity(pen: Writer, award: Award) -> list[Json]:
    mc, done = award.micro_credential, award.achievement
    said = mc.providers or mc.workload.activity or done.actual_workload or done.period
    written: list[Json] = []
    title = as_map(mc.title or UNTITLED)
    if said or "claim/influencedBy/0" in pen.residue:
        plan = None
        if mc.workload.activity is not None or "activity-spec" in pen.residue:
            length = mc.workload.activity.text if mc.workload.activity else None
            members: dict[str, Json] = {"volumeOfLearning": length, "title": title}
            id = pen.fresh("learningActivitySpec")
            plan = pen.node("activity-spec", "LearningActivitySpecification", id, members)
        members = {
            "awardedBy": pen.awarding_process,
            "directedBy": [
                organisation(pen, one, f"/micro_credential/providers/{index}")
                for index, one in enumerate(mc.providers)
            ],
            "specifiedBy": plan,
            "temporal": period_node(pen, "claim/influencedBy/0/temporal/0", done.period),
            "title": title,
            "workload": done.actual_workload.text if done.actual_workload else None,
        }
        id = pen.fresh("activity")
        written.append(pen.node("claim/influencedBy/0", "LearningActivity", id, members))
    return written + [_partner(pen, index, one, title) for index, one in enumerate(mc.partners)]


def _partner(pen: Writer, index: int, one: Partner, title: Json) -> JsonObject:
    """The part of a partner: an activity it directs, its roles as types of our own scheme."""
    members = {
        "awardedBy": pen.awarding_process,
        "directedBy": organisation(
            pen, one.organisation, f"/micro_credential/partners/{index}/organisation"
        ),
        "title": title,
        "dcType": [pen.own(wire.PARTNER_ROLES, role.value, role.value) for role in one.roles],
    }
    return pen.node(f"claim/partner/{index}", "LearningActivity", pen.fresh("activity"), members)


def _opportunity(pen: Writer, mc: MicroCredential) -> JsonObject | None:
    costs = mc.costs
    priced = costs.fee or costs.development or costs.delivery or costs.funding
    if not (priced or mc.period or mc.participation.schedule):
        return None
    schedule = mc.participation.schedule
    members: dict[str, Json] = {
        "grant": [_grant(pen, one) for one in costs.funding],
        "learningSchedule": pen.concept(schedule) if schedule else None,
        "priceDetail": _prices(pen, costs),
        "providedBy": [
            organisation(pen, one, "/micro_credential/providers") for one in offering(mc)
        ],
        "temporal": period_node(pen, "opportunity/temporal/0", mc.period),
        "title": as_map(mc.title or UNTITLED),
    }
    id = pen.fresh("learningOpportunity")
    return pen.node("opportunity", "LearningOpportunity", id, members)


def offering(mc: MicroCredential) -> list[Organisation]:
    """Who offers it, as ELM demands a full organisation: providers, else awarding bodies."""
    told = [one for one in mc.providers if one.legal_name is not None and one.country is not None]
    return told or [body.organisation for body in mc.awarding_bodies]


def _grant(pen: Writer, funding: Concept) -> JsonObject:
    title = (funding.label or FUNDING_TITLE).as_dict()
    return {
        "id": pen.fresh("grant"),
        "type": "Grant",
        "title": title,
        "dcType": pen.concept(funding),
    }


def _prices(pen: Writer, costs: Costs) -> list[Json]:
    given = (("fee", costs.fee), ("development", costs.development), ("delivery", costs.delivery))
    return [_price(pen, name, money) for name, money in given if money is not None]


def _price(pen: Writer, name: str, money: Money) -> JsonObject:
    amount = {
        "id": pen.fresh("amount"),
        "type": "Amount",
        "unit": listed(f"{wire.CURRENCY_SCHEME}/{money.currency}", wire.CURRENCY_SCHEME),
        "value": number_text(money.amount),
    }
    return pen.node(
        f"opportunity/{name}",
        "PriceDetail",
        pen.fresh("priceDetail"),
        {"amount": amount, "identifier": pen.key("cost", name)},
    )
