"""Assessments, planned and done, read back. The other half of `encode_assessment`."""

from __future__ import annotations

from tessera.formats.elm import wire
from tessera.formats.elm.decode_organisation import Organisations
from tessera.formats.elm.decode_parts import Notes, documents, identifiers, note_text
from tessera.formats.elm.encode_assessment import FALLBACK_TITLE, planned_title
from tessera.formats.elm.node import Node
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.wire import Json
from tessera.model import Assessment, AssessmentResult, Grading, Text

_NOT_GRADED = f"{wire.NOTES}:not-graded"


class Assessments:
    """The assessments of one document: plans by the id of their object, then results."""

    def __init__(self, reader: Reader, organisations: Organisations) -> None:
        self.reader = reader
        self.organisations = organisations
        self.plans: list[Assessment] = []
        self._names: dict[str, str] = {}

    def plan(self, node: Node) -> str | None:
        """Read a plan once; returns its name, or None when it is none."""
        wire_id = node.id
        if wire_id is not None and wire_id in self._names:
            return self._names[wire_id]
        name = node.named("assessment") or f"assessment-{len(self.plans) + 1}"
        if any(one.id == name for one in self.plans):
            return name if wire_id is None else None
        one = self._build(node, name)
        if one is None:
            return None
        if wire_id is not None:
            self._names[wire_id] = name
        self.plans.append(one)
        return name

    def _build(self, node: Node, name: str) -> Assessment | None:
        role = node.role = f"assessment:{len(self.plans)}"
        self._place(node)
        notes = Notes(node)
        criteria = notes.take("criteria", f"{role}/criteria")
        notes.close()
        pages = documents(
            node, "supplementaryDocument", lambda _, at: f"{role}/supplementaryDocument/{at}"
        )
        links = pages.get("", [])
        if len(links) > 1:
            spare = [value for value, _ in node.items("supplementaryDocument")][1:]
            node.reader.keep(role, "+supplementaryDocument", spare)
        identifiers(node, {"assessment": lambda _: True})
        supervision = node.concepts("idVerification", most=1)
        kinds = node.concepts("dcType", most=1)
        title = node.text("title")
        read = {
            "id": name,
            "title": title,
            "description": node.text("description"),
            "kind": kinds[0] if kinds else None,
            "modes": node.concepts("mode"),
            "supervision": supervision[0] if supervision else None,
            "criteria": criteria,
            "criteria_url": links[0].url if links else None,
            "grading": self._grading(node),
            "languages": node.concepts("language"),
        }
        one = self.reader.attempt(lambda: Assessment(**read), node.path)  # type: ignore[arg-type]
        if one is not None and title is not None:
            bare = Assessment(**(read | {"title": None}))  # type: ignore[arg-type]
            one = bare if planned_title(bare) == title else one
        known = name == node.id or node.id == wire.LOCAL_PREFIX + name
        node.close("LearningAssessmentSpecification", id_is_known=known)
        return one

    def _place(self, node: Node) -> None:
        model = f"/micro_credential/assessments/{len(self.plans)}"
        for field, member in (
            ("title", "title"),
            ("kind", "dcType"),
            ("modes", "mode"),
            ("supervision", "idVerification"),
            ("criteria", "additionalNote"),
            ("grading", "gradingScheme"),
        ):
            node.place(f"{model}/{field}", member)
        node.place(model)
        if not self.plans:
            node.place("/micro_credential/assessments")

    def _grading(self, node: Node) -> Grading | None:
        one = node.child("gradingScheme", f"{node.role}/gradingScheme/0")
        title, description = one.text("title"), one.text("description")
        if title is None:
            node.give_back("gradingScheme", one)
            return None
        pages = documents(one, "supplementaryDocument", lambda *_: f"{one.role}/page")
        links = pages.get("", [])
        one.close("GradingScheme")
        url = links[0].url if links else None
        return self.reader.attempt(
            lambda: Grading(title=title, description=description, url=url), one.path
        )

    def result(self, node: Node, index: int, awarding_process: str | None) -> AssessmentResult:
        """Read a result, and the plan under it."""
        model = f"/achievement/results/{index}"
        for field, member in (
            ("grade", "grade"),
            ("graded_on", "dateIssued"),
            ("supervision", "idVerification"),
            ("assessed_by", "assessedBy"),
        ):
            node.place(f"{model}/{field}", member)
        node.place(model)
        names: list[str] = []
        identifiers(node, {"assessment": names.append})
        name = self._planned(node) or (names[0] if names else None)
        plan = next((one for one in self.plans if one.id == name), None)
        title = node.text("title")
        supervision = node.concepts("idVerification", most=1)
        grade = self._grade(node)
        awarded(node, awarding_process)
        one = AssessmentResult(
            assessment=name,
            title=None if title in (planned_title(plan), FALLBACK_TITLE) else title,
            grade=grade,
            graded_on=node.day("dateIssued"),
            supervision=supervision[0] if supervision else None,
            assessed_by=tuple(
                self.organisations.under(node, "assessedBy", model + "/assessed_by/{}")
            ),
        )
        node.close("LearningAssessment")
        return one

    def _planned(self, node: Node) -> str | None:
        found = node.items("specifiedBy")[:1]
        resolved = node.resolve(*found[0]) if found else None
        if resolved is None:
            return None
        name = self.plan(Node(self.reader, *resolved, role=""))
        if name is not None:
            node.left("specifiedBy", [value for value, _ in node.items("specifiedBy")][1:])
        return name

    def _grade(self, node: Node) -> Text | None:
        notes = Notes(node, "grade")
        role = f"{node.role}/grade/0"
        for one in notes.pick(lambda subject: subject == _NOT_GRADED)[:1]:
            note_text(one, role, has_subject=True)
            one.reader.residue.pop(role, None)
            notes.close()
            return None
        text = notes.plain(role)
        notes.close()
        return text


def awarded(node: Node, awarding_process: str | None) -> None:
    """Count `awardedBy` as read where it is the awarding of the achievement itself."""
    values: list[Json] = []
    for value, _ in node.items("awardedBy"):
        id = value.get("id") if isinstance(value, dict) else value
        if id is None or id != awarding_process:
            values.append(value)
    node.left("awardedBy", [])
    if values:
        node.reader.residue.get(node.role, {}).pop("+awardedBy", None)
        node.reader.keep(node.role, "awardedBy", node.view["awardedBy"])
