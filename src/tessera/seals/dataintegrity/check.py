"""Is each proof of a document intact? Facts as findings, nothing about trust.

For every proof: 1 repeat what is wrong with its options, 2 the document has a canonical
form, 3 find the key, 4 the key is one for the suite, 5 the signature fits the hashes.
What proofs have in common is worked out once. Where a proof seals statements, the document
must also show all of them to readers of JSON (`plain`).

Source: W3C Verifiable Credential Data Integrity 1.0 sections 4.4, 4.5 and 4.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tessera.report import Finding, Outcome
from tessera.seals.algorithms import verify_signature
from tessera.seals.dataintegrity.compiled import compiled
from tessera.seals.dataintegrity.hashing import canonical_bytes, covered, digest, proof_config
from tessera.seals.dataintegrity.plain import hidden_in
from tessera.seals.dataintegrity.read import Held
from tessera.seals.dataintegrity.sd import sd_finding
from tessera.seals.dataintegrity.suites import CURVES, Suite, algorithm_of, fits
from tessera.standards.contexts import ContextRefused, Contexts
from tessera.standards.expansion import CanonicalisationRefused
from tessera.standards.jcs import JcsRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.seals.protocol import KeyOf, OpenedProof, OpenedProofs

_DI = "W3C Verifiable Credential Data Integrity 1.0"
_SECTION = f"{_DI} section 4.4"
# Refusals that say nothing about the document itself: it was not looked at to its end.
_GIVEN_UP = frozenset({"poison-graph", "too-large", "context-work", "not-installed"})
_EXPLAINING = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
)
_UNAVAILABLE = frozenset({"unknown", "missing", "example", "import"})


@dataclass(slots=True)
class _Work:
    """The digests that were worked out, so that 30 proofs cost one canonicalisation."""

    contexts: Contexts
    document: Any
    digests: dict[Any, bytes] = field(default_factory=dict)
    plain: list[tuple[Any, str, str]] = field(default_factory=list)

    def document_digest(self, held: Held, suite: Suite, hash: str) -> bytes:
        names = tuple(str(proof.get("id")) for proof in held.earlier)
        stated = str(held.proof.get("@context")) if suite.canonical == "jcs" else ""
        key = (suite.canonical == "jcs", hash, names, stated)
        if key not in self.digests:
            made = covered(self.document, held.proof, held.earlier, suite)
            self.digests[key] = digest(self._canonical(made, suite, hash), hash)
        return self.digests[key]

    def hashes(self, held: Held, suite: Suite, hash: str) -> bytes:
        """Return the bytes that the proof signs."""
        config = proof_config(held.proof, self.document, suite)
        forms = compiled(self.contexts)
        key, about_proof = forms.options(config, f"{suite.canonical} {hash}")
        if about_proof is None:
            about_proof = digest(self._canonical(config, suite, hash), hash)
            forms.keep_options(key, about_proof)
        return about_proof + self.document_digest(held, suite, hash)

    def learn(self) -> None:
        """Remember the forms of what went the plain way; its signature was right."""
        for document, hash, text in self.plain:
            compiled(self.contexts).learn(document, hash, text)
        self.plain.clear()

    def _canonical(self, value: Any, suite: Suite, hash: str) -> bytes:
        if suite.canonical != "rdfc":
            return canonical_bytes(value, suite, hash, self.contexts)
        served = compiled(self.contexts).canonical(value, hash)
        if served is not None:
            return served.content
        content = canonical_bytes(value, suite, hash, self.contexts)
        self.plain.append((value, hash, content.decode("utf-8")))
        return content


def check_proofs(opened: OpenedProofs, key_of: KeyOf, contexts: Contexts) -> tuple[Finding, ...]:
    """Return the findings about every proof; never raises for hostile content."""
    work = _Work(contexts, opened.document)
    findings = list(opened.defects)
    for proof in opened.proofs:
        findings += [
            finding if finding.path else replace(finding, path=proof.path)
            for finding in _checked(proof, key_of, work)
        ]
    hidden = hidden_in(opened.document, contexts) if _seals_statements(opened, findings) else None
    return (*findings, hidden) if hidden else tuple(findings)


def _seals_statements(opened: OpenedProofs, findings: list[Finding]) -> bool:
    """Say whether an intact proof covers statements, which other JSON could write as well."""
    intact = {
        one.path
        for one in findings
        if one.rule == "seal.signature" and one.outcome is Outcome.PASSED
    }
    suites = [one.held.suite for one in opened.proofs if one.path in intact]
    return any(suite is not None and suite.canonical != "jcs" for suite in suites)


def _checked(proof: OpenedProof, key_of: KeyOf, work: _Work) -> list[Finding]:
    # 1
    findings = list(proof.defects)
    held: Held = proof.held
    suite = held.suite
    if suite is None or held.signature is None or _is_broken(findings):
        return findings
    # 2
    key = key_of(proof.key)
    algorithm = None if key is None else algorithm_of(key)
    hash = CURVES[algorithm].hash if algorithm in CURVES else "sha256"
    work.plain.clear()
    try:
        signed = work.hashes(held, suite, hash)
    except (ContextRefused, CanonicalisationRefused, JcsRefused) as refused:
        return [*findings, _unexplained(work.document, refused) or _no_form(refused)]
    problem = _contexts_differ(held, suite, work.document)
    if problem:
        return [*findings, problem]
    # 3
    if key is None:
        return [*findings, _no_key()]
    # 4
    if algorithm is None or not fits(suite, algorithm):
        return [*findings, _unfit(proof.suite, algorithm)]
    # 5
    if suite.canonical == "sd":
        return [*findings, sd_finding(work.document, held.proof, key, work.contexts)]
    found = _fits(held, key, algorithm, signed, proof.path)
    if found.outcome is Outcome.PASSED:
        work.learn()
    return [*findings, found]


def _is_broken(findings: list[Finding]) -> bool:
    return any(one.outcome is Outcome.FAILED for one in findings)


def _fits(held: Held, key: PublicKeyTypes, algorithm: str, signed: bytes, path: str) -> Finding:
    assert held.signature is not None
    outcome = verify_signature(algorithm, key, held.signature, signed).outcome
    return Finding(
        rule="seal.signature",
        outcome=outcome,
        message="The signature fits: the document is unchanged since it was sealed."
        if outcome is Outcome.PASSED
        else "The signature does not fit the document: the document or the proof was altered "
        "after sealing, or the seal was made with another key.",
        path=path,
        evidence={"algorithm": algorithm},
        source=_SECTION,
    )


def _unexplained(document: Any, refused: Exception) -> Finding | None:
    """Return the finding for a document none of whose contexts says what a proof is."""
    if getattr(refused, "reason", "") != "undefined-term":
        return None
    stated = document.get("@context") if isinstance(document, dict) else None
    several = stated if isinstance(stated, list) else [stated]
    if any(isinstance(one, dict) or one in _EXPLAINING for one in several):
        return None
    return Finding.indeterminate(
        "seal.context",
        "No context of the document says what a proof is, so this one cannot be computed. The "
        f"first has to be {_EXPLAINING[0]}.",
        source=f"{_DI} section 2.4.1",
    )


def _no_form(refused: ContextRefused | CanonicalisationRefused | JcsRefused) -> Finding:
    reason = getattr(refused, "reason", "jcs")
    if isinstance(refused, ContextRefused):
        return Finding(
            rule="seal.context",
            outcome=Outcome.INDETERMINATE if reason in _UNAVAILABLE else Outcome.FAILED,
            message=str(refused),
            evidence={"reason": reason, "url": refused.url[:200]},
            source=f"{_DI} section 4.6",
        )
    return Finding(
        rule="seal.canonical",
        outcome=Outcome.INDETERMINATE if reason in _GIVEN_UP else Outcome.FAILED,
        message=str(refused),
        evidence={"reason": reason, "member": getattr(refused, "member", "")},
        source=f"{_DI} sections 2.4.2 and 5.6; W3C RDF Dataset Canonicalization section 7.1",
    )


def _contexts_differ(held: Held, suite: Suite, document: Any) -> Finding | None:
    """A JCS proof holds for the contexts it states; the document may add some at the end."""
    stated = held.proof.get("@context")
    if suite.canonical != "jcs" or stated is None:
        return None
    first = stated if isinstance(stated, list) else [stated]
    found = document.get("@context")
    have = found if isinstance(found, list) else [found]
    if have[: len(first)] == first:
        return None
    return Finding.failed(
        "seal.context",
        "The proof was made for other contexts than the document names, so its words mean "
        "something else.",
        source="W3C Data Integrity EdDSA Cryptosuites 1.0 section 3.3.2",
    )


def _no_key() -> Finding:
    return Finding.indeterminate(
        "seal.key",
        "The key that the proof names was not found, so the seal cannot be checked.",
        source=f"{_DI} section 4.4",
    )


def _unfit(suite: str, algorithm: str | None) -> Finding:
    what = f"an {algorithm} key" if algorithm else "a key of another kind"
    return Finding.failed(
        "seal.algorithm",
        f"The proof is of the kind {suite!r}, and the key it names is {what}, which is not for it.",
        source=f"{_DI} section 3.1",
    )
