"""The README and the tutorial are run from top to bottom: what they show is what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import tour


@pytest.mark.parametrize("page", tour.PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_prints_what_the_page_shows(page: Path) -> None:
    walked = list(tour.walk(page))
    assert walked
    for command, printed in walked:
        assert tour.agrees(command.shown, printed), f"{command.line}\n{printed}"


def test_another_output_is_noticed() -> None:
    assert not tour.agrees("3 credentials are sealed.\n", "2 credentials are sealed.\n")


def test_a_moment_and_an_id_may_differ() -> None:
    shown = (
        "Judged for 2026-11-24 10:00:00 UTC, urn:credential:6f0c7a4e-0f5c-8f0e-9f53-000000000001\n"
    )
    printed = shown.replace("10:00:00", "11:12:13").replace("6f0c7a4e", "aaaaaaaa")
    assert tour.agrees(shown, printed)


def test_lines_that_are_left_out_match_anything() -> None:
    assert tour.agrees("first\n…\nlast\n", "first\nsecond\nthird\nlast\n")
    assert not tour.agrees("first\n…\nlast\n", "first\nsecond\n")


def test_a_command_that_goes_on_in_the_next_line_is_one_command() -> None:
    [one] = tour.commands("$ echo a \\\n>   b\na b\n")
    assert one.line == "$ echo a \\\n>   b"
    assert one.shown == "a b\n"
