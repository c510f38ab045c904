"""The store: a place once and for all, changes with reasons, and nobody's name."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tessera.errors import StoreError, UsageError
from tessera.issue.status import Action, Change, RefusedChangeError, StatusStore, apply
from tessera.issue.status import lists as group_lists
from tessera.issue.status.lists import Kind, bits_of, need_prefix
from tests.unit.issue.status.house import NOW, PREFIX, awards, store

REVOKE, SUSPEND, REINSTATE = (
    Change(action=action, reason=f"Why {action}.", who="Registry", at=NOW) for action in Action
)


def test_an_award_gets_two_w3c_places_and_one_for_the_token_list(tmp_path):
    with store(tmp_path) as one:
        [(id, entries)] = one.allot(awards(1), prefix=f"{PREFIX}/").items()
    assert id == awards(1)[0]
    assert [(entry.kind, entry.url, entry.purpose) for entry in entries] == [
        ("bitstring", f"{PREFIX}/1/revocation", "revocation"),
        ("bitstring", f"{PREFIX}/1/suspension", "suspension"),
        ("token", f"{PREFIX}/1/token", None),
    ]
    assert len({entry.index for entry in entries}) == 3


def test_asking_again_gives_the_same_places_also_after_a_restart(tmp_path):
    with store(tmp_path) as one:
        first = one.allot(awards(600), prefix=PREFIX)
    with StatusStore.open(tmp_path) as one:
        again = one.allot(awards(601), prefix="https://other.example/x")
        assert {id: again[id] for id in first} == first
        assert one.allot([*awards(2), *awards(2)], prefix=PREFIX).keys() == set(awards(2))
        assert [one.used(group) for group in one.groups()] == [600, 1]


def test_no_two_awards_share_a_place_in_any_list(tmp_path):
    with store(tmp_path) as one:
        found = one.allot(awards(5_000), prefix=PREFIX)
    for at in range(3):
        assert len({(entries[at].url, entries[at].index) for entries in found.values()}) == 5_000


def test_a_new_group_of_lists_begins_when_one_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(group_lists, "LEAST_PLACES", 10)
    with store(tmp_path) as one:
        found = one.allot(awards(25), prefix=PREFIX, size=10)
        assert [one.used(group) for group in one.groups()] == [10, 10, 5]
        places = {(entries[0].url, entries[0].index) for entries in found.values()}
        assert len(places) == 25
        one.allot(awards(5, start=25), prefix=PREFIX, size=10)
        assert [one.used(group) for group in one.groups()] == [10, 10, 10]


def test_a_list_that_hides_nobody_is_refused_before_anything_is_written(tmp_path):
    with store(tmp_path) as one:
        with pytest.raises(UsageError, match="at least 131072"):
            one.allot(awards(1), prefix=PREFIX, size=131_071)
        assert one.groups() == ()


@pytest.mark.parametrize(
    "prefix",
    ["", "status.example.edu", "http://status.example.edu", "https://", "https://x.example/?a",
     "https://x.example/#a", "https://u@x.example/", "https://x.example/a b", "ftp://x.example/",
     "https://münchen.example/", "https://[::1/"],
)  # fmt: skip
def test_what_is_no_address_for_lists_is_refused(prefix):
    with pytest.raises(UsageError, match="no address for status lists"):
        need_prefix(prefix)


def test_a_local_address_serves_for_trying_out():
    assert need_prefix("http://localhost:8000/status/") == "http://localhost:8000/status"


def test_a_change_is_recorded_once_with_reason_time_and_who(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(3), prefix=PREFIX)
        first = apply(one, REVOKE, awards(2))
        again = apply(one, REVOKE, awards(3))
        assert (first.changed, first.already) == (tuple(awards(2)), ())
        assert (again.changed, again.already) == (tuple(awards(3)[2:]), tuple(awards(2)))
        [event] = one.history(awards(1)[0])
        assert (event.action, event.reason, event.who, event.at) == (
            "revoke", "Why revoke.", "Registry", NOW,
        )  # fmt: skip
        assert one.changes(one.groups()[0]) == 3  # new, and two calls that changed something
        assert apply(one, REVOKE, awards(3)).changed == ()
        assert one.changes(one.groups()[0]) == 3


def test_a_suspension_is_ended_and_may_come_back(tmp_path):
    [id] = awards(1)
    with store(tmp_path) as one:
        one.allot([id], prefix=PREFIX)
        for change, word in ((SUSPEND, "suspended"), (REINSTATE, "good"), (SUSPEND, "suspended")):
            apply(one, change, [id])
            assert one.standing(id).word == word
        assert [event.action for event in one.history(id)] == ["suspend", "reinstate", "suspend"]
        assert apply(one, SUSPEND, [id]).already == (id,)


def test_a_revocation_cannot_be_undone_and_nothing_is_half_done(tmp_path):
    one_id, other = awards(2)
    with store(tmp_path) as one:
        one.allot([one_id, other], prefix=PREFIX)
        apply(one, REVOKE, [one_id])
        for change in (SUSPEND, REINSTATE):
            with pytest.raises(RefusedChangeError, match="for good"):
                apply(one, change, [other, one_id])
        assert one.standing(other).word == "good"
        assert one.history(other) == ()


def test_an_award_without_a_place_stops_the_whole_call(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(1), prefix=PREFIX)
        strangers = [f"urn:credential:x{number}" for number in range(12)]
        with pytest.raises(RefusedChangeError, match="and 2 more") as refused:
            apply(one, REVOKE, [*awards(1), *strangers])
        assert "urn:credential:x9" in str(refused.value)
        assert one.standing(awards(1)[0]).word == "good"


def test_a_bare_uuid_names_an_award(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(1), prefix=PREFIX)
        assert apply(one, REVOKE, ["00000000-0000"]).changed == tuple(awards(1))


def test_a_revoked_award_that_was_suspended_stays_so_in_the_other_list(tmp_path):
    """Else a verifier with a new list of suspensions and an old one of revocations lets it pass."""
    [id] = awards(1)
    with store(tmp_path) as one:
        one.allot([id], prefix=PREFIX)
        apply(one, SUSPEND, [id])
        apply(one, REVOKE, [id])
        [group] = one.groups()
        _, marked = one.snapshot(group)
        assert all(any(bits_of(group, kind, marked)) for kind in Kind)
        assert one.standing(id).word == "revoked"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_change_needs_a_reason_of_a_sensible_length(reason):
    with pytest.raises(UsageError):
        Change(action=Action.REVOKE, reason=reason, at=NOW)


def test_a_time_without_offset_is_refused():
    with pytest.raises(UsageError):
        Change(action=Action.REVOKE, reason="x", at=datetime(2026, 1, 1))


def test_forgetting_takes_the_id_and_the_reasons_and_leaves_the_place_taken(tmp_path):
    [id] = awards(1)
    with store(tmp_path) as one:
        before = one.allot([id], prefix=PREFIX)[id]
        apply(
            one,
            Change(action=Action.REVOKE, reason="Ada Lovelace cheated.", who="B.", at=NOW),
            [id],
        )
        [group] = one.groups()
        marked = one.snapshot(group)
        assert one.forget(id)
        assert not one.forget(id)
        assert one.standing(id) is None
        assert one.snapshot(group) == marked
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert not any(word in left for word in (b"Lovelace", b"B. Ull", id.encode()))
    with StatusStore.open(tmp_path) as one:
        assert one.allot(awards(2)[1:], prefix=PREFIX)[awards(2)[1]][0].index != before[0].index
    rows = sqlite3.connect(tmp_path / "status.sqlite").execute("SELECT reason, who FROM event")
    assert rows.fetchall() == [(None, None)]


def test_there_is_no_store_where_nothing_was_issued_with_a_status(tmp_path):
    with pytest.raises(StoreError, match="--status"):
        StatusStore.open(tmp_path)


def test_what_is_no_store_or_a_newer_one_is_refused(tmp_path):
    (tmp_path / "status.sqlite").write_bytes(b"no database, but long enough to look like one" * 30)
    with pytest.raises(StoreError, match="cannot be used"):
        StatusStore.open(tmp_path)
    (tmp_path / "status.sqlite").unlink()
    store(tmp_path).connection.execute("PRAGMA user_version=99")
    with pytest.raises(StoreError, match="newer version"):
        StatusStore.open(tmp_path)


def _revoke(folder: Path, ids: list[str]) -> None:
    with StatusStore.open(folder) as one:
        for id in ids:
            apply(one, REVOKE, [id])


def _allot(folder: Path, ids: list[str], answers) -> None:
    with store(folder) as one:
        for start in range(0, len(ids), 10):
            for id, entries in one.allot(ids[start : start + 10], prefix=PREFIX).items():
                answers.put((id, [(entry.url, entry.index) for entry in entries]))
    answers.put(None)


def test_two_processes_that_revoke_at_once_lose_nothing(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(60), prefix=PREFIX)
    spawn = multiprocessing.get_context("spawn")
    halves = (awards(40), awards(40, start=20))  # 20 of them are revoked by both
    workers = [spawn.Process(target=_revoke, args=(tmp_path, half)) for half in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    with StatusStore.open(tmp_path) as one:
        assert {one.standing(id).word for id in awards(60)} == {"revoked"}
        assert {len(one.history(id)) for id in awards(60)} == {1}
        assert one.changes(one.groups()[0]) == 61


def test_two_processes_that_allot_at_once_agree(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    shares = (awards(200), awards(200, start=100))
    workers = [spawn.Process(target=_allot, args=(tmp_path, share, answers)) for share in shares]
    for worker in workers:
        worker.start()
    found: dict[str, set] = {}
    ended = 0
    while ended < 2:
        answer = answers.get(timeout=60)
        if answer is None:
            ended += 1
        else:
            found.setdefault(answer[0], set()).add(tuple(answer[1]))
    for worker in workers:
        worker.join()
    assert all(len(places) == 1 for places in found.values())
    assert len({place for places in found.values() for place in places}) == len(found) == 300


def test_an_award_that_is_marked_is_listed(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(4), prefix=PREFIX)
        apply(one, SUSPEND, awards(2))
        apply(one, REVOKE, awards(1))
        assert [(row.award, row.word) for row in one.standings()] == [
            (awards(2)[0], "revoked"), (awards(2)[1], "suspended"),
        ]  # fmt: skip


def test_a_change_keeps_whole_seconds_in_utc(tmp_path):
    late = (NOW + timedelta(microseconds=5)).astimezone()
    with store(tmp_path) as one:
        one.allot(awards(1), prefix=PREFIX)
        apply(one, Change(action=Action.REVOKE, reason="x", at=late), awards(1))
        assert one.history(awards(1)[0])[0].at == NOW
