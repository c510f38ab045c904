"""Write docs/mission.md, the matrix of every requirement, from docs/requirements.csv.

    python tools/mission.py             write the page
    python tools/mission.py --check     say whether the page is up to date, write nothing
    python tools/mission.py --if-done 2 list what would be missing if issue 2 were done

A cell of `module` is a dotted module of the package or a path of the repository;
cells of `test` and `page` are paths. Several values are separated by blanks.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "requirements.csv"
PAGE = ROOT / "docs" / "mission.md"
DONE = ROOT / "docs" / "issues-done.txt"
COLUMNS = ("id", "title", "source", "issues", "module", "test", "page")
CELLS = ("module", "test", "page")
LATER = "later"
LAST = 129
SOURCES = (
    ("S0", "European Commission, slides on a European approach, 29 October 2020"),
    ("S1", "European Commission, slides on the Council Recommendation of 2022"),
    ("S2", "Peer learning activity Innsbruck, slides, 12 December 2022"),
    ("S3", "MICROBOL common framework, slides (contained in S2)"),
    ("S4", "NESET analytical report, summary, 2020"),
)
SECTIONS = (
    ("Definition and nature", ((1, 14),)),
    ("Description elements", ((15, 29),)),
    ("The ten design principles", ((30, 39),)),
    ("The ecosystem the Council asks for", ((40, 60), (128, 129))),
    ("The roadmap of 2020", ((61, 65),)),
    ("MICROBOL: purpose, use, transversal themes", ((66, 80),)),
    ("MICROBOL: recommendations by key commitment", ((81, 103),)),
    ("NESET: integration and indicators", ((104, 111),)),
    ("Actors, projects and systems", ((112, 127),)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the table; issues is empty where the row says "later"."""

    number: int
    title: str
    sources: tuple[str, ...]
    issues: tuple[int, ...]
    module: tuple[str, ...]
    test: tuple[str, ...]
    page: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"R{self.number}"


def read(table: Path = TABLE) -> tuple[Requirement, ...]:
    """Return the rows in the order of the file. Raises: ValueError for a malformed row."""
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{table.name} should have the columns {', '.join(COLUMNS)}.")
        return tuple(_requirement(row) for row in reader)


def _requirement(row: dict[str, str]) -> Requirement:
    if not re.fullmatch(r"R[1-9]\d*", row["id"] or ""):
        raise ValueError(f"'{row['id']}' is not the id of a requirement.")
    if None in row.values() or None in row:
        raise ValueError(f"{row['id']} does not have {len(COLUMNS)} cells.")
    issues = row["issues"].split()
    if not issues or (LATER in issues and issues != [LATER]):
        raise ValueError(f"{row['id']} should name issues by number, or say '{LATER}'.")
    return Requirement(
        number=int(row["id"][1:]),
        title=row["title"].strip(),
        sources=tuple(row["source"].split()),
        issues=() if issues == [LATER] else tuple(int(issue) for issue in issues),
        module=tuple(row["module"].split()),
        test=tuple(row["test"].split()),
        page=tuple(row["page"].split()),
    )


def done_issues(file: Path = DONE) -> frozenset[int]:
    """Return the numbers listed as done; comments start with #."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return frozenset(int(line) for line in lines if line)


def exists(cell: str, value: str, root: Path = ROOT) -> bool:
    """Say whether a module, a test or a page that a row names is there."""
    if cell == "module" and "/" not in value:
        at = root / "src" / Path(*value.split("."))
        return at.with_suffix(".py").is_file() or (at / "__init__.py").is_file()
    path = root / value
    if cell == "test" and path.is_dir():
        return any(path.rglob("*.py"))
    return path.is_file()


def gaps(rows: Iterable[Requirement], done: Collection[int], root: Path = ROOT) -> tuple[str, ...]:
    """Return a sentence per empty cell or missing file of rows whose every issue is done."""
    found = []
    for row in rows:
        if not row.issues or not set(row.issues) <= set(done):
            continue
        for cell in CELLS:
            values: tuple[str, ...] = getattr(row, cell)
            if not values:
                found.append(f"{row.id} ({row.title}): the cell '{cell}' is empty.")
            found += [
                f"{row.id} ({row.title}): the {cell} {value} does not exist."
                for value in values
                if not exists(cell, value, root)
            ]
    return tuple(found)


def named_but_absent(rows: Iterable[Requirement], root: Path = ROOT) -> tuple[str, ...]:
    """Return a sentence per file that any row names, done or not, and that is not there."""
    return tuple(
        f"{row.id}: the {cell} {value} does not exist."
        for row in rows
        for cell in CELLS
        for value in getattr(row, cell)
        if not exists(cell, value, root)
    )


def page(rows: Sequence[Requirement]) -> str:
    """Return the text of docs/mission.md."""
    by_number = {row.number: row for row in rows}
    parts = [_head(rows)]
    for title, ranges in SECTIONS:
        numbers = [n for first, last in ranges for n in range(first, last + 1)]
        parts.append(_section(title, [by_number[n] for n in numbers if n in by_number]))
    return "\n".join(parts)


def _head(rows: Sequence[Requirement]) -> str:
    named = sorted({issue for row in rows for issue in row.issues})
    counts = {issue: sum(issue in row.issues for row in rows) for issue in named}
    later = sum(not row.issues for row in rows)
    lines = [
        "# Mission: every requirement, and where it is met",
        "",
        "Generated from `requirements.csv` by `tools/mission.py`; do not edit by hand.",
        "",
        f"The project answers {len(rows)} requirements taken from five source documents. Each row",
        "says which document asks for it, which issue of the project works on it, and once the",
        "work is done, which module does it, which test proves it and which page explains it.",
        "A requirement that no issue names yet says *later*. A dash is a cell that its issue has",
        "still to fill; a test of the house fails when one is left after the issue is done.",
        "",
        "## Sources",
        "",
        *(f"- **{key}**: {text}" for key, text in SOURCES),
        "",
        "## Counts",
        "",
        "| issue | requirements that name it |",
        "|---|---|",
        *(f"| {issue} | {counts[issue]} |" for issue in named),
        f"| later | {later} |",
        f"| all requirements | {len(rows)} |",
        "",
        "A requirement named by several issues is counted once for each of them.",
        "",
    ]
    return "\n".join(lines)


def _section(title: str, rows: Sequence[Requirement]) -> str:
    assigned = sum(bool(row.issues) for row in rows)
    lines = [
        f"## {title}",
        "",
        f"{len(rows)} requirements, {assigned} of them assigned to an issue.",
        "",
        "| id | requirement | source | issues | module | test | page |",
        "|---|---|---|---|---|---|---|",
        *(_row(row) for row in rows),
        "",
    ]
    return "\n".join(lines)


def _row(row: Requirement) -> str:
    issues = ", ".join(str(issue) for issue in row.issues) or LATER
    cells = (
        row.id,
        row.title.replace("|", "\\|"),
        ", ".join(row.sources),
        issues,
        _codes(row.module),
        _codes(row.test),
        ", ".join(f"[{name.removeprefix('docs/')}]({_link(name)})" for name in row.page) or "–",
    )
    return "| " + " | ".join(cells) + " |"


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "–"


def _link(name: str) -> str:
    return name.removeprefix("docs/") if name.startswith("docs/") else f"../{name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line described at the top; 1 when something is out of date or missing."""
    parser = argparse.ArgumentParser(description="Write docs/mission.md.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--if-done", type=int, nargs="+", metavar="ISSUE", default=[])
    wishes = parser.parse_args(arguments)
    rows = read()
    if wishes.if_done:
        missing = gaps(rows, done_issues() | set(wishes.if_done))
        absent = sorted(set(named_but_absent(rows)) - set(missing))
        print("\n".join(missing) or "Nothing would be missing.")
        if absent:
            print("\nAlso named by rows, and not there:", *absent, sep="\n")
        return 1 if missing else 0
    text = page(rows)
    if wishes.check:
        same = PAGE.is_file() and PAGE.read_text("utf-8") == text
        print("docs/mission.md is up to date." if same else "Run: python tools/mission.py")
        return 0 if same else 1
    PAGE.write_text(text, "utf-8")
    print(f"docs/mission.md: {len(rows)} requirements.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
