"""Levels from the command line: seal with timestamps, renew, survive faults, keep the table."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tessera.seals.jades import open_jws
from tests.authority import table as outcomes
from tests.authority.pki import PASSWORD, TSA, Holder, Life, Tree
from tests.authority.tsa import Services, running
from tests.journeys.conftest import Run, credentials, learner, write_csv

NOW = datetime.now(UTC)
LIFE = Life(begins=NOW - timedelta(days=30), ends=NOW + timedelta(days=900))


class Site:
    """The services of this machine's own time, and the files a person has."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services, self.folder = services, folder
        self.tree = Tree(services=services.url)
        self.root = self.tree.root("TEST Root", LIFE)
        self.tsa_root = self.tree.root("TEST TSA CA", LIFE)
        self.stamp_with(self.tree.tsa(self.tsa_root, LIFE))
        self.sealer = self.tree.seal(self.root, LIFE)
        services.know(self.sealer)
        self.trust = folder / "trust"
        self.trust.mkdir()
        for number, one in enumerate((self.root, self.tsa_root)):
            (self.trust / f"{number}.pem").write_bytes(one.pem)
        self.key = self.store("seal", self.sealer)
        self.tsa = f"{services.url}/tsa"

    def stamp_with(self, holder: Holder) -> None:
        self.services.tsa = holder
        self.services.know(holder)

    def store(self, name: str, holder: Holder) -> Path:
        folder = self.folder / name
        folder.mkdir()
        (folder / "seal.p12").write_bytes(holder.store())
        (folder / "password.txt").write_bytes(PASSWORD)
        return folder / "seal.p12"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running() as services:
        yield Site(services, tmp_path)


@pytest.fixture
def learners(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "learners.csv", [learner(number) for number in range(1, 6)])


def sealed(run: Run, site: Site, description: Path, learners: Path, level: str, *more: object):
    return run("issue", description, learners, "--key", site.key, "--out", site.folder / "out",
               "--level", level, "--tsa", site.tsa, *more)  # fmt: skip


def verified(run: Run, site: Site, path: Path, *more: object) -> dict:
    printed = run("verify", path, "--trust", site.trust, "--json", *more)
    return {"code": printed.code, **json.loads(printed.out)}


def step(report: dict, name: str) -> dict:
    return next(one for one in report["steps"] if one["id"] == name)


@pytest.mark.parametrize(("level", "name"), [("t", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA")])
def test_a_batch_is_sealed_and_verified_at_each_level(
    run, site, description, learners, level, name
):
    printed = sealed(run, site, description, learners, level)
    assert printed.code == 0, printed.err
    assert len(credentials(site.folder / "out")) == 5
    for path in credentials(site.folder / "out"):
        report = verified(run, site, path)
        assert (report["code"], report["seal"]["level"]) == (0, name), report["sentence"]
        assert step(report, "time")["outcome"] == "PASSED"


def test_revocation_data_are_asked_for_once_per_batch(run, site, description, learners):
    assert sealed(run, site, description, learners, "lta").code == 0
    asked = site.services.asked
    assert asked.count("ocsp") == 1
    assert asked.count("tsa") == 10


def test_two_processes_seal_with_timestamps_as_well(run, site, description, learners):
    assert sealed(run, site, description, learners, "t", "--workers", "2").code == 0
    for path in credentials(site.folder / "out"):
        assert verified(run, site, path)["seal"]["level"] == "B-T"


def test_a_further_seal_brings_a_timestamp_of_its_own(run, site, description, learners):
    assert sealed(run, site, description, learners, "t").code == 0
    [first, *_] = credentials(site.folder / "out")
    other = site.tree.seal(site.root, LIFE)
    site.services.know(other)
    key = site.store("other", other)
    printed = run("seal", "add", first, "--key", key, "--level", "lta", "--tsa", site.tsa)
    assert printed.code == 0, printed.err
    levels = [one.level for one in open_jws(first.read_bytes()).signatures]
    assert levels == ["B-T", "B-LTA"]
    assert verified(run, site, first)["code"] == 0


def test_renewal_adds_an_archive_timestamp_to_the_file_or_beside_it(
    run, site, description, learners, tmp_path
):
    assert sealed(run, site, description, learners, "lta").code == 0
    [first, *_] = credentials(site.folder / "out")
    before = first.read_bytes()
    printed = run("seal", "renew", first, "--tsa", site.tsa, "-o", tmp_path / "renewed.jsonld")
    assert printed.code == 0, printed.err
    assert first.read_bytes() == before
    [signature] = open_jws((tmp_path / "renewed.jsonld").read_bytes()).signatures
    assert [one.name for one in signature.unsigned][-1] == "arcTst"
    assert run("seal", "renew", first, "--tsa", site.tsa).code == 0
    assert verified(run, site, first)["seal"]["level"] == "B-LTA"


def _wrong(site: Site, fault: str) -> None:
    tree = site.tree
    if fault == "expired":
        ended = Life(begins=NOW - timedelta(days=30), ends=NOW - timedelta(days=1))
        site.stamp_with(tree.tsa(site.tsa_root, ended))
    elif fault == "purpose":
        site.stamp_with(tree.tsa(site.tsa_root, LIFE, ()))
    elif fault == "several purposes":
        from cryptography.x509.oid import ExtendedKeyUsageOID

        both = (TSA, ExtendedKeyUsageOID.CODE_SIGNING)
        site.stamp_with(tree.tsa(site.tsa_root, LIFE, both))
    elif fault == "clock":
        site.services.now = NOW - timedelta(days=2)
    elif fault == "down":
        site.tsa = "http://127.0.0.1:9/tsa"
    else:
        site.services.faults = {fault}


FAULTS = {
    "down": "could not be fetched",
    "refuse": "answered 503",
    "garbage": "not one of a timestamp authority",
    "status": "no credit left",
    "nonce": "the nonce differs",
    "imprint": "something else than was sent",
    "expired": "valid only from",
    "purpose": "not one for timestamps",
    "several purposes": "for other purposes",
    "clock": "Check the clock",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_authority_gives_a_sentence_and_nothing_half_written(
    run, site, description, learners, fault
):
    _wrong(site, fault)
    printed = sealed(run, site, description, learners, "t")
    assert printed.code == 65
    assert FAULTS[fault] in printed.err
    assert "run the same command again" in printed.err
    assert credentials(site.folder / "out") == []
    assert not list(site.folder.rglob("*.part"))


def test_a_slow_authority_is_not_waited_for(run, site, description, learners, monkeypatch):
    monkeypatch.setattr("tessera.journeys.levels.SECONDS", 0.3)
    site.services.faults = {"slow"}
    alarm = threading.Timer(15, site.services.release.set)
    alarm.start()
    printed = sealed(run, site, description, learners, "t")
    alarm.cancel()
    assert printed.code == 65
    assert "no answer within" in printed.err


@pytest.mark.parametrize("fault", ["refuse", "nonce"])
def test_a_batch_that_loses_its_authority_goes_on_where_it_stopped(
    run, site, description, learners, fault
):
    site.services.faults, site.services.after = {fault}, 3
    printed = sealed(run, site, description, learners, "t")
    assert printed.code == 65
    before = {path: path.read_bytes() for path in credentials(site.folder / "out")}
    assert len(before) == 3
    site.services.faults = set()
    assert sealed(run, site, description, learners, "t").code == 0
    after = {path: path.read_bytes() for path in credentials(site.folder / "out")}
    assert len(after) == 5
    assert before.items() <= after.items()
    assert all(verified(run, site, path)["seal"]["level"] == "B-T" for path in after)


def test_without_an_answer_about_revocation_the_long_levels_are_refused(
    run, site, description, learners
):
    site.services.faults = {"ocsp"}
    printed = sealed(run, site, description, learners, "lt")
    assert printed.code == 65
    assert "could not be found out" in printed.err
    assert "--level t" in printed.err
    assert sealed(run, site, description, learners, "t").code == 0


def test_a_revoked_key_is_not_sealed_with(run, site, description, learners):
    site.services.revoked = {site.sealer.certificate.serial_number: (NOW, None)}
    printed = sealed(run, site, description, learners, "lta")
    assert printed.code == 65
    assert "was revoked" in printed.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--level", "t"), "--tsa"),
        (("--level", "x", "--tsa", "https://tsa.example"), "no level 'x'"),
        (("--tsa", "https://tsa.example"), "name the level"),
    ],
)
def test_levels_and_authorities_that_do_not_fit_are_wrong_use(
    run, site, description, learners, options, said
):
    printed = run("issue", description, learners, "--key", site.key, "--out",
                  site.folder / "out", *options)  # fmt: skip
    assert printed.code == 64
    assert said in printed.err


def test_a_lost_key_leaves_what_was_stamped_before_good(run, site, description, learners):
    assert sealed(run, site, description, learners, "t").code == 0
    [path, *_] = credentials(site.folder / "out")
    certificate = site.folder / "lost.pem"
    certificate.write_bytes(site.sealer.pem)
    later, earlier = (NOW + timedelta(days=days) for days in (10, -10))
    at = ("--at", f"{NOW + timedelta(days=20):%Y-%m-%d}")
    good = verified(run, site, path, *at, "--compromised", f"{certificate}@{later:%Y-%m-%d}")
    assert step(good, "time")["outcome"] == "PASSED"
    bad = verified(run, site, path, *at, "--compromised", f"{certificate}@{earlier:%Y-%m-%d}")
    assert (bad["code"], step(bad, "time")["outcome"]) == (1, "FAILED")
    from hashlib import sha256

    digest = sha256(site.sealer.der).hexdigest()
    (site.trust / "compromised.txt").write_text(f"{digest} {earlier:%Y-%m-%d}\n")
    assert verified(run, site, path, *at)["code"] == 1


@pytest.mark.parametrize("kind", outcomes.KINDS, ids=lambda kind: kind.name)
def test_the_table_of_outcomes_on_the_page_is_what_the_steps_say(kind):
    """docs/standards/levels.md: written by `python -m tests.authority.table`."""
    said = outcomes.table(kind)
    assert said == outcomes.kept()
    assert said.count("passed") > 20
    assert "**failed** REVOKED" in said
