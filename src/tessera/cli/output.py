"""How the command line speaks: marks with words, wrapped sentences, one JSON object a line."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import Any

from tessera.report import Finding, Outcome, Step

_WORDS = {
    Outcome.PASSED: ("✓", "passed", "32"),
    Outcome.NOT_APPLICABLE: ("–", "not applicable", "2"),
    Outcome.INDETERMINATE: ("?", "unknown", "33"),
    Outcome.FAILED: ("✗", "failed", "31"),
}


def colour(text: str, code: str) -> str:
    """Colour text on a terminal that wants it; the words never depend on it."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text


def line(text: str = "", *, lead: str = "") -> None:
    """Print one line, wrapped to the terminal with its own indentation kept.

    lead: our own coloured beginning; everything in `text` is made visible.
    """
    text = visible(text)
    indent = " " * (len(text) - len(text.lstrip()))
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    if len(text) + len(lead) > width:
        text = textwrap.fill(text, width, subsequent_indent=indent + "  ", drop_whitespace=True)
    print(lead + text)


def visible(text: str) -> str:
    """Show control characters instead of obeying them: no hostile file writes to a terminal."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def json_line(value: Any) -> None:
    """Print one JSON object on one line."""
    import orjson

    sys.stdout.write(orjson.dumps(value).decode() + "\n")


def mark(outcome: Outcome, width: int = 0) -> str:
    """Return a sign and a word for an outcome; neither stands alone."""
    sign, word, code = _WORDS[outcome]
    return colour(f"{sign} {word:<{width}}", code)


def step(one: Step, *, title: str, everything: bool) -> None:
    """Print a step: its outcome, and the findings that explain it."""
    line(f" {title}", lead="  " + mark(one.outcome, 14))
    for finding in one.findings:
        if everything or finding.outcome in (Outcome.FAILED, Outcome.INDETERMINATE):
            describe(finding, everything=everything)


def describe(finding: Finding, *, everything: bool = False, indent: int = 19) -> None:
    """Print one finding as a sentence, with its place."""
    space = " " * indent
    sign = _WORDS[finding.outcome][0] if not finding.advice else "·"
    line(f"{space}{sign} {finding.message}")
    if finding.path and (everything or finding.outcome is Outcome.FAILED):
        line(f"{space}  at {finding.path}")
    if everything and finding.source:
        line(f"{space}  {finding.rule}; {finding.source}")


def bullets(lines: Iterable[str], *, indent: int = 2) -> None:
    """Print a list, one wrapped item a line."""
    for one in lines:
        line(f"{' ' * indent}· {one}")
