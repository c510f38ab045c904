"""One award in the form that each place asks for: issued together, each verified by itself."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tessera.journeys.verifying import judge
from tessera.trust.anchors import load_anchors
from tessera.trust.resolve import KnownParties, Resolver
from tessera.verify.examination import Circumstances
from tests.journeys.conftest import COLUMNS, learner, write_csv

FORMS = ("ob3", "vc", "sd-jwt", "eaa", "elmo")
ENDINGS = (".jsonld", ".ob3.json", ".vc.jwt", ".sd-jwt", ".eaa.jwt", ".elmo.xml")


@pytest.fixture(scope="module")
def edwards(tmp_path_factory):
    from tessera.cli import main

    folder = tmp_path_factory.mktemp("edwards") / "keys"
    assert main(["keys", "test-ca", str(folder), "--algorithm", "ed25519"]) == 0
    return folder


@pytest.fixture
def trusted(run, keys, edwards):
    """What a verifier has: the authority's certificate, and the DIDs of both keys."""
    dids = [run("keys", "did", one / "seal.p12", "--json").lines[0] for one in (keys, edwards)]
    at = datetime.now(UTC) + timedelta(hours=1)
    known = KnownParties.of([document(one) for one in dids])
    anchors = load_anchors([keys / "ca.pem", edwards / "ca.pem"])
    return Circumstances(at=at, anchors=anchors, resolver=Resolver(known, at=at))


def document(said):
    did, method = said["did"], said["verificationMethod"]
    key = {"id": method, "type": "Multikey", "controller": did,
           "publicKeyMultibase": method.partition("#")[2]}  # fmt: skip
    return {"id": did, "verificationMethod": [key], "assertionMethod": [method]}


@pytest.fixture
def batch(description, tmp_path_factory):
    rows = [[*learner(number), "1999-10-02"] for number in range(3)]
    path = tmp_path_factory.mktemp("learners") / "learners.csv"
    return description, write_csv(path, rows, (*COLUMNS, "date_of_birth"))


def issued(run, batch, keys, out, *more):
    return run("issue", *batch, "--key", keys / "seal.p12", "--out", out, *more)


def test_every_form_of_every_award_verifies_by_itself(
    run, batch, keys, edwards, trusted, tmp_path
):  # fmt: skip
    printed = issued(run, batch, keys, tmp_path, "--form-key", edwards / "seal.p12",
                     "--format", ",".join(("elm", *FORMS)))  # fmt: skip
    assert printed.code == 0, printed.err
    files = sorted((tmp_path / "credentials").iterdir())
    assert {one.name.partition(".")[2] for one in files} == {one[1:] for one in ENDINGS}
    assert len(files) == 3 * len(ENDINGS)
    for file in files:
        judged = judge(file.read_bytes(), trusted, "standard")
        # An ELMO transcript has no seal of its own; the credential it carries has one.
        expected = "INDETERMINATE" if file.name.endswith(".elmo.xml") else "PASSED"
        assert judged.verdict.outcome.value == expected, (file.name, judged.sentence)
        if file.name.endswith(".elmo.xml"):
            assert judged.examination.report.step("parts").outcome.value == "PASSED"
        elif not file.name.endswith(".jsonld"):
            assert judged.examination.seal.seal_class == "test"


def test_a_changed_letter_is_refused_in_every_form(run, batch, keys, trusted, tmp_path):
    issued(run, batch, keys, tmp_path, "--format", "elm,ob3,vc,sd-jwt")
    for file in (tmp_path / "credentials").iterdir():
        raw = file.read_bytes()
        if file.suffix in (".jwt", ".sd-jwt"):
            at = raw.index(b".") + 40
            raw = raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :]
        else:
            raw = raw.replace(b"Learner", b"Lurker", 1)
        assert raw != file.read_bytes()
        assert judge(raw, trusted, "standard").verdict.outcome.value == "FAILED", file.name


def test_forms_asked_for_later_are_added_to_what_was_sealed(run, batch, keys, tmp_path):
    issued(run, batch, keys, tmp_path)
    before = {one.name: one.read_bytes() for one in (tmp_path / "credentials").iterdir()}
    printed = issued(run, batch, keys, tmp_path, "--format", "elm,vc,ob3", "--json")
    assert printed.lines[-1]["completed"] == 3
    after = {one.name: one.read_bytes() for one in (tmp_path / "credentials").iterdir()}
    assert after.items() >= before.items()
    assert len(after) == 9
    again = issued(run, batch, keys, tmp_path, "--format", "elm,vc,ob3", "--json")
    assert again.lines[-1]["completed"] == 0


def test_what_a_form_cannot_carry_is_said_once_for_the_batch(run, batch, keys, tmp_path):
    printed = issued(run, batch, keys, tmp_path / "a", "--format", "elm,vc,elmo")
    assert "Verifiable Credential: Nothing was lost" in printed.said
    assert "tessera convert FILE --to elmo lists each" in printed.said
    printed = issued(run, batch, keys, tmp_path / "b", "--format", "elm,vc,elmo", "--json")
    found = {one["format"]: one["losses"] for one in printed.lines[-1]["losses"]}
    assert found["vc"] == []
    assert any(one["element"] == "E9" for one in found["elmo"])


def test_two_processes_write_the_same_forms(run, batch, keys, trusted, tmp_path):
    printed = issued(run, batch, keys, tmp_path, "--format", "elm,vc,ob3", "--workers", 2)
    assert printed.code == 0, printed.err
    files = list((tmp_path / "credentials").iterdir())
    assert len(files) == 9
    for file in files:
        assert judge(file.read_bytes(), trusted, "standard").verdict.outcome.value == "PASSED"


def test_the_issuer_may_go_by_a_did_of_its_own(run, batch, keys, tmp_path):
    issued(run, batch, keys, tmp_path, "--format", "elm,ob3", "--did", "did:web:example.edu")
    file = next((tmp_path / "credentials").glob("*.ob3.json"))
    badge = json.loads(file.read_bytes())
    assert badge["issuer"]["id"] == "did:web:example.edu"
    [proof] = [badge["proof"]] if isinstance(badge["proof"], dict) else badge["proof"]
    assert proof["verificationMethod"].startswith("did:web:example.edu#")


def test_an_award_that_one_form_cannot_say_is_sealed_in_none(
    run, description, table, keys, tmp_path
):  # fmt: skip
    batch = description, table
    printed = issued(run, batch, keys, tmp_path, "--format", "elm,eaa")
    assert printed.code == 1
    assert not list((tmp_path / "credentials").iterdir())
    assert "date of birth" in (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("ob3", "always written: --format elm,ob3"),
        ("elm,xml", "The format 'xml' cannot be issued; there are: elm, ob3"),
        ("elm,clr2", "cannot be issued"),
    ],
)
def test_a_form_that_is_none_is_refused_before_anything_is_done(
    run, batch, keys, tmp_path, format, said
):
    printed = issued(run, batch, keys, tmp_path / "out", "--format", format)
    assert printed.code == 64
    assert said in " ".join(printed.err.split())
    assert not (tmp_path / "out").exists()


def test_options_for_forms_without_forms_are_refused(run, batch, keys, tmp_path):
    printed = issued(run, batch, keys, tmp_path / "out", "--did", "did:web:example.edu")
    assert printed.code == 64
    assert "--format elm,ob3" in printed.err


def test_a_withdrawn_award_says_so_in_every_form(run, batch, keys, tmp_path):
    issued(run, batch, keys, tmp_path / "out", "--format", "elm,ob3,vc,sd-jwt",
           "--status", "https://status.example.edu/")  # fmt: skip
    folder, site = tmp_path / "out" / "credentials", tmp_path / "site"
    first, second, third = sorted(folder.glob("*.jsonld"))
    store = ("--store", tmp_path / "out")
    for verb, file in (("revoke", first), ("suspend", second)):
        id = f"urn:credential:{file.stem}"
        assert run("status", verb, id, "--reason", "a test", *store).code == 0
    key = ("--key", keys / "seal.p12")
    assert run("status", "publish", *store, *key, "--out", site).code == 0
    lists = [one for one in site.rglob("*") if one.is_file() and one.suffix != ".cwt"]
    given = [part for one in lists for part in ("--status-list", one)]
    for file, expected in ((first, "FAILED"), (second, "FAILED"), (third, "PASSED")):
        for form in folder.glob(f"{file.stem}.*"):
            printed = run("verify", form, "--trust", keys, *given, "--json")
            [report] = printed.lines
            assert report["verdict"] == expected, (form.name, report["sentence"])
    assert (
        run("status", "reinstate", f"urn:credential:{second.stem}", "--reason", "x", *store).code
        == 0
    )
    assert run("status", "publish", *store, *key, "--out", site).code == 0
    for form in folder.glob(f"{second.stem}.*"):
        [report] = run("verify", form, "--trust", keys, *given, "--json").lines
        assert report["verdict"] == "PASSED", (form.name, report["sentence"])


def test_a_zip_of_credentials_is_verified_file_by_file(run, batch, keys, tmp_path):
    issued(run, batch, keys, tmp_path / "out", "--format", "elm,vc")
    pack = tmp_path / "all.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        for file in sorted((tmp_path / "out" / "credentials").iterdir()):
            archive.write(file, file.name)
        archive.writestr("letter.txt", "no credential")
    printed = run("verify", pack, "--trust", keys, "--json")
    assert [one["verdict"] for one in printed.lines] == ["PASSED"] * 6 + ["FAILED"]
    assert printed.lines[0]["input"].startswith(f"{pack}/")
    assert printed.code == 1
