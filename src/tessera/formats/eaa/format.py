"""The format as the registry sees it; the parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.formats.eaa.kinds import find_attestation, plain_kind

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class EaaFormat:
    """Attestations of the EDC-W3C family (DC4EU, EBSI): written as higher-education ones."""

    id = "eaa"
    title = "European higher-education micro-credential (EDC-W3C attestation)"
    media_types = ("application/vc+ld+json", "application/ld+json", "application/json")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is such an attestation, or a plain sample of the same catalogue."""
        return find_attestation(document) is not None or plain_kind(document) is not None

    def encode(self, award: Award) -> dict[str, Any]:
        """Write an award. Raises: EncodeError."""
        from tessera.formats.eaa.encode import encode

        return encode(award)

    def decode(self, document: Any) -> Decoded | None:
        """Read an attestation; None for a plain sample. Raises: UnreadableError."""
        from tessera.formats.eaa.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`; `library` None leaves the schemas out."""
        from tessera.formats.eaa.check import check

        return check(document, library)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:  # noqa: ARG002 - of the protocol
        """No credential lies inside an attestation."""
        return ()

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: what an attestation says is read back."""
        return {}


FORMAT = EaaFormat()
