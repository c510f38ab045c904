"""What refers to what within one file: each wrong reference with its own line.

The model refuses the same things, but only the first of them and without a line.
"""

from __future__ import annotations

from tessera.formats.description.node import Node
from tessera.formats.description.shape import At, Reading


def check_references(root: Node, reading: Reading) -> None:
    """Note ids that stand twice, and references to assessments and sealers that are not there."""
    found = {problem.pointer for problem in reading.problems}
    assessments = _ids(root, "assessments", "assessments", reading)
    _ids(root, "learning_outcomes", "learning outcomes", reading)
    for index, outcome in enumerate(_items(root, "learning_outcomes")):
        at = At().member("learning_outcomes").member(index).member("assessed_by")
        for number, node in enumerate(_items(outcome, "assessed_by")):
            if node.string is not None and assessments and node.string not in assessments:
                reading.refuse(
                    node,
                    at.member(number),
                    f"No assessment has the id {node}. There are: {', '.join(assessments)}.",
                )
    known = set(reading.organisations)
    for index, node in enumerate(_items(root, "seals_required")):
        at = At().member("seals_required").member(index)
        if node.string is not None and node.string not in known and at.file not in found:
            reading.refuse(
                node,
                at,
                f"{node} has to seal, but no organisation of the description has that id.",
            )


def _ids(root: Node, name: str, what: str, reading: Reading) -> list[str]:
    seen: dict[str, int] = {}
    for index, item in enumerate(_items(root, name)):
        id = item.members.get("id")
        if id is None or id.string is None:
            continue
        if id.string in seen:
            reading.refuse(
                id,
                At().member(name).member(index).member("id"),
                f"Two {what} have the id {id}, the first in line {seen[id.string]}. "
                "Give each its own.",
            )
        seen.setdefault(id.string, id.line)
    return list(seen)


def _items(node: Node, name: str) -> tuple[Node, ...]:
    found = node.members.get(name)
    return found.items if found is not None else ()
