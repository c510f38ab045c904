"""Does the key belong to the issuer that the credential names?

Source: W3C VC Data Model 2.0 section 4.5 (issuer) and Controlled Identifiers 1.0
section 3.3; SD-JWT VC, "Issuer Signature Mechanisms" (x5c: names in the certificate);
RFC 6125 is not applied: names are compared letter by letter, without wildcards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.trust.resolve import addresses

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.seals.protocol import KeyRef
    from tessera.trust.resolve.documents import Method

_RULE = "signer.controller"
_SOURCE = "W3C Controlled Identifiers 1.0 section 3.3"
_BOUND = ("did:key:", "did:jwk:")  # names that stand for exactly one key


def is_bound(issuer: str) -> bool:
    """Say whether a name stands for exactly one key."""
    return issuer.startswith(_BOUND)


def named_in(certificate: bytes, issuer: str | None) -> str | None:
    """Return the issuer if the certificate names it (URI, or DNS name of its address)."""
    from cryptography.x509 import DNSName, SubjectAlternativeName, UniformResourceIdentifier
    from cryptography.x509.extensions import ExtensionNotFound

    from tessera.seals.certificates import parse
    from tessera.seals.x509_faults import x509_faults

    if issuer is None:
        return None
    parsed = parse(certificate)
    try:
        names = parsed.extensions.get_extension_for_class(SubjectAlternativeName).value
        uris = names.get_values_for_type(UniformResourceIdentifier)
        hosts = [host.lower() for host in names.get_values_for_type(DNSName)]
    except ExtensionNotFound:
        return None
    except x509_faults():
        return None
    parts = addresses.split_web(issuer)
    by_host = parts is not None and (parts.hostname or "").lower() in hosts
    return issuer if issuer in uris or by_host else None


def named(issuer: str) -> Finding:
    """Return `signer.controller` for a certificate that names the issuer.

    Not said: whether whoever issued the certificate is trusted.
    """
    return Finding.passed(
        _RULE,
        f"The certificate in the seal names the issuer {issuer[:80]}.",
        evidence={"issuer": issuer},
        source='SD-JWT VC, "Issuer Signature Mechanisms" (x5c)',
    )


def compare(
    ref: KeyRef,
    controller: str | None,
    key: PublicKeyTypes,
    published: Callable[[str, datetime | None], tuple[Method, ...] | None],
) -> Finding:
    """Return `signer.controller`.

    PASSED: the issuer holds the key, or publishes it. FAILED: the issuer's keys are known
    and this is none of them. INDETERMINATE: nothing says whose it is.
    """
    issuer = ref.issuer or ""
    evidence = {"issuer": ref.issuer, "controller": controller}
    if controller == issuer or _is_home(controller, issuer):
        return Finding.passed(
            _RULE,
            f"The key belongs to the issuer {issuer[:80]}.",
            evidence=evidence,
            source=_SOURCE,
        )
    methods = published(issuer, ref.at)
    if methods is not None and any(_holds(method, key, ref.purpose) for method in methods):
        return Finding.passed(
            _RULE,
            f"The issuer {issuer[:80]} publishes this key.",
            evidence=evidence,
            source=_SOURCE,
        )
    whose = f"belongs to {controller[:80]}" if controller else "comes without an owner"
    if methods is not None or is_bound(issuer):
        return Finding.failed(
            _RULE,
            f"The credential names the issuer {issuer[:80]}, but the key {whose} and is none of "
            "the issuer's.",
            evidence=evidence,
            source=_SOURCE,
        )
    return Finding.indeterminate(
        _RULE,
        f"The key {whose}, and nothing at hand says that it is one of {issuer[:80]}. Give the "
        "issuer's keys with --trust FILE, or use --online.",
        evidence=evidence,
        source=_SOURCE,
    )


def _is_home(controller: str | None, issuer: str) -> bool:
    """Say whether a lone key was served from the issuer's own origin."""
    return controller is not None and controller == addresses.origin(issuer)


def _holds(method: Method, key: PublicKeyTypes, purpose: str) -> bool:
    try:
        return (method.relationships is None or purpose in method.relationships) and (
            method.key() == key
        )
    except UnreadableError:
        return False
