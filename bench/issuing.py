"""P1 and P15: award a table of learners, from the spreadsheet to stored, sealed bytes.

The subject is the whole journey in a fresh folder: read and check the table, compose,
write, sign with ES256, and store. What "stored" means: committed to the register, an
SQLite file in write-ahead mode with `synchronous=FULL`, so every commit is synced before
it returns. P1 has the sealed bytes in the register alone; P1f also writes one file for
each credential, as the command line does, and these are not synced one by one
(`tessera.issue.register`). Every credential holds the display picture of its language.

The peer signs the same bytes with the same key in the same process, and does nothing else.

A fresh folder is never removed before the end of the run: ext4 searches for inodes that
were not freed in the last half minute, which makes each new file cost up to a millisecond.

Source: PERFORMANCE P1, P15 and section 4.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.journeys.conftest import learner, three_languages, write_xlsx

from bench.compare import Comparison
from tessera.formats.description import dump
from tessera.issue.register import Register
from tessera.journeys import issuing
from tessera.journeys.crew import Crew, Kit
from tessera.journeys.unlocking import unlock
from tessera.seals.keys import make_test_authority

IDS = ("P1", "P1f", "P1w", "P15")
LEARNERS = 10_000
FEW, MANY = 10_000, 100_000


@dataclass(frozen=True)
class Bench:
    """A folder with a key, a description and tables of learners."""

    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / "keys" / "seal.p12"

    def table(self, learners: int) -> Path:
        path = self.folder / f"learners-{learners}.xlsx"
        if not path.exists():
            write_xlsx(path, map(learner, range(learners)))
        return path

    def issue(self, learners: int, *, workers: int = 1, files: bool = False) -> Path:
        """Award everyone in a fresh folder, and return it."""
        out = Path(tempfile.mkdtemp(dir=self.folder))
        now = datetime.now(UTC)
        if workers > 1:
            with Crew(out, workers) as crew:
                planned, kit = self._ready(learners, now)
                with Register.open(out) as register:
                    tally = crew.issue(kit, planned, register, lambda _: None, files=files)
        else:
            planned, kit = self._ready(learners, now)
            with Register.open(out) as register:
                sealer = kit.sealer(unlock(kit.keys, (), now))
                tally = issuing.issue(planned, sealer, register, files=files)
        assert tally.sealed == learners, tally
        return out

    def _ready(self, learners: int, now: datetime) -> tuple[issuing.Plan, Kit]:
        planned = issuing.plan(
            three_languages(), self.table(learners), today=now.date(), awarded_on=None, language=""
        )
        keys = unlock((str(self.key),), (), now)
        languages = issuing.languages_of(planned)
        edition = issuing.edition_of(planned.description, keys, now=now, languages=languages)
        options = issuing.options_of("europass")
        return planned, Kit(
            edition=edition, options=options, keys=(str(self.key),), password_files=()
        )

    def sign(self, learners: int) -> Callable[[], object]:
        """Return the bare work: signing what a run has signed, byte for byte."""
        out = self.issue(learners)
        messages = []
        with Register.open(out) as register:
            for id in register.ids():
                sealed = json.loads(register.sealed(id))
                [signature] = sealed["signatures"]
                messages.append(f"{signature['protected']}.{sealed['payload']}".encode())
        [key] = unlock((str(self.key),), (), datetime.now(UTC))

        def bare() -> None:
            for message in messages:
                key.sign(message)

        return bare


@cache
def _bench() -> Bench:
    folder = Path(tempfile.mkdtemp(prefix="tessera-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_test_authority(folder / "keys", datetime.now(UTC))
    return Bench(folder)


def cases() -> Iterable[Comparison]:
    """Return the comparisons; each builds what it needs when it is first called."""
    bench = _bench()
    bare = cache(lambda: bench.sign(LEARNERS))
    peer = "bare ES256 signing of the same bytes, same key, same process"
    yield Comparison(
        id="P1",
        title=f"seal {LEARNERS:,} micro-credentials from an XLSX, stored durably in SQLite",
        subject=lambda: bench.issue(LEARNERS),
        peer=lambda: bare()(),
        peer_name=peer,
        target=0.20,
        note="one process, everything included: table, pictures, register",
    )
    yield Comparison(
        id="P1f",
        title="the same, and one file for each credential",
        subject=lambda: bench.issue(LEARNERS, files=True),
        peer=lambda: bare()(),
        peer_name=peer,
        target=0.15,
        note="making 10,000 files depends on the file system more than on us; house target",
    )
    yield Comparison(
        id="P1w",
        title="the same as P1 with two workers",
        subject=lambda: bench.issue(LEARNERS, workers=2),
        peer=lambda: bench.issue(LEARNERS),
        peer_name="one worker",
        target=1.6,
        note="workers are started within the time",
    )
    yield Comparison(
        id="P15",
        title=f"memory: issue {MANY:,} in one run (XLSX)",
        subject=lambda: _peak("issue", MANY),
        peer=lambda: _peak("issue", FEW),
        peer_name=f"issue {FEW:,} in one run",
        target=1.2,
        ceiling=True,
        unit="MiB",
        note="peak resident set of the whole process; measured once, it does not vary",
    )


def memory() -> dict[str, float]:
    """Return the peak resident set in MiB of issuing, and of verifying, few and many."""
    return {
        f"{what} {number}": _peak(what, number)
        for what in ("issue csv", "issue", "verify")
        for number in (FEW, MANY)
    }


@cache
def _peak(what: str, learners: int) -> float:
    """Run one journey in a process of its own and return its peak in MiB."""
    bench = _bench()
    bench.table(learners)
    code = (
        "from pathlib import Path; from bench import issuing\n"
        f"issuing.journey({what!r}, {learners}, Path({str(bench.folder)!r}))\n"
        # Not ru_maxrss: that begins with the peak of the process that started this one.
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.partition('VmHWM:')[2].split()[0]) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def journey(what: str, learners: int, folder: Path) -> None:
    """Do one journey by the command line, in this process."""
    from tessera.cli import main

    (folder / "mc.yaml").write_text(dump(three_languages()), encoding="utf-8")
    out = folder / f"memory-{learners}"
    if what == "verify":
        files = sorted((out / "credentials").iterdir())
        trust = ["--trust", str(folder / "keys" / "ca.pem")]
        main(["verify", *map(str, files), *trust, "--json"])
        return
    table = folder / f"learners-{learners}.xlsx"
    if what == "issue csv":
        table = _as_csv(table, learners)
        out = folder / f"memory-csv-{learners}"
    code = main(["issue", str(folder / "mc.yaml"), str(table), "--key",
                 str(folder / "keys" / "seal.p12"), "--out", str(out)])  # fmt: skip
    assert code == 0


def _as_csv(table: Path, learners: int) -> Path:
    from tests.journeys.conftest import write_csv

    return write_csv(table.with_suffix(".csv"), map(learner, range(learners)))
