"""Measure a subject against a peer in one run, and say whether the target is met.

Absolute times move with the machine; ratios hold. Steps for one comparison: 1 warm up
and find how many calls a sample needs, 2 take the samples, subject, peer and limit in
turn in every round (the order reverses every second round), 3 the ratio of the medians.

A sample lasts at least 20 ms. The garbage collector runs before each sample and is off
within it, as in `timeit`. A missed target is a warning, never an error.

Source: PERFORMANCE, "Targets".
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

LEAST_SAMPLE_SECONDS = 0.020
LEAST_ROUNDS = 7
QUICK_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One row of the table.

    subject, peer: what is compared; their return value is ignored while time is
    measured. limit: the physical limit of the work, beside it. peer_name: what the peer
    is, with its version.
    target: the least ratio peer / subject ("at least 50 times as fast"); with `ceiling`
    the greatest ratio subject / peer ("at most 1.3 times as long").
    unit: "s" measures the time of a call; with any other unit a call returns the number
    that counts (such as MiB of memory).
    """

    id: str
    title: str
    subject: Callable[[], object]
    peer: Callable[[], object]
    target: float
    limit: Callable[[], object] | None = None
    note: str = ""
    peer_name: str = ""
    rounds: int = LEAST_ROUNDS
    ceiling: bool = False
    unit: str = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a comparison gave. Medians are per call, in `unit`.

    low, high: the least and the greatest ratio of a single round. of_limit: the share of
    the limit's rate that the subject reaches, or None without a limit.
    """

    id: str
    title: str
    peer_name: str
    note: str
    unit: str
    ceiling: bool
    target: float
    subject: float
    peer: float
    limit: float | None
    ratio: float
    low: float
    high: float
    met: bool
    of_limit: float | None
    rounds: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def goal(self) -> str:
        """The target in words."""
        return f"{'<=' if self.ceiling else '>='} {self.target:g}x"


def measure(case: Comparison, *, quick: bool = False) -> Result:
    """Run one comparison; what the calls raise is passed on.

    quick: three rounds, for a look in between; such figures are not written down.
    """
    rounds = QUICK_ROUNDS if quick else max(case.rounds, LEAST_ROUNDS)
    calls = {"subject": case.subject, "peer": case.peer}
    if case.limit is not None:
        calls["limit"] = case.limit
    # 1
    numbers = {name: _calls_for_a_sample(call, case.unit) for name, call in calls.items()}
    # 2
    samples: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds):
        for name in list(calls) if turn % 2 == 0 else list(reversed(calls)):
            samples[name].append(_sample(calls[name], numbers[name], case.unit))
    # 3
    return _result(case, samples)


def _result(case: Comparison, samples: dict[str, list[float]]) -> Result:
    medians = {name: statistics.median(values) for name, values in samples.items()}
    pairs = zip(samples["subject"], samples["peer"], strict=True)
    singles = [_ratio(case, subject, peer) for subject, peer in pairs]
    ratio = _ratio(case, medians["subject"], medians["peer"])
    limit = medians.get("limit")
    return Result(
        id=case.id,
        title=case.title,
        peer_name=case.peer_name,
        note=case.note,
        unit=case.unit,
        ceiling=case.ceiling,
        target=case.target,
        subject=medians["subject"],
        peer=medians["peer"],
        limit=limit,
        ratio=ratio,
        low=min(singles),
        high=max(singles),
        met=ratio <= case.target if case.ceiling else ratio >= case.target,
        of_limit=None if limit is None else limit / medians["subject"],
        rounds=len(singles),
    )


def _ratio(case: Comparison, subject: float, peer: float) -> float:
    return subject / peer if case.ceiling else peer / subject


def _calls_for_a_sample(call: Callable[[], object], unit: str) -> int:
    """Warm up, then return how often to call so that a sample is long enough."""
    if unit != "s":
        return 1
    call()
    number = 1
    while (seconds := _timed(call, number)) < LEAST_SAMPLE_SECONDS:
        wanted = LEAST_SAMPLE_SECONDS / max(seconds, 1e-9) * 1.2
        number = min(max(number * 2, int(number * wanted)), number * 100)
    return number


def _sample(call: Callable[[], object], number: int, unit: str) -> float:
    if unit == "s":
        return _timed(call, number) / number
    value = call()
    if not isinstance(value, int | float):
        raise TypeError(f"A call measured in {unit} must return a number, not {value!r}.")
    return float(value)


def _timed(call: Callable[[], object], number: int) -> float:
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        begin = time.perf_counter()
        for _ in range(number):
            call()
        return time.perf_counter() - begin
    finally:
        if was_on:
            gc.enable()
