"""The nine checks of a verification, one function each, in the order of the report.

Each takes the inspection and returns findings; it may rely on what earlier steps
left there, and says NOT_APPLICABLE or INDETERMINATE where they left nothing.
Source: DESIGN section 5, journey 2; ETSI EN 319 102-1 for seal, signer and time.
"""

from __future__ import annotations

from collections.abc import Iterable

from tessera.errors import StandardsError, TesseraError, UnreadableError
from tessera.registry import FORMATS
from tessera.report import Finding, Outcome, Report
from tessera.verify import ades, proofs
from tessera.verify.content import agreement_findings, import_findings
from tessera.verify.examination import Inspection
from tessera.verify.page import page_seal, page_signer, page_times
from tessera.verify.period import period_findings
from tessera.verify.presented import part_findings
from tessera.verify.recognise import recognise
from tessera.verify.signers import deciding, held_by
from tessera.verify.standing import status_findings

_NO_PDF = "pdf-seal"  # of tessera.seals.pades: what reads a PDF is not installed


def parse(inspection: Inspection) -> Iterable[Finding]:
    """Find out what the bytes are; a file that is nothing we read is FAILED."""
    try:
        return recognise(inspection)
    except UnreadableError as error:
        reason = getattr(error, "reason", "unreadable")
        path = getattr(error, "path", None)
        return [
            Finding.failed(
                f"parse.{reason}", str(error), path=path or None, source="RFC 8259; RFC 7493"
            )
        ]
    except TesseraError as error:
        if not isinstance(error, StandardsError) and error.code != _NO_PDF:
            raise
        return [Finding.indeterminate("parse.not-installed", str(error), source="house rule")]


def seal(inspection: Inspection) -> Iterable[Finding]:
    """Every signature is intact, and every body that must seal has sealed."""
    if inspection.trusted_list is not None:
        return inspection.trusted_list.seal()
    if inspection.proofs is not None:
        return [*proofs.seal(inspection), *page_seal(inspection)]
    if inspection.opened is None:
        return [_proof(inspection) or _unsealed(), *page_seal(inspection)]
    return [*ades.seal(inspection), *page_seal(inspection)]


def _unsealed() -> Finding:
    return Finding.not_applicable(
        "seal.absent",
        "There is no seal on this file.",
        source="Council Recommendation 2022/C 243/02, Annex II, principle 9",
    )


def _proof(inspection: Inspection) -> Finding | None:
    document = inspection.document
    if not isinstance(document, dict) or not document.get("proof"):
        return None
    return Finding.indeterminate(
        "seal.not-read",
        "The credential carries a proof of a kind that Tessera does not check yet.",
        path="/proof",
        source="W3C Verifiable Credential Data Integrity 1.0 section 2",
    )


def signer(inspection: Inspection) -> Iterable[Finding]:
    """The certificates of the seals that decide lead to authorities the verifier trusts."""
    if inspection.trusted_list is not None:
        return inspection.trusted_list.signer(inspection.circumstances)
    if inspection.proofs is not None:
        return [*proofs.signer(inspection), *page_signer(inspection), *import_findings(inspection)]
    if inspection.opened is None:
        return [Finding.not_applicable("signer.no-seal", "Without a seal there is no signer.")]
    return [*ades.signer(inspection), *page_signer(inspection), *import_findings(inspection)]


def time(inspection: Inspection) -> Iterable[Finding]:
    """The seal was made, and certificate and credential were valid, when it counts."""
    if inspection.trusted_list is not None:
        return inspection.trusted_list.time(inspection.circumstances)
    period = list(period_findings(inspection))
    if inspection.proofs is not None:
        return [*proofs.time(inspection), *page_times(inspection), *period]
    if inspection.opened is None:
        absent = "Without a seal there is no sealing time."
        return [Finding.not_applicable("time.no-seal", absent), *period]
    return [*ades.time(inspection), *page_times(inspection), *period]


def status(inspection: Inspection) -> Iterable[Finding]:
    """Whether the credential was withdrawn, by the lists that it names."""
    return status_findings(inspection)


def schema(inspection: Inspection) -> Iterable[Finding]:
    """The document follows the official application profile."""
    if inspection.trusted_list is not None:
        return inspection.trusted_list.schema(inspection.circumstances)
    if inspection.format is None:
        no_format = Finding.not_applicable(
            "schema.no-format", "The content is of no format with an official schema here."
        )
        return [no_format, *proofs.form(inspection)]
    circumstances = inspection.circumstances
    if inspection.turtle:
        from tessera.formats.elm import turtle

        return turtle.check(inspection.document, circumstances.library)
    library = circumstances.library if circumstances.use_shapes else None
    known = next(one for one in FORMATS if one.id == inspection.format)
    return [
        *known.check(inspection.document, library),
        *agreement_findings(inspection),
        *proofs.form(inspection),
    ]


def elements(inspection: Inspection) -> Iterable[Finding]:
    """The standard elements of the chosen list are there (they make it complete, not genuine)."""
    decoded = inspection.decoded
    if decoded is None:
        return [Finding.not_applicable("elements.no-record", "There is no record to look at.")]
    from tessera.quality import ects, elements, levels

    report = elements.examine(
        decoded.award,
        inspection.circumstances.element_list,
        sealed=bool(inspection.signers),
        places=decoded.places,
    )
    description = decoded.award.micro_credential
    remarks = (*ects.examine(decoded.award), *levels.examine(description))
    # Contradictions in workload and level are said, but do not make an element missing.
    return [*report.findings(), *(ades.as_advice(one) for one in remarks if _is_remark(one))]


def issuer(inspection: Inspection) -> Iterable[Finding]:
    """The issuer is the one the certificate names, and was quality-assured at the award."""
    decoded = inspection.decoded
    if decoded is None:
        return [Finding.not_applicable("issuer.no-record", "There is no issuer to look at.")]
    from tessera.verify.issuer import certificate_findings, quality_findings, register_finding

    return [
        *certificate_findings(decoded.award, tuple(held_by(deciding(inspection)))),
        *quality_findings(decoded.award),
        register_finding(decoded.award),
    ]


def parts(inspection: Inspection) -> Iterable[Finding]:
    """The credentials inside hold; those that are only named are for the verifier to get."""
    if inspection.embedded:
        return part_findings(inspection)
    decoded = inspection.decoded
    if decoded is None or not decoded.award.parts:
        return [Finding.not_applicable("parts.none", "It is not made of other credentials.")]
    return [
        Finding.indeterminate(
            "parts.not-read",
            f"It is made of {len(decoded.award.parts)} other credentials, which are not in this "
            "file. Verify each of them.",
            source="house rule",
        )
    ]


def seal_class(inspection: Inspection, report: Report) -> str:
    """Name the class: broken, test, qualified, advanced-trusted or advanced-unknown."""
    if report.step("seal").outcome is Outcome.FAILED:
        return "broken"
    if _is_test(inspection):
        return "test"
    if report.step("signer").outcome is not Outcome.PASSED:
        return "advanced-unknown"
    listed = [one.listed for one in deciding(inspection)]
    is_qualified = all(one is not None and one.seal_class == "qualified" for one in listed)
    return "qualified" if listed and is_qualified else "advanced-trusted"


def _is_test(inspection: Inspection) -> bool:
    """A certificate says so, or, where a seal brings none, the credential; or one inside."""
    chosen = deciding(inspection)
    says_so = inspection.decoded is not None and inspection.decoded.award.is_test
    return (
        any(one.is_test for one in held_by(chosen))
        or (says_so and any(one.facts is None for one in chosen))
        or any(part.is_test for part in inspection.parts or ())
    )


def _is_remark(finding: Finding) -> bool:
    return finding.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)
