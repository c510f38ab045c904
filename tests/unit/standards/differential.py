"""Hold our own checks against the official shapes and the reference engine, on broken documents.

    python -m tests.unit.standards.differential quads [N] [SEED]     our N-Quads and PyLD's
    python -m tests.unit.standards.differential structure [N] [SEED] our check and `shacl`
    python -m tests.unit.standards.differential engines [N] [SEED]   `shacl` and pyshacl

Each prints what was compared and every difference; the exit code is 1 if there is one.
docs/standards/official-files.md has the figures. The tests run a seeded share.
Needs TESSERA_STANDARDS and TESSERA_CASES.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
from pyld.jsonld import JsonLdError

from tessera.errors import StandardsError
from tessera.standards.locate import Library
from tessera.standards.shacl import load_shapes
from tessera.standards.structure import OutOfDomain, accepts, check, nquads
from tests.unit.standards import structure_documents
from tests.unit.standards.structure_mutants import (
    STANDARDS,
    Official,
    blank,
    mutate,
    ours,
    plain,
    samples,
)

VERSIONS = ("1.2.0", "1.1.0")
official = cache(Official)


@dataclass
class Counted:
    """What a run compared, and where the two sides differ."""

    equal: int = 0
    verdict_differs: int = 0
    out_of_domain: int = 0
    refused: int = 0  # by PyLD or by the parser of the engine: nothing to compare with
    accepted: int = 0
    accepted_wrongly: int = 0
    differences: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def compared(self) -> int:
        return self.equal + len(self.differences)


@cache
def bases() -> list[Any]:
    """The real credentials, and two of our own that use every kind of constraint."""
    return [
        *(made for _, made in samples()),
        structure_documents.minimal(),
        structure_documents.rich(),
    ]


def mutants(numbers: Iterable[int], seed: int) -> Iterator[Any]:
    """Make one broken document for each number."""
    for _, made in _mutants(numbers, seed):
        yield made


def _mutants(numbers: Iterable[int], seed: int) -> Iterator[tuple[str, Any]]:
    for number in numbers:
        kind, made = mutate(seed * 1_000_003 + number, bases()[number % len(bases())])
        yield f"{number} {kind}", made


def canonical(text: str) -> str:
    """Bring N-Quads into the one canonical form. Source: RDFC-1.0."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS).decode("utf-8")
    return "".join(sorted(lines.splitlines(keepends=True)))


def statements(make: Callable[[], str]) -> str:
    """Make N-Quads and bring them into canonical form; "refused" if that cannot be."""
    try:
        return canonical(make())
    except (StandardsError, ValueError, SyntaxError) as error:
        if isinstance(error.__cause__, OutOfDomain):
            raise error.__cause__ from None
        return "refused"


def compare_quads(numbers: Iterable[int], seed: int) -> Counted:
    """Compare our own statements with PyLD's."""
    counted = Counted()
    for at, (name, made) in enumerate(_mutants(numbers, seed)):
        version = VERSIONS[at % 2]
        try:
            mine = nquads(made, version)
        except OutOfDomain:
            counted.out_of_domain += 1
            continue
        theirs = official(version).quads(made)
        if canonical(mine) == canonical(theirs):
            counted.equal += 1
        else:
            one, other = set(mine.splitlines()), set(theirs.splitlines())
            counted.differences.append((name, version, sorted(one ^ other)[:6]))
    return counted


def compare_structure(numbers: Iterable[int], seed: int) -> Counted:
    """Compare the structural check and the fast accept with the official shapes."""
    counted = Counted()
    for at, (name, made) in enumerate(_mutants(numbers, seed)):
        version = VERSIONS[at % 2]
        reference = official(version).report(made)
        if accepts(made, version):
            counted.accepted += 1
            counted.accepted_wrongly += reference != Counter()
        try:
            mine = ours(check(made, version))
        except OutOfDomain:
            counted.out_of_domain += 1
            continue
        if reference is None:
            counted.refused += 1
        elif mine == reference:
            counted.equal += 1
        else:
            counted.verdict_differs += bool(mine) != bool(reference)
            counted.differences.append(
                (name, version, list(mine - reference)[:3], list(reference - mine)[:3])
            )
    return counted


def key_of(violation: Any) -> tuple[str | None, ...]:
    """What two engines have to agree about."""
    path = violation.path and violation.path.strip("<>")
    value = violation.value
    return plain(violation.focus), path, violation.component, value and blank(plain(value))


def compare_engines(numbers: Iterable[int], seed: int) -> Counted:
    """Compare the engine behind the port with the reference engine."""
    counted = Counted()
    library = Library(Path(STANDARDS))
    for at, (name, made) in enumerate(_mutants(numbers, seed)):
        version = VERSIONS[at % 2]
        shapes = load_shapes(library, version)
        try:
            text = official(version).quads(made)
            fast = Counter(map(key_of, shapes.validate(text)))
        except (JsonLdError, StandardsError, ValueError, TypeError):
            counted.refused += 1
            continue
        slow = Counter(map(key_of, shapes.validate_by_reference(text)))
        if fast == slow:
            counted.equal += 1
            continue
        row = (name, version, list(fast - slow)[:3], list(slow - fast)[:3])
        counted.verdict_differs += bool(fast) != bool(slow)
        counted.differences.append(row)
    return counted


RUNS = {"quads": compare_quads, "structure": compare_structure, "engines": compare_engines}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in RUNS:
        print(__doc__)
        return 64
    number = int(arguments[1]) if len(arguments) > 1 else 3000
    seed = int(arguments[2]) if len(arguments) > 2 else 1
    counted = RUNS[arguments[0]](range(number), seed)
    for row in counted.differences:
        print(*row, sep="\n    ")
    share = 100 * counted.equal / max(counted.compared, 1)
    print(
        f"{arguments[0]}: {number} mutants, {counted.compared} compared, {counted.equal} equal "
        f"({share:.2f} %), {len(counted.differences)} differences, "
        f"verdict differs in {counted.verdict_differs}; "
        f"{counted.out_of_domain} left to the general path, {counted.refused} that no engine "
        f"reads; {counted.accepted} accepted, {counted.accepted_wrongly} of them wrongly"
    )
    return int(bool(counted.differences or counted.accepted_wrongly))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
