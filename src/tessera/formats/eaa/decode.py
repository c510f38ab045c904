"""An attestation of the EDC-W3C family as an award: total, and nothing is lost.

Steps: 1 find the credential; 2 read the claim by the tables: the first achievement of the
subject, its awarding, results and description; 3 read dates, learner, issuer and status as
`vcdm` does; 4 keep the difference to what we would write.

The examples of the pilot name countries, fields and levels by codes only; those are looked up
in our lists. Diplomas and transcripts of the same family are read by the same names.

Source: dc4eu/educational-pilot, edc-w3c-vcdm_schema.json.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.eaa import tables
from tessera.formats.eaa.encode import ECTS, TEST, build, learner_group
from tessera.formats.eaa.kinds import find_attestation, plain_kind
from tessera.formats.eaa.shapes import IdentifierShape, Listed, Spoken
from tessera.formats.protocol import Decoded
from tessera.formats.vcdm.decode import (
    consistent,
    credential_id,
    dates,
    first_node,
    settled,
    with_did,
)
from tessera.formats.vcdm.groups import Many
from tessera.formats.vcdm.measures import PERIOD_NODE
from tessera.formats.vcdm.reading import REFUSED, Place, Reading
from tessera.formats.vcdm.residue import difference
from tessera.formats.vcdm.shapes import Day, Instant, Span, read_number
from tessera.formats.vcdm.status import read_status
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import (
    Achievement,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Credit,
    Identifier,
    Learner,
    Level,
    MicroCredential,
    Organisation,
    Workload,
)
from tessera.model.checks import is_uri
from tessera.vocab import languages

_MC = "/micro_credential"
_CYCLES, _ISCED = "urn:tessera:qf-ehea:", "urn:tessera:isced-2011:"


def decode(document: Any) -> Decoded | None:
    """Read an attestation; None for one that is no record of learning (a PID, a student card).

    Raises: UnreadableError when it is neither. Everything else becomes a finding.
    """
    found = find_attestation(document)
    if found is None:
        if plain_kind(document) is not None:
            return None
        raise UnreadableError("This is no attestation of the EDC-W3C family.")
    root, path = found
    reading = Reading("eaa")
    award = _Attestation(root, Place(path), reading).award()
    kept = difference(root, build(award))
    if kept:
        award = replace(award, residue={"eaa": kept})
    return Decoded(award=award, findings=tuple(reading.findings), places=dict(reading.places))


class _Attestation:
    """One document while it is read; see the steps of the module."""

    def __init__(self, root: JsonObject, place: Place, reading: Reading) -> None:
        self.root, self.place, self.reading = root, place, reading
        reading.note(place)
        self.subject, self.subject_at = first_node(
            root.get("credentialSubject"), place.to("credentialSubject")
        )
        self.claim, self.claim_at = first_node(
            self.subject.get("hasClaim"), self.subject_at.to("hasClaim")
        )
        self.awarding, self.awarding_at = first_node(
            self.claim.get("awardedBy"), self.claim_at.to("awardedBy")
        )
        self.activity, self.activity_at = first_node(
            self.claim.get("influencedBy"), self.claim_at.to("influencedBy")
        )

    def award(self) -> Award:
        root, place, reading = self.root, self.place, self.reading
        issued = self._at(root, "issued", Instant(), place, "issued_at")
        values: dict[str, Any] = {"id": credential_id(root, place, reading)}
        values |= dates(root, place, reading, issued=issued)
        if "credentialStatus" in root:
            here = place.to("credentialStatus", "status")
            values["status"] = read_status(root["credentialStatus"], here, reading)
        values["learner"] = self._learner()
        values["micro_credential"] = self._description()
        values["achievement"] = self._achievement(values["micro_credential"])
        own = self._at(self.claim, "identifier", IdentifierShape(), self.claim_at, "identifiers")
        values["identifiers"] = (own,) if isinstance(own, Identifier) else ()
        awarded = self._at(self.awarding, "awardingDate", Day(), self.awarding_at, "awarded_on")
        moment = values.get("issued_at")
        if moment is None or awarded != moment.date():
            values["awarded_on"] = awarded
        display = root.get("displayParameter")
        display = display if isinstance(display, dict) else {}
        values["display_language"] = _primary(display)
        values["is_test"] = _is_test(display)
        return settled(values, place, reading)

    def _at(self, node: JsonObject, term: str, shape: Any, place: Place, field: str) -> Any:
        """The value of one member, None where it is absent or wrong."""
        here = place.to(term, field)
        self.reading.note(here)
        if node.get(term) is None:
            return None
        found = shape.read(node[term], here, self.reading)
        return None if found is REFUSED else found

    def _learner(self) -> Learner:
        here = Place(self.subject_at.wire, "/learner")
        self.reading.note(here)
        values = learner_group("en").values(self.subject, here, self.reading)
        identifiers = with_did(self.subject.get("id"), values.get("identifiers", ()))
        if identifiers:
            values["identifiers"] = identifiers
        made = self.reading.attempt(lambda: Learner(**values), here)
        return made if isinstance(made, Learner) else Learner()

    def _description(self) -> MicroCredential:
        node, where = first_node(self.claim.get("specifiedBy"), self.claim_at.to("specifiedBy"))
        here = Place(where.wire, _MC)
        self.reading.note(here)
        values = tables.QUALIFICATION.values(node, here, self.reading)
        values["workload"] = self._workload(node, here, values.get("workload", Workload()))
        values["level"] = self._level(node, here, values.get("level", Level()))
        if node.get("provenBy") is not None:
            at = here.to("provenBy", "assessments")
            plans = tables.ASSESSMENTS.read(node["provenBy"], at, self.reading)
            values["assessments"] = () if plans is REFUSED else plans
        if "title" not in values and self.claim.get("title"):
            title = self._at(self.claim, "title", Spoken(), self.claim_at, "title")
            values |= {"title": title} if title else {}
        if not is_uri(str(values.get("id", ""))):
            values["id"] = f"{credential_id(self.root, self.place, Reading('eaa'))}#description"
        bodies = self._organisations(self.awarding, "awardingBody", self.awarding_at)
        values["awarding_bodies"] = tuple(AwardingBody(organisation=one) for one in bodies)
        values["providers"] = self._organisations(self.activity, "directedBy", self.activity_at)
        self._add_issuer(values, bodies)
        return consistent(values, here, self.reading)

    def _organisations(self, node: JsonObject, term: str, place: Place) -> tuple[Organisation, ...]:
        if node.get(term) is None:
            return ()
        here = Place(place.to(term).wire, f"{_MC}/{term}")
        return tuple(
            made
            for at, one in enumerate(node[term] if isinstance(node[term], list) else [node[term]])
            if (made := self._organisation(one, here.to(at, at))) is not None
        )

    def _organisation(self, value: Json, place: Place) -> Organisation | None:
        """An organisation; the examples give some no id, so their legal number stands in."""
        if not isinstance(value, dict):
            self.reading.remark("object", "An organisation is expected here.", place)
            return None
        values = tables.ORGANISATION.values(value, place, self.reading)
        legal = self._at(value, "eIDASIdentifier", IdentifierShape("eidas-legal"), place, "legal")
        if isinstance(legal, Identifier) and legal not in values.get("identifiers", ()):
            values["identifiers"] = (*values.get("identifiers", ()), legal)
        if not is_uri(str(values.get("id", ""))):
            number = legal.value if isinstance(legal, Identifier) else "organisation"
            values["id"] = f"urn:tessera:unidentified:{'-'.join(number.split())[:80]}"
        made = self.reading.attempt(lambda: Organisation(**values), place)
        return made if isinstance(made, Organisation) else None

    def _add_issuer(self, values: dict[str, Any], bodies: tuple[Organisation, ...]) -> None:
        """The issuer, unless it is the first awarding body by its DID, id or legal number."""
        raw = self.root.get("issuer")
        node: JsonObject = raw if isinstance(raw, dict) else {"id": raw}
        place = Place(self.place.to("issuer").wire, f"{_MC}/issuer")
        self.reading.note(place)
        shape = IdentifierShape("eidas-legal", legal=True)
        legal = self._at(node, "eidasLegalIdentifier", shape, place, "identifiers")
        id = node.get("id")
        if not isinstance(id, str) or not is_uri(id):
            return
        names = {id, legal.value if isinstance(legal, Identifier) else id}
        for body in bodies[:1]:
            if names <= {body.id, *(one.value for one in body.identifiers)}:
                return
        identifiers = with_did(id, (legal,) if isinstance(legal, Identifier) else ())
        made = self.reading.attempt(lambda: Organisation(id=id, identifiers=identifiers), place)
        if isinstance(made, Organisation):
            values["issuer"] = made

    def _credits(self, node: JsonObject, term: str, place: Place) -> list[Credit]:
        found = []
        value = node.get(term)
        for at, one in enumerate(value if isinstance(value, list) else [value] if value else []):
            here = place.to(term).to(at)
            points = read_number(one.get("point")) if isinstance(one, dict) else None
            framework = self._framework(one.get("framework"), here) if points is not None else None
            if points is None or framework is None:
                self.reading.remark("credit", "These credits say too little.", here)
                continue
            made = self.reading.attempt(_building(framework, points), here)
            if isinstance(made, Credit):
                found.append(made)
        return found

    def _framework(self, value: Json, place: Place) -> Concept | None:
        if isinstance(value, dict) and value.get("notation") == "ECTS":
            return ECTS
        found = Listed("credit-framework").read(value, place, self.reading)
        return found if isinstance(found, Concept) else None

    def _workload(self, node: JsonObject, place: Place, known: Workload) -> Workload:
        found = self._credits(node, "creditPoint", place)
        ects = next((one.points for one in found if one.framework.iri == ECTS.iri), None)
        others = tuple(one for one in found if one.framework.iri != ECTS.iri)
        made = self.reading.attempt(lambda: replace(known, ects=ects, other_credits=others), place)
        return made if isinstance(made, Workload) else known

    def _level(self, node: JsonObject, place: Place, known: Level) -> Level:
        value = node.get("educationLevel")
        here = place.to("educationLevel", "level")
        found = Many(Listed()).read(value, here, self.reading) if value is not None else ()
        concepts = () if found is REFUSED else found
        return replace(
            known,
            qf_ehea=next((one for one in concepts if one.iri.startswith(_CYCLES)), None),
            isced=next((one for one in concepts if one.iri.startswith(_ISCED)), None),
        )

    def _achievement(self, mc: MicroCredential) -> Achievement:
        here = Place(self.claim_at.wire, "/achievement")
        received = self._credits(self.claim, "creditReceived", here)
        ects = next((one.points for one in received if one.framework.iri == ECTS.iri), None)
        values: dict[str, Any] = {
            "ects": ects,
            "results": self._results(mc, here),
            "actual_workload": self._at(
                self.activity, "workload", Span(), self.activity_at, "actual_workload"
            ),
            "period": self._at(self.activity, "temporal", PERIOD_NODE, self.activity_at, "period"),
        }
        made = self.reading.attempt(lambda: Achievement(**values), here)
        return made if isinstance(made, Achievement) else Achievement()

    def _results(self, mc: MicroCredential, place: Place) -> tuple[AssessmentResult, ...]:
        value = self.claim.get("provenBy")
        if value is None:
            return ()
        at = place.to("provenBy", "results")
        read = Many(tables.RESULT).read(value, at, self.reading)
        nodes = value if isinstance(value, list) else [value]
        if read is REFUSED or len(read) != len(nodes):
            return () if read is REFUSED else tuple(read)
        return tuple(_settled(one, node, mc) for one, node in zip(read, nodes, strict=True))


def _building(framework: Concept, points: Decimal) -> Any:
    return lambda: Credit(framework=framework, points=points)


def _settled(result: AssessmentResult, node: Json, mc: MicroCredential) -> AssessmentResult:
    """A result without what the schema made us write: a grade that is none, a title twice."""
    spec, _ = first_node(node.get("specifiedBy") if isinstance(node, dict) else None, Place(""))
    name = tables.ShortName().read(spec.get("identifier"), Place(""), Reading("eaa"))
    known = name if isinstance(name, str) else None
    plan = mc.assessment(known) if known else None
    assumed = (plan.title if plan else None) or mc.title
    return replace(
        result,
        assessment=known,
        title=None if result.title == assumed else result.title,
        grade=None if result.grade == tables.NOT_GRADED else result.grade,
    )


def _primary(display: JsonObject) -> str:
    node = display.get("primaryLanguage")
    id = node.get("id") if isinstance(node, dict) else None
    tag = languages.bcp47(id) if isinstance(id, str) and len(id) < 200 else None
    return tag or "en"


def _is_test(display: JsonObject) -> bool:
    title = display.get("title")
    said = list(title.values()) if isinstance(title, dict) else []
    return bool(said) and all(isinstance(one, str) and one.startswith(TEST) for one in said)
