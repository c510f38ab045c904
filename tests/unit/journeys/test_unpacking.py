"""Several files in a ZIP: each comes out whole and alone, and no ZIP wins against the bounds."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.journeys import unpacking
from tessera.journeys.unpacking import files_in


def packed(files, method=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_each_file_comes_out_with_its_name_and_bytes():
    raw = packed({"a.jsonld": b"{}", "folder/b.jwt": b"x.y.z"})
    assert list(files_in(raw, "all.zip")) == [
        ("all.zip/a.jsonld", b"{}"),
        ("all.zip/folder/b.jwt", b"x.y.z"),
    ]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"PK\x03\x04 nothing more", packed({"mimetype": b"x"})],
    ids=["nothing", "JSON", "a broken ZIP", "an office document"],
)
def test_what_is_no_zip_of_files_stays_as_it_is(raw):
    assert list(files_in(raw, "one")) == [("one", raw)]


def test_an_empty_zip_with_folders_only_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.mkdir("nothing")
    with pytest.raises(UnreadableError, match="without files"):
        list(files_in(held.getvalue(), "x.zip"))


def test_too_many_files_are_refused_before_one_is_read(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    with pytest.raises(UnreadableError, match="3 files; at most 2"):
        list(files_in(packed(dict.fromkeys("abc", b"")), "x.zip"))


def test_a_bomb_is_cut_off_at_what_a_credential_may_have():
    raw = packed({"bomb": b"\x00" * 30_000_000})
    assert len(raw) < 100_000
    ((_, content),) = files_in(raw, "x.zip")
    assert len(content) == unpacking.MOST_BYTES + 1


def test_many_bombs_together_are_refused(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_BYTES_IN_ALL", 1_500)
    with pytest.raises(UnreadableError, match="unpacks to more than"):
        list(files_in(packed({"a": b"\x00" * 1_000, "b": b"\x00" * 1_000}), "x.zip"))


def test_a_damaged_file_is_told_and_the_others_go_on():
    raw = packed({"a": b"first first first", "b": b"second"}, zipfile.ZIP_STORED)
    found = dict(files_in(raw.replace(b"first first", b"FIRST first"), "x.zip"))
    assert isinstance(found["x.zip/a"], UnreadableError)
    assert found["x.zip/b"] == b"second"


def test_an_encrypted_file_is_told(monkeypatch):
    raw = bytearray(packed({"a": b"1"}, zipfile.ZIP_STORED))
    directory = raw.index(b"PK\x01\x02")
    raw[directory + 8] |= 1
    ((_, content),) = files_in(bytes(raw), "x.zip")
    assert "encrypted" in str(content)


def test_a_name_cannot_move_the_cursor():
    ((name, _),) = files_in(packed({"a\x1b[2J\u202eb": b"1"}), "x.zip")
    assert name == "x.zip/a\ufffd[2J\ufffdb"


@given(st.binary(max_size=60), st.integers(0, 400))
def test_hostile_zips_only_raise_what_they_may(noise, place):
    raw = bytearray(packed({"a.json": b"{}" * 40, "b": b"2"}))
    raw[place % len(raw) :][: len(noise)] = noise
    spoiled = bytes(raw[: place % len(raw)]) + noise + bytes(raw[place % len(raw) + len(noise) :])
    try:
        for _, content in files_in(spoiled, "x.zip"):
            assert isinstance(content, bytes | UnreadableError)
    except UnreadableError:
        pass
