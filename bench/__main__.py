"""`python -m bench` (`make bench`): run every comparison and write what it gave.

Options: --only ID (again for more) runs those alone and keeps the other rows of the
page; --quick takes three rounds and writes nothing. The exit code is 0 unless something
broke: a missed target is a warning.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import page
from bench.compare import Comparison, Result, measure

# Each has a function `cases() -> Iterable[Comparison]`.
MODULES = (
    "bench.issuing",
    "bench.certificate",
    "bench.shapes",
    "bench.verify",
    "bench.jose",
    "bench.dataintegrity",
    "bench.sdjwt",
    "bench.status",
    "bench.start",
)


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for. Exit code: 0, or 1 when something broke."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="ID")
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args(arguments)
    print(", ".join(page.machine().values()))
    results: list[Result] = []
    broken = 0
    for case in _collect(wanted.only):
        if isinstance(case, str):
            print(case, file=sys.stderr)
            broken += 1
            continue
        try:
            results.append(measure(case, quick=wanted.quick))
        except Exception:  # noqa: BLE001 - one broken row must not hide the others
            print(f"{case.id}: broke\n{traceback.format_exc()}", file=sys.stderr)
            broken += 1
        else:
            print(page.line(results[-1]), flush=True)
    _sum_up(results, broken)
    if results and not wanted.quick:
        page.write_page(page.merged(results, day=f"{datetime.now(UTC):%Y-%m-%d}"))
        print("Wrote build/bench.json and docs/performance.md.")
    return 1 if broken else 0


def _collect(only: list[str]) -> Iterator[Comparison | str]:
    """Yield the comparisons, and a sentence for a module that broke."""
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                yield f"{name}: broke, it needs the module {error.name}."
            else:
                print(f"{name}: not here yet; its rows are left out.", file=sys.stderr)
            continue
        wanted = [id for id in only if id in getattr(module, "IDS", only)]
        if only and not wanted:
            continue
        try:
            yield from (case for case in module.cases() if not only or case.id in only)
        except Exception:  # noqa: BLE001 - one broken row must not hide the others
            yield f"{name}: broke\n{traceback.format_exc()}"


def _sum_up(results: list[Result], broken: int) -> None:
    missed = [one.id for one in results if not one.met]
    print(f"{len(results) - len(missed)} of {len(results)} targets met", end="")
    print(f"; MISSED: {', '.join(missed)}" if missed else "", end="")
    print(f"; {broken} broke" if broken else ".")


if __name__ == "__main__":
    sys.exit(main())
