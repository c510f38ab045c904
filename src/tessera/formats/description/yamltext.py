"""YAML into nodes: the plain part of YAML 1.2 that a person needs, and nothing that surprises.

Steps, event by event and without recursion:
1. one document; anchors, aliases and tags are refused, so nothing expands or is built;
2. a member twice, a member that is no plain name, and deep nesting are refused;
3. every scalar is kept as it was written.

Source: YAML 1.2.2 chapter 7 (flow and block styles). Refusals: house rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from tessera.formats.description.node import (
    MAX_DEPTH,
    MAX_VALUES,
    DescriptionError,
    Kind,
    Node,
    refuse,
)

_HALF = re.compile("[\ud800-\udfff]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class _Open:
    """A mapping or a list that has begun and not ended."""

    kind: Kind
    line: int
    items: list[Node] = field(default_factory=list)
    members: dict[str, Node] = field(default_factory=dict)
    name: str | None = None  # the member whose value comes next, and its line
    name_line: int = 1


def read_yaml(text: str, name: str) -> Node:
    """Parse one YAML document. Raises: DescriptionError with the line where it stops."""
    try:
        return _build(_events(text), name)
    except DescriptionError:
        raise
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise refuse(
            name,
            f"The sign U+{ord(text[error.position]):04X} does not belong into a text file.",
            line=line,
        ) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = error.problem or error.context or "it cannot be understood"
        raise refuse(
            name,
            f"It is not YAML: {told}. Look at quotes, colons and the indentation there.",
            line=mark.line + 1 if mark else 1,
        ) from error
    except YAMLError as error:
        raise refuse(name, f"It is not YAML: {str(error)[:200]}.") from error
    except (ValueError, OverflowError) as error:  # an escape beyond Unicode, a broken directive
        raise refuse(name, f"It is not YAML: {str(error)[:200]}.") from error


def _events(text: str) -> Iterator[yaml_events.Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _build(events: Iterator[yaml_events.Event], name: str) -> Node:
    stack: list[_Open] = []
    root: Node | None = None
    for count, event in enumerate(events):
        line = event.start_mark.line + 1
        if count > MAX_VALUES:
            raise refuse(name, f"It holds more than {MAX_VALUES} values.", line=line)
        if isinstance(event, yaml_events.DocumentStartEvent) and root is not None:
            raise refuse(name, "A second document begins. Keep one in the file.", line=line)
        if isinstance(event, yaml_events.NodeEvent):
            _refuse_magic(event, name, line)
        done: Node | None = None
        if isinstance(event, yaml_events.MappingStartEvent | yaml_events.SequenceStartEvent):
            is_mapping = isinstance(event, yaml_events.MappingStartEvent)
            _need_name(stack, name, line)
            stack.append(_Open(Kind.MAPPING if is_mapping else Kind.LIST, line))
            if len(stack) > MAX_DEPTH:
                raise refuse(name, f"It is nested more than {MAX_DEPTH} levels deep.", line=line)
        elif isinstance(event, yaml_events.MappingEndEvent | yaml_events.SequenceEndEvent):
            ended = stack.pop()
            done = Node(
                kind=ended.kind, line=ended.line, items=tuple(ended.items), members=ended.members
            )
        elif isinstance(event, yaml_events.ScalarEvent):
            done = _scalar(event, stack, name, line)
        if done is not None and not stack:
            root = done
        elif done is not None:
            _put(stack[-1], done)
    if root is None:
        raise refuse(name, "It is empty. 'tessera new' writes one to begin with.")
    return root


def _refuse_magic(event: yaml_events.NodeEvent, name: str, line: int) -> None:
    if isinstance(event, yaml_events.AliasEvent) or event.anchor is not None:
        raise refuse(
            name,
            "Anchors (&) and aliases (*) are not read. Write the value again, or put it in quotes.",
            line=line,
        )
    if getattr(event, "tag", None) is not None:
        raise refuse(
            name, "Tags (!) are not read. Leave them out, or put the text in quotes.", line=line
        )


def _need_name(stack: list[_Open], name: str, line: int) -> None:
    if stack and stack[-1].kind is Kind.MAPPING and stack[-1].name is None:
        raise refuse(name, "The name of a member has to be a plain word.", line=line)


def _scalar(
    event: yaml_events.ScalarEvent, stack: list[_Open], name: str, line: int
) -> Node | None:
    """Return the scalar as a node, or None when it is the name of a member."""
    text = _whole(str(event.value), name, line)
    if stack and stack[-1].kind is Kind.MAPPING and stack[-1].name is None:
        if text in stack[-1].members:
            raise refuse(
                name,
                f"'{text[:60]}' stands twice in one group, first in line "
                f"{stack[-1].members[text].line}. Keep one.",
                line=line,
            )
        stack[-1].name, stack[-1].name_line = text, line
        return None
    plain = bool(event.implicit[0])
    if plain and text in _NOTHING:
        return Node(kind=Kind.NOTHING, line=line)
    return Node(kind=Kind.PLAIN if plain else Kind.QUOTED, line=line, text=text)


def _whole(text: str, name: str, line: int) -> str:
    """Join the two halves of a character that JSON escapes apart; a half alone is refused."""
    if not _HALF.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise refuse(name, "A text holds half a character. Write it again.", line=line) from error


def _put(holder: _Open, node: Node) -> None:
    if holder.kind is Kind.LIST:
        holder.items.append(node)
    else:
        assert holder.name is not None
        # A person looks for the name; a group begins a line below it.
        holder.members[holder.name] = replace(node, line=holder.name_line)
        holder.name = None
