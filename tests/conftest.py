"""Options of the whole test run.

Generated values are drawn anew in every local run, so that each run explores. Where CI is
set (`CI=true`) they are derived from the test alone: a commit that passed once passes again,
and what fails there fails here, too, with the same values.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("explore", print_blob=True)
settings.register_profile("reproduce", derandomize=True, print_blob=True, database=None)
settings.load_profile("reproduce" if os.environ.get("CI") else "explore")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="run the journeys at full size: 10,000 learners, 20 kills (make journeys)",
    )
