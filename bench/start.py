"""P14: how long the command line takes to start, whole processes.

Peers are the bare imports of the libraries that a command cannot do without.
Source: PERFORMANCE P14.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.compare import Comparison
from bench.sample import sealed

IDS = ("P14a", "P14b", "P14c")
_ROUNDS = 21
_JUDGED = (0, 2)  # without --trust the signer stays unknown


def cases() -> Iterable[Comparison]:
    """Return the two starts: help, and the verification of one file."""
    folder = Path(tempfile.mkdtemp(prefix="tessera-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file, anchor = folder / "credential.jsonld", folder / "ca.pem"
    file.write_bytes(sealed().raw)
    anchor.write_bytes(sealed().anchor_pem)
    tessera = str(Path(sys.executable).with_name("tessera"))
    yield Comparison(
        id="P14a",
        title="start: `tessera --help`",
        subject=_process(tessera, "--help"),
        peer=_process(sys.executable, "-c", "import typer"),
        peer_name='`python -c "import typer"`',
        limit=_process(sys.executable, "-c", "pass"),
        target=1.3,
        ceiling=True,
        rounds=_ROUNDS,
        note="Whole processes. The limit is an empty Python program.",
    )
    for id, words, more in (
        ("P14b", "verify FILE", ()),
        ("P14c", "verify FILE --trust CA", ("--trust", str(anchor))),
    ):
        yield Comparison(
            id=id,
            title=f"start: `tessera {words}`",
            subject=_process(tessera, "verify", str(file), *more),
            peer=_process(sys.executable, "-c", "import typer, cryptography.x509"),
            peer_name='`python -c "import typer, cryptography.x509"`',
            limit=_process(sys.executable, "-c", "pass"),
            target=1.6,
            ceiling=True,
            rounds=_ROUNDS,
            note=_VERIFY + (_TRUST if more else ""),
        )


_VERIFY = (
    "Whole processes; all nine steps on a sealed credential with every standard element. The "
    "official files are hidden from the process, as on a fresh machine: our structural check "
    "decides the step `schema`. With them, compiling the official shapes comes on top."
)
_TRUST = (
    " Validating the path to a trusted authority loads pyhanko-certvalidator, which alone takes "
    "half as long as the peer."
)


def _process(*command: str) -> Callable[[], object]:
    environment = {"PATH": "", "TESSERA_STANDARDS": "/nowhere", "LANG": "C.UTF-8"}

    def run() -> object:
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        if done.returncode not in _JUDGED:
            raise RuntimeError(f"{command}: {done.stderr.decode()}")
        return done

    return run
