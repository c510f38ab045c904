"""The page docs/standards/open-badges.md and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from tessera.formats.openbadges.rules import RULES
from tessera.formats.openbadges.wire import extension_terms

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/standards/open-badges.md").read_text(encoding="utf-8")
FOLDER = ROOT / "src/tessera/formats/openbadges"
MODULES = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
ROW = re.compile(r"\| (.+) \| `(ob3\.[a-z.-]+)` \| .+ \| `(\w+)` \|")


def test_every_rule_stands_on_the_page_with_its_clause_and_module():
    page = {rule: (clause, module) for clause, rule, module in ROW.findall(PAGE)}
    own = {rule for rule in RULES if "schema" in rule} | {
        "ob3.decode.endorsement",
        "ob3.decode.profile",
    }
    assert page.keys() == own
    for rule, (clause, module) in page.items():
        assert RULES[rule] == clause
        assert f'"{rule.rsplit(".", 1)[1]}"' in MODULES[module] or f'"{rule}"' in MODULES[module]


def test_every_rule_in_the_code_is_listed():
    for name, text in MODULES.items():
        if name == "rules":
            continue
        said = set(re.findall(r'"(ob3\.schema\.[a-z-]+)"', text))
        said |= {f"ob3.decode.{word}" for word in re.findall(r'remark\(\s*"([a-z-]+)"', text)}
        assert said <= RULES.keys(), name


def test_every_word_of_the_extension_on_the_page_is_one_of_the_document():
    rows = re.findall(r"^\| E\d+ .+\| (.+) \|$", PAGE, re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`(?:LA\.)?([a-zA-Z]+)", row)}
    assert len(words) > 25
    assert words <= extension_terms().keys()


def test_every_element_of_the_crosswalk_stands_on_the_page():
    for number in range(1, 27):
        assert re.search(rf"^\| E{number} ", PAGE, re.MULTILINE), number
