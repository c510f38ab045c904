"""Why an SD-JWT is rejected: one rule, one sentence, one clause.

RFC 9901 aborts at the first step that fails, so there is one refusal at most.
"""

from __future__ import annotations

from tessera.errors import UnreadableError
from tessera.report import Finding


class SdJwtRefused(UnreadableError):
    """An SD-JWT breaks a rule of RFC 9901 or of SD-JWT VC.

    rule: dotted id of docs/standards/sd-jwt.md. source: document and clause.
    """

    code = "sd-jwt"

    def __init__(self, rule: str, message: str, source: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.source = source

    def finding(self) -> Finding:
        """Return the refusal as a FAILED finding about the whole token."""
        return Finding.failed(self.rule, str(self), source=self.source)
