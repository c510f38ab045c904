"""SOURCES.toml: every official file has a pinned address and a hash."""

import hashlib
import os
import re
from pathlib import Path, PurePosixPath

import pytest

from tessera.errors import StandardsError
from tessera.standards.sources import source, sources

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
ALL = sources()
# A host that serves a commit, and the 40 signs of that commit in the path.
PINNED = re.compile(
    r"https://(?:raw\.githubusercontent\.com/[\w.-]+/[\w.-]+/|forge\.etsi\.org/\S+/raw/)"
    r"[0-9a-f]{40}/[\w./-]+"
)


def test_there_are_eighty_one_files_and_no_path_stands_twice():
    assert len(ALL) == 81
    assert len({one.path for one in ALL}) == 81


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.path)
def test_every_file_has_an_address_that_names_a_commit_and_a_hash(one):
    assert PINNED.fullmatch(one.url), one.url
    assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
    assert all((one.set, one.version, one.licence))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.path)
def test_every_path_stays_within_the_folder_on_every_system(one):
    path = PurePosixPath(one.path)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert re.fullmatch(r"[\w./-]+", one.path)
    assert path.as_posix() == one.path


def test_a_file_is_found_by_its_path_and_an_unknown_one_is_a_sentence():
    assert source(ALL[0].path) is ALL[0]
    with pytest.raises(StandardsError, match="There is no official file"):
        source("elm-3.2-lts/nothing.ttl")


@pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
@pytest.mark.parametrize("one", ALL, ids=lambda one: one.path)
def test_every_hash_is_that_of_the_published_file(one):
    assert hashlib.sha256(Path(STANDARDS, one.path).read_bytes()).hexdigest() == one.sha256
