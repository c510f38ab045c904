"""A list at full size: 1,000,000 awards with --long, 20,000 else; figures are printed only."""

from __future__ import annotations

import random
import resource
import time

import pytest

from tessera.issue.status import Action, Change, StatusStore, apply, publish
from tessera.issue.status.lists import Kind
from tests.unit.issue.status.house import NOW, PREFIX, press, read, terms

CHUNK = 250  # as `tessera issue` asks


def ids(start: int, end: int) -> list[str]:
    return [f"urn:credential:{number:032x}" for number in range(start, end)]


@pytest.mark.timeout(1200)
def test_a_thousand_of_all_awards_are_revoked_published_once_and_seen(tmp_path, request):
    is_long = request.config.getoption("--long")
    awards, size = (1_000_000, 1_000_000) if is_long else (20_000, 131_072)
    told: dict[str, float] = {}
    taken = {kind: bytearray(size) for kind in Kind}
    with StatusStore.open(tmp_path, create=True) as store:
        store.allot(ids(0, CHUNK), prefix=PREFIX, size=size)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.perf_counter()
        for start in range(0, awards, CHUNK):
            found = store.allot(ids(start, start + CHUNK), prefix=PREFIX, size=size)
            for entries in found.values():
                for kind, entry in zip(Kind, entries, strict=True):
                    taken[kind][entry.index] += 1
        told["awards given places a second"] = awards / (time.perf_counter() - begin)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        told["MiB of memory more than for the first chunk"] = grown / 1024
        for places in taken.values():  # each place once at most, and all of them in a full list
            assert max(places) == 1
            assert sum(places) == awards

        publish(store, press(), tmp_path / "out", terms())
        gone = [f"urn:credential:{at:032x}" for at in random.sample(range(awards), 1_000)]
        begin = time.perf_counter()
        done = apply(store, Change(action=Action.REVOKE, reason="Why.", at=NOW), gone)
        written = publish(store, press(), tmp_path / "out", terms(1))
        entries = store.allot(gone[:1], prefix=PREFIX)[gone[0]]
        seen = read(tmp_path / "out", entries)
        told["seconds from revoking 1,000 to seeing it"] = time.perf_counter() - begin
        assert (len(done.changed), len(written.files)) == (1_000, 3)  # one publishing
        assert "status.revoked" in seen
        assert all(
            "status.revoked" in read(tmp_path / "out", places)
            for places in store.allot(gone[:50], prefix=PREFIX).values()
        )
        assert publish(store, press(), tmp_path / "out", terms(2)).files == ()

        [back] = [id for id in ids(0, 1_001) if id not in gone][:1]
        for second, (action, rule) in enumerate(
            ((Action.SUSPEND, "status.suspended"), (Action.REINSTATE, "status.good")), start=3
        ):
            apply(store, Change(action=action, reason="Why.", at=NOW), [back])
            publish(store, press(), tmp_path / "out", terms(second))
            assert rule in read(tmp_path / "out", store.standing(back).entries)
        assert read(tmp_path / "out", store.standing(back).entries) == {"status.good"}
    for what, figure in told.items():
        print(f"{figure:,.2f} {what}")
    # Every award in memory would be a hundred times as much at full size.
    assert grown < 64 * 1024
