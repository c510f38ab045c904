"""Judge the members of a credential: each rule of the data model, with its clause.

Every function yields what fails; nothing is yielded for what is right. 2.0 is the default,
1.1 where the document names its context.

Source: Verifiable Credentials Data Model 2.0 (W3C Recommendation, 15 May 2025), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.errors import ModelError
from tessera.formats.vcdm.find import as_list
from tessera.formats.vcdm.instants import is_date_time, read_instant
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model.checks import is_uri
from tessera.model.text import canonical_tag
from tessera.report import Finding
from tessera.standards.jsontext import pointer

_MODEL = "Verifiable Credentials Data Model 2.0, "
_LANGUAGE_KEYS = {"@value", "@language", "@direction"}
# Member → rule, clause, does it need an id (in 2.0, in 1.1).
TYPED = {
    "credentialStatus": ("status", "4.10 (Status)", (False, True)),
    "credentialSchema": ("schema", "4.11 (Data Schemas)", (True, True)),
    "refreshService": ("refresh", "5.4 (Refreshing)", (False, True)),
    "termsOfUse": ("terms", "5.5 (Terms of Use)", (False, False)),
    "evidence": ("evidence", "5.6 (Evidence)", (False, False)),
}


def failed(rule: str, message: str, path: str, clause: str) -> Finding:
    """Say that a rule of the data model is broken."""
    return Finding.failed(f"vc.schema.{rule}", message, path=path, source=_MODEL + clause)


def is_url(value: Json) -> bool:
    """Tell whether this is one absolute address."""
    return isinstance(value, str) and is_uri(value)


def one_id(node: JsonObject, path: str, *, needed: bool = False) -> Iterator[Finding]:
    """An id is one URL."""
    if "id" not in node:
        if needed:
            yield failed("id", "An id is missing here.", path, "4.4 (Identifiers)")
    elif not is_url(node["id"]):
        message = "The id has to be one absolute address (URL)."
        yield failed("id", message, path + "/id", "4.4 (Identifiers)")


def language_texts(node: JsonObject, path: str) -> Iterator[Finding]:
    """Name and description: a text, or texts that say their language."""
    clause = "11.1 (Language and Base Direction)"
    for member in ("name", "description"):
        for one, where in nodes(node, member, path):
            why = _not_a_text(one)
            if why is not None:
                message = f"The {member} is no text of a language: {why}"
                yield failed("language", message, where, clause)


def _not_a_text(value: Json) -> str | None:
    if isinstance(value, str):
        return None
    if not isinstance(value, dict):
        return "a text, or an object with @value and @language, is expected."
    extra = sorted(value.keys() - _LANGUAGE_KEYS)
    if extra:
        return f"'{extra[0][:60]}' does not belong to it."
    if not isinstance(value.get("@value"), str):
        return "its @value has to be a text."
    if "@language" in value:
        try:
            canonical_tag(value["@language"] if isinstance(value["@language"], str) else "")
        except ModelError:
            return "its @language is no language tag (BCP 47)."
    if value.get("@direction", "ltr") not in ("ltr", "rtl"):
        return "its @direction has to be ltr or rtl."
    return None


def issuer(root: JsonObject, path: str, *, is_old: bool) -> Iterator[Finding]:
    """Who issued: a URL, or an object with one as its id."""
    clause, where = "4.7 (Issuer)", path + "/issuer"
    stated = root.get("issuer")
    if stated is None:
        yield failed("issuer", "The document does not say who issued it.", where, clause)
    elif isinstance(stated, dict):
        if not is_url(stated.get("id")):
            message = "The issuer needs an id that is one absolute address (URL)."
            yield failed("issuer", message, where + "/id", clause)
        if not is_old:
            yield from language_texts(stated, where)
    elif not is_url(stated):
        message = "The issuer has to be an absolute address (URL), or an object with one."
        yield failed("issuer", message, where, clause)


def subjects(root: JsonObject, path: str) -> Iterator[Finding]:
    """About whom or what something is claimed: at least one object with at least one member."""
    clause, where = "4.8 (Credential Subject)", path + "/credentialSubject"
    found = as_list(root.get("credentialSubject"))
    if not found:
        yield failed("subject", "Nothing is claimed: there is no credentialSubject.", where, clause)
    for index, one in enumerate(found):
        here = where + (pointer(index) if isinstance(root["credentialSubject"], list) else "")
        if not isinstance(one, dict) or not one:
            message = "A credentialSubject has to be an object that says something."
            yield failed("subject", message, here, clause)
        else:
            yield from one_id(one, here)


def period(root: JsonObject, path: str, *, is_old: bool) -> Iterator[Finding]:
    """The dates, and that the end is not before the beginning."""
    clause = "4.9 (Validity Period)"
    names = ("issuanceDate", "expirationDate") if is_old else ("validFrom", "validUntil")
    if is_old and "issuanceDate" not in root:
        message = "The data model 1.1 asks for the date of issue (issuanceDate)."
        yield failed("date", message, path + "/issuanceDate", "1.1: 4.6 (Issuance Date)")
    for name in names:
        if name in root and not is_date_time(root[name], needs_offset=not is_old):
            message = (
                f"{name} has to be a date and time"
                + ("" if is_old else " with its offset from UTC")
                + ", such as 2026-11-22T10:00:00Z."
            )
            yield failed("date", message, path + pointer(name), clause)
    start, end = (read_instant(root.get(name)) for name in names)
    if start and end and (start.tzinfo is None) == (end.tzinfo is None) and end < start:
        message = "The credential ends before it begins."
        yield failed("period", message, path + pointer(names[1]), clause)


def typed_members(root: JsonObject, path: str, *, is_old: bool) -> Iterator[Finding]:
    """Members whose objects have to say their type, and some their id."""
    for name, (rule, clause, needs) in TYPED.items():
        for one, where in nodes(root, name, path):
            if not isinstance(one, dict):
                yield failed(rule, f"{name} has to be an object with a type.", where, clause)
                continue
            if not any(isinstance(kind, str) and kind for kind in as_list(one.get("type"))):
                yield failed(rule, f"{name} does not say its type.", where, clause)
            if "id" not in one and not needs[is_old]:
                continue
            if not is_url(one.get("id")):
                message = f"{name} needs an id that is one absolute address (URL)."
                yield failed(rule, message, where + "/id", clause)


def related_resources(root: JsonObject, path: str) -> Iterator[Finding]:
    """Resources outside, each named once and held by a digest."""
    clause = "5.3 (Integrity of Related Resources)"
    seen: set[str] = set()
    for one, where in nodes(root, "relatedResource", path):
        if not isinstance(one, dict) or not is_url(one.get("id")):
            message = "A related resource has to be an object with an id that is an address (URL)."
            yield failed("resource", message, where, clause)
            continue
        if one["id"] in seen:
            yield failed("resource", "This related resource is named twice.", where, clause)
        seen.add(one["id"])
        if not any(isinstance(one.get(name), str) for name in ("digestSRI", "digestMultibase")):
            message = "A related resource needs its digest (digestSRI or digestMultibase)."
            yield failed("resource", message, where, clause)


def proofs(root: JsonObject, path: str) -> Iterator[Finding]:
    """A proof inside is an object that says its type; whether it is right is the seal's matter."""
    for one, where in nodes(root, "proof", path):
        if not isinstance(one, dict) or not as_list(one.get("type")):
            message = "A proof has to be an object that says its type."
            yield failed("proof", message, where, "4.12 (Securing Mechanisms)")


def nodes(root: JsonObject, name: str, path: str) -> Iterator[tuple[Json, str]]:
    """Yield each value of a member, and where it stands."""
    if name not in root:
        return
    stated = root[name]
    for index, one in enumerate(stated if isinstance(stated, list) else [stated]):
        where = path + pointer(name)
        yield one, where + (pointer(index) if isinstance(stated, list) else "")
