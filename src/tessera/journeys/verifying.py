"""The journey of verification: bytes in, examination and verdict out.

>>> from datetime import UTC, datetime
>>> from tessera.verify.examination import Circumstances
>>> judged = judge(b"{}", Circumstances(at=datetime(2026, 11, 24, tzinfo=UTC)), "standard")
>>> judged.verdict.outcome.value
'FAILED'
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tessera.errors import UnreadableError
from tessera.policy import Verdict
from tessera.verify.examination import Circumstances, Examination
from tessera.verify.policies import policy
from tessera.verify.recognise import MOST_BYTES
from tessera.verify.runner import examine
from tessera.verify.verdicts import sentence

__all__ = ["MOST_BYTES", "Judged", "judge", "read_input"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An examination, the verdict of a policy on it, and that verdict in a sentence."""

    examination: Examination
    policy: str
    verdict: Verdict
    sentence: str

    def to_json(self, name: str) -> dict[str, Any]:
        """Return the public report of one input, schema 1 (docs/versioning.md)."""
        seen = self.examination
        return {
            "schema": 1,
            "input": name,
            "sha256": seen.sha256,
            "format": seen.format,
            "seal": seen.seal.to_json() if seen.seal else None,
            "steps": [step.to_json() for step in seen.report.steps],
            "verdict": self.verdict.outcome.value,
            "sentence": self.sentence,
            "policy": self.policy,
            "not_checked": list(seen.report.not_checked),
        }


def judge(
    raw: bytes, circumstances: Circumstances, policy_name: str, *, language: str = "en"
) -> Judged:
    """Verify one input. Raises: UsageError for an unknown policy; nothing for any bytes."""
    chosen = policy(policy_name)
    seen = examine(raw, circumstances)
    verdict = chosen.judge(seen.report)
    return Judged(
        examination=seen,
        policy=policy_name,
        verdict=verdict,
        sentence=sentence(seen, verdict, language=language),
    )


def read_input(path: Path) -> bytes:
    """Read a file to be verified, at most one byte more than is allowed.

    Raises: UnreadableError when it cannot be opened. An input that is too large
    fails to parse; its first bytes are enough to say so.
    """
    try:
        if path.is_dir():
            raise UnreadableError(f"{path} is a folder. Name the files in it: {path}/*")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from error
