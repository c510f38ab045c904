"""RFC 3161 timestamps: ask for one, read one, say whether it covers these bytes.

`request` builds the question and reads the answer, `token` opens a timestamp and states
facts about it. Whether the authority behind it is trusted is never said here.

>>> from tessera.seals.timestamp import read_token
>>> read_token(b"no timestamp")
Traceback (most recent call last):
    ...
tessera.errors.UnreadableError: This is not a timestamp (RFC 3161).
"""

from __future__ import annotations

from tessera.seals.timestamp.request import (
    TimestampError,
    TimestampRequest,
    read_response,
)
from tessera.seals.timestamp.token import TimestampToken, covers, is_intact, read_token

__all__ = [
    "TimestampError",
    "TimestampRequest",
    "TimestampToken",
    "covers",
    "is_intact",
    "read_response",
    "read_token",
]
