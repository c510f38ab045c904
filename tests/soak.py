"""`python -m tests.soak`: kill the issuing process at random moments, and count.

For one and for two workers: the real command runs in a process group of its own, gets
SIGKILL after a random part of the time that an undisturbed run takes, and is started
again, until it has been killed as often as asked for; then it runs to its end (runs that
were over before their kill are not counted as killed). After
each kill every file that is there must be whole and in the register; at the end there
must be exactly as many rows, ids and files as learners, and every file must verify.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.conftest import learner, three_languages, write_xlsx

_VERIFIED_AT_ONCE = 500


@dataclass(frozen=True)
class Trial:
    """What one series of kills left behind."""

    learners: int
    workers: int
    kills: int
    runs: int
    rows: int
    ids: int
    files: int
    strays: int
    orphans: int
    verified: int
    seconds: float

    @property
    def exact(self) -> bool:
        return (
            self.rows == self.ids == self.files == self.verified == self.learners
            and not self.strays
            and not self.orphans
        )


def tessera(*arguments: object, **options: object) -> subprocess.Popen[str]:
    """Start the real command line in a process group of its own."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("tessera"), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        **options,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a command that must succeed, and return what it printed."""
    out, err = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{process.args} ended with {process.returncode}: {err}")
    return out


@dataclass(frozen=True)
class Stage:
    """A folder with keys, a description and a table."""

    folder: Path
    learners: int

    def prepare(self) -> None:
        from tessera.formats.description import dump

        finish(tessera("keys", "test-ca", self.folder / "keys"))
        (self.folder / "mc.yaml").write_text(dump(three_languages()), encoding="utf-8")
        write_xlsx(self.folder / "learners.xlsx", map(learner, range(self.learners)))

    def issue(self, out: Path, workers: int) -> subprocess.Popen[str]:
        return tessera(
            "issue", self.folder / "mc.yaml", self.folder / "learners.xlsx", "--key",
            self.folder / "keys" / "seal.p12", "--out", out, "--workers", workers, "--json",
        )  # fmt: skip

    def verified(self, out: Path) -> int:
        """Verify every file with the real command, and count those that pass."""
        files = sorted((out / "credentials").glob("*.jsonld"))
        passed = 0
        for at in range(0, len(files), _VERIFIED_AT_ONCE):
            process = tessera(
                "verify", *files[at : at + _VERIFIED_AT_ONCE], "--trust",
                self.folder / "keys" / "ca.pem", "--json",
            )  # fmt: skip
            printed, _ = process.communicate()
            passed += sum(json.loads(line)["verdict"] == "PASSED" for line in printed.splitlines())
        return passed


def trial(stage: Stage, *, workers: int, kills: int, seed: int, name: str) -> Trial:
    """Kill a series of runs, let the last one end, and count what is there."""
    begun = time.monotonic()
    chance = random.Random(seed)
    # The time of an undisturbed run is measured, so that kills fall into all of it.
    whole = time.monotonic()
    finish(stage.issue(stage.folder / f"{name}-undisturbed", workers))
    whole = time.monotonic() - whole
    out = stage.folder / name
    runs = hit = orphans = 0
    while hit < kills:
        runs += 1
        started = time.monotonic()
        process = stage.issue(out, workers)
        try:
            process.wait(timeout=chance.uniform(0.05, whole))
            # The run was over before its kill: there is less to do now, so kill sooner.
            whole = min(whole, time.monotonic() - started)
        except subprocess.TimeoutExpired:
            hit += 1
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        orphans += not _group_ends(process.pid)
        _check_whole(out)
    finish(stage.issue(out, workers))
    rows, ids = _register(out)
    names = os.listdir(out / "credentials")
    files = {name for name in names if name.endswith(".jsonld")}
    strays = [one for one in (*names, *os.listdir(out)) if one.endswith(".part")]
    return Trial(
        learners=stage.learners, workers=workers, kills=hit, runs=runs, rows=rows, ids=ids,
        files=len(files), strays=len(strays), orphans=orphans, verified=stage.verified(out),
        seconds=time.monotonic() - begun,
    )  # fmt: skip


def _group_ends(group: int) -> bool:
    """Whether all processes of a group have gone within ten seconds of the kill."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    os.killpg(group, signal.SIGKILL)
    return False


def _check_whole(out: Path) -> None:
    """Every file that can be seen is whole: JSON, and one that the register knows."""
    if not (out / "register.sqlite").exists():
        return
    with sqlite3.connect(out / "register.sqlite") as connection:
        try:
            known = dict(connection.execute("SELECT credential_id, size FROM award"))
        except sqlite3.OperationalError:
            known = {}  # killed before the tables were made
    for path in (out / "credentials").glob("*.jsonld"):
        size = path.stat().st_size
        if known.get(f"urn:credential:{path.stem}") != size:
            raise RuntimeError(f"{path} is not what the register says.")


def _register(out: Path) -> tuple[int, int]:
    with sqlite3.connect(out / "register.sqlite") as connection:
        query = "SELECT count(*), count(DISTINCT credential_id) FROM award"
        rows, ids = connection.execute(query).fetchone()
    return rows, ids


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, action="append")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _trials(given: argparse.Namespace, folder: Path) -> Iterator[Trial]:
    stage = Stage(folder, given.learners)
    stage.prepare()
    for workers in given.workers or (1, 2):
        yield trial(
            stage, workers=workers, kills=given.kills, seed=given.seed, name=f"out-{workers}"
        )


def main() -> int:
    """Run the trials and print a table; exit 1 when a count is off."""
    given = _arguments()
    columns = ("learners", "workers", "kills", "runs", "rows", "ids", "files", "strays",
               "orphans", "verified", "seconds")  # fmt: skip
    print(" ".join(f"{name:>9}" for name in columns), flush=True)
    exact = True
    with tempfile.TemporaryDirectory(prefix="tessera-soak-") as folder:
        for one in _trials(given, Path(folder)):
            print(" ".join(f"{getattr(one, name):>9.5g}" for name in columns), flush=True)
            exact = exact and one.exact
    print("Exactly once, nothing lost." if exact else "A COUNT IS OFF.")
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
