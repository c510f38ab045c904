"""The description, read back. The other half of `encode_specification`."""

from __future__ import annotations

from datetime import date

from tessera import vocab
from tessera.errors import ModelError
from tessera.formats.elm import wire
from tessera.formats.elm.decode_assessment import Assessments
from tessera.formats.elm.decode_entitlement import Entitlements
from tessera.formats.elm.decode_organisation import Organisations
from tessera.formats.elm.decode_parts import Keys, Notes, documents, identifiers, note_text
from tessera.formats.elm.decode_workload import body_levels, read_level, read_workload
from tessera.formats.elm.encode_specification import ROLE, custom_subject, research_address
from tessera.formats.elm.node import Node, uri_or_none
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.wire import Json, unquoted
from tessera.model import (
    Concept,
    CustomElement,
    Duration,
    Identifier,
    LearningOutcome,
    Link,
    Purpose,
    ResearchLink,
    Stackability,
    Text,
    Validity,
)

_PLACES = {
    "title": "title",
    "description": "description",
    "learning_outcomes": "learningOutcome",
    "workload/hours": "volumeOfLearning",
    "workload/ects": "creditPoint",
    "workload/maximum": "maximumDuration",
    "level/eqf": "eqfLevel",
    "level/nqf": "nqfLevel",
    "level/qf_ehea": "educationLevel",
    "level/isced": "educationLevel",
    "level/sectoral": "educationLevel",
    "fields": "thematicArea",
    "assessments": "provenBy",
    "participation/modes": "mode",
    "participation/languages": "language",
    "participation/setting": "learningSetting",
    "participation/opportunity": "dcType",
    "quality_assurance": "accreditation",
    "prerequisites": "entryRequirement",
    "stackability": "additionalNote",
    "learner_outcomes": "entitlesTo",
    "contexts": "dcType",
    "purpose": "additionalNote",
    "target_groups": "targetGroup",
    "resources": "supplementaryDocument",
    "further_information": "additionalNote",
    "links": "homepage",
    "research": "supplementaryDocument",
    "is_partial_qualification": "isPartialQualification",
    "validity": "identifier",
    "version": "identifier",
    "identifiers": "identifier",
    "custom": "additionalNote",
}


class Specification:
    """Reads one Qualification or LearningAchievementSpecification into fields of the model."""

    def __init__(self, node: Node, organisations: Organisations, assessments: Assessments) -> None:
        self.node = node
        self.reader: Reader = node.reader
        self.organisations = organisations
        self.assessments = assessments
        self.body_levels: dict[str, Concept] = {}
        self._version = "1"
        self._validity: Validity | None = None
        self._seals: list[str] = []

    def read(self) -> dict[str, object]:
        """Fields of MicroCredential by name; what hangs on the claim is not among them."""
        node = self.node
        for field, member in _PLACES.items():
            node.place(f"/micro_credential/{field}", member)
        notes = Notes(node)
        self.body_levels = body_levels(node)
        entitlements = Entitlements(node)
        for plan in node.children("provenBy", lambda at: f"plan:{at}"):
            self.assessments.plan(plan)
        fields = self._own(notes, entitlements) | self._form()
        notes.close()
        return fields

    def _form(self) -> dict[str, object]:
        """What becomes part of Participation."""
        node = self.node
        return {
            "modes": node.concepts("mode"),
            "languages": node.concepts("language"),
            "setting": node.concept("learningSetting"),
        }

    def _own(self, notes: Notes, entitlements: Entitlements) -> dict[str, object]:
        """What the description says itself."""
        node = self.node
        papers = documents(node, "supplementaryDocument", self._paper_role, _fits)
        own = identifiers(node, self._keys())
        kinds = self._kinds()
        return {
            "version": self._version,
            "identifiers": own,
            "title": node.text("title"),
            "description": node.text("description"),
            "seals_required": tuple(self._seals),
            "learning_outcomes": self._outcomes(),
            "workload": read_workload(node),
            "level": read_level(node, self.body_levels.values()),
            "fields": node.concepts("thematicArea"),
            "quality_assurance": (
                *self.organisations.accreditations(node),
                *self.organisations.assurance_notes(notes, ROLE),
            ),
            "prerequisites": self._entry(),
            "stackability": self._stackability(notes, entitlements),
            "learner_outcomes": tuple(entitlements.outcomes),
            "contexts": kinds["learning-context"],
            "purpose": self._purpose(notes, kinds["purpose"], papers.get("purpose-evidence", [])),
            "target_groups": node.concepts("targetGroup"),
            "resources": tuple(papers.get("", [])),
            "validity": self._validity,
            "links": tuple(documents(node, "homepage", self._page_role).get("", [])),
            "research": _research_links(papers.get("research", [])),
            "is_partial_qualification": self._partial(),
            "custom": self._custom(notes),
            "further_information": notes.plain(f"{ROLE}/further"),
            "opportunity": next(iter(kinds["opportunity"]), None),
        }

    @staticmethod
    def _paper_role(kind: str, at: int) -> str:
        name = {"": "supplementaryDocument", "purpose-evidence": "evidence"}.get(kind, kind)
        return f"{ROLE}/{name}/{at}"

    @staticmethod
    def _page_role(_: str, at: int) -> str:
        return f"{ROLE}/homepage/{at}"

    def _keys(self) -> Keys:
        def version(value: str) -> bool:
            if not value.strip() or value == "1":
                return False
            self._version = value
            return True

        def validity(value: str) -> bool:
            self._validity = _validity(value)
            return self._validity is not None

        def seal(value: str) -> bool:
            self._seals.append(wire.model_id(value, self.reader.award_id))
            return True

        return {"version": version, "validity": validity, "seal-required": seal}

    def _kinds(self) -> dict[str, tuple[Concept, ...]]:
        """`dcType` sorted by list; what is of no list of ours stays as residue."""
        sorted_: dict[str, list[Concept]] = {
            "opportunity": [],
            "learning-context": [],
            "purpose": [],
        }
        rest: list[Json] = []
        for value, concept in self.node.paired("dcType"):
            if concept is None:
                rest.append(value)
                continue
            entry = vocab.by_iri(concept.iri)
            group = sorted_.get(entry.list_id) if entry else None
            if group is None or (entry and entry.list_id == "opportunity" and group):
                rest.append(value)
            else:
                group.append(concept)
        self.node.left("dcType", rest)
        return {name: tuple(found) for name, found in sorted_.items()}

    def _outcomes(self) -> tuple[LearningOutcome, ...]:
        found: list[LearningOutcome] = []
        rest: list[Json] = []
        for value, path in self.node.items("learningOutcome"):
            resolved = self.node.resolve(value, path)
            one = None
            if resolved is not None:
                role = f"{ROLE}/learningOutcome/{len(found)}"
                taken = {outcome.id for outcome in found}
                one = self._outcome(Node(self.reader, *resolved, role=role), len(found), taken)
                if one is None:
                    self.reader.forget(role)
            if one is None:
                rest.append(value)
            else:
                found.append(one)
        self.node.left("learningOutcome", rest)
        return tuple(found)

    def _outcome(self, node: Node, index: int, taken: set[str]) -> LearningOutcome | None:
        node.place(f"/micro_credential/learning_outcomes/{index}")
        name = node.named("outcome") or f"outcome-{index + 1}"
        title = node.text("title")
        if title is None or name in taken:
            what = "A learning outcome without title, or there twice, was left out."
            self.reader.remark("outcome", what, node.path)
            return None
        assessed: list[str] = []
        keys = {"outcome": lambda _: True, "assessed-by": assessed.append}
        identifiers(node, keys)
        known = {one.id for one in self.assessments.plans}
        notes = Notes(node)
        read = {
            "id": name,
            "title": title,
            "description": notes.take("description", f"{node.role}/description"),
            "kind": node.concept("dcType"),
            "reuse_level": node.concept("reusabilityLevel"),
            "esco_skills": node.concepts("relatedESCOSkill"),
            "other_skills": node.concepts("relatedSkill"),
            "assessed_by": tuple(id for id in assessed if id in known or not known),
        }
        notes.close()
        one = self.reader.attempt(lambda: LearningOutcome(**read), node.path)  # type: ignore[arg-type]
        is_known = name == node.id or node.id == wire.LOCAL_PREFIX + name
        node.close("LearningOutcome", id_is_known=is_known)
        return one

    def _entry(self) -> Text | None:
        one = self.node.child("entryRequirement", f"{ROLE}/entryRequirement/0")
        text = one.text("noteLiteral")
        one.close("Note")
        if text is None:
            self.node.give_back("entryRequirement", one)
        return text

    def _stackability(self, notes: Notes, entitlements: Entitlements) -> Stackability | None:
        scheme = vocab.scheme("stackability")
        found = notes.pick(lambda subject: (subject or "").startswith(scheme + ":"), most=1)
        if not found:
            if "isPartialQualification" in self.node.view:  # at most this implies something
                self.node.place("/micro_credential/stackability", "isPartialQualification")
            return None
        kind = found[0].concept("subject")
        text = note_text(found[0], f"{ROLE}/stackability", has_subject=True)
        if kind is None:
            return None
        statement = None if text == kind.label else text
        return Stackability(kind=kind, targets=tuple(entitlements.targets), statement=statement)

    def _purpose(
        self, notes: Notes, kinds: tuple[Concept, ...], evidence: list[Link]
    ) -> Purpose | None:
        need = notes.take("purpose-need", f"{ROLE}/need")
        if not (need or kinds or evidence):
            return None
        return Purpose(kinds=kinds, need=need, evidence=tuple(evidence))

    def _partial(self) -> bool:
        value = self.node.view.get("isPartialQualification")
        is_partial = value is True or value == "true"
        self.node.same("isPartialQualification", is_partial)
        return is_partial

    def _custom(self, notes: Notes) -> tuple[CustomElement, ...]:
        found: list[CustomElement] = []

        def is_custom(subject: str | None) -> bool:
            return uri_or_none(subject) is not None and not str(subject).startswith(
                wire.NOTES + ":"
            )

        for one in notes.pick(is_custom):
            one.role = f"{ROLE}/custom/{len(found)}"
            subject = one.view["subject"]
            concept = one.concept("subject")
            value = one.text("noteLiteral")
            assert concept is not None  # is_custom
            assert value is not None  # it says something
            label = concept.label or Text.of({"und": concept.iri})
            element = CustomElement(uri=concept.iri, label=label, value=value)
            one.reader.residue.get(one.role, {}).pop("+subject", None)
            if subject != custom_subject(element):
                one.reader.keep(one.role, "~subject", [subject, custom_subject(element)])
            one.close("Note")
            found.append(element)
        return tuple(found)


def _validity(value: str) -> Validity | None:
    try:
        return Validity(until=date.fromisoformat(value))
    except ValueError:
        pass
    try:
        return Validity(duration=Duration(value))
    except ModelError:
        return None


def _research_links(links: list[Link]) -> tuple[ResearchLink, ...]:
    read = [(_research(link.url), link.title) for link in links]
    return tuple(
        ResearchLink(identifier=identifier, title=title)
        for identifier, title in read
        if identifier is not None
    )


def _fits(kind: str, url: str) -> bool:
    """Whether we can take a document as what it says it is; another stays as it was."""
    return kind != "research" or _research(url) is not None


def _research(url: str) -> Identifier | None:
    """The DOI or ORCID iD of a web address, where writing it gives the same address."""
    scheme = "orcid" if "orcid.org/" in url else "doi"
    try:
        identifier = Identifier.parse(scheme, unquoted(url))
    except ModelError:
        return None
    return identifier if research_address(identifier) == url else None
