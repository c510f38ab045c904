"""What the number at a credential's place means, in words; nothing here reads a list.

Revocation and suspension fail a credential. An available update (`refresh`) does not, and
a message is for a person to weigh: no standard says which message forbids what.

Source: W3C Bitstring Status List 1.0 sections 2.1 and 3.2; IETF Token Status List section 7.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessera.report import Finding
from tessera.trust.status.lists import StatusList

W3C = "W3C Bitstring Status List 1.0 section 3.2"
IETF = "IETF Token Status List section 7.1"
_VALID, _INVALID, _SUSPENDED = 0, 1, 2


def token_value(number: int, evidence: Mapping[str, Any]) -> Finding:
    """Judge a number of a token list."""
    if number == _VALID:
        return _good(evidence, IETF)
    if number == _INVALID:
        return _revoked(evidence, IETF)
    if number == _SUSPENDED:
        return _suspended(evidence, IETF)
    return Finding.indeterminate(
        "status.reserved",
        f"The list gives the credential the status {number:#x}, whose meaning only its issuer "
        "knows. Ask the issuer whether the credential still counts.",
        evidence=evidence,
        source=IETF,
    )


def purpose_value(
    number: int, purpose: str, found: StatusList, evidence: Mapping[str, Any]
) -> Finding:
    """Judge a number of a W3C list for the purpose that the credential names."""
    if purpose == "revocation":
        return _revoked(evidence, W3C) if number else _good(evidence, W3C)
    if purpose == "suspension":
        return _suspended(evidence, W3C) if number else _good(evidence, W3C)
    if purpose == "refresh":
        return _refresh(number, evidence)
    word = found.messages.get(number)
    if purpose == "message":
        said = f"'{word[:200]}' ({number:#x})" if word else f"the message {number:#x}"
        return Finding.indeterminate(
            "status.message",
            f"The issuer says {said} about the credential. What that means for you is not laid "
            "down anywhere: read the issuer's terms or ask.",
            evidence={**evidence, **({"message": word[:200]} if word else {})},
            source="W3C Bitstring Status List 1.0 section 2.2",
        )
    return Finding.indeterminate(
        "status.purpose",
        f"The credential names a list for the purpose '{purpose[:60]}', which is not known here; "
        f"its number there is {number:#x}.",
        evidence=evidence,
        source=W3C,
    )


def listed(revoked: Mapping[str, str], credential: str, evidence: Mapping[str, Any]) -> Finding:
    """Judge by a list of ids (1EdTech)."""
    source = "1EdTech Revocation List 1.0; Open Badges 3.0 section 9.1"
    if credential not in revoked:
        return _good(evidence, source)
    reason = revoked[credential]
    return _revoked({**evidence, **({"reason": reason[:200]} if reason else {})}, source)


def _good(evidence: Mapping[str, Any], source: str) -> Finding:
    return Finding.passed(
        "status.good",
        f"The list{_of(evidence)} says nothing against the credential{_as_of(evidence)}.",
        evidence=evidence,
        source=source,
    )


def _revoked(evidence: Mapping[str, Any], source: str) -> Finding:
    return Finding.failed(
        "status.revoked",
        f"The issuer has revoked the credential{_as_of(evidence)}: it no longer counts, for good.",
        evidence=evidence,
        source=source,
    )


def _suspended(evidence: Mapping[str, Any], source: str) -> Finding:
    return Finding.failed(
        "status.suspended",
        f"The issuer has suspended the credential{_as_of(evidence)}: it does not count until the "
        "issuer reinstates it. Ask the issuer, or look again later.",
        evidence=evidence,
        source=source,
    )


def _refresh(number: int, evidence: Mapping[str, Any]) -> Finding:
    if not number:
        return _good(evidence, W3C)
    return Finding.passed(
        "status.refresh",
        "The credential still counts, but its issuer has a newer one: ask the learner for it.",
        evidence=evidence,
        source="W3C Bitstring Status List 1.0 section 2.1",
    )


def _of(evidence: Mapping[str, Any]) -> str:
    words = {"revocation": " of revocations", "suspension": " of suspensions"}
    return words.get(str(evidence.get("purpose")), "")


def _as_of(evidence: Mapping[str, Any]) -> str:
    issued = evidence.get("issued")
    return f" (as of {str(issued)[:16].replace('T', ' ')} UTC)" if issued else ""
