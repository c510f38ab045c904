"""The published schema and the reader are held against each other on thousands of mutants."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from tessera.formats.description import DescriptionError, dump, read, scaffold, schema
from tests.complete import complete_description

# What the reader asks beyond the schema, by the sentences it says. Anything else is a gap.
BEYOND = (
    "is not in the list",
    "is not a day",  # 2026-02-30
    "is not a language tag",
    "In which language is this?",
    "No assessment has the id",
    "have the id",
    "has to seal",
    "No organisation of this file has the id",
    "Give the validity either",
    "A period needs",
    "before it begins",
    "at least one role",
    "A research link is",
    "identifier looks like",
    "number begins with",
    "institution id looks like",
    "A text needs at least one language",
    "A DOI looks like",
    "home organisation is a domain",
)
ODD = (None, "", "x", -1, 1.5, True, ["x"], {"x": 1})
OTHER = (5, [], [None], {}, {"en": "a"})


def _plain(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        children = value.items() if isinstance(value, dict) else enumerate(value[:1])
        for name, child in children:  # the first of a list stands for all
            yield from _places(child, (*path, name))


def _changed(whole: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = copy.deepcopy(whole)
    if not path:
        return value
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = copy.deepcopy(value)
    return changed


def _removed(whole: Any, path: tuple[str | int, ...]) -> Any:
    changed = copy.deepcopy(whole)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    return changed


def _mutants(whole: Any, values: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for path in _places(whole):
        for odd in values:
            yield f"{path} = {odd!r}", _changed(whole, path, odd)
        if path:
            yield f"{path} removed", _removed(whole, path)
        here = whole
        for name in path:
            here = here[name]
        if isinstance(here, dict):
            yield f"{path} with another member", _changed(whole, path, here | {"another": "a"})


def _problems(document: Any) -> tuple[str, ...]:
    try:
        read(json.dumps(document).encode(), name="mutant.json")
    except DescriptionError as error:
        return tuple(problem.message for problem in error.problems)
    return ()


@pytest.mark.parametrize("whole", ["scaffold", "complete"])
def test_reader_and_schema_agree_on_every_mutant_but_for_what_the_schema_cannot_say(
    whole: str,
) -> None:
    is_scaffold = whole == "scaffold"
    document = _plain(scaffold() if is_scaffold else dump(complete_description()))
    valid = jsonschema_rs.validator_for(schema()).is_valid
    assert valid(document)
    assert not _problems(document)
    counted, gaps = 0, []
    for name, mutant in _mutants(document, ODD if is_scaffold else OTHER):
        counted += 1
        problems = _problems(mutant)
        if not problems and not valid(mutant):
            gaps.append(f"only the schema refuses {name}")
        beyond = all(any(told in one for told in BEYOND) for one in problems)
        if problems and valid(mutant) and not beyond:
            gaps.append(f"only the reader refuses {name}: {problems}")
    assert not gaps, "\n".join(gaps[:20])
    assert counted > 700


def test_the_file_that_is_published_is_the_schema_that_is_made() -> None:
    published = files("tessera.formats.description").joinpath("schema.json")
    assert json.loads(published.read_text(encoding="utf-8")) == schema(), (
        "Write it again: tessera new --schema > src/tessera/formats/description/schema.json"
    )


def test_it_is_a_valid_schema_of_draft_2020_12() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema())


def _definitions() -> list[tuple[str, dict[str, Any]]]:
    whole = schema()
    return [("the file", whole), *whole["$defs"].items()]


def test_every_member_says_what_it_is_for() -> None:
    for name, definition in _definitions():
        for member, shape in definition.get("properties", {}).items():
            assert shape.get("description") or name == "concept", (name, member)
