"""Europass credentials of the first generation (EDCI, ELM 1) as the registry sees them.

Source: European Learning Model 1.x, genericschema_1.2.xsd (Europass, 2022); read only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tessera.formats.imports.reading import ReadOnly

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded
    from tessera.report import Finding
    from tessera.standards.locate import Library


class EdciFormat(ReadOnly):
    """EDCI credentials, presentations of them, and the subject alone; read only."""

    id = "edci"
    title = "Europass credential of the first generation (EDCI, ELM 1)"
    media_types = ("application/xml", "text/xml")

    def recognises(self, document: Any) -> bool:
        """Tell whether these bytes begin as such a credential, presentation or subject."""
        if not isinstance(document, bytes):
            return False
        from tessera.formats.imports.edci_names import ROOTS
        from tessera.standards.xmltext import root_name

        return root_name(document) in ROOTS

    def decode(self, document: Any) -> Decoded:
        """Read a credential. Raises: UnreadableError when it is none."""
        from tessera.formats.imports.edci_decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG002
        """Judge what can be judged without the official schema, and say so."""
        from tessera.formats.imports.edci_check import check

        return check(document)


EDCI = EdciFormat()
