"""A list of trusted entities judged by itself, as `lists` judges the XML ones.

Such a list is JSON, sealed as compact JAdES. The seal is checked by our own code; form,
profile and operator by openvc-core as well, so that two readers have to agree. The step
`signer` asks whether the verifier, or the folder of lists, names the certificate.

Source: ETSI TS 119 602 V1.1.1 clauses 6.3 and 6.8; ETSI TS 119 182-1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.report import Finding, Report
from tessera.seals.base64text import from_base64url
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tessera.seals.jades.check import signing_certificate
from tessera.seals.protocol import Opened
from tessera.standards.jsontext import read_json
from tessera.verify import signers
from tessera.verify.examination import Circumstances, SealFacts
from tessera.verify.lists import facts_of

if TYPE_CHECKING:
    from tessera.trust.lists.lote import LoteClaims

MOST_BYTES = 16_000_000
_TOKEN = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\s*\Z")
_LIST = re.compile(rb'\s*\{\s*"LoTE"\s*:')
_HEAD = 64  # letters of base64url: enough to see how the content begins
_SIGNER = "ETSI TS 119 602 clauses 6.3.13 and 6.8"


def looks_like_list(raw: bytes) -> bool:
    """Tell a list of trusted entities, sealed or not, by how it begins (TS 119 602 clause 6.2)."""
    if _TOKEN.match(raw):
        head = raw.split(b".", 2)[1][:_HEAD]
        try:
            raw = from_base64url(head[: len(head) // 4 * 4].decode("ascii"))
        except UnreadableError:
            return False
    return _LIST.match(raw) is not None


def open_entities(raw: bytes) -> tuple[EntityFile, Finding]:
    """Return the list and the finding of the step `parse`.

    Raises: UnreadableError for what begins like a list and is none, StandardsError without
    the extra.
    """
    from tessera.trust.lists.lote import claims_of

    opened = JADES.open(raw.strip()) if _TOKEN.match(raw) else None
    payload = opened.document if opened else raw
    read_json(payload, max_bytes=MOST_BYTES)  # the same JSON to every reader
    held = EntityFile(raw, claims_of(payload), opened)
    said = f"It is {held.claims.title}, with {held.claims.entities} entities."
    return held, Finding.passed("list.lote.parse", said, source="ETSI TS 119 602 clause 6.2")


class EntityFile:
    """A list of trusted entities under judgement: its bytes, what it claims, its seal."""

    def __init__(self, raw: bytes, claims: LoteClaims, opened: Opened | None) -> None:
        self.raw, self.claims, self.opened = raw, claims, opened
        signatures = opened.signatures if opened else ()
        found = signing_certificate(signatures[0]) if len(signatures) == 1 else None
        is_readable = found is not None and signers.facts_of(found) is not None
        self.certificate = found if is_readable else None  # the step `seal` says what is wrong

    def seal(self) -> Iterable[Finding]:
        """The list is sealed, and the seal is intact."""
        if self.opened is None:
            return [
                Finding.failed(
                    "list.lote.unsealed",
                    "The list is not sealed, so anybody may have written it.",
                    source="ETSI TS 119 602 clause 6.8",
                )
            ]
        return JADES.check(self.opened)

    def signer(self, circumstances: Circumstances) -> Iterable[Finding]:
        """The signer is one whom the verifier, or the folder of lists, names."""
        if self.certificate is None:
            return [_open("list.lote.signer.none", "Nobody is known to have sealed this list.")]
        holder = describe(self.certificate).holder
        if any(self.certificate == one.certificate for one in circumstances.anchors):
            said = f"It is sealed by {holder}, whom you trust."
            return [Finding.passed("list.lote.signer", said, source=_SIGNER)]
        known = circumstances.entities.snapshot.signers if circumstances.entities else ()
        if any(self.certificate == one.certificate for one in known):
            said = f"It is sealed by {holder}, who may seal the lists that are kept here."
            return [Finding.passed("list.lote.signer", said, source=_SIGNER)]
        return [
            _open(
                "list.lote.signer.unknown",
                f"It is sealed by {holder}. Whether that is who publishes such lists is not "
                "known: name the certificate with --trust, or keep the list with tessera trust "
                "update --lote.",
            )
        ]

    def time(self, circumstances: Circumstances) -> Iterable[Finding]:
        """The list is the current one, and its signer's certificate was valid at its issue."""
        from tessera.trust.lists.validity import dates_of, signer_dates

        found = list(dates_of(self.claims, circumstances.at))
        if self.certificate is not None:
            found.append(signer_dates(self.certificate, self.claims))
        return found

    def schema(self, circumstances: Circumstances) -> Iterable[Finding]:  # noqa: ARG002
        """The list has the form and the profile of its type, and names its operator."""
        from tessera.trust.lists.lote import judge_token

        return [judge_token(self.raw)]

    def facts(self, report: Report) -> SealFacts | None:
        """Return the seal of the list in short; None when it is not sealed."""
        if self.opened is None or not self.opened.signatures:
            return None
        algorithm = self.opened.signatures[0].algorithm
        return facts_of("jades", algorithm, self.certificate, report)


def _open(rule: str, message: str) -> Finding:
    return Finding.indeterminate(rule, message, source=_SIGNER)
