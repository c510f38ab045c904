"""The step `schema` for ELMO: what every reader needs, then the official XML Schema.

Steps: 1 read the XML; 2 look for the parts without which no reader gets anywhere; 3 hold
it against the official schema of 1.7 where it is installed; 4 say what nobody checked.

The schema imports one of Erasmus Without Paper for the learner's address, which is not
among the official files: that address, and nothing else, is then let through unread.
Source: EMREX ELMO 1.7, schema.xsd.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.formats.elmo import names
from tessera.formats.elmo.attachments import data_of
from tessera.formats.elmo.decode import is_elmo
from tessera.report import Finding
from tessera.standards.xmltext import Element, XmlRefused, read_xml

if TYPE_CHECKING:
    from tessera.standards.locate import Library

_SOURCE = "EMREX ELMO 1.7, schema.xsd"
MOST_FINDINGS = 20
# The children that each container must have; (container, name, what it is).
_NEEDED = (
    ("elmo", "generatedDate", "the moment when it was made"),
    ("elmo", "learner", "the learner"),
    ("elmo", "report", "a report"),
    ("learner", "givenNames", "the given names"),
    ("learner", "familyName", "the family name"),
    ("report", "issuer", "the institution"),
    ("report", "issueDate", "the date of issue"),
    ("issuer", "identifier", "an identifier of the institution"),
    ("issuer", "title", "the name of the institution"),
    ("issuer", "url", "the web page of the institution"),
    ("learningOpportunitySpecification", "title", "the title of the opportunity"),
    ("learningOpportunitySpecification", "specifies", "what the learner achieved"),
)


def check(document: Any, library: Library | None = None) -> tuple[Finding, ...]:
    """Judge a document. library: the official files; None leaves the schema out."""
    # 1
    try:
        root = read_xml(document) if isinstance(document, bytes) else Element(name="")
    except XmlRefused as error:
        return (Finding.failed("elmo.schema.xml", str(error), source="W3C XML 1.0"),)
    if not is_elmo(root):
        message = "There is no ELMO document in this file."
        return (Finding.failed("elmo.schema.no-elmo", message, source=_SOURCE),)
    if root.namespace == names.OLD_NAMESPACE:
        return (_before_emrex(),)
    return (*_judged(root, document, library), *_unchecked(root))


def _before_emrex() -> Finding:
    return Finding.indeterminate(
        "elmo.schema.before-emrex",
        "It is ELMO in its form before EMREX (purl.org/net/elmo), of which no schema is "
        "published: whether it follows one cannot be checked.",
        path="/elmo",
        source=_SOURCE,
    )


def _judged(root: Element, document: bytes, library: Library | None) -> list[Finding]:
    # 2
    missing = list(_missing(root))
    # 3
    from tessera.formats.elmo.schema import SchemaResult, violations

    result = SchemaResult(reason="It was left out.")
    if library is not None:
        try:
            result = violations(document, library)
        except StandardsError as error:
            result = SchemaResult(reason=str(error))
    if result.errors is None:
        return missing or [_not_run(result.reason)]
    if not result.errors:
        message = "The document follows the official schema of ELMO 1.7."
        return [Finding.passed("elmo.schema", message, path="/elmo", source=_SOURCE)]
    return _differences(result.errors)


def _missing(root: Element) -> Iterator[Finding]:
    for element in root.walk():
        if element.namespace != names.NAMESPACE:
            continue
        for container, name, what in _NEEDED:
            if element.name == container and element.child(name) is None:
                yield Finding.failed(
                    "elmo.schema.missing",
                    f"Here {what} is missing ({container}/{name}, line {element.line}).",
                    path=f"//{container}",
                    evidence={"line": element.line},
                    source=_SOURCE,
                )


def _not_run(reason: str) -> Finding:
    return Finding.indeterminate(
        "elmo.schema.not-installed",
        "Every part that a reader needs is there. Whether the document follows the official "
        f"schema was not checked. {reason} Run: tessera standards install.",
        path="/elmo",
        source="house rule",
    )


def _differences(errors: tuple[tuple[int, str], ...]) -> list[Finding]:
    """FAILED, unless what differs is only what ELMO 2.0 added in the same namespace."""
    newer = [one for one in errors if any(f"}}{name}'" in one[1] for name in names.NEW_IN_2)]
    if len(newer) == len(errors):
        return [
            Finding.indeterminate(
                "elmo.schema.version",
                "The document uses elements of ELMO 2.0, whose schema is not among the official "
                "files. Everything else follows the schema of 1.7.",
                path="/elmo",
                evidence={"line": errors[0][0]},
                source="EMREX ELMO 2.0",
            )
        ]
    return [
        Finding.failed(
            "elmo.schema",
            f"The document does not follow the official schema of ELMO 1.7 (line {line}).",
            path="/elmo",
            evidence={"line": line, "reason": reason[:300]},
            source=_SOURCE,
        )
        for line, reason in errors[:MOST_FINDINGS]
        if (line, reason) not in newer
    ]


# 4
def _unchecked(root: Element) -> Iterator[Finding]:
    if any(one.namespace == names.SIGNATURE and one.name == "Signature" for one in root.children):
        yield Finding.indeterminate(
            "elmo.schema.signature",
            "The document carries an XML signature, which is not checked here.",
            path="/elmo/Signature",
            source="EMREX ELMO 1.7: xmldsig-core2, enveloped",
            advice=True,
        )
    learner = root.child("learner")
    if learner is not None and learner.child("currentAddress") is not None:
        yield Finding.indeterminate(
            "elmo.schema.address",
            "The learner's address follows a schema of Erasmus Without Paper that is not among "
            "the official files; it was not checked.",
            path="/elmo/learner/currentAddress",
            source="erasmus-without-paper, ewp-specs-types-address",
            advice=True,
        )
    unread = sum(
        1
        for one in root.walk()
        if one.name == "content" and one.text.strip().startswith("data:") and not data_of(one.text)
    )
    if unread:
        yield Finding.indeterminate(
            "elmo.schema.attachment",
            f"{unread} attachments are no data in base64, so they cannot be opened.",
            path="//attachment/content",
            source="RFC 2397",
            advice=True,
        )
