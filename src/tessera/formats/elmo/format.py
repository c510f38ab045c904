"""The format as the registry sees it; heavy parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class ElmoFormat:
    """EMREX ELMO, the transcript that student information systems exchange."""

    id = "elmo"
    title = "EMREX ELMO transcript"
    media_types = ("text/xml", "application/xml")

    def recognises(self, document: Any) -> bool:
        """Tell whether these bytes are an ELMO document, of EMREX or before it."""
        if not isinstance(document, bytes):
            return False
        from tessera.formats.elmo.names import NAMESPACE, OLD_NAMESPACE
        from tessera.standards.xmltext import root_name

        return root_name(document) in ((NAMESPACE, "elmo"), (OLD_NAMESPACE, "elmo"))

    def encode(self, award: Award) -> bytes:
        """Write an award without attachment. Raises: EncodeError."""
        from tessera.formats.elmo.encode import encode

        return encode(award)

    def encode_with(self, award: Award, attachment: bytes, media_type: str) -> bytes:
        """Write an award with the sealed file as an attachment. Raises: EncodeError."""
        from tessera.formats.elmo.encode import encode

        return encode(award, attachment, media_type=media_type)

    def decode(self, document: Any) -> Decoded:
        """Read a document. Raises: UnreadableError when it is none."""
        from tessera.formats.elmo.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`; `library` None leaves the XSD out."""
        from tessera.formats.elmo.check import check

        return check(document, library)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:
        """The sealed files that travel along as attachments."""
        from tessera.formats.elmo.attachments import embedded

        return embedded(document)

    def elsewhere(self, award: Award) -> Mapping[str, str]:
        """What the English description tells in words, and what stands in for something else."""
        from tessera.formats.elmo.words import elsewhere

        return elsewhere(award)


FORMAT = ElmoFormat()
