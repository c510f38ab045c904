"""What can go wrong with a *call*: bad arguments, missing keys, a full disk.

Judgements about a credential are never exceptions: they are findings in a
report (`tessera.report`). Every error here has a stable `code`, an `exit_code`
for the command line (DESIGN section 10) and a message that says what to do next.
"""

from __future__ import annotations


class TesseraError(Exception):
    """Base of every error raised on purpose; `str(error)` is fit for a person."""

    code = "tessera"
    exit_code = 70


class UsageError(TesseraError):
    """The call itself is wrong: an unknown option, list, format or policy."""

    code = "usage"
    exit_code = 64


class UnreadableError(TesseraError):
    """An input cannot be read as what it should be; says where and why."""

    code = "unreadable"
    exit_code = 65


class ModelError(UnreadableError):
    """A value breaks an invariant of `tessera.model`.

    `path` is a JSON Pointer (RFC 6901) relative to the object that refused.
    """

    code = "model"

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class EncodeError(TesseraError):
    """A record cannot be written in a format; `elements` names what is missing.

    `elements` holds element ids of `tessera.quality` such as "E2"; `paths` the
    JSON Pointers into the record, in the same order.
    """

    code = "encode"
    exit_code = 65

    def __init__(
        self, message: str, *, elements: tuple[str, ...] = (), paths: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.elements = elements
        self.paths = paths


class StandardsError(TesseraError):
    """Official files are missing, altered or could not be installed."""

    code = "standards"
    exit_code = 65


class StoreError(TesseraError):
    """Something cannot be written: locked folder, full disk, another writer."""

    code = "store"
    exit_code = 73


class KeyRefusedError(TesseraError):
    """A sealing key cannot be used: wrong password, expired, wrong usage."""

    code = "key"
    exit_code = 77
