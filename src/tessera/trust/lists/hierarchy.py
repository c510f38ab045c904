"""From the certificates in the Official Journal to the list of a state, link by link.

1. The list of lists names pivots, older lists of lists, each of which announced new
   signers. The oldest is signed by a certificate of the Official Journal, each next one
   by a certificate that the one before names for the list of lists.
2. The list of lists is signed by a certificate that the last of them names.
3. A national list is signed by a certificate that the list of lists names for its
   territory, and says that it is of this territory.

A link that does not hold refuses everything after it, with its own sentence. Signatures
do not depend on the moment of judgement and are computed once; dates are judged anew.
Source: ETSI TS 119 615 V1.2.1 clauses 4.1 and 4.2; ETSI TS 119 612 V2.4.1 clauses 5.3.13
and D.5; Commission Implementing Decision (EU) 2015/1505.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.trust.lists.markup import read_xml
from tessera.trust.lists.model import NATIONAL_LIST, Pointer, TrustedList
from tessera.trust.lists.read import read_list
from tessera.trust.lists.signature import verify_signature
from tessera.trust.lists.snapshot import HeldList, Snapshot
from tessera.trust.lists.validity import currency_of, signer_dates

TSL_MIME_TYPE = "application/vnd.etsi.tsl+xml"
_LISTED = re.compile(rb"X509Certificate>([A-Za-z0-9+/=\s]+)<")
_JOURNAL = re.compile(r"https?://eur-lex\.europa\.eu/", re.I)
_PIVOT = re.compile(r"pivot-(\d{1,6})\b[^/]*\.xml$", re.I)
_MOST_PIVOTS = 32
_SOURCE = "ETSI TS 119 615 clause 4.1"
_NATIONAL = "ETSI TS 119 615 clause 4.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A list that is signed by whom it must be; read from the signed text alone."""

    name: str
    content: TrustedList
    signer: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A list that may not be used, and why. name: the file, "" where there is none."""

    name: str
    finding: Finding


@dataclass(slots=True)
class Hierarchy:
    """The lists of a snapshot, verified on demand and kept; nothing in here reads a clock."""

    snapshot: Snapshot
    _top: Proved | Refused | None = None
    _national: dict[str, Proved | Refused] = field(default_factory=dict)
    _certificates: dict[str, bytes] = field(default_factory=dict)

    def list_of_lists(self, at: datetime) -> Proved | Refused:
        """Return the verified list of lists, or why it may not be used at `at` (aware)."""
        if self._top is None:
            self._top = _prove_top(self.snapshot)
        return _current(self._top, at)

    def national(self, territory: str, at: datetime) -> Proved | Refused:
        """Return the verified list of a territory, or why there is none to be used at `at`."""
        top = self.list_of_lists(at)
        if isinstance(top, Refused):
            return top
        if territory not in self._national:
            self._national[territory] = _prove_national(territory, top.content, self.snapshot)
        return _current(self._national[territory], at)

    def mentions(self, territory: str, names: Sequence[bytes]) -> bool:
        """Tell whether a list of a territory holds a certificate with one of these DER names.

        Nothing is verified: it only tells whether verifying the list is worth while.
        """
        if territory not in self._certificates:
            texts = (text for one in self.snapshot.national(territory) for text in _texts(one.raw))
            self._certificates[territory] = b"".join(texts)
        return any(name in self._certificates[territory] for name in names)

    def signers_for(self, listed: TrustedList, at: datetime) -> tuple[bytes, ...] | Refused:
        """Return the certificates (DER) that may sign a list, by what it says it is."""
        top = self.list_of_lists(at)
        if isinstance(top, Refused):
            return top
        return signers_named(top.content, listed.territory or "", listed.is_list_of_lists)


def _texts(raw: bytes) -> Iterator[bytes]:
    for text in _LISTED.findall(raw):
        try:
            yield b64decode(b"".join(text.split()), validate=True)
        except ValueError:
            continue


def signers_named(top: TrustedList, territory: str, of_lists: bool) -> tuple[bytes, ...]:
    """Return the certificates that the list of lists names for a list of a territory."""
    named: dict[bytes, None] = {}
    for pointer in _pointers(top, territory, of_lists):
        named.update(dict.fromkeys(pointer.certificates))
    return tuple(named)


def territories(top: TrustedList) -> tuple[str, ...]:
    """Return the territories whose lists the list of lists names, in its order."""
    named = (one.territory for one in top.pointers if one.type == NATIONAL_LIST)
    return tuple(dict.fromkeys(one for one in named if one))


def _pointers(top: TrustedList, territory: str, of_lists: bool) -> Iterable[Pointer]:
    for one in top.pointers:
        is_other = one.type == top.type
        is_machine = one.mime_type in (None, TSL_MIME_TYPE)
        if is_other is of_lists and one.territory == territory and is_machine:
            yield one


def journal_of(listed: TrustedList) -> str | None:
    """Return the publication that a list of lists names for its first signers."""
    return next((one for one in listed.information if _JOURNAL.match(one)), None)


def pivots_of(listed: TrustedList) -> tuple[tuple[str, int], ...]:
    """Return address and number of the pivots in force: those before the Official Journal.

    Newest first, as listed. Those after it were settled by that publication.
    """
    found: list[tuple[str, int]] = []
    for address in listed.information:
        if _JOURNAL.match(address):
            break
        if match := _PIVOT.search(address):
            found.append((address, int(match[1])))
    return tuple(found)


def _prove_top(snapshot: Snapshot) -> Proved | Refused:
    held = snapshot.list_of_lists
    if held is None:
        return _refusal("", "list.lotl.missing", "There is no list of trusted lists here.")
    if not snapshot.anchors:
        return _refusal(
            held.name,
            "list.anchors.missing",
            "There are no certificates that may sign the list of trusted lists. They are in the "
            f"Official Journal of the EU ({journal_of(held.claims) or 'address not named'}); put "
            "them beside the lists as a .pem file.",
        )
    # 1
    allowed: tuple[bytes, ...] = tuple(one.certificate for one in snapshot.anchors)
    source = "the Official Journal"
    numbers = [number for _, number in pivots_of(held.claims)]
    if len(numbers) > _MOST_PIVOTS:
        return _refusal(held.name, "list.pivot.many", "The list names more pivots than can be.")
    for number in sorted(set(numbers) - {held.claims.sequence_number}):
        pivot = snapshot.pivot(number)
        if pivot is None:
            return _refusal(
                held.name,
                "list.pivot.missing",
                f"The pivot {number}, which says who signs the list of trusted lists, is not here.",
                indeterminate=True,
            )
        proved = _prove(pivot, allowed, "list.pivot.signer", source)
        if isinstance(proved, Refused):
            return proved
        allowed = signers_named(proved.content, proved.content.territory or "", True)
        source = f"the pivot {number}"
    # 2
    return _prove(held, allowed, "list.lotl.signer", source)


def _prove_national(territory: str, top: TrustedList, snapshot: Snapshot) -> Proved | Refused:
    # 3
    allowed = signers_named(top, territory, False)
    if not allowed:
        return _refusal(
            "",
            "list.territory",
            f"The list of trusted lists names no list of {territory}.",
            source=_NATIONAL,
        )
    refusal: Refused | None = None
    for held in snapshot.national(territory):
        proved = _prove(held, allowed, "list.national.signer", "the list of trusted lists")
        if isinstance(proved, Proved):
            return proved
        refusal = refusal or proved
    return refusal or _refusal(
        "",
        "list.missing",
        f"The trusted list of {territory} is not here. Run: tessera trust update.",
        source=_NATIONAL,
        indeterminate=True,
    )


def _prove(held: HeldList, allowed: Sequence[bytes], rule: str, by: str) -> Proved | Refused:
    """Verify one list; every statement that is used is read from the signed text."""
    try:
        verified = verify_signature(held.raw, allowed)
    except UnreadableError as error:
        return _refusal(
            held.name, "list.unreadable", f"The file {held.name} cannot be read. {error}"
        )
    if verified.certificate is None or verified.content is None:
        return Refused(name=held.name, finding=verified.findings[0])
    for one in verified.findings:
        if one.outcome is not Outcome.PASSED:
            return Refused(name=held.name, finding=one)
    if verified.certificate not in allowed:
        return _refusal(
            held.name,
            rule,
            f"{held.claims.title[:1].upper()}{held.claims.title[1:]}, is signed with a certificate "
            f"that {by} does not name for it.",
        )
    content = read_list(read_xml(verified.content))
    if _identity(content) != _identity(held.claims):
        return _refusal(
            held.name,
            "list.signature.wrapping",
            "What the list says and what was signed are not the same.",
        )
    dated = signer_dates(verified.certificate, content)
    if dated.outcome is Outcome.FAILED:
        return Refused(name=held.name, finding=dated)
    return Proved(name=held.name, content=content, signer=verified.certificate)


def _identity(listed: TrustedList) -> tuple[Any, ...]:
    return (listed.type, listed.territory, listed.sequence_number, listed.issued_at)


def _current(found: Proved | Refused, at: datetime) -> Proved | Refused:
    if isinstance(found, Refused):
        return found
    [dated] = currency_of(found.content, at)
    if dated.outcome is Outcome.PASSED:
        return found
    title = found.content.title
    named = f"{title[:1].upper()}{title[1:]}, may not be used. {dated.message}"
    return Refused(
        name=found.name,
        finding=Finding(
            rule=dated.rule, outcome=dated.outcome, message=named, evidence=dated.evidence,
            source=dated.source,
        ),
    )  # fmt: skip


def _refusal(
    name: str, rule: str, message: str, *, source: str = _SOURCE, indeterminate: bool = False
) -> Refused:
    state = Finding.indeterminate if indeterminate else Finding.failed
    return Refused(name=name, finding=state(rule, message, source=source))
