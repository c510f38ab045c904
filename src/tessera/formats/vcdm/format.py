"""The format as the registry sees it; the parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.formats.vcdm.find import find_credential, is_presentation

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class VcFormat:
    """W3C Verifiable Credentials and presentations: 2.0, reading also 1.1."""

    id = "vc"
    title = "W3C Verifiable Credential"
    media_types = ("application/vc", "application/vp", "application/ld+json", "application/json")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is a credential or a presentation, of whatever kind."""
        return is_presentation(document) or find_credential(document) is not None

    def encode(self, award: Award) -> dict[str, Any]:
        """Write an award. Raises: EncodeError."""
        from tessera.formats.vcdm.encode import encode

        return encode(award)

    def decode(self, document: Any) -> Decoded | None:
        """Read a credential; None for a presentation. Raises: UnreadableError."""
        from tessera.formats.vcdm.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`."""
        from tessera.formats.vcdm.check import check

        return check(document, library)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:
        """Return the credentials inside a presentation or an envelope."""
        from tessera.formats.vcdm.presentation import embedded

        return embedded(document)

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: what the credential says is read back."""
        return {}


FORMAT = VcFormat()
