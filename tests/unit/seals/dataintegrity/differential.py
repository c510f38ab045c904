"""The plain way and the templates, held against each other on awkward and mutated documents.

`python -m tests.unit.seals.dataintegrity.differential 20000 [SEED]` runs as many mutants and
prints what came of them; the tests run fewer.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from tests.complete import complete_award
from tests.unit.seals.dataintegrity.awkward import another, learner, leaves, mutant, sibling
from tests.unit.seals.dataintegrity.material import CASES, STANDARDS, badge, credential, official

from tessera.errors import TesseraError
from tessera.formats.openbadges import FORMAT as BADGE
from tessera.formats.vcdm import FORMAT as VC
from tessera.seals.dataintegrity.compiled import CompiledForms
from tessera.standards.contexts import Contexts
from tessera.standards.rdfc import canonical_nquads


def plain(document: Any, contexts: Contexts) -> str | None:
    """Return the canonical form by the definition; None when it is refused."""
    try:
        return canonical_nquads(document, contexts)
    except (TesseraError, RecursionError):
        return None


def bases() -> list[dict[str, Any]]:
    """Return documents to mutate: ours, and every real one whose contexts are known."""
    found = [badge(), credential(), *(one.encode(complete_award()) for one in (BADGE, VC))]
    if CASES and STANDARDS:
        listed = json.loads(Path(CASES, "manifest.json").read_text(encoding="utf-8"))["cases"]
        for case in listed:
            if case["format"] in {"ob3-json", "clr2", "vcdm2", "di-eddsa", "di-ecdsa", "ob2",
                                  "eaa-other", "edc-jsonld"}:  # fmt: skip
                try:
                    document = json.loads(Path(CASES, case["path"]).read_bytes())
                except ValueError:
                    continue
                if isinstance(document, dict) and len(json.dumps(document)) < 60_000:
                    found.append({k: v for k, v in document.items() if k != "proof"})
    known = official() if STANDARDS else Contexts()
    return [document for document in found if plain(document, known) is not None]


class Run:
    """One comparison: documents through the templates and by the definition."""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts
        self.forms = CompiledForms(contexts, eager=True)
        self.counts: Counter[str] = Counter()
        self.different: list[Any] = []

    def compare(self, document: Any) -> bool:
        """Compare one document and learn from it; tell whether it has a canonical form."""
        self.forms._allowance = 10_000  # the bound has tests of its own
        try:
            text = orjson.dumps(document)
        except TypeError:
            self.counts["no JSON"] += 1
            return False
        document = json.loads(text)
        served = self.forms.canonical(document)
        expected = plain(document, self.contexts)
        if served is not None:
            self.counts["served"] += 1
            if expected is None or served.content.decode("utf-8") != expected:
                self.different.append(document)
        elif expected is None:
            self.counts["refused"] += 1
        else:
            self.forms.learn(document, "sha256", expected)
            again = self.forms.canonical(document)
            self.counts["plain" if again is None else "learnt"] += 1
            if again is not None and again.content.decode("utf-8") != expected:
                self.different.append(document)
        self.counts["all"] += 1
        return expected is not None


def mutated(run: Run, number: int, seed: int) -> None:
    """Compare at least so many mutants; of each that is no refusal also some siblings."""
    chance = random.Random(seed)
    documents = bases()
    for document in documents:
        run.compare(document)
    while run.counts["all"] < number:
        document = mutant(chance.choice(documents), chance)
        if run.compare(document):
            for _ in range(3):
                run.compare(sibling(document, chance))


def batches(run: Run, number: int, seed: int) -> None:
    """Compare batches: documents of one form that differ in the same few places."""
    chance = random.Random(seed)
    documents = bases()
    while run.counts["all"] < number:
        document = chance.choice(documents)
        every = range(len(list(leaves(document))))
        places = {
            place
            for place in chance.sample(every, k=min(8, len(every)))
            if plain(_changed(document, {place}, chance), run.contexts) is not None
        }
        for _ in range(40):
            run.compare(_changed(document, places, chance))


def _changed(document: dict[str, Any], places: set[int], chance: random.Random) -> dict[str, Any]:
    """Return a copy with other values in these places."""
    made = copy.deepcopy(document)
    for place, (parent, at) in enumerate(list(leaves(made))):
        if place in places:
            parent[at] = another(parent[at], chance)
    return made


def awkward(run: Run, number: int, seed: int) -> None:
    """Compare credentials of one batch that differ in awkward values."""
    chance = random.Random(seed)
    for _ in range(number):
        run.compare(learner(chance))


def main(number: int, seed: int) -> int:
    known = official() if STANDARDS else Contexts()
    runs = {"mutants": Run(known), "batches": Run(known), "awkward credentials": Run(known)}
    mutated(runs["mutants"], number, seed)
    batches(runs["batches"], number // 2, seed)
    awkward(runs["awkward credentials"], number // 10, seed)
    for name, run in runs.items():
        print(
            f"{name}: {dict(run.counts)}; templates that differed when learnt: "
            f"{run.forms.differences}; different: {len(run.different)}"
        )
        for document in run.different[:5]:
            print(json.dumps(document)[:2000])
    return 1 if any(run.different for run in runs.values()) else 0


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(arguments + [20_000, 1][len(arguments) :])))
