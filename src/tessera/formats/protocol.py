"""What every format offers, and what reading a document yields.

A format maps the model to a wire document and back. It knows no key, no network and no
other format; the registry lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An award, what was imperfect about reading it, and where its elements stand.

    places: JSON Pointer into the award → JSON Pointer into the document, also for
    elements that are absent (where they would stand).
    """

    award: Award
    findings: tuple[Finding, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A credential inside another document: its JSON Pointer, and its own bytes."""

    path: str
    content: bytes


class Format(Protocol):
    """One wire format of an award.

    id: stable short name, the one that `--format` takes. media_types: the first is the one
    it is written as. title: what people call it, for sentences.
    """

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def media_types(self) -> tuple[str, ...]: ...

    def recognises(self, document: Any) -> bool:
        """Tell whether a parsed document is of this format; never raises."""
        ...

    def encode(self, award: Award) -> Any:
        """Write an award. Raises: EncodeError naming the missing elements."""
        ...

    def decode(self, document: Any) -> Decoded | None:
        """Read a document; None for one without a record of its own (a presentation).

        Raises: UnreadableError when it is none of this format.
        """
        ...

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`; never raises for hostile content."""
        ...

    def embedded(self, document: Any) -> tuple[Embedded, ...]:
        """Return the credentials inside the document, which the step `parts` judges."""
        ...

    def elsewhere(self, award: Award) -> Mapping[str, str]:
        """Where people read what `decode` does not return: JSON Pointer into the award → place.

        Only what the document really says, such as hours told in a narrative. The loss
        report (`tessera convert`) names these places.
        """
        ...
