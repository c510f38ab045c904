"""Which listed service stands behind a seal certificate?

1. Look, without trusting anything, which lists hold a certificate with the name of an
   issuer on the path: only these are worth verifying.
2. Take the services of the lists that hold, and lead the seal certificate to one of
   their certificates, as to any trusted authority (`tessera.trust.paths`).

Source: ETSI TS 119 615 V1.2.1 clause 4.3; ETSI TS 119 612 V2.4.1 clause 5.5.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.certificates import parse
from tessera.trust.anchors import Anchor
from tessera.trust.lists.hierarchy import Hierarchy, Proved, Refused, territories
from tessera.trust.lists.model import Service, TrustedList
from tessera.trust.paths import validate_path

_MOST_NAMES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A service that vouches for a certificate. chain: DER, seal certificate first."""

    service: Service
    source: TrustedList
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the lists say of a certificate. refused: lists that could say more, but may not
    be used; searched: how many lists were looked through.
    """

    found: tuple[Listed, ...]
    refused: tuple[Refused, ...]
    searched: int


def find_services(leaf: bytes, pool: Sequence[bytes], hierarchy: Hierarchy, at: datetime) -> Search:
    """Find the services behind a certificate (DER), judged at `at` (aware).

    pool: certificates found with the seal, not trusted. A certificate that is listed
    itself counts as well as one below a listed authority. Never raises for hostile ones.
    """
    top = hierarchy.list_of_lists(at)
    if isinstance(top, Refused):
        return Search(found=(), refused=(top,), searched=0)
    names = _issuer_names(leaf, pool)
    found: list[Listed] = []
    refused: list[Refused] = []
    looked = [one for one in territories(top.content) if hierarchy.snapshot.national(one)]
    for territory in looked:
        # 1
        if not hierarchy.mentions(territory, names):
            continue
        proved = hierarchy.national(territory, at)
        if isinstance(proved, Refused):
            refused.append(proved)
            continue
        # 2
        found.extend(_behind(leaf, pool, proved, names, at))
    return Search(found=tuple(found), refused=tuple(refused), searched=len(looked))


def _behind(
    leaf: bytes, pool: Sequence[bytes], proved: Proved, names: Sequence[bytes], at: datetime
) -> Iterator[Listed]:
    for service in proved.content.services:
        anchors = [
            anchor
            for certificate in service.certificates
            if any(name in certificate for name in names)
            for anchor in _anchor(certificate, service)
        ]
        if not anchors:
            continue
        result = validate_path(leaf, pool, anchors, at)
        if result.findings[0].outcome is Outcome.PASSED:
            yield Listed(service=service, source=proved.content, chain=result.chain)


def _anchor(certificate: bytes, service: Service) -> Iterator[Anchor]:
    try:
        yield Anchor.of(certificate, f"the trusted list of {service.territory}")
    except UnreadableError:
        return


def _issuer_names(leaf: bytes, pool: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the issuers (DER names) of the certificates at hand."""
    names: dict[bytes, None] = {}
    for certificate in (leaf, *pool[:_MOST_NAMES]):
        try:
            names[parse(certificate).issuer.public_bytes()] = None
        except (UnreadableError, ValueError, TypeError):
            continue
    return tuple(names)
