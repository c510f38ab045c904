"""The peers: other people's software, installed by its ordinary client and run as a process.

Each installs itself once into build/interop; what is missing on the machine is said as
the reason why the tests are left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.interop import material

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "interop"
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class NotHereError(Exception):
    """A peer cannot be installed on this machine; says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file that a peer shall seal. digest: of the certificate reference."""

    algorithm: str
    serialization: str
    b64: bool
    time: str
    digest: str = "SHA256"

    @property
    def name(self) -> str:
        coding = "b64" if self.b64 else "plain"
        return f"{self.algorithm}-{self.serialization}-{coding}-{self.time}-{self.digest}"


def _run(command: list[str], *, cwd: Path | None = None, doing: str) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired as error:
        raise NotHereError(f"{doing} took longer than ten minutes.") from error
    if done.returncode:
        raise NotHereError(f"{doing} failed: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            raise NotHereError(f"{program} is not installed on this machine.")


def _write(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]


class Dss:
    """The Commission's Digital Signature Services library, in one generation."""

    def __init__(self, generation: int, version: str, validation: str, java: str, cms: str) -> None:
        self.name, self.version = "DSS", version
        self._generation, self._validation, self._java = generation, validation, java
        self._cms = cms
        self._home = BUILD / f"dss-{version}"

    def install(self) -> None:
        """Fetch the library with Maven and compile our caller. Raises: NotHereError."""
        _need("mvn", "java", "javac")
        jars, classes = self._home / "lib", self._home / "classes"
        pom = HERE / "dss" / "pom.xml"
        ready = self._home / f"ready-{hashlib.sha256(pom.read_bytes()).hexdigest()[:8]}"
        if not ready.exists():
            command = ["mvn", "-q", "-B", "-f", str(pom),
                       f"-Ddss.version={self.version}", f"-Ddss.validation={self._validation}",
                       f"-Ddss.cms={self._cms}",
                       "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]  # fmt: skip
            _run(command, doing="Installing DSS with Maven")
            ready.touch()
        sources = [HERE / "dss" / "peer" / "Peer.java", HERE / "dss" / self._java]
        command = ["javac", "-nowarn", "-d", str(classes), "-cp", f"{jars}/*", *map(str, sources)]
        _run(command, doing="Compiling the caller of DSS")

    def verify(
        self,
        files: Mapping[str, bytes],
        *,
        trusted: bytes | Sequence[bytes],
        at: str,
        revocation: bool = False,
    ) -> dict[str, Any]:
        """Return what DSS says of each file, by name.

        revocation: by its default policy as it is, which asks for revocation data.
        """
        folder = self._home / "verify"
        given = [trusted] if isinstance(trusted, bytes) else trusted
        anchors = _write(folder, {f"trusted-{n}.cer": one for n, one in enumerate(given)})
        out = self._peer("verify", ":".join(anchors), at, *_write(folder, files),
                         doing="Verifying with DSS", revocation=revocation)  # fmt: skip
        return {one["file"]: one for one in map(json.loads, out.splitlines())}

    def seal(self, jobs: Iterable[Job]) -> dict[str, bytes]:
        """Return the files that DSS sealed, by the names of the jobs."""
        folder, rows, targets = self._home / "seal", [], {}
        document, secret = _write(
            folder, {"document.json": material.document(), "password.txt": b"interop"}
        )
        serialisations = {"general": "JSON_SERIALIZATION", "compact": "COMPACT_SERIALIZATION",
                          "flattened": "FLATTENED_JSON_SERIALIZATION"}  # fmt: skip
        for job in jobs:
            store = material.key(job.algorithm).store
            [p12] = _write(folder, {f"{job.algorithm}.p12": store})
            targets[job.name] = folder / f"{job.name}.json"
            rows.append((p12, secret, document, f"{material.NOW:{_INSTANT}}",
                         serialisations[job.serialization], str(job.b64).lower(), job.time,
                         job.digest, str(targets[job.name])))  # fmt: skip
        listing = folder / "jobs.tsv"
        listing.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        self._peer("seal", str(listing), doing="Sealing with DSS")
        return {name: path.read_bytes() for name, path in targets.items()}

    def _peer(self, *arguments: str, doing: str, revocation: bool = False) -> str:
        path = f"{self._home / 'classes'}:{self._home / 'lib'}/*"
        asked = f"-Dpeer.revocation={str(revocation).lower()}"
        return _run(["java", asked, "-cp", path, "Peer", *arguments], doing=doing)


DSS_6 = Dss(6, "6.4", "dss-validation", "dss6/Generation.java", "dss-cms-object")
# What European Digital Credentials were built with (WIRE-ELM section 3).
DSS_5 = Dss(5, "5.11.1", "validation-policy", "dss5/Generation.java", "dss-cades")


class Jose:
    """The npm package `jose`: JWS in three serialisations, nothing of JAdES."""

    name = "jose"

    def __init__(self) -> None:
        listed = json.loads((HERE / "node" / "package.json").read_text(encoding="utf-8"))
        self.version = listed["dependencies"]["jose"]
        self._home = BUILD / "node"

    def install(self) -> None:
        """Install the locked package with npm. Raises: NotHereError."""
        _need("node", "npm")
        self._home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc", "peer.mjs"):
            shutil.copy(HERE / "node" / name, self._home / name)
        if not (self._home / "node_modules" / "jose").is_dir():
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            _run(command, cwd=self._home, doing="Installing jose with npm")

    def verify(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Return what jose says of each file, by name."""
        out = self._peer("verify", *_write(self._home / "verify", files), doing="Verifying")
        return {one["file"]: one for one in map(json.loads, out.splitlines())}

    def seal(self, jobs: Iterable[Job]) -> dict[str, bytes]:
        """Return the files that jose sealed, by the names of the jobs."""
        folder, orders, targets = self._home / "seal", [], {}
        [document] = _write(folder, {"document.json": material.document()})
        for job in jobs:
            key = material.key(job.algorithm)
            [pem] = _write(folder, {f"{job.algorithm}.pem": key.pem})
            names = {f"{job.algorithm}-{number}.cer": one for number, one in enumerate(key.chain)}
            targets[job.name] = folder / f"{job.name}.json"
            orders.append({**asdict(job), "key": pem, "chain": _write(folder, names),
                           "document": document, "at": f"{material.NOW:{_INSTANT}}",
                           "target": str(targets[job.name])})  # fmt: skip
        listing = folder / "jobs.json"
        listing.write_text(json.dumps(orders), encoding="utf-8")
        self._peer("seal", str(listing), doing="Sealing with jose")
        return {name: path.read_bytes() for name, path in targets.items()}

    def _peer(self, *arguments: str, doing: str) -> str:
        return _run(["node", "peer.mjs", *arguments], cwd=self._home, doing=doing)


JOSE = Jose()
