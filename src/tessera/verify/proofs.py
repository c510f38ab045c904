"""Seals of the family of Verifiable Credentials: tokens, disclosures, Data Integrity, COSE.

They name a key, and what is known about the key says who sealed:
1. `seal`: find the key, and let the mechanism compute the proof with it.
2. `signer`: a certificate that came along leads to an authority as in verify/ades; else the
   party that controls the key has to be the issuer, and one the verifier trusts.
3. `time`: the period the proof states, and that of its certificate.

Source: W3C Verifiable Credential Data Integrity 1.0 section 4; W3C Securing Verifiable
Credentials using JOSE and COSE; SD-JWT VC; RFC 7519 sections 4.1.4 and 4.1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tessera.registry import PROOFS
from tessera.report import Finding
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.protocol import OpenedProof, OpenedSignature
from tessera.verify import ades
from tessera.verify.examination import Inspection, Signer
from tessera.verify.naming import naming_findings
from tessera.verify.presented import presented_findings
from tessera.verify.signers import facts_of, is_intact

if TYPE_CHECKING:
    from tessera.seals.protocol import OpenedProofs, ProofMechanism
    from tessera.trust.resolve import Resolution

_CONTROLLER = "W3C Controlled Identifiers 1.0 section 3.3; W3C VC Data Model 2.0 section 4.7"
_TIME = "RFC 7519 sections 4.1.4 and 4.1.5; W3C VC Data Integrity 1.0 section 2.1"


def seal(inspection: Inspection) -> Iterable[Finding]:
    """Every proof fits the document and the key it names."""
    opened = inspection.proofs
    assert opened is not None
    resolver = inspection.resolver
    findings = list(_mechanism(inspection, opened).check(opened, resolver.key_of))
    inspection.signers = []
    for proof in opened.proofs:
        found = resolver.resolve(proof.key)
        findings += [
            replace(said, path=said.path or proof.path or None)
            for said in found.findings
            if said.rule.startswith("seal.")
        ]
        one = _signer(proof)
        one.party, one.intact = found, is_intact(proof.path, findings)
        inspection.signers.append(one)
    return findings


def _signer(proof: OpenedProof) -> Signer:
    """Return the seal in the form that certificates are followed in."""
    certificates = proof.key.certificates
    signature = OpenedSignature(
        path=proof.path, protected_text="", protected={"alg": proof.suite}, unprotected={},
        signed_payload=None, signature=b"", certificates=certificates,
        claimed_at=proof.claimed_at,
    )  # fmt: skip
    certificate = certificates[0] if certificates else None
    return Signer(
        signature=signature,
        certificate=certificate,
        facts=None if certificate is None else facts_of(certificate),
        proof=proof,
    )


def signer(inspection: Inspection) -> Iterable[Finding]:
    """Who controls the key is the issuer, and somebody the verifier trusts."""
    about = [(one, list(_led(one, inspection))) for one in inspection.signers]
    found = ades.decided(about, inspection) or [_no_key()]
    return [*found, *presented_findings(inspection)]


def _led(one: Signer, inspection: Inspection) -> Iterator[Finding]:
    if one.certificate is not None:
        yield from ades.lead(one, inspection)
    else:
        yield _trust(one.party, inspection)
        yield from _unnamed(one, inspection)
    if one.party is not None:
        yield from (said for said in one.party.findings if said.rule.startswith("signer."))
    yield from naming_findings(one, inspection)


def _unnamed(one: Signer, inspection: Inspection) -> Iterator[Finding]:
    """Yield a doubt where a record is sealed and no issuer stands where the seal looks for one.

    The key of a trusted party would otherwise speak for whomever the record names elsewhere.
    """
    party = one.party
    if inspection.decoded is None or _names_issuer(inspection):
        return
    if party is not None and party.key is not None and party.controller is not None:
        yield Finding.indeterminate(
            "signer.controller",
            f"The key belongs to {party.controller[:80]}, and the document does not name its "
            "issuer where this kind of seal looks for it, so nothing says that the key may speak "
            "for the issuer.",
            evidence={"issuer": None, "controller": party.controller},
            source=_CONTROLLER,
        )


def _names_issuer(inspection: Inspection) -> bool:
    """Claims of wallets name their issuer as `iss`, all other documents as `issuer`."""
    member = "iss" if inspection.format == "sd-jwt" else "issuer"
    document = inspection.document
    stated = document.get(member) if isinstance(document, dict) else None
    return isinstance(stated.get("id") if isinstance(stated, dict) else stated, str)


def _no_key() -> Finding:
    return Finding.indeterminate(
        "signer.no-key",
        "The key of the proof was not found, so nobody can be found behind it.",
        source=_CONTROLLER,
    )


def _trust(party: Resolution | None, inspection: Inspection) -> Finding:
    """Say whether the verifier trusts who controls the key; a holder only has to control it."""
    if party is None or party.key is None:
        return _no_key()
    evidence = {"controller": party.controller, "found": party.how}
    if inspection.is_presentation and party.controller is not None:
        return Finding.passed(
            "signer.holder",
            f"The key belongs to {party.controller}, who holds what is presented.",
            evidence=evidence,
            source=_CONTROLLER,
        )
    if party.is_trusted:
        whose = f"belongs to {party.controller}, whom you trust" if party.controller else (
            "is one that you gave"
        )  # fmt: skip
        return Finding.passed(
            "signer.trusted-party", f"The key {whose}.", evidence=evidence, source=_CONTROLLER
        )
    whose = f"belongs to {party.controller}" if party.controller else "came with the seal"
    return Finding.indeterminate(
        "signer.unknown-party",
        f"The key {whose}, and nothing here says that you trust it. Give the DID document or the "
        "keys of the issuer with --trust.",
        evidence=evidence,
        source=_CONTROLLER,
    )


def time(inspection: Inspection) -> Iterable[Finding]:
    """The proof, and its certificate where it has one, are valid at the moment of judgement."""
    about = []
    for one in inspection.signers:
        found = list(_period(one, inspection.circumstances.at))
        if one.certificate is not None and one.path is not None:
            found += ades.timely(one, inspection)
        ades.note_time(one, found)
        about.append((one, found))
    return ades.decided(about, inspection) or [ades.nobody("time")]


def _period(one: Signer, at: datetime) -> Iterator[Finding]:
    """Judge the period that a proof states for itself."""
    proof = one.proof
    assert proof is not None
    begins = max(filter(None, (proof.not_before, proof.claimed_at)), default=None)
    if begins is not None and at < begins:
        yield Finding.failed(
            "time.proof-not-yet-valid",
            f"The seal says that it was made, or begins to count, at {_day(begins)}, and it is "
            f"judged at {_day(at)}.",
            source=_TIME,
        )
    elif proof.expires_at is not None and at >= proof.expires_at:
        yield Finding.failed(
            "time.proof-expired",
            f"The seal says that it counted until {_day(proof.expires_at)}, and it is judged at "
            f"{_day(at)}.",
            source=_TIME,
        )
    else:
        until = f" until {_day(proof.expires_at)}" if proof.expires_at else ""
        yield Finding.passed(
            "time.proof-valid",
            f"The seal is valid by its own dates{until}."
            if begins or until
            else "The seal states no dates of its own, so none has passed.",
            evidence={"claimed": proof.claimed_at.isoformat()} if proof.claimed_at else {},
            source=_TIME,
        )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def form(inspection: Inspection) -> Iterable[Finding]:
    """What a token says of its own form: the media type has to fit what is sealed."""
    opened = inspection.proofs
    return () if opened is None else _mechanism(inspection, opened).form(opened)


def _mechanism(inspection: Inspection, opened: OpenedProofs) -> ProofMechanism:
    """Return the mechanism; proofs over RDF know the contexts of the circumstances."""
    if opened.mechanism == DATA_INTEGRITY.id:
        from tessera.standards.contexts import shared

        circumstances = inspection.circumstances
        return DATA_INTEGRITY.using(circumstances.contexts or shared(circumstances.library))
    return next(one for one in PROOFS if one.id == opened.mechanism)
