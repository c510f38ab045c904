"""The step `schema` for EDCI, as far as it goes without the official XML Schema.

The schema files of ELM 1 are not among the official files here. What they demand by number of
elements, by key and by reference is checked; the order and the content of each element is
not, and that is said.

Steps: 1 the profile is one of the official list, the dates and exactly one issuer are there;
2 whoever is named has what the schema demands; 3 every reference leads into its own list;
4 every text says its language.

Source: European Learning Model 1.x, genericschema_1.2.xsd; Verifiable Credentials Data Model
1.0, 4.5 (one issuer).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tessera import vocab
from tessera.formats.imports.edci_names import (
    CREDENTIALS,
    LISTS,
    MAIN,
    ROOTS,
    SIGNATURE,
    SPECIFIED,
    child,
    children,
    credential_of,
)
from tessera.report import Finding
from tessera.standards.xmltext import Element, XmlRefused, read_xml

_SOURCE = "ELM 1.x, genericschema_1.2.xsd"
_PROFILES = "http://data.europa.eu/snb/credential/25831c2"
_PROFILE_BASE = "http://data.europa.eu/snb/credential/"
MOST_FINDINGS = 50


def check(document: Any) -> tuple[Finding, ...]:
    """Judge a document; never raises."""
    try:
        root = read_xml(document) if isinstance(document, bytes) else Element(name="")
    except XmlRefused as error:
        return (_failed("xml", str(error), root_path("")),)
    if (root.namespace, root.name) not in ROOTS:
        return (_failed("no-credential", "There is no EDCI credential in this file.", ""),)
    credential = credential_of(root)
    found = [one for one, _ in zip(_breaches(credential), range(MOST_FINDINGS), strict=False)]
    if not found:
        message = "What can be checked without the official schema of ELM 1 is as it demands."
        path = root_path(credential.name)
        found.append(Finding.passed("edci.schema", message, path=path, source=_SOURCE))
    return (*found, *_open_questions(credential))


def root_path(name: str) -> str:
    """The path of the first element."""
    return f"/{name}" if name else ""


def _failed(rule: str, message: str, path: str, line: int = 0) -> Finding:
    evidence = {"line": line} if line else {}
    return Finding.failed(
        f"edci.schema.{rule}", message, path=path, evidence=evidence, source=_SOURCE
    )


def _breaches(credential: Element) -> Iterator[Finding]:
    if credential.name == "europassCredential":
        yield from _head(credential)
        yield from _references(credential)
    yield from _people(credential)
    yield from _texts(credential)


# 1
def _head(credential: Element) -> Iterator[Finding]:
    kind = child(credential, "type")
    uri = kind.attributes.get("uri", "") if kind else ""
    if kind is None or kind.attributes.get("targetFrameworkUrl") != _PROFILES:
        yield _failed("profile", "The credential does not say its type.", "/europassCredential")
    elif not (vocab.is_member(_PROFILES, uri) or uri.startswith(_PROFILE_BASE)):
        yield _failed(
            "profile",
            f"The type '{uri[:80]}' does not belong to the official list that it names.",
            "/europassCredential/type",
            kind.line,
        )
    for name in ("validFrom", "issued"):
        if child(credential, name, CREDENTIALS) is None:
            message = f"The credential lacks {name}."
            yield _failed("missing", message, "/europassCredential")
    issuers = children(credential, "issuer", CREDENTIALS)
    if len(issuers) != 1:
        message = f"A credential has exactly one issuer; this one names {len(issuers)}."
        yield _failed("issuer", message, "/europassCredential/issuer")
    for name in ("title", "credentialSubject", "proof"):
        if child(credential, name) is None:
            yield _failed("missing", f"The credential lacks {name}.", "/europassCredential")


# 2
def _people(credential: Element) -> Iterator[Finding]:
    for one in credential.walk():
        needed: tuple[str, ...] = ()
        if one.name == "credentialSubject" and one.namespace == MAIN:
            needed = ("givenNames", "familyName")
        elif one.name == "organization" and one.children:
            needed = ("registration", "prefLabel")
        for name in needed:
            if child(one, name) is None:
                message = f"The {one.name} lacks {name} (line {one.line})."
                yield _failed("missing", message, f"//{one.name}", one.line)


# 3
def _references(credential: Element) -> Iterator[Finding]:
    held = {
        one.name: Counter(inner.attributes.get("id", "") for inner in one.children)
        for one in credential.children
        if one.name.endswith("References")
    }
    for name, ids in held.items():
        for own, count in ids.items():
            if count > 1 or not own:
                said = f"In {name} an id is missing or stands twice ('{own[:60]}')."
                yield _failed("key", said, f"/europassCredential/{name}")
    for holder in credential.walk():
        for one in holder.children:
            id = one.attributes.get("idref")
            table, key = (
                (SPECIFIED, holder.name) if one.name == "specifiedBy" else (LISTS, one.name)
            )
            where = table.get(key, "")
            if id is not None and where and id not in held.get(where, ()):
                yield _failed(
                    "reference",
                    f"The {one.name} in line {one.line} names '{id[:60]}', but {where} lacks it.",
                    f"//{one.name}",
                    one.line,
                )


# 4
def _texts(credential: Element) -> Iterator[Finding]:
    for holder in credential.walk():
        texts = children(holder, "text")
        tags = [one.attributes.get("lang", "") for one in texts]
        if "" in tags or len(set(tags)) != len(tags):
            yield _failed(
                "text",
                f"A text in line {holder.line} lacks its language, or has one twice.",
                f"//{holder.name}",
                holder.line,
            )


def _open_questions(credential: Element) -> Iterator[Finding]:
    yield Finding.indeterminate(
        "edci.schema.not-checked",
        "The order and the content of each element were not checked: the schema of ELM 1 is not "
        "among the official files.",
        path=root_path(credential.name),
        source="house rule",
        advice=True,
    )
    proof = child(credential, "proof")
    if proof is not None and child(proof, "Signature", SIGNATURE) is not None:
        yield Finding.indeterminate(
            "edci.schema.signature",
            "The credential carries an XML signature (XAdES), which is not checked here.",
            path="/europassCredential/proof",
            source="ETSI EN 319 132-1",
            advice=True,
        )
