"""Who vouches for the maker of one seal: the verifier's own authorities, or the lists.

1. Follow the certificate to an authority that `--trust` names.
2. Hold it against the trusted lists, when there are any. Where a listed service vouches,
   its certificate is an authority like those of `--trust`.
3. Where both are silent, both say why; where one vouches, the other is a remark.
4. Where the path is not complete, and the verifier allows the network, fetch what is missing
   from where the certificates say it is, and go through 1 to 3 again.

Source: ETSI EN 319 102-1 clause 5.2.6; ETSI TS 119 615 V1.2.1 clause 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tessera.report import Finding, Outcome
from tessera.trust.anchors import Anchor
from tessera.trust.inquiry import Answer, worded
from tessera.trust.paths import validate_path
from tessera.verify.examination import Circumstances, Signer


def vouch(
    one: Signer,
    pool: Sequence[bytes],
    circumstances: Circumstances,
    proved_at: datetime | None = None,
) -> list[Finding]:
    """Fill in where the certificate of a seal leads, and return what is said about it.

    pool: certificates found with the seal. proved_at: the earliest moment that a trusted
    timestamp proves, None when there is none. The seal has a certificate.
    """
    assert one.certificate is not None
    findings = _vouch(one, pool, circumstances, proved_at)
    # 4
    if one.is_trusted or circumstances.inquiry is None:
        return findings
    trusted = [anchor.certificate for anchor in circumstances.anchors]
    answer = circumstances.inquiry.issuers_of(one.certificate, (*pool, *trusted))
    if not answer.asked:
        return findings
    if answer.data.certificates:
        findings = _vouch(one, (*pool, *answer.data.certificates), circumstances, proved_at)
    return [*findings, _fetched(answer)]


def _fetched(answer: Answer) -> Finding:
    """Name what was asked for. What is still missing decides only with the path itself."""
    evidence = {"asked": [one.to_json() for one in answer.asked]}
    source = "RFC 5280 section 4.2.2.1"
    count = len(answer.data.certificates)
    if not count:
        message = (
            f"A certificate that is missing in the file was not found: {worded(answer.asked)}."
        )
        return Finding.indeterminate("signer.fetched", message, evidence=evidence, source=source)
    return Finding.passed(
        "signer.fetched",
        f"{count} certificate{'s' * (count > 1)} that the file does not bring came from the "
        "network.",
        evidence=evidence,
        source=source,
        advice=True,
    )


def _vouch(
    one: Signer,
    pool: Sequence[bytes],
    circumstances: Circumstances,
    proved_at: datetime | None,
) -> list[Finding]:
    assert one.certificate is not None
    findings = _by_anchors_and_lists(one, pool, circumstances, proved_at)
    if circumstances.entities is None:
        return findings
    return _by_entities(one, pool, circumstances, findings)


def _by_entities(
    one: Signer, pool: Sequence[bytes], circumstances: Circumstances, before: list[Finding]
) -> list[Finding]:
    from tessera.trust.lists.entities import assess_entities

    assert one.certificate is not None
    assert circumstances.entities is not None
    at, was_trusted = circumstances.at, one.is_trusted
    one.entity = assess_entities(one.certificate, pool, circumstances.entities, at)
    said = list(one.entity.findings)
    if was_trusted or one.entity.vouches is None:
        return [*before, *(replace(each, advice=each.advice or was_trusted) for each in said)]
    anchors = (*circumstances.anchors, one.entity.vouches.anchor)
    one.path = validate_path(one.certificate, pool, anchors, at)
    about_path, *others = one.path.findings
    earlier = [each for each in before if each.outcome is not Outcome.FAILED]
    return [
        *said,
        *([] if about_path.outcome is Outcome.PASSED else [about_path]),
        *others,
        *(replace(each, advice=True) for each in earlier if each not in others),
    ]


def _by_anchors_and_lists(
    one: Signer,
    pool: Sequence[bytes],
    circumstances: Circumstances,
    proved_at: datetime | None,
) -> list[Finding]:
    assert one.certificate is not None
    # 1
    at = circumstances.at
    one.path = validate_path(one.certificate, pool, circumstances.anchors, at)
    if circumstances.lists is None:
        return list(one.path.findings)
    # 2
    from tessera.trust.lists.assess import Moments, assess

    moments = Moments(
        judged_at=at,
        sealed_at=proved_at or one.signature.claimed_at,
        is_proved=proved_at is not None,
    )
    one.listed = assess(one.certificate, pool, circumstances.lists, moments)
    said = list(one.listed.findings)
    # 3
    if one.listed.vouches is None:
        is_own = one.path.outcome is Outcome.PASSED
        return [*one.path.findings, *(replace(each, advice=each.advice or is_own) for each in said)]
    listed = Anchor.of(one.listed.vouches.chain[-1], "the trusted lists")
    one.path = validate_path(one.certificate, pool, (*circumstances.anchors, listed), at)
    about_path, *others = one.path.findings
    # That the path holds is already said by the finding about the service.
    return [*said, *([] if about_path.outcome is Outcome.PASSED else [about_path]), *others]
