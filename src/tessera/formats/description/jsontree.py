"""JSON into nodes, with the line of every value.

Steps: 1 `tessera.standards.jsontext` refuses what is no strict JSON; 2 the text, now
known to be right, is cut into tokens; 3 the tokens are put together without recursion.

Source: RFC 8259; RFC 7493 (I-JSON).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from tessera.errors import UnreadableError
from tessera.formats.description.node import MAX_DEPTH, MAX_VALUES, Kind, Node, refuse
from tessera.standards.jsontext import read_json

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_WORDS = {"null": Kind.NOTHING, "true": Kind.TRUTH, "false": Kind.TRUTH}
_LINE = re.compile(r"\n")


def read_json_text(raw: bytes, name: str, max_bytes: int) -> Node:
    """Parse JSON text. Raises: DescriptionError."""
    try:
        read_json(raw, max_bytes=max_bytes, max_depth=MAX_DEPTH, keep_numbers=True)
    except UnreadableError as error:
        raise refuse(name, str(error), line=_line_named(str(error))) from error
    text = raw.decode("utf-8")
    if sum(1 for _ in _TOKEN.finditer(text)) > 2 * MAX_VALUES:  # a comma or colon beside each
        raise refuse(name, f"It holds more than {MAX_VALUES} values.")
    ends = [found.start() for found in _LINE.finditer(text)]
    return _build(_TOKEN.finditer(text), lambda at: bisect_right(ends, at - 1) + 1)


def _line_named(sentence: str) -> int:
    found = re.search(r"line (\d+)", sentence)
    return int(found[1]) if found else 1


def _build(tokens: Iterator[re.Match[str]], line_of: Callable[[int], int]) -> Node:
    """Put valid tokens together; a stack of (opening line, values so far)."""
    stack: list[tuple[int, list[Node]]] = [(1, [])]
    for found in tokens:
        token, line = found[0], line_of(found.start())
        if token in "{[":
            stack.append((line, []))
        elif token in "}]":
            opened, values = stack.pop()
            stack[-1][1].append(_closed(token, opened, values))
        elif token not in ":,":
            stack[-1][1].append(_scalar(token, line))
    return stack[0][1][0]


def _closed(token: str, line: int, values: list[Node]) -> Node:
    if token == "]":
        return Node(kind=Kind.LIST, line=line, items=tuple(values))
    members = dict(zip((key.text for key in values[::2]), values[1::2], strict=True))
    return Node(kind=Kind.MAPPING, line=line, members=members)


def _scalar(token: str, line: int) -> Node:
    if token[0] == '"':
        return Node(kind=Kind.QUOTED, line=line, text=json.loads(token))
    kind = _WORDS.get(token, Kind.NUMBER)
    return Node(kind=kind, line=line, text="" if kind is Kind.NOTHING else token)
