"""The timestamps of the seal of a PDF, and the level that it looks like.

1. Tokens in the signature itself: over its value (sigTst), or over what was sealed, before
   it was (adoTst). 2. Document timestamps: each must cover every byte of its revision but
   itself; one from before the seal lies inside it. 3. Compare, and check each token.

Who signed a token is never judged here.

Source: ETSI EN 319 142-1 V1.2.1 clauses 5.4.3 and 6.3; ETSI EN 319 122-1 clauses 5.2.8
(content timestamp) and 5.3 (signature timestamp); RFC 3161 appendix A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.levels import IsCovered, Level, level_held, unprovable
from tessera.seals.pades.coverage import covered_bytes, is_whole
from tessera.seals.pades.objects import value_of
from tessera.seals.protocol import ValidationData
from tessera.seals.timestamp import covers, read_token
from tessera.seals.timestamp.stamps import (
    MAX_TOKENS,
    SealTimestamp,
    Timestamps,
    is_signed,
    unreadable,
)

SOURCE = "ETSI EN 319 142-1 clauses 5.4.3 and 6.3; ETSI EN 319 122-1 clause 5.3"
_LEVEL = "ETSI EN 319 142-1 clause 6.3"
_OVER_VALUE, _OVER_CONTENT = "1.2.840.113549.1.9.16.2.14", "1.2.840.113549.1.9.16.2.20"
_SUBFILTER = "/ETSI.RFC3161"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTerm:
    """What keeps the seal of a PDF provable.

    stores: what the store held when each timestamp was put around it, by its position.
    claimed: the level by what is there, whatever holds.
    """

    timestamps: Timestamps = field(default_factory=Timestamps)
    stores: Mapping[int, ValidationData] = field(default_factory=dict)
    claimed: str = "B-B"

    def level_of(
        self, certificate: bytes | None, within: Callable[[ValidationData], IsCovered]
    ) -> Level:
        """Return the level that holds.

        within: from validation data to whether verified revocation data about a certificate
        are among them.
        """
        on_value, around = self.timestamps.of("sigTst"), self.timestamps.of("docTst")
        over_seal = on_value or around[:1]
        archives = around if on_value else around[1:]

        def is_archived() -> bool:
            return any(
                not unprovable(certificate, over_seal, within(self.stores[one.position]))
                for one in archives
            )

        everything = self.stores[max(self.stores)] if self.stores else ValidationData()
        level = level_held(self.claimed, certificate, over_seal, is_archived, within(everything))
        return Level(held=level.held, claimed=level.claimed, missing=level.missing, source=_LEVEL)


def read_long_term(
    raw: bytes, seal: Any, stamps: Sequence[Any], kept: Sequence[ValidationData]
) -> LongTerm:
    """Find and recompute every timestamp around one seal.

    seal, stamps: signatures of pyHanko. kept: as of `store.stores`.
    Raises: what `read.broken` lists, for a seal that cannot be read.
    """
    found: list[SealTimestamp] = []
    remarks: list[Finding] = []
    sealed_in = seal.signed_revision
    # 1, 2
    for number, (kind, position, token, message) in enumerate(_tokens(raw, seal, stamps)):
        if number == MAX_TOKENS:
            break  # more than a seal renewed every few years for decades would have
        path = f"/pdf/timestamps/{number}"
        # 3
        try:
            read = read_token(token)
        except UnreadableError as error:
            remarks.append(unreadable(kind, path, str(error), SOURCE))
            continue
        found.append(
            SealTimestamp(
                kind=kind,
                path=path,
                position=position,
                token=read,
                covers=message is not None and covers(read, message()),
                intact=is_signed(read),
            )
        )
    timestamps = Timestamps(found=tuple(found), remarks=tuple(remarks))
    last = len(kept) - 1
    by_position = {one.position: kept[min(one.position + sealed_in, last)] for one in found}
    by_position[last + 1] = kept[last]  # what came after every timestamp counts for B-LT
    return LongTerm(timestamps=timestamps, stores=by_position, claimed=_claimed(found, by_position))


_Token = tuple[str, int, bytes, Callable[[], bytes] | None]


def _tokens(raw: bytes, seal: Any, stamps: Sequence[Any]) -> Iterator[_Token]:
    """Yield kind, position, token and what it has to cover (None: it covers too little)."""
    info = seal.signer_info
    for token in _attribute(info["signed_attrs"], _OVER_CONTENT):
        yield "adoTst", -1, token, lambda: covered_bytes(seal, raw)
    for token in _attribute(info["unsigned_attrs"], _OVER_VALUE):
        yield "sigTst", 0, token, lambda: bytes(info["signature"].native)
    for one in stamps:
        position = one.signed_revision - seal.signed_revision
        is_right = str(value_of(one.sig_object, "/SubFilter")) == _SUBFILTER and is_whole(one, raw)
        message = (lambda one=one: covered_bytes(one, raw)) if is_right else None
        yield ("docTst" if position > 0 else "adoTst"), position, _held(one), message


def _held(embedded: Any) -> bytes:
    """Return the token without the zeros behind it."""
    from asn1crypto.cms import ContentInfo

    return bytes(ContentInfo.load(embedded.pkcs7_content).dump())


def _attribute(attributes: Any, oid: str) -> Iterator[bytes]:
    """Yield the values of one CMS attribute; absent attributes have none."""
    for one in attributes or ():
        if one["type"].dotted == oid:
            yield from (bytes(value.dump()) for value in one["values"])


def _claimed(found: Sequence[SealTimestamp], stores: Mapping[int, ValidationData]) -> str:
    over = [one for one in found if one.kind == "sigTst"]
    around = [one for one in found if one.kind == "docTst"]
    if not over:
        over, around = around[:1], around[1:]
    if not over:
        return "B-B"
    if any(_tells(stores[one.position]) for one in around):
        return "B-LTA"
    return "B-LT" if any(map(_tells, stores.values())) else "B-T"


def _tells(data: ValidationData) -> bool:
    return bool(data.crls or data.ocsp_responses)
