"""Undocumented means failing: the generated reference equals the code."""

from __future__ import annotations

from tools import reference


def test_the_page_of_commands_is_what_the_code_says() -> None:
    page = reference.PAGES / "commands.md"
    assert page.read_text(encoding="utf-8") == reference.commands()


def test_the_page_of_modules_is_what_the_code_says() -> None:
    page = reference.PAGES / "modules.md"
    assert page.read_text(encoding="utf-8") == reference.modules()
