"""What the standard asks of the headers of one signature, rule by rule.

Every function returns the findings of one rule family, empty when there is nothing
wrong; `check` adds one PASSED finding when all are empty. No cryptography here.
Source: ETSI TS 119 182-1 V1.2.1 clauses 5.1, 5.2 and 6.3; RFC 7515 sections 4 and
4.1.11; RFC 7797 sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.report import Finding
from tessera.seals.jades.header import CERTIFICATE_REFERENCES, SIGNED_ONLY, UNDERSTOOD_CRITICAL
from tessera.seals.jades.signature import instant
from tessera.seals.protocol import OpenedSignature

_CRIT = "RFC 7515 section 4.1.11; ETSI TS 119 182-1 clause 5.1.9"


def header_findings(signature: OpenedSignature) -> tuple[Finding, ...]:
    """Return every broken header rule of a signature whose header could be read."""
    found = [*_critical(signature), *_encoding(signature), *_time(signature)]
    return (*found, *_reference(signature), *_unsigned(signature), *_placement(signature))


def _failed(signature: OpenedSignature, rule: str, message: str, source: str) -> Finding:
    return Finding.failed(rule, message, path=signature.path or None, source=source)


def _critical(signature: OpenedSignature) -> Iterator[Finding]:
    """Rule family `seal.jades.crit`: a list of unique, present, understood names."""
    protected, unprotected = signature.protected, signature.unprotected
    if "crit" in unprotected:
        yield _failed(
            signature, "seal.jades.crit.unprotected", "The list of critical header parameters "
            "stands outside the signed header, where anyone can change it.", _CRIT,
        )  # fmt: skip
    if "crit" not in protected:
        return
    names = protected["crit"]
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        yield _failed(
            signature, "seal.jades.crit.form",
            "The list of critical header parameters (crit) is not a list of names.", _CRIT,
        )  # fmt: skip
        return
    if len(set(names)) != len(names):
        yield _failed(
            signature, "seal.jades.crit.duplicate",
            "The list of critical header parameters (crit) names one twice.", _CRIT,
        )  # fmt: skip
    for name in sorted(set(names)):
        if name not in UNDERSTOOD_CRITICAL:
            yield _failed(
                signature, "seal.jades.crit.unknown",
                f"The seal demands that {name[:60]!r} is understood, which is not a critical "
                "parameter of European seals; it must not be accepted.", _CRIT,
            )  # fmt: skip
        elif name not in protected and (name in SIGNED_ONLY or name not in unprotected):
            yield _failed(
                signature, "seal.jades.crit.absent",
                f"The seal lists {name!r} as critical but does not contain it.", _CRIT,
            )  # fmt: skip


def _encoding(signature: OpenedSignature) -> Iterator[Finding]:
    """Rules of `b64`: true or false, and then critical."""
    if "b64" not in signature.protected:
        return
    source = "RFC 7797 sections 3 and 6"
    if not isinstance(signature.protected["b64"], bool):
        yield _failed(
            signature, "seal.jades.b64-form", "The header parameter b64 is not true or false.",
            source,
        )  # fmt: skip
    critical = signature.protected.get("crit")
    if not isinstance(critical, list) or "b64" not in critical:
        yield _failed(
            signature, "seal.jades.b64-not-critical", "The seal changes how its document is "
            "encoded (b64) without marking that as critical.", source,
        )  # fmt: skip


def _time(signature: OpenedSignature) -> Iterator[Finding]:
    """Rules of the signing time: exactly one of sigT and iat, and readable."""
    source = "ETSI TS 119 182-1 clauses 5.1.11, 5.2.1 and 6.3"
    present = [name for name in ("sigT", "iat") if name in signature.protected]
    if len(present) != 1:
        said = "no signing time" if not present else "two signing times (sigT and iat)"
        yield _failed(
            signature, "seal.jades.signing-time", f"The seal states {said}; it must state one.",
            source,
        )  # fmt: skip
    elif signature.claimed_at is None:
        yield _failed(
            signature, "seal.jades.signing-time",
            f"The signing time of the seal ({present[0]}) cannot be read.", source,
        )  # fmt: skip
    if "exp" in signature.protected and instant(signature.protected["exp"]) is None:
        yield _failed(
            signature, "seal.jades.exp", "The expiry of the seal (exp) cannot be read.", source
        )


def _reference(signature: OpenedSignature) -> Iterator[Finding]:
    """Rule of the signing-certificate reference: exactly one of three members."""
    source = "ETSI TS 119 182-1 clauses 5.1.7, 5.2.2 and 6.3"
    present = [name for name in CERTIFICATE_REFERENCES if name in signature.protected]
    if len(present) != 1:
        said = "no digest" if not present else f"digests in several members ({', '.join(present)})"
        yield _failed(
            signature, "seal.jades.certificate-reference",
            f"The seal states {said} of the certificate it was made with; it must use exactly one "
            "of x5t#S256, x5t#o and sigX5ts.", source,
        )  # fmt: skip
    if "x5t" in signature.protected:
        yield _failed(
            signature, "seal.jades.x5t", "The seal names its certificate by a SHA-1 digest (x5t), "
            "which European seals must not do.", source,
        )  # fmt: skip


def _unsigned(signature: OpenedSignature) -> Iterator[Finding]:
    """Members that count only when signed may not stand where anyone can change them."""
    for name in sorted(SIGNED_ONLY & set(signature.unprotected)):
        yield _failed(
            signature, "seal.jades.unsigned-parameter", f"The header parameter {name!r} stands "
            "outside the signed header, where anyone can change it.",
            "RFC 7797 section 3; ETSI TS 119 182-1 clauses 5.1 and 5.2",
        )  # fmt: skip


def _placement(signature: OpenedSignature) -> Iterator[Finding]:
    """Members in the right place: no name in both headers, sigD only when detached."""
    both = sorted(set(signature.protected) & set(signature.unprotected))
    if both:
        yield _failed(
            signature, "seal.jades.header-disjoint",
            f"The signed and the unsigned header both contain {both[0][:60]!r}.",
            "RFC 7515 section 4",
        )  # fmt: skip
    if "sigD" in signature.protected and not signature.references and signature.signed_payload:
        yield _failed(
            signature, "seal.jades.sigD", "The seal names detached documents (sigD) and contains "
            "one as well; it is not clear which is sealed.", "ETSI TS 119 182-1 clause 5.2.8.1",
        )  # fmt: skip
