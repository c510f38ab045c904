"""The step `schema`: does a document follow Open Badges 3.0?

Steps, in the order of the public validator of 1EdTech: 1 contexts, 2 type, 3 the members of the
credential, 4 subject with achievement and results, 5 where our extension is there, its schema
and that it says what the badge shows, 6 evidence and endorsements, 7 issuer, 8 the rules of the
W3C data model, 9 the official JSON Schema where it is installed. What has nothing against it
passes by the first eight alone.

Source: Open Badges Specification 3.0; 1EdTech public validator, OB30Inspector (its order and
what it looks at); docs/standards/open-badges.md lists the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.formats.openbadges import classes, extension, wire
from tessera.formats.openbadges.agreement import disagreements
from tessera.formats.openbadges.classes import Problem
from tessera.formats.openbadges.find import find_badge
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.check import check as check_model
from tessera.formats.vcdm.check_context import UNKNOWN
from tessera.formats.vcdm.find import as_list, types_of
from tessera.formats.vcdm.terms import JsonObject
from tessera.report import Finding, Outcome
from tessera.standards.jsontext import pointer

if TYPE_CHECKING:
    from tessera.standards.locate import Library

_OFFICIAL = "ob_v3p0_achievementcredential_schema.json"
SCHEMA = "1edtech/schemas/mynextid/schema.json"
MOST_FINDINGS = 200
_SPEC = "Open Badges Specification 3.0, "
_CREDENTIAL = {
    "id": "uri", "name": "text", "description": "text", "image": "Image",
    "awardedDate": "time", "validFrom": "time", "validUntil": "time", "endorsementJwt": "jwt*",
}  # fmt: skip


def check(document: Any, library: Library | None = None) -> tuple[Finding, ...]:
    """Judge a document; never raises for any JSON value."""
    found = find_badge(document)
    if found is None:
        message = "There is no Open Badge 3.0 in this document."
        source = _SPEC + "AchievementCredential"
        return (Finding.failed("ob3.schema.no-credential", message, path="", source=source),)
    root, path = found
    findings = [*_contexts(root, path)]
    for one in badge_findings(root, path):
        findings.append(one)
        if len(findings) >= MOST_FINDINGS:
            break
    findings += model_findings(document, root)
    findings += _official(root, path, library)
    findings += _inline(root, path)
    if not any(one.outcome is Outcome.FAILED for one in findings):
        message = "The document follows Open Badges 3.0."
        findings.append(Finding.passed("ob3.schema.model", message, path=path, source=_SPEC[:-2]))
    return tuple(findings)


def model_findings(document: Any, root: JsonObject) -> Iterator[Finding]:
    """What the rules of the W3C model say beyond what the contexts of 1EdTech answer."""
    known = set(wire.DEFINED)
    if wire.EXTENSIONS in as_list(root.get("@context")):
        known |= wire.DEFINED_BY_EXTENSIONS
    for one in check_model(document):
        is_answered = one.rule == UNKNOWN and one.evidence.get("type") in known
        if one.rule != "vc.schema.model" and not is_answered:
            yield one


def is_old(root: JsonObject) -> bool:
    """Tell whether the badge stands on the data model 1.1."""
    return as_list(root.get("@context"))[:1] == [terms.V1]


def _contexts(root: JsonObject, path: str) -> Iterator[Finding]:
    """ContextPropertyProbe: the W3C context, then that of Open Badges."""
    where, source = path + "/@context", _SPEC + "AchievementCredential, @context"
    stated = as_list(root.get("@context"))
    base = stated[0] if stated else None
    second = stated[1] if len(stated) > 1 else None
    if base not in (terms.V2, terms.V1):
        message = f"The first context has to be {terms.V2}."
        yield Finding.failed("ob3.schema.context", message, path=where, source=source)
    if not (isinstance(second, str) and wire.CONTEXTS.fullmatch(second)):
        message = f"The second context has to be that of Open Badges 3.0, such as {wire.CONTEXT}."
        yield Finding.failed("ob3.schema.context", message, path=where, source=source)
    if base == terms.V1:
        message = "The badge stands on the W3C data model 1.1; today it is 2.0."
        yield Finding.indeterminate(
            "ob3.schema.old", message, path=where, source=source, advice=True
        )


def badge_findings(root: JsonObject, path: str) -> Iterator[Finding]:
    """Judge everything of a badge but its contexts; CLR judges its badges by it too."""
    kinds = types_of(root)
    is_endorsement = wire.ENDORSEMENT in kinds
    table = classes.OLD_CLASSES if is_old(root) else classes.CLASSES
    if not is_endorsement and not any(kind in kinds for kind in wire.TYPES):
        message = f"The document has none of the types {', '.join(wire.TYPES)}."
        yield _failed("type", Problem(path + "/type", message), "AchievementCredential, type")
    yield from _said("credential", _credential(root, path), "AchievementCredential")
    about = "EndorsementSubject" if is_endorsement else "AchievementSubject"
    yield from _subject(root, path, about, table)
    for member, name, rule in (
        ("evidence", "Evidence", "evidence"),
        ("endorsement", wire.ENDORSEMENT, "endorsement"),
    ):
        wanted = {member: f"{name}*"}
        yield from _said(rule, classes.members(root, wanted, path, table), name)
    issuer = root.get("issuer")
    if isinstance(issuer, dict):
        found = classes.problems(issuer, "Profile", path + "/issuer", table)
        yield from _said("issuer", found, "Profile")


def _credential(root: JsonObject, path: str) -> Iterator[Problem]:
    more = ("issuanceDate", "name") if is_old(root) else ("validFrom",)
    for member in ("id", "issuer", "credentialSubject", *more):
        if root.get(member) is None:
            where = path + pointer(member)
            yield Problem(where, f"A badge has to have '{member}'.")
    yield from classes.members(root, _CREDENTIAL, path)


def _subject(
    root: JsonObject, path: str, name: str, table: Mapping[str, classes.Class]
) -> Iterator[Finding]:
    """CredentialSubjectProbe: every object in it has the type that it has to have."""
    subject = root.get("credentialSubject")
    where = path + "/credentialSubject"
    if subject is None:
        return
    if isinstance(subject, list):
        problem = Problem(where, "A badge is about one subject.")
        yield _failed("subject", problem, name)
        return
    yield from _said("subject", classes.problems(subject, name, where, table), name)
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if isinstance(achievement, dict) and wire.EXTENSION in types_of(achievement):
        found = extension.problems(achievement, where + "/achievement")
        yield from _said("extension", found, "extensions")
        for one in disagreements(subject, where):
            yield Finding.failed(
                "ob3.schema.agreement", one.message, path=one.path, source="house rule"
            )


def _said(rule: str, found: Iterable[Problem], clause: str) -> Iterator[Finding]:
    for one in found:
        yield _failed(rule, one, clause)


def _failed(rule: str, problem: Problem, clause: str) -> Finding:
    return Finding.failed(
        f"ob3.schema.{rule}",
        problem.message,
        path=problem.path,
        evidence=problem.evidence,
        source=_SPEC + clause,
    )


def _official(root: JsonObject, path: str, library: Library | None) -> Iterator[Finding]:
    """JsonSchemasProbe: the official schema, which there is for badges on the data model 2.0."""
    source = "1EdTech, ob_v3p0_achievementcredential_schema.json"
    if is_old(root) or wire.ENDORSEMENT in types_of(root):
        return
    try:
        validator = _validator(library)
        errors = list(zip(range(MOST_FINDINGS), validator.iter_errors(root), strict=False))
    except (StandardsError, ValueError, TypeError) as error:
        why = str(error) if isinstance(error, StandardsError) else "It cannot judge this document."
        message = f"The official JSON Schema was not used. {why}"
        yield Finding.indeterminate(
            "ob3.schema.official", message, path=path, source=source, advice=True
        )
        return
    for _, wrong in errors:
        where = path + pointer(*wrong.instance_path)
        message = "The official JSON Schema of Open Badges 3.0 does not allow this."
        yield Finding.failed("ob3.schema.official", message, path=where, source=source)
    if not errors:
        message = "The document fits the official JSON Schema of Open Badges 3.0."
        yield Finding.passed("ob3.schema.official", message, path=path, source=source)


def _inline(root: JsonObject, path: str) -> Iterator[Finding]:
    """InlineJsonSchemaProbe: schemas that the badge names and that would have to be fetched."""
    named = as_list(root.get("credentialSchema"))[:MOST_FINDINGS]
    urls = [one.get("id") for one in named if isinstance(one, dict)]
    others = [one for one in urls if isinstance(one, str) and not one.endswith(_OFFICIAL)]
    if others:
        message = f"The badge names schemas that were not fetched: {', '.join(others)[:300]}."
        where = path + "/credentialSchema"
        source = _SPEC + "CredentialSchema"
        yield Finding.indeterminate(
            "ob3.schema.inline", message, path=where, source=source, advice=True
        )


def _validator(library: Library | None) -> Any:
    if library is None:
        raise StandardsError("It is not installed. 'tessera standards install' installs it.")
    return compiled(library.read(SCHEMA))


def compiled(text: bytes) -> Any:
    """A validator of a JSON Schema; the last few are kept ready."""
    return _compiled(text)


@lru_cache(maxsize=4)
def _compiled(text: bytes) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(text.decode("utf-8"))
