"""The seal on the page of a certificate, in the steps `seal`, `signer` and `time`.

It decides as the seals of the credential do: a certificate is only as good as both. Its
timestamps and its validation data are weighed by the same code; its document timestamps
cover the attached credential as well, so they prove of its seals what they prove of the
page's. Where the file is no PDF, nothing is said.

Source: WIRE-ELM section 7; ETSI EN 319 142-1; ETSI EN 319 102-1 for signer and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tessera.report import Finding, Outcome, Report, worst
from tessera.trust.revocation import is_covered
from tessera.verify.examination import Inspection, PageFacts, Signer
from tessera.verify.signers import held_by
from tessera.verify.timing import best_time, in_file, times
from tessera.verify.vouching import vouch

if TYPE_CHECKING:
    from tessera.seals.levels import IsCovered
    from tessera.seals.pades import OpenedPdf
    from tessera.seals.protocol import ValidationData

_PLACE = "/pdf"


def page_seal(inspection: Inspection) -> list[Finding]:
    """The page has one intact seal, of the issuer, and says what the credential says."""
    if inspection.pdf is None:
        return []
    from tessera.verify.certificate import seal_findings

    opened = inspection.pdf
    award = inspection.decoded.award if inspection.decoded else None
    findings = list(seal_findings(opened, award, tuple(held_by(inspection.signers))))
    inspection.page = _page(opened)
    if not any(one.outcome is Outcome.FAILED for one in findings):
        for signer in inspection.signers:
            signer.host = inspection.page
    level = inspection.page.level if inspection.page else None
    remark = level.finding() if level else None
    return [
        replace(one, path=one.path or _PLACE)
        for one in (*findings, *(() if remark is None else (remark,)))
    ]


def _page(opened: OpenedPdf) -> Signer | None:
    """Return the seal of the page, with its timestamps and the level that holds."""
    from tessera.verify.certificate import holder

    if len(opened.signatures) != 1 or not opened.signatures[0].certificates:
        return None
    signature = opened.signatures[0]
    one = Signer(
        signature=signature,
        certificate=signature.certificates[0],
        facts=holder(opened),
        timestamps=opened.long_term.timestamps,
    )

    def within(store: ValidationData) -> IsCovered:
        held = replace(signature, validation_data=store)
        data = in_file(Signer(signature=held, certificate=one.certificate, facts=one.facts,
                              timestamps=one.timestamps))  # fmt: skip
        known = replace(data, certificates=in_file(one).certificates)
        return lambda certificate: is_covered(certificate, known)

    one.level = opened.long_term.level_of(one.certificate, within)
    return one


def page_signer(inspection: Inspection) -> list[Finding]:
    """The certificate of the page's seal leads to an authority the verifier trusts."""
    one = inspection.page
    if one is None or one.certificate is None:
        return []
    proved_at = best_time(one, inspection.circumstances).proved_at
    data = one.signature.validation_data
    pool = (*one.signature.certificates[1:], *data.certificates)
    return list(_placed(vouch(one, pool, inspection.circumstances, proved_at), inspection))


def page_times(inspection: Inspection) -> list[Finding]:
    """The certificate of the page's seal was valid when it counts."""
    one = inspection.page
    if one is None or one.path is None:
        return []
    return list(_placed(times(one, inspection), inspection))


def _placed(findings: Iterable[Finding], inspection: Inspection) -> Iterator[Finding]:
    """Place findings at the page; remarks on a certificate of both seals are not said twice.

    Those on a timestamp have their place already.
    """
    page = inspection.page
    twice = page is not None and any(
        one.certificate == page.certificate for one in inspection.signers
    )
    for one in findings:
        if one.path or not (one.advice and twice):
            yield one if one.path else replace(one, path=_PLACE)


def page_facts(inspection: Inspection, report: Report) -> PageFacts | None:
    """Return the seal of the page in short; None where the file is no PDF."""
    if inspection.pdf is None:
        return None
    one = inspection.page
    outcome = worst(
        finding.outcome
        for finding in report.step("seal").findings
        if not finding.advice and (finding.path or "").startswith(_PLACE)
    )
    intact = {Outcome.PASSED: True, Outcome.FAILED: False}.get(outcome)
    return PageFacts(
        level=one.level.held if one and one.level else None,
        intact=intact,
        seal_class=_class(one, intact),
        signer=one.name if one else None,
    )


def _class(one: Signer | None, intact: bool | None) -> str:
    if intact is False or one is None:
        return "broken"
    if one.facts is not None and one.facts.is_test:
        return "test"
    if not one.is_trusted:
        return "advanced-unknown"
    is_qualified = one.listed is not None and one.listed.seal_class == "qualified"
    return "qualified" if is_qualified else "advanced-trusted"
