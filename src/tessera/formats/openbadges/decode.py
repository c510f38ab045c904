"""An Open Badge, ours or anybody's, as an award: total, and nothing is lost.

Steps: 1 find the credential; 2 read id, dates, status, issuer and learner as every badge has
them; 3 where the extension is there, read achievement and description from it by the tables of
`tessera.formats.vcdm`, else from the members of Open Badges (`foreign`); 4 put the award
together; 5 keep the difference to what we would write as residue.

Source: Open Badges Specification 3.0, AchievementCredential, EndorsementCredential.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from tessera.errors import ModelError, UnreadableError
from tessera.formats.openbadges import wire
from tessera.formats.openbadges.encode import build
from tessera.formats.openbadges.find import find_badge
from tessera.formats.openbadges.foreign import Achievement as Foreign
from tessera.formats.openbadges.profile import read_profile
from tessera.formats.protocol import Decoded
from tessera.formats.vcdm.decode import (
    consistent,
    credential_id,
    dates,
    first_node,
    read_claim,
    read_description,
    settled,
    text_or_none,
    with_did,
)
from tessera.formats.vcdm.encode import issuer_id
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.learning import CREDENTIAL
from tessera.formats.vcdm.reading import MOST_VALUES, REFUSED, Place, Reading
from tessera.formats.vcdm.residue import difference
from tessera.formats.vcdm.shapes import Day, Image, Instant, read_number
from tessera.formats.vcdm.status import read_status
from tessera.formats.vcdm.terms import JsonObject
from tessera.formats.vcdm.texts import read_text
from tessera.model import (
    Achievement,
    AssessmentResult,
    Award,
    Learner,
    MicroCredential,
    Organisation,
    Period,
    Text,
)
from tessera.model.checks import is_uri
from tessera.model.text import UNDETERMINED, canonical_tag

_MC = "/micro_credential"


def decode(document: Any) -> Decoded:
    """Read a badge.

    Raises: UnreadableError when it is none. Everything else that is wrong becomes a finding.
    """
    found = find_badge(document)
    if found is None:
        raise UnreadableError(
            "This is no Open Badge 3.0: it has neither the type OpenBadgeCredential (or "
            "AchievementCredential, EndorsementCredential) nor a context of Open Badges 3.0."
        )
    root, path = found
    reading = Reading("ob3")
    award = _award(root, Place(path), reading)
    kept = difference(root, build(award))
    if kept:
        award = replace(award, residue={"ob3": kept})
    return Decoded(award=award, findings=tuple(reading.findings), places=dict(reading.places))


def _award(root: JsonObject, place: Place, reading: Reading) -> Award:
    reading.note(place)
    subject, about = first_node(root.get("credentialSubject"), place.to("credentialSubject"))
    claim, claimed = first_node(subject.get("hasClaim"), about.to("hasClaim"))
    achieved, where = first_node(subject.get("achievement"), about.to("achievement"))
    is_ours = isinstance(achieved.get(wire.MEMBER), dict)
    values = CREDENTIAL.values(root, place, reading) if is_ours else {}
    values["id"] = credential_id(root, place, reading)
    values |= dates(root, place, reading, issued=values.get("issued_at"))
    values |= _picture(root, place, reading)
    if "credentialStatus" in root:
        here = place.to("credentialStatus", "status")
        values["status"] = read_status(root["credentialStatus"], here, reading)
    values["learner"] = read_learner(subject, Place(about.wire, "/learner"), reading)
    issuer = read_issuer(root, place, reading)
    if is_ours:
        values |= read_claim(claim, claimed, reading)
        values["micro_credential"] = _own(achieved, where, claim, claimed, issuer, reading)
        return settled(values, place, reading)
    values |= read_awarding(root, place, values, reading)
    language = _language(achieved)
    if language != UNDETERMINED:
        values["display_language"] = language
    said = {
        field: text_or_none(root, member, place.to(member), reading)
        for field, member in (("title", "name"), ("description", "description"))
    }
    foreign = Foreign(achieved, where, reading, language)
    mc = foreign.read(values["id"], issuer, said)
    values["micro_credential"] = mc
    values["achievement"] = _achievement(subject, about, foreign, language)
    return settled(values, place, reading)


def _own(
    achieved: JsonObject, where: Place, claim: JsonObject, claimed: Place,
    issuer: Organisation | None, reading: Reading,
) -> MicroCredential:  # fmt: skip
    node, here = first_node(achieved.get(wire.MEMBER), where.to(wire.MEMBER))
    values = read_description(node, here, claim, claimed, reading)
    if not is_uri(str(values.get("id", ""))):
        stated = achieved.get("id")
        values["id"] = stated if isinstance(stated, str) and is_uri(stated) else "urn:tessera:none"
    bodies = values.get("awarding_bodies", ())
    if "issuer" not in values and issuer is not None:
        first = bodies[0].organisation if bodies else None
        if first is None or issuer.id not in (first.id, issuer_id(first)):
            values["issuer"] = issuer
    return consistent(values, Place(here.wire, _MC), reading)


def read_issuer(root: JsonObject, place: Place, reading: Reading) -> Organisation | None:
    """Who issued, and so awarded: in a badge it is one and the same."""
    here = Place(place.to("issuer").wire, f"{_MC}/awarding_bodies/0/organisation")
    reading.note(Place(here.wire, f"{_MC}/awarding_bodies"))
    if root.get("issuer") is None:
        return None
    return read_profile(root["issuer"], here, reading)


def _picture(root: JsonObject, place: Place, reading: Reading) -> dict[str, Any]:
    node = root.get("image")
    address = node.get("id") if isinstance(node, dict) else node
    here = place.to("image", "display")
    reading.note(here)
    if not isinstance(address, str) or not address.startswith("data:"):
        return {}
    picture = Image().read(address, here, reading)
    return {} if picture is REFUSED else {"display": picture}


def read_awarding(
    root: JsonObject, place: Place, values: dict[str, Any], reading: Reading
) -> dict[str, Any]:
    """The day of the award; a badge without one was awarded when it became valid.

    Source: Open Badges 3.0, awardedDate: it keeps the original date when validFrom is moved.
    """
    here = place.to("awardedDate", "awarded_on")
    reading.note(here)
    if root.get("awardedDate") is None:
        issued = values.get("issued_at") or values.get("valid_from")
        reading.places["/issued_at"] = place.to("validFrom").wire
        return {"issued_at": issued}
    moment = Instant().read(root["awardedDate"], here, reading)
    if not isinstance(moment, datetime):
        return {}
    if moment.time() == time(0) and moment.tzinfo == UTC:
        return {"awarded_on": moment.date()}
    reading.places["/issued_at"] = here.wire
    return {"issued_at": moment, "awarded_on": moment.date()}


def _language(achieved: JsonObject) -> str:
    tag = achieved.get("inLanguage")
    try:
        return canonical_tag(tag) if isinstance(tag, str) else UNDETERMINED
    except ModelError:
        return UNDETERMINED


def read_learner(subject: JsonObject, place: Place, reading: Reading) -> Learner:
    """The name that is written in the open, and the DID; a hash says nothing to us."""
    reading.note(place)
    identifiers = with_did(subject.get("id"), ())
    name = subject.get("name")
    path = place.to("name").wire
    for index, one in enumerate(as_list(subject.get("identifier"))[:MOST_VALUES]):
        if not isinstance(one, dict) or one.get("identityType") != "name":
            continue
        if one.get("hashed") is not True and isinstance(one.get("identityHash"), str):
            name, path = one["identityHash"], place.to("identifier").to(index).wire
            break
    reading.places["/learner/full_name"] = path
    if isinstance(name, str) and name.strip():
        return Learner(full_name=name, identifiers=identifiers)
    return Learner(identifiers=identifiers)


def _achievement(subject: JsonObject, about: Place, foreign: Foreign, language: str) -> Achievement:
    reading = foreign.reading
    here = Place(about.wire, "/achievement")
    earned = read_number(subject.get("creditsEarned"))
    knows_unit = foreign.ects is not None or read_number(foreign.node.get("ECTS")) is not None
    values: dict[str, Any] = {
        "results": tuple(_results(subject, about, foreign, language)),
        "ects": earned if knows_unit else None,
        "period": _period(subject, here, reading),
    }
    reading.note(Place(about.to("result").wire, "/achievement/results"))
    reading.note(Place(about.to("creditsEarned").wire, "/achievement/ects"))
    made = reading.attempt(lambda: Achievement(**values), here)
    return made if isinstance(made, Achievement) else Achievement(results=values["results"])


def _period(subject: JsonObject, place: Place, reading: Reading) -> Period | None:
    reading.note(place.to("activityStartDate", "period"))
    days = []
    for member in ("activityStartDate", "activityEndDate"):
        day = None
        if subject.get(member) is not None:
            day = Day().read(subject[member], place.to(member, "period"), reading)
        days.append(None if day is REFUSED else day)
    if days == [None, None]:
        return None
    made = reading.attempt(lambda: Period(start=days[0], end=days[1]), place)
    return made if isinstance(made, Period) else None


def _results(
    subject: JsonObject, about: Place, foreign: Foreign, language: str
) -> list[AssessmentResult]:
    described = {
        one.get("id"): one
        for one in as_list(foreign.node.get("resultDescription"))[:MOST_VALUES]
        if isinstance(one, dict) and isinstance(one.get("id"), str)
    }
    found = []
    for index, one in enumerate(as_list(subject.get("result"))[:MOST_VALUES]):
        if not isinstance(one, dict):
            continue
        here = about.to("result").to(index)
        known = one.get("resultDescription")
        plan = described.get(known, {}) if isinstance(known, str) else {}
        texts: dict[str, Any] = {}
        for field, value in (("title", plan.get("name")), ("grade", one.get("value"))):
            if value is not None:
                text = read_text(value, here, foreign.reading, language=language)
                texts[field] = text if isinstance(text, Text) else None
        if texts:
            found.append(AssessmentResult(**texts))
    return found
