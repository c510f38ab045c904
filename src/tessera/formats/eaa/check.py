"""The step `schema`: an attestation against the pilot's own JSON Schemas.

Steps: 1 say what it is; 2 choose the profile by its last type; 3 hold it against profile and
base schema, where they are installed; 4 without them, ask for what both demand at the top.

The profiles refer to the base schema by a path inside a package that is not published beside
them: that address, and no other, leads to the base file here. The proof is not part of what
is judged, since the schema describes the document before it is sealed.

Source: dc4eu/educational-pilot, sectorial-eaa-catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.formats.eaa.kinds import find_attestation, plain_kind
from tessera.formats.vcdm.find import types_of
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.report import Finding
from tessera.standards.jsontext import pointer

if TYPE_CHECKING:
    from tessera.standards.locate import Library

_SOURCE = "dc4eu/educational-pilot, edc-w3c-vcdm_schema.json"
BASE = "edc-w3c-ebsi/edc-w3c-vcdm_schema.json"
# The last type of an attestation → its profile. A profile that is no JSON is not used.
PROFILES = {
    "EuropeanHigherEducationMicrocredential": "edc-w3c-ebsi/EUHEMC-microcredential_schema.json",
    "EuropeanHigherEducationDiploma": "edc-w3c-ebsi/EUHED-highereducation-diploma_schema.json",
}
_PACKAGE = "vcdm1.1-europass-edc-schema/schema.json"  # the end of the address of the base
MOST_FINDINGS = 50
# Deeper than any attestation; the schema tries every kind of claim at every level.
MOST_DEPTH = 24
_NEEDED = (
    "@context", "id", "type", "issuer", "issuanceDate", "issued", "validFrom",
    "credentialSubject", "credentialSchema", "displayParameter",
)  # fmt: skip
_ALLOWED = ("expirationDate", "validUntil", "credentialStatus", "evidence", "termsOfUse")


def check(document: Any, library: Library | None = None) -> tuple[Finding, ...]:
    """Judge a document. library: the official files; None leaves the schemas out."""
    # 1
    found = find_attestation(document)
    if found is None:
        return (_plain(plain_kind(document)),)
    root, path = found
    judged = {name: value for name, value in root.items() if name != "proof"}
    # 2
    profile = next((PROFILES[one] for one in reversed(types_of(root)) if one in PROFILES), None)
    if library is None:
        return _own(judged, path, "They were left out.")
    # 3
    try:
        texts = (library.read(BASE), library.read(profile) if profile else b"")
        return tuple(_against(judged, path, texts))
    except StandardsError as error:
        return _own(judged, path, str(error))


def _plain(kind: str | None) -> Finding:
    if kind is None:
        message = "There is no attestation of the EDC-W3C family in this document."
        return Finding.failed("eaa.schema.no-attestation", message, source=_SOURCE)
    return Finding.indeterminate(
        "eaa.schema.plain",
        f"It is {kind} as plain JSON. It says nothing about learning, and no schema of it is "
        "among the official files.",
        path="",
        source="dc4eu/educational-pilot, sectorial-eaa-catalogue",
    )


def _against(judged: JsonObject, path: str, texts: tuple[bytes, bytes]) -> Iterator[Finding]:
    if _depth(judged) > MOST_DEPTH:
        message = "The document is nested more deeply than any attestation; it was not judged."
        yield Finding.failed("eaa.schema", message, path=path, source=_SOURCE)
        return
    errors = []
    for one in _validator(texts).iter_errors(judged):
        errors.append((path + "".join(pointer(at) for at in one.instance_path), one.message[:300]))
        if len(errors) == MOST_FINDINGS:
            break
    if not errors:
        yield Finding.passed(
            "eaa.schema", "The document follows the schema of the pilot.", path=path, source=_SOURCE
        )
    for where, reason in errors:
        yield Finding.failed(
            "eaa.schema",
            f"The document does not follow the schema of the pilot at {where or 'its top'}.",
            path=where,
            evidence={"reason": reason},
            source=_SOURCE,
        )


def _depth(value: Json) -> int:
    level, waiting = 0, [value]
    while waiting:
        level += 1
        waiting = [
            inner
            for one in waiting
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return level


@lru_cache(maxsize=4)
def _validator(texts: tuple[bytes, bytes]) -> Any:
    """The validator of a profile on the base, or of the base alone."""
    import jsonschema_rs

    base = json.loads(texts[0])

    def retrieve(address: str) -> Any:
        if address.endswith(_PACKAGE):
            return base
        raise StandardsError(
            f"The schema of the pilot refers to {address[:100]}, which is not here."
        )

    schema = json.loads(texts[1]) if texts[1] else base
    return jsonschema_rs.validator_for(schema, retriever=retrieve)


# 4
def _own(judged: JsonObject, path: str, reason: str) -> tuple[Finding, ...]:
    missing = [name for name in _NEEDED if name not in judged]
    unknown = [name for name in judged if name not in (*_NEEDED, *_ALLOWED)]
    found = [
        Finding.failed(
            "eaa.schema.missing",
            f"The member {name} is missing, which every attestation of this family has.",
            path=path,
            source=_SOURCE,
        )
        for name in missing
    ]
    found += [
        Finding.failed(
            "eaa.schema.unknown",
            f"The member {name[:60]} is none of an attestation of this family.",
            path=path + pointer(name),
            source=_SOURCE,
        )
        for name in unknown[:MOST_FINDINGS]
    ]
    open_question = Finding.indeterminate(
        "eaa.schema.not-installed",
        f"Whether it follows the schemas of the pilot was not checked. {reason} Run: tessera "
        "standards install.",
        path=path,
        source="house rule",
    )
    return (*found, *(() if found else (open_question,)))
