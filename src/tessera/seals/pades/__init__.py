"""The seal of a certificate: PAdES (ETSI EN 319 142-1) on a PDF that carries the credential.

`write` seals, `extend` and `store` keep the seal provable (timestamps, validation data),
`read` opens without judging, `check` states facts, `text` reads the pages; `bounds` decides
first what reading may cost.

1. Seal a certificate and open the result:

>>> opened = PADES.open(PADES.seal(pdf, key, at))           # doctest: +SKIP
>>> opened.document                                         # doctest: +SKIP
b'{"payload": ...'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tessera.errors import UsageError
from tessera.seals.algorithms import ALGORITHMS
from tessera.seals.protocol import KeyOf, Opened, SigningKey

if TYPE_CHECKING:
    from tessera.report import Finding
    from tessera.seals.pades.extend import with_document_timestamp
    from tessera.seals.pades.read import Attachment, OpenedPdf, is_pdf, open_pdf
    from tessera.seals.pades.store import with_validation_data
    from tessera.seals.pades.text import page_text
    from tessera.seals.pades.write import PdfSealError, Stamper, seal

__all__ = [
    "PADES", "Attachment", "OpenedPdf", "Pades", "PdfSealError", "Stamper", "is_pdf",
    "open_pdf", "page_text", "seal", "with_document_timestamp", "with_validation_data",
]  # fmt: skip
_PARTS = {
    "with_document_timestamp": "extend",
    **dict.fromkeys(("Attachment", "OpenedPdf", "is_pdf", "open_pdf"), "read"),
    "with_validation_data": "store",
    "page_text": "text",
    **dict.fromkeys(("PdfSealError", "Stamper", "seal"), "write"),
}


def __getattr__(name: str) -> Any:
    """Load what is exported when it is first asked for: most files are no PDF."""
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PARTS[name]}"), name)


class Pades:
    """The mechanism "pades" for the registry; see `tessera.seals.protocol.Mechanism`."""

    id = "pades"
    algorithms = ALGORITHMS

    def seal(
        self, document: bytes, key: SigningKey, at: datetime, options: Stamper | None = None
    ) -> bytes:
        from tessera.seals.pades.write import seal

        return seal(document, key, at, options)

    # The protocol's further arguments say nothing to a PDF: it holds everything itself.

    def open(
        self,
        raw: bytes,
        detached: Mapping[str, bytes] | None = None,  # noqa: ARG002
    ) -> OpenedPdf:
        from tessera.seals.pades.read import open_pdf

        return open_pdf(raw)

    def check(
        self,
        opened: Opened,
        key_of: KeyOf | None = None,  # noqa: ARG002
    ) -> tuple[Finding, ...]:
        from tessera.seals.pades.check import check
        from tessera.seals.pades.read import OpenedPdf

        if not isinstance(opened, OpenedPdf):
            raise UsageError("This is no opened PDF. Use the mechanism that opened it.")
        return check(opened)

    def cosign(self, *_: Any, **__: Any) -> bytes:
        raise UsageError(
            "A certificate has one seal. Add further seals to the credential, then draw it anew."
        )


PADES = Pades()
