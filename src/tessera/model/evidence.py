"""A file that somebody brings as evidence: what it is, what was read in it, what is claimed.

The three stay apart, because they are of different worth: the hash and the size are facts,
what was read is what the file says, and the claim is what its holder says it proves. None of
them is verified, and there is no way here to say that it were.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tessera.errors import ModelError
from tessera.model.learner import Learner
from tessera.model.microcredential import MicroCredential

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the holder says that a file proves. by: who says so."""

    by: Learner
    micro_credential: MicroCredential
    statement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One file brought as evidence.

    sha256: of the whole file, 64 hexadecimal digits. size: in bytes. read: what a program
    found in the file, as (what, text) in the order found. claim: None until somebody claims.

    Raises: ModelError for a hash or a size that is none.
    """

    sha256: str
    media_type: str
    size: int
    read: tuple[tuple[str, str], ...] = ()
    claim: Claim | None = None

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256):
            raise ModelError("A SHA-256 has 64 hexadecimal digits.", path="/sha256")
        if self.size < 1:
            raise ModelError("An empty file is no evidence.", path="/size")
