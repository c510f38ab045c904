"""The step `schema`: does a document follow the Comprehensive Learner Record 2.0?

Steps: 1 contexts, 2 the members of the record, 3 subject with achievements and associations,
4 issuer, 5 that what is inside are credentials, 6 the rules of the W3C data model. The
credentials inside are judged for themselves (step `parts`).

Source: 1EdTech Comprehensive Learner Record Standard 2.0; public validator, CLR20Inspector
(ClrSubjectProbe). Its JSON Schema is not among the official files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tessera.formats.clr import wire
from tessera.formats.clr.find import find_record
from tessera.formats.openbadges import classes
from tessera.formats.openbadges.check import is_old, model_findings
from tessera.formats.openbadges.classes import Problem
from tessera.formats.openbadges.wire import CONTEXTS as BADGES
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.find import CREDENTIAL, ENVELOPED, as_list, types_of
from tessera.formats.vcdm.terms import JsonObject
from tessera.report import Finding, Outcome
from tessera.standards.jsontext import pointer

if TYPE_CHECKING:
    from tessera.standards.locate import Library

MOST_FINDINGS = 200
_SPEC = "Comprehensive Learner Record Standard 2.0, "
_RECORD = {
    "id": "uri", "name": "text", "description": "text", "image": "Image", "partial": "truth",
    "awardedDate": "time", "validFrom": "time", "validUntil": "time",
    "endorsement": "EndorsementCredential*", "evidence": "Evidence*",
}  # fmt: skip


def check(document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG001
    """Judge a document; never raises for any JSON value. The library is not needed."""
    found = find_record(document)
    if found is None:
        message = "There is no Comprehensive Learner Record in this document."
        source = _SPEC + "ClrCredential"
        return (Finding.failed("clr.schema.no-record", message, path="", source=source),)
    root, path = found
    findings: list[Finding] = []
    for one in _judged(root, path):
        findings.append(one)
        if len(findings) >= MOST_FINDINGS:
            break
    findings += model_findings(document, root)
    if not any(one.outcome is Outcome.FAILED for one in findings):
        message = "The document follows the Comprehensive Learner Record 2.0."
        findings.append(Finding.passed("clr.schema.model", message, path=path, source=_SPEC[:-2]))
    return tuple(findings)


def _judged(root: JsonObject, path: str) -> Iterator[Finding]:
    yield from _contexts(root, path)
    table = wire.table(is_old=is_old(root))
    yield from _said("record", _record(root, path), "ClrCredential")
    yield from _said("record", classes.members(root, _RECORD, path, table), "ClrCredential")
    subject = root.get("credentialSubject")
    where = path + "/credentialSubject"
    if subject is not None:
        found = classes.problems(subject, wire.SUBJECT, where, table)
        yield from _said("subject", found, "ClrSubject")
    if isinstance(subject, dict):
        yield from _said("held", _held(subject, where), "ClrSubject, verifiableCredential")
    if isinstance(root.get("issuer"), dict):
        found = classes.problems(root["issuer"], "Profile", path + "/issuer", table)
        yield from _said("issuer", found, "Profile")


def _contexts(root: JsonObject, path: str) -> Iterator[Finding]:
    stated = as_list(root.get("@context"))
    where = path + "/@context"
    wanted = (
        (stated[:1] in ([terms.V2], [terms.V1]), f"The first context has to be {terms.V2}."),
        (_matches(stated[1:2], wire.CONTEXTS), f"The second has to be {wire.CONTEXT}."),
        (_matches(stated[2:3], BADGES), "The third has to be that of Open Badges 3.0."),
    )
    for is_right, message in wanted:
        if not is_right:
            yield _failed("context", Problem(where, message), "ClrCredential, @context")
    if is_old(root):
        message = "The record stands on the W3C data model 1.1; today it is 2.0."
        source = _SPEC + "ClrCredential, @context"
        yield Finding.indeterminate(
            "clr.schema.old", message, path=where, source=source, advice=True
        )


def _matches(stated: list[Any], wanted: Any) -> bool:
    return bool(stated) and isinstance(stated[0], str) and wanted.fullmatch(stated[0]) is not None


def _record(root: JsonObject, path: str) -> Iterator[Problem]:
    dated = "issuanceDate" if is_old(root) else "validFrom"
    for member in ("id", "name", "issuer", "credentialSubject", dated):
        if root.get(member) is None:
            yield Problem(path + pointer(member), f"A record has to have '{member}'.")


def _held(subject: JsonObject, path: str) -> Iterator[Problem]:
    stated = subject.get("verifiableCredential")
    where = path + "/verifiableCredential"
    if "verifiableCredential" in subject and not as_list(stated):
        yield Problem(where, "There is no credential in the record.")
    for index, one in enumerate(as_list(stated)):
        here = where + (pointer(index) if isinstance(stated, list) else "")
        is_token = isinstance(one, str) and one.count(".") == 2
        is_one = isinstance(one, dict) and bool({CREDENTIAL, ENVELOPED} & set(types_of(one)))
        if not (is_token or is_one):
            yield Problem(here, "What the record holds has to be a Verifiable Credential.")


def _said(rule: str, found: Iterable[Problem], clause: str) -> Iterator[Finding]:
    for one in found:
        yield _failed(rule, one, clause)


def _failed(rule: str, problem: Problem, clause: str) -> Finding:
    return Finding.failed(
        f"clr.schema.{rule}", problem.message, path=problem.path, source=_SPEC + clause
    )
