"""What the imports share: they refuse to be written, and note what was odd while reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from tessera.errors import EncodeError, ModelError
from tessera.formats.protocol import Embedded
from tessera.model import Award
from tessera.report import Finding

T = TypeVar("T")
UNIDENTIFIED = "urn:tessera:unidentified"
MOST_FINDINGS = 200
MOST_ITEMS = 500


class ReadOnly:
    """The part of a format that every import has: nothing is written, nothing lies inside.

    is_import: what it reads is not vouched for by a seal that belongs to the format, so no
    verification of it may pass.
    """

    is_import = True
    title = ""

    def encode(self, award: Award) -> NoReturn:  # noqa: ARG002 - of the protocol
        """Refuse: an import is only read. Raises: EncodeError."""
        raise EncodeError(
            f"{self.title} is only read here. Choose a format that is written, such as elm or ob3."
        )

    def embedded(self, document: Any) -> tuple[Embedded, ...]:  # noqa: ARG002 - of the protocol
        """No credential lies inside."""
        return ()

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing is written, so nothing is told elsewhere."""
        return {}


class Notes:
    """Findings of one reading. prefix: of the rules ("ob2", "edci")."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}

    def remark(self, what: str, message: str, path: str) -> None:
        """Tell an imperfection; whether it counts is for the step `schema` to say."""
        if len(self.findings) < MOST_FINDINGS:
            rule = f"{self.prefix}.decode.{what}"
            self.findings.append(
                Finding.indeterminate(rule, message, path=path, advice=True, source="house rule")
            )

    def attempt(self, build: Callable[[], T], path: str) -> T | None:
        """Build a value of the model; what the model refuses is told."""
        try:
            return build()
        except ModelError as error:
            self.remark("refused", f"A value was left out: {error}", path)
            return None
