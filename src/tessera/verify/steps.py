"""The nine checks of a verification, one function each, in the order of the report.

Each takes the inspection and returns findings; it may rely on what earlier steps
left there, and says NOT_APPLICABLE or INDETERMINATE where they left nothing.
Source: DESIGN section 5, journey 2; ETSI EN 319 102-1 for seal, signer and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome, Report, worst
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.jades import JADES
from tessera.seals.protocol import OpenedSignature
from tessera.trust.paths import validate_path
from tessera.trust.validity import validity_at
from tessera.verify.examination import Inspection
from tessera.verify.recognise import recognise
from tessera.verify.required import missing_seals

_ADES = "ETSI EN 319 102-1 clause 5.2"


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


def seal(inspection: Inspection) -> Iterable[Finding]:
    """Every signature is intact, and every body that must seal has sealed."""
    if inspection.opened is None:
        return [
            Finding.not_applicable(
                "seal.absent",
                "There is no seal on this file.",
                source="Council Recommendation 2022/C 243/02, Annex II, principle 9",
            )
        ]
    findings = [*JADES.check(inspection.opened), *missing_seals(inspection)]
    decided = worst(one.outcome for one in findings if not one.advice)
    inspection.intact = decided is Outcome.PASSED
    return findings


def signer(inspection: Inspection) -> Iterable[Finding]:
    """The certificate of each seal leads to an authority that the verifier trusts.

    Where several sealed and none is required, one trusted seal suffices; the others
    are still reported.
    """
    if inspection.opened is None:
        return [Finding.not_applicable("signer.no-seal", "Without a seal there is no signer.")]
    if not _has_certificates(inspection):
        return [
            Finding.indeterminate(
                "signer.no-certificate",
                "The seal brings no certificate, so nobody can be found behind it.",
                source=_ADES,
            )
        ]
    anchors = inspection.circumstances.anchors
    at = inspection.circumstances.at
    for signature in inspection.opened.signatures:
        pool = (*signature.certificates[1:], *signature.validation_data.certificates)
        leaf = signature.certificates[0] if signature.certificates else b""
        inspection.paths.append(validate_path(leaf, pool, anchors, at))
    best = min(
        (path.outcome for path in inspection.paths),
        key=(Outcome.PASSED, Outcome.INDETERMINATE, Outcome.FAILED).index,
    )
    one_suffices = best is Outcome.PASSED and not _seals_required(inspection)
    return [
        _as_advice(finding) if one_suffices and path.outcome is not Outcome.PASSED else finding
        for path in inspection.paths
        for finding in path.findings
    ]


def time(inspection: Inspection) -> Iterable[Finding]:
    """The seal was made, and its certificate valid, at the moment that counts."""
    if inspection.opened is None:
        return [Finding.not_applicable("time.no-seal", "Without a seal there is no sealing time.")]
    if not _has_certificates(inspection):
        return [
            Finding.indeterminate("time.no-certificate", "Without a certificate there is no time "
                                  "within which the seal was valid.", source=_ADES)
        ]  # fmt: skip
    return list(_times(inspection))


def _times(inspection: Inspection) -> Iterator[Finding]:
    assert inspection.opened is not None
    for signature, path in zip(inspection.opened.signatures, inspection.paths, strict=True):
        yield from validity_at(
            path.chain,
            inspection.circumstances.at,
            sealed_at=signature.claimed_at,
            expires_at=signature.expires_at,
        )
        if signature.level != "B-B":
            yield Finding.indeterminate(
                "time.timestamps",
                f"The seal carries timestamps (level {signature.level}); they were not "
                "recomputed, so only the time that the seal itself claims was used.",
                source="ETSI TS 119 182-1 clause 5.3.4",
                advice=True,
            )


def status(inspection: Inspection) -> Iterable[Finding]:
    """Whether the credential was withdrawn; status lists are read from their issue on."""
    document = inspection.document
    declared = document.get("credentialStatus") if isinstance(document, dict) else None
    if declared:
        return [
            Finding.indeterminate(
                "status.not-read",
                "The credential says where its withdrawal would be published, but that list was "
                "not read.",
                path="/credentialStatus",
                source="ELM 3.2, credentialStatus",
            )
        ]
    return [
        Finding.not_applicable(
            "status.none",
            "The credential names no place where a withdrawal would be published.",
            source="ELM 3.2, credentialStatus",
        )
    ]


def schema(inspection: Inspection) -> Iterable[Finding]:
    """The document follows the official application profile."""
    if inspection.format is None:
        return [
            Finding.not_applicable(
                "schema.no-format", "The content is of no format with an official schema here."
            )
        ]
    from tessera.formats.elm import FORMAT, turtle

    circumstances = inspection.circumstances
    if inspection.turtle:
        return turtle.check(inspection.document, circumstances.library)
    library = circumstances.library if circumstances.use_shapes else None
    return FORMAT.check(inspection.document, library)


def elements(inspection: Inspection) -> Iterable[Finding]:
    """The standard elements of the chosen list are there (they make it complete, not genuine)."""
    decoded = inspection.decoded
    if decoded is None:
        return [Finding.not_applicable("elements.no-record", "There is no record to look at.")]
    from tessera.quality import ects, elements, levels

    report = elements.examine(
        decoded.award,
        inspection.circumstances.element_list,
        sealed=inspection.opened is not None,
        places=decoded.places,
    )
    description = decoded.award.micro_credential
    remarks = (*ects.examine(decoded.award), *levels.examine(description))
    # Contradictions in workload and level are said, but do not make an element missing.
    return [*report.findings(), *(_as_advice(one) for one in remarks if _is_remark(one))]


def issuer(inspection: Inspection) -> Iterable[Finding]:
    """The issuer is the one the certificate names, and was quality-assured at the award."""
    decoded = inspection.decoded
    if decoded is None:
        return [Finding.not_applicable("issuer.no-record", "There is no issuer to look at.")]
    from tessera.verify.issuer import certificate_findings, quality_findings, register_finding

    return [
        *certificate_findings(decoded.award, _leaf_facts(inspection)),
        *quality_findings(decoded.award),
        register_finding(decoded.award),
    ]


def parts(inspection: Inspection) -> Iterable[Finding]:
    """The credentials it stacks; each is verified on its own."""
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
    """Name the class of the seal: broken, test, advanced-trusted or advanced-unknown."""
    if report.step("seal").outcome is Outcome.FAILED:
        return "broken"
    if any(facts.is_test for facts in _leaf_facts(inspection)):
        return "test"
    trusted = report.step("signer").outcome is Outcome.PASSED
    return "advanced-trusted" if trusted else "advanced-unknown"


def signer_names(inspection: Inspection) -> Iterator[str]:
    """The holders of the seal certificates, as the certificates name them."""
    for facts in _leaf_facts(inspection):
        yield facts.holder


def _leaf_facts(inspection: Inspection) -> list[CertificateFacts]:
    found = []
    signatures: tuple[OpenedSignature, ...] = (
        inspection.opened.signatures if inspection.opened else ()
    )
    for signature in signatures:
        for certificate in signature.certificates[:1]:
            try:
                found.append(describe(certificate))
            except UnreadableError:
                # Already a finding of the step `seal`.
                continue
    return found


def _has_certificates(inspection: Inspection) -> bool:
    opened = inspection.opened
    return opened is not None and any(one.certificates for one in opened.signatures)


def _seals_required(inspection: Inspection) -> bool:
    decoded = inspection.decoded
    return decoded is not None and bool(decoded.award.micro_credential.seals_required)


def _is_remark(finding: Finding) -> bool:
    return finding.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)


def _as_advice(finding: Finding) -> Finding:
    from dataclasses import replace

    outcome = finding.outcome
    if outcome is Outcome.FAILED:
        outcome = Outcome.INDETERMINATE
    return replace(finding, advice=True, outcome=outcome)
