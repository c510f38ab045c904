"""A trusted list judged by itself: the steps `parse`, `seal`, `signer`, `time`, `schema`.

The signature is computed with the certificate that the list itself names; the step
`signer` asks whether the list of lists, or the verifier, names that certificate.
Source: ETSI TS 119 612 V2.4.1; ETSI TS 119 615 V1.2.1 clauses 4.1 and 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tessera.report import Finding, Outcome, Report
from tessera.seals.certificates import describe
from tessera.verify.examination import Circumstances, SealFacts

if TYPE_CHECKING:
    from tessera.trust.lists.hierarchy import Refused
    from tessera.trust.lists.model import TrustedList
    from tessera.trust.lists.signature import Verified

_SIGNER = "ETSI TS 119 615 clauses 4.1 and 4.2"


class ListFile:
    """A list under judgement: its tree, what it claims, and how its signature came out."""

    def __init__(self, root: Any, raw: bytes) -> None:
        from tessera.trust.lists.read import read_list

        self.root, self.raw = root, raw
        self.claims: TrustedList = read_list(root)
        self.verified: Verified | None = None


def open_list(raw: bytes) -> tuple[ListFile, Finding] | None:
    """Return the list and the finding of the step `parse`; None for other XML.

    Raises: UnreadableError for XML that is not read, StandardsError without the extra.
    """
    from tessera.trust.lists.markup import read_xml
    from tessera.trust.lists.read import is_list

    root = read_xml(raw)
    if not is_list(root):
        return None
    held = ListFile(root, raw)
    title = held.claims.title
    return held, Finding.passed(
        "list.parse", f"It is {title}.", source="ETSI TS 119 612 clause 5.1"
    )


def seal(held: ListFile) -> Iterable[Finding]:
    """The signature covers the whole list and holds."""
    from tessera.trust.lists.signature import verify_signature

    held.verified = verify_signature(held.raw)
    return held.verified.findings


def signer(held: ListFile, circumstances: Circumstances) -> Iterable[Finding]:
    """The signer is one whom the list of lists, or the verifier, names."""
    certificate = held.verified.certificate if held.verified else None
    if certificate is None:
        return [_open("list.signer.none", "Nobody is known to have signed this list.")]
    holder = describe(certificate).holder
    if any(certificate == one.certificate for one in circumstances.anchors):
        return [
            Finding.passed(
                "list.signer", f"It is signed by {holder}, whom you trust.", source=_SIGNER
            )
        ]
    if circumstances.lists is None:
        return [
            _open(
                "list.signer.unknown",
                f"It is signed by {holder}. Whether the list of lists names this signer is not "
                "known, because there are no trusted lists here. Run: tessera trust update.",
            )
        ]
    named = circumstances.lists.signers_for(held.claims, circumstances.at)
    return [_named(certificate, holder, held.claims, named)]


def _named(
    certificate: bytes, holder: str, claims: TrustedList, named: tuple[bytes, ...] | Refused
) -> Finding:
    if not isinstance(named, tuple):
        return _open("list.signer.unknown", f"It is signed by {holder}. {named.finding.message}")
    if certificate in named:
        return Finding.passed(
            "list.signer",
            f"It is signed by {holder}, whom the list of lists names for it.",
            source=_SIGNER,
        )
    return Finding.failed(
        "list.signer",
        f"It is signed by {holder}, whom the list of lists does not name for a list of "
        f"{claims.territory or 'no territory'}.",
        source=_SIGNER,
    )


def time(held: ListFile, circumstances: Circumstances) -> Iterable[Finding]:
    """The list is the current one, and its signer's certificate was valid at its issue."""
    from tessera.trust.lists.validity import dates_of, signer_dates

    certificate = held.verified.certificate if held.verified else None
    found = list(dates_of(held.claims, circumstances.at))
    if certificate is not None:
        found.append(signer_dates(certificate, held.claims))
    return found


def schema(held: ListFile, circumstances: Circumstances) -> Iterable[Finding]:
    """The list follows the official schema."""
    from tessera.trust.lists.schema import schema_findings

    return schema_findings(held.root, held.claims.version, circumstances.library)


def seal_facts(held: ListFile, report: Report) -> SealFacts | None:
    """Return the signature of the list in short; None when it is not signed."""
    verified = held.verified
    if verified is None or verified.algorithm is None:
        return None
    intact = report.step("seal").outcome is Outcome.PASSED
    is_trusted = report.step("signer").outcome is Outcome.PASSED
    signer = () if verified.certificate is None else (describe(verified.certificate).holder,)
    return SealFacts(
        mechanism="xades",
        algorithm=verified.algorithm,
        level="B-B",
        intact=intact,
        seal_class=("advanced-trusted" if is_trusted else "advanced-unknown")
        if intact
        else "broken",
        signers=signer,
    )


def _open(rule: str, message: str) -> Finding:
    return Finding.indeterminate(rule, message, source=_SIGNER)
