"""What the structural check says when a document is not for it."""

from __future__ import annotations

from tessera.errors import TesseraError


class OutOfDomain(TesseraError):
    """The document uses JSON-LD that this check does not read; take the RDF route instead.

    It says nothing about the document: the caller falls back to JSON-LD expansion
    and the official shapes. `pointer` is the JSON Pointer of the place, if known.
    """

    code = "structure.domain"
    exit_code = 65

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer
