"""What the lists make of a seal: who vouches for its maker, since when, and its class.

The status of a service counts at three moments: when the certificate was issued, when
the seal was made, and, as long as no trusted timestamp proves the second, now: a seal
that claims to be older than a withdrawal must be able to prove it.

qualified          a granted service for seals, a qualified certificate for seals, and the
                   key in a qualified device
advanced-trusted   a granted service vouches, but something for "qualified" is missing
advanced-unknown   no list vouches for it

Source: Regulation (EU) No 910/2014 articles 3(25) to 3(27), 35 and 38; ETSI TS 119 615
V1.2.1 clauses 4.3 to 4.6; ETSI TS 119 612 V2.4.1 clauses 5.5.1, 5.5.4 and 5.5.9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tessera.report import Finding
from tessera.seals.certificates import CertificateFacts, describe
from tessera.trust.anchors import Anchor
from tessera.trust.lists.hierarchy import Hierarchy
from tessera.trust.lists.model import (
    CA_PKC,
    CA_QC,
    FOR_SEALS,
    GRANTED,
    RECOGNISED,
    TSA_QTST,
    Period,
)
from tessera.trust.lists.qualifiers import qualifiers_of
from tessera.trust.lists.services import Listed, Search, find_services

# From here on Regulation (EU) No 910/2014 applies, and with it qualified seals.
EIDAS = datetime(2016, 6, 30, 22, tzinfo=UTC)
_BEFORE_EIDAS = ("undersupervision", "supervisionincessation", "accredited")
_STATUS, _FORM = "ETSI TS 119 615 clause 4.3", "ETSI TS 119 615 clauses 4.4 and 4.5"
_SEAL_TYPE = "eseal"
_CONFLICTING = ("list.service.status", "list.service.status-unproved")
OLD_SNAPSHOT_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """judged_at: now, as given. sealed_at: when the seal was made, None when not known.
    is_proved: a trusted timestamp proves it; else the seal only claims it.
    """

    judged_at: datetime
    sealed_at: datetime | None
    is_proved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """seal_class: qualified, advanced-trusted or advanced-unknown, before anything else
    (a test certificate, a broken seal) is considered. vouches: the service behind it.
    """

    seal_class: str
    findings: tuple[Finding, ...]
    vouches: Listed | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether a listed service vouches for the maker of the seal."""
        return self.vouches is not None


def assess(
    leaf: bytes, pool: Sequence[bytes], hierarchy: Hierarchy, moments: Moments
) -> Assessment:
    """Hold a seal certificate (DER) against the lists. Never raises for hostile ones."""
    search = find_services(leaf, pool, hierarchy, moments.judged_at)
    age = tuple(_age(hierarchy, moments.judged_at))
    refusals: list[Finding] = []
    for one in search.found:
        refusal = _refusal(one, describe(leaf), moments)
        if refusal is None:
            seal_class, said = _class(one, leaf, moments)
            return Assessment(
                seal_class=seal_class,
                findings=(
                    _vouched(one, moments),
                    said,
                    *_conflicts(one, search, leaf, moments),
                    *age,
                ),
                vouches=one,
            )
        refusals.append(refusal)
    findings = refusals[:1] or list(_unlisted(search))
    return Assessment(seal_class="advanced-unknown", findings=(*findings, *age))


def timestamp_authorities(
    authority: bytes, pool: Sequence[bytes], hierarchy: Hierarchy, moments: Moments
) -> tuple[Anchor, ...]:
    """Return listed certificates that vouch for a timestamp authority (DER).

    Its service has to be granted for qualified timestamps when the timestamp says it was
    made, and still at the moment of judgement: what a withdrawn authority says of its own
    past proves nothing. Source: ETSI TS 119 615 V1.2.1 clause 4.6.
    """
    stamped_at = moments.sealed_at or moments.judged_at
    found: list[Anchor] = []
    for one in find_services(authority, pool, hierarchy, moments.judged_at).found:
        held = (one.service.at(stamped_at), one.service.at(moments.judged_at))
        if all(period is not None and _is_for_timestamps(period) for period in held):
            found.append(Anchor.of(one.chain[-1], f"the trusted list of {one.service.territory}"))
    return tuple(found)


def _is_for_timestamps(period: Period) -> bool:
    is_granted = period.type == TSA_QTST and period.status == GRANTED
    return is_granted and not period.has_unknown_critical


def _refusal(listed: Listed, facts: CertificateFacts, moments: Moments) -> Finding | None:
    """Say why a service does not vouch for this seal; None when it does."""
    sealed_at = moments.sealed_at or moments.judged_at
    at_issue, at_seal = listed.service.at(facts.not_before), listed.service.at(sealed_at)
    if at_seal is None or at_issue is None:
        return _no(
            "list.service.not-yet",
            f"{_name(listed)} was not yet listed when the certificate or the seal was made.",
            listed,
        )
    for period, when in ((at_issue, facts.not_before), (at_seal, sealed_at)):
        if period.has_unknown_critical:
            return _no(
                "list.service.extension",
                f"The list says something critical about {_name(listed)} that is not known here.",
                listed,
            )
        if not _is_approved(period, when):
            made = "certificate" if when == facts.not_before else "seal"
            return _no(
                "list.service.status",
                f"{_name(listed)} was {period.status_word} from {_day(period.since)} on, so it did "
                f"not vouch for the {made} of {_day(when)}.",
                listed,
            )
    return _wrong_type(listed, at_seal) or _unproved(listed, moments)


def _conflicts(chosen: Listed, search: Search, leaf: bytes, moments: Moments) -> Iterator[Finding]:
    """Name entries for seals that say of the same authority that it is not approved."""
    facts, sealed_at = describe(leaf), moments.sealed_at or moments.judged_at
    for other in search.found:
        period = other.service.at(sealed_at)
        is_same = other is not chosen and other.chain[-1] == chosen.chain[-1]
        if not is_same or period is None or _wrong_type(other, period) is not None:
            continue
        refusal = _refusal(other, facts, moments)
        if refusal is not None and refusal.rule in _CONFLICTING:
            yield Finding.indeterminate(
                "list.service.conflict",
                f"The lists contradict each other about this authority: {_name(chosen)} vouches, "
                f"but {refusal.message} The entry that vouches was followed.",
                evidence=_evidence(other),
                source=_STATUS,
                advice=True,
            )


def _wrong_type(listed: Listed, period: Period) -> Finding | None:
    if period.type == CA_PKC or (period.type == CA_QC and FOR_SEALS in period.additional):
        return None
    stated = ", ".join(sorted(one.rpartition("/")[2] for one in period.additional)) or "nothing"
    return _no(
        "list.service.type",
        f"{_name(listed)} is listed, but not for seals (it is of type "
        f"{period.type.partition('Svctype/')[2] or period.type}, for {stated}).",
        listed,
    )


def _unproved(listed: Listed, moments: Moments) -> Finding | None:
    """Refuse a mere claim of age where the service is not approved any more."""
    today = listed.service.at(moments.judged_at)
    if moments.is_proved or today is None or _is_approved(today, moments.judged_at):
        return None
    return _no(
        "list.service.status-unproved",
        f"{_name(listed)} is {today.status_word} since {_day(today.since)}, and no trusted "
        "timestamp proves that the seal is older than that.",
        listed,
    )


def _is_approved(period: Period, when: datetime) -> bool:
    if period.type == CA_PKC:
        return period.status == RECOGNISED
    if when < EIDAS:
        return period.status.endswith(tuple(f"/{one}" for one in _BEFORE_EIDAS))
    return period.status == GRANTED


def _class(listed: Listed, leaf: bytes, moments: Moments) -> tuple[str, Finding]:
    facts = describe(leaf)
    sealed_at = moments.sealed_at or moments.judged_at
    period = listed.service.at(sealed_at)
    qualifiers = None if period is None else qualifiers_of(period, leaf)
    missing = (
        "the list adds something about its certificates that cannot be read here"
        if period is None or qualifiers is None
        else _missing(period, facts, qualifiers, sealed_at)
    )
    evidence = {"qualifiers": sorted(qualifiers or ())}
    if missing is None:
        return "qualified", Finding.passed(
            "list.class",
            "It is a qualified electronic seal: qualified certificate, qualified device.",
            evidence=evidence,
            source="Regulation (EU) No 910/2014 articles 3(27) and 35",
            advice=True,
        )
    return "advanced-trusted", Finding.passed(
        "list.class",
        f"It is an advanced seal, not a qualified one: {missing}.",
        evidence=evidence,
        source=_FORM,
        advice=True,
    )


def _missing(
    period: Period, facts: CertificateFacts, qualifiers: frozenset[str], sealed_at: datetime
) -> str | None:
    """Name what a qualified seal would need and this one lacks; None when it has all."""
    if sealed_at < EIDAS or facts.not_before < EIDAS:
        return "there were no qualified seals before July 2016"
    if period.type != CA_QC:
        return "its service issues no qualified certificates"
    stated = {one for one in qualifiers if one in ("QCStatement", "NotQualified")}
    if stated == {"QCStatement", "NotQualified"}:
        return "the list contradicts itself about its certificate"
    if not (facts.qc_compliance or "QCStatement" in stated) or "NotQualified" in stated:
        return "its certificate is not a qualified one"
    types = {"QCForESig", "QCForESeal", "QCForWSA"} & qualifiers
    if types - {"QCForESeal"} or (not types and _SEAL_TYPE not in facts.qc_types):
        return "its certificate is not for seals"
    if not _has_device(facts, qualifiers):
        return "its certificate is qualified, but its key is not known to be in a qualified device"
    return None


def _has_device(facts: CertificateFacts, qualifiers: frozenset[str]) -> bool:
    """Decide about the qualified device: what the list says goes before the certificate."""
    if qualifiers & {"QCNoQSCD", "QCNoSSCD"}:
        return False
    if qualifiers & {"QCWithQSCD", "QCQSCDManagedOnBehalf"}:
        return True
    return facts.qc_sscd  # also with QCQSCDStatusAsInCert; QCWithSSCD speaks of old devices


def _vouched(listed: Listed, moments: Moments) -> Finding:
    period = listed.service.at(moments.sealed_at or moments.judged_at)
    since = "" if period is None else f", {period.status_word} since {_day(period.since)}"
    return Finding.passed(
        "list.service",
        f"{_name(listed)} vouches for the maker of the seal{since}; it stands in "
        f"{listed.source.title}, which the list of trusted lists of the EU names.",
        evidence=_evidence(listed),
        source=_STATUS,
    )


def _unlisted(search: Search) -> Iterator[Finding]:
    for one in search.refused[:1]:
        yield Finding.indeterminate(
            one.finding.rule,
            one.finding.message,
            evidence={"file": one.name} if one.name else {},
            source=one.finding.source,
        )
        return
    yield Finding.indeterminate(
        "list.service.unknown",
        f"None of the {search.searched} trusted lists here names an authority behind this seal.",
        source=_STATUS,
    )


def _age(hierarchy: Hierarchy, at: datetime) -> Iterator[Finding]:
    fetched = hierarchy.snapshot.fetched_at
    if fetched is None:
        yield Finding.indeterminate(
            "list.snapshot",
            "It is not recorded when the trusted lists were fetched.",
            source="house rule",
            advice=True,
        )
        return
    days = max((at - fetched).days, 0)
    state = Finding.indeterminate if days > OLD_SNAPSHOT_DAYS else Finding.passed
    age = "on the day it is judged for" if days == 0 else f"{days} days before"
    yield state(
        "list.snapshot",
        f"The trusted lists were fetched on {_day(fetched)}, {age}.",
        source="house rule",
        advice=True,
    )


def _no(rule: str, message: str, listed: Listed) -> Finding:
    return Finding.indeterminate(rule, message, evidence=_evidence(listed), source=_STATUS)


def _evidence(listed: Listed) -> dict[str, object]:
    return {
        "territory": listed.service.territory,
        "list": listed.source.sequence_number,
        "provider": listed.service.provider,
        "service": listed.service.name,
    }


def _name(listed: Listed) -> str:
    return f"{listed.service.name} of {listed.service.provider} ({listed.service.territory})"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
