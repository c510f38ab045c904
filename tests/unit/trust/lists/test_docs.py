"""The page of trusted lists and the code say the same."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[4]
SOURCES = ROOT / "src" / "tessera"
PAGE = (ROOT / "docs" / "standards" / "trusted-lists.md").read_text(encoding="utf-8")
RULE = re.compile(r"list(?:\.[a-z0-9-]+)+")
ROW = re.compile(
    r"^\| (?P<clause>[^|]+) \| `(?P<rule>[^`]+)` \| (?P<meaning>[^|]+) \| (?P<where>[^|]+) \|$",
    re.M,
)
READER = SOURCES / "trust" / "lists" / "markup.py"


def in_code():
    found = defaultdict(set)
    paths = (*(SOURCES / "trust" / "lists").glob("*.py"),
             SOURCES / "verify" / "lists.py", SOURCES / "verify" / "entities.py")  # fmt: skip
    for path in paths:
        module = path.relative_to(SOURCES).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and RULE.fullmatch(text):
                found[text].add(module)
    reasons = re.findall(r'reason="([a-z-]+)"', READER.read_text(encoding="utf-8"))
    found.update({f"parse.{one}": {"trust/lists/markup"} for one in reasons})
    return found


def test_every_rule_has_one_row_that_names_its_modules():
    rows = {match["rule"]: match for match in ROW.finditer(PAGE)}
    assert len(rows) == len(ROW.findall(PAGE))
    code = in_code()
    assert set(rows) == set(code)
    for rule, row in rows.items():
        assert set(re.findall(r"`([a-z_/0-9]+)`", row["where"])) == code[rule], rule
        assert row["meaning"].strip().endswith("."), rule
        assert row["clause"].strip(), rule


def test_every_rule_decides_a_test():
    own = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in own.glob("test_*.py"))
    for name in ("test_lists.py", "test_entities.py"):
        tests += (ROOT / "tests" / "unit" / "verify" / name).read_text(encoding="utf-8")
    named = {rule.removeprefix("parse.") for rule in in_code()} - {"list.lote.unused"}
    assert {rule for rule in named if f'"{rule}"' not in tests} == set()
