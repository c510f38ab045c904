"""The step `schema`: does a document follow the W3C data model, 2.0 or 1.1?

Steps: 1 find the presentation or the credential; 2 judge its contexts and types; 3 judge its
members by the rules of their clauses; 4 of a micro-credential of ours, whether what wallets
show is what its record says; 5 when nothing failed, say which version it follows.

Source: Verifiable Credentials Data Model 2.0 and 1.1; docs/standards/vc.md lists the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tessera.formats.vcdm import check_members, terms
from tessera.formats.vcdm.check_context import Contexts
from tessera.formats.vcdm.check_members import failed
from tessera.formats.vcdm.find import (
    CREDENTIAL,
    ENVELOPED,
    PRESENTATIONS,
    as_list,
    find_credential,
    find_presentation,
    types_of,
)
from tessera.formats.vcdm.terms import JsonObject
from tessera.report import Finding, Outcome

if TYPE_CHECKING:
    from tessera.standards.locate import Library

MOST_FINDINGS = 200


def check(document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG001
    """Judge a document; never raises for any JSON value. The library is not needed."""
    presented = find_presentation(document)
    found = presented or find_credential(document)
    if found is None:
        message = "There is no Verifiable Credential and no presentation in this document."
        return (failed("no-credential", message, "", "4.1 (Getting Started)"),)
    root, path = found
    contexts = Contexts(root.get("@context"), path)
    judged = _presentation if presented else _credential
    findings = [*contexts.findings]
    for one in judged(root, path, contexts):
        findings.append(one)
        if len(findings) >= MOST_FINDINGS:
            break
    if not any(one.outcome is Outcome.FAILED for one in findings):
        findings.append(_followed(contexts, path))
    return tuple(findings)


def _followed(contexts: Contexts, path: str) -> Finding:
    version = "1.1" if contexts.base == terms.V1 else "2.0"
    return Finding.passed(
        "vc.schema.model",
        f"The document follows the W3C Verifiable Credentials Data Model {version}.",
        path=path,
        evidence={"version": version},
        source=f"Verifiable Credentials Data Model {version}",
    )


def _credential(root: JsonObject, path: str, contexts: Contexts) -> Iterator[Finding]:
    yield from check_members.one_id(root, path)
    if ENVELOPED in types_of(root):
        yield from _enveloped(root, path)
        return
    is_old = contexts.base == terms.V1
    if CREDENTIAL not in types_of(root):
        message = f"The document does not have the type {CREDENTIAL}."
        yield failed("type", message, path + "/type", "4.5 (Types)")
    yield from contexts.type_findings(root, path)
    yield from check_members.issuer(root, path, is_old=is_old)
    yield from check_members.subjects(root, path)
    yield from check_members.period(root, path, is_old=is_old)
    yield from check_members.typed_members(root, path, is_old=is_old)
    for name in check_members.TYPED:
        for one, where in check_members.nodes(root, name, path):
            if isinstance(one, dict):
                yield from contexts.type_findings(one, where)
    if not is_old:
        yield from check_members.language_texts(root, path)
        yield from check_members.related_resources(root, path)
    yield from check_members.proofs(root, path)
    if terms.TYPE in types_of(root):
        yield from _agreement(root, path)


def _agreement(root: JsonObject, path: str) -> Iterator[Finding]:
    """What wallets show as its name is the title of the micro-credential, in every language."""
    node: Any = root
    for member in ("credentialSubject", "hasClaim", "specifiedBy", "title"):
        node = node.get(member) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        return
    titles = list(node.values())
    for one, where in check_members.nodes(root, "name", path):
        name = one.get("@value") if isinstance(one, dict) else one
        if isinstance(name, str) and name.removeprefix(terms.TEST_MARK) not in titles:
            message = (
                f"The credential shows the name '{name[:60]}', but its record has another title."
            )
            yield Finding.failed("vc.schema.agreement", message, path=where, source="house rule")


def _enveloped(root: JsonObject, path: str) -> Iterator[Finding]:
    """A credential secured by an envelope stands in a data address."""
    id = root.get("id")
    if not (isinstance(id, str) and id.startswith("data:") and "," in id):
        message = "An enveloped credential has to be a data: address, as its id."
        yield failed("enveloped", message, path + "/id", "4.13 (Enveloped Verifiable Credentials)")


def _presentation(root: JsonObject, path: str, contexts: Contexts) -> Iterator[Finding]:
    yield from check_members.one_id(root, path)
    kinds = types_of(root)
    if not any(kind in PRESENTATIONS for kind in kinds):
        message = f"The document does not have the type {PRESENTATIONS[0]}."
        yield failed("type", message, path + "/type", "4.5 (Types)")
    if PRESENTATIONS[1] in kinds:
        yield from _enveloped(root, path)
        return
    yield from contexts.type_findings(root, path)
    yield from _holder(root, path)
    is_old = contexts.base != terms.V2
    for one, where in check_members.nodes(root, "verifiableCredential", path):
        if isinstance(one, dict):
            yield from _presented(one, where)
        elif not (is_old and isinstance(one, str)):
            message = "What is presented has to be an object, a credential or an enveloped one."
            clause = "4.13 (Verifiable Presentations)"
            yield failed("presented", message, where, clause)
    yield from check_members.typed_members(
        {name: root[name] for name in ("termsOfUse",) if name in root}, path, is_old=is_old
    )
    yield from check_members.proofs(root, path)


def _holder(root: JsonObject, path: str) -> Iterator[Finding]:
    stated = root.get("holder")
    if "holder" not in root:
        return
    named = stated.get("id") if isinstance(stated, dict) else stated
    if not check_members.is_url(named):
        message = "The holder has to be an absolute address (URL), or an object with one."
        clause = "4.13 (Verifiable Presentations)"
        yield failed("holder", message, path + "/holder", clause)


def _presented(one: JsonObject, where: str) -> Iterator[Finding]:
    """Each credential is judged for itself (step `parts`); here only that it is one."""
    clause = "4.13 (Verifiable Presentations)"
    kinds = types_of(one)
    if ENVELOPED in kinds:
        if as_list(one.get("@context"))[:1] != [terms.V2]:
            message = "An enveloped credential needs the base context."
            yield failed("enveloped", message, where + "/@context", clause)
        yield from _enveloped(one, where)
    elif CREDENTIAL not in kinds:
        message = f"What is presented has neither the type {CREDENTIAL} nor {ENVELOPED}."
        yield failed("presented", message, where + "/type", clause)
