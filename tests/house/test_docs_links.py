"""Links of the pages resolve, pages are reached from the index, and what they name exists."""

from __future__ import annotations

import re
import subprocess
import tomllib
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

from tessera.model import MicroCredential, Workload
from tessera.quality import ects

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs" / "README.md"
_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.M | re.S)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)
_MODULE = re.compile(r"`(tessera(?:\.[a-z_0-9]+)+)`")
_RULE = re.compile(r"`((?:ects|levels|coverage|titles|definition)\.[a-z][a-z-]+)`")


def _pages() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return sorted(ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file())


def _prose(text: str) -> str:
    return _FENCE.sub("", text)


def links(text: str) -> Iterator[str]:
    """Yield the targets of the links of a page that lie in the repository."""
    for target in _LINK.findall(_CODE.sub("", _prose(text))):
        if not re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.I):
            yield unquote(target)


def anchors(text: str) -> set[str]:
    """Return the anchors that the usual renderers make of the headings of a page."""
    found: set[str] = set()
    for heading in _HEADING.findall(_prose(text)):
        plain = unicodedata.normalize("NFC", re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading))
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = 0
        while slug + (f"-{count}" if count else "") in found:
            count += 1
        found.add(slug + (f"-{count}" if count else ""))
    return found


def _broken(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists() or not path.is_relative_to(ROOT):
        return True
    return bool(anchor) and path.suffix == ".md" and anchor not in anchors(path.read_text("utf-8"))


def _reached_by(page: Path, target: str) -> Iterator[Path]:
    path = (page.parent / target.partition("#")[0]).resolve()
    if path.is_dir():
        front = path / "README.md"
        yield from [front] if front.is_file() else sorted(path.glob("*.md"))
    elif path.suffix == ".md" and path.is_file():
        yield path


def test_every_link_inside_the_repository_resolves() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in _pages()
        for target in links(page.read_text("utf-8"))
        if _broken(page, target)
    ]
    assert not broken


def test_every_page_of_the_docs_is_reached_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        page = waiting.pop()
        for target in links(page.read_text("utf-8")):
            for found in _reached_by(page, target):
                if found not in reached:
                    reached.add(found)
                    waiting.append(found)
    lost = [page for page in _pages() if page.is_relative_to(ROOT / "docs")]
    assert not [page.relative_to(ROOT).as_posix() for page in lost if page not in reached]


def test_every_module_that_a_page_names_exists() -> None:
    # mission.md also names what is planned; tests/house/test_requirements.py judges it.
    missing = []
    for page in _pages():
        for name in _MODULE.findall("" if page.name == "mission.md" else page.read_text("utf-8")):
            at = ROOT / "src" / Path(*name.split("."))
            if not at.with_suffix(".py").is_file() and not (at / "__init__.py").is_file():
                missing.append(f"{page.relative_to(ROOT)}: {name}")
    assert not missing


def test_every_rule_that_the_ects_guide_names_is_one_of_ours() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src/tessera/quality").glob("*.py"))
    named = set(_RULE.findall((ROOT / "docs" / "ects.md").read_text("utf-8")))
    assert named
    assert not [rule for rule in named if f'"{rule}"' not in code]


def test_the_worked_examples_of_the_ects_guide_are_what_the_check_says() -> None:
    text = (ROOT / "docs" / "ects.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| [\d.]+ \| (passed|advice|failed)", text, re.M)
    assert {word for _, _, word in rows} == {"passed", "advice", "failed"}
    for hours, credits, word in rows:
        load = Workload(hours=Decimal(hours), ects=Decimal(credits))
        found = ects.examine(MicroCredential(id="urn:example:mc", workload=load))
        ratio = next(one for one in found if one.rule == "ects.hours-per-credit")
        assert ("advice" if ratio.advice else ratio.outcome.value.lower()) == word


def test_every_dependency_stands_in_the_third_party_notices() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for extra in extras for one in extras[extra])]
    names = {re.split(r"[^A-Za-z0-9._-]", one)[0] for one in wanted} - {project["name"]}
    pinned = re.findall(
        r"^([a-z0-9-]+)==", (ROOT / "requirements/run.txt").read_text("utf-8"), re.M
    )
    text = (ROOT / "docs" / "third-party.md").read_text("utf-8").lower()
    # A resolved name has hyphens where the project writes dots.
    plain = text.replace("ruamel.yaml", "ruamel-yaml")
    assert not [name for name in names if f"| {name.lower()} |" not in text]
    assert not [name for name in pinned if f"| {name} " not in plain]


def test_a_link_in_a_code_block_or_to_the_web_is_not_followed() -> None:
    text = "[a](b.md#c)\n```\n[d](e.md)\n```\n`[f](g.md)` [h](https://example.org) <!-- -->"
    assert list(links(text)) == ["b.md#c"]


def test_a_heading_becomes_the_anchor_that_a_link_names() -> None:
    assert anchors("# The `walls`, in short\n## The walls\n## The walls\n") == {
        "the-walls-in-short",
        "the-walls",
        "the-walls-1",
    }


def test_a_link_to_nothing_is_found() -> None:
    assert _broken(INDEX, "no-such-page.md")
    assert _broken(INDEX, "../../outside.md")
