"""Find out what bytes are, by their content alone: a seal, an open document, or neither.

Steps: 1 refuse what is empty, too large or of a kind that is not read, by its first
bytes; take the credential out of a certificate (PDF) or a picture and go on with that,
2 a token is three base64url parts, with disclosures behind each other by "~", 3 other text
may be Turtle or XML, 4 JSON with signatures is a JAdES seal, 5 other JSON may be a
credential with proofs inside, or without.
"""

from __future__ import annotations

import re
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.elm import turtle
from tessera.formats.openbadges import svg
from tessera.registry import MECHANISMS, PROOFS
from tessera.report import Finding
from tessera.seals.jades.read import is_advanced, is_jwt
from tessera.seals.protocol import Opened
from tessera.seals.sdjwt import is_sd_jwt_json
from tessera.standards.jsontext import JsonRefused, read_json
from tessera.verify import entities
from tessera.verify.content import read_content
from tessera.verify.examination import Inspection

# A credential with pictures has some hundred kilobytes; ten times the largest seen.
MOST_BYTES = 20_000_000
# A sealed text that is JSON, but not the same JSON to everybody, or too much of it.
_REFUSED = frozenset({"duplicate-member", "surrogate", "number", "too-deep", "too-many-values"})
# More commas than any credential has: ten times those of the largest real one. What
# comes after the parser looks at every value several times, so they are bounded first.
MOST_COMMAS = 25_000
_COMPACT = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\s*")
_DISCLOSING = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*~[A-Za-z0-9_~.-]*\s*")
# COSE_Sign1 (RFC 9052 section 4.2): tag 18 and an array of four; the same in base64.
_COSE, _COSE_TEXT = (b"\xd2\x84",), b"0oR"
_SEALS = {
    "vcjose": "JWT",
    "sdjwt": "SD-JWT",
    "vccose": "COSE",
    "dataintegrity": "Data Integrity proof",
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_XML = "It is XML or HTML, but no credential of a form that Tessera reads."
# First bytes of files that people have at hand.
_ZIP, _PICTURES = b"PK\x03\x04", (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_UNPACK = (
    "It is a document of an office program, or a ZIP that cannot be unpacked. Ask for the "
    "credential itself, a file often named .jsonld or .json."
)
_SOURCE = "RFC 8259; RFC 7493; RFC 7515 section 7"


def recognise(inspection: Inspection) -> list[Finding]:
    """Fill in what the bytes are and return the findings of the step `parse`.

    Raises: UnreadableError with the sentence for the person.
    """
    raw = inspection.raw
    # 1
    _refuse_sizes(raw)
    if raw[:64].lstrip().startswith(b"%PDF-"):
        return _certificate(inspection)
    if raw.startswith(_ZIP):
        raise UnreadableError(_UNPACK)
    if raw.startswith(_PICTURES) or svg.looks_like_svg(raw):
        return _picture(inspection)
    # 2
    if entities.looks_like_list(raw):
        return _entities(inspection)
    mechanism = token_kind(raw)
    if mechanism is not None:
        return _proved(inspection, mechanism)
    if _COMPACT.fullmatch(raw):
        return _sealed(inspection)
    # 3
    if b"TrustServiceStatusList" in raw.replace(b"\x00", b"") and _begins_as_xml(raw):
        return _list(inspection)
    if turtle.looks_like_turtle(raw):
        return _turtle(inspection)
    # 4
    if _begins_as_xml(raw):
        return _markup(inspection)
    _refuse_crowds(raw)
    document = read_json(raw, max_bytes=MOST_BYTES)
    if isinstance(document, dict) and ("signatures" in document or "signature" in document):
        if is_sd_jwt_json(document):
            return _proved(inspection, "sdjwt")
        return _sealed(inspection)
    # 5
    if _has_proofs(document):
        return _proved(inspection, "dataintegrity")
    inspection.document = document
    return [_content(inspection)]


def _refuse_sizes(raw: bytes) -> None:
    if not raw.strip():
        raise UnreadableError("The file is empty.")
    if len(raw) > MOST_BYTES:
        raise UnreadableError(
            f"The file is larger than {MOST_BYTES // 1_000_000} MB; no credential is that large."
        )


def _certificate(inspection: Inspection) -> list[Finding]:
    """Open a PDF and go on with the credential attached to it."""
    from tessera.verify.certificate import unwrap

    inspection.pdf, said = unwrap(inspection.raw)
    inspection.raw = inspection.pdf.document
    return [said, *recognise(inspection)]


def _begins_as_xml(raw: bytes) -> bool:
    head = raw[:64].removeprefix(_BYTE_ORDER_MARK).lstrip()
    return head.startswith((b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<"))


def _list(inspection: Inspection) -> list[Finding]:
    from tessera.verify.lists import open_list

    opened = open_list(inspection.raw)
    if opened is None or inspection.pdf is not None:
        raise UnreadableError(_XML)
    inspection.trusted_list, finding = opened
    inspection.format = "etsi-tl"
    return [finding]


def _entities(inspection: Inspection) -> list[Finding]:
    """Open a list of trusted entities, sealed or not."""
    if inspection.pdf is not None:
        raise UnreadableError("It is a list of trusted entities, not a credential.")
    inspection.trusted_list, finding = entities.open_entities(inspection.raw)
    inspection.format = "etsi-lote"
    return [finding]


def _markup(inspection: Inspection) -> list[Finding]:
    """Go on with XML or a picture of a format that is read; its bytes are the document."""
    inspection.document = inspection.raw
    said = _content(inspection, advice=True)
    if inspection.format is None:
        from tessera.standards.xmltext import read_xml

        read_xml(inspection.raw)  # says what is wrong with markup that attacks
        raise UnreadableError(_XML)
    return [said]


def _picture(inspection: Inspection) -> list[Finding]:
    """Take the badge out of a picture and go on with that; without one it is mere evidence."""
    from tessera.formats.openbadges.baking import unbake

    badge = unbake(inspection.raw)
    if badge is None:
        return _markup(inspection)
    if inspection.is_from_picture:
        raise UnreadableError("It is a picture within a picture; no badge is made like that.")
    inspection.is_from_picture = True
    inspection.raw = badge
    said = Finding.passed(
        "parse.baked", "It is a picture with a badge in it.",
        source="1EdTech Open Badges 3.0 section 5.3",
    )  # fmt: skip
    return [said, *recognise(inspection)]


def _refuse_crowds(text: bytes) -> None:
    if text.count(b",") > MOST_COMMAS:
        raise JsonRefused(
            "The text holds far more values than any credential, so it was not read.",
            reason="too-many-values",
        )


def _sealed(inspection: Inspection) -> list[Finding]:
    opened = MECHANISMS[0].open(inspection.raw, inspection.circumstances.detached)
    inspection.opened = opened
    findings = [
        Finding.passed(
            "parse.seal",
            f"It is a sealed file (JWS, {opened.serialization}).",
            source="ETSI TS 119 182-1 clause 5; RFC 7515",
        )
    ]
    try:
        _refuse_crowds(opened.document)
        inspection.document = read_json(opened.document, max_bytes=MOST_BYTES)
    except UnreadableError as error:
        findings.append(_unread(opened, error))
    else:
        findings.append(_content(inspection, advice=True))
    return findings


def _proved(inspection: Inspection, id: str) -> list[Finding]:
    """Open a seal of the family of Verifiable Credentials and what it seals."""
    mechanism = next(one for one in PROOFS if one.id == id)
    opened = mechanism.open(inspection.raw)
    inspection.proofs = opened
    inspection.document = opened.document
    said = Finding.passed(
        "parse.seal",
        f"It is a sealed file ({_SEALS[id]}).",
        evidence={"form": opened.serialization},
        source="W3C Verifiable Credentials Data Model 2.0 section 4.12",
    )
    return [said, _content(inspection, advice=True)]


def token_kind(raw: bytes) -> str | None:
    """Return the mechanism that opens these bytes, if they are a token of credentials."""
    if raw[:2] in _COSE or raw[:3] == _COSE_TEXT:
        return "vccose"
    if _DISCLOSING.fullmatch(raw):
        return "sdjwt"
    if _COMPACT.fullmatch(raw) and (is_jwt(raw) or not is_advanced(raw)):
        return "vcjose"
    return None


def _has_proofs(document: Any) -> bool:
    """A proof is an object; a text in its place is a placeholder and seals nothing."""
    if not isinstance(document, dict):
        return False
    stated = document.get("proof")
    return isinstance(stated, dict) or (
        isinstance(stated, list) and any(isinstance(one, dict) for one in stated)
    )


def _unread(opened: Opened, error: UnreadableError) -> Finding:
    """State why the sealed content was not read; what readers could read differently fails."""
    reason = getattr(error, "reason", "")
    if reason in _REFUSED:
        return Finding.failed(
            f"parse.{reason}", f"The sealed content is refused. {error}", source=_SOURCE
        )
    said = str(error) if opened.document else "The sealed document lies elsewhere."
    return Finding.indeterminate(
        "parse.content",
        f"The sealed content is not a credential that can be read here. {said}",
        source=_SOURCE,
        advice=True,
    )


def _turtle(inspection: Inspection) -> list[Finding]:
    graph = turtle.read_turtle(inspection.raw)
    inspection.turtle = True
    inspection.format = "elm"
    inspection.document = graph
    return [
        Finding.passed(
            "parse.turtle", "It is a credential of the European Learning Model in Turtle.",
            source="RDF 1.1 Turtle",
        )
    ]  # fmt: skip


def _content(inspection: Inspection, *, advice: bool = False) -> Finding:
    """Say whether the document is a credential we know; alone it has to be one."""
    known = read_content(inspection)
    if known is not None:
        return Finding.passed(
            "parse.format", f"It is: {known.title}.", evidence={"format": known.id},
            source="house rule",
        )  # fmt: skip
    sentence = (
        "It is JSON, but not a credential of a format that Tessera reads: its type and context "
        "name none."
    )
    if advice:
        return Finding.indeterminate("parse.content", sentence, source=_SOURCE, advice=True)
    return Finding.failed("parse.format", sentence, source=_SOURCE)
