"""Words of a command line become text and paths without a detour over pydantic.

Typer turns every value over to pydantic, even plain text; loading that library takes
as long as half of our start (PERFORMANCE P14). Text, paths and lists of them need no
library; any other kind of value, and any other version of Typer, goes Typer's own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin


def spare_pydantic(command: Any) -> None:
    """Let every parameter of a command, and of the commands below it, read its own words."""
    for each in _commands(command):
        each.get_params = partial(_parameters, each.get_params)


def _parameters(listed: Callable[[Any], list[Any]], ctx: Any) -> list[Any]:
    """Return the parameters of a command (with `--help`, which Typer adds late)."""
    parameters = listed(ctx)
    for parameter in parameters:
        way = getattr(parameter, "get_runtime_param", None)
        described = getattr(parameter, "type_descriptor", None)
        kind = _kind(getattr(described, "annotation", None))
        if way is not None and kind is not None and not isinstance(way, _Way):
            parameter.get_runtime_param = _Way(kind, way)
    return parameters


def _commands(command: Any) -> Iterator[Any]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _commands(below)


def _kind(annotation: Any) -> type | None:
    """Return the kind of one value, str, Path or bool; None for another kind."""
    if get_origin(annotation) is list:
        annotation = get_args(annotation)[0]
    return annotation if annotation in (str, Path, bool) else None


class _Way:
    """Stands where Typer asks for the coercion of one parameter."""

    def __init__(self, kind: type, typers: Callable[[], Any]) -> None:
        self._kind = kind
        self._typers = typers

    def __call__(self) -> _Way:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value of a parameter; what is neither absent nor a word goes Typer's way."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        words = value if several else (value,)
        if self._kind is bool or not _are_words(words):
            return self._typers().coerce(value, param=param, ctx=ctx)
        return [self._kind(word) for word in words] if several else self._kind(value)


def _are_words(words: Any) -> bool:
    return isinstance(words, list | tuple) and all(isinstance(word, str | Path) for word in words)
