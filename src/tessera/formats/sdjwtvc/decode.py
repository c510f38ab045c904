"""The claims of an SD-JWT VC as an award: total on hostile documents, and nothing is lost.

Steps: 1 read what every type has: issuer, times, status, names; 2 read the claims of the
type, those of the EU learning credential (`learning`) or of others (`foreign`); of an
unknown type nothing more is known; 3 put the award together; 4 keep as residue what we
would not write so.

Texts carry no language in these claims, so theirs is undetermined. What a holder withheld
is simply absent. `companion` returns the full record, `merged` puts it in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.protocol import Decoded
from tessera.formats.sdjwtvc.claims import COMPANION, DIPLOMA_VCT, EXTENDED_VCT, VCT
from tessera.formats.sdjwtvc.encode import FORMAT_ID, Issuing, build
from tessera.formats.sdjwtvc.foreign import (
    BADGE_PLACES,
    DIPLOMA_PLACES,
    MICRO_CREDENTIAL_VCT,
    read_badge,
    read_badge_issuer,
    read_diploma_holder,
    read_home,
)
from tessera.formats.sdjwtvc.learning import read_learning
from tessera.formats.sdjwtvc.reading import UNIDENTIFIED, Reading
from tessera.formats.sdjwtvc.residue import difference
from tessera.model import Award, AwardingBody, Learner, MicroCredential, Organisation
from tessera.model.checks import is_uri

LEARNING_TYPES = (VCT, EXTENDED_VCT)


def companion(document: Any) -> dict[str, Any] | None:
    """Return the full record beside the claims (an ELM document), if it is disclosed."""
    found = document.get(COMPANION) if isinstance(document, Mapping) else None
    return found if isinstance(found, dict) else None


def merged(claims: Decoded, full: Decoded) -> Decoded:
    """Return the full record as what was decoded, with the status and holder of the claims.

    full: what the ELM format decoded from `companion`. Its places get the prefix "/elm".
    Whether both agree is for `agreement`.
    """
    award = replace(
        full.award,
        status=claims.award.status or full.award.status,
        residue={**full.award.residue, **claims.award.residue},
    )
    places = {model: f"/{COMPANION}{wire}" for model, wire in full.places.items()}
    if claims.award.status:
        places["/status"] = "/status"
    below = tuple(replace(one, path=f"/{COMPANION}{one.path or ''}") for one in full.findings)
    return Decoded(award=award, findings=(*claims.findings, *below), places=places)


def decode(document: Any) -> Decoded:
    """Read an SD-JWT VC. Raises: UnreadableError when it has no type (`vct`)."""
    if not isinstance(document, Mapping) or not isinstance(document.get("vct"), str):
        raise UnreadableError("This is no SD-JWT VC: it does not say of which type it is (vct).")
    reading = Reading(document)
    # 1
    kind = document["vct"]
    learner, sealer = reading.learner(), reading.sealer()
    # 2
    learner, sealer, values = _by_type(reading, kind, learner, sealer)
    # 3
    award = _award(reading, learner, sealer, values)
    # 4
    kept = difference(document, build(award, award.display_language, Issuing(vct=kind)))
    if kept:
        award = replace(award, residue={FORMAT_ID: kept})
    return Decoded(award=award, findings=tuple(reading.findings), places=reading.places)


def _by_type(
    reading: Reading, kind: str, learner: Learner, sealer: Organisation | None
) -> tuple[Learner, Organisation | None, dict[str, Any]]:
    if kind in LEARNING_TYPES:
        return learner, sealer, read_learning(reading)
    if kind == DIPLOMA_VCT:
        reading.places = dict(DIPLOMA_PLACES)
        return read_diploma_holder(reading, learner), read_home(reading, sealer), {}
    if kind == MICRO_CREDENTIAL_VCT:
        reading.places = dict(BADGE_PLACES)
        return learner, read_badge_issuer(reading, sealer), read_badge(reading)
    reading.places = {"/learner": ""}
    reading.remark(
        "sdjwtvc.decode.type",
        f"The type {kind[:80]!r} is not known: only who is concerned, and when, was read.",
        "/vct",
    )
    return learner, sealer, {}


def _award(
    reading: Reading, learner: Learner, sealer: Organisation | None, values: dict[str, Any]
) -> Award:
    mc: dict[str, Any] = values.pop("micro_credential", {})
    if sealer is not None:
        mc["awarding_bodies"] = (AwardingBody(organisation=sealer),)
    stated = reading.document.get("jti")
    start, end = reading.moment("nbf"), reading.moment("exp")
    if start and end and end < start:
        sentence = "The validity ends before it begins."
        reading.remark("sdjwtvc.decode.unreadable", sentence, "/exp")
        end = None
    return Award(
        id=stated if isinstance(stated, str) and is_uri(stated) else UNIDENTIFIED,
        micro_credential=MicroCredential(id=UNIDENTIFIED, **mc),
        learner=learner,
        issued_at=reading.moment("iat"),
        valid_from=start,
        valid_until=end,
        status=reading.status(),
        **values,
    )
