"""A Verifiable Credential, ours or anybody's, as an award: total, and nothing is lost.

Steps: 1 find the credential (bare, or as the claim `vc` of a JWT of the data model 1.1); 2 read
what every credential has: id, issuer, dates, status, name; 3 read the learner, what was
achieved and its description by the tables, as far as they are there; 4 put the award together;
5 keep the difference between the document and what we would write as residue.

Source: Verifiable Credentials Data Model 2.0 and 1.1; docs/standards/vc.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tessera.errors import ModelError, UnreadableError
from tessera.formats.protocol import Decoded
from tessera.formats.vcdm.encode import build, issuer_id
from tessera.formats.vcdm.find import find_credential, is_presentation
from tessera.formats.vcdm.learning import (
    AWARDED_BODIES,
    AWARDED_ON,
    CLAIM,
    CREDENTIAL,
    DESCRIPTION_NODE,
)
from tessera.formats.vcdm.people import LEARNER
from tessera.formats.vcdm.reading import REFUSED, Place, Reading
from tessera.formats.vcdm.residue import difference
from tessera.formats.vcdm.shapes import Instant
from tessera.formats.vcdm.status import read_status
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.formats.vcdm.texts import read_text
from tessera.model import (
    Achievement,
    Award,
    Identifier,
    Learner,
    MicroCredential,
    Organisation,
    Text,
)
from tessera.model.checks import is_uri

UNIDENTIFIED = "urn:tessera:unidentified"
_MC = "/micro_credential"
# What an award keeps even when the model refuses it as a whole: the rest can contradict itself.
_ALWAYS = (
    "id", "micro_credential", "learner", "achievement", "issued_at", "valid_from", "valid_until",
    "status",
)  # fmt: skip


def decode(document: Any) -> Decoded | None:
    """Read a credential; None for a presentation, which has no record of its own.

    Raises: UnreadableError when it is neither. Everything else that is wrong becomes a finding.
    """
    if is_presentation(document):
        return None
    found = find_credential(document)
    if found is None:
        raise UnreadableError(
            "This is no Verifiable Credential: it has neither the type VerifiableCredential nor "
            "a context of the W3C data model."
        )
    root, path = found
    reading = Reading("vc")
    award = _award(root, Place(path), reading)
    kept = difference(root, build(award))
    if kept:
        award = replace(award, residue={"vc": kept})
    return Decoded(award=award, findings=tuple(reading.findings), places=dict(reading.places))


def _award(root: JsonObject, place: Place, reading: Reading) -> Award:
    reading.note(place)
    values = CREDENTIAL.values(root, place, reading)
    values["id"] = credential_id(root, place, reading)
    values |= dates(root, place, reading, issued=values.get("issued_at"))
    if "credentialStatus" in root:
        here = place.to("credentialStatus", "status")
        values["status"] = read_status(root["credentialStatus"], here, reading)
    subject, where = first_node(root.get("credentialSubject"), place.to("credentialSubject"))
    claim, claimed = first_node(subject.get("hasClaim"), where.to("hasClaim"))
    values["learner"] = _learner(subject, Place(where.wire, "/learner"), reading)
    values |= read_claim(claim, claimed, reading)
    values["micro_credential"] = _description(root, claim, place, claimed, reading)
    return settled(values, place, reading)


def read_claim(claim: JsonObject, claimed: Place, reading: Reading) -> dict[str, Any]:
    """What the learner achieved, and the day of the award, as far as they are said."""
    inner = Place(claimed.wire, "/achievement")
    done = CLAIM.values(claim, inner, reading)
    achievement = reading.attempt(lambda: Achievement(**done), inner)
    found = {"achievement": achievement} if isinstance(achievement, Achievement) else {}
    awarding, awarded = first_node(claim.get("awardedBy"), claimed.to("awardedBy"))
    return found | AWARDED_ON.values(awarding, Place(awarded.wire), reading)


def read_description(
    node: JsonObject, where: Place, claim: JsonObject, claimed: Place, reading: Reading
) -> dict[str, Any]:
    """The members of a description, with the bodies that the claim says awarded it."""
    here = Place(where.wire, _MC)
    reading.note(here)
    values = DESCRIPTION_NODE.values(node, here, reading)
    awarding, awarded = first_node(claim.get("awardedBy"), claimed.to("awardedBy"))
    return values | AWARDED_BODIES.values(awarding, Place(awarded.wire, _MC), reading)


def settled(values: dict[str, Any], place: Place, reading: Reading) -> Award:
    """Build an award from what was read; what contradicts the rest is told and left out."""
    start, until = values.get("valid_from"), values.get("valid_until")
    if start and until and until < start:
        what = "The validity ends before it begins; neither date was taken over."
        reading.remark("validity", what, place.to("validUntil"))
        values["valid_from"] = values["valid_until"] = start = None
    if start is not None and start == values.get("issued_at"):
        values["valid_from"] = None
    made = reading.attempt(lambda: Award(**values), place)
    if isinstance(made, Award):
        return made
    return Award(**{name: values[name] for name in _ALWAYS if name in values})


def credential_id(root: JsonObject, place: Place, reading: Reading) -> str:
    """The id of a credential, or one of ours for one that has none."""
    id = root.get("id")
    if isinstance(id, str) and is_uri(id):
        return id
    what = "The credential has no id that is an absolute address."
    reading.remark("id", what, place.to("id"))
    return UNIDENTIFIED


def dates(
    root: JsonObject, place: Place, reading: Reading, *, issued: datetime | None
) -> dict[str, Any]:
    """The dates of the data model 2.0, and of 1.1 where it says them instead."""
    found: dict[str, Any] = {"issued_at": issued, "valid_from": None, "valid_until": None}
    for field, member in (
        ("issued_at", "issuanceDate"),
        ("valid_from", "validFrom"),
        ("valid_until", "validUntil"),
        ("valid_until", "expirationDate"),
    ):
        here = place.to(member, field)
        if member in root and found[field] is None:
            moment = Instant().read(root[member], here, reading)
            found[field] = None if moment is REFUSED else moment
            reading.places[here.model] = here.wire
        else:
            reading.note(here)
    return found


def first_node(value: Json, place: Place) -> tuple[JsonObject, Place]:
    """The first object of a member, and where it stands; {} when there is none."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            if isinstance(one, dict):
                return one, place.to(index)
        return {}, place
    return (value, place) if isinstance(value, dict) else ({}, place)


def _learner(subject: JsonObject, place: Place, reading: Reading) -> Learner:
    reading.note(place)
    values = LEARNER.values(subject, place, reading)
    identifiers = with_did(subject.get("id"), values.get("identifiers", ()))
    if identifiers:
        values["identifiers"] = identifiers
    name = subject.get("name")
    is_named = bool(values.keys() & {"full_name", "given_name", "family_name"})
    if not is_named and isinstance(name, str) and name.strip():
        values["full_name"] = name
        reading.places["/learner/full_name"] = place.to("name").wire
    made = reading.attempt(lambda: Learner(**values), place)
    return made if isinstance(made, Learner) else Learner(identifiers=identifiers)


def with_did(id: Json, identifiers: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Add the DID that names a node to its identifiers, unless it is among them."""
    if not isinstance(id, str) or not id.startswith("did:"):
        return identifiers
    if any(one.value == id for one in identifiers):
        return identifiers
    try:
        return (Identifier(scheme="did", value=id), *identifiers)
    except ModelError:
        return identifiers


def _description(
    root: JsonObject, claim: JsonObject, place: Place, claimed: Place, reading: Reading
) -> MicroCredential:
    node, where = first_node(claim.get("specifiedBy"), claimed.to("specifiedBy"))
    here = Place(where.wire, _MC)
    values = read_description(node, where, claim, claimed, reading)
    if not is_uri(str(values.get("id", ""))):
        base = root.get("id")
        base = base if isinstance(base, str) and is_uri(base) else UNIDENTIFIED
        values["id"] = f"{base}#micro-credential"
    for field, member in (("title", "name"), ("description", "description")):
        if field not in values and not node:  # ours says it itself; a test only marks it
            text = text_or_none(root, member, place.to(member), reading)
            if text is not None:
                values[field] = text
                reading.places[f"{_MC}/{field}"] = place.to(member).wire
    add_issuer(values, root, place, reading)
    return consistent(values, here, reading)


def text_or_none(root: JsonObject, member: str, place: Place, reading: Reading) -> Text | None:
    """The text of a member, None when it is not there or no text."""
    if root.get(member) is None:
        return None
    text = read_text(root[member], place, reading)
    return text if isinstance(text, Text) else None


def add_issuer(values: dict[str, Any], root: JsonObject, place: Place, reading: Reading) -> None:
    """Take the issuer of the document, unless it is the first awarding body or said in full."""
    here = Place(place.to("issuer").wire, f"{_MC}/issuer")
    named = read_issuer(root.get("issuer"), here, reading)
    if "issuer" in values:
        return
    reading.places[f"{_MC}/issuer"] = here.wire
    bodies = values.get("awarding_bodies", ())
    if named is None:
        return
    if bodies and named.id in (bodies[0].organisation.id, issuer_id(bodies[0].organisation)):
        return
    values["issuer"] = named


def read_issuer(value: Json, place: Place, reading: Reading) -> Organisation | None:
    """The issuer as every credential names it: an address, or an object with one."""
    node: JsonObject = value if isinstance(value, dict) else {"id": value}
    id = node.get("id")
    if not isinstance(id, str) or not is_uri(id):
        if value is not None:
            reading.remark("issuer", "The issuer has no id that is an absolute address.", place)
        return None
    name = text_or_none(node, "name", place.to("name", "legal_name"), reading)
    made = reading.attempt(
        lambda: Organisation(id=id, legal_name=name, identifiers=with_did(id, ())), place
    )
    return made if isinstance(made, Organisation) else None


def consistent(values: Mapping[str, Any], place: Place, reading: Reading) -> MicroCredential:
    """Build a description without what refers to nothing or stands twice."""
    values = dict(values)
    for field in ("learning_outcomes", "assessments"):
        if field in values:
            values[field] = _unique(values[field], place, reading)
    known = {one.id for one in values.get("assessments", ())}
    if known and "learning_outcomes" in values:
        values["learning_outcomes"] = tuple(
            replace(one, assessed_by=tuple(id for id in one.assessed_by if id in known))
            for one in values["learning_outcomes"]
        )
    made = reading.attempt(lambda: MicroCredential(**values), place)
    if isinstance(made, MicroCredential):
        return made
    return MicroCredential(id=values["id"], title=values.get("title"))


def _unique(found: tuple[Any, ...], place: Place, reading: Reading) -> tuple[Any, ...]:
    kept: dict[str, Any] = {}
    for one in found:
        if one.id in kept:
            reading.remark("twice", f"'{one.id[:60]}' stands twice; the first was read.", place)
        kept.setdefault(one.id, one)
    return tuple(kept.values())
