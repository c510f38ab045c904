"""The page docs/description.md: its example is read, and its tables are the table of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tessera import quality, vocab
from tessera.formats.description import read
from tessera.formats.description.groups import Group, Listed
from tessera.formats.description.members import MICRO_CREDENTIAL
from tessera.formats.description.organisations import ORGANISATION, Described
from tessera.formats.description.texts import Code
from tessera.report import Outcome

PAGE = Path(__file__).resolve().parents[4] / "docs" / "description.md"
TEXT = PAGE.read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def _inner(shape: Any) -> Any:
    while isinstance(shape, Listed):
        shape = shape.of
    return ORGANISATION if isinstance(shape, Described) else shape


def _groups(group: Group, seen: dict[str, Group]) -> dict[str, Group]:
    if group.name not in seen:
        seen[group.name] = group
        for member in group.all_members.values():
            inner = _inner(member.shape)
            if isinstance(inner, Group):
                _groups(inner, seen)
    return seen


GROUPS = _groups(MICRO_CREDENTIAL, {}) | {ORGANISATION.name: ORGANISATION}


def _used(group: Group, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the members that a piece of a file uses, by group."""
    for part in value if isinstance(value, list) else [value]:
        for name, found in part.items() if isinstance(part, dict) else ():
            if name in group.all_members:
                yield group.name, name
                inner = _inner(group.all_members[name].shape)
                if isinstance(inner, Group):
                    yield from _used(inner, found)


def test_the_example_is_complete_on_every_list_and_has_no_error() -> None:
    mc = read(EXAMPLE.encode(), name="example.yaml").micro_credential
    for list_id in quality.lists():
        results = quality.examine(mc, list_id).results
        assert all(one.is_later or one.finding.outcome is Outcome.PASSED for one in results)
    for step in quality.examine_all(mc, ()):
        assert step.outcome is Outcome.PASSED


def test_the_example_uses_every_member_there_is() -> None:
    used = set(_used(MICRO_CREDENTIAL, YAML(typ="safe", pure=True).load(EXAMPLE)))
    there = {(group.name, name) for group in GROUPS.values() for name in group.all_members}
    # The other half of an either-or, and what an awarding body and a partner have in common.
    either_or = {("validity", "until")}
    shared = {(name, member) for name in ("partner", "organisation", "research_link")
              for member in GROUPS[name].all_members}  # fmt: skip
    body = {("organisation", name) for group, name in used if group == "awarding_body"}
    assert there - used - either_or - shared == set()
    assert {("organisation", name) for name in ORGANISATION.members} <= used | body
    assert {("partner", "roles"), ("research_link", "scheme"), ("research_link", "title")} <= used


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_every_group_has_its_table_with_every_member(group: Group) -> None:
    section = TEXT.partition(f"\n### {group.name}\n")[2].partition("\n#")[0]
    for name, member in group.members.items():
        must = " (must)" if member.required else ""
        row = rf"\| `{re.escape(name)}`{re.escape(must)} \| [^\n]+ \| {re.escape(member.about)} \|"
        assert re.search(row, section), (group.name, name)
    listed = re.findall(r"^\| `([a-z_]+)`", section, re.MULTILINE)
    assert listed == list(group.members)


def test_every_code_of_the_short_lists_is_on_the_page() -> None:
    lists = {
        list_id
        for group in GROUPS.values()
        for member in group.members.values()
        if isinstance(inner := _inner(member.shape), Code)
        for list_id in inner.lists
    }
    for list_id in sorted(lists):
        codes = [entry.code for entry in vocab.entries(list_id)]
        if len(codes) <= 24:
            row = f"| `{list_id}` | {', '.join(f'`{code}`' for code in codes)} |"
            assert row in TEXT
