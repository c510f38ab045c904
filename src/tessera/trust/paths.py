"""Does the certificate of a seal lead to an authority the verifier trusts?

1. Build: follow issuers by name and by verified signature, within a budget, so that
   a file full of look-alike certificates costs no more than a real one.
2. Validate each complete path by RFC 5280 section 6.1 with pyhanko-certvalidator,
   offline, at a moment when its certificates are valid: whether that moment is the
   right one belongs to the step `time` (`tessera.trust.validity`).
3. Look at what the certificate is for. Revocation: `tessera.trust.moments`.

Source: RFC 5280 section 6; ETSI EN 319 102-1 clauses 5.2.4 and 5.2.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome, worst
from tessera.seals.certificates import (
    SEALING_USAGES,
    CertificateFacts,
    describe,
    parse,
)
from tessera.seals.x509_faults import x509_faults
from tessera.trust.anchors import Anchor

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_DEPTH = 8
MAX_SIGNATURE_CHECKS = 64
MAX_CANDIDATES = 256
# serverAuth, clientAuth, codeSigning, timeStamping, OCSPSigning: a certificate for these
# alone seals nothing. Real e-seals often name some of them beside e-mail protection.
_OTHER_PURPOSES = frozenset(f"1.3.6.1.5.5.7.3.{number}" for number in (1, 2, 3, 8, 9))
# md5WithRSA, sha1WithRSA, ecdsa-with-SHA1, dsa-with-SHA1
_UNSAFE = frozenset(
    {"1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.2.840.10040.4.3"}
)
_SOURCE = "RFC 5280 section 6.1; ETSI EN 319 102-1 clause 5.2.6"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathResult:
    """Where the certificate leads.

    chain: DER certificates from the seal certificate to the anchor; only the seal
    certificate when no anchor was reached. findings are for the step `signer`.
    """

    outcome: Outcome
    chain: tuple[bytes, ...]
    findings: tuple[Finding, ...]


def validate_path(
    leaf: bytes, intermediates: Sequence[bytes], anchors: Sequence[Anchor], at: datetime
) -> PathResult:
    """Judge the path from a seal certificate (DER) to one of the anchors at `at` (aware).

    intermediates: certificates found with the seal; they are not trusted. Never raises
    for hostile certificates. Not checked: revocation, trusted lists, and whether the
    certificates are valid at `at` (see `tessera.trust.validity.validity_at`).
    """
    try:
        facts, certificate = describe(leaf), parse(leaf)
    except UnreadableError as error:
        unreadable = Finding.failed("signer.certificate", str(error), source="RFC 5280 section 4")
        return PathResult(outcome=Outcome.FAILED, chain=(leaf,), findings=(unreadable,))
    # 1, 2
    chain, about_path = _lead(certificate, leaf, _Search(intermediates, anchors), at)
    # 3
    findings = (about_path, *_usage(facts), *_remarks(facts))
    decided = worst(finding.outcome for finding in findings if not finding.advice)
    return PathResult(outcome=decided, chain=chain, findings=findings)


def lead(
    leaf: bytes, intermediates: Sequence[bytes], anchors: Sequence[Anchor], at: datetime
) -> PathResult:
    """Follow any certificate to an anchor, as `validate_path`, whatever it is for."""
    try:
        certificate = parse(leaf)
    except UnreadableError as error:
        unreadable = Finding.failed("signer.certificate", str(error), source="RFC 5280 section 4")
        return PathResult(outcome=Outcome.FAILED, chain=(leaf,), findings=(unreadable,))
    chain, finding = _lead(certificate, leaf, _Search(intermediates, anchors), at)
    return PathResult(outcome=finding.outcome, chain=chain, findings=(finding,))


class _Search:
    """The certificates at hand, and how many signatures may still be checked."""

    def __init__(self, intermediates: Sequence[bytes], anchors: Sequence[Anchor]) -> None:
        self.anchors = {anchor.certificate: anchor for anchor in anchors}
        self.trusted = [(anchor.certificate, parse(anchor.certificate)) for anchor in anchors]
        self.others = list(_readable(intermediates, set(self.anchors)))
        self.checks_left = MAX_SIGNATURE_CHECKS
        self.is_broken = False  # an anchor has the issuer's name and key id, not its signature
        self.is_weak = False  # a signature is of an algorithm that nobody verifies any more

    def paths(self, path: tuple[tuple[bytes, Certificate], ...]) -> Iterator[tuple[bytes, ...]]:
        """Yield complete paths (DER, leaf first, anchor last)."""
        head = path[-1]
        if head[0] in self.anchors:
            if len(path) == 1 or may_issue(self.anchors[head[0]].facts):
                yield tuple(der for der, _ in path)
            return
        if len(path) >= MAX_DEPTH:
            return
        for is_trusted, candidates in ((True, self.trusted), (False, self.others)):
            for candidate in candidates:
                if candidate not in path and self._issued(head[1], candidate[1], is_trusted):
                    yield from self.paths((*path, candidate))

    def _issued(self, certificate: Certificate, issuer: Certificate, is_trusted: bool) -> bool:
        from cryptography.exceptions import InvalidSignature

        if not _same_name(certificate, issuer) or self.checks_left == 0:
            return False
        self.checks_left -= 1
        try:
            certificate.verify_directly_issued_by(issuer)
        except InvalidSignature:
            # A namesake's own root claims to come from itself, not from whom you trust.
            if is_trusted and not _same_name(certificate, certificate):
                self.is_broken = self.is_broken or _same_key_id(certificate, issuer)
            return False
        except x509_faults():
            self.is_weak = self.is_weak or _is_unsafe(certificate)
            return False
        return True


def may_issue(anchor: CertificateFacts) -> bool:
    """Say whether a trusted certificate may vouch for others.

    Whoever trusts the seal certificate of one body trusts that body, not those it
    signs for. Version 1 certificates, which cannot say it, count when self-issued.
    Source: RFC 5280 section 6.1.4 (k) and (n).
    """
    if anchor.version < 3:
        return anchor.subject == anchor.issuer
    may_sign = anchor.key_usage is None or "key_cert_sign" in anchor.key_usage
    return anchor.is_authority and may_sign


def _readable(
    certificates: Sequence[bytes], trusted: set[bytes]
) -> Iterator[tuple[bytes, Certificate]]:
    for certificate in islice(dict.fromkeys(certificates), MAX_CANDIDATES):
        if certificate not in trusted:
            try:
                yield certificate, parse(certificate)
            except UnreadableError:
                continue


def _same_name(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        return certificate.issuer == issuer.subject
    except x509_faults():
        return False


def _is_unsafe(certificate: Certificate) -> bool:
    """Say whether a certificate is signed over MD5 or SHA-1, which the library refuses."""
    return certificate.signature_algorithm_oid.dotted_string in _UNSAFE


def _same_key_id(certificate: Certificate, issuer: Certificate) -> bool:
    """Say whether the key identifiers agree; when one is missing the name alone decides."""
    from cryptography import x509

    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509_faults():
        return True
    return named.value.key_identifier in (None, own.value.digest)


def _lead(
    certificate: Certificate, leaf: bytes, search: _Search, at: datetime
) -> tuple[tuple[bytes, ...], Finding]:
    """Return the best path and the finding about it."""
    rejected: tuple[tuple[bytes, ...], Finding] | None = None
    for chain in search.paths(((leaf, certificate),)):
        anchor = search.anchors[chain[-1]]
        problem = _invalid(chain, at)
        if problem is None:
            return chain, Finding.passed(
                "signer.trusted-anchor",
                f"The certificate leads to {anchor.facts.holder}, which you trust.",
                evidence={"anchor_sha256": anchor.facts.sha256, "length": len(chain)},
                source=_SOURCE,
            )
        rejected = rejected or (chain, problem)
    if rejected is not None:
        return rejected
    if search.is_broken:
        return (leaf,), Finding.failed(
            "signer.chain",
            "A certificate claims to come from an authority you trust, but that authority did "
            "not sign it.",
            source=_SOURCE,
        )
    return (leaf,), _weak() if search.is_weak else _unknown(search)


def _unknown(search: _Search) -> Finding:
    advice = (
        "Ask the issuer for the certificate of its authority, check it, and name it with --trust."
        if search.anchors
        else "No trusted authorities were given; name them with --trust."
    )
    return Finding.indeterminate(
        "signer.unknown-authority",
        "The certificate of the seal does not lead to an authority you trust, so it is not known "
        f"who made the seal. {advice}",
        evidence={"indication": "NO_CERTIFICATE_CHAIN_FOUND", "anchors": len(search.anchors)},
        source="ETSI EN 319 102-1 clause 5.2.6",
    )


def _invalid(chain: tuple[bytes, ...], at: datetime) -> Finding | None:
    """Validate one path by RFC 5280; None when it holds. The anchor's own dates do not count."""
    try:
        below = [describe(certificate) for certificate in chain[:-1]]
    except UnreadableError as error:
        return Finding.failed(
            "signer.chain",
            f"A certificate between the seal and the trusted authority is damaged. {error}",
            source=_SOURCE,
        )
    if not below:
        return None  # the certificate itself is trusted
    begins, ends = max(f.not_before for f in below), min(f.not_after for f in below)
    if begins > ends:
        return Finding.indeterminate(
            "signer.chain",
            "The certificates from the seal to the trusted authority were never valid at once.",
            source=_SOURCE,
        )
    return _rfc5280(chain, min(max(at.astimezone(UTC), begins), ends))


def _rfc5280(chain: tuple[bytes, ...], moment: datetime) -> Finding | None:
    try:
        import pyhanko_certvalidator.validate  # noqa: F401
    except ImportError:
        return _extra_missing()
    return _validated(chain, moment)


@lru_cache(maxsize=512)  # many seals share one certificate; the answer depends on nothing else
def _validated(chain: tuple[bytes, ...], moment: datetime) -> Finding | None:
    from asn1crypto.x509 import Certificate as Asn1Certificate
    from pyhanko_certvalidator.authority import CertTrustAnchor
    from pyhanko_certvalidator.context import ValidationContext
    from pyhanko_certvalidator.errors import DisallowedAlgorithmError, ValidationError
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.validate import validate_path as validate

    try:
        leaf, *middle, root = (Asn1Certificate.load(certificate) for certificate in chain)
        anchor: Any = CertTrustAnchor(root, quals=_limits(root))
        context = ValidationContext(
            trust_roots=[anchor], other_certs=middle, moment=moment, allow_fetching=False
        )
        validate(context, ValidationPath(anchor, list(reversed(middle)), leaf))
    except DisallowedAlgorithmError:
        return _weak()
    except x509_faults(ValidationError) as error:
        return Finding.failed(
            "signer.chain",
            "The certificates from the seal to the trusted authority break the rules for "
            "certificate paths.",
            evidence={"reason": str(error)[:300]},
            source=_SOURCE,
        )
    return None


def _weak() -> Finding:
    return Finding.indeterminate(
        "signer.algorithm",
        "A certificate between the seal and the trusted authority is signed with an algorithm "
        "that is no longer safe.",
        evidence={"indication": "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"},
        source="ETSI TS 119 312; ETSI EN 319 102-1 clause 5.2.7",
    )


def _limits(anchor: Any) -> Any:
    """Return the limits a trusted authority sets itself: path length and names.

    Source: RFC 5937 section 3.2.
    """
    from pyhanko_certvalidator.authority import TrustQualifiers, derive_quals_from_cert
    from pyhanko_certvalidator.policy_decl import PKIXValidationParams

    stated = derive_quals_from_cert(anchor).standard_parameters
    names = None
    if stated is not None:
        names = PKIXValidationParams(
            initial_permitted_subtrees=stated.initial_permitted_subtrees,
            initial_excluded_subtrees=stated.initial_excluded_subtrees,
        )
    return TrustQualifiers(standard_parameters=names, max_path_length=anchor.max_path_length)


def _extra_missing() -> Finding:
    return Finding.indeterminate(
        "signer.not-checked",
        "The path to the trusted authority was not checked, because the part of Tessera for that "
        "is not installed. Install it with: pip install 'tessera[trust]'.",
        source="house rule",
    )


def _usage(facts: CertificateFacts) -> Iterator[Finding]:
    if facts.purposes and facts.purposes <= _OTHER_PURPOSES:
        yield Finding.failed(
            "signer.extended-key-usage",
            "The certificate is not meant for sealing documents: it is only for other purposes, "
            "such as web servers, logging in, programs or time stamps.",
            evidence={"purposes": sorted(facts.purposes)},
            source="RFC 5280 section 4.2.1.12",
        )
    if facts.key_usage is not None and not facts.key_usage & SEALING_USAGES:
        yield Finding.failed(
            "signer.key-usage",
            "The certificate is not meant for signing: its key usage names neither "
            "digitalSignature nor nonRepudiation.",
            evidence={"key_usage": sorted(facts.key_usage)},
            source="RFC 5280 section 4.2.1.3",
        )


def _remarks(facts: CertificateFacts) -> Iterator[Finding]:
    if facts.is_test:
        yield Finding.indeterminate(
            "signer.test-certificate",
            f"This is a TEST seal: the certificate of {facts.holder} is marked as a test.",
            source="house rule",
            advice=True,
        )
