"""Credentials sealed with COSE (CBOR): read and checked; Tessera does not issue them.

Entry points: `VCCOSE`, `media_type_findings` (for the step `schema`).

1. `opened = VCCOSE.open(raw)`: bytes, or base64 or hexadecimal text of them.
2. `VCCOSE.check(opened, resolver.key_of)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tessera.errors import UsageError
from tessera.seals.vccose.check import check_message, media_type_findings
from tessera.seals.vccose.read import ALGORITHMS, open_message

if TYPE_CHECKING:
    from tessera.report import Finding
    from tessera.seals.protocol import KeyOf, OpenedProofs

__all__ = ["VCCOSE", "CoseMechanism", "media_type_findings"]


class CoseMechanism:
    """The mechanism `vccose`: COSE_Sign1 messages that hold one credential or presentation."""

    id = "vccose"
    algorithms = tuple(dict.fromkeys(ALGORITHMS.values()))

    def seal(self, *_: Any, **__: Any) -> NoReturn:
        """Raises: UsageError always: no wallet or register asked for COSE so far."""
        raise UsageError("Tessera reads credentials sealed with COSE and does not make them.")

    def open(self, raw: bytes) -> OpenedProofs:
        """Parse without judging. Raises: UnreadableError when it is no such message."""
        return open_message(raw)

    def check(self, opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
        """Say whether the message is intact; `seal.key` INDETERMINATE without a key."""
        return check_message(opened, key_of)

    def form(self, opened: OpenedProofs) -> tuple[Finding, ...]:
        """Say for the step `schema` whether the message is of the media type it names."""
        return media_type_findings(opened)


VCCOSE = CoseMechanism()
