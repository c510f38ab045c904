"""`tessera trust update` and `trust list`: fetched from a real server, then used offline."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from tessera.cli import trusting
from tessera.cli.diagnosing import about_lists
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys.local import LocalKey
from tessera.trust.fetch import GuardedFetcher
from tests.journeys.conftest import Run
from tests.unit.trust.lists.lote_material import NOTIFIED, PUB_EAA, written
from tests.unit.trust.lists.lote_material import OPERATOR as LOTE_OPERATOR
from tests.unit.trust.lists.lote_material import sealed as sealed_list
from tests.unit.trust.lists.material import (
    AUTHORITY,
    COMMISSION,
    NOW,
    OPERATOR,
    SEAL,
    list_of_lists,
    national,
    party,
    pointer,
)
from tests.unit.trust.lists.servers import server

CASES = os.environ.get("TESSERA_CASES")
TESTING = GuardedFetcher(allow_loopback=True, seconds=5)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    place = tmp_path / "trust"
    monkeypatch.setenv("TESSERA_TRUST", str(place))
    return place


@pytest.fixture
def journal(tmp_path) -> Path:
    path = tmp_path / "journal.pem"
    path.write_bytes(COMMISSION.pem)
    return path


@pytest.fixture
def site():
    answers: dict[str, bytes] = {}
    with server(answers) as base:
        top = list_of_lists(pointer("FI", OPERATOR, location=f"{base}/fi.xml"))
        answers["/lotl.xml"] = top.signed(COMMISSION)
        answers["/fi.xml"] = national().signed(OPERATOR)
        yield answers, f"{base}/lotl.xml"


def fetch(journal, address):
    asked = trusting.Asked(anchors=(journal,), address=address)
    return trusting.update(asked, at=NOW, fetcher=TESTING)


def test_the_lists_are_fetched_and_listed(run: Run, folder, journal, site, capsys):
    _, address = site
    assert fetch(journal, address) == 0
    told = capsys.readouterr().out
    assert "FI  number 7, new" in told
    assert str(folder) in told
    listed = run("trust", "list", "--at", NOW.isoformat())
    assert listed.code == 0
    assert "FI  number 7" in listed.out
    assert "1 services" in listed.out
    assert "today" in listed.out


def test_the_lists_are_printed_as_json(run: Run, folder, journal, site):
    fetch(journal, site[1])
    rows = {
        one["territory"]: one
        for one in run("trust", "list", "--at", NOW.isoformat(), "--json").lines
    }
    assert set(rows) == {"EU", "FI"}
    assert rows["FI"]["state"] == "PASSED"
    assert (rows["FI"]["number"], rows["FI"]["services"]) == (7, 1)


def test_after_their_time_the_lists_do_not_hold(run: Run, folder, journal, site):
    fetch(journal, site[1])
    later = run("trust", "list", "--at", (NOW + timedelta(days=61)).isoformat())
    assert later.code == 2
    assert "may not be used" in later.out
    assert "61 days ago" in later.out


def test_a_list_that_does_not_hold_is_told_and_ends_with_2(run: Run, folder, journal, site, capsys):
    answers, address = site
    answers["/fi.xml"] = national().signed(party("Thief"))
    assert fetch(journal, address) == 2
    assert "does not name for it" in capsys.readouterr().out
    listed = run("trust", "list", "--at", NOW.isoformat())
    assert listed.code == 2
    assert "is not here" in listed.out


def test_the_command_itself_asks_public_addresses_only(run: Run, folder, journal, site):
    done = run("trust", "update", "--anchor", journal, "--address", site[1])
    assert done.code == 65
    assert "not a public address" in done.err
    assert not folder.exists()


def test_certificates_that_were_kept_are_used_again(folder, journal, site, capsys):
    fetch(journal, site[1])
    assert trusting.update(trusting.Asked(address=site[1]), at=NOW, fetcher=TESTING) == 0
    assert str(folder / "official-journal.pem") in capsys.readouterr().out


def test_without_own_certificates_those_of_pyhanko_judge(folder, site):
    from tessera.trust.lists.update import TrustError

    with pytest.raises(TrustError, match="the Official Journal does not name for it"):
        trusting.update(trusting.Asked(address=site[1]), at=NOW, fetcher=TESTING)


def test_without_lists_the_next_step_is_said(run: Run, folder):
    done = run("trust", "list", "--at", NOW.isoformat())
    assert done.code == 65
    assert "tessera trust update" in done.err


def test_the_doctor_says_how_old_the_lists_are(folder, journal, site):
    before = about_lists(NOW)
    assert (before.rule, before.outcome) == ("doctor.lists", Outcome.INDETERMINATE)
    assert "There are no trusted lists here" in before.message
    fetch(journal, site[1])
    fresh, old = (about_lists(NOW + timedelta(days=days)) for days in (7, 8))
    assert (fresh.outcome, fresh.evidence) == (Outcome.PASSED, {"days": 7})
    assert (old.outcome, old.advice) == (Outcome.INDETERMINATE, True)
    assert "8 days ago" in old.message
    (folder / "snapshot.json").unlink()
    assert "not recorded when" in about_lists(NOW).message
    late = about_lists(NOW + timedelta(days=61))
    assert "may not be used" in late.message
    for finding in (before, old, late):
        assert finding.message.endswith("Next: tessera trust update")


def test_the_doctor_prints_what_it_found_about_the_lists(run: Run, folder):
    assert "There are no trusted lists here" in run("doctor").out.replace("\n", " ")


def test_a_file_that_is_no_list_is_told(run: Run, folder, journal, site):
    fetch(journal, site[1])
    (folder / "odd.xml").write_bytes(b"<!DOCTYPE a><a/>")
    assert (
        "odd.xml: The XML declares a document type"
        in run("trust", "list", "--at", NOW.isoformat()).out
    )


def test_the_folder_is_in_the_data_of_the_user_when_none_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("TESSERA_TRUST", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert trusting.trust_folder() == tmp_path / "tessera" / "trust"


def test_a_seal_is_verified_by_the_lists_that_are_here(run: Run, folder, journal, site, tmp_path):
    sealed = tmp_path / "sealed.json"
    key = LocalKey(SEAL.key, (SEAL.der,))
    sealed.write_bytes(JADES.seal(b'{"id": "urn:x:1"}', key, NOW - timedelta(days=1)))
    asked = ("verify", sealed, "--at", NOW.isoformat(), "--json")
    [before] = run(*asked).lines
    assert before["seal"]["class"] == "advanced-unknown"
    fetch(journal, site[1])
    after = run(*asked)
    assert after.code == 0
    [judged] = after.lines
    assert judged["seal"]["class"] == "qualified"
    signer = next(one for one in judged["steps"] if one["id"] == "signer")
    assert signer["findings"][0]["rule"] == "list.service"


def test_a_list_is_verified_by_the_list_of_lists_that_is_here(run: Run, folder, journal, site):
    fetch(journal, site[1])
    path = folder / "list-FI.xml"
    done = run("verify", path, "--at", NOW.isoformat())
    assert done.code == 0
    assert "It is the trusted list of FI, number 7." in " ".join(done.out.split())
    path.write_bytes(path.read_bytes().replace(b">7<", b">8<"))
    assert run("verify", path, "--at", NOW.isoformat()).code == 1


@pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: real lists are not here")
def test_the_real_lists_hold_by_the_certificates_that_pyhanko_ships(run: Run, folder):
    real = Path(CASES, "etsi-tl/luisgf+openvc/tests/fixtures/trustlist/real")
    answers = {"/lotl.xml": (real / "eu-lotl-seq388.xml").read_bytes()}
    folder.mkdir()
    (folder / "es.xml").write_bytes((real / "es-tl-seq187.xml").read_bytes())
    (folder / "lotl.xml").write_bytes(answers["/lotl.xml"])
    anchors, origin = trusting._anchors([], folder)
    assert "pyHanko" in origin
    from tessera.trust.lists.update import to_pem

    (folder / "journal.pem").write_bytes(to_pem(anchors))
    listed = run("trust", "list", "--at", "2026-07-02", "--json")
    rows = {one["territory"]: one for one in listed.lines}
    assert (rows["EU"]["number"], rows["ES"]["number"]) == (388, 187)
    assert rows["ES"]["services"] == 429
    assert rows["FI"]["rule"] == "list.missing"
    assert listed.code == 2
    assert json.loads(listed.out.splitlines()[0])["state"] == "PASSED"


# Lists of trusted entities


@pytest.fixture
def entities(folder, tmp_path):
    (tmp_path / "operator.pem").write_bytes(LOTE_OPERATOR.pem)
    answers = {"/list": sealed_list(written(service=PUB_EAA, status=NOTIFIED))}
    with server(answers) as base:
        asked = trusting.Asked(lote=(f"{base}/list",), lote_signers=(tmp_path / "operator.pem",))
        yield answers, asked


def test_a_list_of_trusted_entities_is_kept_listed_and_vouches(
    run: Run, folder, entities, tmp_path, capsys
):
    _, asked = entities
    assert trusting.update(asked, at=NOW, fetcher=TESTING) == 0
    assert "number 3, new" in capsys.readouterr().out
    listed = run("trust", "list", "--at", NOW.isoformat())
    assert listed.code == 0
    assert "Attestations of University: PubEAA/Issuance, notified" in listed.out
    assert "The lists of trusted entities were fetched on 2026-11-24, today." in listed.out
    sealed = tmp_path / "sealed.json"
    key = LocalKey(SEAL.key, (SEAL.der, AUTHORITY.der))
    sealed.write_bytes(JADES.seal(b'{"id": "urn:x:1"}', key, NOW - timedelta(days=1)))
    [said] = run("verify", sealed, "--at", NOW.isoformat(), "--json").lines
    assert said["seal"]["class"] == "advanced-trusted"
    rules = [one["rule"] for step in said["steps"] for one in step["findings"]]
    assert "list.entity" in rules


def test_a_list_of_entities_that_does_not_hold_any_more_is_told_and_kept(
    run: Run, folder, entities, capsys
):
    answers, asked = entities
    trusting.update(asked, at=NOW, fetcher=TESTING)
    answers["/list"] = sealed_list(written(), by=party("Thief"))
    assert trusting.update(asked, at=NOW, fetcher=TESTING) == 2
    assert "sealed by whom it must be" in " ".join(capsys.readouterr().out.split())
    assert run("trust", "list", "--at", NOW.isoformat()).code == 0
    late = run("trust", "list", "--at", (NOW + timedelta(days=61)).isoformat(), "--json")
    assert late.code == 2
    assert [one["rule"] for one in late.lines] == ["list.lote.expired"]


def test_a_list_of_trusted_entities_is_judged_by_itself(run: Run, folder, tmp_path):
    (tmp_path / "operator.pem").write_bytes(LOTE_OPERATOR.pem)
    path = tmp_path / "list.jwt"
    path.write_bytes(sealed_list(written()))
    asked = ("verify", path, "--at", NOW.isoformat())
    assert run(*asked).code == 2
    known = run(*asked, "--trust", tmp_path / "operator.pem")
    assert known.code == 0
    assert "It is the list of trusted entities of FI" in known.out.replace("\n", " ")
