"""Rows become learners, or every reason why not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from tessera.issue.columns import EXAMPLE, WrongColumnsError, needed, understand
from tessera.issue.learners import (
    Entry,
    Occasion,
    Reader,
    Refusal,
    award_key,
    own_award_key,
)
from tessera.issue.tables import Row
from tessera.model import Assessment, Duration, Grading, MicroCredential, Text, Validity

DESCRIPTION = MicroCredential(
    id="urn:example:mc:1",
    version="2",
    title=Text.of({"en": "Data ethics", "fi": "Datan etiikka"}),
    assessments=(Assessment(id="exam", grading=Grading(title=Text.of({"en": "0 to 5"}))),),
)
OCCASION = Occasion(
    description=DESCRIPTION, today=date(2026, 11, 24), awarded_on=date(2026, 11, 20), language="en"
)
HEADER = (
    "learner_id", "given_name", "family_name", "email", "grade", "language", "award_date",
    "date_of_birth", "esi", "orcid", "award_key", "period_start", "period_end",
)  # fmt: skip
GOOD = {
    "learner_id": "S1", "given_name": "Ada", "family_name": "Example",
    "email": "ada@example.org", "grade": "5",
}  # fmt: skip


def _reader() -> Reader:
    return Reader(occasion=OCCASION, columns=understand(HEADER, DESCRIPTION))


def _row(number: int = 2, **cells: str) -> Row:
    values = {**GOOD, **cells}
    return Row(number=number, cells=tuple(values.get(name, "") for name in HEADER))


def test_a_good_row_becomes_an_entry() -> None:
    entry = _reader().read(_row(language="fi", date_of_birth="1.2.1990"))
    assert isinstance(entry, Entry)
    assert entry.learner.display_name == "Ada Example"
    assert entry.learner.date_of_birth == date(1990, 2, 1)
    assert entry.language == "fi"
    assert str(entry.achievement.results[0].grade) == "5"
    assert entry.award_key == award_key(DESCRIPTION, "S1", date(2026, 11, 20))


@pytest.mark.parametrize("name", ["יעל כהן", "محمد", "Ζωή", "Ada 🦊", "Σοφία", "李", "O'Néill-Żak"])
def test_names_of_any_script_are_kept_as_they_stand(name: str) -> None:
    entry = _reader().read(_row(given_name=name))
    assert isinstance(entry, Entry)
    assert entry.learner.given_name == name


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"learner_id": ""}, "learner_id is empty"),
        ({"given_name": ""}, "given_name is empty"),
        ({"family_name": ""}, "family_name is empty"),
        ({"email": ""}, "email is empty"),
        ({"email": "ada at example.org"}, "mail address"),
        ({"email": "ada@localhost"}, "mail address"),
        ({"grade": ""}, "grade is empty"),
        ({"award_date": "31.02.2026"}, "not a day in the calendar"),
        ({"award_date": "03/04/2026"}, "not a day"),
        ({"award_date": "2027-01-01"}, "future"),
        ({"date_of_birth": "2026-11-21"}, "date of birth"),
        ({"language": "sv"}, "no title in 'sv'"),
        ({"language": "!!"}, "language tag"),
        ({"esi": "12345"}, "European Student Identifier"),
        ({"esi": "urn:schac:personalUniqueCode:int:esi:se:1"}, "SWAMID"),
        ({"orcid": "0000-0002-1825-0098"}, "check digit"),
        ({"given_name": "=cmd()"}, "formula"),
        ({"given_name": "A\u202eB"}, "U\\+202E"),
        ({"given_name": "A\x07B"}, "U\\+0007"),
        ({"given_name": "12345"}, "no letter"),
        ({"given_name": "x" * 300}, "300 characters"),
        ({"period_start": "2026-05-01", "period_end": "2026-04-01"}, "before it begins"),
    ],
)
def test_a_bad_cell_refuses_its_row_and_says_why(cells: dict[str, str], word: str) -> None:
    refusal = _reader().read(_row(**cells))
    assert isinstance(refusal, Refusal)
    assert len(refusal.reasons) == 1
    assert re.search(word, refusal.reasons[0])


def test_all_reasons_of_a_row_are_said_at_once() -> None:
    refusal = _reader().read(_row(given_name="", email="x", award_date="soon"))
    assert isinstance(refusal, Refusal)
    assert len(refusal.reasons) == 3


def test_a_learner_twice_is_refused_the_second_time() -> None:
    reader = _reader()
    assert isinstance(reader.read(_row(2)), Entry)
    again = reader.read(_row(3))
    assert isinstance(again, Refusal)
    assert "row 2" in again.reasons[0]


def test_one_address_for_two_learners_is_refused() -> None:
    reader = _reader()
    reader.read(_row(2))
    other = reader.read(_row(3, learner_id="S2"))
    assert isinstance(other, Refusal)
    assert "row 2" in other.reasons[0]


def test_an_own_award_key_lets_a_learner_be_awarded_again_but_no_key_twice() -> None:
    reader = _reader()
    assert isinstance(reader.read(_row(2, award_key="first")), Entry)
    assert isinstance(reader.read(_row(3, award_key="second")), Entry)
    taken = reader.read(_row(4, learner_id="S9", email="z@example.org", award_key="second"))
    assert isinstance(taken, Refusal)
    assert "row 3" in taken.reasons[0]


def test_a_row_with_too_many_cells_is_refused() -> None:
    row = Row(number=2, cells=(*_row().cells, "more"))
    refusal = _reader().read(row)
    assert isinstance(refusal, Refusal)
    assert "delimiter" in refusal.reasons[0]


def test_the_award_key_depends_on_each_of_its_four_facts() -> None:
    day = date(2026, 1, 1)
    keys = {
        award_key(DESCRIPTION, "S1", day),
        award_key(DESCRIPTION, "S2", day),
        award_key(DESCRIPTION, "S1", date(2026, 1, 2)),
        award_key(MicroCredential(id=DESCRIPTION.id, version="3"), "S1", day),
        award_key(MicroCredential(id="urn:example:mc:2", version="2"), "S1", day),
    }
    assert len(keys) == 5


def test_a_template_asks_for_exactly_what_is_needed() -> None:
    assert needed(DESCRIPTION) == (
        "learner_id", "given_name", "family_name", "email", "grade", "language")  # fmt: skip
    bare = MicroCredential(id="urn:example:mc:1")
    assert needed(bare) == ("learner_id", "given_name", "family_name", "email")


def test_headers_are_understood_in_the_way_people_write_them() -> None:
    columns = understand(["Learner ID", "First name", "SURNAME", "E-Mail", "Notes"], DESCRIPTION)
    assert columns.names == ("learner_id", "given_name", "family_name", "email", None)
    assert columns.unused == ("Notes",)


@pytest.mark.parametrize(
    ("header", "word"),
    [
        (["learner_id", "given_name", "family_name"], "email"),
        (["learner_id", "given_nam", "family_name", "email"], "given_name"),
        (["learner_id", "email", "given_name", "family_name", "mail"], "twice"),
    ],
)
def test_a_wrong_header_is_refused(header: list[str], word: str) -> None:
    with pytest.raises(WrongColumnsError, match=word):
        understand(header, DESCRIPTION)


def test_the_untouched_example_row_is_never_awarded() -> None:
    refusal = _reader().read(_row(**EXAMPLE))
    assert isinstance(refusal, Refusal)
    assert refusal.reasons == (
        "This is the example row of the template. Delete it, or fill in a learner.",
    )


def test_a_learner_with_one_name_is_awarded_by_a_full_name() -> None:
    entry = _reader_with_full_name().read(
        Row(number=2, cells=("S1", "", "", "su@example.org", "5", "Suharto"))
    )
    assert isinstance(entry, Entry)
    assert entry.learner.display_name == "Suharto"


def _reader_with_full_name() -> Reader:
    header = ("learner_id", "given_name", "family_name", "email", "grade", "full_name")
    return Reader(occasion=OCCASION, columns=understand(header, DESCRIPTION))


@pytest.mark.parametrize("wish", ["en", "en-IE", "EN"])
def test_a_language_is_that_of_the_title_that_serves_it(wish: str) -> None:
    entry = _reader().read(_row(language=wish))
    assert isinstance(entry, Entry)
    assert entry.language == "en"


def test_a_language_of_three_letters_is_no_mistake() -> None:
    description = replace(DESCRIPTION, title=Text.of({"en": "Data ethics", "sma": "Daata"}))
    reader = Reader(
        occasion=replace(OCCASION, description=description),
        columns=understand(HEADER, description),
    )
    entry = reader.read(_row(language="sma"))
    assert isinstance(entry, Entry)
    assert entry.language == "sma"


def test_a_grade_is_in_the_language_of_its_learner() -> None:
    entry = _reader().read(_row(language="fi", grade="hyvä"))
    assert isinstance(entry, Entry)
    assert entry.achievement.results[0].grade == Text.of("hyvä", language="fi")


def test_an_award_that_has_run_out_already_is_refused() -> None:
    description = replace(DESCRIPTION, validity=Validity(duration=Duration("P1Y")))
    reader = Reader(
        occasion=replace(OCCASION, description=description),
        columns=understand(HEADER, description),
    )
    refusal = reader.read(_row(award_date="2025-11-23"))
    assert isinstance(refusal, Refusal)
    assert "valid until 2026-11-23" in refusal.reasons[0]
    assert isinstance(reader.read(_row(3, learner_id="S2", email="b@example.org")), Entry)


def test_the_same_own_award_key_under_another_description_is_another_award() -> None:
    other = replace(DESCRIPTION, id="urn:example:mc:2")
    assert own_award_key(DESCRIPTION, "1") != own_award_key(other, "1")
    entry = _reader().read(_row(award_key="1"))
    assert isinstance(entry, Entry)
    assert entry.award_key == own_award_key(DESCRIPTION, "1")


def test_one_learner_with_two_addresses_may_be_awarded_twice_by_own_keys() -> None:
    reader = _reader()
    rows = [
        _row(2, award_key="a", email="x@example.org"),
        _row(3, award_key="b", email="y@example.org"),
        _row(4, award_key="c", email="y@example.org"),
    ]
    assert all(isinstance(reader.read(row), Entry) for row in rows)


def test_a_sign_that_is_newer_than_python_is_no_mistake_but_a_noncharacter_is() -> None:
    # U+1FAE8 came with Unicode 15, after Python 3.11.
    assert isinstance(_reader().read(_row(given_name="Ada \U0001fae8")), Entry)
    assert isinstance(_reader().read(_row(given_name="Ada \ufffe")), Refusal)


def test_the_apostrophe_before_a_text_that_would_run_is_no_part_of_it() -> None:
    refusal = _reader().read(_row(given_name="'=cmd()"))
    assert isinstance(refusal, Refusal)
    entry = _reader().read(_row(given_name="'-Ada", family_name="'t Hooft"))
    assert isinstance(entry, Entry)
    assert (entry.learner.given_name, entry.learner.family_name) == ("-Ada", "'t Hooft")


def test_a_wrong_language_is_refused_in_every_row_that_names_it() -> None:
    reader = _reader()
    for number, language in enumerate(["!!", "sv", "!!", "sv"], start=2):
        cells = {"learner_id": f"S{number}", "email": f"l{number}@example.org"}
        refusal = reader.read(_row(number, language=language, **cells))
        assert isinstance(refusal, Refusal)
        assert len(refusal.reasons) == 1


def test_learners_with_the_same_grade_share_no_other_fact() -> None:
    description = replace(DESCRIPTION, assessments=(Assessment(id="exam"),))
    header = ("learner_id", "given_name", "family_name", "email", "grade", "graded_on")
    reader = Reader(
        occasion=replace(OCCASION, description=description), columns=understand(header, description)
    )
    days = []
    for number, day in enumerate(["", "2026-01-01", "", "2026-02-02"], start=2):
        cells = (f"S{number}", "A", "B", f"l{number}@example.org", "5", day)
        entry = reader.read(Row(number=number, cells=cells))
        assert isinstance(entry, Entry)
        days.append(entry.achievement.results[0].graded_on)
    assert days == [None, date(2026, 1, 1), None, date(2026, 2, 2)]
