"""The options of a proof: what each may say, as findings about the step `seal`.

Source: W3C Verifiable Credential Data Integrity 1.0 sections 2.1 (proofs), 2.1.1 (proof
chains), 2.2 (proof purposes) and 4.4 (verify proof).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.dataintegrity.suites import DATA_INTEGRITY_PROOF, Suite
from tessera.seals.multikey import from_multibase

PURPOSES = ("assertionMethod", "authentication")
MOST_SIGNATURE_LETTERS = 1024
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_LISTS = frozenset({"domain", "previousProof"})
_TEXTS = _LISTS | {"id", "nonce", "challenge"}
_DI = "W3C Verifiable Credential Data Integrity 1.0"


def instant(value: Any) -> datetime | None:
    """Read an xsd:dateTimeStamp; None for anything else."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def stamp(moment: datetime) -> str:
    """Write an instant as proofs do: whole seconds, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def option_findings(
    proof: Mapping[str, Any], suite: Suite, *, is_presentation: bool
) -> Iterator[Finding]:
    """Yield what is wrong with the options of one proof; nothing when all are in order."""
    yield from _purpose(proof.get("proofPurpose"), is_presentation)
    yield from _method(proof.get("verificationMethod"))
    for name in ("created", "expires"):
        if name in proof and instant(proof[name]) is None:
            yield Finding.failed(
                "seal.date",
                f"The proof says {name!r} with a text that is no date and time with a time zone.",
                source=f"{_DI} section 2.1",
            )
    yield from _texts(proof)
    if suite.instead is not None:
        yield Finding.passed(
            "seal.suite-superseded",
            f"The proof is of the kind {suite.id!r}, which {suite.instead!r} has replaced. It is "
            "still checked.",
            source="W3C Data Integrity EdDSA Cryptosuites 1.0 section 3.2",
            advice=True,
        )


def signature_of(proof: Mapping[str, Any], suite: Suite) -> tuple[bytes | None, str]:
    """Return the signature of a proof, or None and the sentence that says why not."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value:
        return None, "The proof holds no signature (proofValue)."
    if suite.canonical == "sd":
        return b"", ""
    if not value.startswith("z") or len(value) > MOST_SIGNATURE_LETTERS:
        return None, (
            "The proof holds a placeholder and no signature: what stands in proofValue is not "
            "base58 text of a signature."
        )
    try:
        return from_multibase(value), ""
    except UnreadableError as error:
        return None, f"The proof holds a placeholder and no signature: {error}"


def _purpose(value: Any, is_presentation: bool) -> Iterator[Finding]:
    allowed = PURPOSES if is_presentation else PURPOSES[:1]
    if value in allowed:
        return
    what = "a presentation" if is_presentation else "a credential"
    said = f"{value[:40]!r}" if isinstance(value, str) else "nothing"
    yield Finding.failed(
        "seal.purpose",
        f"The proof says {said} about what its key is used for; {what} is sealed for "
        f"{' or '.join(allowed)}.",
        source=f"{_DI} section 2.2; W3C Verifiable Credentials Data Model 2.0 section 4.12",
    )


def _method(value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or not _URL.fullmatch(value):
        yield Finding.failed(
            "seal.verification-method",
            "The proof names its key (verificationMethod) by no absolute address, so nobody can "
            "know which key is meant.",
            source=f"{_DI} section 2.1",
        )


def _texts(proof: Mapping[str, Any]) -> Iterator[Finding]:
    """Options that are texts have to be texts; `domain` and `previousProof` also lists."""
    for name in sorted(_TEXTS & proof.keys()):
        value = proof[name]
        many = value if isinstance(value, list) and name in _LISTS else [value]
        if not all(isinstance(one, str) for one in many):
            yield Finding.failed(
                "seal.proof",
                f"The proof says {name!r} with something that is no text.",
                source=f"{_DI} section 2.1",
            )


def named_suite(proof: Mapping[str, Any]) -> str:
    """Return what the proof calls its suite, for sentences and for `KeyRef.algorithm`."""
    kind = proof.get("type")
    name = proof.get("cryptosuite") if kind == DATA_INTEGRITY_PROOF else kind
    return name[:60] if isinstance(name, str) else ""
