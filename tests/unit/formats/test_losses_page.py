"""The table of what each format carries is what the code does."""

from __future__ import annotations

from tools import losses


def test_the_table_of_losses_is_what_the_code_says():
    assert losses.PAGE.read_text(encoding="utf-8") == losses.page()
