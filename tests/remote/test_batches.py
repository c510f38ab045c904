# ruff: noqa: F811 - fixtures of the journeys are used by name
"""A whole batch sealed on a token and at a remote service; both taken away at half.

With --long 1,000 awards and 100 ms until each answer of the service, and the rates are
printed; else a small batch. Nothing is sealed twice, nothing is lost, a re-run goes on.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tessera.cli.progress import Progress
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys import new_test_authority
from tests.authority.pki import Tree
from tests.authority.tsa import running
from tests.journeys.conftest import (  # noqa: F401
    credentials,
    description,
    keys,
    learner,
    run,
    write_csv,
)
from tests.remote.csc_server import CscServer, Reply, served, write_profile
from tests.remote.soft_token import LABEL, PIN, module, soft_token

BEGINS = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def authority():
    return new_test_authority(BEGINS)


@pytest.fixture
def many(request, monkeypatch) -> int:
    """How many awards: 1,000 with --long, else 80 in chunks of 5."""
    if request.config.getoption("--long"):
        return 1_000
    monkeypatch.setattr("tessera.journeys.issuing.CHUNK", 5)
    return 80


@pytest.fixture
def latency(request) -> float:
    return 0.1 if request.config.getoption("--long") else 0.001


@pytest.fixture
def table(tmp_path: Path, many: int) -> Path:
    return write_csv(tmp_path / "learners.csv", map(learner, range(many)))


@pytest.fixture
def at_half(monkeypatch, many) -> Callable[[Callable[[], object]], None]:
    """Let something happen in the middle of the next batch, between two chunks."""

    def plan(act: Callable[[], object]) -> None:
        waiting, done, advance = [act], 0, Progress.__call__

        def noticed(self: Progress, rows: int) -> None:
            nonlocal done
            advance(self, rows)
            done += rows
            if done >= many // 2 and waiting:
                waiting.pop()()

        monkeypatch.setattr(Progress, "__call__", noticed)

    return plan


@pytest.fixture
def token(tmp_path, monkeypatch, authority):
    module()
    with soft_token(tmp_path, monkeypatch) as token:
        (tmp_path / "pin.txt").write_text(f"{PIN}\n")
        yield token


@pytest.fixture
def tell(request, capsys):
    """Print a rate when the long journeys run."""

    def printed(what: str, count: int, seconds: float) -> None:
        if request.config.getoption("--long"):
            with capsys.disabled():
                print(
                    f"\n{what}: {count} awards in {seconds:.1f} s, {count / seconds:.0f} a second"
                )

    return printed


def _all_hold(out: Path, count: int, chain: list[bytes]) -> None:
    """Every file is there once and its seal holds; the register names each learner once."""
    files = credentials(out)
    assert len(files) == count
    ids = set()
    for path in files:
        opened = JADES.open(path.read_bytes())
        findings = JADES.check(opened)
        assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}, path
        assert opened.signatures[0].certificates == tuple(chain)
        ids.add(json.loads(opened.document)["id"])
    assert len(ids) == count
    with sqlite3.connect(out / "register.sqlite") as connection:
        rows = connection.execute("SELECT count(*), count(DISTINCT learner_id) FROM award")
        assert rows.fetchone() == (count, count)


def _stopped_at_half(printed, out: Path, many: int, chain: list[bytes], words: str):
    """The run ended with a sentence, and at least half is sealed and holds."""
    assert printed.code == 77, printed
    assert printed.err.count("\n") == 1
    assert words in printed.err
    before = {path.name: path.read_bytes() for path in credentials(out)}
    assert many // 2 <= len(before) < many
    _all_hold(out, len(before), chain)
    return before


def _went_on(printed, out: Path, many: int, chain: list[bytes], before: dict[str, bytes]) -> None:
    """The re-run sealed the rest, and only that."""
    assert printed.code == 0, printed
    assert printed.lines[0]["already_sealed"] == len(before)
    assert printed.lines[0]["sealed"] == many - len(before)
    _all_hold(out, many, chain)
    assert all((out / "credentials" / name).read_bytes() == raw for name, raw in before.items())


def _verified(run, out: Path, authority, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    printed = run("verify", *credentials(out)[:3], "--trust", tmp_path / "ca.pem", "--json")
    assert [one["verdict"] for one in printed.lines] == ["PASSED"] * 3, printed.out


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_batch_is_sealed_on_a_token(
    run,
    description,
    table,
    token,
    tmp_path,
    authority,
    many,
    tell,
    algorithm,
):
    chain = token.put(authority, BEGINS, algorithm=algorithm)
    out, begun = tmp_path / "out", time.perf_counter()
    printed = run(
        "issue", description, table, "--key", token.uri(token=LABEL, object="seal"),
        "--password-file", tmp_path / "pin.txt", "--out", out, "--json",
    )  # fmt: skip
    tell(f"SoftHSM2 {algorithm}", many, time.perf_counter() - begun)
    assert printed.code == 0, printed
    _all_hold(out, many, chain)
    _verified(run, out, authority, tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_token_pulled_at_half_loses_nothing(
    run,
    description,
    table,
    token,
    tmp_path,
    authority,
    many,
    at_half,
    workers,
):
    chain, out = token.put(authority, BEGINS), tmp_path / "out"
    command = (
        "issue", description, table, "--key", token.uri(token=LABEL), "--password-file",
        tmp_path / "pin.txt", "--out", out, "--json", "--workers", workers,
    )  # fmt: skip
    at_half(token.pull)
    # A worker that only begins then finds no token at all.
    again = "Put it back. What is sealed stays; run the same command again"
    words = again if workers == 1 else "token"
    stopped = run(*command)
    token.folder.joinpath("tokens").mkdir()  # an empty reader
    before = _stopped_at_half(stopped, out, many, chain, words)
    token.start_again()
    empty = run(*command)
    assert empty.code == 77
    assert "Put it in" in empty.err
    token.folder.joinpath("tokens").rmdir()
    token.put_back()
    _went_on(run(*command), out, many, chain, before)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_batch_is_sealed_at_a_remote_service(
    run,
    description,
    table,
    tmp_path,
    authority,
    many,
    latency,
    tell,
    algorithm,
):
    credential = served(authority, BEGINS, algorithm)
    out = tmp_path / "out"
    with CscServer({"GX0112348": credential}, latency=latency) as server:
        profile, begun = write_profile(tmp_path, server), time.perf_counter()
        printed = run(
            "issue", description, table, "--key", f"csc:{profile}", "--out", out, "--json"
        )
        tell(f"CSC {algorithm}, {latency * 1000:.0f} ms", many, time.perf_counter() - begun)
        assert printed.code == 0, printed
        assert server.signed == many
        assert len(server.calls) < many / 2
    _all_hold(out, many, credential.chain)
    _verified(run, out, authority, tmp_path)


def test_a_service_that_goes_away_at_half_loses_nothing(
    run,
    description,
    table,
    tmp_path,
    authority,
    many,
    latency,
    monkeypatch,
):
    monkeypatch.setattr("tessera.seals.keys.csc_client.FIRST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr("tessera.seals.keys.csc_client.ATTEMPTS", 2)
    credential = served(authority, BEGINS)
    out = tmp_path / "out"
    with CscServer({"GX0112348": credential}, latency=latency) as server:
        command = ("issue", description, table, "--key", f"csc:{write_profile(tmp_path, server)}",
                   "--out", out, "--json")  # fmt: skip
        server.signatures_left = many * 3 // 4
        before = _stopped_at_half(
            run(*command), out, many, credential.chain, "What is sealed stays"
        )
        server.signatures_left = None
        _went_on(run(*command), out, many, credential.chain, before)
    _verified(run, out, authority, tmp_path)


def test_a_worker_killed_while_the_service_goes_away_loses_nothing(
    run, description, table, tmp_path, authority, many, latency
):
    """Two processes seal; in the middle one is killed and the service is lost, in one moment."""
    credential = served(authority, BEGINS)
    out, killed = tmp_path / "out", []
    with CscServer({"GX0112348": credential}, latency=latency) as server:
        command = ("issue", description, table, "--key", f"csc:{write_profile(tmp_path, server)}",
                   "--out", out, "--workers", "2", "--json")  # fmt: skip

        def lost(body: dict[str, Any]) -> Reply:
            server.signatures_left = -1
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0], signal.SIGKILL)
            return Reply(0)

        server.faults["signatures/signHash"].extend([lambda body: None] * 6 + [lost])
        stopped = run(*command)
        assert len(killed) == 1, stopped
        assert stopped.code == 73, stopped
        assert "A sealing process was stopped from outside" in stopped.err
        assert "Traceback" not in stopped.err
        before = {path.name: path.read_bytes() for path in credentials(out)}
        assert 0 < len(before) < many
        server.signatures_left = None
        again = run(*command)
        assert again.code == 0, again
        assert again.lines[0]["already_sealed"] >= len(before)
        assert again.lines[0]["already_sealed"] + again.lines[0]["sealed"] == many
    _all_hold(out, many, credential.chain)
    assert all((out / "credentials" / name).read_bytes() == raw for name, raw in before.items())


def test_two_bodies_seal_together_one_with_a_file_and_one_remotely(
    run,
    description,
    table,
    keys,
    tmp_path,
    authority,
    many,
):
    out = tmp_path / "out"
    with CscServer({"GX0112348": served(authority, BEGINS)}) as server:
        printed = run(
            "issue", description, table, "--key", keys / "seal.p12",
            "--key", f"csc:{write_profile(tmp_path, server)}",
            "--password-file", keys / "password.txt", "--out", out,
        )  # fmt: skip
        assert printed.code == 0, printed
        assert server.signed == many
        assert len(server.calls) < many
    for path in credentials(out):
        opened = JADES.open(path.read_bytes())
        assert len(opened.signatures) == 2
        findings = JADES.check(opened)
        assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}


def test_a_seal_is_added_by_a_remote_service_and_by_a_token(
    run,
    description,
    table,
    keys,
    token,
    tmp_path,
    authority,
):
    out = tmp_path / "out"
    assert run("issue", description, table, "--key", keys / "seal.p12", "--out", out).code == 0
    path = credentials(out)[0]
    token.put(authority, BEGINS)
    with CscServer({"GX0112348": served(authority, BEGINS)}) as server:
        profile = write_profile(tmp_path / "remote", server)
        assert run("seal", "add", path, "--key", f"csc:{profile}").code == 0
    added = run("seal", "add", path, "--key", token.uri(), "--password-file", tmp_path / "pin.txt")
    assert added.code == 0, added
    opened = JADES.open(path.read_bytes())
    assert len(opened.signatures) == 3
    findings = JADES.check(opened)
    assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}


def test_the_password_of_a_file_is_never_tried_on_a_token_or_a_service(
    run, description, table, keys, token, tmp_path, authority
):
    token.put(authority, BEGINS)
    with CscServer({"GX0112348": served(authority, BEGINS)}) as server:
        profile = write_profile(tmp_path / "remote", server, pin_file=None)
        for outside in (token.uri(), f"csc:{profile}"):
            printed = run(
                "issue", description, table, "--key", keys / "seal.p12", "--key", outside,
                "--password-file", keys / "password.txt", "--out", tmp_path / "out",
            )  # fmt: skip
            assert printed.code == 77
            assert "--password-file FILE" in printed.err
            assert not (tmp_path / "out").exists()
        assert not server.called("credentials/authorize")


def test_timestamps_and_pages_are_made_with_keys_elsewhere_too(
    run, description, token, tmp_path, authority
):
    table, out = write_csv(tmp_path / "two.csv", map(learner, range(2))), tmp_path / "out"
    token.put(authority, BEGINS)
    with running() as services, CscServer({"X": served(authority, BEGINS, "RS256")}) as server:
        tree = Tree(services=services.url)
        services.tsa = tree.tsa(tree.root("TEST TSA CA"))
        printed = run(
            "issue", description, table, "--key", token.uri(), "--password-file",
            tmp_path / "pin.txt", "--out", out, "--level", "t", "--tsa", f"{services.url}/tsa",
        )  # fmt: skip
        assert printed.code == 0, printed
        file = credentials(out)[0]
        assert JADES.open(file.read_bytes()).signatures[0].level == "B-T"
        profile = write_profile(tmp_path / "remote", server)
        page = run("certificate", file, "--key", f"csc:{profile}", "-o", tmp_path / "page.pdf")
        assert page.code == 0, page
        assert server.signed == 1
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    printed = run("verify", tmp_path / "page.pdf", "--trust", tmp_path / "ca.pem", "--json")
    assert [one["verdict"] for one in printed.lines] == ["PASSED"], printed.out
