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

    def seal(self) -> Iterable[Finding]:
        """The signature covers the whole list and holds."""
        from tessera.trust.lists.signature import verify_signature

        self.verified = verify_signature(self.raw)
        return self.verified.findings

    def signer(self, circumstances: Circumstances) -> Iterable[Finding]:
        """The signer is one whom the list of lists, or the verifier, names."""
        if self._certificate is None:
            return [_open("list.signer.none", "Nobody is known to have signed this list.")]
        holder = describe(self._certificate).holder
        if any(self._certificate == one.certificate for one in circumstances.anchors):
            message = f"It is signed by {holder}, whom you trust."
            return [Finding.passed("list.signer", message, source=_SIGNER)]
        if circumstances.lists is None:
            return [
                _open(
                    "list.signer.unknown",
                    f"It is signed by {holder}. Whether the list of lists names this signer is "
                    "not known, because there are no trusted lists here. Run: tessera trust "
                    "update.",
                )
            ]
        named = circumstances.lists.signers_for(self.claims, circumstances.at)
        return [_named(self._certificate, holder, self.claims, named)]

    def time(self, circumstances: Circumstances) -> Iterable[Finding]:
        """The list is the current one, and its signer's certificate was valid at its issue."""
        from tessera.trust.lists.validity import dates_of, signer_dates

        found = list(dates_of(self.claims, circumstances.at))
        if self._certificate is not None:
            found.append(signer_dates(self._certificate, self.claims))
        return found

    def schema(self, circumstances: Circumstances) -> Iterable[Finding]:
        """The list follows the official schema."""
        from tessera.trust.lists.schema import schema_findings

        return schema_findings(self.root, self.claims.version, circumstances.library)

    def facts(self, report: Report) -> SealFacts | None:
        """Return the signature of the list in short; None when it is not signed."""
        verified = self.verified
        if verified is None or verified.algorithm is None:
            return None
        return facts_of("xades", verified.algorithm, verified.certificate, report)

    @property
    def _certificate(self) -> bytes | None:
        return self.verified.certificate if self.verified else None


def facts_of(
    mechanism: str, algorithm: str | None, certificate: bytes | None, report: Report
) -> SealFacts:
    """Return the seal of any list in short, by what its steps found."""
    intact = report.step("seal").outcome is Outcome.PASSED
    is_trusted = report.step("signer").outcome is Outcome.PASSED
    return SealFacts(
        mechanism=mechanism,
        algorithm=algorithm,
        level="B-B",
        intact=intact,
        seal_class=("advanced-trusted" if is_trusted else "advanced-unknown")
        if intact
        else "broken",
        signers=() if certificate is None else (describe(certificate).holder,),
    )


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


def _open(rule: str, message: str) -> Finding:
    return Finding.indeterminate(rule, message, source=_SIGNER)
