"""Withdrawing from the command line: recorded with a reason, published, and seen by a verifier."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tessera.issue.status import StatusStore
from tests.journeys.conftest import Run, credentials, learner, write_csv

COMMAND = Path(sys.executable).with_name("tessera")
PREFIX = "https://status.example.edu/mc"


@dataclass(frozen=True)
class House:
    """A folder of awards with a status, the keys that sealed them, and a web folder."""

    run: Run
    keys: Path
    out: Path
    web: Path

    def publish(self, *more: object):
        return self.run(
            "status", "publish", "--store", self.out, "--key", self.keys / "seal.p12",
            "--out", self.web, *more,
        )  # fmt: skip

    def change(self, action: str, *ids: str, reason: str = "Why."):
        return self.run("status", action, *ids, "--reason", reason, "--store", self.out)

    def check(self, file: Path, *more: object):
        lists = [one for path in sorted(self.web.glob("*/*")) for one in ("--list", path)]
        return self.run("status", "check", file, *lists, *more)


@pytest.fixture
def house(run, description, keys, tmp_path) -> House:
    table = tmp_path / "learners.csv"
    write_csv(table, [learner(number) for number in range(3)])
    out = tmp_path / "out"
    done = run(
        "issue", description, table, "--key", keys / "seal.p12", "--out", out,
        "--status", f"{PREFIX}/",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert f"status lists below {PREFIX}. Before you hand them out" in done.said
    return House(run, keys, out, tmp_path / "web")


def awards(house: House) -> list[tuple[Path, str]]:
    files = credentials(house.out)
    return [(path, f"urn:credential:{path.stem}") for path in files]


def rules(printed) -> set[str]:
    [line] = printed.lines
    return {one["rule"] for one in line["step"]["findings"] if not one.get("advice")}


def test_an_award_is_suspended_reinstated_and_revoked_and_a_verifier_sees_it(house):
    (file, id), (other, _), *_ = awards(house)
    assert house.check(file).code == 2  # nothing published yet
    assert house.publish().code == 0
    assert house.check(file).code == 0
    for action, code, rule in (
        ("suspend", 1, "status.suspended"),
        ("reinstate", 0, "status.good"),
        ("revoke", 1, "status.revoked"),
    ):
        done = house.change(action, id)
        assert (done.code, "once the lists are published" in done.said) == (0, True)
        assert house.publish().code == 0
        seen = house.check(file, "--json")
        assert seen.code == code
        assert rule in rules(seen)
    assert house.check(other).code == 0


def test_what_can_be_undone_is_said_and_what_cannot_as_well(house):
    (_, id), *_ = awards(house)
    assert "'tessera status reinstate' ends the suspension" in house.change("suspend", id).said
    assert "counts again" in house.change("reinstate", id).said
    assert "cannot be undone" in house.change("revoke", id).said
    again = house.change("revoke", id)
    assert (again.code, "revoked already; nothing was changed" in again.said) == (0, True)
    refused = house.change("reinstate", id)
    assert refused.code == 64
    assert "a revocation is for good" in refused.err


def test_an_award_may_be_named_by_its_file_name_alone(house):
    (file, id), *_ = awards(house)
    assert house.change("suspend", file.stem).code == 0
    [shown] = house.run("status", "show", file.stem, "--store", house.out, "--json").lines
    assert (shown["award"], shown["state"]) == (id, "suspended")


def test_changes_are_json_for_machines(house):
    (_, id), (_, other), *_ = awards(house)
    house.change("revoke", id)
    done = house.run(
        "status", "revoke", id, other, "--reason", "x", "--store", house.out, "--json"
    )  # fmt: skip
    assert done.lines == [
        {"schema": 1, "action": "revoke", "changed": [other], "already": [id], "published": False}
    ]
    [first] = house.publish("--json").lines
    assert (len(first["written"]), first["waiting"], first["is_test"]) == (3, 0, True)
    [listed] = house.run("status", "list", "--store", house.out, "--json").lines
    assert {one["award"] for one in listed["marked"]} == {id, other}
    assert listed["lists"][0]["pending"] is False


def test_the_state_and_the_history_of_an_award_are_shown(house):
    (_, id), *_ = awards(house)
    house.run(
        "status", "suspend", id, "--reason", "Board", "--by", "Registry", "--store", house.out
    )
    shown = house.run("status", "show", id, "--store", house.out).out
    assert f"{id} is suspended." in shown
    assert "suspended by Registry: Board" in shown
    assert f"of {PREFIX}/1/token" in shown
    assert house.run("status", "show", "urn:credential:x", "--store", house.out).code == 73
    listed = house.run("status", "list", "--store", house.out).out
    assert f"{id} is suspended." in listed
    assert "3 of 131072 places used, never published" in " ".join(listed.split())


def test_publishing_again_without_a_change_writes_nothing(house):
    house.publish()
    before = {path: path.stat().st_mtime_ns for path in house.web.glob("*/*")}
    assert "Nothing is due" in house.publish().said
    assert {path: path.stat().st_mtime_ns for path in house.web.glob("*/*")} == before


def test_a_further_run_in_the_folder_needs_no_address_and_keeps_the_places(house, description):
    (file, _), *_ = awards(house)
    before = file.read_bytes()
    table = house.out.parent / "learners.csv"
    write_csv(table, [learner(number) for number in range(5)])
    done = house.run(
        "issue", description, table, "--key", house.keys / "seal.p12", "--out", house.out, "--json"
    )  # fmt: skip
    assert done.lines[0]["status"] == PREFIX
    assert file.read_bytes() == before
    documents = [json.loads(json.loads(path.read_bytes())["payload"]) for path, _ in awards(house)]
    places = {one["credentialStatus"]["statusListIndex"] for one in documents}
    assert len(documents) == len(places) == 5


def test_an_address_that_is_none_is_refused_before_anything_is_sealed(
    run, description, keys, tmp_path
):
    write_csv(tmp_path / "learners.csv", [learner(1)])
    done = run(
        "issue", description, tmp_path / "learners.csv", "--key", keys / "seal.p12",
        "--out", tmp_path / "out", "--status", "status.example.edu",
    )  # fmt: skip
    assert done.code == 64
    assert "no address for status lists" in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_store_says_how_one_comes_about(run, tmp_path):
    done = run("status", "revoke", "x", "--reason", "y", "--store", tmp_path)
    assert done.code == 73
    assert "tessera issue --status" in done.err


def test_a_reason_is_asked_for_and_a_publisher_is_named_whole(house):
    (_, id), *_ = awards(house)
    assert house.run("status", "revoke", id, "--store", house.out).code == 64
    assert "Give the reason" in house.change("revoke", id, reason=" ").err
    for half in (("--issuer", "https://example.edu"), ("--method", "did:web:example.edu#1")):
        refused = house.publish(*half)
        assert (refused.code, "--method" in refused.err) == (64, True)
    assert house.publish("--proof", "wax").code == 64


@pytest.mark.parametrize("proof", ["vc+jwt", "dataintegrity"])
def test_a_publisher_with_a_did_on_the_web_is_found_by_its_document(house, tmp_path, proof):
    (file, id), *_ = awards(house)
    key, site = house.keys / "seal.p12", tmp_path / "site"
    assert house.run("keys", "did", key, "--web", "example.edu", "--out", site).code == 0
    [document] = site.glob("**/did.json")
    house.change("suspend", id)
    assert house.publish("--issuer", "did:web:example.edu", "--no-x5c", "--proof", proof).code == 0
    seen = house.check(file, "--trust", document, "--json")
    assert rules(seen) == {"status.good", "status.suspended"}
    assert not [one for one in seen.lines[0]["step"]["findings"] if one.get("advice")]


def test_forgetting_an_award_leaves_the_lists_as_they_are(house):
    (file, id), *_ = awards(house)
    house.change("revoke", id)
    house.publish()
    done = house.run("status", "forget", id, "--store", house.out)
    assert (done.code, "cannot be undone" in done.said) == (0, True)
    assert house.check(file).code == 1
    assert house.run("status", "show", id, "--store", house.out).code == 73
    assert "Nothing is due" in house.publish().said


def test_a_list_of_somebody_else_does_not_vouch(house, run, tmp_path):
    (file, _), *_ = awards(house)
    run("keys", "test-ca", tmp_path / "stranger")
    stranger = House(run, tmp_path / "stranger", house.out, house.web)
    assert stranger.publish().code == 0
    seen = house.check(file, "--json")
    assert (seen.code, rules(seen)) == (2, {"status.list-issuer"})


def test_a_broken_credential_is_not_good_whatever_its_list_says(house, tmp_path):
    (file, _), *_ = awards(house)
    house.publish()
    broken = tmp_path / "broken.jsonld"
    broken.write_bytes(file.read_bytes().replace(b"2026", b"2025", 1))
    assert house.check(broken).code == 1


def test_watching_publishes_each_change_until_it_is_stopped(house):
    """Killed or stopped with Ctrl-C, whatever was published is whole."""
    (file, id), *_ = awards(house)
    house.publish()
    watching = subprocess.Popen(
        [COMMAND, "status", "publish", "--store", house.out, "--key", house.keys / "seal.p12",
         "--out", house.web, "--watch", "--json"],
        stdout=subprocess.PIPE, text=True, preexec_fn=_hear_interrupts,
    )  # fmt: skip
    assert watching.stdout is not None
    watching.stdout.readline()  # it looked once
    house.change("revoke", id)
    assert len(json.loads(watching.stdout.readline())["written"]) == 3
    assert house.check(file).code == 1
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=60) == 130


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()


def test_verify_without_the_list_leaves_the_credential_undecided(house):
    (file, _), *_ = awards(house)
    seen = house.run("verify", file, "--trust", house.keys / "ca.pem", "--json")
    [step] = [one for one in seen.lines[0]["steps"] if one["id"] == "status"]
    assert {one["rule"] for one in step["findings"]} == {"status.unknown"}
    assert (seen.code, seen.lines[0]["verdict"]) == (2, "INDETERMINATE")


@pytest.mark.parametrize("workers", [1, 2])
def test_awarding_that_is_killed_and_run_again_gives_each_award_one_place(
    run, description, keys, tmp_path, size, workers
):
    """No duplicate status index, whatever was cut off (DESIGN section 6)."""
    write_csv(tmp_path / "learners.csv", map(learner, range(size)))
    out = tmp_path / "out"
    order = [
        "issue", description, tmp_path / "learners.csv", "--key", keys / "seal.p12",
        "--out", out, "--workers", str(workers), "--status", PREFIX,
    ]  # fmt: skip
    working = subprocess.Popen([COMMAND, *order], stdout=subprocess.DEVNULL, preexec_fn=os.setsid)
    while not _sealed(out):
        with suppress(subprocess.TimeoutExpired):
            working.wait(0.02)
            pytest.fail("it was over before it could be killed")
    os.killpg(working.pid, signal.SIGKILL)
    working.wait()
    before = {path: path.read_bytes() for path in credentials_written(out)}
    done = run(*order)
    assert done.code == 0, done.err
    documents = [json.loads(json.loads(path.read_bytes())["payload"]) for path in credentials(out)]
    assert len(documents) == size
    assert all(path.read_bytes() == content for path, content in before.items())
    entries = [one["credentialStatus"] for one in documents]
    others = [one["urn:tessera:elm:other-status"] for one in entries]
    for some in (entries, others):
        assert len({one["id"] for one in some}) == size
    with StatusStore.open(out) as store:
        for document, entry in zip(documents, entries, strict=True):
            place = store.standing(document["id"]).entries[0]
            assert (place.url, str(place.index)) == (
                entry["statusListCredential"], entry["statusListIndex"],
            )  # fmt: skip


def _sealed(out: Path) -> int:
    """How many awards are in the register so far."""
    try:
        with sqlite3.connect(f"file:{out / 'register.sqlite'}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM award").fetchone()[0]
    except sqlite3.Error:
        return 0


def credentials_written(out: Path) -> list[Path]:
    return sorted((out / "credentials").glob("*.jsonld"))
