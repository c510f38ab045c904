"""Parse a document with embedded proofs; nothing is verified.

Steps of `open_document`: 1 strict JSON, 2 the proofs apart from the document, 3 what each
says of itself, 4 which earlier proofs each proof of a chain covers.

Source: W3C Verifiable Credential Data Integrity 1.0 sections 2.1, 2.1.1 and 4.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.dataintegrity.options_rules import (
    instant,
    named_suite,
    option_findings,
    signature_of,
)
from tessera.seals.dataintegrity.suites import Suite, suite_of
from tessera.seals.protocol import KeyRef, OpenedProof, OpenedProofs
from tessera.standards.jsontext import read_json

MAX_BYTES = 16_777_216
MOST_PROOFS = 32  # of one document; each costs a canonicalisation at worst
_DI = "W3C Verifiable Credential Data Integrity 1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What checking one proof needs.

    proof: as found. suite: None when it is not known. earlier: the proofs that this one
    covers as well. signature: None when there is none.
    """

    proof: Mapping[str, Any]
    suite: Suite | None
    signature: bytes | None
    earlier: tuple[Mapping[str, Any], ...] = ()


def open_document(raw: bytes) -> OpenedProofs:
    """Parse a sealed JSON document.

    Raises: UnreadableError when it is no JSON object or has no member `proof`.
    """
    # 1
    document = read_json(raw, max_bytes=MAX_BYTES)
    return open_tree(document)


def open_tree(document: Any) -> OpenedProofs:
    """Do what `open_document` does for a document that is parsed already."""
    if not isinstance(document, dict) or "proof" not in document:
        raise UnreadableError("The document has no proof inside: it is not sealed in this way.")
    # 2
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    found = document["proof"]
    several = found if isinstance(found, list) else [found]
    looked_at = several[:MOST_PROOFS]
    chain = _Chain(looked_at)
    # 3, 4
    proofs = tuple(
        _proof(one, f"/proof/{place}" if isinstance(found, list) else "/proof", unsecured, chain)
        for place, one in enumerate(looked_at)
    )
    return OpenedProofs(
        mechanism="dataintegrity",
        serialization="embedded",
        document=unsecured,
        proofs=proofs,
        defects=tuple(_whole(several)),
    )


def _whole(several: list[Any]) -> list[Finding]:
    if not several:
        said = "The document has a place for proofs, and there is none in it."
        return [Finding.failed("seal.proof", said, path="/proof", source=f"{_DI} section 2.1")]
    if len(several) > MOST_PROOFS:
        return [
            Finding.indeterminate(
                "seal.too-many-proofs",
                f"The document holds {len(several)} proofs. Only {MOST_PROOFS} are checked, so "
                "that nobody can waste a verifier's time.",
                path="/proof",
                source="house rule",
            )
        ]
    return []


def _proof(proof: Any, path: str, unsecured: Mapping[str, Any], chain: _Chain) -> OpenedProof:
    if not isinstance(proof, dict):
        said = "A proof has to be an object; this is something else."
        return OpenedProof(
            path=path,
            suite="",
            key=KeyRef(algorithm=""),
            held=Held(proof={}, suite=None, signature=None),
            defects=(Finding.failed("seal.proof", said, source=f"{_DI} section 2.1"),),
        )
    suite = suite_of(proof.get("type"), proof.get("cryptosuite"))
    name = named_suite(proof)
    method, purpose = proof.get("verificationMethod"), proof.get("proofPurpose")
    created = instant(proof.get("created"))
    signature: bytes | None = None
    earlier: tuple[Mapping[str, Any], ...] = ()
    defects = _unknown(name)
    if suite is not None:
        defects = list(option_findings(proof, suite, is_presentation=is_presentation(unsecured)))
        signature, problem = signature_of(proof, suite)
        if problem:
            defects.append(Finding.failed("seal.signature", problem, source=f"{_DI} section 2.1"))
        earlier, broken = chain.before(proof)
        defects += broken
    return OpenedProof(
        path=path,
        suite=name,
        key=KeyRef(
            algorithm=name,
            kid=method if isinstance(method, str) else None,
            issuer=party_of(unsecured),
            purpose=purpose if isinstance(purpose, str) else "",
            at=created,
        ),
        claimed_at=created,
        expires_at=instant(proof.get("expires")),
        held=Held(proof=proof, suite=suite, signature=signature, earlier=earlier),
        defects=tuple(defects),
    )


def is_presentation(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is a verifiable presentation by its type."""
    kinds = document.get("type", document.get("@type"))
    return "VerifiablePresentation" in (kinds if isinstance(kinds, list) else [kinds])


def party_of(document: Mapping[str, Any]) -> str | None:
    """Return who seals by the document's own word: the holder who presents, else the issuer."""
    party = document.get("holder" if is_presentation(document) else "issuer")
    named = party.get("id", party.get("@id")) if isinstance(party, dict) else party
    return named if isinstance(named, str) else None


def _unknown(name: str) -> list[Finding]:
    said = f"The proof is of the kind {name!r}" if name else "The proof does not say its kind"
    return [
        Finding.indeterminate(
            "seal.suite-unknown",
            f"{said}, which cannot be checked here, so nothing is known about this seal.",
            source=f"{_DI} section 3.1",
        )
    ]


class _Chain:
    """The proofs of a document by their ids (section 2.1.1)."""

    def __init__(self, proofs: list[Any]) -> None:
        self._by_id: dict[str, list[Mapping[str, Any]]] = {}
        for proof in proofs:
            if isinstance(proof, dict) and isinstance(proof.get("id"), str):
                self._by_id.setdefault(proof["id"], []).append(proof)

    def before(
        self, proof: Mapping[str, Any]
    ) -> tuple[tuple[Mapping[str, Any], ...], list[Finding]]:
        """Return the proofs that this one names as its earlier ones, and what is wrong."""
        named = proof.get("previousProof")
        names = [named] if isinstance(named, str) else named
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            return (), []
        found, broken = [], []
        for name in names[:MOST_PROOFS]:
            several = self._by_id.get(name, [])
            if len(several) != 1 or several[0] is proof:
                broken.append(_missing(name, len(several)))
            else:
                found.append(several[0])
        if len(set(names)) != len(names) or len(names) > MOST_PROOFS:
            broken.append(_missing(names[-1], 2))
        return tuple(found), broken


def _missing(name: str, number: int) -> Finding:
    what = "stands there more than once" if number > 1 else "is not there, or is the proof itself"
    return Finding.failed(
        "seal.chain",
        f"The proof counts on the earlier proof {name[:80]!r}, which {what}.",
        source=f"{_DI} sections 2.1.1 and 4.5",
    )
