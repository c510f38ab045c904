"""The journey of the page of a certificate from level B-B upwards.

1. B-T: the seal, with a timestamp over its value in it. 2. B-LT: certificates, OCSP responses
and CRLs about seal and timestamp, in the store of the PDF (DSS). 3. B-LTA: a document
timestamp around the whole file. `renew` repeats 2 for the timestamps there are, and 3.

Source: ETSI EN 319 142-1 V1.2.1 clauses 5.4 and 6.3; ETSI EN 319 102-1 clause 5.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.journeys.proofs import Proofs
from tessera.report import Outcome
from tessera.seals.pades import (
    PADES,
    Stamper,
    open_pdf,
    with_document_timestamp,
    with_validation_data,
)

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey


@dataclass(slots=True)
class PageRaiser:
    """Seals pages at one level, one after the other."""

    level: str
    proofs: Proofs
    _stamper: Stamper = field(init=False)

    def __post_init__(self) -> None:
        self._stamper = Stamper(_asking(self.proofs))

    def seal(self, pdf: bytes, key: SigningKey, at: datetime) -> bytes:
        """Return the sealed page. Raises: TimestampError, RevocationError, UnreadableError."""
        if self.level == "b":
            return PADES.seal(pdf, key, at)
        # 1
        sealed = PADES.seal(pdf, key, at, self._stamper)
        if self.level == "t":
            return sealed
        # 2
        opened = open_pdf(sealed)
        certificates = opened.signatures[0].certificates
        [stamp] = opened.long_term.timestamps.found
        data = self.proofs.of_seal(key.certificate_chain[0], certificates, stamp.token)
        sealed = with_validation_data(sealed, data)
        # 3
        return sealed if self.level == "lt" else with_document_timestamp(sealed, self._stamper)

    def renew(self, pdf: bytes) -> bytes:
        """Put a further document timestamp around a page that has timestamps.

        Raises: UnreadableError when there is none, or the file is broken; TimestampError;
        RevocationError.
        """
        opened = open_pdf(pdf)
        if any(finding.outcome is Outcome.FAILED for finding in PADES.check(opened)):
            raise UnreadableError(
                "The seal or a timestamp of this page is broken; nothing was added. 'tessera "
                "verify' says what is wrong."
            )
        stamps = opened.long_term.timestamps.of("sigTst", "docTst")
        if not stamps:
            raise UnreadableError(
                "The seal of this page has no timestamp, so there is nothing to renew. Timestamps "
                "are added when it is sealed: --level lta."
            )
        data = self.proofs.of_stamps(stamps, opened.signatures[0].validation_data)
        return with_document_timestamp(with_validation_data(pdf, data), self._stamper)


def _asking(proofs: Proofs) -> Callable[[bytes], bytes]:
    return lambda digest: proofs.stamp(digest).der
