"""The format as the registry sees it; heavy parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.formats.elm.decode import find_credential
from tessera.formats.protocol import Decoded, Embedded
from tessera.model import Award
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.locate import Library


class ElmFormat:
    """European Digital Credentials for learning, ELM 3.2 (reading also 3.1)."""

    id = "elm"
    title = "European Digital Credential (European Learning Model)"
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

    def embedded(self, document: Any) -> tuple[Embedded, ...]:  # noqa: ARG002 - of the protocol
        """No credential lies inside an ELM credential; parts are named by their ids."""
        return ()

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: what ELM says is read back."""
        return {}


FORMAT = ElmFormat()
