"""Is a COSE message intact, and does it say truly what it is?

Source: RFC 9052 sections 4.2 and 4.4 (Signature1); W3C VC-JOSE-COSE sections 3.3.1, 3.3.2
and 6.1 with its errata (names with `-ld`); RFC 9596.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tessera.report import Finding
from tessera.seals.algorithms import refused_algorithm, verify_signature
from tessera.seals.protocol import KeyOf, OpenedProof, OpenedProofs
from tessera.seals.vccose.read import Message, is_presentation

_MEDIA = "W3C VC-JOSE-COSE sections 3.3.1, 3.3.2 and 6.1; RFC 9596"


def check_message(opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
    """Return the findings for the step `seal`. Never raises for hostile content."""
    findings = list(opened.defects)
    for proof in opened.proofs:
        findings.extend(proof.defects)
        findings.append(replace(_signature(proof, key_of), path=proof.path))
    return tuple(findings)


def media_type_findings(opened: OpenedProofs) -> tuple[Finding, ...]:
    """Return `schema.media-type`: PASSED, FAILED, or NOT_APPLICABLE where nothing is named."""
    kind = "vp" if is_presentation(opened.document) else "vc"
    if wrong := tuple(_wrong(opened, kind)):
        return wrong
    if opened.media_type is None and opened.content_type is None:
        return (
            Finding.not_applicable(
                "schema.media-type",
                "The seal does not say of which media type it is.",
                source=_MEDIA,
            ),
        )
    return (
        Finding.passed(
            "schema.media-type",
            "The seal says truly of which media type it is.",
            evidence={"typ": opened.media_type, "content type": opened.content_type},
            source=_MEDIA,
        ),
    )


def _wrong(opened: OpenedProofs, kind: str) -> Iterator[Finding]:
    what = "presentation" if kind == "vp" else "credential"
    types = (f"{kind}+cose", f"{kind}-ld+cose", f"{kind}+ld+json+cose", f"{kind}+ld+cose")
    contents = (kind, f"{kind}+ld+json", "ld+json", "json")
    for name, value, good in (
        ("is", opened.media_type, types),
        ("holds", opened.content_type, contents),
    ):
        if value is not None and value.lower().removeprefix("application/") not in good:
            yield Finding.failed(
                "schema.media-type",
                f"The seal says it {name} {value[:60]!r}, which is no {what} sealed with COSE.",
                source=_MEDIA,
            )


def _signature(proof: OpenedProof, key_of: KeyOf) -> Finding:
    if not proof.key.algorithm or not isinstance(proof.held, Message):
        return refused_algorithm(proof.suite)
    key = key_of(proof.key)
    if key is None:
        return Finding.indeterminate(
            "seal.key",
            "The key that made this seal is not at hand, so it could not be checked whether the "
            "seal is intact.",
            evidence={"kid": proof.key.kid, "issuer": proof.key.issuer},
            source="RFC 9052 section 4.4",
        )
    return verify_signature(proof.key.algorithm, key, proof.held.signature, proof.held.signed)
