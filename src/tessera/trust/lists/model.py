"""What a trusted list says: its scheme, its pointers, its services and their history.

Everything here is what the list states; whether it is genuine is said elsewhere.
Source: ETSI TS 119 612 V2.4.1 clause 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_SERVICES = "http://uri.etsi.org/TrstSvc/"
LIST_OF_LISTS = f"{_SERVICES}TrustedList/TSLType/EUlistofthelists"
NATIONAL_LIST = f"{_SERVICES}TrustedList/TSLType/EUgeneric"
CA_QC = f"{_SERVICES}Svctype/CA/QC"
CA_PKC = f"{_SERVICES}Svctype/CA/PKC"
TSA_QTST = f"{_SERVICES}Svctype/TSA/QTST"
FOR_SEALS = f"{_SERVICES}TrustedList/SvcInfoExt/ForeSeals"
GRANTED = f"{_SERVICES}TrustedList/Svcstatus/granted"
RECOGNISED = f"{_SERVICES}TrustedList/Svcstatus/recognisedatnationallevel"
# Words for a status that are fit for a sentence; the rest are shown as their last segment.
STATUS_WORDS: Mapping[str, str] = {
    "granted": "granted",
    "withdrawn": "withdrawn",
    "recognisedatnationallevel": "recognised at national level",
    "deprecatedatnationallevel": "deprecated at national level",
    "undersupervision": "under supervision",
    "supervisionincessation": "supervision ending",
    "supervisionceased": "supervision ceased",
    "supervisionrevoked": "supervision revoked",
    "accredited": "accredited",
    "accreditationceased": "accreditation ceased",
    "accreditationrevoked": "accreditation revoked",
}


class Join(StrEnum):
    """How the criteria of a qualification go together."""

    ALL = "all"
    AT_LEAST_ONE = "atLeastOne"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which certificates a qualification is about.

    join: None when the list states none that we know. policies: sets of policy
    identifiers that must all be there. key_usages: bits with the value they must have.
    purposes, subject_attributes: object identifiers of which all must be there.
    is_understood: False when something stands there that we do not know.
    """

    join: Join | None
    policies: tuple[frozenset[str], ...] = ()
    key_usages: tuple[Mapping[str, bool], ...] = ()
    purposes: tuple[frozenset[str], ...] = ()
    subject_attributes: tuple[frozenset[str], ...] = ()
    nested: tuple[Criteria, ...] = ()
    is_understood: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """What a state adds about some certificates of a service, such as "QCWithQSCD"."""

    qualifiers: frozenset[str]
    criteria: Criteria


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a service was from `since` on, until the next period begins.

    type, status, additional: URIs as written. has_unknown_critical: a critical extension
    stands there that we do not know, so nothing may be concluded from this period.
    """

    type: str
    status: str
    since: datetime
    additional: frozenset[str] = frozenset()
    qualifications: tuple[Qualification, ...] = ()
    has_unknown_critical: bool = False

    @property
    def status_word(self) -> str:
        """The status in words."""
        last = self.status.rstrip("/").rpartition("/")[2]
        return STATUS_WORDS.get(last, last or "of no status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One trust service: who runs it, its certificates (DER), its periods, newest first."""

    territory: str
    provider: str
    name: str
    certificates: tuple[bytes, ...]
    periods: tuple[Period, ...]

    def at(self, moment: datetime) -> Period | None:
        """Return the period that held at a moment; None before the first."""
        return next((one for one in self.periods if one.since <= moment), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where another list lies, and the certificates that may sign it (DER)."""

    location: str
    territory: str | None
    type: str | None
    mime_type: str | None
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedList:
    """A list of trusted lists (pointers) or a national list (services).

    version, sequence_number, issued_at: None where missing or not readable. next_update:
    None in a closed list, which says so by an empty element (`is_closed`). information:
    addresses about the scheme, in English, in their order: pivots stand before the
    address of the Official Journal.
    """

    version: int | None
    sequence_number: int | None
    type: str | None
    territory: str | None
    operator: str | None
    issued_at: datetime | None
    next_update: datetime | None
    is_closed: bool
    information: tuple[str, ...]
    pointers: tuple[Pointer, ...]
    services: tuple[Service, ...]

    @property
    def is_list_of_lists(self) -> bool:
        """Whether it is the list that names the others."""
        return self.type == LIST_OF_LISTS

    @property
    def title(self) -> str:
        """The list in a sentence, such as "the trusted list of ES, number 187"."""
        what = "the list of trusted lists" if self.is_list_of_lists else "the trusted list"
        number = (
            "without a number"
            if self.sequence_number is None
            else (f"number {self.sequence_number}")
        )
        return f"{what} of {self.territory or 'no territory'}, {number}"
