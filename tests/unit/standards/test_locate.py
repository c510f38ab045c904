"""Finding official files, and reading them only as they were published."""

import os

import pytest

from tessera.errors import StandardsError
from tessera.standards import locate
from tessera.standards.locate import Library, default_folder, installed_library

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
published = pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
NAME = "elm-3.2-lts/EDC-generic-full.ttl"


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Give an environment that names no folder, with a home of its own."""
    for name in ("TESSERA_STANDARDS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_variable_names_the_folder(nowhere, monkeypatch):
    monkeypatch.setenv("TESSERA_STANDARDS", "somewhere/else")
    assert default_folder().as_posix() == "somewhere/else"


def test_without_it_the_folder_lies_with_the_data_of_the_user(nowhere, monkeypatch):
    assert default_folder() == nowhere / ".local/share/tessera/standards"
    monkeypatch.setenv("XDG_DATA_HOME", str(nowhere / "data"))
    assert default_folder() == nowhere / "data/tessera/standards"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_folder() == nowhere / ".local/share/tessera/standards"


def test_a_user_without_a_home_gets_a_sentence_and_no_library(nowhere, monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(locate.Path, "home", homeless)
    with pytest.raises(StandardsError, match="TESSERA_STANDARDS"):
        default_folder()
    assert installed_library() is None


def test_nothing_installed_is_no_library(nowhere):
    assert installed_library() is None


@published
def test_the_installed_files_are_a_library(monkeypatch):
    monkeypatch.setenv("TESSERA_STANDARDS", STANDARDS)
    library = installed_library()
    assert library is not None
    assert library.has(NAME)
    assert b"sh:NodeShape" in library.read(NAME)


def test_a_missing_file_is_a_sentence_with_the_next_step(tmp_path):
    with pytest.raises(
        StandardsError, match=r"EDC-generic-full\.ttl is not in .*tessera standards"
    ):
        Library(tmp_path).read(NAME)


def test_an_altered_file_is_never_read(tmp_path):
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_bytes(b"altered")
    library = Library(tmp_path)
    assert library.has(NAME)
    for _ in range(2):
        with pytest.raises(StandardsError, match="is not the published one"):
            library.read(NAME)


@pytest.mark.parametrize("name", ["", "x", "../secret", "elm-3.2-lts/../secret", "/etc/hostname"])
def test_a_name_that_is_no_official_file_is_not_even_looked_at(tmp_path, name):
    (tmp_path.parent / "secret").write_bytes(b"x")
    with pytest.raises(StandardsError, match="There is no official file"):
        Library(tmp_path).read(name)


@published
def test_a_file_is_read_and_compared_once(tmp_path):
    content = Library(locate.Path(STANDARDS)).read(NAME)
    (tmp_path / NAME).parent.mkdir()
    (tmp_path / NAME).write_bytes(content)
    library = Library(tmp_path)
    assert library.read(NAME) is library.read(NAME)
