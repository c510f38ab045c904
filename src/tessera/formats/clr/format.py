"""The format as the registry sees it; the parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.errors import EncodeError

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class ClrFormat:
    """Comprehensive Learner Record 2.0: several credentials of one learner in one."""

    id = "clr"
    title = "Comprehensive Learner Record 2.0"
    media_types = ("application/vc", "application/ld+json", "application/json")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is a record."""
        from tessera.formats.clr.find import find_record

        return find_record(document) is not None

    def encode(self, award: Award) -> Any:  # noqa: ARG002 - of the protocol
        """Refuse: a record is made of sealed credentials. Raises: EncodeError."""
        raise EncodeError(
            "A Comprehensive Learner Record holds credentials that are sealed already. Seal the "
            "award as an Open Badge (ob3), then collect the files with tessera.formats.clr.compose."
        )

    def decode(self, document: Any) -> Decoded:
        """Read a record. Raises: UnreadableError when it is none."""
        from tessera.formats.clr.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:
        """Judge a document for the step `schema`."""
        from tessera.formats.clr.check import check

        return check(document, library)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:
        """Return the credentials inside, each with its own bytes."""
        from tessera.formats.clr.find import find_record
        from tessera.formats.vcdm.find import as_list
        from tessera.formats.vcdm.presentation import opened

        found = find_record(document)
        if found is None:
            return ()
        root, path = found
        inside: list[Embedded] = []
        subjects = root.get("credentialSubject")
        for at, subject in enumerate(as_list(subjects)):
            place = f"{path}/credentialSubject" + (f"/{at}" if isinstance(subjects, list) else "")
            if isinstance(subject, dict):
                place += "/verifiableCredential"
                inside += opened(subject.get("verifiableCredential"), place)
        return tuple(inside)

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: the credentials inside say it themselves."""
        return {}


FORMAT = ClrFormat()
