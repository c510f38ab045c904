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
from itertools import islice
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
# Deeper than any attestation; and the most work that one may ask for (see `_work`).
MOST_DEPTH = 24
MOST_WORK = 100_000
MOST_TOLD = 3_000  # work beyond which the places of the differences are not looked for
# Where the schema tries several kinds of thing, it tries each again below: what a claim or an
# agent inside another costs, beyond those that every attestation has. Measured.
_CLAIMS, _PER_CLAIM, _FREE_CLAIMS = frozenset({"hasClaim", "awards"}), 30, 1
_AGENTS, _PER_AGENT, _FREE_AGENTS = (
    frozenset({"credentialSubject", "awardingBody", "assessedBy", "directedBy", "member",
               "evidenceTarget"}),
    5,
    2,
)  # fmt: skip
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
    work = _work(judged)
    if work > MOST_WORK:
        message = (
            "The document nests claims and organisations as no attestation does, so that judging "
            "it would take too long. It was not held against the schema."
        )
        yield Finding.failed("eaa.schema.too-nested", message, path=path, source="house rule")
        return
    validator = _validator(texts)
    if validator.is_valid(judged):
        message = "The document follows the schema of the pilot."
        yield Finding.passed("eaa.schema", message, path=path, source=_SOURCE)
        return
    if work > MOST_TOLD:
        message = (
            "The document does not follow the schema of the pilot; it is too large to say where."
        )
        yield Finding.failed("eaa.schema", message, path=path, source=_SOURCE)
        return
    for one in islice(validator.iter_errors(judged), MOST_FINDINGS):
        where = path + "".join(pointer(at) for at in one.instance_path)
        yield Finding.failed(
            "eaa.schema",
            f"The document does not follow the schema of the pilot at {where or 'its top'}.",
            path=where,
            evidence={"reason": one.message[:300]},
            source=_SOURCE,
        )


def _work(document: Json) -> int:
    """How much the schema has to try, in objects; more than `MOST_WORK` for what is too deep."""
    total = 0
    waiting: list[tuple[Json, int, int, int]] = [(document, 0, 0, 1)]
    while waiting and total <= MOST_WORK:
        value, claims, agents, depth = waiting.pop()
        if depth > MOST_DEPTH:
            return MOST_WORK + 1
        if isinstance(value, list):
            waiting += [(one, claims, agents, depth + 1) for one in value]
        elif isinstance(value, dict):
            dear = _PER_CLAIM ** max(0, claims - _FREE_CLAIMS)
            total += dear * _PER_AGENT ** max(0, agents - _FREE_AGENTS)
            waiting += [
                (one, claims + (name in _CLAIMS), agents + (name in _AGENTS), depth + 1)
                for name, one in value.items()
            ]
    return total


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
