"""What the journeys share: the command line in this process, test keys, descriptions, tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tessera.cli import main
from tessera.formats.description import dump
from tessera.model import MicroCredential, Text
from tests.complete import complete_description

COLUMNS = (
    "learner_id", "given_name", "family_name", "email", "grade_portfolio", "grade_exam", "language",
)  # fmt: skip
LANGUAGES = ("en", "nl", "el")


@dataclass(frozen=True)
class Printed:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What was printed as one line: where text wraps depends on the length of paths."""
        return " ".join(self.out.split())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Printed]


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let text wrap the same, whatever terminal the tests are started from."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command of the real command line: `run("issue", path, "--dry-run")`."""

    def command(*arguments: object) -> Printed:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Printed(code, printed.out, printed.err)

    return command


@pytest.fixture
def size(request: pytest.FixtureRequest) -> int:
    """How many learners a big batch has: 10,000 with --long, else 300."""
    return 10_000 if request.config.getoption("--long") else 300


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TEST authority: ca.pem, seal.p12, password.txt."""
    folder = tmp_path_factory.mktemp("keys") / "authority"
    assert main(["keys", "test-ca", str(folder)]) == 0
    return folder


@cache
def three_languages() -> MicroCredential:
    """The complete description with its title in three languages and three scripts' worth."""
    title = {
        "en": "Data Ethics in Practice",
        "nl": "Data-ethiek in de praktijk",
        "el": "Δεοντολογία των δεδομένων στην πράξη",
    }
    return replace(complete_description(), title=Text.of(title))


@pytest.fixture(scope="session")
def description(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of that description."""
    path = tmp_path_factory.mktemp("description") / "data-ethics.yaml"
    path.write_text(dump(three_languages()), encoding="utf-8")
    return path


def learner(number: int) -> list[str]:
    """One row of a table with `COLUMNS`: names of several scripts, languages in turn."""
    given, family = (
        ("Ada", "Example"), ("Ζωή", "Παπαδοπούλου"), ("Müşerref", "Öztürk-Żak"), ("יעל", "כהן"),
        ("محمد", "الفاسي"), ("Anne-Sophie", "O'Néill"), ("李", "雷"), ("Ada 🦊", "Łoś"),
    )[number % 8]  # fmt: skip
    return [
        f"S{number:06d}", given, f"{family} {number}", f"learner{number}@example.org",
        f"{50 + number % 51} %", f"{50 + number % 50} %", LANGUAGES[number % 3],
    ]  # fmt: skip


def write_csv(
    path: Path, rows: Iterable[Sequence[object]], columns: Sequence[str] = COLUMNS
) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def write_xlsx(path: Path, rows: Iterable[Sequence[str]], columns: Sequence[str] = COLUMNS) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("learners")
        for number, row in enumerate([columns, *rows]):
            for at, value in enumerate(row):
                sheet.write_string(number, at, value)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of five learners."""
    return write_csv(tmp_path / "learners.csv", map(learner, range(5)))


def credentials(out: Path) -> list[Path]:
    """The sealed files of a folder; anything else in it is a failure."""
    found = sorted((out / "credentials").iterdir())
    assert all(path.suffix == ".jsonld" for path in found), found
    return found
