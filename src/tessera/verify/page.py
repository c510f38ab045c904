"""The seal on the page of a certificate, in the steps `seal`, `signer` and `time`.

It decides as the seals of the credential do: a certificate is only as good as both. Where
the file is no PDF, nothing is said.

Source: WIRE-ELM section 7; ETSI EN 319 142-1; ETSI EN 319 102-1 for signer and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tessera.report import Finding
from tessera.verify.examination import Inspection, Signer
from tessera.verify.signers import held_by
from tessera.verify.timing import best_time, times
from tessera.verify.vouching import vouch


def page_seal(inspection: Inspection) -> list[Finding]:
    """The page has one intact seal, of the issuer, and says what the credential says."""
    if inspection.pdf is None:
        return []
    from tessera.verify.certificate import holder, seal_findings

    opened = inspection.pdf
    if opened.signatures and opened.signatures[0].certificates:
        signature = opened.signatures[0]
        inspection.page = Signer(
            signature=signature, certificate=signature.certificates[0], facts=holder(opened)
        )
    award = inspection.decoded.award if inspection.decoded else None
    return list(seal_findings(opened, award, tuple(held_by(inspection.signers))))


def page_signer(inspection: Inspection) -> list[Finding]:
    """The certificate of the page's seal leads to an authority the verifier trusts."""
    one = inspection.page
    if one is None or one.certificate is None:
        return []
    proved_at = best_time(one, inspection.circumstances).proved_at
    pool = one.signature.certificates[1:]
    return list(_placed(vouch(one, pool, inspection.circumstances, proved_at), inspection))


def page_times(inspection: Inspection) -> list[Finding]:
    """The certificate of the page's seal was valid when it counts."""
    one = inspection.page
    if one is None or one.path is None:
        return []
    return list(_placed(times(one, inspection), inspection))


def _placed(findings: Iterable[Finding], inspection: Inspection) -> Iterator[Finding]:
    """Place findings at the page; remarks on a certificate of both seals are not said twice."""
    page = inspection.page
    twice = page is not None and any(
        one.certificate == page.certificate for one in inspection.signers
    )
    for one in findings:
        if not (one.advice and twice):
            yield one if one.path else replace(one, path="/pdf")
