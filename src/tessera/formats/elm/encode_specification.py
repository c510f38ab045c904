"""The description: Qualification or LearningAchievementSpecification, and what hangs on it.

A level of the EQF or of a national framework makes it a Qualification, since only
that class has the members (EDC application profile); otherwise it is a
LearningAchievementSpecification. `isPartialQualification` is always explicit.
"""

from __future__ import annotations

from urllib.parse import quote

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.encode_assessment import assessment_specification
from tessera.formats.elm.encode_organisation import (
    accreditations,
    assurance_notes,
    identifier_node,
    organisation,
)
from tessera.formats.elm.wire import Json, JsonObject
from tessera.formats.elm.writing import Writer, as_map, listed, number_text
from tessera.model import (
    Concept,
    CustomElement,
    Duration,
    Identifier,
    LearnerOutcome,
    LearningOutcome,
    Link,
    MicroCredential,
    SectoralLevel,
    StackTarget,
    Text,
)

ROLE = "claim/specifiedBy/0"
FALLBACK_TITLE = Text.of({"en": "Entitlement"})


def is_qualification(mc: MicroCredential) -> bool:
    """Whether a level is stated that only a Qualification can carry."""
    bodies = any(body.nqf_level for body in mc.awarding_bodies)
    return bool(mc.level.eqf or mc.level.nqf or bodies)


def specification(pen: Writer, mc: MicroCredential) -> JsonObject:
    """Write the description of the micro-credential."""
    level = mc.level
    eqf = Concept.named("eqf", str(level.eqf)) if level.eqf else None
    work, form = mc.workload, mc.participation
    members: dict[str, Json] = {
        "accreditation": accreditations(pen, ROLE, mc.quality_assurance, "/micro_credential"),
        "awardingOpportunity": _awarding_opportunities(pen, mc),
        "eqfLevel": pen.concept(eqf) if eqf else None,
        "thematicArea": pen.concepts(mc.fields, wire.snb_scheme("isced-f")),
        "nqfLevel": pen.concepts(_nqf_levels(mc), wire.snb_scheme("qdr")),
        "creditPoint": _credits(pen, mc),
        "educationLevel": _education_levels(pen, mc),
        "entitlesTo": _entitlements(pen, mc),
        "entryRequirement": pen.note(f"{ROLE}/entryRequirement/0", as_map(mc.prerequisites)),
        "isPartialQualification": mc.is_partial_qualification,
        "learningOutcome": [
            _outcome(pen, index, one) for index, one in enumerate(mc.learning_outcomes)
        ],
        "learningSetting": pen.concept(form.setting) if form.setting else None,
        "maximumDuration": work.maximum.text if work.maximum else None,
        "mode": pen.concepts(form.modes),
        "provenBy": [assessment_specification(pen, mc, one) for one in mc.assessments],
        "supplementaryDocument": _documents(pen, mc),
        "targetGroup": pen.concepts(mc.target_groups),
        "volumeOfLearning": None if work.hours is None else Duration.of_hours(work.hours).text,
        "language": pen.concepts(form.languages, wire.LANGUAGE_SCHEME),
        "additionalNote": _notes(pen, mc),
        "description": as_map(mc.description),
        "homepage": [
            pen.web(f"{ROLE}/homepage/{index}", one) for index, one in enumerate(mc.links)
        ],
        "identifier": _identifiers(pen, mc),
        "title": as_map(mc.title),
        "dcType": _kinds(pen, mc),
    }
    kind = "Qualification" if is_qualification(mc) else "LearningAchievementSpecification"
    return pen.node(ROLE, kind, wire.wire_id(mc.id, pen.award_id), members)


def _awarding_opportunities(pen: Writer, mc: MicroCredential) -> list[Json]:
    """Each awarding body's level in its own national framework."""
    return [
        {
            "id": pen.fresh("awardingOpportunity"),
            "type": "AwardingOpportunity",
            "awardingBody": organisation(
                pen, body.organisation, f"/micro_credential/awarding_bodies/{index}/organisation"
            ),
            "nqfLevel": pen.concept(body.nqf_level, wire.snb_scheme("qdr")),
        }
        for index, body in enumerate(mc.awarding_bodies)
        if body.nqf_level is not None
    ]


def _nqf_levels(mc: MicroCredential) -> list[Concept]:
    levels = list(mc.level.nqf)
    for body in mc.awarding_bodies:
        if body.nqf_level is not None and body.nqf_level not in levels:
            levels.append(body.nqf_level)
    return levels


def credit_point(pen: Writer, role: str, framework: Concept | None, points: str) -> JsonObject:
    """Write credit points; framework None means ECTS."""
    written = pen.concept(framework) if framework else listed(wire.ECTS)
    members = {"framework": written, "point": points}
    return pen.node(role, "CreditPoint", pen.fresh("creditPoint"), members)


def _credits(pen: Writer, mc: MicroCredential) -> list[Json]:
    given: list[tuple[Concept | None, str]] = []
    if mc.workload.ects is not None:
        given.append((None, number_text(mc.workload.ects)))
    given += [(one.framework, number_text(one.points)) for one in mc.workload.other_credits]
    return [
        credit_point(pen, f"{ROLE}/creditPoint/{index}", framework, points)
        for index, (framework, points) in enumerate(given)
    ]


def _education_levels(pen: Writer, mc: MicroCredential) -> list[Json]:
    level = mc.level
    written: list[Json] = []
    if level.qf_ehea is not None:
        written.append(pen.concept(level.qf_ehea, vocab.scheme("qf-ehea")))
    if level.isced is not None:
        written.append(pen.concept(level.isced, vocab.scheme("isced-2011")))
    return written + [_sectoral(one) for one in level.sectoral]


def _sectoral(level: SectoralLevel) -> JsonObject:
    name = f"{wire.quoted(level.framework)}:{wire.quoted(level.level)}"
    return {
        "id": f"{wire.SECTORAL}:{name}",
        "type": "Concept",
        "inScheme": {"id": wire.SECTORAL, "type": "ConceptScheme"},
        "prefLabel": {"en": f"{level.framework}: {level.level}"},
    }


def _entitlements(pen: Writer, mc: MicroCredential) -> list[Json]:
    targets = mc.stackability.targets if mc.stackability else ()
    written: list[Json] = [
        _stack_target(pen, f"{ROLE}/entitlesTo/stack/{index}", one)
        for index, one in enumerate(targets)
    ]
    written += [
        _learner_outcome(pen, f"{ROLE}/entitlesTo/outcome/{index}", one)
        for index, one in enumerate(mc.learner_outcomes)
    ]
    return written


def _stack_target(pen: Writer, role: str, target: StackTarget) -> JsonObject:
    decided = pen.note(f"{role}/decided", as_map(target.decided_by), "decided-by")
    status = wire.STATUS_ACTUAL if target.guaranteed else wire.STATUS_PROSPECTIVE
    members = {
        "entitlementStatus": listed(status),
        "additionalNote": decided,
        "identifier": pen.key("stack-target", target.uri or "-"),
        "title": target.title.as_dict(),
        "dcType": listed(wire.ENTITLEMENT_LEARNING),
    }
    id = pen.fresh("learningEntitlementSpec")
    return pen.node(role, "LearningEntitlementSpecification", id, members)


def _learner_outcome(pen: Writer, role: str, outcome: LearnerOutcome) -> JsonObject:
    status = wire.STATUS_ACTUAL if outcome.is_actual else wire.STATUS_PROSPECTIVE
    members = {
        "entitlementStatus": listed(status),
        "description": as_map(outcome.statement),
        "title": (outcome.kind.label or FALLBACK_TITLE).as_dict(),
        "dcType": pen.concept(outcome.kind),
    }
    id = pen.fresh("learningEntitlementSpec")
    return pen.node(role, "LearningEntitlementSpecification", id, members)


def _outcome(pen: Writer, index: int, one: LearningOutcome) -> JsonObject:
    role = f"{ROLE}/learningOutcome/{index}"
    id, keys = pen.named("learningOutcome", "outcome", one.id)
    keys += [pen.key("assessed-by", assessment) for assessment in one.assessed_by]
    members = {
        "relatedESCOSkill": pen.concepts(one.esco_skills, wire.ESCO_SKILLS),
        "relatedSkill": pen.concepts(one.other_skills),
        "reusabilityLevel": pen.concept(one.reuse_level) if one.reuse_level else None,
        "additionalNote": pen.note(f"{role}/description", as_map(one.description), "description"),
        "identifier": keys,
        "title": one.title.as_dict(),
        "dcType": pen.concept(one.kind) if one.kind else None,
    }
    return pen.node(role, "LearningOutcome", id, members)


def _documents(pen: Writer, mc: MicroCredential) -> list[Json]:
    written: list[Json] = [
        pen.web(f"{ROLE}/supplementaryDocument/{index}", one)
        for index, one in enumerate(mc.resources)
    ]
    evidence = mc.purpose.evidence if mc.purpose else ()
    written += [
        pen.web(f"{ROLE}/evidence/{index}", one, "purpose-evidence")
        for index, one in enumerate(evidence)
    ]
    written += [
        pen.web(
            f"{ROLE}/research/{index}",
            Link(url=research_address(one.identifier), title=one.title),
            "research",
        )
        for index, one in enumerate(mc.research)
    ]
    return written


def research_address(identifier: Identifier) -> str:
    """The web address of a DOI or an ORCID iD; signs that an address cannot hold are escaped.

    Source: DOI Handbook, 2.5.2.4 (encoding of a DOI in a URL).
    """
    if identifier.scheme == "doi":
        return "https://doi.org/" + quote(identifier.value, safe="/:;(),.-_~@!$&'*+=")
    return identifier.uri or ""


def _notes(pen: Writer, mc: MicroCredential) -> list[Json]:
    written: list[Json] = []
    if mc.further_information is not None:
        written.append(pen.note(f"{ROLE}/further", mc.further_information.as_dict()))
    if mc.stackability is not None:
        written.append(_stackability_note(pen, mc.stackability.kind, mc.stackability.statement))
    if mc.purpose is not None and mc.purpose.need is not None:
        written.append(pen.note(f"{ROLE}/need", mc.purpose.need.as_dict(), "purpose-need"))
    written += [
        pen.node(
            f"{ROLE}/custom/{index}",
            "Note",
            pen.fresh("note"),
            {"subject": custom_subject(one), "noteLiteral": one.value.as_dict()},
        )
        for index, one in enumerate(mc.custom)
    ]
    return written + assurance_notes(pen, ROLE, mc.quality_assurance, "/micro_credential")


def custom_subject(one: CustomElement) -> JsonObject:
    """What an element of the provider's own is called: a concept of our scheme."""
    return {
        "id": one.uri,
        "type": "Concept",
        "inScheme": {"id": wire.CUSTOM, "type": "ConceptScheme"},
        "prefLabel": one.label.as_dict(),
    }


def _stackability_note(pen: Writer, kind: Concept, statement: Text | None) -> JsonObject:
    text = statement or kind.label or Text.of({"en": kind.iri})
    subject = pen.concept(kind, vocab.scheme("stackability"))
    members = {"subject": subject, "noteLiteral": text.as_dict()}
    return pen.node(f"{ROLE}/stackability", "Note", pen.fresh("note"), members)


def _identifiers(pen: Writer, mc: MicroCredential) -> list[Json]:
    written: list[Json] = [
        identifier_node(pen, f"{ROLE}/identifier/{index}", one)
        for index, one in enumerate(mc.identifiers)
    ]
    if mc.version != "1":
        written.append(pen.key("version", mc.version))
    written += [
        pen.key("seal-required", wire.wire_id(id, pen.award_id)) for id in mc.seals_required
    ]
    if mc.validity is not None and mc.validity.until is not None:
        written.append(pen.key("validity", mc.validity.until.isoformat()))
    elif mc.validity is not None and mc.validity.duration is not None:
        written.append(pen.key("validity", mc.validity.duration.text))
    return written


def _kinds(pen: Writer, mc: MicroCredential) -> list[Json]:
    opportunity = mc.participation.opportunity
    kinds = [opportunity] if opportunity else []
    kinds += [*mc.contexts, *(mc.purpose.kinds if mc.purpose else ())]
    return pen.concepts(kinds)
