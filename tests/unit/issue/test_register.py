"""The register holds each award exactly once, and writes again what is missing."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tessera.errors import StoreError
from tessera.issue.form_store import SealedForm
from tessera.issue.register import Register, SealedAward
from tessera.issue.unfinished import own_mark

REFERENCE = b"a text that most credentials of a batch share " * 40


def _award(number: int, content: bytes = b"sealed") -> SealedAward:
    return SealedAward(
        award_key=f"key{number}", credential_id=f"urn:credential:{number}", learner_id=f"S{number}",
        email=None, awarded_on="2026-11-24", language="en", sealed_at="2026-11-24T00:00:00Z",
        sha256=hashlib.sha256(content).hexdigest(), sealed=content, reference=REFERENCE,
    )  # fmt: skip


def test_an_award_is_stored_once_and_the_first_one_stays(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        assert len(register.add([_award(1, b"first"), _award(2)])) == 2
        assert register.add([_award(1, b"second"), _award(3)]) == (_award(3),)
        assert register.count() == 3
        register.write_missing_files()
    assert (tmp_path / "credentials" / "1.jsonld").read_bytes() == b"first"


def test_keys_that_are_sealed_are_known_in_the_next_run(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1)])
    with Register.open(tmp_path) as register:
        assert register.known(["key1", "key2"]) == {"key1"}


def test_files_that_an_interrupted_run_left_out_are_written_again(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1), _award(2)])
        register.write_files([_award(1)])
        assert register.write_missing_files() == 1
        assert register.write_missing_files() == 0
    assert sorted(os.listdir(tmp_path / "credentials")) == ["1.jsonld", "2.jsonld"]


def test_what_was_remembered_last_is_recalled(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.remember("day", "2026-01-01")
        register.remember("day", "2026-02-02")
        assert register.recall("day") == "2026-02-02"
        assert register.recall("other") is None


def test_a_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        Register.open(path)


def test_a_register_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "register.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="cannot be written"):
        Register.open(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"x", REFERENCE + b"Ada", REFERENCE * 30, bytes(range(256))]
)
def test_the_very_bytes_that_were_sealed_come_back(tmp_path: Path, content: bytes) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1, content)])
    with Register.open(tmp_path) as register:
        assert register.sealed("urn:credential:1") == content


def test_a_damaged_row_is_noticed(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1, REFERENCE + b"Ada")])
    with sqlite3.connect(tmp_path / "register.sqlite") as connection:
        connection.execute("UPDATE award SET sha256 = ?", ("0" * 64,))
    with Register.open(tmp_path) as register, pytest.raises(StoreError, match="damaged"):
        register.sealed("urn:credential:1")


def test_one_key_twice_in_one_call_is_stored_once_and_the_first_one_stays(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        assert register.add([_award(1, b"first"), _award(1, b"second")]) == (_award(1, b"first"),)
        assert register.sealed("urn:credential:1") == b"first"


def test_of_two_writers_the_first_wins_and_the_other_is_told(tmp_path: Path) -> None:
    with Register.open(tmp_path) as one, Register.open(tmp_path) as other:
        assert one.known(["key1"]) == other.known(["key1"]) == frozenset()
        assert one.add([_award(1, b"one")]) == (_award(1, b"one"),)
        assert other.add([_award(1, b"other"), _award(2)]) == (_award(2),)
        assert other.sealed("urn:credential:1") == b"one"


def test_a_file_cut_short_is_written_again_and_one_with_a_further_seal_stays(
    tmp_path: Path,
) -> None:
    with Register.open(tmp_path) as register:
        register.write_files(register.add([_award(1), _award(2), _award(3)]))
        files = [tmp_path / "credentials" / f"{number}.jsonld" for number in (1, 2, 3)]
        files[0].write_bytes(b"")
        files[1].write_bytes(b"sealed, and sealed again")
        assert register.write_missing_files() == 1
    assert [file.read_bytes() for file in files] == [
        b"sealed", b"sealed, and sealed again", b"sealed"]  # fmt: skip


def test_only_rows_before_this_run_are_looked_at_when_asked_so(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1)])
        before = register.newest()
        register.add([_award(2)])
        assert register.write_missing_files(until=before) == 1
    assert os.listdir(tmp_path / "credentials") == ["1.jsonld"]


def test_the_unfinished_file_of_a_killed_process_is_swept_away(tmp_path: Path) -> None:
    Register.open(tmp_path)
    alive = f".{own_mark()}.part"
    number_given_again = f".{os.getpid()}-1.part"
    for name in (".999999999.part", ".999999999-7.part", number_given_again, ".x.part", alive):
        (tmp_path / "credentials" / name).write_bytes(b"half")
    Register.open(tmp_path)
    assert os.listdir(tmp_path / "credentials") == [alive]


def test_a_reference_that_a_full_disk_undid_is_stored_again(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1)])
        pages = register._connection.execute("PRAGMA page_count").fetchone()[0]
        register._connection.execute(f"PRAGMA max_page_count={pages}")
        other = replace(_award(2, os.urandom(50_000)), reference=b"another reference " * 9_000)
        with pytest.raises(StoreError, match="Make room"):
            register.add([other])
        register._connection.execute("PRAGMA max_page_count=100000")
        assert register.add([other]) == (other,)
    with Register.open(tmp_path) as register:
        assert register.sealed("urn:credential:2") == other.sealed


def test_a_register_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Register.open(tmp_path)
    with sqlite3.connect(tmp_path / "register.sqlite") as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(StoreError, match="newer version"):
        Register.open(tmp_path)


def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        ask = register._connection.execute
        assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ask("PRAGMA synchronous").fetchone() == (2,)  # FULL


FORMS = (
    SealedForm(format="ob3", ending=".ob3.json", content=b'{"a": 1}'),
    SealedForm(format="sd-jwt", ending=".sd-jwt", content=b"x.y.z~"),
)


def test_further_forms_are_stored_with_their_award_and_come_back(tmp_path: Path) -> None:
    award = replace(_award(1), forms=FORMS)
    with Register.open(tmp_path) as register:
        register.write_files(register.add([award]))
        assert register.form(award.credential_id, "ob3") == b'{"a": 1}'
        assert sorted(one.name.partition(".")[2] for one in register.credentials.iterdir()) == [
            "jsonld", "ob3.json", "sd-jwt",
        ]  # fmt: skip
        with pytest.raises(StoreError, match="no form clr"):
            register.form(award.credential_id, "clr")


def test_a_form_that_an_interrupted_run_left_out_is_written_again(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.write_files(register.add([replace(_award(1), forms=FORMS)]))
        (form,) = register.credentials.glob("*.sd-jwt")
        form.unlink()
        assert register.write_missing_files() == 1
        assert form.read_bytes() == b"x.y.z~"


def test_awards_that_lack_a_form_are_found_and_completed(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1), replace(_award(2), forms=FORMS)])
        (lacking,) = register.lacking(["ob3", "sd-jwt"])
        assert lacking == _award(1).credential_id
        register.add_forms(lacking, FORMS)
        assert not list(register.lacking(["ob3", "sd-jwt"]))


def test_a_register_of_the_first_version_gets_room_for_forms(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([_award(1)])
    with sqlite3.connect(tmp_path / "register.sqlite") as old:
        old.executescript("DROP TABLE form; PRAGMA user_version=1;")
    with Register.open(tmp_path) as register:
        assert list(register.lacking(["ob3"])) == [_award(1).credential_id]


def test_a_damaged_form_is_noticed(tmp_path: Path) -> None:
    with Register.open(tmp_path) as register:
        register.add([replace(_award(1), forms=FORMS)])
        with sqlite3.connect(tmp_path / "register.sqlite") as other:
            other.execute("UPDATE form SET sha256='0' WHERE format='ob3'")
        with pytest.raises(StoreError, match="damaged"):
            register.form(_award(1).credential_id, "ob3")
