"""The pages of clauses and rules, and the code, say the same."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tessera.verify.examination import STEPS

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "src" / "tessera"
PAGES = {
    name: ROOT / "docs" / "standards" / f"{name}.md"
    for name in (
        "data-integrity", "dids", "jades", "jose", "pades", "sd-jwt", "status", "verification",
    )
}  # fmt: skip
RULE = re.compile(rf"(?:{'|'.join(STEPS)})(?:\.[a-zA-Z0-9-]+)+")
ROW = re.compile(
    r"\| (?P<clause>[^|]+) \| `(?P<rule>[^`]+)` \| (?P<meaning>[^|]+) \| (?P<where>[^|]+) \|"
)
FILES = {"seal.p12"}  # looks like a rule and is a file name
MENTIONS = {
    "seal.required": {"verify/verdicts"},
    "seal.signature": {"trust/status/opening", "seals/dataintegrity/read"},
    "signer.controller": {"trust/status/speaking"},
    "seal.counter-signature": {"verify/runner"},
    "signer.test-certificate": {"verify/runner"},
}


def in_code():
    """Every rule id that stands in the code of a room, with the modules where it stands."""
    found = defaultdict(set)
    for room in ("seals", "trust", "verify"):
        for path in sorted((SOURCES / room).rglob("*.py")):
            module = str(path.relative_to(SOURCES).with_suffix(""))
            for rule in _rules(ast.parse(path.read_text(encoding="utf-8"))):
                if module not in MENTIONS.get(rule, ()):
                    found[rule].add(module)
    return found


def _rules(tree):
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    for text in texts:
        if isinstance(text, str) and RULE.fullmatch(text) and text not in FILES:
            yield text


def refusals():
    """The rules `parse.<reason>`, from the reasons of the strict reader and of recognition."""
    reader = (SOURCES / "standards" / "jsontext.py").read_text(encoding="utf-8")
    here = (SOURCES / "verify" / "recognise.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'_refuse\(\s*"([a-z-]+)"', reader))
    reasons |= set(re.findall(r'reason="([a-z-]+)"', here))
    return {f"parse.{reason}" for reason in reasons | {"unreadable"}}


def on_pages():
    """Every row of both pages, by rule."""
    rows = defaultdict(list)
    for page in PAGES.values():
        for line in page.read_text(encoding="utf-8").splitlines():
            if (match := ROW.fullmatch(line)) and RULE.fullmatch(match["rule"]):
                rows[match["rule"]].append(match)
    return rows


def test_there_is_a_row_for_every_rule_and_a_rule_for_every_row():
    computed = {f"{step}.no-certificate" for step in ("signer", "time")} | refusals()
    assert set(on_pages()) == set(in_code()) | computed


def test_a_rule_has_one_row_on_a_page_with_a_clause_and_a_sentence():
    for rule, rows in on_pages().items():
        assert len({row.string for row in rows}) == len(rows), rule
        for row in rows:
            assert row["meaning"].strip().endswith("."), rule
            assert row["clause"].strip(), rule


@pytest.mark.parametrize("rule", sorted(in_code()))
def test_the_row_names_the_modules_that_state_the_rule(rule):
    named = " ".join(row["where"] for row in on_pages()[rule])
    assert set(re.findall(r"`([a-z_/0-9]+)`", named)) == in_code()[rule]


def test_the_reasons_of_the_reader_are_found_by_this_test():
    assert {"parse.not-json", "parse.duplicate-member", "parse.too-many-values"} <= refusals()
