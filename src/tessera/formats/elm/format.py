"""The format as the registry sees it; heavy parts are imported when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tessera.formats.elm.decode import Decoded, find_credential
from tessera.model import Award
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.locate import Library


class ElmFormat:
    """European Digital Credentials for learning, ELM 3.2 (reading also 3.1)."""

    id = "elm"
    media_types = ("application/ld+json", "application/json", "text/turtle")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is an ELM credential, bare or wrapped."""
        return find_credential(document) is not None

    def encode(self, award: Award) -> dict[str, Any]:
        """Write an award. Raises: EncodeError."""
        from tessera.formats.elm.encode import encode

        return encode(award)

    def decode(self, document: Any) -> Decoded:
        """Read a credential. Raises: UnreadableError when it is none."""
        from tessera.formats.elm.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`; `library` None leaves the shapes out."""
        from tessera.formats.elm.check import check

        return check(document, library)


FORMAT = ElmFormat()
