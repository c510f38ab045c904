"""The loss report names every difference, and nothing else differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError
from tessera.formats.loss_words import element_of, name_of, short
from tessera.formats.losses import Fate, difference, is_within, losses
from tessera.journeys.converting import batch_report, written
from tessera.model import (
    Award,
    Concept,
    Duration,
    Identifier,
    MicroCredential,
    Picture,
    StatusEntry,
    Text,
)
from tests.complete import complete_award
from tests.unit.formats.eaa.awards import higher_education

FORMATS = {one.id: one for one in written()}
ATOMS = (Text, Concept, Duration, Identifier, Picture)
NOTHING = (None, (), "", {}, False)


statuses = st.lists(
    st.builds(
        StatusEntry,
        kind=st.sampled_from(["bitstring", "token", "StatusList2021Entry"]),
        url=st.sampled_from(["https://uni.example/status/1", "https://uni.example/status/2"]),
        index=st.integers(0, 131_071),
        purpose=st.sampled_from(["revocation", "suspension", None]),
    ),
    max_size=3,
).map(tuple)


def leaves(value, pointer=""):
    """Every value of an award that says something, by a pointer without numbers.

    Written apart from the walk that is tested: it knows no matching of lists.
    """
    if is_dataclass(value) and not isinstance(value, ATOMS):
        for one in fields(value):
            if one.name != "residue":
                yield from leaves(getattr(value, one.name), f"{pointer}/{one.name}")
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one, f"{pointer}/*")
    elif value not in NOTHING:
        yield pointer, value.value if isinstance(value, Enum) else value


def without_numbers(pointer):
    return "/".join("*" if step.isdigit() else step for step in pointer.split("/"))


def covered(pointer, named):
    """A loss at this place, above it or below it."""
    return any(is_within(pointer, one) or is_within(one, pointer) for one in named)


def unnamed(award, report, found):
    """The values that are on one side only, and that no loss names."""
    named = {without_numbers(one.pointer) for one in report.losses}
    was, now = Counter(leaves(award)), Counter(leaves(found))
    only = (was - now) + (now - was)
    return [(pointer, value) for pointer, value in only if not covered(pointer, named)]


def reported(format, award):
    document = format.encode(award)
    report = losses(format, award, document)
    return report, format.decode(document).award


@pytest.mark.parametrize("id", FORMATS)
def test_a_complete_award_loses_nothing_that_is_not_named(id):
    award = replace(complete_award(), display=Picture(media_type="image/png", content=b"png"))
    report, found = reported(FORMATS[id], award)
    assert unnamed(award, report, found) == []
    assert report.format == id


@pytest.mark.parametrize("id", FORMATS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(award=higher_education, status=statuses)
def test_nothing_differs_but_what_the_report_names(id, award, status):
    award = replace(award, status=status)
    try:
        report, found = reported(FORMATS[id], award)
    except EncodeError as refused:
        assert str(refused)  # what a format cannot hold at all is refused, not lost
        return
    assert unnamed(award, report, found) == []
    for one in report.losses:
        assert one.name
        assert one.sentence


@pytest.mark.parametrize("id", ["elmo", "eaa", "sd-jwt"])
def test_a_loss_that_were_not_named_would_be_found(id):
    report, found = reported(FORMATS[id], complete_award())
    missed = 0
    for left_out in report.losses:
        others = replace(report, losses=tuple(one for one in report.losses if one != left_out))
        missed += bool(unnamed(complete_award(), others, found))
    # All but those that another loss covers, since pointers are compared without numbers.
    assert missed > len(report.losses) / 3


def test_the_same_award_has_no_difference():
    award = complete_award()
    assert list(difference(award, award)) == []


def changed(**fields):
    award = complete_award()
    return replace(award, micro_credential=replace(award.micro_credential, **fields))


def pointers(was, now):
    return [one.pointer for one in difference(was, now)]


def test_things_of_one_name_are_compared_wherever_they_stand():
    award = complete_award()
    outcomes = award.micro_credential.learning_outcomes
    first = replace(outcomes[0], kind=None)
    turned = changed(learning_outcomes=(outcomes[2], outcomes[1], first))
    found = list(difference(award, turned))
    assert [one.pointer for one in found if not one.order] == [
        "/micro_credential/learning_outcomes/0/kind"
    ]
    assert [one.pointer for one in found if one.order] == ["/micro_credential/learning_outcomes"]
    fewer = changed(learning_outcomes=outcomes[1:])
    assert pointers(award, fewer) == ["/micro_credential/learning_outcomes/0"]
    more = changed(learning_outcomes=outcomes)
    assert pointers(fewer, more) == ["/micro_credential/learning_outcomes/2"]


def test_things_without_a_name_are_known_by_their_words():
    outcomes = complete_award().micro_credential.learning_outcomes
    renamed = tuple(replace(one, id=f"x{at}") for at, one in enumerate(outcomes))
    found = pointers(complete_award(), changed(learning_outcomes=renamed))
    assert "/micro_credential/learning_outcomes/0/id" in found
    assert not any(one.endswith("learning_outcomes/0") for one in found)


class Stub:
    """A format that reads back what it is told, to see each fate alone."""

    id, title = "stub", "a stub"

    def __init__(self, now, told=None):
        self.now, self.told = now, told or {}

    def decode(self, _):
        from tessera.formats.protocol import Decoded

        return Decoded(award=self.now)

    def elsewhere(self, _):
        return self.told


def fates(now, told=None, *, was=None, attached=False):
    report = losses(Stub(now, told), was or complete_award(), None, attached=attached)
    return {one.pointer: (one.fate, one.now) for one in report.losses}


def test_each_fate_is_told_from_the_others():
    mc = "/micro_credential"
    title = Text.of({"en": "Data Ethics in Practice"})
    assert fates(changed(title=title)) == {f"{mc}/title": (Fate.SHORTENED, "en")}
    bare = Text.of("Data Ethics in Practice")
    assert fates(changed(title=bare))[f"{mc}/title"] == (
        Fate.OTHERWISE, "these words, without their language",
    )  # fmt: skip
    other = Text.of({"en": "Ethics"})
    assert fates(changed(title=other))[f"{mc}/title"] == (Fate.OTHERWISE, "Ethics")
    assert fates(changed(version="1.x"))[f"{mc}/version"] == (Fate.OTHERWISE, "1.x")
    assert fates(changed(prerequisites=None)) == {f"{mc}/prerequisites": (Fate.LEFT_OUT, "")}
    told = {f"{mc}/prerequisites": "/criteria/narrative"}
    assert fates(changed(prerequisites=None), told) == {
        f"{mc}/prerequisites": (Fate.TOLD, "/criteria/narrative")
    }
    assert fates(changed(prerequisites=None), attached=True) == {
        f"{mc}/prerequisites": (Fate.ATTACHED, "")
    }
    added = fates(complete_award(), was=changed(prerequisites=None))
    assert added[f"{mc}/prerequisites"][0] is Fate.ADDED
    outcomes = complete_award().micro_credential.learning_outcomes
    assert fates(changed(learning_outcomes=outcomes[::-1])) == {
        f"{mc}/learning_outcomes": (Fate.ORDER, "")
    }


def test_parts_that_are_told_are_said_one_by_one_and_the_rest_as_well():
    mc = "/micro_credential/stackability"
    found = fates(changed(stackability=None), {f"{mc}/kind": "/narrative"})
    assert found[f"{mc}/kind"] == (Fate.TOLD, "/narrative")
    assert found[f"{mc}/targets"][0] is Fate.LEFT_OUT
    assert mc not in found


def test_what_a_source_said_beyond_the_record_is_named_unless_the_format_keeps_it():
    award = replace(complete_award(), residue={"elm": {"x": {"y": 1}}, "stub": {"z": 1}})
    assert fates(complete_award(), was=award) == {"/residue/elm": (Fate.LEFT_OUT, "")}
    report = losses(Stub(complete_award()), award, None)
    assert report.losses[0].name == "What the source said beyond the record"


def test_a_report_can_be_cut_to_a_part_and_is_plain_json():
    award = changed(prerequisites=None)
    report = losses(Stub(replace(award, learner=award.learner.__class__())), complete_award(), None)
    assert {one.pointer for one in report.below("/micro_credential").losses} == {
        "/micro_credential/prerequisites"
    }
    shape = report.to_json()
    assert shape["carries_all"] is False
    assert {"pointer", "element", "name", "value", "fate", "now", "sentence"} == set(
        shape["losses"][0]
    )
    nothing = losses(Stub(complete_award()), complete_award(), None)
    assert nothing.carries_all


@pytest.mark.parametrize(
    ("pointer", "element", "name"),
    [
        ("/micro_credential/title", "E2", "Title"),
        ("/micro_credential/assessments/1/supervision", "E18",
         "Assessment 2, supervision and identity check"),
        ("/micro_credential/assessments/1/title", "E14", "Assessment 2, title"),
        ("/micro_credential/awarding_bodies/0/organisation/places/0", "E3",
         "Awarding body 1, place 1"),
        ("/micro_credential/awarding_bodies/0/organisation/email", "E4", "Awarding body 1, email"),
        ("/micro_credential/workload/ects", "E11", "Workload, ECTS credits"),
        ("/micro_credential/workload/hours", "E10", "Workload, workload in hours"),
        ("/achievement/results/0/grade", "E19", "Result 1, grade"),
        ("/achievement/ects", "E11", "ECTS credits earned"),
        ("/display", "", "Picture"),
    ],
)  # fmt: skip
def test_parts_are_called_by_their_names_and_elements(pointer, element, name):
    assert (element_of(pointer), name_of(pointer)) == (element, name)


def test_every_field_of_the_model_has_a_name():
    for pointer, _ in leaves(complete_award()):
        assert name_of(pointer.replace("*", "0"))


def test_values_are_short():
    assert short("x" * 100) == "x" * 59 + "…"
    assert short(None) == "nothing"
    assert short(True) == "yes"
    assert short(Decimal("2.50")) == "2.50"
    assert short(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
    assert short(Identifier(scheme="n", value="1", name="Number")) == "1 (Number)"
    assert short((Text.of("a"), Text.of("b"), Text.of("c"), Text.of("d"))) == "a; b; c …"
    assert short({"a": 1}) == "1 members"
    entry = StatusEntry(kind="token", url="https://example.edu/list", index=7)
    assert "https://example.edu/list" in short(entry)


def test_a_batch_is_reported_without_anything_about_a_learner():
    report = batch_report(FORMATS["elmo"], complete_award())
    assert report.losses
    assert not [one for one in report.losses if one.element == "E1" or "Ada" in one.value]
    with pytest.raises(EncodeError):
        batch_report(
            FORMATS["elmo"], Award(id="urn:x:1", micro_credential=MicroCredential(id="urn:x:2"))
        )
