"""Is each signature of a JAdES file intact? Facts as findings, nothing about trust.

For every signature: 1 repeat what could not be read, 2 the header rules, 3 find the
key, 4 the certificate is the one the signer named, 5 the detached documents are
there and unchanged, 6 the signature fits the exact bytes, 7 counter-signatures
(remarks only: anyone can add one), 8 timestamps were made for this very seal.

Source: ETSI TS 119 182-1 V1.2.1; RFC 7515 section 5.2; RFC 7797.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.seals.algorithms import ALGORITHMS, refused_algorithm, verify_signature
from tessera.seals.base64text import from_base64url
from tessera.seals.certificates import describe, public_key
from tessera.seals.jades.detached import in_signed_form
from tessera.seals.jades.header import DIGESTS
from tessera.seals.jades.header_rules import header_findings
from tessera.seals.jades.timestamps import SOURCE, read_timestamps
from tessera.seals.protocol import KeyOf, KeyRef, Opened, OpenedSignature
from tessera.seals.timestamp.stamps import timestamp_findings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_REFERENCE = "ETSI TS 119 182-1 clauses 5.1.7 and 5.2.2"


def check(opened: Opened, key_of: KeyOf | None = None) -> tuple[Finding, ...]:
    """Return the findings for the step `seal`; each names its signature by `path`.

    key_of: resolves a key when the file holds no certificate. Never raises for
    hostile content. Not checked: time, trust, revocation, and who made the timestamps.
    """
    if not opened.signatures:
        return (
            Finding.failed(
                "seal.jades.no-signature",
                "The file has the form of a sealed document but holds no signature.",
                source="RFC 7515 section 7.2.1",
            ),
        )
    findings = list(_container(opened))
    for signature in opened.signatures:
        findings.extend(check_signature(signature, key_of))
    return tuple(findings)


def check_signature(signature: OpenedSignature, key_of: KeyOf | None = None) -> list[Finding]:
    """Return the findings for one signature on its own."""
    # 1
    findings = list(signature.defects)
    # 2
    if not any(defect.rule == "seal.jades.header" for defect in signature.defects):
        broken = header_findings(signature)
        findings.extend(broken or (_header_in_order(),))
    # 3, 4
    key, about_key = _key(signature, key_of)
    findings.extend(about_key)
    # 5
    findings.extend(_detached(signature))
    # 6
    findings.extend(_fits(signature, key))
    # 7
    for counter in signature.counter_signatures:
        findings.append(_counter(counter, signature, key_of))
    # 8
    findings.extend(timestamp_findings(read_timestamps(signature), SOURCE))
    return [_placed(finding, signature) for finding in findings]


def signing_certificate(signature: OpenedSignature) -> bytes | None:
    """Return the DER certificate the signature was made with, as far as the file has it.

    That is the first of x5c; without x5c, the one among the validation data whose
    digest the signed header states.
    """
    if signature.certificates:
        return signature.certificates[0]
    for candidate in signature.validation_data.certificates:
        if any(_matches(reference, candidate) for reference in _references(signature.protected)):
            return candidate
    return None


def _container(opened: Opened) -> Iterator[Finding]:
    """State what is wrong with the payload as a whole."""
    first = opened.signatures[0].protected.get("b64", True)
    if any(each.protected.get("b64", True) != first for each in opened.signatures[1:]):
        yield Finding.failed(
            "seal.jades.b64-mixed",
            "The signatures of this file read its document in different encodings, so they do "
            "not cover the same document.",
            source="RFC 7797 section 4",
        )
    if not opened.is_detached and not opened.document:
        yield Finding.failed(
            "seal.jades.payload",
            "The sealed document cannot be decoded.",
            source="RFC 7515 section 3",
        )


def _header_in_order() -> Finding:
    return Finding.passed(
        "seal.jades.header",
        "The header of the seal follows the European rules.",
        source="ETSI TS 119 182-1 clause 6.3",
    )


def _key(
    signature: OpenedSignature, key_of: KeyOf | None
) -> tuple[PublicKeyTypes | None, list[Finding]]:
    certificate = signing_certificate(signature)
    if certificate is not None:
        about = _certificate_digest(signature, certificate)
        try:
            return public_key(certificate), [about]
        except UnreadableError as error:
            unreadable = Finding.failed("seal.certificate", str(error), source="RFC 5280")
            return None, [about, unreadable]
    resolved = None if key_of is None else key_of(_key_ref(signature))
    if resolved is None:
        missing = Finding.indeterminate(
            "seal.key",
            "The file holds no certificate of the signer and the key was not found elsewhere, so "
            "the seal cannot be checked.",
            source="RFC 7515 section 6",
        )
        return None, [missing]
    return resolved, []


def _key_ref(signature: OpenedSignature) -> KeyRef:
    digest = next(iter(_references(signature.protected)), None)
    kid = signature.protected.get("kid")
    return KeyRef(
        algorithm=signature.algorithm or "",
        kid=kid if isinstance(kid, str) else None,
        certificate_digest=digest,
    )


def _references(protected: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Return the readable signing-certificate digests as (hash name, digest)."""
    stated: list[Any] = [{"digAlg": "S256", "digVal": protected.get("x5t#S256")}]
    stated.append(protected.get("x5t#o"))
    several = protected.get("sigX5ts")
    stated.extend(several[:32] if isinstance(several, list) else [])
    found = []
    for item in stated:
        if not isinstance(item, Mapping) or not isinstance(item.get("digVal"), str):
            continue
        name = item.get("digAlg")
        if isinstance(name, str) and name in DIGESTS:
            try:
                found.append((DIGESTS[name], from_base64url(item["digVal"].rstrip("="))))
            except UnreadableError:
                continue
    return found


def _matches(reference: tuple[str, bytes], certificate: bytes) -> bool:
    return hashlib.new(reference[0], certificate).digest() == reference[1]


def _certificate_digest(signature: OpenedSignature, certificate: bytes) -> Finding:
    references = _references(signature.protected)
    if not references:
        return Finding.indeterminate(
            "seal.certificate-digest",
            "The signed header states no digest of the certificate that can be compared.",
            source=_REFERENCE,
        )
    if any(_matches(reference, certificate) for reference in references):
        return Finding.passed(
            "seal.certificate-digest",
            "The certificate in the file is the one the sealer signed with.",
            evidence={"sha256": hashlib.sha256(certificate).hexdigest()},
            source=_REFERENCE,
        )
    return Finding.failed(
        "seal.certificate-digest",
        "The certificate in the file is not the one named in the signed header; it was exchanged.",
        source=_REFERENCE,
    )


def _detached(signature: OpenedSignature) -> Iterator[Finding]:
    """State for each detached document whether it is there and unchanged."""
    is_encoded = signature.protected.get("b64", True) is not False
    for reference in signature.references:
        evidence = {"uri": reference.uri[:200]}
        if reference.content is None:
            yield Finding.indeterminate(
                "seal.detached-missing",
                "A document that the seal covers is not among the files given. "
                "Name it with --detached.",
                evidence=evidence,
                source="ETSI TS 119 182-1 clause 5.2.8",
            )
        elif reference.digest_algorithm is not None:
            body = in_signed_form(reference.content, is_encoded)
            same = hashlib.new(reference.digest_algorithm, body).digest() == reference.digest
            yield Finding(
                rule="seal.detached",
                outcome=Outcome.PASSED if same else Outcome.FAILED,
                message="The detached document is the one that was sealed."
                if same
                else "The detached document is not the one that was sealed.",
                evidence=evidence,
                source="ETSI TS 119 182-1 clause 5.2.8.3.3",
            )


def _fits(signature: OpenedSignature, key: PublicKeyTypes | None) -> Iterator[Finding]:
    if signature.algorithm not in ALGORITHMS:
        yield refused_algorithm(signature.algorithm)
        return
    if key is None or any(defect.rule == "seal.signature" for defect in signature.defects):
        return
    message = signature.signing_input
    if message is not None:
        finding = verify_signature(signature.algorithm, key, signature.signature, message)
        yield replace(finding, evidence={**finding.evidence, **_signer(signature)})
    elif not signature.references:
        yield Finding.indeterminate(
            "seal.detached-missing",
            "The file holds a seal without its document. Name the document with --detached.",
            source="RFC 7515 Appendix F",
        )


def _signer(signature: OpenedSignature) -> dict[str, str]:
    certificate = signing_certificate(signature)
    if certificate is None:
        return {}
    try:
        return {"signer": describe(certificate).holder}
    except UnreadableError:
        return {}


def _counter(
    counter: OpenedSignature, countersigned: OpenedSignature, key_of: KeyOf | None
) -> Finding:
    findings = check_signature(counter, key_of)
    covers = counter.signed_payload == in_signed_form(
        countersigned.signature, counter.protected.get("b64", True) is not False
    )
    broken = not covers or any(finding.outcome is Outcome.FAILED for finding in findings)
    passed = any(finding.outcome is Outcome.PASSED for finding in findings)
    outcome = Outcome.FAILED if broken else Outcome.PASSED if passed else Outcome.INDETERMINATE
    said = "is intact" if outcome is Outcome.PASSED else "does not hold"
    return Finding(
        rule="seal.counter-signature",
        outcome=outcome,
        message=f"A counter-signature on this seal {said}; it does not decide about the seal.",
        evidence=_signer(counter),
        source="ETSI TS 119 182-1 clause 5.3.2",
        advice=True,
    )


def _placed(finding: Finding, signature: OpenedSignature) -> Finding:
    return finding if finding.path else replace(finding, path=signature.path or None)
