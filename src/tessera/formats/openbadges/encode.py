"""An award as an Open Badge 3.0.

Steps: 1 refuse what has no issuer that can be looked up, no learner and no title; 2 write what
every badge has, in one language; 3 add the whole record in the words of `tessera.formats.vcdm`
as an extension of Achievement, so that nothing is lost; 4 bring the context of the extension
behind the official one; 5 put back what a decoded badge held beyond the model.

Source: Open Badges Specification 3.0, AchievementCredential; its guide to extensions (a context
and a JSON Schema, a type on Achievement); docs/standards/open-badges.md.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

from tessera.errors import EncodeError
from tessera.formats.openbadges import wire
from tessera.formats.openbadges.alignments import alignments
from tessera.formats.openbadges.identity import identity_objects
from tessera.formats.openbadges.narrative import narrative
from tessera.formats.openbadges.profile import identifier_entry, profile
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.context import used
from tessera.formats.vcdm.encode import (
    claim_node,
    description_node,
    holder_id,
    require_issuer,
    validity,
)
from tessera.formats.vcdm.instants import day_text, instant_text
from tessera.formats.vcdm.learning import CREDENTIAL
from tessera.formats.vcdm.residue import restored
from tessera.formats.vcdm.shapes import Image
from tessera.formats.vcdm.status import single_node
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import Award, MicroCredential

UNTITLED = "Micro-credential"


def encode(award: Award) -> JsonObject:
    """Write an award. Same award, same document.

    Raises: EncodeError when nobody issues it (E4, E6), nobody earned it (E1), it has no title
    (E2) or no date (E7).
    """
    require_issuer(award.micro_credential)
    lacks = []
    if holder_id(award.learner) is None and not identity_objects(award):
        what = "A badge names who earned it: a name, an identifier or a DID (element E1)."
        lacks.append(("E1", "/learner", what))
    if award.micro_credential.title is None:
        what = "The micro-credential has no title (element E2)."
        lacks.append(("E2", "/micro_credential/title", what))
    if award.issued_at is None and award.valid_from is None:
        lacks.append(("E7", "/issued_at", "The date of issue is missing (element E7)."))
    if lacks:
        raise EncodeError(
            " ".join(what for _, _, what in lacks),
            elements=tuple(element for element, _, _ in lacks),
            paths=tuple(path for _, path, _ in lacks),
        )
    return build(award)


def build(award: Award) -> JsonObject:
    """Write what is there without asking for what a badge demands."""
    mc, language = award.micro_credential, award.display_language
    document: JsonObject = {
        "@context": [],
        "id": award.id,
        "type": ["VerifiableCredential", wire.TYPES[0]],
        "name": _name(award),
        "description": _description(award),
        "issuer": profile(mc.sealer, language) if mc.sealer else None,
        **validity(award),
        "awardedDate": _awarded(award),
        "image": _image(award),
        "credentialStatus": single_node(award.status),
    }
    document = {name: value for name, value in document.items() if value is not None}
    CREDENTIAL.write_into(document, replace(award, display=None))
    document["credentialSubject"] = _subject(award)
    extension = used(document, wire.extension_terms(), is_protected=False)
    document["@context"] = [terms.V2, wire.CONTEXT, extension]
    return restored(document, award.residue.get("ob3"))


def _name(award: Award) -> str:
    title = award.micro_credential.title
    name = title.best(award.display_language).text if title else UNTITLED
    return terms.TEST_MARK + name if award.is_test else name


def _description(award: Award) -> str | None:
    said = award.micro_credential.description
    text = said.best(award.display_language).text if said else None
    if not award.is_test:
        return text
    return terms.TEST_MARK + text if text else terms.TEST_NOTICE


def _awarded(award: Award) -> str | None:
    if award.awarded_on is not None:
        return day_text(award.awarded_on)
    return instant_text(award.issued_at) if award.issued_at else None


def _image(award: Award) -> Json:
    if award.display is None:
        return None
    return {"id": Image().write(award.display), "type": "Image"}


def _subject(award: Award) -> JsonObject:
    done = award.achievement
    start, end = (done.period.start, done.period.end) if done.period else (None, None)
    node: JsonObject = {
        "id": holder_id(award.learner),
        "type": ["AchievementSubject"],
        "identifier": identity_objects(award) or None,
        "activityStartDate": day_text(start) if start else None,
        "activityEndDate": day_text(end) if end else None,
        "creditsEarned": amount(done.ects),
        "result": _results(award) or None,
        "achievement": _achievement(award),
        "hasClaim": claim_node(award),
    }
    return {name: value for name, value in node.items() if value is not None}


def amount(number: Decimal | None) -> int | float | None:
    """A JSON number: whole where it is whole."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _achievement(award: Award) -> JsonObject:
    mc, language = award.micro_credential, award.display_language
    title = mc.title.best(language) if mc.title else None
    said = mc.description.best(language).text if mc.description else None
    spoken = title.language if title else language
    node: JsonObject = {
        "id": mc.id,
        "type": ["Achievement", wire.EXTENSION],
        "achievementType": "MicroCredential",
        "name": title.text if title else UNTITLED,
        "description": said or (title.text if title else UNTITLED),
        "inLanguage": spoken if _is_language(spoken) else None,
        "criteria": _criteria(mc, language),
        "creditsAvailable": amount(mc.workload.ects),
        "fieldOfStudy": _field(mc, language),
        "alignment": alignments(mc, language) or None,
        "resultDescription": _result_descriptions(award) or None,
        "otherIdentifier": [identifier_entry(one) for one in mc.identifiers] or None,
        "related": _related(mc) or None,
        "version": mc.version,
        "creator": _creator(mc, language),
        wire.MEMBER: description_node(mc),
    }
    return {name: value for name, value in node.items() if value is not None}


def _is_language(tag: str) -> bool:
    return tag != "und" and wire.LANGUAGE.fullmatch(tag) is not None


def _criteria(mc: MicroCredential, language: str) -> JsonObject:
    page = next((one.criteria_url for one in mc.assessments if one.criteria_url), None)
    criteria: JsonObject = {"id": page} if page else {}
    return {**criteria, "narrative": narrative(mc, language)}


def _field(mc: MicroCredential, language: str) -> str | None:
    labels = [one.label.best(language).text for one in mc.fields if one.label]
    return ", ".join(labels) or None


def _related(mc: MicroCredential) -> list[JsonObject]:
    targets = mc.stackability.targets if mc.stackability else ()
    return [{"id": one.uri, "type": ["Related"]} for one in targets if one.uri]


def _creator(mc: MicroCredential, language: str) -> Json:
    """Who made the micro-credential, where that is one organisation beside the awarding bodies."""
    return profile(mc.providers[0], language) if len(mc.providers) == 1 else None


def _result_descriptions(award: Award) -> list[JsonObject]:
    mc, language = award.micro_credential, award.display_language
    written = []
    for index, one in enumerate(award.achievement.results):
        if one.grade is None:
            continue
        plan = mc.assessment(one.assessment) if one.assessment else None
        title = one.title or (plan.title if plan else None)
        name = title.best(language).text if title else f"Assessment {index + 1}"
        written.append(
            {
                "id": _result_id(award, index),
                "type": ["ResultDescription"],
                "name": name,
                "resultType": "Result",
            }
        )
    return written


def _results(award: Award) -> list[JsonObject]:
    return [
        {
            "type": ["Result"],
            "resultDescription": _result_id(award, index),
            "value": one.grade.best(award.display_language).text,
        }
        for index, one in enumerate(award.achievement.results)
        if one.grade is not None
    ]


def _result_id(award: Award, index: int) -> str:
    """The id of a result: the same in the same award, and nobody else's."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{award.id}\n{index}").urn
