"""The achievement, read back. The other half of `encode_claim`."""

from __future__ import annotations

from decimal import Decimal

from tessera.formats.elm import wire
from tessera.formats.elm.decode_assessment import Assessments, awarded
from tessera.formats.elm.decode_organisation import Organisations
from tessera.formats.elm.decode_parts import Notes, identifiers
from tessera.formats.elm.decode_specification import Specification
from tessera.formats.elm.decode_workload import credit
from tessera.formats.elm.encode_claim import FUNDING_TITLE
from tessera.formats.elm.node import Node
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.wire import Json
from tessera.formats.elm.writing import listed, number_text
from tessera.model import (
    Achievement,
    AwardingBody,
    Concept,
    Costs,
    Duration,
    Money,
    Organisation,
    Partner,
    Period,
    Text,
)
from tessera.model.organisation import PartnerRole

_ROLES = {f"{wire.PARTNER_ROLES}:{role.value}": role for role in PartnerRole}


class Claim:
    """What was read of a LearningAchievement, for `decode` to put together."""

    def __init__(self, node: Node, organisations: Organisations) -> None:
        self.node = node
        self.reader: Reader = node.reader
        self.organisations = organisations
        self.assessments = Assessments(self.reader, organisations)
        self.awarding = node.child("awardedBy", "claim/awardedBy/0")
        self.bodies: list[Organisation] = []
        self.providers: list[Organisation] = []
        self.partners: list[Partner] = []
        self.activity_length: Duration | None = None
        self.actual: Duration | None = None
        self.period: Period | None = None
        self.fallback_modes: tuple[Concept, ...] = ()
        self.fallback_languages: tuple[Concept, ...] = ()
        self.parts: list[str] = []
        self.open: list[Node] = []  # closed when the title is known

    def read(self) -> dict[str, object]:
        """Read everything under the claim; returns the fields of the description."""
        node = self.node
        self._places()
        self.bodies = self.organisations.under(
            self.awarding, "awardingBody", "/micro_credential/awarding_bodies/{}/organisation"
        )
        self.awarded_on = self.awarding.day("awardingDate")
        self.awarding.close("AwardingProcess")
        self.specification = Specification(
            node.child("specifiedBy", "claim/specifiedBy/0"), self.organisations, self.assessments
        )
        fields = self.specification.read()
        self._activities()
        results = tuple(
            self.assessments.result(one, index, self.awarding.id)
            for index, one in enumerate(
                node.children(
                    "provenBy", lambda at: f"claim/provenBy/{at}", types=("LearningAssessment",)
                )
            )
        )
        self.achievement = self.reader.attempt(
            lambda: Achievement(
                results=results,
                ects=self._received(),
                actual_workload=self.actual,
                period=self.period,
            ),
            node.path,
        ) or Achievement(results=results)
        notes = Notes(node)
        self.replaces_reason = notes.take("replaces-reason", "claim/replaces")
        notes.close()
        identifiers_left = identifiers(node, {"part": self._part})
        if identifiers_left:
            node.reader.forget("claim/identifier")
            node.left("identifier", self._foreign_identifiers())
        return fields

    def _places(self) -> None:
        node = self.node
        node.place("/micro_credential", "specifiedBy")
        node.place("/achievement")
        node.place("/achievement/results", "provenBy")
        node.place("/achievement/ects", "creditReceived")
        node.place("/parts", "identifier")
        node.place("/replaces_reason", "additionalNote")
        node.place("/micro_credential/providers", "influencedBy")
        node.place("/micro_credential/partners", "influencedBy")
        node.place("/achievement/period", "influencedBy")
        node.place("/achievement/actual_workload", "influencedBy")
        node.place("/micro_credential/workload/activity", "influencedBy")
        for field in ("period", "costs", "participation/schedule"):
            node.place(f"/micro_credential/{field}", "learningOpportunity")
        self.awarding.place("/micro_credential/awarding_bodies", "awardingBody")
        self.awarding.place("/awarded_on", "awardingDate")

    def _part(self, id: str) -> bool:
        self.parts.append(id)
        return True

    def _foreign_identifiers(self) -> list[Json]:
        """Identifiers of the achievement itself: the model has no place for them."""
        rest: list[Json] = []
        for value, path in self.node.items("identifier"):
            view = self.node.resolve(value, path)
            if view is None or view[0].get("schemeId") != f"{wire.KEYS}:part":
                rest.append(value)
        return rest

    def _received(self) -> Decimal | None:
        ects: Decimal | None = None
        rest: list[Json] = []
        for value, path in self.node.items("creditReceived"):
            resolved = self.node.resolve(value, path)
            role = "claim/creditReceived/0"
            if resolved is None or ects is not None:
                rest.append(value)
                continue
            read = credit(Node(self.reader, *resolved, role=role))
            if isinstance(read, Decimal):
                ects = read
            else:
                self.reader.forget(role)
                rest.append(value)
        self.node.left("creditReceived", rest)
        return ects

    def _activities(self) -> None:
        rest: list[Json] = []
        main: Node | None = None
        for value, path in self.node.items("influencedBy"):
            resolved = self.node.resolve(value, path)
            if resolved is None:
                rest.append(value)
                continue
            one = Node(self.reader, *resolved, role=f"claim/partner/{len(self.partners)}")
            if self._is_partner(one):
                if not self._partner(one):
                    rest.append(value)
            elif main is None:
                main = Node(self.reader, *resolved, role="claim/influencedBy/0")
            else:
                rest.append(value)
        self.node.left("influencedBy", rest)
        if main is not None:
            self._main(main)

    def _is_partner(self, node: Node) -> bool:
        return any(
            isinstance(value, dict) and value.get("id") in _ROLES
            for value, _ in node.items("dcType")
        )

    def _partner(self, node: Node) -> bool:
        roles = [
            _ROLES[value["id"]]
            for value, _ in node.items("dcType")
            if isinstance(value, dict) and value.get("id") in _ROLES
        ]
        model = f"/micro_credential/partners/{len(self.partners)}/organisation"
        found = self.organisations.under(node, "directedBy", model, most=1)
        if not found:
            self.reader.forget(node.role)
            return False
        node.left("dcType", [])
        awarded(node, self.awarding.id)
        self.open.append(node)
        self.partners.append(Partner(organisation=found[0], roles=tuple(roles)))
        return True

    def _main(self, node: Node) -> None:
        model = "/micro_credential/providers/{}"
        node.place("/micro_credential/providers", "directedBy")
        node.place("/achievement/period", "temporal")
        node.place("/achievement/actual_workload", "workload")
        self.providers = self.organisations.under(node, "directedBy", model)
        awarded(node, self.awarding.id)
        plan = node.child("specifiedBy", "activity-spec")
        plan.place("/micro_credential/workload/activity", "volumeOfLearning")
        self.fallback_modes, self.fallback_languages = _peek(plan, "mode"), _peek(plan, "language")
        self.activity_length = plan.duration("volumeOfLearning")
        self.actual = node.duration("workload")
        self.period = period(node, "temporal", "claim/influencedBy/0/temporal/0")
        self.open += [node, plan]

    def settle(self, title: dict[str, str] | None, shown: dict[str, str] | None, spec: str) -> None:
        """Close what had to wait for the title: the claim, its activities, the description."""
        written = title or {"en": "Learning"}
        for node in self.open:
            node.same("title", written)
            plan = node.role == "activity-spec"
            node.close("LearningActivitySpecification" if plan else "LearningActivity")
        self.node.same("title", shown)
        self.node.close("LearningAchievement")
        self.specification.node.close(spec, id_is_known=True)

    def awarding_bodies(self) -> tuple[AwardingBody, ...]:
        """The awarding bodies with the level in their own framework."""
        levels = self.specification.body_levels
        return tuple(
            AwardingBody(organisation=one, nqf_level=levels.get(one.id)) for one in self.bodies
        )


def _peek(node: Node, member: str) -> tuple[Concept, ...]:
    """Concepts that stand elsewhere than we write them: read, and kept where they are."""
    raw = node.view.get(member)
    found = node.concepts(member)
    if raw is not None:
        node.reader.residue.get(node.role, {}).pop(f"+{member}", None)
        node.reader.keep(node.role, member, raw)
    return found


def period(node: Node, member: str, role: str) -> Period | None:
    """The first period under a member."""
    one = node.child(member, role)
    if one.is_empty:
        return None
    start, end = one.day("startDate"), one.day("endDate")
    one.close("PeriodOfTime")
    read = None
    if start or end:
        read = node.reader.attempt(lambda: Period(start=start, end=end), one.path)
    if read is None:
        node.give_back(member, one)
    return read


class Opportunity:
    """What was read of the LearningOpportunity: schedule, planned period and costs."""

    def __init__(self, claim: Node) -> None:
        self.claim = claim
        self.node = claim.child("learningOpportunity", "opportunity")
        self.schedule = self.node.concept("learningSchedule")
        self.period = period(self.node, "temporal", "opportunity/temporal/0")
        self.costs = self._costs()

    def _costs(self) -> Costs:
        amounts: dict[str, Money] = {}
        rest: list[Json] = []
        for value, path in self.node.items("priceDetail"):
            resolved = self.node.resolve(value, path)
            if resolved is None or not self._price(Node(self.node.reader, *resolved, ""), amounts):
                rest.append(value)
        self.node.left("priceDetail", rest)
        return Costs(**amounts, funding=self._funding())

    def _price(self, node: Node, amounts: dict[str, Money]) -> bool:
        names: list[str] = []
        node.role = "opportunity/unknown"
        identifiers(node, {"cost": names.append})
        name = names[0] if names else "fee"
        if name not in ("fee", "development", "delivery") or name in amounts:
            return False
        node.role = f"opportunity/{name}"
        node.reader.forget("opportunity/unknown")
        view = node.resolve(*node.items("amount")[0]) if node.items("amount") else None
        if view is None:
            return False
        amount = Node(node.reader, *view, role="opportunity/unknown")
        value, unit = amount.number("value"), amount.view.get("unit")
        iri = unit.get("id") if isinstance(unit, dict) else unit
        if value is None or not isinstance(iri, str):
            return False
        money = node.reader.attempt(
            lambda: Money(amount=value, currency=iri.rsplit("/", 1)[-1]), amount.path
        )
        if money is None:
            return False
        node.left("amount", [])
        expected = {
            "id": amount.id,
            "type": "Amount",
            "unit": listed(iri),
            "value": number_text(value),
        }
        if amount.view != expected:
            node.reader.keep(node.role, "amount", node.view["amount"])
        node.close("PriceDetail")
        node.reader.forget("opportunity/unknown")
        amounts[name] = money
        return True

    def _funding(self) -> tuple[Concept, ...]:
        found: list[Concept] = []
        rest: list[Json] = []
        for value, path in self.node.items("grant"):
            resolved = self.node.resolve(value, path)
            if resolved is None:
                rest.append(value)
                continue
            one = Node(self.node.reader, *resolved, role="opportunity/unknown")
            kind = one.concept("dcType")
            title = one.text("title")
            if kind is None or title != (kind.label or FUNDING_TITLE) or len(one.view) > 4:
                rest.append(value)
            else:
                found.append(kind)
            self.node.reader.forget("opportunity/unknown")
        self.node.left("grant", rest)
        return tuple(found)

    def settle(self, title: Text | None, offering: list[str]) -> None:
        """Close it; one that says nothing of ours goes back as a whole."""
        if self.node.is_empty:
            return
        costs = self.costs
        priced = costs.fee or costs.development or costs.delivery or costs.funding
        if not (priced or self.period or self.schedule):
            self.claim.give_back("learningOpportunity", self.node)
            return
        self.node.same("title", (title or Text.of({"en": "Learning"})).as_dict())
        raw = [value for value, _ in self.node.items("providedBy")]
        ids = [value.get("id") if isinstance(value, dict) else value for value in raw]
        if ids == offering:
            self.node.left("providedBy", [])
        self.node.close("LearningOpportunity")
