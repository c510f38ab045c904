"""The command line as a person or a script meets it: wrong use, signals, odd terminals, start."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tessera.cli import main
from tests.mutants import own_samples

TESSERA = [sys.executable, "-c", "import sys; from tessera.cli import main; sys.exit(main())"]
WRONG_USE, CANNOT_WRITE, INTERRUPTED, UNREADABLE = 64, 73, 130, 65
# Without official files, so that what is installed on a machine changes nothing.
PLAIN = {"PATH": os.environ.get("PATH", ""), "TESSERA_STANDARDS": "/nowhere"}


def run(*arguments: str, env: dict[str, str] | None = None, **more):
    environment = PLAIN | (env or {})
    given = {"capture_output": True} | more
    return subprocess.run([*TESSERA, *arguments], env=environment, timeout=120, **given)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> list[str]:
    """The arguments that verify one sealed credential."""
    folder, sample = tmp_path_factory.mktemp("sealed"), own_samples()[0]
    file, anchor = folder / "credential.jsonld", folder / "ca.der"
    file.write_bytes(sample.raw)
    anchor.write_bytes(sample.anchor)
    return ["verify", str(file), "--trust", str(anchor), "--at", sample.at.isoformat()]


# Wrong use ---------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["keys"], ["seal"], ["standards"]])
def test_a_group_without_a_command_prints_its_help_and_is_wrong_use(words, capsys):
    assert main(words) == WRONG_USE
    printed = capsys.readouterr()
    assert printed.out.startswith(" ".join(["Usage: tessera", *words]))
    assert "Commands:" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(
    ("words", "sentence", "path"),
    [
        (["veryfy", "x"], "No such command 'veryfy'. Did you mean 'verify'?", "tessera"),
        (["keys", "tst-ca"], "No such command 'tst-ca'. Did you mean 'test-ca'?", "tessera keys"),
        (["zzzzzz"], "No such command 'zzzzzz'.", "tessera"),
        (["verify"], "Missing argument 'FILE'.", "tessera verify"),
        (["issue"], "Missing argument 'DESCRIPTION'.", "tessera issue"),
        (["seal", "add", "x"], "Missing option '--key'.", "tessera seal add"),
        (["verify", "x", "--trsut", "y"], "(Possible options: --list, --trust)", "tessera verify"),
        (["verify", "--xyzzy", "x"], "No such option: --xyzzy.", "tessera verify"),
        (["verify", "x", "--at"], "Option '--at' requires an argument.", "tessera"),
        (["issue", "x", "y", "z"], "Got unexpected extra argument(s) (z)", "tessera issue"),
        (["issue", "x", "--workers", "many"], "Invalid value for '--workers'", "tessera issue"),
        (["issue", "x", "--workers", "0"], "Invalid value for '--workers'", "tessera issue"),
    ],
)
def test_wrong_words_are_said_with_a_way_out(words, sentence, path, capsys):
    assert main(words) == WRONG_USE
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert lines[0].startswith("tessera: ")
    assert sentence in lines[0]
    assert lines[-1] == f"Try '{path} --help'."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["verify", "x", "--at", "yesterday"], "'yesterday' is not a moment."),
        (["verify", "x", "--policy", "kind"], "There is no policy 'kind'."),
        (["verify", "x", "--list", "mine"], "There is no list 'mine'."),
    ],
)
def test_a_wrong_value_is_wrong_use_and_names_the_right_ones(words, sentence, capsys):
    assert main(words) == WRONG_USE
    assert sentence in capsys.readouterr().err


def test_help_and_version_are_no_errors(capsys):
    assert main(["--help"]) == 0
    assert main(["verify", "--help"]) == 0
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("tessera ")


def test_a_file_that_is_not_there_is_unreadable_and_named(capsys, tmp_path):
    assert main(["verify", str(tmp_path / "gone.json")]) == UNREADABLE
    assert "gone.json cannot be read: No such file or directory." in capsys.readouterr().err


# Signals and broken outputs ----------------------------------------------------------


def test_ctrl_c_ends_with_a_sentence_and_no_traceback(tmp_path):
    pipe = tmp_path / "slow.json"
    os.mkfifo(pipe)
    command = [*TESSERA, "verify", str(pipe)]
    with (
        subprocess.Popen(
            command,
            env=PLAIN,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=_hear_ctrl_c,
        ) as process,
        pipe.open("wb"),
    ):  # returns when the command has opened the other end
        said = _interrupted(process)
    assert process.returncode == INTERRUPTED
    assert said.decode() == "tessera: Stopped. Nothing half-written is left behind.\n"


def _hear_ctrl_c() -> None:
    """Undo what a shell does to programs in the background: they do not hear Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """Press Ctrl-C until it is heard: one just before a blocking read is not (POSIX signals)."""
    for _ in range(30):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=2)[1]
    raise AssertionError("the command did not stop")


def test_a_reader_that_has_gone_is_no_fault(sealed):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*sealed, "--verbose", capture_output=False, stdout=writing,
                   stderr=subprocess.PIPE)  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_output_is_said_once(sealed):
    with open("/dev/full", "wb") as full:
        done = run(*sealed, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == CANNOT_WRITE
    said = done.stderr.decode()
    assert said == "tessera: The output cannot be used: No space left on device.\n"


def test_closed_outputs_do_not_change_the_verdict(sealed):
    command = 'exec "$@" >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *TESSERA, *sealed], env=PLAIN, timeout=120, check=False
    )
    assert done.returncode == main([*sealed])


# Terminals and languages -------------------------------------------------------------


def _on_a_terminal(arguments: list[str], env: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*TESSERA, *arguments], env=PLAIN | env, stdout=theirs)
    os.close(theirs)
    seen = bytearray()
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:  # Linux says EIO when the other end has closed
        pass
    finally:
        os.close(ours)
        process.wait(timeout=60)
    return seen.decode()


def test_colours_are_for_terminals_that_want_them(sealed):
    assert "\x1b[32m" in _on_a_terminal(sealed, {"TERM": "xterm"})
    assert "\x1b" not in _on_a_terminal(sealed, {"TERM": "xterm", "NO_COLOR": "1"})
    assert b"\x1b" not in run(*sealed).stdout


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_a_narrow_terminal_breaks_lines_between_words(sealed, columns):
    lines = run(*sealed, env={"COLUMNS": str(columns)}).stdout.decode().splitlines()
    wide = run(*sealed, env={"COLUMNS": "100"}).stdout.decode()
    room = max(columns, 34)  # twelve columns for words, beside their indentation
    too_long = [line for line in lines if len(line) > room and len(line.split()) > 2]
    assert not too_long  # one word alone may be longer: it can be copied
    assert "\n".join(lines).split() == wide.split()


@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {}])
def test_the_plain_locale_of_a_server_changes_nothing(sealed, locale):
    assert run(*sealed, env=locale).stdout == run(*sealed, env={"LANG": "C.UTF-8"}).stdout


def test_an_output_without_our_letters_gets_others_and_the_same_words(sealed):
    plain = run(*sealed, env={"PYTHONIOENCODING": "ascii"})
    usual = run(*sealed)
    assert plain.returncode == usual.returncode
    assert b"+ passed" in plain.stdout
    assert plain.stdout.isascii()
    words = usual.stdout.decode()
    for sign, other in (("✓", "+"), ("–", "-"), ("✗", "x"), ("·", "*")):
        words = words.replace(sign, other)
    assert plain.stdout.decode() == words


def test_json_is_json_in_every_encoding(sealed):
    read = [
        json.loads(run(*sealed, "--json", env={"PYTHONIOENCODING": encoding}).stdout)
        for encoding in ("ascii", "latin-1", "utf-8")
    ]
    assert read[0] == read[1] == read[2]
    assert read[0]["schema"] == 1


def test_a_file_name_that_is_no_text_is_shown_and_reported(sealed, tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m.json"
    with open(name, "wb") as file:
        file.write(Path(sealed[1]).read_bytes())
    command = [os.fsencode(word) for word in (*TESSERA, "verify")]
    for more in ([], [b"--json"]):
        done = subprocess.run([*command, name, *more], env=PLAIN, capture_output=True, timeout=120)
        assert done.returncode == 2  # nobody is trusted here
        assert b"\x1b" not in done.stdout
        assert done.stderr == b""
    assert json.loads(done.stdout)["verdict"] == "INDETERMINATE"


def test_an_error_never_writes_control_characters_to_the_terminal(capsys):
    assert main(["verify", "\x1b[2Jgone.json"]) == UNREADABLE
    assert "\x1b" not in capsys.readouterr().err


def test_several_problems_of_a_file_stand_in_lines_of_their_own(tmp_path, capsys):
    path = tmp_path / "two.yaml"
    path.write_text("language: en\ntitel: A course\nfoo: 1\n", encoding="utf-8")
    assert main(["check", str(path)]) == UNREADABLE
    first, *problems = capsys.readouterr().err.splitlines()
    assert first.endswith("problems.")
    assert len(problems) > 1
    assert all(line.startswith("  line ") for line in problems)


def test_a_line_break_in_a_file_name_begins_no_line(capsys):
    assert main(["verify", "a\ntessera: passed"]) == UNREADABLE
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("name", ["--help", "keys", "seal", "standards", "status"])
def test_the_help_of_a_group_cuts_no_sentence_short(name):
    shown = run(name, env={"COLUMNS": "80"}).stdout.decode()
    assert "Commands:" in shown
    assert "..." not in shown.partition("Commands:")[2]


# Start-up ----------------------------------------------------------------------------

_LOADED = (
    "import sys; from tessera.cli import main; main(sys.argv[1:]); "
    "print(*sys.modules, file=sys.stderr)"
)


def _modules_loaded_by(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED, *arguments]
    done = subprocess.run(command, env=PLAIN, capture_output=True, timeout=120, check=True)
    return set(done.stderr.decode().splitlines()[-1].split())


def test_help_loads_nothing_but_the_argument_parser():
    loaded = _modules_loaded_by("--help")
    ours = {name for name in loaded if name.startswith("tessera.")}
    parsers = (
        "app", "convert_command", "door", "issue_command", "key_commands", "options",
        "seal_commands", "status_commands", "values",
    )  # fmt: skip
    assert ours <= {"tessera.cli", *(f"tessera.cli.{name}" for name in parsers)}
    assert not loaded & {"pydantic", "rich", "cryptography", "orjson", "babel", "rdflib"}


def test_a_verification_loads_no_library_that_it_does_not_use(sealed):
    loaded = _modules_loaded_by(sealed[0], sealed[1])
    unused = {"pydantic", "rich", "babel", "rdflib", "pyld", "shacl", "typst", "PIL", "zstandard",
              "ruamel.yaml", "jsonschema_rs", "sqlite3", "python_calamine"}  # fmt: skip
    assert not loaded & unused
    assert not {name for name in loaded if name.startswith(("tessera.issue", "tessera.render"))}


def test_words_arrive_as_the_kinds_of_value_that_a_command_declares(monkeypatch):
    from tessera.cli import issuing, judging

    seen = []
    monkeypatch.setattr(judging, "verify", lambda files, wishes: seen.append((files, wishes)) or 0)
    monkeypatch.setattr(issuing, "issue", lambda order: seen.append(order) or 0)
    assert main(["verify", "a", "b", "--trust", "c", "--json"]) == 0
    assert main(["issue", "d", "t.csv", "--key", "k", "--key", "l", "--workers", "3"]) == 0
    (files, wishes), order = seen
    assert files == [Path("a"), Path("b")]
    assert (wishes.trust, wishes.as_json, wishes.at) == ((Path("c"),), True, None)
    assert (order.description, order.learners, order.key) == (Path("d"), Path("t.csv"), ["k", "l"])
    assert (order.workers, order.dry_run, order.out) == (3, False, None)
    assert not order.password_file
