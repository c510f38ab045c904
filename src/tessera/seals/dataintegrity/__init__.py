"""Proofs inside the document they seal: W3C Verifiable Credential Data Integrity.

Entry points: `DATA_INTEGRITY` (the mechanism), `BatchSigner` (many documents, one key),
`DataIntegrityOptions`, `FAST_PATHS` (switches templates off). `read` opens without judging,
`check` states facts, `write` seals.

1. Seal: `DATA_INTEGRITY.seal(document, key, at, DataIntegrityOptions(...))`.
2. Open and check: `DATA_INTEGRITY.check(DATA_INTEGRITY.open(sealed), resolver.key_of)`.
3. With official files: `DATA_INTEGRITY.using(shared(library))` knows more contexts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tessera.seals.dataintegrity.suites import WRITTEN

if TYPE_CHECKING:
    from datetime import datetime

    from tessera.report import Finding
    from tessera.seals.dataintegrity.batch import BatchSigner
    from tessera.seals.dataintegrity.compiled import FAST_PATHS
    from tessera.seals.dataintegrity.write import DataIntegrityOptions
    from tessera.seals.protocol import KeyOf, OpenedProofs, SigningKey
    from tessera.standards.contexts import Contexts

__all__ = [
    "DATA_INTEGRITY",
    "FAST_PATHS",
    "BatchSigner",
    "DataIntegrityMechanism",
    "DataIntegrityOptions",
]
_PARTS = {"BatchSigner": "batch", "FAST_PATHS": "compiled", "DataIntegrityOptions": "write"}


def __getattr__(name: str) -> Any:
    """Load what is exported when it is first asked for: most files carry another seal."""
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PARTS[name]}"), name)


class DataIntegrityMechanism:
    """The mechanism `dataintegrity`; contexts: the registry its canonical forms rest on."""

    id = "dataintegrity"
    algorithms = WRITTEN

    def __init__(self, contexts: Contexts | None = None) -> None:
        self._contexts = contexts

    def using(self, contexts: Contexts) -> DataIntegrityMechanism:
        """Return the mechanism with another registry of contexts."""
        return DataIntegrityMechanism(contexts)

    def seal(
        self,
        document: bytes,
        key: SigningKey,
        at: datetime,
        options: DataIntegrityOptions | None = None,
    ) -> bytes:
        """Return the document with a proof. Raises: KeyRefusedError, UnreadableError."""
        from tessera.seals.dataintegrity.write import seal_document

        return seal_document(document, key, at, options)

    def open(self, raw: bytes) -> OpenedProofs:
        """Parse without judging. Raises: UnreadableError when there is no proof inside."""
        from tessera.seals.dataintegrity.read import open_document

        return open_document(raw)

    def check(self, opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
        """Say whether each proof is intact, at its path."""
        from tessera.seals.dataintegrity.check import check_proofs
        from tessera.standards.contexts import shared

        return check_proofs(opened, key_of, self._contexts or shared())

    def form(self, opened: OpenedProofs) -> tuple[Finding, ...]:  # noqa: ARG002
        """Say nothing: an embedded proof states no media type."""
        return ()


DATA_INTEGRITY = DataIntegrityMechanism()
