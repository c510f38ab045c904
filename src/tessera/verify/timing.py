"""What timestamps and revocation data make of one seal, for the steps `seal` and `time`.

1. The level that holds, 2. the best signature time, 3. certificates at that time,
4. revocation at that time.

Source: ETSI EN 319 102-1 clauses 5.5 and 5.6; ETSI TS 119 182-1 clause 6.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tessera.report import Finding
from tessera.seals.jades.levels import level_of
from tessera.seals.jades.timestamps import read_timestamps
from tessera.seals.timestamp.stamps import SealTimestamp
from tessera.trust.anchors import Anchor
from tessera.trust.moments import Moments, weigh
from tessera.trust.revocation import RevocationData, is_covered
from tessera.trust.revocation_findings import Setting, revocation_at
from tessera.trust.validity import validity_at
from tessera.verify.examination import Circumstances, Inspection, Signer

_AROUND_ALL = 10_000  # behind every timestamp of the seal itself


def level_findings(inspection: Inspection) -> Iterator[Finding]:
    """Find out the level of each seal; yield a remark where it is not the one it claims."""
    for one in inspection.signers:
        # 1
        one.timestamps = read_timestamps(one.signature)
        data = in_file(one)
        one.level = level_of(
            one.signature,
            one.timestamps,
            one.certificate,
            lambda certificate, data=data: is_covered(certificate, data),  # type: ignore[misc]
        )
        finding = one.level.finding()
        if finding is not None:
            yield replace(finding, path=one.signature.path or None)


def best_time(one: Signer, circumstances: Circumstances) -> Moments:
    """Return what the timestamps of a seal prove; the steps `signer` and `time` need it."""
    return weigh((*one.timestamps.found, *_of_host(one)), _setting(one, circumstances))


def _of_host(one: Signer) -> Iterator[SealTimestamp]:
    """Yield the document timestamps of the page that a seal lies in: they cover every byte of it.

    Source: ETSI EN 319 102-1 clause 5.6.2.3 (proofs of existence).
    """
    for each in one.host.timestamps.of("docTst") if one.host else ():
        yield replace(each, position=each.position + _AROUND_ALL)


def _setting(one: Signer, circumstances: Circumstances) -> Setting:
    held = in_file(one) + in_file(one.host) if one.host else in_file(one)
    return Setting(
        at=circumstances.at,
        anchors=(*circumstances.anchors, *_listed_authorities(one, circumstances)),
        pool=held.certificates,
        data=held + circumstances.revocation,
        compromise=circumstances.compromise,
        inquiry=circumstances.inquiry,
    )


def _listed_authorities(one: Signer, circumstances: Circumstances) -> Iterator[Anchor]:
    """Yield the certificates of trusted lists that vouch for who made the timestamps."""
    if circumstances.lists is None:
        return
    from tessera.trust.lists.assess import Moments as Stated
    from tessera.trust.lists.assess import timestamp_authorities

    for each in (*one.timestamps.found, *_of_host(one)):
        if each.token.authority is not None:
            yield from timestamp_authorities(
                each.token.authority,
                each.token.certificates,
                circumstances.lists,
                Stated(judged_at=circumstances.at, sealed_at=each.token.generated_at),
            )


def times(one: Signer, inspection: Inspection) -> Iterator[Finding]:
    """Yield the findings about the moments of one seal whose certificate led somewhere."""
    assert one.path is not None
    circumstances = inspection.circumstances
    setting = _setting(one, circumstances)
    # 2
    moments = best_time(one, circumstances)
    yield from (each for each in moments.findings if one.host is None or not _is_of_host(each))
    # 3
    yield from validity_at(
        one.path.chain,
        circumstances.at,
        sealed_at=one.signature.claimed_at,
        proved_at=moments.proved_at,
        expires_at=one.signature.expires_at,
    )
    # 4
    control = min(circumstances.at, moments.proved_at or circumstances.at)
    yield from revocation_at(one.path.chain, control, setting, begins=_begins(one, moments))


def _is_of_host(finding: Finding) -> bool:
    """A document timestamp is told of with the page, once."""
    return (finding.path or "").startswith("/pdf")


def _begins(one: Signer, moments: Moments) -> datetime | None:
    """Return the moment before which the seal was not made, by its own claim or by proof."""
    stated = [each for each in (one.signature.claimed_at, moments.not_before) if each is not None]
    return max(stated, default=None)


def in_file(one: Signer) -> RevocationData:
    """Gather what the file itself brings: the chain, validation data, what is in its tokens."""
    data, tokens = one.signature.validation_data, [each.token for each in one.timestamps.found]
    inside = (certificate for token in tokens for certificate in token.certificates)
    return RevocationData(
        crls=(*data.crls, *(crl for token in tokens for crl in token.crls)),
        ocsp_responses=(
            *data.ocsp_responses,
            *(answer for token in tokens for answer in token.ocsp_responses),
        ),
        certificates=(*one.signature.certificates, *data.certificates, *inside),
    )
