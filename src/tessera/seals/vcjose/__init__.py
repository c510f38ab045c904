"""Credentials sealed as signed tokens (JWS): W3C VC-JOSE-COSE, Open Badges 3.0, VCDM 1.1.

Entry points: `VCJOSE` (the mechanism), `TokenSealer` (many documents, one key),
`JoseOptions`, `media_type_findings` (for the step `schema`), `envelop` and `unwrap`.

1. Seal: `VCJOSE.seal(document, key, at, JoseOptions(verification_method=...))`.
2. Open and check: `VCJOSE.check(VCJOSE.open(token), resolver.key_of)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tessera.seals.algorithms import ALGORITHMS

if TYPE_CHECKING:
    from datetime import datetime

    from tessera.report import Finding
    from tessera.seals.protocol import KeyOf, OpenedProofs, SigningKey
    from tessera.seals.vcjose.envelope import Enveloped, envelop, is_envelope, unwrap
    from tessera.seals.vcjose.media import media_type_findings
    from tessera.seals.vcjose.write import JoseOptions, JoseProfile, TokenSealer

__all__ = [
    "VCJOSE",
    "Enveloped",
    "JoseMechanism",
    "JoseOptions",
    "JoseProfile",
    "TokenSealer",
    "envelop",
    "is_envelope",
    "media_type_findings",
    "unwrap",
]
_PARTS = {
    **dict.fromkeys(("Enveloped", "envelop", "is_envelope", "unwrap"), "envelope"),
    **dict.fromkeys(("JoseOptions", "JoseProfile", "TokenSealer"), "write"),
    "media_type_findings": "media",
}


def __getattr__(name: str) -> Any:
    """Load what is exported when it is first asked for: most files carry another seal."""
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PARTS[name]}"), name)


class JoseMechanism:
    """The mechanism `vcjose`: compact tokens that hold one credential or presentation."""

    id = "vcjose"
    algorithms = ALGORITHMS

    def seal(
        self, document: bytes, key: SigningKey, at: datetime, options: JoseOptions | None = None
    ) -> bytes:
        """Return the token. Raises: KeyRefusedError, UnreadableError."""
        from tessera.seals.vcjose.write import seal_token

        return seal_token(document, key, at, options)

    def open(self, raw: bytes) -> OpenedProofs:
        """Parse without judging. Raises: UnreadableError when it is no such token."""
        from tessera.seals.vcjose.read import open_token

        return open_token(raw)

    def check(self, opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
        """Say whether the token is intact; `seal.key` INDETERMINATE without a key."""
        from tessera.seals.vcjose.check import check_token

        return check_token(opened, key_of)

    def form(self, opened: OpenedProofs) -> tuple[Finding, ...]:
        """Say for the step `schema` whether the token is of the media type it names."""
        from tessera.seals.vcjose.media import media_type_findings

        return media_type_findings(opened)


VCJOSE = JoseMechanism()
