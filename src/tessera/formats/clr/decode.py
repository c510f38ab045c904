"""A record as an award that names its parts: total, and nothing is lost.

A record has no achievement of its own: what was learned stands in the credentials inside,
which are judged for themselves. So the award says whose record it is, who issued it and until
when it counts, and `parts` names what is inside.

Source: 1EdTech Comprehensive Learner Record Standard 2.0, ClrCredential.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.clr.compose import build
from tessera.formats.clr.find import find_record
from tessera.formats.openbadges.decode import read_awarding, read_issuer, read_learner
from tessera.formats.protocol import Decoded
from tessera.formats.vcdm.decode import (
    credential_id,
    dates,
    first_node,
    settled,
    text_or_none,
)
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.reading import MOST_VALUES, Place, Reading
from tessera.formats.vcdm.residue import difference
from tessera.formats.vcdm.status import read_status
from tessera.formats.vcdm.terms import JsonObject
from tessera.model import Award, MicroCredential
from tessera.model.checks import is_uri


def decode(document: Any) -> Decoded:
    """Read a record.

    Raises: UnreadableError when it is none. Everything else that is wrong becomes a finding.
    """
    found = find_record(document)
    if found is None:
        raise UnreadableError("This is no Comprehensive Learner Record: no type ClrCredential.")
    root, path = found
    reading = Reading("clr")
    award = _award(root, Place(path), reading)
    kept = difference(root, build(award, ()))
    if kept:
        award = replace(award, residue={"clr": kept})
    return Decoded(award=award, findings=tuple(reading.findings), places=dict(reading.places))


def _award(root: JsonObject, place: Place, reading: Reading) -> Award:
    reading.note(place)
    values: dict[str, Any] = {"id": credential_id(root, place, reading)}
    values |= dates(root, place, reading, issued=None)
    if values["issued_at"] is None:
        values |= read_awarding(root, place, values, reading)
    if "credentialStatus" in root:
        here = place.to("credentialStatus", "status")
        values["status"] = read_status(root["credentialStatus"], here, reading)
    subject, about = first_node(root.get("credentialSubject"), place.to("credentialSubject"))
    values["learner"] = read_learner(subject, Place(about.wire, "/learner"), reading)
    values["parts"] = _parts(subject)
    reading.places["/parts"] = about.to("verifiableCredential").wire
    issuer = read_issuer(root, place, reading)
    reading.places["/micro_credential/title"] = place.to("name").wire
    reading.places["/micro_credential/issuer"] = place.to("issuer").wire
    values["micro_credential"] = MicroCredential(
        id=f"{values['id']}#record",
        issuer=issuer,
        title=text_or_none(root, "name", place.to("name"), reading),
        description=text_or_none(root, "description", place.to("description"), reading),
    )
    return settled(values, place, reading)


def _parts(subject: JsonObject) -> tuple[str, ...]:
    """The ids of the credentials inside; a token has none that is seen from here."""
    held = as_list(subject.get("verifiableCredential"))[:MOST_VALUES]
    ids = [one.get("id") for one in held if isinstance(one, dict)]
    return tuple(
        dict.fromkeys(
            id for id in ids if isinstance(id, str) and is_uri(id) and not id.startswith("data:")
        )
    )
