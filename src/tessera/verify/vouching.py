"""Who vouches for the maker of one seal: the verifier's own authorities, or the lists.

1. Follow the certificate to an authority that `--trust` names.
2. Hold it against the trusted lists, when there are any. Where a listed service vouches,
   its certificate is an authority like those of `--trust`.
3. Where both are silent, both say why; where one vouches, the other is a remark.

Source: ETSI EN 319 102-1 clause 5.2.6; ETSI TS 119 615 V1.2.1 clause 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tessera.report import Finding, Outcome
from tessera.trust.anchors import Anchor
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
