"""Publishing: what changed, whole files, once a second, and whatever happens in between."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import cbor2
import orjson
import pytest
from openvc.status import bitstring, token_status_list

from tessera.errors import KeyRefusedError, StoreError, UsageError
from tessera.issue.status import Action, Change, StatusStore, Terms, apply, publish
from tessera.seals.base64text import from_base64url
from tessera.trust.resolve import Resolver
from tessera.trust.status import StatusReader
from tests.unit.issue.status.house import NOW, PREFIX, awards, issuer, press, read, store, terms

REVOKE, SUSPEND, REINSTATE = (Change(action=action, reason="Why.", at=NOW) for action in Action)


@pytest.fixture
def house(tmp_path):
    with store(tmp_path / "store") as one:
        yield one, one.allot(awards(20), prefix=PREFIX), tmp_path / "out"


def payload(path: Path) -> dict:
    return orjson.loads(from_base64url(path.read_bytes().split(b".")[1].decode()))


def test_a_new_group_is_published_as_three_lists_and_then_left_alone(house):
    one, entries, out = house
    done = publish(one, press(), out, terms())
    assert sorted(path.relative_to(out).as_posix() for path in done.files) == [
        "1/revocation", "1/suspension", "1/token",
    ]  # fmt: skip
    assert read(out, entries[awards(1)[0]]) == {"status.good"}
    again = publish(one, press(), out, terms(60))
    assert (again.files, again.unchanged, again.waiting) == ((), 1, 0)


def test_what_a_verifier_reads_follows_the_store(house):
    one, entries, out = house
    [id] = awards(1)
    seen = []
    for second, change in enumerate((None, SUSPEND, REINSTATE, SUSPEND, REVOKE)):
        if change is not None:
            apply(one, change, [id])
        publish(one, press(), out, terms(second))
        seen.append([read(out, [entry]) for entry in entries[id]])
    good, revoked, suspended = {"status.good"}, {"status.revoked"}, {"status.suspended"}
    assert seen == [
        [good, good, good],
        [good, suspended, suspended],
        [good, good, good],
        [good, suspended, suspended],
        [revoked, suspended, revoked],
    ]
    assert read(out, entries[awards(2)[1]]) == {"status.good"}


def test_openvc_reads_our_lists_as_we_do(house):
    one, entries, out = house
    apply(one, REVOKE, awards(5))
    apply(one, SUSPEND, awards(5, start=5))
    publish(one, press(), out, terms())
    gone, held = (
        bitstring.decode_bitstring(payload(out / "1" / kind)["credentialSubject"]["encodedList"])
        for kind in ("revocation", "suspension")
    )
    token = payload(out / "1" / "token")["status_list"]
    bits = token_status_list.decode_status_list(token["lst"])
    for number, id in enumerate(awards(20)):
        revocation, suspension, entry = entries[id]
        word = 1 if number < 5 else 2 if number < 10 else 0
        assert bitstring.get_status_bit(gone, revocation.index) == (word == 1)
        assert bitstring.get_status_bit(held, suspension.index) == (word == 2)
        assert token_status_list.get_status(bits, entry.index, bits=token["bits"]) == word
    assert sum(map(int.bit_count, gone)) == sum(map(int.bit_count, held)) == 5


def test_a_list_says_until_when_it_counts_and_how_long_a_copy_may_be_kept(house):
    one, _, out = house
    publish(one, press(), out, terms(fresh_for=timedelta(minutes=5), counts_for=timedelta(days=2)))
    document, claims = payload(out / "1" / "revocation"), payload(out / "1" / "token")
    assert (document["validFrom"], document["validUntil"]) == (
        "2026-11-25T12:00:00Z", "2026-11-27T12:00:00Z",
    )  # fmt: skip
    assert document["credentialSubject"]["ttl"] == 300_000
    start = int(NOW.timestamp())
    assert (claims["iat"], claims["exp"], claims["ttl"]) == (start, start + 172_800, 300)
    assert claims["sub"] == f"{PREFIX}/1/token"


def test_a_list_is_sealed_anew_when_half_of_its_time_is_over(house):
    one, _, out = house
    publish(one, press(), out, terms(counts_for=timedelta(days=2)))
    assert publish(one, press(), out, terms(86_399)).files == ()
    assert len(publish(one, press(), out, terms(86_400)).files) == 3


def test_only_groups_with_a_change_are_published(tmp_path):
    with store(tmp_path) as one:
        one.allot(awards(2), prefix=PREFIX)
        one.allot(awards(2, start=2), prefix="https://other.example")
        assert len(publish(one, press(), tmp_path / "out", terms()).files) == 6
        apply(one, REVOKE, awards(1, start=3))
        done = publish(one, press(), tmp_path / "out", terms(1))
    assert {path.parent.name for path in done.files} == {"2"}
    assert done.unchanged == 1


def test_an_award_without_a_change_does_not_publish_anything(house):
    one, _, out = house
    publish(one, press(), out, terms())
    one.allot(awards(5, start=100), prefix=PREFIX)
    assert publish(one, press(), out, terms(1)).files == ()


def test_what_changes_in_the_second_of_a_publishing_waits_for_the_next(house):
    one, entries, out = house
    publish(one, press(), out, terms())
    for id in awards(3):
        apply(one, REVOKE, [id])
    done = publish(one, press(), out, terms())
    assert (done.files, done.waiting) == ((), 1)
    done = publish(one, press(), out, terms(1))
    assert (len(done.files), done.waiting) == (3, 0)
    assert all("status.revoked" in read(out, entries[id]) for id in awards(3))


def test_nothing_of_an_award_but_a_bit_is_in_the_lists(house):
    one, _, out = house
    because = Change(action=Action.REVOKE, reason="Plagiarism", who="Registry", at=NOW)
    apply(one, because, awards(3))
    publish(one, press(), out, terms())
    for path in (out / "1").iterdir():
        text = orjson.dumps(payload(path))
        assert b"Plagiarism" not in text
        assert b"Registry" not in text
        assert not any(id.encode() in text for id in awards(3))


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_tokens_name_their_key_and_bring_its_certificates(house, algorithm):
    one, _, out = house
    publish(one, replace(press(algorithm), with_certificates=True), out, terms())
    header = orjson.loads(from_base64url((out / "1/token").read_bytes().split(b".")[0].decode()))
    assert (header["typ"], header["alg"], len(header["x5c"])) == ("statuslist+jwt", algorithm, 2)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
@pytest.mark.parametrize("with_certificates", [True, False])
def test_a_list_in_cbor_is_read_as_the_same_list(house, algorithm, with_certificates):
    one, entries, out = house
    apply(one, REVOKE, awards(2))
    chosen = replace(press(algorithm), with_cwt=True, with_certificates=with_certificates)
    mine = replace(terms(), issuer=issuer(chosen))
    publish(one, chosen, out, mine)
    message = cbor2.loads((out / "1/token.cwt").read_bytes())
    assert message.tag == 18
    protected, unprotected, payload, _ = message.value
    assert cbor2.loads(protected)[16] == "application/statuslist+cwt"
    assert (33 in unprotected) is with_certificates
    stated = cbor2.loads(payload)
    assert (stated[2], stated[6]) == (f"{PREFIX}/1/token", int(NOW.timestamp()))
    assert stated[65533]["lst"] == from_base64url(payload_of_token(out)["status_list"]["lst"])
    reader = StatusReader(
        {f"{PREFIX}/1/token": (out / "1/token.cwt").read_bytes()},
        resolver=Resolver(at=NOW), at=NOW,
    )  # fmt: skip
    for number, rule in enumerate(("status.revoked", "status.revoked", "status.good")):
        entry = entries[awards(20)[number]][2]
        assert [found.rule for found in reader.look_up(entry, issuer(chosen))] == [rule]


def payload_of_token(out: Path) -> dict:
    return payload(out / "1" / "token")


def test_a_key_out_of_its_time_publishes_nothing(house):
    one, _, out = house
    later = Terms(issuer="did:example:1", at=NOW + timedelta(days=4_000))
    with pytest.raises(KeyRefusedError):
        publish(one, press(), out, later)
    assert not list(out.glob("*/*"))


def test_terms_that_make_no_sense_are_refused():
    for more in ({"fresh_for": timedelta(0)}, {"fresh_for": timedelta(days=8)}):
        with pytest.raises(UsageError):
            terms(**more)
    with pytest.raises(UsageError):
        Terms(issuer="x", at=NOW.replace(microsecond=1))
    with pytest.raises(UsageError):
        Terms(issuer="x", at=NOW.replace(tzinfo=None))


def test_a_folder_that_cannot_be_written_keeps_the_old_lists_and_the_change_waits(house):
    one, entries, out = house
    publish(one, press(), out, terms())
    apply(one, REVOKE, awards(1))
    folder = out / "1"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(StoreError, match="--out"):
        publish(one, press(), out, terms(1))
    folder.unlink()
    publish(one, press(), out, terms(2))
    assert "status.revoked" in read(out, entries[awards(1)[0]])


# killed


class Killed(BaseException):
    """Ends a publishing at a chosen point, as a signal would."""


@pytest.mark.parametrize("step", range(1, 9))
def test_a_publishing_that_ends_anywhere_leaves_whole_lists_and_is_done_again(
    house, monkeypatch, step
):
    one, entries, out = house
    publish(one, press(), out, terms())
    apply(one, REVOKE, awards(1))
    counter = count(1)

    def trap(real):
        def call(*more, **named):
            if next(counter) == step:
                raise Killed
            return real(*more, **named)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", trap(os.fsync))
        patch.setattr(Path, "replace", trap(Path.replace))
        patch.setattr(StatusStore, "note_published", trap(StatusStore.note_published))
        with pytest.raises(Killed):
            publish(one, press(), out, terms(1))
    for entry in entries[awards(2)[1]]:
        assert read(out, [entry]) == {"status.good"}  # every list is whole and believed
    publish(one, press(), out, terms(2))
    assert "status.revoked" in read(out, entries[awards(1)[0]])
    assert sorted(path.name for path in (out / "1").iterdir() if path.suffix != ".part") == [
        "revocation", "suspension", "token",
    ]  # fmt: skip


def _publish_for_ever(folder: Path, out: Path) -> None:
    with StatusStore.open(folder) as one:
        for second in count(1):
            apply(one, SUSPEND if second % 2 else REINSTATE, awards(1))
            publish(one, press(), out, terms(second))


def test_a_publisher_that_is_killed_leaves_no_half_list_behind(house, request):
    one, entries, out = house
    publish(one, press(), out, terms())
    spawn = multiprocessing.get_context("spawn")
    changed = (out / "1" / "token").stat().st_mtime_ns
    for _ in range(20 if request.config.getoption("--long") else 3):
        worker = spawn.Process(target=_publish_for_ever, args=(one.folder, out))
        worker.start()
        while (out / "1" / "token").stat().st_mtime_ns == changed:
            worker.join(0.01)  # until it publishes
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        changed = (out / "1" / "token").stat().st_mtime_ns
        late = NOW + timedelta(days=1)
        # Each run signs with a test key of its own, so only the form is looked at here.
        for path in (out / "1").iterdir():
            if path.suffix != ".part":
                assert path.read_bytes().count(b".") == 2
                payload(path)
    apply(one, REVOKE, awards(1))
    publish(one, press(), out, terms(80_000))
    assert "status.revoked" in read(out, entries[awards(1)[0]], at=late)
    assert not [path for path in (out / "1").iterdir() if path.suffix == ".part"]


def test_two_publishers_at_once_never_put_an_older_state_over_a_newer_one(house):
    one, entries, out = house
    spawn = multiprocessing.get_context("spawn")
    ids = awards(12)
    workers = [
        spawn.Process(target=_revoke_and_publish, args=(one.folder, out, ids[at::2], at))
        for at in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    publish(one, press(), out, terms(3_000))
    late = NOW + timedelta(minutes=51)
    assert all("status.revoked" in read(out, entries[id], at=late) for id in ids)
    assert one.changes(one.groups()[0]) == one.published(one.groups()[0]).changes


def _revoke_and_publish(folder: Path, out: Path, ids: list[str], offset: int) -> None:
    with StatusStore.open(folder) as one:
        for second, id in enumerate(ids):
            apply(one, REVOKE, [id])
            publish(one, press(), out, terms(2 * second + offset))


def test_files_are_readable_for_the_web_server(house):
    one, _, out = house
    publish(one, press(), out, terms())
    mode = (out / "1" / "token").stat().st_mode
    assert mode & stat.S_IRUSR
