"""Hostile inputs to `verify`: nothing may raise, pass, take long or eat memory.

`python -m tests.fuzz --count 20000 --format NAME` judges that many and prints counts per
kind, the slowest input and the peak of memory; without a format, as many in all, divided
among all. What goes wrong is kept in a folder. Input number N of a seed is the same in every
run (but for the random numbers of ECDSA in the samples).

European credentials (`elm`) are spoilt by `tests.fuzz_inputs`, all others by `tests.fuzzing`.

The verifier trusts the authorities of all samples and judges at a moment when they are
valid, so a pass is possible; an input that says exactly what a sample says, and is merely
spelt otherwise or has other unsigned additions, may pass and is counted as such.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from tessera.journeys.verifying import Judged, judge
from tessera.report import Outcome
from tessera.standards.locate import installed_library
from tessera.trust.anchors import Anchor
from tessera.verify.examination import STEPS, Circumstances
from tests.fuzz_inputs import KINDS, Seed, seeds
from tests.fuzzing.sameness import FAULTS
from tests.fuzzing.spoilers import Spoilt
from tests.fuzzing.targets import TARGETS, Target

FORMATS = ("elm", *TARGETS)

MOST_SECONDS = 2.0
MOST_GROWTH = 400_000_000  # bytes that one process may grow by, whatever it is given
SHAPES_EVERY = 250  # one input in so many is also held against the official shapes
CHUNK = 250


@dataclass(slots=True)
class Tally:
    """What a stretch of inputs came to."""

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, 0, "")
    before: int = 0
    peak: int = 0

    def add(self, other: Tally) -> None:
        self.kinds.update(other.kinds)
        self.verdicts.update(other.verdicts)
        self.problems += other.problems
        self.slowest = max(self.slowest, other.slowest)
        self.before = min(self.before or other.before, other.before)
        self.peak = max(self.peak, other.peak)


def hostile(number: int, seed: int = 0) -> tuple[str, bytes]:
    """Return the kind and the bytes of one hostile input."""
    chance = random.Random(f"{seed}:{number}")
    kind = list(KINDS)[number % len(KINDS)]
    return kind, KINDS[kind](chance, seeds())


def problem(number: int, raw: bytes) -> tuple[str | None, str]:
    """Judge one input; return what is wrong with how it was judged, and the verdict."""
    try:
        judged = judge(raw, circumstances(number), "standard")
    except Exception as error:  # noqa: BLE001 - a fuzzer reports whatever comes
        return f"raised {type(error).__name__}: {str(error)[:200]}", "raised"
    wrong = _fault(judged)
    if wrong is not None:
        return wrong, "faulty"
    if judged.verdict.outcome is not Outcome.PASSED:
        return None, judged.verdict.outcome.value
    if any(says_the_same(raw, one.raw) for one in seeds()):
        return None, "passed, since it says what a sample says"
    return "passed", "PASSED"


def problem_of(target: Target, number: int, spoilt: Spoilt) -> tuple[str | None, str]:
    """The same for an input of another format, and for all that lies in it."""
    worst = "nothing in it"
    try:
        for held, judged in target.judge(spoilt.raw, not number % SHAPES_EVERY):
            wrong = _fault(judged)
            if wrong is not None:
                return wrong, "faulty"
            worst = judged.verdict.outcome.value
            if judged.verdict.outcome is not Outcome.PASSED:
                continue
            if spoilt.by_issuer:
                worst = "passed, since the issuer sealed it"
            elif _is_backed(target, held):
                worst = "passed, since it says what a sample says"
            else:
                return "passed", "PASSED"
    except Exception as error:  # noqa: BLE001 - a fuzzer reports whatever comes
        return f"raised {type(error).__name__}: {str(error)[:200]}", "raised"
    return None, worst


def _is_backed(target: Target, held: bytes) -> bool:
    try:
        return target.backs(held, target.seeds())
    except FAULTS:
        return False


def _fault(judged: Judged) -> str | None:
    """Say what is wrong with a report, whatever its verdict."""
    report = judged.examination.report
    if tuple(step.id for step in report.steps) != STEPS:
        return "a step is missing from the report"
    for finding in report.findings():
        if finding.rule.endswith(".incident"):
            return f"{finding.rule}: {dict(finding.evidence)}"
    json.dumps(judged.to_json("input")).encode("utf-8")
    return None


def circumstances(number: int) -> Circumstances:
    """Return the circumstances for one input: now and then with the official shapes."""
    if number % SHAPES_EVERY:
        return _circumstances(with_shapes=False)
    return _circumstances(with_shapes=True)


@cache
def _circumstances(*, with_shapes: bool) -> Circumstances:
    trusted: dict[bytes, Anchor] = {}
    for one in seeds():
        if one.anchor is not None:
            trusted.setdefault(one.anchor, Anchor.of(one.anchor))
    return Circumstances(
        at=Seed.at,
        anchors=tuple(trusted.values()),
        library=installed_library() if with_shapes else None,
        use_shapes=with_shapes,
        detached={"document.json": b'{"id":"urn:x:another"}'},
    )


def says_the_same(raw: bytes, original: bytes) -> bool:
    """Say whether both hold the same payload under the same signatures, and nothing twice."""
    try:
        ours, theirs = _meaning(raw), _meaning(original)
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    return ours[0] == theirs[0] and bool(ours[1]) and set(ours[1]) <= set(theirs[1])


def _meaning(raw: bytes) -> tuple[object, list[tuple[str, str]]]:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a member stands twice")
        return dict(pairs)

    value = json.loads(raw, object_pairs_hook=once)
    listed = value.get("signatures", [value])
    return value["payload"], [(one["protected"], one["signature"]) for one in listed]


def made(format: str, number: int, seed: int = 0) -> tuple[str, Spoilt]:
    """Return the kind of one input and the input."""
    if format == "elm":
        kind, raw = hostile(number, seed)
        return kind, Spoilt(raw)
    return TARGETS[format].spoilt(number, seed)


def wrong_with(format: str, number: int, spoilt: Spoilt) -> tuple[str | None, str]:
    """Judge one input of a format; as `problem`."""
    if format == "elm":
        return problem(number, spoilt.raw)
    return problem_of(TARGETS[format], number, spoilt)


def stretch(format: str, first: int, count: int, seed: int, keep: str | None) -> Tally:
    """Judge `count` inputs from number `first` on. keep: a folder for what goes wrong."""
    tally = Tally(before=_peak())
    for number in range(first, first + count):
        kind, spoilt = made(format, number, seed)
        raw = spoilt.raw
        begun = time.process_time()  # a busy machine must not accuse an input
        wrong, verdict = wrong_with(format, number, spoilt)
        took = time.process_time() - begun
        if wrong is None and took > MOST_SECONDS:
            wrong = f"took {took:.1f} s"
        tally.kinds[kind] += 1
        tally.verdicts[verdict] += 1
        tally.slowest = max(tally.slowest, (took, number, kind))
        if wrong is not None:
            tally.problems.append((number, kind, wrong))
            if keep is not None:
                _keep(Path(keep), number, kind, raw)
    gc.collect()
    tally.peak = _peak()
    return tally


def _keep(folder: Path, number: int, kind: str, raw: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{number}-{kind.replace(' ', '-')}-{hashlib.sha256(raw).hexdigest()[:8]}"
    (folder / name).write_bytes(raw)


def _peak() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def stretches(format: str, count: int, wishes: argparse.Namespace) -> Iterator[Tally]:
    """Judge everything in several processes, yielding as stretches end."""
    starts = range(0, count, CHUNK)
    _warm_up(format)  # before the processes part, so that they share the seeds
    with ProcessPoolExecutor(
        wishes.workers, initializer=_warm_up, initargs=(format,), mp_context=get_context("fork")
    ) as pool:
        waiting = [
            pool.submit(
                stretch, format, first, min(CHUNK, count - first), wishes.seed, str(wishes.keep)
            )
            for first in starts
        ]
        for one in waiting:
            yield one.result()


def _warm_up(format: str) -> None:
    """Load what the first verification loads, so that growth is that of the inputs."""
    held = [one.raw for one in seeds()] if format == "elm" else TARGETS[format].seeds()
    for number in (0, 1):
        for raw in held:
            wrong_with(format, number, Spoilt(raw))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--format", choices=FORMATS, action="append", default=[], dest="formats")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=Path("build", "fuzz"))
    wishes = parser.parse_args()
    if not any(one.is_real for one in seeds()):
        print("official cases: not here (only our own files are used as samples)")
    chosen = tuple(wishes.formats) or FORMATS
    return max([_one(format, -(-wishes.count // len(chosen)), wishes) for format in chosen])


def _one(format: str, count: int, wishes: argparse.Namespace) -> int:
    begun, whole = time.monotonic(), Tally()
    for tally in stretches(format, count, wishes):
        whole.add(tally)
        if sys.stderr.isatty():
            print(f"\r{whole.kinds.total():>8} judged", end="", file=sys.stderr, flush=True)
    print(f"{format}:")
    return tell(whole, time.monotonic() - begun, wishes)


def tell(whole: Tally, seconds: float, wishes: argparse.Namespace) -> int:
    """Print what was found; 1 when anything went wrong."""
    wrong = Counter(kind for _, kind, _ in whole.problems)
    for number, kind, what in whole.problems[:50]:
        print(f"input {number} ({kind}): {what}; kept in {wishes.keep}")
    print(f"{'kind':36}{'inputs':>8}{'wrong':>7}")
    for kind, count in whole.kinds.items():
        print(f"{kind:36}{count:>8}{wrong[kind]:>7}")
    print(f"{'all':36}{whole.kinds.total():>8}{wrong.total():>7}")
    for verdict, count in sorted(whole.verdicts.items()):
        print(f"  {verdict:34}{count:>8}")
    took, number, kind = whole.slowest
    print(
        f"slowest: {took:.3f} s of processor time, input {number} ({kind}); the limit is "
        f"{MOST_SECONDS:.0f} s"
    )
    growth = whole.peak - whole.before
    print(
        f"memory: peak {whole.peak / 1e6:.0f} MB in a process, {growth / 1e6:.0f} MB above its "
        f"start; the limit is {MOST_GROWTH / 1e6:.0f} MB"
    )
    print(f"time: {seconds:.0f} s with {wishes.workers} processes, seed {wishes.seed}", flush=True)
    return 1 if whole.problems or growth > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
