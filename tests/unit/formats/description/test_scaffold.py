from __future__ import annotations

import re

import pytest

from tessera import quality
from tessera.errors import ModelError
from tessera.formats.description import read, scaffold
from tessera.formats.description.members import MICRO_CREDENTIAL
from tessera.report import Outcome


def written(language: str = "en"):
    return read(scaffold(language=language).encode(), name="x.yaml").micro_credential


@pytest.mark.parametrize("list_id", quality.lists())
def test_nothing_is_missing_that_a_list_asks_of_a_description(list_id: str) -> None:
    report = quality.examine(written(), list_id)
    assert {one.finding.outcome for one in report.results} <= {
        Outcome.PASSED,
        Outcome.NOT_APPLICABLE,
    }
    assert all(one.is_later for one in report.results if one.finding.outcome is not Outcome.PASSED)


def test_nothing_beside_the_lists_is_wrong_or_worth_a_remark() -> None:
    for step in quality.examine_all(written(), ()):
        assert {one.outcome for one in step.findings} <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}
        assert not [
            one for one in step.findings if one.advice and one.outcome is not Outcome.PASSED
        ]


@pytest.mark.parametrize("language", ["fi", "no", "pt-BR", "sr-Cyrl"])
def test_in_another_language_the_examples_stand_under_its_tag(language: str) -> None:
    mc = written(language)
    assert mc.title is not None
    assert mc.title.languages == (language,)
    assert str(mc.title) == str(written().title)
    assert "en:" not in re.sub(r"#.*", "", scaffold(language=language))


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(ModelError, match="language tag"):
        scaffold(language="english!")


def test_every_member_of_a_description_is_there_or_shown_in_a_comment() -> None:
    shown = set(re.findall(r"^(?:# )?([a-z_]+):", scaffold(), re.MULTILINE))
    rarely_needed = {"identifiers", "issuer", "platform"}
    assert set(MICRO_CREDENTIAL.members) - shown == rarely_needed


def test_every_element_of_the_lists_is_taught_in_a_comment() -> None:
    comments = " ".join(re.findall(r"#(.*)", scaffold()))
    for list_id in quality.lists():
        for element in quality.element_list(list_id).elements:
            if element.id not in ("E1", "E7"):  # filled in when it is awarded
                assert re.search(rf"\b{element.id}\b", comments), element.id


def test_the_parts_that_are_commented_out_can_be_used_as_they_are() -> None:
    lines = scaffold().splitlines()
    block = re.compile(r"# (?:[a-z_]+:(?: \[.*)?$|  )")
    opened = "\n".join(line[2:] if block.match(line) else line for line in lines)
    opened = re.sub(r"^  1\. .*?(?=^#)", "", opened, flags=re.MULTILINE | re.DOTALL)
    opened = "\n".join(
        line
        for line in opened.splitlines()
        if not line.startswith("  ") or ":" in line or "-" in line
    )
    head, _, rest = opened.partition("# The kind of this file")
    mc = read(("# " + rest).encode(), name="x.yaml").micro_credential
    assert head
    assert mc.providers
    assert mc.research
    assert mc.custom
    assert mc.seals_required
