"""What a badge of others says about the achievement: alignments, criteria, credits, results.

Only what is said is taken: credits are ECTS only where something says so, a skill is one of
ESCO only by its address. The extension of edubadges (Dutch higher and vocational education) is
read too. What has no place in the model stays as residue.

Source: Open Badges Specification 3.0, Achievement, Alignment, Criteria, ResultDescription,
Result; edubadges context EducredentialAchievement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tessera import vocab
from tessera.formats.openbadges.profile import read_identifier, read_profile
from tessera.formats.openbadges.wire import VOCABULARY
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.decode import consistent, text_or_none
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.reading import MOST_VALUES, Place, Reading
from tessera.formats.vcdm.shapes import read_number
from tessera.formats.vcdm.terms import JsonObject
from tessera.formats.vcdm.texts import read_text
from tessera.model import (
    Assessment,
    AwardingBody,
    Concept,
    Credit,
    Identifier,
    LearningOutcome,
    Level,
    MicroCredential,
    Organisation,
    Participation,
    Partner,
    QualityAssurance,
    Text,
    Workload,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.checks import is_uri
from tessera.model.organisation import PartnerRole

_ESCO = "http://data.europa.eu/esco/skill/"
_ESCO_SCHEME = "http://data.europa.eu/esco/concept-scheme/skills"
_FIELDS = terms.SNB + "isced-f/"
_LEVEL = re.compile(r"\s*(?:EQF|EQF[ -]level|level)?\s*([1-8])\s*", re.I | re.A)
_MC = "/micro_credential"
# Words of the edubadges extension → codes of our lists.
_MODES = {"online": ("online",), "onsite or blended": ("presential", "blended"),
          "work experience": ("work-based",)}  # fmt: skip
_SUPERVISED = {
    "unsupervised with no identity verification": "unsupervised-without-id",
    "supervised with no identity verification": "supervised-without-id",
    "onsite with identity verification": "supervised-with-id",
}


class Achievement:
    """The achievement of one foreign badge, read into a description."""

    def __init__(self, node: JsonObject, place: Place, reading: Reading, language: str) -> None:
        self.node = node
        self.place = place
        self.reading = reading
        self.language = language
        self.ects: Decimal | None = None
        self.eqf: int | None = None
        self.fields: list[Concept] = []
        self.outcomes: list[LearningOutcome] = []
        self.assurance: list[QualityAssurance] = []

    def read(
        self, id: str, issuer: Organisation | None, defaults: Mapping[str, Text | None]
    ) -> MicroCredential:
        """Return the description. defaults: title and description of the credential itself."""
        for path, alignment in self._nodes("alignment"):
            self._alignment(alignment, path)
        stated = self.node.get("id")
        values: dict[str, Any] = {
            "id": stated if isinstance(stated, str) and is_uri(stated) else f"{id}#achievement",
            "title": self._text("name", "title") or defaults.get("title"),
            "description": self._text("description", "description") or defaults.get("description"),
            "identifiers": tuple(self._identifiers()),
            "awarding_bodies": (AwardingBody(organisation=issuer),) if issuer else (),
            "partners": self._partners(issuer),
            "learning_outcomes": tuple(self.outcomes),
            "workload": self._workload(),
            "level": Level(eqf=self.eqf),
            "fields": tuple(self.fields),
            "assessments": self._assessments(),
            "participation": self._participation(),
            "quality_assurance": (*self.assurance, *self._endorsements()),
        }
        version = self.node.get("version")
        if isinstance(version, str) and version.strip():
            values["version"] = version
        for field, member in (
            ("id", "id"), ("version", "version"), ("identifiers", "otherIdentifier"),
            ("learning_outcomes", "alignment"), ("level", "alignment"), ("fields", "alignment"),
            ("workload", "creditsAvailable"), ("assessments", "criteria"),
            ("quality_assurance", "endorsement"), ("participation", "participationType"),
        ):  # fmt: skip
            self.reading.note(Place(self.place.to(member).wire, f"{_MC}/{field}"))
        self.reading.note(Place(self.place.to("alignment").wire, f"{_MC}/level/eqf"))
        return consistent(values, Place(self.place.wire, _MC), self.reading)

    def _nodes(self, member: str) -> Iterator[tuple[Place, JsonObject]]:
        for index, one in enumerate(as_list(self.node.get(member))[:MOST_VALUES]):
            if isinstance(one, dict):
                yield self.place.to(member).to(index), one

    def _text(self, member: str, field: str) -> Text | None:
        here = Place(self.place.to(member).wire, f"{_MC}/{field}")
        self.reading.note(here)
        return self._said(self.node, member, here)

    def _said(self, node: JsonObject, member: str, place: Place) -> Text | None:
        if node.get(member) is None:
            return None
        text = read_text(node[member], place, self.reading, language=self.language)
        return text if isinstance(text, Text) else None

    def _alignment(self, node: JsonObject, place: Place) -> None:
        url, kind, code = (node.get(name) for name in ("targetUrl", "targetType", "targetCode"))
        url, code = str(url or ""), str(code or "")
        if url == terms.ECTS or node.get("targetFramework") == "ECTS":
            self.ects = read_number(code)
        elif url.startswith(f"{terms.SNB}eqf/") or kind == "ext:EQF":
            found = _LEVEL.fullmatch(code) or _LEVEL.fullmatch(url.rpartition("/")[2])
            self.eqf = int(found[1]) if found else self.eqf
        elif url.startswith(_FIELDS) and vocab.by_iri(url) is not None:
            self.fields.append(Concept.named("isced-f", url))
        elif kind == "ext:QualityAssurance":
            statement = self._said(node, "targetDescription", place)
            self.assurance.append(
                QualityAssurance(
                    scope=AssuranceScope.EXTERNAL,
                    title=self._said(node, "targetName", place),
                    statement=statement,
                    report=url if url.startswith(("http://", "https://")) and is_uri(url) else None,
                )
            )
        elif is_uri(url) and (kind in (None, "ceasn:Competency", "CFItem") or _ESCO in url):
            self._outcome(node, url, place)

    def _outcome(self, node: JsonObject, url: str, place: Place) -> None:
        title = self._said(node, "targetName", place)
        if title is None:
            return
        is_esco = url.startswith(_ESCO)
        concept = Concept(iri=url, scheme=_ESCO_SCHEME if is_esco else None, label=title)
        self.outcomes.append(
            LearningOutcome(
                id=f"alignment-{len(self.outcomes) + 1}",
                title=title,
                description=self._said(node, "targetDescription", place),
                esco_skills=(concept,) if is_esco else (),
                other_skills=() if is_esco else (concept,),
            )
        )

    def _workload(self) -> Workload:
        stated = read_number(self.node.get("ECTS"))
        ects = stated if stated is not None else self.ects
        hours = read_number(self.node.get("timeInvestment"))
        if hours is None:
            hours = read_number(self.node.get("SBU"))  # Dutch study load in hours
        credits = read_number(self.node.get("creditsAvailable"))
        others: tuple[Credit, ...] = ()
        if credits is not None and ects is None and credits >= 0:
            label = Text.of({"en": "Open Badges credits, unit not stated"})
            framework = Concept(iri=VOCABULARY + "creditsAvailable", label=label)
            made = self.reading.attempt(
                lambda: Credit(framework=framework, points=credits), self.place
            )
            others = (made,) if isinstance(made, Credit) else ()
        made_load = self.reading.attempt(
            lambda: Workload(hours=hours, ects=ects, other_credits=others), self.place
        )
        return made_load if isinstance(made_load, Workload) else Workload()

    def _assessments(self) -> tuple[Assessment, ...]:
        criteria = self.node.get("criteria")
        criteria = criteria if isinstance(criteria, dict) else {}
        here = self.place.to("criteria")
        page = criteria.get("id")
        kind = self.node.get("assessmentType")
        supervision = _SUPERVISED.get(str(self.node.get("supervisionType")))
        if supervision and self.node.get("identityChecked") is False:
            supervision = supervision.replace("with-id", "without-id")
        one = {
            "criteria": self._said(criteria, "narrative", here.to("narrative")),
            "criteria_url": page if _is_page(page) else None,
            "title": Text.of({"en": kind}) if isinstance(kind, str) and kind.strip() else None,
            "kind": Concept.named("assessment", "portfolio") if kind == "portfolio" else None,
            "supervision": Concept.named("supervision", supervision) if supervision else None,
        }
        if not any(one.values()):
            return ()
        made = self.reading.attempt(lambda: Assessment(id="criteria", **one), here)  # type: ignore[arg-type]
        return (made,) if isinstance(made, Assessment) else ()

    def _participation(self) -> Participation:
        codes = _MODES.get(str(self.node.get("participationType")), ())
        return Participation(modes=tuple(Concept.named("mode", code) for code in codes))

    def _identifiers(self) -> Iterator[Identifier]:
        code = self.node.get("humanCode")
        if isinstance(code, str) and code.strip():
            yield Identifier(scheme=VOCABULARY + "humanCode", value=code)
        for _, entry in self._nodes("otherIdentifier"):
            found = read_identifier(entry)
            if found is not None:
                yield found

    def _partners(self, issuer: Organisation | None) -> tuple[Partner, ...]:
        """Who made the definition of the achievement, where that is not the issuer."""
        stated = self.node.get("creator")
        if stated is None:
            return ()
        here = Place(self.place.to("creator").wire, f"{_MC}/partners/0/organisation")
        creator = read_profile(stated, here, self.reading)
        if creator is None or (issuer is not None and creator.id == issuer.id):
            return ()
        return (Partner(organisation=creator, roles=(PartnerRole.DESIGNS,)),)

    def _endorsements(self) -> Iterator[QualityAssurance]:
        """Statements of others about the achievement; whether they are genuine is told apart."""
        for place, node in self._nodes("endorsement"):
            subject = node.get("credentialSubject")
            subject = subject if isinstance(subject, dict) else {}
            comment = self._said(subject, "endorsementComment", place)
            agency = read_profile(node.get("issuer"), place.to("issuer"), self.reading)
            if comment is None and agency is None:
                continue
            what = "What the endorsement says was read; its own seal was not checked."
            self.reading.remark("endorsement", what, place)
            yield QualityAssurance(
                scope=AssuranceScope.EXTERNAL,
                title=text_or_none(node, "name", place, self.reading),
                agency=agency,
                statement=comment,
            )


def _is_page(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://")) and is_uri(value)
