"""Names and addresses of the wire format: what EDC writes, and our own concept schemes.

Everything here is a fact of the European Learning Model or a name that we gave
and documented in docs/standards/elm.md. Source: EDC application profile 1.2.0
(European-Learning-Model, branch EDC-3.2-(LTS)); DOMAIN section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

CONTEXT = (
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
)
TYPES = ("VerifiableCredential", "EuropeanDigitalCredential")
SCHEMA = "http://data.europa.eu/snb/model/ap/edc-generic-full"

SNB = "http://data.europa.eu/snb/"
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def snb_scheme(name: str) -> str:
    """The IRI of a Europass list: every one of them ends in 25831c2."""
    return f"{SNB}{name}/25831c2"


LANGUAGE_SCHEME = AUTHORITY + "language"
COUNTRY_SCHEME = AUTHORITY + "country"
CURRENCY_SCHEME = AUTHORITY + "currency"
FILE_TYPE_SCHEME = AUTHORITY + "file-type"
ESCO_SKILLS = "http://data.europa.eu/esco/concept-scheme/skills"
GENERIC_PROFILE = SNB + "credential/e34929035b"
ECTS = SNB + "education-credit/6fcec5c5af"
BASE64 = SNB + "encoding/6146cde7dd"
ENTITLEMENT_LEARNING = SNB + "entitlement/64aad92881"
STATUS_ACTUAL = SNB + "entitlement-status/b7015a8a8c"
STATUS_PROSPECTIVE = SNB + "entitlement-status/5b8d6b34fb"

FILE_TYPES: Mapping[str, str] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/svg+xml": "SVG",
}

# What kind of remark a Note is: its `subject`. House rule, docs/standards/elm.md.
NOTES = "urn:tessera:elm:note"
# What an Identifier means where ELM has no member of its own: its `schemeId`.
KEYS = "urn:tessera:elm:key"
# Identifier schemes of our model that no web address names.
IDENTIFIERS = "urn:tessera:identifier-scheme"
DOCUMENTS = "urn:tessera:elm:document"
CUSTOM = "urn:tessera:elm:custom"
SECTORAL = "urn:tessera:elm:sectoral-level"
PARTNER_ROLES = "urn:tessera:elm:partner-role"

NOTE_LABELS: Mapping[str, str] = {
    "description": "Description",
    "criteria": "Assessment criteria",
    "purpose-need": "Need that is answered",
    "stackability": "Stackability",
    "decided-by": "Who decides",
    "quality-assurance-internal": "Internal quality assurance",
    "quality-assurance-external": "External quality assurance",
    "not-graded": "Not graded",
    "replaces-reason": "Reason of the correction",
}
KEY_LABELS: Mapping[str, str] = {
    "version": "Version of the description",
    "seal-required": "Organisation that has to seal",
    "validity": "Validity after the award",
    "replaces": "Credential that this one replaces",
    "part": "Credential that is part of this one",
    "test": "Sealed with a test key",
    "outcome": "Learning outcome",
    "assessment": "Assessment",
    "assessed-by": "Assessment that proves the outcome",
    "stack-target": "Larger credential",
    "cost": "Kind of cost",
}
DOCUMENT_LABELS: Mapping[str, str] = {
    "purpose-evidence": "Evidence of the need",
    "research": "Research behind the content",
    "recognition-policy": "Policy on recognition of others' micro-credentials",
}
IDENTIFIER_LABELS: Mapping[str, str] = {
    "esi": "European Student Identifier",
    "orcid": "ORCID iD",
    "eidas-person": "eIDAS person identifier",
    "deqarinst": "DEQAR institution",
    "schac": "SCHAC home organisation",
    "doi": "DOI",
    "eter": "ETER or OrgReg",
    "pic": "Participant Identification Code",
    "erasmus": "Erasmus code",
    "lei": "Legal Entity Identifier",
    "did": "Decentralised identifier",
}
UNNAMED_SCHEME = "unnamed"
TEST_MARK = "TEST: "
TEST_NOTICE = "TEST: sealed with a test key; this credential proves nothing."

LOCAL_PREFIX = "urn:epass:"


def model_id(wire_id: str, award_id: str) -> str:
    """Make an id that is local to a document ("urn:epass:org:1") unique by the award's id."""
    if wire_id.startswith(LOCAL_PREFIX):
        return f"{award_id}#{wire_id[len(LOCAL_PREFIX) :]}"
    return wire_id


def wire_id(model: str, award_id: str) -> str:
    """Undo `model_id`."""
    if model.startswith(award_id + "#"):
        return LOCAL_PREFIX + model[len(award_id) + 1 :]
    return model


def quoted(text: str) -> str:
    """Percent-encode for the last part of a URN; undone by `unquoted`."""
    return quote(text, safe="-._~")


def unquoted(text: str) -> str:
    """Undo `quoted`."""
    return unquote(text)


def escape(member: str) -> str:
    """Escape one reference token of a JSON Pointer. Source: RFC 6901 section 3."""
    if "~" in member or "/" in member:
        return member.replace("~", "~0").replace("/", "~1")
    return member


def branches(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield what a value holds that can hold more, with its reference token; no leaves."""
    if isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, dict | list):
                yield escape(name), one
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if isinstance(one, dict | list):
                yield str(at), one


def as_list(value: Json) -> list[Json]:
    """JSON-LD: one value and an array of one value mean the same."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def compacted(values: list[Json]) -> Json:
    """EDC writes an array of one value as the bare value."""
    return values[0] if len(values) == 1 else values
