"""Convert: what is issued comes out in every format, sealed by its issuer or by nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tessera.cli import main
from tessera.formats.elm.encode import dump, encode
from tessera.formats.losses import difference, is_within
from tessera.journeys import converting
from tessera.journeys.converting import target, written
from tessera.model import Picture
from tessera.seals.jades import JADES
from tessera.seals.keys import load_pkcs12
from tests.complete import complete_award
from tests.journeys.conftest import credentials, learner, write_csv

SEALED = ("elm", "vc", "ob3", "sd-jwt", "eaa")


@pytest.fixture(scope="module")
def issued(tmp_path_factory, keys, description):
    """One sealed credential of a full description, with its learner's date of birth."""
    folder = tmp_path_factory.mktemp("issued")
    columns = (
        "learner_id", "given_name", "family_name", "email", "date_of_birth", "grade_portfolio",
        "grade_exam",
    )  # fmt: skip
    rows = [["S1", "Ada", "Example", "a@example.org", "1990-12-10", "82 %", "74 %"]]
    table = write_csv(folder / "learners.csv", rows, columns)
    code = main(["issue", str(description), str(table), "--key", str(keys / "seal.p12"),
                 "--out", str(folder / "out")])  # fmt: skip
    assert code == 0
    return credentials(folder / "out")[0]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """The key of another organisation."""
    folder = tmp_path_factory.mktemp("stranger") / "keys"
    assert main(["keys", "test-ca", str(folder), "--organisation", "Somebody Else",
                 "--identifier", "VATFR-99999999"]) == 0  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def source(issued):
    return converting.read(issued.read_bytes(), datetime.now(UTC))


@pytest.mark.parametrize("format", [one.id for one in written()])
def test_one_full_award_is_written_in_every_format_and_read_again(
    run, issued, source, format, tmp_path
):
    made = tmp_path / "made"
    said = run("convert", issued, "--to", format, "-o", made, "--json")
    assert said.code == 0, said.err
    [report] = said.lines
    assert (report["format"], report["sealed"], report["schema"]) == (format, False, 1)
    again = converting.read(made.read_bytes(), datetime.now(UTC))
    named = [one["pointer"] for one in report["losses"]]
    assert report["carries_all"] is not bool(named)
    for one in difference(source.award, again.award, ignoring=again.format):
        assert any(is_within(one.pointer, up) or is_within(up, one.pointer) for up in named), one


@pytest.mark.parametrize("format", SEALED)
def test_the_issuers_key_seals_and_the_seal_is_intact(run, issued, keys, format, tmp_path):
    made = tmp_path / "made"
    said = run("convert", issued, "--to", format, "-o", made, "--key", keys / "seal.p12", "--json")
    assert (said.code, said.lines[0]["sealed"]) == (0, True), said.err
    [judged] = run("verify", made, "--json", "--trust", keys / "ca.pem").lines
    steps = {one["id"]: one["outcome"] for one in judged["steps"]}
    assert (judged["format"], steps["parse"], steps["seal"]) == (format, "PASSED", "PASSED")
    assert judged["seal"]["class"] == "test"
    assert steps["schema"] != "FAILED"


def test_a_key_of_another_organisation_seals_nothing(run, issued, stranger, tmp_path):
    made = tmp_path / "made"
    said = run("convert", issued, "--to", "ob3", "-o", made, "--key", stranger / "seal.p12")
    assert said.code == 77
    assert "UNSIGNED" in said.said
    assert "The key belongs to" in said.said
    assert "proof" not in json.loads(made.read_text())


def test_a_record_that_only_names_the_issuer_is_not_sealed_by_it(
    run, issued, source, keys, stranger, tmp_path
):
    """Whoever forges a record in the name of an issuer gets no seal of the issuer on it."""
    forged = dump(encode(source.award)).replace(b"74 %", b"94 %")
    plain = tmp_path / "plain.jsonld"
    plain.write_bytes(forged)
    other = load_pkcs12(stranger / "seal.p12", (stranger / "password.txt").read_text().strip())
    foreign = tmp_path / "foreign.jsonld"
    foreign.write_bytes(JADES.seal(forged, other, datetime.now(UTC).replace(microsecond=0)))
    for path, reason in ((plain, "The source is not sealed"), (foreign, "not sealed by")):
        made = tmp_path / f"{path.stem}.made"
        said = run("convert", path, "--to", "vc", "-o", made, "--key", keys / "seal.p12")
        assert said.code == 77, path
        assert reason in said.said
        assert "94 %" in made.read_text()
        assert converting.read(made.read_bytes(), datetime.now(UTC)).is_sealed is False


@pytest.mark.parametrize("format", [one for one in SEALED if one != "eaa"])
def test_what_the_issuer_converted_is_converted_again_by_the_issuer(
    run, issued, keys, format, tmp_path
):
    key = keys / "seal.p12"
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("convert", issued, "--to", "vc", "-o", first, "--key", key).code == 0
    said = run("convert", first, "--to", format, "-o", second, "--key", key, "--json")
    assert (said.code, said.lines[0]["sealed"]) == (0, True), said.lines


def test_a_key_for_what_is_not_sealed_is_wrong_use(run, issued, keys, tmp_path):
    said = run("convert", issued, "--to", "elmo", "--key", keys / "seal.p12",
               "-o", tmp_path / "made")  # fmt: skip
    assert said.code == 64
    assert not (tmp_path / "made").exists()


def test_a_broken_seal_is_never_healed_by_converting(run, issued, keys, tmp_path):
    text = issued.read_text()
    assert "74 %" in text
    broken = tmp_path / "broken.jsonld"
    broken.write_text(text.replace("74 %", "94 %"))
    made = tmp_path / "made"
    said = run("convert", broken, "--to", "vc", "-o", made, "--key", keys / "seal.p12")
    assert said.code == 77
    assert "The seal of the source is broken" in said.said


def test_elmo_takes_the_sealed_file_along_and_verify_judges_it(run, issued, keys, tmp_path):
    made = tmp_path / "made.xml"
    said = run("convert", issued, "--to", "elmo", "-o", made)
    assert "The whole record travels in it as well." in said.said
    [inside] = target("elmo").embedded(made.read_bytes())
    assert inside.content == issued.read_bytes()
    assert b"data:application/ld+json;base64," in made.read_bytes()
    [judged] = run("verify", made, "--json", "--trust", keys / "ca.pem").lines
    assert judged["verdict"] != "PASSED"
    parts = next(one for one in judged["steps"] if one["id"] == "parts")
    assert parts["outcome"] != "NOT_APPLICABLE"


def test_an_unsealed_record_is_not_attached_as_if_it_were_sealed(run, tmp_path):
    award = replace(complete_award(), display=Picture(media_type="image/png", content=b"png"))
    plain = tmp_path / "plain.jsonld"
    plain.write_bytes(dump(encode(award)))
    made = tmp_path / "made.xml"
    assert run("convert", plain, "--to", "elmo", "-o", made).code == 0
    assert target("elmo").embedded(made.read_bytes()) == ()


def test_what_exists_is_left_as_it_is(run, issued, tmp_path):
    made = tmp_path / "made"
    made.write_text("mine")
    said = run("convert", issued, "--to", "vc", "-o", made)
    assert said.code == 73
    assert made.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["made"]


def test_a_name_is_chosen_that_says_what_it_is(run, issued, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run("convert", issued, "--to", "vc").code == 0
    [made] = tmp_path.iterdir()
    assert made.name == f"{issued.stem}.unsigned.vc.json"


@pytest.mark.parametrize("wrong", ["nothing", "ob2", "edci", "evidence", "clr"])
def test_what_is_no_format_to_write_is_wrong_use(run, issued, wrong, tmp_path):
    said = run("convert", issued, "--to", wrong, "-o", tmp_path / "made")
    assert said.code == 64
    assert "elmo" in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"<!DOCTYPE a><a/>"])
def test_what_is_no_credential_is_unreadable(run, content, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    said = run("convert", path, "--to", "vc", "-o", tmp_path / "made")
    assert said.code == 65
    assert not (tmp_path / "made").exists()


def test_what_a_format_demands_is_named_and_nothing_is_written(run, keys, description, tmp_path):
    table = write_csv(tmp_path / "learners.csv", map(learner, range(1)))
    assert run("issue", description, table, "--key", keys / "seal.p12",
               "--out", tmp_path / "out").code == 0  # fmt: skip
    [sealed] = credentials(tmp_path / "out")
    said = run("convert", sealed, "--to", "eaa", "-o", tmp_path / "made")
    assert said.code == 65
    assert "date of birth" in said.err
    assert not (tmp_path / "made").exists()
