"""Certificates at the long-term levels from the command line, and spread over processes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tessera.seals.pades import open_pdf
from tests.authority.tsa import running
from tests.journeys.conftest import Run, credentials, learner, write_csv
from tests.journeys.test_command_line import TESSERA
from tests.journeys.test_levels import NOW, Site, step, verified


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running() as services:
        yield Site(services, tmp_path)


@pytest.fixture
def learners(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "learners.csv", [learner(at) for at in (0, 1, 2, 3, 5)])


def issued(run: Run, site: Site, description: Path, learners: Path, level: str, *more: object):
    asked = () if level == "b" else ("--tsa", site.tsa)
    return run("issue", description, learners, "--key", site.key, "--out", site.folder / "out",
               "--pdf", "--level", level, *asked, *more)  # fmt: skip


def pages(site: Site) -> list[Path]:
    folder = site.folder / "out" / "certificates"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(("level", "name"), [("t", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA")])
def test_credential_and_page_are_sealed_at_the_level_asked_for(
    run, site, description, learners, level, name
):
    printed = issued(run, site, description, learners, level)
    assert printed.code == 0, printed.err
    assert len(pages(site)) == 5
    for path in pages(site):
        report = verified(run, site, path)
        assert report["code"] == 0, report["sentence"]
        assert report["seal"]["level"] == name
        assert report["seal"]["page"] == {
            "mechanism": "pades", "level": name, "intact": True, "class": "test",
            "signer": "TEST Awarding Body",
        }  # fmt: skip
        assert step(report, "time")["outcome"] == "PASSED"
    told = run("verify", pages(site)[0], "--trust", site.trust).out
    assert f"Page: pades {name}, test, by TEST Awarding Body" in told


def test_revocation_data_are_asked_for_once_for_all_pages(run, site, description, learners):
    assert issued(run, site, description, learners, "lta").code == 0
    # Once for the credentials and once for the pages; two timestamps for each of both.
    assert site.services.asked.count("ocsp") == 2
    assert site.services.asked.count("tsa") == 20


def test_several_processes_write_every_certificate_once(run, site, description, learners):
    printed = issued(run, site, description, learners, "lta", "--workers", "2", "--json")
    assert printed.code == 0, printed.err
    [said] = printed.lines
    assert said["certificates"] == {"written": 5, "already": 0, "undrawable": []}
    before = {path: path.read_bytes() for path in pages(site)}
    assert len(before) == 5
    assert {verified(run, site, path)["seal"]["page"]["level"] for path in before} == {"B-LTA"}
    pages(site)[2].unlink()
    [said] = issued(run, site, description, learners, "lta", "--workers", "2", "--json").lines
    assert (said["certificates"]["written"], said["certificates"]["already"]) == (1, 4)
    after = {path: path.read_bytes() for path in pages(site)}
    assert set(after) == set(before)
    assert sum(after[path] != before[path] for path in before) == 1


def test_a_name_without_a_font_stops_nobody_in_several_processes(run, site, description, tmp_path):
    table = write_csv(tmp_path / "names.csv", [learner(at) for at in (1, 6, 2)])
    printed = issued(run, site, description, table, "b", "--workers", "2")
    assert printed.code == 0, printed.err
    assert "No certificate for urn:credential:" in printed.err
    assert len(pages(site)) == 2


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_batch_that_loses_its_authority_among_the_pages_goes_on_where_it_stopped(
    run, site, description, learners, workers
):
    site.services.faults, site.services.after = {"refuse"}, 7  # five credentials, two pages
    printed = issued(run, site, description, learners, "t", "--workers", workers)
    assert printed.code == 65
    assert "answered 503" in printed.err
    assert "run the same command again" in printed.err
    before = {path: path.read_bytes() for path in pages(site)}
    assert len(before) == 2
    assert len(credentials(site.folder / "out")) == 5
    assert not list(site.folder.rglob("*.part"))
    site.services.faults = set()
    assert issued(run, site, description, learners, "t", "--workers", workers).code == 0
    after = {path: path.read_bytes() for path in pages(site)}
    assert len(after) == 5
    assert before.items() <= after.items()


def test_processes_that_are_killed_lose_nothing_and_a_second_run_completes(
    run, site, description, tmp_path
):
    table = write_csv(tmp_path / "many.csv", [learner(8 * at) for at in range(40)])
    command = [
        *TESSERA, "issue", description, table, "--key", site.key,
        "--out", site.folder / "out", "--pdf", "--workers", "2",
    ]  # fmt: skip
    process = subprocess.Popen(
        list(map(str, command)), start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and len(pages(site)) < 3:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {path: path.read_bytes() for path in pages(site) if path.suffix == ".pdf"}
    assert 3 <= len(before) < 40
    assert all(open_pdf(raw).signatures for raw in before.values())
    printed = issued(run, site, description, table, "b", "--workers", "2")
    assert printed.code == 0, printed.err
    after = {path: path.read_bytes() for path in pages(site)}
    assert len(after) == len(credentials(site.folder / "out"))
    assert before.items() <= after.items()
    assert all(path.suffix == ".pdf" and path.name[0] != "." for path in after)


@pytest.fixture
def one(run: Run, site: Site, description: Path, tmp_path: Path) -> Path:
    """One sealed credential, of level B-B."""
    table, out = write_csv(tmp_path / "one.csv", [learner(1)]), tmp_path / "one"
    assert run("issue", description, table, "--key", site.key, "--out", out).code == 0
    return next((out / "credentials").iterdir())


def test_a_certificate_of_one_credential_gets_the_level_asked_for_and_is_renewed(
    run, site, one, tmp_path
):
    target = tmp_path / "mine.pdf"
    printed = run("certificate", one, "--key", site.key, "--level", "lta", "--tsa", site.tsa,
                  "-o", target)  # fmt: skip
    assert printed.code == 0, printed.err
    report = verified(run, site, target)
    assert (report["seal"]["level"], report["seal"]["page"]["level"]) == ("B-B", "B-LTA")
    before = target.read_bytes()
    beside = tmp_path / "renewed.pdf"
    printed = run("seal", "renew", target, "--tsa", site.tsa, "-o", beside)
    assert printed.code == 0, printed.err
    assert "document timestamp" in " ".join(printed.out.split())
    assert target.read_bytes() == before
    assert beside.read_bytes().startswith(before)
    assert run("seal", "renew", target, "--tsa", site.tsa).code == 0
    kinds = [each.kind for each in open_pdf(target.read_bytes()).long_term.timestamps.found]
    assert kinds == ["sigTst", "docTst", "docTst"]
    assert verified(run, site, target)["code"] == 0


def test_a_renewal_without_an_authority_leaves_the_file_as_it_is(run, site, one, tmp_path):
    target = tmp_path / "mine.pdf"
    assert run("certificate", one, "--key", site.key, "--level", "lta", "--tsa", site.tsa,
               "-o", target).code == 0  # fmt: skip
    before = target.read_bytes()
    for fault in ("refuse", "nonce", "imprint", "garbage"):
        site.services.faults = {fault}
        assert run("seal", "renew", target, "--tsa", site.tsa).code == 65
        assert target.read_bytes() == before
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [
        ".csv", ".pdf",
    ]  # fmt: skip


def test_a_page_without_a_timestamp_has_nothing_to_renew(run, site, one, tmp_path):
    target = tmp_path / "mine.pdf"
    assert run("certificate", one, "--key", site.key, "-o", target).code == 0
    printed = run("seal", "renew", target, "--tsa", site.tsa)
    assert printed.code == 65
    assert "nothing to renew" in printed.err


@pytest.mark.parametrize("fault", ["refuse", "garbage", "imprint", "nonce"])
def test_a_faulty_authority_leaves_no_certificate(run, site, one, tmp_path, fault):
    site.services.faults = {fault}
    target = tmp_path / "mine.pdf"
    printed = run("certificate", one, "--key", site.key, "--level", "t", "--tsa", site.tsa,
                  "-o", target)  # fmt: skip
    assert printed.code == 65
    assert not target.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--level", "t"), "--tsa"), (("--level", "x", "--tsa", "https://a.example"), "no level"),
     (("--tsa", "https://a.example"), "name the level")],
)  # fmt: skip
def test_levels_that_do_not_fit_are_wrong_use(run, site, one, options, said):
    printed = run("certificate", one, "--key", site.key, *options)
    assert printed.code == 64
    assert said in printed.err


def test_a_level_without_a_key_is_wrong_use(run, site, one):
    printed = run("certificate", one, "--level", "t", "--tsa", site.tsa)
    assert printed.code == 64
    assert "--key" in printed.err


def test_a_page_of_a_lost_key_stays_good_when_it_was_stamped_before(
    run, site, description, learners
):
    from datetime import timedelta

    assert issued(run, site, description, learners, "lta").code == 0
    [path, *_] = pages(site)
    certificate = site.folder / "lost.pem"
    certificate.write_bytes(site.sealer.pem)
    later, earlier = (NOW + timedelta(days=days) for days in (10, -10))
    at = ("--at", f"{NOW + timedelta(days=20):%Y-%m-%d}")
    good = verified(run, site, path, *at, "--compromised", f"{certificate}@{later:%Y-%m-%d}")
    assert step(good, "time")["outcome"] == "PASSED"
    bad = verified(run, site, path, *at, "--compromised", f"{certificate}@{earlier:%Y-%m-%d}")
    assert (bad["code"], step(bad, "time")["outcome"]) == (1, "FAILED")
