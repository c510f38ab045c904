"""Does the document name one issuer, and is it the one whose key was asked for?

A mechanism looks for the issuer where its seal puts it; a format may find the credential
further in, as the claim `vc` of a token. A trusted party could seal its own name outside and
the credential of another within, so every place has to say the same.

Source: W3C VC-JOSE-COSE section 3.1.3 (`iss` and `issuer`); W3C VC Data Model 1.1 section
6.3.1 (the claim `vc`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tessera.report import Finding
from tessera.seals.protocol import KeyRef
from tessera.verify.examination import Inspection, Signer

_DEEPEST = 4
_BY_KEY = ("vc", "ob3", "clr", "sd-jwt")
_SOURCE = "W3C VC Data Model 2.0 section 4.7; W3C VC-JOSE-COSE section 3.1.3"


def naming_findings(one: Signer, inspection: Inspection) -> Iterator[Finding]:
    """Yield `signer.issuer` for each place that names another issuer than the seal."""
    if inspection.decoded is None or one.proof is None:
        return
    asked = one.proof.key.issuer
    stated = list(_stated(inspection.document, ""))
    for path, issuer in stated:
        if asked is not None and issuer != asked:
            yield Finding.failed(
                "signer.issuer",
                f"The seal is that of {asked[:80]}, and the credential in it names the issuer "
                f"{issuer[:80]}.",
                path=path,
                evidence={"seal": asked, "credential": issuer},
                source=_SOURCE,
            )


def certificate_findings(one: Signer, inspection: Inspection) -> Iterator[Finding]:
    """Yield `signer.controller` for a JAdES seal on a document whose issuer is a key's holder.

    A European credential names its issuer as certificates do, and the step `issuer` compares
    them. Others name a DID or an address, which the certificate or the issuer's own keys have
    to confirm: else whoever has a trusted certificate could seal in anybody's name.
    """
    if one.certificate is None or inspection.format not in _BY_KEY:
        return
    for path, issuer in _stated(inspection.document, ""):
        ref = KeyRef(algorithm="", issuer=issuer, certificates=(one.certificate,))
        for said in inspection.resolver.resolve(ref).findings:
            if said.rule.startswith("signer."):
                yield replace(said, path=path)


def _stated(node: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield where issuers are named; claims for wallets (`vct`) name theirs as `iss` alone."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    for member in ("iss",) if "vct" in node else ("iss", "issuer"):
        value = node.get(member)
        id = value.get("id") if isinstance(value, dict) else value
        if isinstance(id, str):
            yield f"{path}/{member}", id
    for inner in ("vc", "vp"):
        yield from _stated(node.get(inner), f"{path}/{inner}", depth + 1)
