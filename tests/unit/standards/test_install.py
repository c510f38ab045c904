"""Installing official files, from real folders, ZIPs and servers on a loopback address.

Most tests use files of our own in the places of the official ones, accepted by their
hashes; so they run on any clone. Those with the published files skip where there are none.
"""

import hashlib
import io
import os
import resource
import shutil
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tessera.errors import StandardsError, StoreError, UsageError
from tessera.fetch import OfflineFetcher
from tessera.standards.accepted import FILE, read_accepted
from tessera.standards.install import install, status
from tessera.standards.locate import Library
from tessera.standards.sources import sources
from tessera.trust.fetch import GuardedFetcher

OFFLINE = OfflineFetcher()
TESTING = GuardedFetcher(allow_loopback=True)
PATHS = [one.path for one in sources()]
STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
published = pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def contents(word):
    """Make content of our own for every official file."""
    return {path: f"{word} {path}\n".encode() for path in PATHS}


def hashes(made):
    return frozenset(map(sha256, made.values()))


def write(folder, made):
    for path, content in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def lying(folder):
    """Return what lies in a folder, by path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def packed(file, made, below=""):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in made.items():
            archive.writestr(below + path, content)
    return file


@contextmanager
def serving(folder, answer=None):
    """Serve a folder; `answer(handler)` may answer by itself and return True."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            if answer is None or not answer(self):
                super().do_GET()

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@pytest.fixture
def made():
    return contents("new")


@pytest.fixture
def old(tmp_path):
    """Give a folder with an older set, installed, and one file of the user's own."""
    before = contents("old")
    source = write(tmp_path / "older", before)
    folder = tmp_path / "data"
    install(str(source), folder, fetcher=OFFLINE, accept=hashes(before))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    return folder


# Where the files come from.


def test_a_folder_is_installed_and_what_else_lies_there_is_ignored(tmp_path, made):
    source = write(tmp_path / "source", made | {"elm-3.2-lts/README.md": b"not official"})
    done = install(str(source), tmp_path / "data", fetcher=OFFLINE, accept=hashes(made))
    assert done.files == tuple(PATHS)
    found = lying(tmp_path / "data")
    assert found.pop(FILE)
    assert found == made


@pytest.mark.parametrize("below", ["", "standards/", "repo-main/data/"])
def test_a_zip_is_installed_with_the_files_at_its_top_or_below_one_folder(tmp_path, made, below):
    source = packed(tmp_path / "set.zip", made | {"other/x.txt": b"ignored"}, below)
    install(str(source), tmp_path / "data", fetcher=OFFLINE, accept=hashes(made))
    assert {path: lying(tmp_path / "data")[path] for path in PATHS} == made


@pytest.mark.parametrize("end", ["", "/"])
def test_a_base_address_is_installed_file_by_file(tmp_path, made, end):
    source = write(tmp_path / "source", made)
    with serving(source) as base:
        install(base + end, tmp_path / "data", fetcher=TESTING, accept=hashes(made))
    assert {path: lying(tmp_path / "data")[path] for path in PATHS} == made


def test_the_address_of_a_zip_is_installed(tmp_path, made):
    packed(tmp_path / "set.zip", made)
    with serving(tmp_path) as base:
        install(f"{base}/set.zip?x=1", tmp_path / "data", fetcher=TESTING, accept=hashes(made))
    assert {path: lying(tmp_path / "data")[path] for path in PATHS} == made


def test_without_a_source_the_pinned_addresses_are_asked(tmp_path):
    asked = []

    class Noting:
        def get(self, url, *, max_bytes):
            asked.append(url)
            return b"something else"

    every = len(PATHS)
    with pytest.raises(StandardsError, match=f"{every} of {every} files are not the published"):
        install(None, tmp_path / "data", fetcher=Noting())
    assert asked == [one.url for one in sources()]
    assert not (tmp_path / "data").exists()


def test_offline_the_pinned_addresses_give_a_sentence_and_nothing_is_written(tmp_path):
    with pytest.raises(
        StandardsError, match=r"AMS-constraints\.ttl could not be had.*network is off"
    ):
        install(None, tmp_path / "data", fetcher=OFFLINE)
    assert not (tmp_path / "data").exists()


@published
def test_the_published_files_are_installed_without_accepting_anything(tmp_path):
    done = install(STANDARDS, tmp_path / "data", fetcher=OFFLINE)
    assert done.accepted == ()
    assert set(lying(tmp_path / "data")) == set(PATHS)
    assert {row.state for row in status(tmp_path / "data")} == {"present"}


@published
def test_what_is_there_already_is_not_fetched_again(tmp_path):
    install(STANDARDS, tmp_path / "data", fetcher=OFFLINE)
    done = install(None, tmp_path / "data", fetcher=OFFLINE)
    assert done.changed == ()
    (tmp_path / "data" / PATHS[3]).write_bytes(b"altered")
    with pytest.raises(StandardsError, match="could not be had"):
        install(None, tmp_path / "data", fetcher=OFFLINE)


# What differs.


def test_a_file_that_differs_is_named_with_its_hash_and_the_old_set_stays(tmp_path, old, made):
    before = lying(old)
    source = write(tmp_path / "source", made | {PATHS[5]: b"tampered"})
    with pytest.raises(StandardsError) as refused:
        install(str(source), old, fetcher=OFFLINE, accept=hashes(made))
    assert PATHS[5] in str(refused.value)
    assert f"--accept {sha256(b'tampered')}" in str(refused.value)
    assert str(refused.value).count("--accept") == 1
    assert lying(old) == before


def test_the_same_over_the_network_leaves_the_old_set_as_well(tmp_path, old, made):
    before = lying(old)
    source = write(tmp_path / "source", made | {PATHS[-1]: b"tampered"})
    with serving(source) as base, pytest.raises(StandardsError, match="not the published"):
        install(base, old, fetcher=TESTING, accept=hashes(made))
    assert lying(old) == before


@published
def test_one_altered_file_can_be_accepted_by_its_hash_and_stays_visible(tmp_path):
    source = tmp_path / "source"
    for path in PATHS:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(STANDARDS, path), source / path)
    (source / PATHS[0]).write_bytes(b"patched")
    folder = tmp_path / "data"
    with pytest.raises(StandardsError, match=sha256(b"patched")):
        install(str(source), folder, fetcher=OFFLINE)
    done = install(str(source), folder, fetcher=OFFLINE, accept=frozenset({sha256(b"patched")}))
    assert done.accepted == (PATHS[0],)
    assert read_accepted(folder) == {PATHS[0]: sha256(b"patched")}
    assert Library(folder).read(PATHS[0]) == b"patched"
    states = {row.path: row.state for row in status(folder)}
    assert states.pop(PATHS[0]) == "accepted"
    assert set(states.values()) == {"present"}
    install(STANDARDS, folder, fetcher=OFFLINE)
    assert not (folder / FILE).exists()
    assert {row.state for row in status(folder)} == {"present"}


def test_an_accepted_file_is_read_and_an_altered_one_is_not(old):
    library = Library(old)
    assert library.read(PATHS[0]) == contents("old")[PATHS[0]]
    (old / PATHS[1]).write_bytes(b"altered later")
    with pytest.raises(StandardsError, match="not the published one"):
        library.read(PATHS[1])
    # What was accepted for one path is not accepted for another.
    (old / PATHS[2]).write_bytes(contents("old")[PATHS[3]])
    with pytest.raises(StandardsError, match="not the published one"):
        Library(old).read(PATHS[2])


def test_a_list_of_accepted_files_that_cannot_be_read_is_a_sentence(old):
    for text in (
        b"file = 1",
        b"\xff",
        b"[[file]]\npath = 1",
        b'[[file]]\npath="a"\nsha256="b"',
        b"x" * 10**6,
    ):
        (old / FILE).write_bytes(text)
        with pytest.raises(StandardsError, match="no list of accepted files"):
            Library(old).read(PATHS[0])
        with pytest.raises(StandardsError, match="no list of accepted files"):
            status(old)


@pytest.mark.parametrize("wrong", ["", "abc", "g" * 64, "../../x", "a" * 63, "a" * 65])
def test_what_is_no_hash_cannot_be_accepted(tmp_path, made, wrong):
    source = write(tmp_path / "source", made)
    with pytest.raises(UsageError, match="no SHA-256"):
        install(str(source), tmp_path / "data", fetcher=OFFLINE, accept=frozenset({wrong}))


def test_a_hash_in_capital_letters_is_the_same_hash(tmp_path, made):
    source = write(tmp_path / "source", made)
    capital = frozenset(one.upper() for one in hashes(made))
    assert install(str(source), tmp_path / "data", fetcher=OFFLINE, accept=capital).accepted


# What is missing.


def test_a_partial_folder_says_which_files_are_missing(tmp_path, old, made):
    before = lying(old)
    source = write(tmp_path / "source", made)
    for path in (PATHS[0], PATHS[9]):
        (source / path).unlink()
    with pytest.raises(StandardsError) as refused:
        install(str(source), old, fetcher=OFFLINE, accept=hashes(made))
    assert str(refused.value).startswith(
        f"2 of {len(PATHS)} official files are missing there: {PATHS[0]}, {PATHS[9]}."
    )
    assert lying(old) == before


def test_a_file_that_the_server_does_not_have_is_named(tmp_path, old, made):
    before = lying(old)
    source = write(tmp_path / "source", made)
    (source / PATHS[7]).unlink()
    with serving(source) as base, pytest.raises(StandardsError, match=f"{PATHS[7]}.*answered 404"):
        install(base, old, fetcher=TESTING, accept=hashes(made))
    assert lying(old) == before


@pytest.mark.parametrize("name", ["nothing", "nothing.zip"])
def test_a_source_that_is_not_there_is_a_sentence(tmp_path, name):
    with pytest.raises(StandardsError, match="Name a folder, a ZIP or an address"):
        install(str(tmp_path / name), tmp_path / "data", fetcher=OFFLINE)


# Hostile sources.


def test_a_file_that_is_too_large_is_refused_from_everywhere(tmp_path, old, made):
    before = lying(old)
    huge = made | {PATHS[2]: bytes(16_000_001)}
    source = write(tmp_path / "source", huge)
    archive = packed(tmp_path / "set.zip", huge)
    with serving(source) as base:
        for origin in (str(source), str(archive), base):
            with pytest.raises(StandardsError, match="larger than"):
                install(origin, old, fetcher=TESTING, accept=hashes(huge))
    assert lying(old) == before


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path, made):
    packed(tmp_path / "bomb.zip", made | {PATHS[0]: bytes(60_000_000)})
    raw = (tmp_path / "bomb.zip").read_bytes()
    honest, lie = (60_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert raw.count(honest) == 2  # in the local and in the central entry
    (tmp_path / "bomb.zip").write_bytes(raw.replace(honest, lie))
    with pytest.raises(StandardsError, match=r"damaged|not the published|larger"):
        install(str(tmp_path / "bomb.zip"), tmp_path / "data", fetcher=OFFLINE)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil"])
def test_a_zip_with_a_name_that_leads_out_of_it_is_refused(tmp_path, made, name):
    with pytest.raises(StandardsError, match="leads out of it"):
        install(
            str(packed(tmp_path / "set.zip", made | {name: b"x"})),
            tmp_path / "data",
            fetcher=OFFLINE,
            accept=hashes(made),
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set.zip"]


def test_a_zip_with_a_link_in_the_place_of_a_file_is_refused(tmp_path, made):
    link = zipfile.ZipInfo(PATHS[0])
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(packed(tmp_path / "set.zip", made), "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for path in PATHS[1:]:
            archive.writestr(path, made[path])
    with pytest.raises(StandardsError, match="no plain file"):
        install(str(tmp_path / "set.zip"), tmp_path / "data", fetcher=OFFLINE, accept=hashes(made))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_one_name_twice_is_refused(tmp_path, made):
    with zipfile.ZipFile(packed(tmp_path / "set.zip", made), "a") as archive:
        archive.writestr(PATHS[0], b"another")
    with pytest.raises(StandardsError, match="twice"):
        install(str(tmp_path / "set.zip"), tmp_path / "data", fetcher=OFFLINE, accept=hashes(made))


def test_a_damaged_zip_is_a_sentence_wherever_it_is_cut_or_altered(tmp_path, old, made):
    before = lying(old)
    raw = packed(tmp_path / "set.zip", made).read_bytes()
    middle = len(raw) // 2
    damaged = [raw[:middle], raw[:-10], b"PK\x05\x06" + bytes(18), b"", b"no zip at all"]
    damaged += [
        raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :] for at in range(30, len(raw), 409)
    ]
    for number, one in enumerate(damaged):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(one)
        try:
            install(str(file), old, fetcher=OFFLINE, accept=hashes(made))
        except StandardsError:
            assert lying(old) == before
        else:  # the flipped byte was in a place that nobody reads, such as a date
            assert {path: lying(old)[path] for path in PATHS} == made
            install(str(tmp_path / "older"), old, fetcher=OFFLINE, accept=hashes(contents("old")))


def test_an_encrypted_zip_is_a_sentence(tmp_path, made):
    file = packed(tmp_path / "set.zip", made)
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        start = archive.start_dir
    raw[start + 8] |= 1  # the flag "encrypted" of the first central entry
    file.write_bytes(raw)
    with pytest.raises(StandardsError, match="encrypted"):
        install(str(file), tmp_path / "data", fetcher=OFFLINE, accept=hashes(made))


def test_a_redirect_to_a_private_address_is_refused_and_the_old_set_stays(tmp_path, old, made):
    before = lying(old)

    def elsewhere(handler):
        if not handler.path.endswith(PATHS[3]):
            return False
        handler.send_response(302)
        handler.send_header("Location", "http://169.254.169.254/latest")
        handler.end_headers()
        return True

    with (
        serving(write(tmp_path / "source", made), elsewhere) as base,
        pytest.raises(StandardsError, match=f"{PATHS[3]}.*not a public address"),
    ):
        install(base, old, fetcher=TESTING, accept=hashes(made))
    assert lying(old) == before


def test_a_server_that_falls_silent_is_given_up_and_the_old_set_stays(tmp_path, old, made):
    before = lying(old)
    over = threading.Event()

    def silent(handler):
        return handler.path.endswith(PATHS[2]) and over.wait(60)

    impatient = GuardedFetcher(allow_loopback=True, seconds=0.3)
    with serving(write(tmp_path / "source", made), silent) as base:
        with pytest.raises(StandardsError, match=f"{PATHS[2]}.*no answer within"):
            install(base, old, fetcher=impatient, accept=hashes(made))
        over.set()
    assert lying(old) == before


# Where they are written to.


def test_a_new_set_takes_the_place_of_the_old_one_and_other_files_stay(tmp_path, old, made):
    source = write(tmp_path / "source", made)
    install(str(source), old, fetcher=OFFLINE, accept=hashes(made))
    found = lying(old)
    assert found.pop("notes.txt") == b"mine"
    assert found.pop(FILE)
    assert found == made


def test_nothing_is_written_where_nothing_differs(tmp_path, old):
    stamps = {file: file.stat().st_mtime_ns for file in old.rglob("*")}
    before = contents("old")
    done = install(str(tmp_path / "older"), old, fetcher=OFFLINE, accept=hashes(before))
    assert done.changed == ()
    assert {file: file.stat().st_mtime_ns for file in old.rglob("*")} == stamps


def test_a_fault_between_two_files_puts_the_old_ones_back(tmp_path, old, made):
    source = write(tmp_path / "source", made)
    (old / PATHS[-1]).unlink()
    (old / PATHS[-1]).mkdir()  # in the way of the last file, so that all others are there already
    before = lying(old)
    with pytest.raises(StoreError, match="Nothing was changed"):
        install(str(source), old, fetcher=OFFLINE, accept=hashes(made))
    assert lying(old) == before
    assert not (old / ".incoming").exists()


def test_what_a_killed_install_left_behind_is_cleared_away(tmp_path, old, made):
    source = write(tmp_path / "source", made)
    write(old / ".incoming" / "new", {"half": b"writ"})
    install(str(source), old, fetcher=OFFLINE, accept=hashes(made))
    assert not (old / ".incoming").exists()


def test_a_locked_folder_is_a_sentence(tmp_path, made):
    source = write(tmp_path / "source", made)
    (tmp_path / "locked").mkdir(mode=0o500)
    # Root may write anywhere but into the tables of the system.
    locked = Path("/sys/tessera") if os.geteuid() == 0 else tmp_path / "locked"
    with pytest.raises(StoreError, match="cannot be written to"):
        install(str(source), locked, fetcher=OFFLINE, accept=hashes(made))


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path, made):
    source = write(tmp_path / "source", made)
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    for folder in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(StoreError, match="Nothing was changed"):
            install(str(source), folder, fetcher=OFFLINE, accept=hashes(made))


def test_a_full_disk_is_a_sentence_and_the_old_set_stays(tmp_path, old, made):
    """The system itself refuses to write files beyond a limit, in a process of its own."""
    bigger = {path: content * 1000 for path, content in made.items()}
    source = write(tmp_path / "source", bigger)
    before = lying(old)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tessera.fetch import OfflineFetcher\n"
        "from tessera.standards.install import install\n"
        "from tessera.errors import StoreError\n"
        "try:\n"
        "    install(sys.argv[1], Path(sys.argv[2]), fetcher=OfflineFetcher(),\n"
        "            accept=frozenset(sys.argv[3:]))\n"
        "except StoreError as error:\n"
        "    sys.exit(f'{error.exit_code} {error}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(source), str(old), *hashes(bigger)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert ended.stderr.startswith("73 There is no room left"), ended.stderr
    assert lying(old) == before
    assert not (old / ".incoming").exists()


# What is there.


def test_the_status_names_every_file_once_with_its_state(tmp_path, old):
    assert {row.state for row in status(tmp_path / "nothing")} == {"missing"}
    (old / PATHS[0]).unlink()
    (old / PATHS[1]).write_bytes(b"altered")
    rows = status(old)
    assert [row.path for row in rows] == PATHS
    assert [row.state for row in rows] == ["missing", "altered"] + ["accepted"] * (len(PATHS) - 2)


def test_the_command_line_installs_lists_and_refuses(tmp_path, made, monkeypatch, capsys):
    from tessera.cli import main

    monkeypatch.setenv("TESSERA_STANDARDS", str(tmp_path / "data"))
    source = write(tmp_path / "source", made)
    accept = [word for one in sorted(hashes(made)) for word in ("--accept", one)]
    assert main(["standards", "list"]) == 2
    assert main(["standards", "install", str(source)]) == 65
    assert "--accept" in capsys.readouterr().err
    assert main(["standards", "install", str(source), *accept]) == 0
    assert f"Installed {len(PATHS)} official files" in capsys.readouterr().out
    assert main(["standards", "install", str(source), *accept]) == 0
    assert "there already" in capsys.readouterr().out
    assert main(["standards", "list", "--json"]) == 0
    assert capsys.readouterr().out.count('"state":"accepted"') == len(PATHS)
