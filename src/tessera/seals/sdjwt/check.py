"""Is an SD-JWT intact? Facts as findings, nothing about trust, time or status.

Steps: 1 what was refused while reading, 2 each signature of the issuer, 3 the disclosures,
4 the key binding, where there is one. `form` says for the step `schema` whether the media
type fits what is sealed.

Source: RFC 9901 section 7; SD-JWT VC (draft) sections 3.2.1 and 3.4; W3C Securing Verifiable
Credentials using JOSE and COSE sections 3.2.1 and 3.2.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.algorithms import ALGORITHMS, refused_algorithm, verify_signature
from tessera.seals.base64text import from_base64url
from tessera.seals.sdjwt.binding import Expected, check_binding

if TYPE_CHECKING:
    from tessera.seals.protocol import KeyOf, OpenedProof, OpenedProofs

VC_TYPES = ("dc+sd-jwt", "vc+sd-jwt")  # the second until November 2024
_W3C = "W3C Securing Verifiable Credentials using JOSE and COSE section 3.2"
_IETF = "SD-JWT VC (draft) section 3.2.1"
_FORM = "sdjwt.media-type"


def check(
    opened: OpenedProofs, key_of: KeyOf, expected: Expected | None = None
) -> tuple[Finding, ...]:
    """Return the findings for the step `seal`; never raises for hostile content.

    expected: what a verifier asks of a key binding; None where the file came alone.
    """
    # 1
    findings = list(opened.defects)
    # 2
    for proof in opened.proofs:
        about = list(_signature(proof, key_of))
        findings += [replace(one, path=proof.path) for one in about] if proof.path else about
    # 3
    if not opened.defects:
        findings.append(_disclosed(opened))
    # 4
    findings += check_binding(opened, expected, key_of)
    return tuple(findings)


def _signature(proof: OpenedProof, key_of: KeyOf) -> Iterator[Finding]:
    yield from proof.defects
    held = proof.held
    if proof.suite not in ALGORITHMS:  # before any key is looked for
        yield refused_algorithm(proof.suite or None)
        return
    key = key_of(proof.key)
    if key is None:
        yield Finding.indeterminate(
            "seal.key",
            "The key that made the seal was not found, so the seal was not checked. Give the "
            "issuer's keys or certificate with --trust.",
            evidence={"kid": proof.key.kid} if proof.key.kid else {},
            source="RFC 9901 section 7.1 step 2.3",
        )
        return
    try:
        signature = from_base64url(held.signed.signature)
    except UnreadableError:
        signature = b""
    message = f"{held.signed.protected}.{held.parts.payload}".encode("ascii", "replace")
    yield verify_signature(proof.suite, key, signature, message)


def _disclosed(opened: OpenedProofs) -> Finding:
    processed = opened.proofs[0].held.processed
    shown = len(processed.placed)
    withheld = processed.digests - shown
    said = f"{shown} claims were disclosed, and each is one that the issuer signed."
    if withheld:
        said += f" {withheld} digests remain closed: claims kept back, or decoys."
    return Finding.passed(
        "seal.sdjwt.disclosures",
        said,
        evidence={"disclosed": shown, "closed": withheld},
        source="RFC 9901 section 7.1 steps 3 to 5",
    )


def form(opened: OpenedProofs) -> tuple[Finding, ...]:
    """State whether `typ` and `cty` fit what is sealed; for the step `schema`."""
    wanted, kind, source = _wanted(opened.document)
    stated = _media_type(opened.media_type)
    if not wanted and stated == VC_TYPES[0]:
        return _misnamed(
            "It calls itself an SD-JWT VC (dc+sd-jwt), but does not say of which type (vct).",
            "SD-JWT VC (draft) section 3.2.2.2",
        )
    if not wanted:
        said = "It is an SD-JWT of no type that prescribes what it calls itself."
        return (Finding.not_applicable(_FORM, said, source="RFC 9901 section 9.11"),)
    if stated not in wanted:
        named = "nothing" if opened.media_type is None else f"'{opened.media_type[:60]}'"
        return _misnamed(
            f"It is {kind}, which has to call itself {wanted[0]} (typ); it says {named}.", source
        )
    content = _media_type(opened.content_type)
    if source == _W3C and content is not None and content != wanted[0][:2]:
        return _misnamed(
            f"It is {kind}, but states '{str(opened.content_type)[:60]}' as its content (cty).",
            source,
        )
    said = f"It calls itself {stated}, and that is what it is."
    return (Finding.passed(_FORM, said, source=source),)


def _misnamed(sentence: str, source: str) -> tuple[Finding, ...]:
    return (Finding.failed(_FORM, sentence, source=source),)


def _wanted(document: Any) -> tuple[tuple[str, ...], str, str]:
    """Return the media types that fit the sealed document, what it is, and the clause."""
    if not isinstance(document, Mapping):
        return (), "", ""
    if "vct" in document:
        return VC_TYPES, "an SD-JWT VC", _IETF
    if "@context" not in document:
        return (), "", ""
    types = document.get("type")
    types = types if isinstance(types, list) else [types]
    # A holder may withhold the type of a presentation (it is disclosed like any claim).
    if "VerifiablePresentation" in types or (
        "verifiableCredential" in document and "VerifiableCredential" not in types
    ):
        return ("vp+sd-jwt",), "a W3C Verifiable Presentation", _W3C
    return ("vc+sd-jwt",), "a W3C Verifiable Credential", _W3C


def _media_type(stated: str | None) -> str | None:
    """Return a media type without its "application/", in small letters (RFC 7515 4.1.9)."""
    return None if stated is None else stated.lower().removeprefix("application/")
