"""A function that takes the values out of documents of one form, made for it.

It returns None for any document of another form, for a value of another kind, for a text
in the place of an IRI that is no plain IRI, and for another value where a constant stands.

Source: house rule; the guards are explained in docs/standards/data-integrity.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from tessera.seals.dataintegrity.shapes import SAFE_INTEGER, Fixed, Slot, Tree, kind_of
from tessera.seals.dataintegrity.templates import Template

Read = Callable[[dict[str, Any]], tuple[Any, ...] | None]
_NEVER = "return None"


def compile_reader(template: Template, constants: dict[int, Any]) -> Read:
    """Return the reader of a template; it returns the values of the slots that are left."""
    return _Reader(template, constants).compiled()


class _Reader:
    def __init__(self, template: Template, constants: dict[int, Any]) -> None:
        self._template = template
        self._constants = constants
        self._space: dict[str, Any] = {
            "iri": template.words.iri_guard(), "J": orjson.dumps, "kind": kind_of,
        }  # fmt: skip
        self._source: list[str] = []
        self._names = 0

    def compiled(self) -> Read:
        """Write the source of the function and run it."""
        self._object(self._template.shape.tree, "document")
        slots = range(len(self._template.shape.values))
        left = "".join(f"v{slot}, " for slot in slots if slot not in self._constants)
        lines = "\n        ".join(self._source)
        source = (
            f"def read(document):\n    try:\n        {lines}\n        return ({left})\n"
            "    except (KeyError, TypeError):\n        return None\n"
        )
        exec(source, self._space)
        made: Read = self._space["read"]
        return made

    def _object(self, tree: Any, name: str) -> None:
        self._check(f"type({name}) is not dict or len({name}) != {len(tree)}")
        for member, inner in tree.items():
            self._any(inner, f"{name}[{member!r}]")

    def _any(self, tree: Tree, place: str) -> None:
        constant, is_constant = self._whole(tree)
        if is_constant:
            self._equal(place, constant)
        elif isinstance(tree, Slot):
            self._slot(tree, place)
        elif isinstance(tree, dict):
            self._object(tree, self._named(place))
        elif isinstance(tree, list):
            name = self._named(place)
            self._check(f"type({name}) is not list or len({name}) != {len(tree)}")
            for position, inner in enumerate(tree):
                self._any(inner, f"{name}[{position}]")

    def _whole(self, tree: Tree) -> tuple[Any, bool]:
        """Return the value of a part that has no slot left, and whether it is one."""
        if isinstance(tree, Slot):
            return self._constants.get(tree.place), tree.place in self._constants
        if isinstance(tree, Fixed):
            return tree.value, True
        if isinstance(tree, dict):
            inner = {name: self._whole(part) for name, part in tree.items()}
            return {name: value for name, (value, _) in inner.items()}, all(
                is_constant for _, is_constant in inner.values()
            )
        parts = [self._whole(part) for part in tree]
        return [value for value, _ in parts], all(is_constant for _, is_constant in parts)

    def _equal(self, place: str, constant: Any) -> None:
        """Compare with a constant; True is not 1 and 1.0 is not 1, which Python takes for equal."""
        if _is_text_only(constant):
            self._check(f"{place} != {self._keep(constant)}")
        elif isinstance(constant, dict | list):
            name = self._named(place)
            kind = type(constant).__name__
            self._check(f"type({name}) is not {kind} or len({name}) != {len(constant)}")
            inside = constant.items() if isinstance(constant, dict) else enumerate(constant)
            for member, inner in inside:
                self._equal(f"{name}[{member!r}]", inner)
        else:
            self._check(f"J({place}) != {orjson.dumps(constant)!r}")

    def _slot(self, slot: Slot, place: str) -> None:
        name = f"v{slot.place}"
        self._source.append(f"{name} = {place}")
        if slot.kind == "s":
            self._check(f"type({name}) is not str")
        elif slot.kind == "i":
            self._check(
                f"type({name}) is not int or not {-SAFE_INTEGER} <= {name} <= {SAFE_INTEGER}"
            )
        else:
            self._check(f"kind({name}) != {slot.kind!r}")
        if slot.place in self._template.iris:
            self._check(f"not iri({name})")

    def _named(self, place: str) -> str:
        self._names += 1
        self._source.append(f"x{self._names} = {place}")
        return f"x{self._names}"

    def _keep(self, constant: Any) -> str:
        name = f"C{len(self._space)}"
        self._space[name] = constant
        return name

    def _check(self, condition: str) -> None:
        self._source.append(f"if {condition}: {_NEVER}")


def _is_text_only(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_text_only(one) for one in value.values())
    if isinstance(value, list):
        return all(_is_text_only(one) for one in value)
    return type(value) is str
