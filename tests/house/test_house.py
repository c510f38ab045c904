"""The walls of the house: sizes, imports, marks that must not stand, promises to the outside."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 40
MOST_PARAMETERS = 6


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _functions(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_source_file_is_longer_than_its_limit() -> None:
    long = {
        path.relative_to(ROOT): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_no_function_is_longer_or_takes_more_parameters_than_its_limit() -> None:
    too_big = []
    for path in SOURCES:
        door = "cli" in path.parts
        for node in _functions(path):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            names = [arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)]
            parameters = len([name for name in names if name not in ("self", "cls")])
            if lines > MOST_FUNCTION_LINES or (parameters > MOST_PARAMETERS and not door):
                too_big.append(f"{path.relative_to(ROOT)}:{node.name} {lines} lines, {parameters}")
    assert not too_big


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "common", "helpers", "misc", "base"}
    assert not [path for path in SOURCES if path.stem in vague]


def test_every_module_and_public_function_says_what_it_is_for() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(f"{path.relative_to(ROOT)}")
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not silent


def test_a_broad_except_stands_only_in_the_doors_and_the_step_runner() -> None:
    allowed = {"src/tessera/verify/runner.py"}
    broad = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = node.type.id if isinstance(node.type, ast.Name) else None
            is_broad = node.type is None or caught in ("Exception", "BaseException")
            if is_broad and name not in allowed and "/cli/" not in name:
                broad.append(f"{name}:{node.lineno}")
    assert not broad


def test_nothing_below_the_doors_reads_the_clock_or_the_environment() -> None:
    reading = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|os\.environ|getenv\(")
    # `standards.locate` has the one function that doors call to find installed files.
    allowed = {"src/tessera/standards/locate.py"}
    found = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "cli" not in path.parts and reading.search(path.read_text(encoding="utf-8"))
    ]
    assert set(found) <= allowed


def test_nothing_unfinished_is_marked_in_the_code() -> None:
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error"]))
    assert not [path for path in SOURCES if marks.search(path.read_text(encoding="utf-8"))]


def test_no_lock_file_and_no_address_of_a_registry_is_tracked() -> None:
    names = {path.name for path in _tracked()}
    assert not names & {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_no_path_of_a_machine_is_tracked() -> None:
    private = re.compile("/" + "work/(main|shared|\\.library)|/" + "home/[a-z]|/" + "root/")
    found = []
    for path in _tracked():
        if path.suffix in {".png", ".p12", ".xlsx", ".pdf"}:
            continue
        if private.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(path.relative_to(ROOT).as_posix())
    assert not found


def test_no_tracked_file_is_larger_than_a_mebibyte() -> None:
    assert not [path for path in _tracked() if path.stat().st_size > 1 << 20]


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_shows_the_two_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
