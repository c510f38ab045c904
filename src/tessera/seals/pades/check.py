"""Is the seal of a PDF intact, and does it hold the whole of it? Facts as findings.

Steps: 1 exactly one seal, made as a certifying PAdES signature, 2 exactly one attachment,
the source, 3 nothing that acts, 4 the signature covers every byte of its own revision,
5 later revisions add nothing but a DSS and document timestamps, 6 the signature fits,
7 timestamps were made for this very file.

Source: ETSI EN 319 142-1 clauses 5 and 6; ISO 32000-2 clause 12.8; for attacks on what a
signature covers: Mladenov et al., "1 Trillion Dollar Refund" (2019) and "Shadow Attacks" (2021).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tessera.report import Finding, Outcome
from tessera.seals.pades.coverage import is_whole
from tessera.seals.pades.objects import value_of
from tessera.seals.pades.read import OpenedPdf, broken, reader_of, seals_in
from tessera.seals.pades.stamps import SOURCE
from tessera.seals.timestamp.stamps import timestamp_findings

_BYTES = "ISO 32000-2 clause 12.8.1; ETSI EN 319 142-1 clause 5.4"
_SUBFILTER = "/ETSI.CAdES.detached"
_HASHES = frozenset({"sha256", "sha384", "sha512"})


def check(opened: OpenedPdf) -> tuple[Finding, ...]:
    """Return the findings `seal.pades.*` about one PDF; never raises for hostile content.

    Not checked: who is trusted, time, and whether the page says what the attachment says.
    """
    findings = [_source(opened), _still(opened)]
    if len(opened.signatures) != 1:
        return (*findings, _number(len(opened.signatures)))
    try:
        embedded = seals_in(reader_of(opened.raw))[0]
        findings.extend(finding for one in _RULES for finding in one(embedded, opened))
        findings.extend(timestamp_findings(opened.long_term.timestamps, SOURCE))
    except broken() as error:
        findings.append(
            Finding.failed(
                "seal.pades.signature",
                f"The seal of the PDF is malformed, so it proves nothing ({type(error).__name__}).",
                source="ETSI EN 319 142-1 clause 6.3",
            )
        )
    return tuple(findings)


def _said(rule: str, holds: bool, good: str, bad: str, source: str) -> Finding:
    return Finding(
        rule=rule,
        outcome=Outcome.PASSED if holds else Outcome.FAILED,
        message=good if holds else bad,
        source=source,
    )


def _number(seals: int) -> Finding:
    said = "The PDF carries no seal." if not seals else f"The PDF carries {seals} seals, not one."
    return Finding.failed(
        "seal.pades.signature",
        f"{said} Verify the attached credential on its own instead.",
        source="ETSI EN 319 142-1 clause 6.3",
    )


def _source(opened: OpenedPdf) -> Finding:
    attached = opened.attachments
    holds = len(attached) == 1 and attached[0].relationship == "/Source"
    return _said(
        "seal.pades.attachment",
        holds,
        "Exactly one file is attached, the source of the page.",
        f"The PDF has {len(attached)} attached files; a certificate has exactly one, which is "
        "declared as its source.",
        "ISO 32000-2 clause 14.13; house rule (one source)",
    )


def _still(opened: OpenedPdf) -> Finding:
    names = ", ".join(name.removeprefix("/") for name in opened.acting[:5])
    return _said(
        "seal.pades.active",
        not opened.acting,
        "The PDF holds no script, action, form, layer or annotation.",
        f"The PDF holds something that a certificate never has: {names}.",
        "ISO 19005-3 clauses 6.3 and 6.6; house rule",
    )


def _profile(embedded: Any, _: OpenedPdf) -> Iterator[Finding]:
    is_pades = str(value_of(embedded.sig_object, "/SubFilter")) == _SUBFILTER
    level = embedded.docmdp_level
    yield _said(
        "seal.pades.profile",
        is_pades and level is not None and level.value == 1,
        "The seal is a PAdES signature that certifies that nothing may change.",
        "The seal is no PAdES signature that forbids every change.",
        "ETSI EN 319 142-1 clause 6.3; ISO 32000-2 clause 12.8.2.2",
    )


def _covers(embedded: Any, opened: OpenedPdf) -> Iterator[Finding]:
    yield _said(
        "seal.pades.coverage",
        is_whole(embedded, opened.raw) and _ends(opened.raw),
        "The seal covers every byte of its revision of the file.",
        "The seal does not cover every byte of the file.",
        _BYTES,
    )


def _ends(raw: bytes) -> bool:
    """Tell whether nothing follows the end of the last revision."""
    return raw.rstrip(b"\r\n").endswith(b"%%EOF")


def _later(embedded: Any, _: OpenedPdf) -> Iterator[Finding]:
    from pyhanko.sign.diff_analysis import ModificationLevel

    embedded.compute_integrity_info()
    found = embedded.diff_result
    level = getattr(found, "modification_level", ModificationLevel.OTHER)
    yield _said(
        "seal.pades.revisions",
        level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES),
        "Nothing was added to the file after it was sealed, but what keeps the seal provable.",
        "The file was changed after it was sealed.",
        "ETSI EN 319 142-1 clause 5.4.2 (DSS, document timestamps); ISO 32000-2 clause 12.8.2.2",
    )


def _fits(embedded: Any, _: OpenedPdf) -> Iterator[Finding]:
    from pyhanko.sign.general import find_unique_cms_attribute
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    certificate = embedded.signer_cert
    digest = embedded.md_algorithm
    attributes = embedded.signer_info["signed_attrs"]
    find_unique_cms_attribute(attributes, "signing_certificate_v2")  # PAdES demands it
    intact, valid = validate_sig_integrity(
        embedded.signer_info, certificate, "data", embedded.compute_digest()
    )
    yield _said(
        "seal.pades.signature",
        intact and valid and digest in _HASHES,
        "The seal of the PDF is intact.",
        "The seal of the PDF does not fit: the file was changed, or the seal was.",
        "RFC 5652 clause 5.6; ETSI EN 319 122-1 clause 5.2.2.3",
    )


_RULES: tuple[Callable[[Any, OpenedPdf], Iterator[Finding]], ...] = (
    _profile, _covers, _later, _fits,
)  # fmt: skip
