"""A PDF, a picture or an unsigned JSON record as evidence that nobody has verified.

`read_evidence` states the facts of a file and what it says of itself, `claimed` adds what the
holder says that it proves. The format exists so that such a file is recognised as what it is;
it holds no record, so it is neither decoded nor written.

Source: house rule (DESIGN section 5, journey 4: evidence); R122.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.formats.imports.reading import ReadOnly
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.model import Learner, MicroCredential
    from tessera.model.evidence import Evidence
    from tessera.standards.locate import Library

MOST_BYTES = 20_000_000
_PDF, _PNG, _JPEG = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SVG = ("http://www.w3.org/2000/svg", "svg")
# What an unsigned record of learning says: what was learned, and by or from whom.
_WHAT = frozenset({"title", "name", "course", "coursename", "qualification", "badge"})
_WHO = frozenset({
    "issuer", "institution", "organisation", "organization", "provider", "university", "school",
    "learner", "student", "recipient", "holder", "awardedto", "fullname",
})  # fmt: skip
_SEALS = frozenset({"proof", "proofs", "signature", "signatures"})
_MOST_TEXTS, _LONGEST = 30, 300


class EvidenceFormat(ReadOnly):
    """Files that prove nothing by themselves; recognised, never decoded."""

    id = "evidence"
    title = "Unverified evidence"
    media_types = ("application/pdf", "image/png", "image/jpeg", "image/svg+xml",
                   "application/json")  # fmt: skip

    def recognises(self, document: Any) -> bool:
        """Tell whether this is a PDF or a picture (bytes), or an unsigned record (JSON)."""
        if isinstance(document, bytes):
            return media_type(document) is not None
        return is_record(document)

    def decode(self, document: Any) -> None:
        """Nothing: what such a file says is not a record that anybody vouches for.

        Raises: UnreadableError when it is no evidence of these kinds.
        """
        if not self.recognises(document):
            raise UnreadableError("This is neither a PDF, a picture nor a record in JSON.")

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG002
        """Say that it is evidence which a person has to judge."""
        kind = media_type(document) if isinstance(document, bytes) else None
        if kind is None and not is_record(document):
            message = "There is nothing in this file that could be taken as evidence."
            return (Finding.failed("evidence.none", message, source="house rule"),)
        return (
            Finding.indeterminate(
                "evidence.unverified",
                f"It is unverified evidence ({kind or 'a record in JSON of no known form'}): what "
                "it says is vouched for by nobody that a program could ask. A person has to judge "
                "it, and ask who issued it.",
                path="",
                source="house rule",
            ),
        )


def media_type(raw: bytes) -> str | None:
    """Return the media type of a PDF or picture by its first bytes, or None."""
    begins = raw[:64].lstrip()
    if begins.startswith(_PDF):
        return "application/pdf"
    if begins.startswith(_PNG):
        return "image/png"
    if begins.startswith(_JPEG):
        return "image/jpeg"
    from tessera.standards.xmltext import root_name

    return "image/svg+xml" if root_name(raw) == _SVG else None


def is_record(document: Any) -> bool:
    """Tell whether an unsigned JSON object says what was learned, and by or from whom."""
    if not isinstance(document, dict) or _SEALS & document.keys():
        return False
    names = {str(name).replace("_", "").lower() for name in document}
    return bool(names & _WHAT) and bool(names & _WHO)


def read_evidence(raw: bytes) -> Evidence:
    """State the facts of a file and what it says of itself; nothing is verified.

    Raises: UnreadableError for an empty or too large file, or of another kind.
    """
    import hashlib

    from tessera.model.evidence import Evidence

    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"Evidence has at most {MOST_BYTES // 1_000_000} MB.")
    kind = media_type(raw)
    if kind is not None:
        said = tuple(_picture(raw, kind))
    else:
        kind, said = "application/json", tuple(_record(raw))
    return Evidence(
        sha256=hashlib.sha256(raw).hexdigest(), media_type=kind, size=len(raw), read=said
    )


def claimed(
    evidence: Evidence, by: Learner, what: MicroCredential, statement: str | None = None
) -> Evidence:
    """Add what the holder says that a file proves, beside what was read in it."""
    from tessera.model.evidence import Claim

    return replace(evidence, claim=Claim(by=by, micro_credential=what, statement=statement))


def _picture(raw: bytes, kind: str) -> Iterator[tuple[str, str]]:
    if kind == "application/pdf":
        yield "PDF version", raw[:64].lstrip()[5:8].decode("ascii", "replace")
    elif kind == "image/png" and len(raw) >= 24:
        width, height = int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
        yield "Size", f"{width} x {height} pixels"


def _record(raw: bytes) -> Iterator[tuple[str, str]]:
    from tessera.standards.jsontext import JsonRefused, read_json

    try:
        document = read_json(raw, max_bytes=MOST_BYTES, keep_numbers=True)
    except JsonRefused as error:
        raise UnreadableError(
            f"This is neither a PDF, a picture nor a record in JSON. {error}"
        ) from error
    if not is_record(document):
        raise UnreadableError("The JSON does not say what was learned, and by or from whom.")
    for name, value in list(document.items())[:_MOST_TEXTS]:
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        yield name[:_LONGEST], text[:_LONGEST]


EVIDENCE = EvidenceFormat()
