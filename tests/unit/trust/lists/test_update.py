"""Fetching the lists from a real server: what holds is written, what does not changes nothing."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.unit.trust.lists.material import (
    COMMISSION,
    JOURNAL,
    NOW,
    OPERATOR,
    list_of_lists,
    national,
    party,
    pointer,
)
from tests.unit.trust.lists.servers import server

from tessera.errors import StoreError, UnreadableError
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.lists import snapshot
from tessera.trust.lists.hierarchy import Hierarchy, Proved
from tessera.trust.lists.model import LIST_OF_LISTS
from tessera.trust.lists.snapshot import load_snapshot
from tessera.trust.lists.update import TrustError, update

SWEDE = party("Operator of SE")
TESTING = GuardedFetcher(allow_loopback=True, seconds=5)


@contextmanager
def serving(**more):
    """Serve a list of lists that points to lists of FI and SE on the same server."""
    answers = {}
    with server(answers) as base:
        top = list_of_lists(
            pointer("FI", OPERATOR, location=f"{base}/fi.xml"),
            pointer("SE", SWEDE, location=f"{base}/se.xml"),
            **more,
        )
        answers["/lotl.xml"] = top.signed(COMMISSION)
        answers["/fi.xml"] = national().signed(OPERATOR)
        answers["/se.xml"] = national(territory="SE").signed(SWEDE)
        yield answers, base, top


def fetch(folder, base, at=NOW, anchors=(COMMISSION,), fetcher=TESTING):
    given = [one.anchor for one in anchors]
    done = update(folder, fetcher, at, given, f"{base}/lotl.xml")
    return {one.territory: one for one in done}


def files(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()} if folder.exists() else {}


def test_all_lists_are_fetched_and_can_be_used_offline(tmp_path):
    folder = tmp_path / "trust"
    with serving() as (_, base, _top):
        done = fetch(folder, base)
    assert list(done) == ["EU", "FI", "SE"]
    assert all(one.is_new and one.problem is None for one in done.values())
    assert set(files(folder)) == {
        "lotl.xml", "list-FI.xml", "list-SE.xml", "official-journal.pem", "snapshot.json",
    }  # fmt: skip
    held = load_snapshot(folder)
    assert held.fetched_at == NOW
    assert [one.certificate for one in held.anchors] == [COMMISSION.der]
    assert isinstance(Hierarchy(held).national("SE", NOW), Proved)


def test_fetching_again_changes_the_date_only(tmp_path):
    with serving() as (_, base, _top):
        fetch(tmp_path, base)
        before = files(tmp_path)
        done = fetch(tmp_path, base, at=NOW + timedelta(days=1))
    assert not any(one.is_new for one in done.values())
    after = files(tmp_path)
    assert before.pop("snapshot.json") != after.pop("snapshot.json")
    assert before == after


def test_a_newer_list_takes_the_place_of_the_older(tmp_path):
    with serving() as (answers, base, _top):
        fetch(tmp_path, base)
        answers["/fi.xml"] = national(number=8).signed(OPERATOR)
        done = fetch(tmp_path, base)
    assert (done["FI"].number, done["FI"].is_new) == (8, True)
    assert load_snapshot(tmp_path).national("FI")[0].claims.sequence_number == 8


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "404"),
        (b"<html/>", "is not here"),
        (national(number=9).xml(), "not signed"),
        (national(number=9).signed(party("Thief")), "does not name for it"),
        (national(number=6).signed(OPERATOR), "is older than the one that is here"),
        (national(number=9, next_update="2026-11-01T00:00:00Z").signed(OPERATOR), "was due by"),
    ],
)
def test_a_list_that_does_not_hold_is_reported_and_the_old_one_stays(tmp_path, raw, said):
    with serving() as (answers, base, _top):
        fetch(tmp_path, base)
        before = files(tmp_path)
        answers["/fi.xml"] = raw
        done = fetch(tmp_path, base)
    assert said in done["FI"].problem
    assert done["FI"].number == 7
    assert done["SE"].problem is None
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda top: None, "404"),
        (lambda top: b"<html/>", "no list of trusted lists"),
        (lambda top: top.xml(), "not signed"),
        (lambda top: top.signed(OPERATOR), "does not name for it"),
        (lambda top: top.but(number=39).signed(COMMISSION), "is older"),
        (lambda top: top.but(next_update="2026-11-01T00:00:00Z").signed(COMMISSION), "was due by"),
        (lambda top: b"<!DOCTYPE a><a/>", "no list of trusted lists"),
    ],
)
def test_a_list_of_lists_that_does_not_hold_changes_nothing(tmp_path, change, said):
    with serving() as (answers, base, top):
        fetch(tmp_path, base)
        before = files(tmp_path)
        answers["/lotl.xml"] = change(top)
        with pytest.raises(TrustError, match=said) as refused:
            fetch(tmp_path, base)
    assert str(refused.value).startswith("Nothing was changed.")
    assert files(tmp_path) == before


def test_pivots_are_fetched_with_the_list_and_go_when_they_are_settled(tmp_path):
    successor = party("Successor of the Commission")
    own = pointer("EU", successor, type=LIST_OF_LISTS)
    with serving() as (answers, base, top):
        named = (f"{base}/eu-lotl-pivot-39.xml", JOURNAL)
        answers["/eu-lotl-pivot-39.xml"] = (
            list_of_lists(number=39).but(pointers=own).signed(COMMISSION)
        )
        answers["/lotl.xml"] = top.but(information=named).signed(successor)
        fetch(tmp_path, base)
        assert "pivot-39.xml" in files(tmp_path)
        answers["/lotl.xml"] = top.but(number=41).signed(COMMISSION)
        fetch(tmp_path, base)
        assert "pivot-39.xml" not in files(tmp_path)


def test_a_territory_that_is_named_no_more_goes_and_own_files_stay(tmp_path):
    with serving() as (answers, base, _top):
        fetch(tmp_path, base)
        (tmp_path / "mine.xml").write_bytes(national(territory="NO").xml())
        left = list_of_lists(pointer("FI", OPERATOR, location=f"{base}/fi.xml"), number=41)
        answers["/lotl.xml"] = left.signed(COMMISSION)
        fetch(tmp_path, base)
    assert {"mine.xml", "list-FI.xml"} <= set(files(tmp_path))
    assert "list-SE.xml" not in files(tmp_path)


def test_anchors_that_are_there_are_not_replaced(tmp_path):
    (tmp_path / "mine.pem").write_bytes(COMMISSION.pem)
    with serving() as (_, base, _top):
        fetch(tmp_path, base)
    assert "official-journal.pem" not in files(tmp_path)


def test_without_leave_no_loopback_address_is_asked(tmp_path):
    with serving() as (_, base, _top), pytest.raises(TrustError, match="not a public address"):
        fetch(tmp_path, base, fetcher=GuardedFetcher())


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    place = tmp_path / "file"
    place.write_text("in the way")
    with serving() as (_, base, _top), pytest.raises(StoreError, match="TESSERA_TRUST"):
        fetch(place, base)


def test_a_territory_that_is_no_code_is_never_a_file_name(tmp_path):
    with serving() as (answers, base, _top):
        odd = list_of_lists(pointer("../../evil", OPERATOR, location=f"{base}/fi.xml"))
        answers["/lotl.xml"] = odd.signed(COMMISSION)
        done = fetch(tmp_path / "trust", base)
    assert list(done) == ["EU"]


def test_an_empty_folder_holds_no_snapshot(tmp_path):
    assert load_snapshot(tmp_path / "nowhere") is None
    assert load_snapshot(tmp_path) is None


def test_a_folder_of_files_is_told_apart_by_what_they_say(tmp_path):
    (tmp_path / "b.xml").write_bytes(list_of_lists().signed(COMMISSION))
    (tmp_path / "a.xml").write_bytes(national().signed(OPERATOR))
    (tmp_path / "c.xml").write_bytes(b"<html/>")
    (tmp_path / "d.xml").write_bytes(b"<!DOCTYPE a><a/>")
    (tmp_path / "oj.pem").write_bytes(COMMISSION.pem)
    held = load_snapshot(tmp_path)
    assert held.list_of_lists.name == "b.xml"
    assert [one.name for one in held.national("FI")] == ["a.xml"]
    assert [name for name, _ in held.strangers] == ["c.xml", "d.xml"]
    assert held.fetched_at is None


@pytest.mark.parametrize("record", ["", "[]", '{"fetched_at": 3}', '{"fetched_at": "lately"}'])
def test_a_record_that_cannot_be_read_says_nothing(tmp_path, record):
    (tmp_path / "a.xml").write_bytes(national().xml())
    (tmp_path / "snapshot.json").write_text(record)
    assert load_snapshot(tmp_path).fetched_at is None


def test_a_folder_of_too_many_files_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "MOST_FILES", 1)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(b"<a/>")
    with pytest.raises(UnreadableError, match="more than 1 lists"):
        load_snapshot(tmp_path)


def test_the_record_says_when(tmp_path):
    with serving() as (_, base, _top):
        fetch(tmp_path, base)
    assert json.loads((tmp_path / "snapshot.json").read_text()) == {"fetched_at": NOW.isoformat()}
