"""`tessera keys did`: the name of a key, and what verifiers fetch, with its history."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def edwards(tmp_path_factory):
    from tessera.cli import main

    folder = tmp_path_factory.mktemp("edwards") / "keys"
    assert main(["keys", "test-ca", str(folder), "--algorithm", "ed25519"]) == 0
    return folder


def test_a_key_has_a_did_of_its_own(run, keys, edwards):
    for folder, begins in ((keys, "did:key:zDn"), (edwards, "did:key:z6Mk")):
        printed = run("keys", "did", folder / "seal.p12", "--json")
        assert printed.code == 0
        [said] = printed.lines
        assert said["did"].startswith(begins)
        assert said["verificationMethod"].startswith(said["did"] + "#")


def test_a_published_key_is_written_below_the_root_of_the_site(run, edwards, tmp_path):
    site = tmp_path / "site"
    printed = run("keys", "did", edwards / "seal.p12", "--web", "example.edu/seals", "--out", site)
    assert printed.code == 0
    assert "did:web:example.edu:seals" in printed.said
    assert "TEST key" in printed.err
    document = json.loads((site / "seals/did.json").read_text())
    assert document["id"] == "did:web:example.edu:seals"
    metadata = json.loads((site / ".well-known/jwt-vc-issuer/seals").read_text())
    assert metadata["issuer"] == "https://example.edu/seals"
    assert json.loads((site / "seals/jwks.json").read_text()) == metadata["jwks"]


def test_a_new_key_keeps_the_old_one_with_its_time(run, keys, edwards, tmp_path):
    site = tmp_path / "site"
    for folder, more in ((keys, ()), (edwards, ("--retire",))):
        arguments = (folder / "seal.p12", "--web", "example.edu", "--out", site, "--json", *more)
        printed = run("keys", "did", *arguments)
        assert printed.code == 0
    [said] = printed.lines
    old, new = said["keys"]
    assert old["expires"] < new["expires"]
    printed = run(
        "keys", "did", edwards / "seal.p12", "--web", "example.edu", "--out", site,
        "--revoke", old["name"],
    )  # fmt: skip
    assert printed.code == 0
    assert f"{old['name']}: revoked" in printed.said
    assert len(json.loads((site / ".well-known/did.json").read_text())["assertionMethod"]) == 4


def test_without_a_folder_it_says_what_it_would_write(run, keys):
    printed = run("keys", "did", keys / "seal.p12", "--web", "example.edu")
    assert printed.code == 0
    assert "Would write .well-known/did.json" in printed.said


def test_a_certificate_alone_is_enough(run, keys):
    printed = run("keys", "did", keys / "ca.pem", "--json")
    assert printed.code == 0
    assert printed.lines[0]["did"].startswith("did:key:z")


def test_without_a_site_the_document_of_the_key_itself_is_written(run, keys, tmp_path):
    printed = run("keys", "did", keys / "seal.p12", "--out", tmp_path)
    assert printed.code == 0
    assert "--trust" in printed.said
    written = (tmp_path / "did.json").read_bytes()
    assert written == (keys / "did.json").read_bytes()
    document = json.loads(written)
    assert document["assertionMethod"] == [document["verificationMethod"][0]["id"]]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--retire",), 64),
        (("--web", "no domain"), 64),
        (("--web", "example.edu", "--revoke", "nothing"), 64),
    ],
)
def test_wrong_use_is_said(run, keys, more, code):
    printed = run("keys", "did", keys / "seal.p12", *more)
    assert printed.code == code
    assert printed.err


def test_a_document_that_is_none_is_left_as_it_is(run, keys, tmp_path):
    path = tmp_path / ".well-known/did.json"
    path.parent.mkdir()
    for text, code in (("[]", 65), ('{"id": "did:web:other.example"}', 65), ("{", 65)):
        path.write_text(text)
        printed = run("keys", "did", keys / "seal.p12", "--web", "example.edu", "--out", tmp_path)
        assert printed.code == code
        assert path.read_text() == text


def test_a_folder_that_cannot_be_written_is_said(run, keys, tmp_path):
    (tmp_path / "site").write_text("a file, not a folder")
    arguments = ("--web", "example.edu", "--out", tmp_path / "site")
    printed = run("keys", "did", keys / "seal.p12", *arguments)
    assert printed.code == 73
