"""The format as the registry sees it; the parts are imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.formats.sdjwtvc.encode import Issuing
    from tessera.model import Award
    from tessera.report import Finding
    from tessera.standards.locate import Library


class SdJwtVcFormat:
    """Claims of the EU Digital Identity Wallet (SD-JWT VC)."""

    id = "sd-jwt"
    title = "credential for the EU Digital Identity Wallet (SD-JWT VC)"
    media_types = ("application/dc+sd-jwt", "application/vc+sd-jwt")

    def recognises(self, document: Any) -> bool:
        """Tell whether these are the claims of an SD-JWT VC: they name a type (`vct`)."""
        return isinstance(document, Mapping) and isinstance(document.get("vct"), str)

    def encode(
        self,
        award: Award,
        companion: Mapping[str, Any] | None = None,
        issuing: Issuing | None = None,
    ) -> dict[str, Any]:
        """Write the claims, and the full record (an ELM document) beside them.

        Raises: EncodeError naming the elements that mandatory claims need.
        """
        from tessera.formats.sdjwtvc.encode import encode

        return encode(award, companion, issuing)

    def decode(self, document: Any) -> Decoded:
        """Read what the claims say. Raises: UnreadableError when there is no type."""
        from tessera.formats.sdjwtvc.decode import decode

        return decode(document)

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG002 - of the protocol
        """Judge the claims for the step `schema`."""
        from tessera.formats.sdjwtvc.check import check

        return check(document)

    def embedded(self, document: Any) -> tuple[Embedded, ...]:  # noqa: ARG002 - of the protocol
        """None: the record beside the claims is sealed with them, and no credential of its own."""
        return ()

    def elsewhere(self, award: Award) -> Mapping[str, str]:
        """Other credits in the study time; several grades in one text."""
        told = {}
        load = award.micro_credential.workload
        if load.other_credits and load.ects is None and load.hours is None:
            told["/micro_credential/workload/other_credits"] = "/expected_study_time"
        if len(award.achievement.results) > 1:
            told["/achievement/results"] = "/assessment_grade"
        return told


FORMAT = SdJwtVcFormat()
