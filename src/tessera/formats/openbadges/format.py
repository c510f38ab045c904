"""The format as the registry sees it; the parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class OpenBadgesFormat:
    """Open Badges 3.0: written with context 3.0.3 on the data model 2.0; 3.0.0 to 3.0.3 read."""

    id = "ob3"
    title = "Open Badge 3.0"
    media_types = ("application/vc", "application/ld+json", "application/json")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is a badge or an endorsement."""
        from tessera.formats.openbadges.find import find_badge

        return find_badge(document) is not None

    def encode(self, award: Award) -> dict[str, Any]:
        """Write an award. Raises: EncodeError."""
        from tessera.formats.openbadges.encode import encode

        return encode(award)

    def decode(self, document: Any) -> Decoded:
        """Read a badge. Raises: UnreadableError when it is none."""
        from tessera.formats.openbadges.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`."""
        from tessera.formats.openbadges.check import check

        return check(document, library)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:  # noqa: ARG002 - of the protocol
        """None: an endorsement says something about a badge and is no part of a stack."""
        return ()

    def elsewhere(self, award: Award) -> Mapping[str, str]:
        """Where a badge tells of the learner what reading it does not give back."""
        from tessera.formats.openbadges.identity import told

        return told(award.learner)


FORMAT = OpenBadgesFormat()
