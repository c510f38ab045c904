"""Is a token intact? Facts as findings, nothing about trust.

Steps: 1 the header and the claims, 2 the algorithm, before any key is looked for,
3 the key, 4 the signature over the exact bytes.
Source: RFC 7515 section 5.2; RFC 8725 section 3.1 (algorithms); W3C VC-JOSE-COSE 3.1.
"""

from __future__ import annotations

from dataclasses import replace

from tessera.report import Finding
from tessera.seals.algorithms import ALGORITHMS, refused_algorithm, verify_signature
from tessera.seals.protocol import KeyOf, OpenedProof, OpenedProofs
from tessera.seals.vcjose.read import Token


def check_token(opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
    """Return the findings for the step `seal`. Never raises for hostile content."""
    findings = list(opened.defects)
    for proof in opened.proofs:
        # 1
        findings.extend(proof.defects)
        # 2, 3, 4
        findings.append(replace(_signature(proof, key_of), path=proof.path))
    return tuple(findings)


def _signature(proof: OpenedProof, key_of: KeyOf) -> Finding:
    token = proof.held
    if proof.suite not in ALGORITHMS:
        return refused_algorithm(proof.suite or None)
    if not isinstance(token, Token) or token.signature is None:
        return Finding.failed(
            "seal.signature", "The signature is not base64url text.", source="RFC 7515 section 3.1"
        )
    key = key_of(proof.key)
    if key is None:
        return Finding.indeterminate(
            "seal.key",
            "The key that made this seal is not at hand, so it could not be checked whether the "
            "seal is intact.",
            evidence={"kid": proof.key.kid, "issuer": proof.key.issuer},
            source="RFC 7515 section 5.2",
        )
    return verify_signature(proof.suite, key, token.signature, token.signing_input)
