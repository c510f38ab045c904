"""Run the console blocks of the README and the tutorial, and write or compare what they print.

A block is fenced with ```console; its lines that begin with "$ " are run one after the
other ("> " goes on with the line before), all blocks of a page in one fresh folder.
Without arguments the pages are written again; with `--check` nothing is written, and exit
code 1 says that a page is out of date. What differs from run to run (moments, ids, hashes)
is compared by its shape only; a line "…" stands for any lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "tutorial.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_VARYING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?:Z|\+00:00)?"), "DATE"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b"), "DATE"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
)


class Command(NamedTuple):
    """One command of a page and the lines that the page says it prints."""

    line: str
    shown: str


def commands(block: str) -> Iterator[Command]:
    """Split the text of a block into its commands."""
    for part in re.split(r"^(?=\$ )", block, flags=re.M):
        if part.startswith("$ "):
            line, _, shown = part.partition("\n")
            while shown.startswith("> "):
                more, _, shown = shown.partition("\n")
                line += "\n" + more
            yield Command(line, shown)


def run(line: str, folder: Path) -> str:
    """Run one command in a folder and return what it prints, errors among it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TESSERA_")},
        "XDG_DATA_HOME": str(folder),  # a newcomer has no official files yet
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "COLUMNS": "96",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        ["bash", "-c", re.sub(r"^[$>] ", "", line, flags=re.M)],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout


def shape(text: str) -> str:
    """Return a text with what varies replaced, and no space at the ends of lines."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    # A longer moment or id wraps elsewhere, so words are compared, not line ends.
    return " ".join(text.split())


def agrees(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed; a line "…" stands for any lines."""
    parts = [re.escape(shape(part)) for part in re.split(r"^…$", shown, flags=re.M)]
    return re.fullmatch(r"\s*.*\s*".join(parts), shape(printed), re.S) is not None


def walk(page: Path) -> Iterator[tuple[Command, str]]:
    """Run a page from top to bottom; yield each command with what it really printed."""
    with tempfile.TemporaryDirectory(prefix="tessera-tour-") as folder:
        for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            for command in commands(block):
                yield command, run(command.line, Path(folder))


def write(page: Path) -> None:
    """Put what the commands print into a page, where it differs from what is shown."""
    text = page.read_text(encoding="utf-8")
    done = 0
    for command, printed in walk(page):
        old = f"{command.line}\n{command.shown}"
        start = text.index(old, done)
        new = old if agrees(command.shown, printed) else f"{command.line}\n{printed}"
        text = text[:start] + new + text[start + len(old) :]
        done = start + len(new)
    page.write_text(text, encoding="utf-8")


def main() -> int:
    """Write or compare the pages."""
    differing = 0
    for page in PAGES:
        if "--check" not in sys.argv:
            write(page)
            continue
        for command, printed in walk(page):
            if not agrees(command.shown, printed):
                differing += 1
                print(f"{page.name}: {command.line}\n{printed}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
