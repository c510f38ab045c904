"""Who sealed, and whose seals decide.

Anyone can add a seal to a file. A stranger's seal beside a trusted one is reported, but
neither proves nor spoils anything: 1 where the description lists bodies that must seal,
the seals of these bodies decide, one for each; 2 else the trusted seals decide, of these
the ones whose time is in order; 3 where nobody is trusted, all of them decide.

Source: house rule (DESIGN section 5, journey 2; `seals_required` of the description).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tessera.errors import UnreadableError
from tessera.model import Organisation
from tessera.report import Finding, Outcome
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.jades.check import signing_certificate
from tessera.seals.protocol import Opened
from tessera.verify.examination import Inspection, Signer

_SCHEMES = ("eidas-legal", "eidas-legal-other", "vat", "lei")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredBody:
    """A body that must seal: its id, a name for sentences, and what it is known by."""

    id: str
    name: str
    identifiers: frozenset[str]

    @classmethod
    def of(cls, id: str, described: Sequence[Organisation]) -> RequiredBody:
        """Gather what all descriptions of one body say; a body may stand in several roles."""
        names = [str(one.legal_name) for one in described if one.legal_name]
        stated = (id for one in described for id in one.identifiers if id.scheme in _SCHEMES)
        return cls(
            id=id,
            name=names[0] if names else id,
            identifiers=frozenset(_plain(one.value) for one in stated) - {""},
        )


def signers_of(opened: Opened, findings: Iterable[Finding]) -> list[Signer]:
    """Return the seals of a file; findings are those of the mechanism about all of them."""
    found = list(findings)
    return [
        Signer(
            signature=signature,
            certificate=certificate,
            facts=None if certificate is None else facts_of(certificate),
            intact=is_intact(signature.path, found),
        )
        for signature in opened.signatures
        for certificate in (signing_certificate(signature),)
    ]


def required_bodies(inspection: Inspection) -> list[RequiredBody]:
    """Return the bodies that must seal, in the order of the description."""
    if inspection.decoded is None:
        return []
    description = inspection.decoded.award.micro_credential
    return [
        RequiredBody.of(id, [one for one in description.organisations() if one.id == id])
        for id in description.seals_required
    ]


def seals_of(body: RequiredBody, signers: Sequence[Signer]) -> list[Signer]:
    """Return the seals whose certificate states an identifier of the body, never a name."""
    return [
        one
        for one in signers
        if one.facts and _forms(one.facts.organisation_identifier) & body.identifiers
    ]


def deciding(inspection: Inspection) -> list[Signer]:
    """Return the seals that decide, as far as the steps have come."""
    signers = inspection.signers
    bodies = required_bodies(inspection)
    if not bodies:
        return _best(signers)
    chosen: list[Signer] = []
    for body in bodies:
        chosen.extend(one for one in _best(seals_of(body, signers)) if one not in chosen)
    return chosen or list(signers)


def _best(signers: Sequence[Signer]) -> list[Signer]:
    trusted = [one for one in signers if one.is_trusted]
    return [one for one in trusted if one.is_timely] or trusted or list(signers)


def is_intact(path: str, findings: Sequence[Finding]) -> bool:
    """Say whether all that was found out about the seal at this path, or about all, is good."""
    about = [
        one
        for one in findings
        if not one.advice and (one.path is None or one.path == path or _is_below(one.path, path))
    ]
    return bool(about) and all(one.outcome is Outcome.PASSED for one in about)


def _is_below(path: str, of: str) -> bool:
    return path.startswith(f"{of}/")


def facts_of(certificate: bytes) -> CertificateFacts | None:
    """Return what a certificate says, or None where it cannot be read."""
    try:
        return describe(certificate)
    except UnreadableError:
        return None  # already a finding of the step `seal`


def _forms(identifier: str | None) -> set[str]:
    """Return the ways in which an identifier of EN 319 412-1 stands outside certificates."""
    plain = _plain(identifier)
    kind, country, number = plain[:3], plain[3:5], plain[6:]
    if plain[5:6] != "-" or not number:
        return {plain} - {""}
    return {plain, *({country + number} if kind == "VAT" else {number} if kind == "LEI" else ())}


def _plain(text: str | None) -> str:
    return "".join((text or "").split()).upper()


def held_by(signers: Iterable[Signer]) -> Iterator[CertificateFacts]:
    """Yield what the certificates of these seals say."""
    for one in signers:
        if one.facts is not None:
            yield one.facts
