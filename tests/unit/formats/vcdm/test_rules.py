"""The page docs/standards/vc.md and the code say the same about rules, words and elements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tessera.formats.vcdm import FORMAT
from tessera.formats.vcdm.context import ClashError, defined_by, definitions
from tessera.formats.vcdm.groups import Group, Member
from tessera.formats.vcdm.rules import RULES
from tessera.formats.vcdm.shapes import Truth, Words
from tests.complete import complete_award

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/standards/vc.md").read_text(encoding="utf-8")
FOLDER = ROOT / "src/tessera/formats/vcdm"
MODULES = {
    path.stem: re.sub(r"\s+", "", path.read_text(encoding="utf-8"))
    for path in FOLDER.glob("*.py")
    if path.stem != "rules"
}
ROW = re.compile(r"\| (.+) \| `(vc\.[a-z.-]+)` \| .+ \| `(\w+)` \|")
SAID = re.compile(
    r'"vc\.schema\.([a-z-]+)"|(?<!Finding\.)failed\("([a-z-]+)"|remark\("([a-z-]+)"'
    r'|:\("([a-z]+)","[45]\.'
)


def test_every_rule_stands_on_the_page_with_its_clause_and_module():
    page = {rule: (clause, module) for clause, rule, module in ROW.findall(PAGE)}
    assert {rule: clause for rule, (clause, _) in page.items()} == RULES
    for rule, (_, module) in page.items():
        assert f'"{rule.rsplit(".", 1)[1]}"' in MODULES[module] or f'"{rule}"' in MODULES[module]


def test_every_rule_in_the_code_is_listed():
    said = set()
    for text in MODULES.values():
        for full, short, remark, typed in SAID.findall(text):
            said.add(f"vc.decode.{remark}" if remark else f"vc.schema.{full or short or typed}")
    assert said == RULES.keys()


def test_every_word_of_the_elements_on_the_page_is_one_of_the_document():
    elements = PAGE.partition("## The words")[0]
    words = set(re.findall(r"`(?:Q|LA|S)\.([a-zA-Z]+)", elements))
    assert len(words) > 30
    assert words <= definitions().keys() | {"id"}


def test_every_element_of_the_crosswalk_stands_on_the_page():
    for number in range(1, 27):
        assert re.search(rf"^\| E{number} ", PAGE, re.MULTILINE), number


def test_two_meanings_of_one_term_are_refused():
    one = Group(
        type="A",
        type_iri="own:A",
        builds=dict,
        members={"a": Member("x", "own:x", Words()), "b": Member("x", "own:y", Truth())},
    )
    with pytest.raises(ClashError, match="'x'"):
        defined_by([one], {})


def test_no_term_is_one_of_the_base_context():
    from tessera.formats.vcdm.base_context import PROTECTED
    from tessera.formats.vcdm.terms import V2

    scoped = {"issuer", "evidence", "validFrom", "validUntil", "proof", "termsOfUse", "holder"}
    assert not definitions().keys() & (PROTECTED[V2].keys() | scoped)
    assert definitions().keys() >= FORMAT.encode(complete_award())["@context"][1].keys() - {
        "@protected"
    }
