"""What is fuzzed, by name: seeds, the ways to spoil them, how they are judged, what may pass."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial

from tessera.errors import UnreadableError
from tessera.journeys.unpacking import files_in
from tessera.journeys.verifying import MOST_BYTES, Judged, judge
from tessera.standards.locate import installed_library
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.status import StatusReader
from tessera.verify.examination import Circumstances
from tests.fuzzing import lists, sameness
from tests.fuzzing.parties import AT, TRUSTED, document_of
from tests.fuzzing.samples import SAMPLES, sealed
from tests.fuzzing.spoilers import (
    ARCHIVES,
    BYTES,
    DISCLOSURES,
    MARKUP,
    MESSAGES,
    PICTURES,
    PROOFS,
    TOKENS,
    TREES,
    Spoiler,
    Spoilt,
)

Judge = Callable[[bytes, bool], Iterator[tuple[bytes, Judged]]]
Backing = Callable[[bytes, Iterable[bytes]], bool]
SEEN_AT = AT + timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One format. judge: yields what an input holds and how that was judged; with_shapes: also
    by the official schemas. backs: whether what passed says what a seed says. is_sealed: its
    seeds pass as they are.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    spoilers: Mapping[str, Spoiler]
    judge: Judge
    backs: Backing
    is_sealed: bool = True

    def spoilt(self, number: int, seed: int = 0) -> tuple[str, Spoilt]:
        chance = random.Random(f"{self.name}:{seed}:{number}")
        kinds = list(self.spoilers)
        kind = kinds[number % len(kinds)]
        spoilt = self.spoilers[kind](chance, self.seeds())
        if len(spoilt.raw) > MOST_BYTES:  # as the doors read them
            spoilt = Spoilt(spoilt.raw[: MOST_BYTES + 1])
        return kind, spoilt


@cache
def circumstances(*, with_shapes: bool) -> Circumstances:
    known = KnownParties.of([document_of(key) for key in TRUSTED])
    return Circumstances(
        at=SEEN_AT, resolver=Resolver(known, at=SEEN_AT), use_shapes=with_shapes,
        library=installed_library() if with_shapes else None,
    )  # fmt: skip


def one_file(raw: bytes, with_shapes: bool) -> Iterator[tuple[bytes, Judged]]:
    yield raw, judge(raw, circumstances(with_shapes=with_shapes), "standard")


def unpacked(raw: bytes, with_shapes: bool) -> Iterator[tuple[bytes, Judged]]:
    try:
        for _, content in files_in(raw, "input.zip"):
            if isinstance(content, bytes):
                yield from one_file(content, with_shapes)
    except UnreadableError:
        return


def _presented(raw: bytes, _: Iterable[bytes]) -> bool:
    return sameness.presented_same(raw, presentable())


def _nothing(_: bytes, __: Iterable[bytes]) -> bool:
    return False


@cache
def archived() -> tuple[bytes, ...]:
    """Small seeds of the formats, as files for archives."""
    return tuple(sorted(sealed(name), key=len)[0] for name in SAMPLES)


def a_page(raw: bytes, _: bool) -> Iterator[tuple[bytes, Judged]]:
    yield raw, judge(raw, lists.page_circumstances(), "standard")


def _listed(raw: bytes, _: bool) -> Iterator[tuple[bytes, Judged]]:
    for bearer in lists.bearers():
        resolver = circumstances(with_shapes=False).resolver
        assert resolver is not None
        given = {lists.LIST: raw, lists.TOKEN_LIST: raw}
        statuses = StatusReader(given, resolver=resolver, at=SEEN_AT)
        around = Circumstances(at=SEEN_AT, resolver=resolver, statuses=statuses, use_shapes=False)
        yield raw, judge(bearer, around, "standard")


def _entities(raw: bytes, _: bool) -> Iterator[tuple[bytes, Judged]]:
    yield raw, judge(raw, lists.entity_circumstances(), "standard")


def _trusted_list(raw: bytes, _: bool) -> Iterator[tuple[bytes, Judged]]:
    yield raw, judge(raw, lists.list_circumstances(), "standard")


TARGETS: dict[str, Target] = {
    one.name: one
    for one in (
        *(
            Target(name=name, seeds=partial(sealed, name), spoilers={**spoilers, **BYTES},
                   judge=one_file, backs=backs, is_sealed=is_sealed)
            for name, spoilers, backs, is_sealed in (
                ("vc-jwt", TOKENS, sameness.any_same, True),
                ("vp-jwt", TOKENS, _presented, True),
                ("ob3", PROOFS, sameness.any_same, True),
                ("ob3-jwt", TOKENS, sameness.any_same, True),
                ("baked", PICTURES, sameness.unbaked_same, True),
                ("clr", {**PROOFS, **TOKENS}, sameness.any_same, True),
                ("sd-jwt", DISCLOSURES, sameness.any_same, True),
                ("vc-cose", MESSAGES, sameness.any_same, True),
                ("elmo", MARKUP, _nothing, False),
                ("edci", MARKUP, _nothing, False),
                ("eaa", {**TREES, **TOKENS}, sameness.any_same, True),
                ("ob2", {**TREES, **TOKENS}, _nothing, False),
                ("openid4vp", TREES, _nothing, False),
            )
        ),
        Target(name="zip", seeds=archived, spoilers=ARCHIVES, judge=unpacked, is_sealed=False,
               backs=lambda raw, _: any(_backed(one, raw) for one in _plain())),
        Target(name="status-list", seeds=lists.status_lists, judge=_listed,
               spoilers={**TOKENS, **PROOFS, **lists.TRICKS, **BYTES}, backs=lists.backs),
        Target(name="etsi-lote", seeds=lists.entity_lists, judge=_entities,
               spoilers={**lists.ENTITY_TRICKS, **BYTES}, backs=sameness.any_same),
        Target(name="etsi-tl", seeds=lists.trusted_lists, judge=_trusted_list,
               spoilers={**MARKUP, **BYTES}, backs=lists.same_markup),
        Target(name="pdf", seeds=lists.pages, spoilers=lists.PAGE_TRICKS, judge=a_page,
               backs=lists.same_page),
    )
}  # fmt: skip


def _backed(one: Target, raw: bytes) -> bool:
    try:
        return one.backs(raw, one.seeds())
    except sameness.FAULTS:
        return False


def _plain() -> list[Target]:
    return [TARGETS[name] for name in SAMPLES]


@cache
def presentable() -> tuple[bytes, ...]:
    """What issuers sealed and holders present."""
    return tuple(one for name in ("vc-jwt", "sd-jwt", "ob3") for one in sealed(name))
