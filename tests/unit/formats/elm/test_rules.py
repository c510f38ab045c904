"""The page docs/standards/elm.md and the code say the same about rules, schemes and elements."""

from __future__ import annotations

import re
from pathlib import Path

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.check_words import RULES_BY_COMPONENT
from tessera.formats.elm.rules import RULES
from tessera.quality import element_list, lists

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/standards/elm.md").read_text(encoding="utf-8")
FOLDER = ROOT / "src/tessera/formats/elm"
MODULES = {
    path.stem: re.sub(r"\s+", "", path.read_text(encoding="utf-8"))
    for path in FOLDER.glob("*.py")
    if path.stem != "rules"
}
ROW = re.compile(r"\| (.+) \| `(elm\.[a-z.-]+)` \| .+ \| `(\w+)` \|")


def documented() -> dict[str, tuple[str, str]]:
    """The rows of the page: rule → (clause, module)."""
    return {rule: (clause, module) for clause, rule, module in ROW.findall(PAGE)}


def written(rule: str) -> set[str]:
    """The modules in which a rule is written down."""
    kind, name = rule.split(".")[1:]
    as_remark = f'remark("{name}"'
    found = {
        module
        for module, text in MODULES.items()
        if f'"{rule}"' in text or (kind == "decode" and as_remark in text)
    }
    if rule in RULES_BY_COMPONENT.values():
        found.add("check_words")
    return found


def test_every_rule_stands_on_the_page_with_its_clause_and_module():
    page = documented()
    assert page.keys() == RULES.keys()
    for rule, clause in RULES.items():
        assert page[rule][0] == clause
        assert page[rule][1] in written(rule), rule


def test_every_rule_in_the_code_is_listed():
    said = set()
    for text in MODULES.values():
        said |= set(re.findall(r'"(elm\.(?:lint|schema|decode)\.[a-z-]+)"', text))
        said |= {f"elm.decode.{name}" for name in re.findall(r'remark\("([a-z-]+)"', text)}
    assert said | set(RULES_BY_COMPONENT.values()) == RULES.keys()


def test_every_note_key_document_and_identifier_of_ours_is_explained():
    for prefix, labels in (
        (wire.NOTES, wire.NOTE_LABELS),
        (wire.KEYS, wire.KEY_LABELS),
        (wire.DOCUMENTS, wire.DOCUMENT_LABELS),
        (wire.IDENTIFIERS, wire.IDENTIFIER_LABELS),
    ):
        for name, label in labels.items():
            assert f"| `{prefix}:{name}` | {label} |" in PAGE


def test_every_scheme_of_ours_is_explained():
    ours = {vocab.scheme(id) for id in vocab.lists()}
    ours = {scheme for scheme in ours if scheme.startswith("urn:tessera:")}
    ours |= {wire.SECTORAL, wire.PARTNER_ROLES, wire.CUSTOM}
    assert {scheme for scheme in ours if f"`{scheme}`" not in PAGE} == set()


def test_every_element_of_every_list_has_a_row():
    ids = {element.id for id in lists() for element in element_list(id).elements}
    assert {id for id in ids if f"| {id} " not in PAGE} == {"E25"} & ids
