"""Look a credential up in the list it names: the step `status`.

Steps of `look_up`: 1 get the list, 2 open it and compute its seal, 3 read what it holds,
4 find the credential's place, 5 judge the number there, 6 weigh what speaks against the
list itself: who published it, when, and whether it is the one the credential names.

Bad news is heard from any list that is not demonstrably altered; good news only from one
without any doubt, so doubt never makes a credential pass.

Source: W3C Bitstring Status List 1.0 section 3.2; IETF Token Status List section 8.3.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from tessera.errors import TesseraError, UnreadableError
from tessera.fetch import Fetcher, OfflineFetcher
from tessera.report import Finding, Outcome
from tessera.trust.anchors import Anchor
from tessera.trust.status import faults, judging
from tessera.trust.status.doubts import Found, doubts, provenance
from tessera.trust.status.lists import (
    WIRES,
    RevokedIds,
    StatusList,
    Wire,
    credential_list,
    revoked_ids,
    token_list,
)
from tessera.trust.status.opening import Form, OpenedList, Seal, open_list, own_address
from tessera.trust.status.shelf import CopyStore, Shelf
from tessera.trust.status.speaking import Subject, Verifier

if TYPE_CHECKING:
    from tessera.model import StatusEntry
    from tessera.seals.protocol import ProofMechanism
    from tessera.trust.resolve import Resolver

Content: TypeAlias = StatusList | RevokedIds
_TOKEN = "token"
_IDS = "1EdTechRevocationList"


@dataclass(slots=True)
class StatusReader:
    """Reads status lists for one verifier; each list is fetched and opened at most once.

    lists: given as files, by address or file name. at: the moment of judgement. copies:
    keeps what was fetched for later runs. anchors: authorities whose certificates say who
    publishes a list. mechanisms: seals of lists; those of the registry if None.
    """

    lists: Mapping[str, bytes] | None = None
    fetcher: Fetcher | None = None
    _: KW_ONLY
    resolver: Resolver
    at: datetime
    copies: CopyStore | None = None
    anchors: Sequence[Anchor] = ()
    mechanisms: Sequence[ProofMechanism] | None = None
    _shelf: Shelf = field(init=False)
    _opened: dict[bytes, OpenedList] = field(init=False, default_factory=dict)
    _read: dict[tuple[bytes, str, str], Content | UnreadableError] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._shelf = Shelf(
            self.lists or {},
            self.fetcher or OfflineFetcher(),
            self.at,
            copies=self.copies,
            own_address=self._named,
        )

    def look_up(
        self,
        entry: StatusEntry,
        issuer: str | None,
        *,
        credential: str | None = None,
        certificates: Collection[bytes] = (),
    ) -> tuple[Finding, ...]:
        """Say what the list says about a credential; never raises for hostile content.

        issuer: of the credential. credential: its id, for lists that name ids.
        certificates: DER, those that sealed it.
        """
        about = Subject(issuer=issuer, id=credential, certificates=certificates)
        verifier = Verifier(at=self.at, anchors=self.anchors)
        evidence = _evidence(entry)
        if entry.kind not in (*WIRES, _TOKEN, _IDS):
            return (faults.unknown_kind(entry, evidence),)
        try:
            # 1, 2, 3
            found = self._find(entry)
        except UnreadableError as error:
            return (faults.unreadable(entry, str(error), evidence),)
        except TesseraError as error:
            return (faults.not_here(str(error), evidence),)
        evidence |= provenance(found, self.at)
        if found.opened.seal is Seal.BROKEN:
            return (faults.broken(found.opened.why, evidence),)
        # 4, 5
        said = _said(entry, found, about, evidence)
        # 6
        against = doubts(entry, found, about, verifier, evidence)
        if said.outcome is Outcome.PASSED:
            return against or (said,)
        return (said, *(replace(one, advice=True) for one in against))

    def _find(self, entry: StatusEntry) -> Found:
        held = self._shelf.get(entry.url, lambda raw: self._fresh_for(raw, entry))
        opened = self._open(held.raw)
        return Found(held=held, opened=opened, content=self._content(held.raw, opened, entry))

    def _open(self, raw: bytes) -> OpenedList:
        if raw not in self._opened:
            self._opened[raw] = open_list(raw, self.resolver, self._seals())
        return self._opened[raw]

    def _content(self, raw: bytes, opened: OpenedList, entry: StatusEntry) -> Content:
        key = (raw, entry.kind, entry.purpose or "")
        if key not in self._read:
            try:
                self._read[key] = _content(opened, entry)
            except UnreadableError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, UnreadableError):
            raise found
        return found

    def _fresh_for(self, raw: bytes, entry: StatusEntry) -> timedelta | None:
        try:
            content = self._content(raw, self._open(raw), entry)
        except UnreadableError:
            return None
        return content.fresh_for if isinstance(content, StatusList) else None

    def _seals(self) -> Sequence[ProofMechanism]:
        if self.mechanisms is None:
            from tessera.registry import PROOFS

            self.mechanisms = PROOFS
        return self.mechanisms

    def _named(self, raw: bytes) -> str | None:
        return own_address(raw, self._seals())


def _content(opened: OpenedList, entry: StatusEntry) -> Content:
    if entry.kind == _IDS:
        if opened.form is Form.TOKEN:
            raise UnreadableError("It is a token, not a list of ids.")
        return revoked_ids(opened.document)
    if entry.kind == _TOKEN:
        if opened.form is not Form.TOKEN:
            raise UnreadableError("It is no Status List Token.")
        return token_list(opened.document)
    if opened.form is not Form.CREDENTIAL:
        raise UnreadableError("It is no credential that holds a status list.")
    wire = WIRES[entry.kind]
    return credential_list(opened.document, wire, _purpose(entry, wire))


def _purpose(entry: StatusEntry, wire: Wire) -> str:
    return entry.purpose or wire.purpose or ""


def _said(entry: StatusEntry, found: Found, about: Subject, evidence: Mapping[str, Any]) -> Finding:
    content = found.content
    if isinstance(content, RevokedIds):
        if about.id is None:
            return faults.unreadable(entry, "It names ids, and the credential has none.", evidence)
        return judging.listed(content.revoked, about.id, evidence)
    try:
        number = content.value(entry.index)
    except IndexError:
        return Finding.indeterminate(
            "status.index",
            f"The credential names place {entry.index}, and the list has only "
            f"{content.places}: it says nothing about the credential.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 3.2 (RANGE_ERROR); IETF Token Status "
            "List section 8.3, step 6",
        )
    if entry.kind == _TOKEN:
        return judging.token_value(number, evidence)
    purpose = _purpose(entry, WIRES[entry.kind])
    if not purpose or purpose not in content.purposes:
        return Finding.indeterminate(
            "status.purpose",
            f"The credential looks for its {purpose[:60] or 'status'} in a list about "
            f"{', '.join(content.purposes)[:100] or 'nothing'}: it says nothing about that.",
            evidence=evidence,
            source="W3C Bitstring Status List 1.0 section 3.2, step 5",
        )
    return judging.purpose_value(number, purpose, content, evidence)


def _evidence(entry: StatusEntry) -> dict[str, Any]:
    shape: dict[str, Any] = {"list": entry.url, "index": entry.index}
    if entry.purpose:
        shape["purpose"] = entry.purpose
    return shape
