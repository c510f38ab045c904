"""An award as a European higher-education micro-credential of DC4EU.

Steps: 1 refuse what the profile demands and the award lacks, naming every element at once;
2 write the claim: its awarding, its assessments, its description; 3 write learner, issuer and
display around it; 4 put back what a decoded document held beyond the model.

The profile allows one awarding body and 1 to 15 whole ECTS credits *received*; what differs
is written where it can be (offered credits) or left to the loss report.

Source: dc4eu/educational-pilot, EUHEMC-microcredential_schema.json on edc-w3c-vcdm_schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

from tessera.errors import EncodeError
from tessera.formats.eaa import tables
from tessera.formats.eaa.shapes import IdentifierShape, concept_node, is_language, narrowed
from tessera.formats.vcdm.encode import holder_id, issuer_id
from tessera.formats.vcdm.groups import Group
from tessera.formats.vcdm.instants import day_text, instant_text
from tessera.formats.vcdm.residue import restored
from tessera.formats.vcdm.shapes import number_text
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import (
    AssessmentResult,
    Award,
    Concept,
    Credit,
    Learner,
    MicroCredential,
    Organisation,
    Text,
)
from tessera.vocab import languages

CONTEXT = (
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
)
TYPES = (
    "VerifiableCredential",
    "VerifiableAttestation",
    "EuropeanDigitalCredential",
    "EuropeanHigherEducationMicrocredential",
)
SCHEMA = "https://tsr.ebsi.europa.eu/schemas/euhe-microcredential.schema.json"
TEST = "TEST: "
ECTS = Concept.named("credit-framework", "ects")
_RECEIVED = {Decimal(points) for points in range(1, 16)}
_FIRST = "/micro_credential/awarding_bodies/0/organisation"


def encode(award: Award) -> JsonObject:
    """Write an award. Same award, same document.

    Raises: EncodeError naming the elements that the profile demands and the award lacks.
    """
    # 1
    lacks = [one for one in _lacks(award) if one]
    if lacks:
        raise EncodeError(
            " ".join(text for text, _, _ in lacks)
            + " The European higher-education micro-credential demands it.",
            elements=tuple(dict.fromkeys(element for _, element, _ in lacks)),
            paths=tuple(path for _, _, path in lacks),
        )
    return build(award)


Lack = tuple[str, str, str]


def _lacks(award: Award) -> Iterator[Lack]:
    mc, learner = award.micro_credential, award.learner
    names = ("given_name", "family_name", "date_of_birth")
    for name in names:
        if getattr(learner, name) is None:
            yield f"The learner's {name.replace('_', ' ')} is missing.", "E1", f"/learner/{name}"
    if mc.title is None:
        yield "The title is missing.", "E2", "/micro_credential/title"
    yield from _body_lacks(mc)
    if award.date_of_issue is None:
        yield "The date of issue is missing.", "E7", "/issued_at"
    elif award.issued_at is None:
        yield "The moment of issue is missing.", "E7", "/issued_at"
    needed = (
        (mc.workload.ects, "No ECTS credits are stated.", "E11", "workload/ects"),
        (mc.level.eqf, "No EQF level is stated.", "E12", "level/eqf"),
        (mc.fields, "No field of education is stated.", "E13", "fields"),
        (mc.participation.modes, "No form of participation is stated.", "E15",
         "participation/modes"),
        (award.achievement.results or mc.assessments, "No assessment is stated.", "E14",
         "assessments"),
    )  # fmt: skip
    for value, text, element, path in needed:
        if value is None or value == ():
            yield text, element, f"/micro_credential/{path}"


def _body_lacks(mc: MicroCredential) -> Iterator[Lack]:
    if not mc.awarding_bodies:
        yield "No awarding body is named.", "E4", "/micro_credential/awarding_bodies"
        return
    body = mc.awarding_bodies[0].organisation
    if body.legal_name is None:
        yield "The awarding body has no name.", "E4", f"{_FIRST}/legal_name"
    if body.country is None:
        yield "The awarding body has no country.", "E3", f"{_FIRST}/places"
    sealer = mc.sealer or body
    where = "/micro_credential/issuer" if mc.issuer else _FIRST
    if _legal(sealer) is None:
        text = "The issuer has no eIDAS identifier, such as VATIE-1234567A."
        yield text, "E6", f"{where}/identifiers"
    if issuer_id(sealer) is None:
        text = "The issuer has neither a DID nor an address that begins with https://."
        yield text, "E6", f"{where}/identifiers"


def _legal(organisation: Organisation) -> JsonObject | None:
    found = organisation.identifier("eidas-legal")
    node = IdentifierShape("eidas-legal", legal=True).write(found) if found else {}
    return node if "spatial" in node else None


def build(award: Award) -> JsonObject:
    """Write what is there without asking for what the profile demands (to compare)."""
    mc = award.micro_credential
    issued = award.issued_at
    start = award.valid_from or issued
    sealer = mc.sealer
    document: JsonObject = {
        "@context": list(CONTEXT),
        "id": award.id,
        "type": list(TYPES),
        "issuer": _issuer(sealer) if sealer else None,
        "issuanceDate": instant_text(start) if start else None,
        "issued": instant_text(issued) if issued else None,
        "validFrom": instant_text(start) if start else None,
        "validUntil": instant_text(award.valid_until) if award.valid_until else None,
        "credentialSchema": [{"id": SCHEMA, "type": "JsonSchema"}],
        "credentialSubject": _subject(award),
        "displayParameter": _display(award),
    }
    bare: JsonObject = _without_empty(document)
    return restored(bare, award.residue.get("eaa"))


def _without_empty(value: Json) -> Json:
    """Leave out what is None, and lists without values: the schema asks for no such thing."""
    if isinstance(value, dict):
        kept = {name: _without_empty(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, [], {})}
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    return value


def _issuer(sealer: Organisation) -> JsonObject:
    return {
        "id": issuer_id(sealer) or sealer.id,
        "type": "IssuerNode",
        "eidasLegalIdentifier": _legal(sealer),
    }


@cache
def learner_group(language: str) -> Group:
    """The node of a learner, with names in this language."""
    members = tables.learner_members(language)
    return Group(type="Person", type_iri="", builds=Learner, members=members)


def _subject(award: Award) -> JsonObject:
    learner = award.learner
    if learner.national_id is not None and not IdentifierShape().is_legal(learner.national_id):
        learner = replace(learner, national_id=None)
    spoken = award.display_language if is_language(award.display_language) else "en"
    node = {"id": holder_id(learner) or f"{award.id}#subject"}
    node |= learner_group(spoken).write(learner)
    return node | {"hasClaim": [_claim(award)]}


# 2
def _claim(award: Award) -> JsonObject:
    mc, done = award.micro_credential, award.achievement
    awarding = _awarding(award)
    received = [] if done.ects not in _RECEIVED else [_credit(ECTS, done.ects, "ECTS")]
    return {
        "type": "LearningAchievement",
        "title": _titled(mc.title),
        "identifier": _own_identifier(award),
        "awardedBy": awarding,
        "creditReceived": received,
        "provenBy": [_result(award, one, awarding) for one in _results(award)],
        "influencedBy": _activity(award, awarding),
        "specifiedBy": _qualification(mc),
    }


def _titled(title: Text | None) -> Json:
    return narrowed(title) if title else None


def _own_identifier(award: Award) -> Json:
    return IdentifierShape().write(award.identifiers[0]) if award.identifiers else None


def _awarding(award: Award) -> JsonObject:
    mc = award.micro_credential
    node: JsonObject = {"type": "AwardingProcess"}
    if mc.awarding_bodies:
        body = mc.awarding_bodies[0].organisation
        node["awardingBody"] = tables.ORGANISATION.write(body)
        place = next((one for one in body.places if one.country is not None), None)
        node["location"] = tables.LOCATION.write(place) if place else None
    day = award.date_of_issue
    node["awardingDate"] = day_text(day) if day else None
    return node


def _credit(framework: Concept, points: Decimal | None, notation: str | None = None) -> JsonObject:
    return {
        "type": "CreditPoint",
        "framework": concept_node(framework, notation),
        "point": number_text(points) if points is not None else None,
    }


def _results(award: Award) -> tuple[AssessmentResult, ...]:
    """The results; the planned assessments, not graded, where no result is known."""
    if award.achievement.results:
        return award.achievement.results
    return tuple(
        AssessmentResult(assessment=one.id, title=one.title)
        for one in award.micro_credential.assessments
    )


def _result(award: Award, result: AssessmentResult, awarding: JsonObject) -> JsonObject:
    """One result; the schema demands a title and a grade of each."""
    plan = award.micro_credential.assessment(result.assessment or "")
    title = result.title or (plan.title if plan else None) or award.micro_credential.title
    node = tables.RESULT.write(replace(result, title=title, grade=result.grade or NOT_GRADED))
    specification: JsonObject = {"type": "LearningAssessmentSpecification"}
    if plan is not None:
        specification = tables.ASSESSMENT.write(plan)
    elif result.assessment is not None:
        specification["identifier"] = tables.ShortName().write(result.assessment)
    specification.setdefault("title", _titled(title))
    return node | {"awardedBy": awarding, "specifiedBy": [specification]}


NOT_GRADED = tables.NOT_GRADED


def _activity(award: Award, awarding: JsonObject) -> Json:
    """What the learner did: how long, when, and who provided it."""
    done, mc = award.achievement, award.micro_credential
    providers = [tables.ORGANISATION.write(one) for one in mc.providers if writable(one)]
    node: JsonObject = {}
    if done.actual_workload is not None:
        node["workload"] = done.actual_workload.text
    if done.period is not None:
        days = (("startDate", done.period.start), ("endDate", done.period.end))
        node["temporal"] = {"type": "PeriodOfTime"} | {
            name: day_text(day) for name, day in days if day is not None
        }
    if providers:
        node["directedBy"] = providers
    if not node:
        return None
    base = {"type": "LearningActivity", "title": _titled(mc.title), "awardedBy": awarding}
    return [base | node]


writable = tables.is_organisation


def _qualification(mc: MicroCredential) -> JsonObject:
    node = tables.QUALIFICATION.write(mc)
    credits = [] if mc.workload.ects is None else [_credit(ECTS, mc.workload.ects, "ECTS")]
    node["creditPoint"] = credits + [_other(one) for one in mc.workload.other_credits]
    levels = [one for one in (mc.level.qf_ehea, mc.level.isced) if one is not None]
    node["educationLevel"] = [concept_node(one) for one in levels]
    planned = [tables.ASSESSMENT.write(one) for one in mc.assessments]
    for one, plan in zip(planned, mc.assessments, strict=True):
        one.setdefault("title", _titled(mc.title) or {"en": plan.id})
    node["provenBy"] = planned
    return node


def _other(credit: Credit) -> JsonObject:
    return _credit(credit.framework, credit.points)


# 3
def _display(award: Award) -> JsonObject:
    """What a wallet shows; the languages are those of the title."""
    mc = award.micro_credential
    title = narrowed(mc.title) if mc.title else {}
    if award.is_test:
        title = {tag: TEST + said for tag, said in title.items()}
    primary = award.display_language if is_language(award.display_language) else "en"
    spoken = [_language(tag) for tag in dict.fromkeys((primary, *title))]
    return {
        "type": "DisplayParameter",
        "title": title,
        "description": narrowed(mc.description) if mc.description else None,
        "language": spoken,
        "primaryLanguage": _language(primary),
        "individualDisplay": [
            {
                "type": "IndividualDisplay",
                "fieldPath": "credentialSubject.hasClaim[0].title",
                "label": title,
            }
        ],
    }


def _language(tag: str) -> JsonObject:
    iri = languages.iri(tag)
    return concept_node(Concept.named("language", iri)) if iri else {"type": "Concept"}
