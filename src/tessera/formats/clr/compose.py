"""Put sealed credentials of one learner into one Comprehensive Learner Record.

The credentials stay as they are, with their own proofs or as their own tokens; the record says
who collected them, for whom and when, and how they belong together.

Source: 1EdTech Comprehensive Learner Record Standard 2.0, ClrCredential and ClrSubject;
Verifiable Credentials Data Model 2.0, 4.13 (enveloped credentials).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.clr import wire
from tessera.formats.openbadges.identity import identity_objects
from tessera.formats.openbadges.profile import profile
from tessera.formats.openbadges.wire import CONTEXT as BADGES
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.encode import holder_id, require_issuer, validity
from tessera.formats.vcdm.find import ENVELOPED, find_credential
from tessera.formats.vcdm.residue import restored
from tessera.formats.vcdm.status import status_nodes
from tessera.formats.vcdm.terms import JsonObject
from tessera.model import Award
from tessera.standards.jsontext import read_json

MOST_BYTES = 20_000_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
UNTITLED = "Comprehensive Learner Record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """How one achievement belongs to another: their ids, and a word such as isParentOf."""

    source: str
    target: str
    kind: str = "isPartOf"


def compose(
    record: Award,
    credentials: Sequence[bytes],
    *,
    associations: Sequence[Association] = (),
    is_partial: bool = True,
) -> JsonObject:
    """Write a record around sealed credentials.

    record: who issues it, for whom, its id, name and dates; its own achievement stays out.
    credentials: each sealed, JSON with proofs or a JWT. is_partial: the learner may have more.
    Raises: EncodeError for a record without learner, issuer or date, without credentials, or
    with one that is not sealed or no Verifiable Credential.
    """
    require_issuer(record.micro_credential)
    if holder_id(record.learner) is None and not identity_objects(record):
        raise EncodeError(
            "A record names whose it is: a name, an identifier or a DID (element E1).",
            elements=("E1",),
            paths=("/learner",),
        )
    if record.issued_at is None and record.valid_from is None:
        raise EncodeError(
            "The date of issue is missing (element E7).", elements=("E7",), paths=("/issued_at",)
        )
    if not credentials:
        raise EncodeError("A record needs at least one sealed credential.")
    held = [_held(one, at) for at, one in enumerate(credentials, start=1)]
    return build(record, held, associations=associations, is_partial=is_partial)


def build(
    record: Award,
    held: Sequence[Any],
    *,
    associations: Sequence[Association] = (),
    is_partial: bool | None = None,
) -> JsonObject:
    """Write what is there without asking for what a record demands."""
    mc, language = record.micro_credential, record.display_language
    title = mc.title.best(language).text if mc.title else UNTITLED
    subject: JsonObject = {
        "id": holder_id(record.learner),
        "type": [wire.SUBJECT],
        "identifier": identity_objects(record) or None,
        "association": [_association(one) for one in associations] or None,
        "verifiableCredential": list(held),
    }
    document: JsonObject = {
        "@context": [terms.V2, wire.CONTEXT, BADGES],
        "id": record.id,
        "type": ["VerifiableCredential", wire.TYPE],
        "name": terms.TEST_MARK + title if record.is_test else title,
        "description": mc.description.best(language).text if mc.description else None,
        "issuer": profile(mc.sealer, language) if mc.sealer else None,
        **validity(record),
        "partial": is_partial,
        "credentialStatus": status_nodes(record.status),
        "credentialSubject": {name: one for name, one in subject.items() if one is not None},
    }
    document = {name: value for name, value in document.items() if value is not None}
    return restored(document, record.residue.get("clr"))


def _association(one: Association) -> JsonObject:
    return {
        "type": "Association",
        "associationType": one.kind,
        "sourceId": one.source,
        "targetId": one.target,
    }


def _held(raw: bytes, number: int) -> JsonObject:
    """A credential as it goes into the record: itself, or enveloped."""
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise EncodeError(f"Credential {number} is no text: neither JSON nor a token.") from error
    if _TOKEN.fullmatch(text):
        return {
            "@context": [terms.V2],
            "id": f"data:application/vc+jwt,{text}",
            "type": [ENVELOPED],
        }
    try:
        document = read_json(raw, max_bytes=MOST_BYTES)
    except UnreadableError as error:
        raise EncodeError(f"Credential {number} cannot be read: {error}") from error
    if find_credential(document) is None or "proof" not in document:
        raise EncodeError(
            f"Credential {number} is no sealed Verifiable Credential with its proof inside. Seal "
            "it first, for example as an Open Badge."
        )
    found: JsonObject = document
    return found
