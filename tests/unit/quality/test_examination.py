"""Everything of the room together: the steps, the places, the catalogue of rules."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tessera.errors import UsageError
from tessera.model import MicroCredential
from tessera.quality import RULES, element_list, examine_all, lists, relocate
from tessera.report import Finding, Outcome
from tests.complete import complete_award, complete_description, without

DOCS = Path(__file__).resolve().parents[3] / "docs" / "standards" / "quality.md"
BARE = MicroCredential(id="urn:example:mc:1")


def test_the_complete_award_passes_every_step() -> None:
    steps = examine_all(complete_award(), lists(), sealed=True)
    assert [step.id for step in steps] == [
        *(f"elements.{id}" for id in lists()),
        *("definition", "ects", "levels", "coverage", "titles"),
    ]
    assert {step.outcome for step in steps} == {Outcome.PASSED}


def test_the_complete_description_passes_every_step_without_a_seal() -> None:
    assert {step.outcome for step in examine_all(complete_description(), lists())} == {
        Outcome.PASSED
    }


def test_an_empty_description_is_judged_without_an_exception() -> None:
    outcomes = {step.id: step.outcome for step in examine_all(BARE, lists())}
    assert outcomes["elements.eu-2022"] is Outcome.FAILED
    assert outcomes["definition"] is Outcome.FAILED
    assert outcomes["levels"] is Outcome.NOT_APPLICABLE


def test_an_unknown_list_is_a_wrong_call() -> None:
    with pytest.raises(UsageError):
        examine_all(BARE, ["nonsense"])


def test_every_finding_has_a_sentence_a_source_and_a_rule_that_is_catalogued() -> None:
    subjects = [
        complete_award(),
        complete_description(),
        BARE,
        *(
            without(complete_award(), id, element.id)
            for id in lists()
            for element in element_list(id).elements
        ),
    ]
    seen: set[str] = set()
    for subject in subjects:
        for step in examine_all(subject, lists()):
            for finding in step.findings:
                seen.add(finding.rule)
                assert finding.message.endswith("."), finding
                assert "!" not in finding.message
                assert finding.source or finding.outcome is Outcome.NOT_APPLICABLE, finding
    assert seen == set(RULES)


def test_findings_point_at_something_that_is_there_or_should_be() -> None:
    def members(subject: object, path: str) -> None:
        at = subject
        for part in path.split("/")[1:]:
            if isinstance(at, tuple):
                assert part.isdigit()
                at = at[int(part)] if int(part) < len(at) else None
            elif hasattr(at, "entries"):
                at = at.get(part)  # the language of a text
            elif at is not None:
                assert hasattr(at, part), path
                at = getattr(at, part)

    subjects = [complete_award(), complete_description(), BARE]
    subjects += [without(complete_award(), "ec-2020", id) for id in ("E3", "E14", "E18", "E19")]
    for subject in subjects:
        for step in examine_all(subject, lists()):
            for finding in step.findings:
                if finding.path is not None:
                    members(subject, finding.path)


def test_places_move_every_step_into_another_document() -> None:
    award = replace(complete_award(), micro_credential=BARE)
    steps = examine_all(award, ["eu-2022"], places={"/micro_credential": "/claim", "": "/root"})
    paths = {finding.path for step in steps for finding in step.findings}
    assert paths <= {"/claim", "/root", None}
    assert {"/claim", "/root"} <= paths


def test_relocating_takes_the_longest_prefix_of_whole_members_only() -> None:
    findings = [Finding.passed("a", "b.", path=path) for path in ("/level/eqf", "/levels", None)]
    moved = relocate(findings, {"/level": "/x", "/level/eqf": "/y"})
    assert [one.path for one in moved] == ["/y", "", None]
    assert [one.path for one in relocate(findings, {})] == ["/level/eqf", "/levels", None]


def test_every_rule_is_documented_and_every_documented_rule_exists() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rules = re.findall(r"^\| [^|]+ \| `([a-z0-9.-]+)` \|", text, flags=re.MULTILINE)
    assert sorted(rules) == sorted(RULES)
    for rule in rules:
        assert RULES[rule] in text
