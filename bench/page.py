"""How results are shown: a table on the terminal, build/bench.json, docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.compare import LEAST_ROUNDS, Result

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"
_HEAD = ("id", "work", "peer", "ratio", "target", "", "of the limit")


def machine() -> dict[str, str]:
    """Name the machine: processor, cores that may be used, memory, system, Python."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def merged(results: Iterable[Result], *, day: str) -> list[dict[str, Any]]:
    """Put new results into build/bench.json beside older ones of the same machine."""
    here = machine()
    kept: dict[str, dict[str, Any]] = {}
    if RESULTS.is_file():
        old = json.loads(RESULTS.read_text(encoding="utf-8"))
        if old.get("machine") == here:
            kept = {row["id"]: row for row in old["results"]}
    kept |= {one.id: {**one.to_json(), "measured_on": day} for one in results}
    rows = sorted(kept.values(), key=lambda row: _natural(row["id"]))
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps({"schema": 1, "machine": here, "results": rows}, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    return rows


def _natural(id: str) -> tuple[int, str]:
    digits = "".join(sign for sign in id[1:4] if sign.isdigit())
    return (int(digits or 0), id)


def write_page(rows: Sequence[dict[str, Any]]) -> None:
    """Write docs/performance.md from the rows of build/bench.json."""
    results = [Result(**{k: v for k, v in row.items() if k != "measured_on"}) for row in rows]
    here = machine()
    lines = [
        "# Performance",
        "",
        "`make bench` writes this page. Each row compares Tessera with a named peer that does "
        "the same work, or with the barest form of that work, in the same run on the same machine.",
        "",
        f"Measured on: {here['processor']}, {here['cores']} cores, {here['memory']}, "
        f"{here['system']}, {here['python']}.",
        "",
        "| " + " | ".join(_HEAD) + " |",
        "|" + "---|" * len(_HEAD),
        *("| " + " | ".join(_cells(one)) + " |" for one in results),
        "",
        "## How to read it",
        "",
        "- **ratio**: the peer's median time divided by ours (`>=` targets: how many times as "
        "fast), or ours divided by the peer's (`<=` targets: how many times as long or as much). "
        "In brackets: the least and the greatest ratio of a single round.",
        "- **of the limit**: the share of the rate that bare machinery reaches: what is left to "
        "gain.",
        f"- At least {LEAST_ROUNDS} rounds; subject, peer and limit take turns within each, and "
        "the order reverses every second round. A sample lasts at least 20 ms. Warm-up comes "
        "first. The garbage collector runs before a sample and is off within it.",
        "- A missed target is a warning. Tests never assert a time.",
        "- Absolute figures move two to four times on a shared machine; ratios hold.",
        "",
        "## Row by row",
    ]
    for one, row in zip(results, rows, strict=True):
        lines += ["", f"### {one.id}: {one.title}", "", *_story(one, row["measured_on"])]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _story(one: Result, day: str) -> list[str]:
    figures = f"Ours {_amount(one.subject, one.unit)}, peer {_amount(one.peer, one.unit)}"
    if one.limit is not None:
        figures += f", limit {_amount(one.limit, one.unit)}"
    peer = f"Peer: {one.peer_name}. " if one.peer_name else ""
    lines = [f"{peer}{figures} (medians of {one.rounds} rounds, {day})."]
    return [*lines, "", one.note] if one.note else lines


def _cells(one: Result) -> tuple[str, ...]:
    share = "" if one.of_limit is None else f"{one.of_limit:.3g}"
    ratio = f"{_figure(one.ratio)} ({_figure(one.low)} to {_figure(one.high)})"
    return (one.id, one.title, one.peer_name, ratio, one.goal, mark(one), share)


def mark(one: Result) -> str:
    """Say whether the target is met."""
    return "met" if one.met else "MISSED"


def line(one: Result) -> str:
    """Return one result as one line for the terminal."""
    text = (
        f"{one.id:<6} {mark(one):<7} {_figure(one.ratio):>7}x (target {one.goal}; "
        f"{_figure(one.low)} to {_figure(one.high)})  ours {_amount(one.subject, one.unit)}, "
        f"peer {_amount(one.peer, one.unit)}"
    )
    if one.limit is not None and one.of_limit is not None:
        text += f", limit {_amount(one.limit, one.unit)} ({one.of_limit:.3g} of it)"
    return f"{text}  {one.title}"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _amount(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.1f} {unit}"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"
