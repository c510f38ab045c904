"""How the command line speaks: marks with words, wrapped sentences, one JSON object a line."""

from __future__ import annotations

import json
import os
import re
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
_NARROWEST = 12  # columns for words, beside their indentation
_ASCII = {"✓": "+", "–": "-", "?": "?", "✗": "x"}
_COLOUR = re.compile("\x1b\\[[0-9]+m")


def colour(text: str, code: str) -> str:
    """Colour text on a terminal that wants it; the words never depend on it."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text


def line(text: str = "", *, lead: str = "") -> None:
    """Print one line, wrapped to the terminal with its own indentation kept.

    lead: our own coloured beginning; everything in `text` is made visible. Words are
    never broken: a path or an address can be copied from the narrowest terminal.
    """
    taken = len(_COLOUR.sub("", lead))
    print(lead + wrapped(visible(text), _columns(), taken=taken))


def complain(text: str) -> None:
    """Print one line to the error stream; wrapped for a person, whole for a file or a script."""
    text = visible(text)
    print(wrapped(text, _columns()) if sys.stderr.isatty() else text, file=sys.stderr)


def wrapped(text: str, columns: int, *, taken: int = 0) -> str:
    """Break a line between words, with its own indentation; `taken` columns stand before it."""
    if len(text) + taken <= columns:
        return text
    own = len(text) - len(text.lstrip())
    indent = own + (taken if own and taken else 2)
    return textwrap.fill(
        " " * taken + text,
        max(columns, own + taken + _NARROWEST),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )[taken:]


def _columns() -> int:
    return min(shutil.get_terminal_size((100, 24)).columns, 100)


def visible(text: str) -> str:
    """Show control characters instead of obeying them: no hostile file writes to a terminal."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def json_line(value: Any) -> None:
    """Print one JSON object on one line, in UTF-8 whatever the terminal speaks."""
    import orjson

    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # a file name that is no text: escapes are JSON all the same
        text = json.dumps(value)
    encoding = (sys.stdout.encoding or "utf-8").lower()
    if encoding not in ("utf-8", "utf8"):
        text = json.dumps(json.loads(text))  # ASCII only
    sys.stdout.write(text + "\n")


def mark(outcome: Outcome, width: int = 0) -> str:
    """Return a sign and a word for an outcome; neither stands alone."""
    _, word, code = _WORDS[outcome]
    return colour(f"{_sign(outcome)} {word:<{width}}", code)


def _sign(outcome: Outcome) -> str:
    """Return the sign of an outcome, in ASCII for a terminal that has no other."""
    sign = _WORDS[outcome][0]
    try:
        sign.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _ASCII[sign]
    return sign


def _bullet() -> str:
    return "·" if _sign(Outcome.PASSED) == "✓" else "*"


def step(one: Step, *, title: str, everything: bool) -> None:
    """Print a step: its outcome, and the findings that explain it."""
    line(f" {title}", lead="  " + mark(one.outcome, 14))
    for finding in one.findings:
        if everything or finding.outcome in (Outcome.FAILED, Outcome.INDETERMINATE):
            describe(finding, everything=everything)


def describe(finding: Finding, *, everything: bool = False, indent: int = 19) -> None:
    """Print one finding as a sentence, with its place."""
    space = " " * indent
    sign = _sign(finding.outcome) if not finding.advice else _bullet()
    line(f"{space}{sign} {finding.message}")
    if finding.path and (everything or finding.outcome is Outcome.FAILED):
        line(f"{space}  at {finding.path}")
    if everything and finding.source:
        line(f"{space}  {finding.rule}; {finding.source}")


def bullets(lines: Iterable[str], *, indent: int = 2) -> None:
    """Print a list, one wrapped item a line."""
    for one in lines:
        line(f"{' ' * indent}{_bullet()} {one}")
