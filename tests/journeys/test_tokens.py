"""Tokens from a key file to a verdict: by the DID of the key, by a published domain, by nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tessera.seals.keys import SealHolder, load_pkcs12, new_test_authority
from tessera.seals.vcjose import VCJOSE, JoseOptions

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A key file of yesterday, with its password beside it."""
    folder = tmp_path_factory.mktemp("tokens")
    yesterday = NOW - timedelta(days=1)
    store = new_test_authority(yesterday).make_store(SealHolder(), yesterday, b"secret", "EdDSA")
    (folder / "seal.p12").write_bytes(store)
    (folder / "password.txt").write_text("secret")
    return folder


def token(folder, issuer, method, at=NOW):
    key = load_pkcs12(folder / "seal.p12", (folder / "password.txt").read_text().strip())
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:6f3e9a52-7f0b-4a7e-9a4b-0d4f3c2b1a09",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    }
    return VCJOSE.seal(
        json.dumps(document).encode(), key, at, JoseOptions(verification_method=method)
    )


def verified(run, path, *more):
    [said] = run("verify", path, "--json", *more).lines
    steps = {one["id"]: one for one in said["steps"]}
    rules = {one["rule"]: one["outcome"] for step in said["steps"] for one in step["findings"]}
    return steps, rules


def published(run, folder, site, *more):
    return run("keys", "did", folder / "seal.p12", "--web", "example.edu", "--out", site, "--json",
               *more).lines[0]  # fmt: skip


def test_the_did_of_a_key_needs_nothing_else_and_is_trusted_by_nobody(run, folder, tmp_path):
    [said] = run("keys", "did", folder / "seal.p12", "--json").lines
    (tmp_path / "a.jwt").write_bytes(token(folder, said["did"], said["verificationMethod"]))
    steps, rules = verified(run, tmp_path / "a.jwt")
    assert steps["seal"]["outcome"] == "PASSED"
    assert rules["seal.signature"] == rules["signer.controller"] == "PASSED"
    assert steps["signer"]["outcome"] == "INDETERMINATE"


def test_a_published_key_is_trusted_when_its_document_is_given(run, folder, tmp_path):
    said = published(run, folder, tmp_path)
    (tmp_path / "a.jwt").write_bytes(token(folder, said["did"], said["verificationMethod"]))
    without, rules = verified(run, tmp_path / "a.jwt")
    assert without["seal"]["outcome"] == "INDETERMINATE"
    assert rules["seal.verification-method"] == "INDETERMINATE"
    document = tmp_path / ".well-known/did.json"
    steps, rules = verified(run, tmp_path / "a.jwt", "--trust", document)
    assert steps["seal"]["outcome"] == steps["signer"]["outcome"] == "PASSED"


def test_a_revoked_key_seals_nothing_more_and_what_it_sealed_is_doubted(run, folder, tmp_path):
    said = published(run, folder, tmp_path)
    method = said["verificationMethod"]
    before = token(folder, said["did"], method, NOW - timedelta(hours=1))
    after = token(folder, said["did"], method, NOW + timedelta(hours=1))
    published(run, folder, tmp_path, "--revoke", said["keys"][0]["name"])
    document = tmp_path / ".well-known/did.json"
    later = (NOW + timedelta(hours=2)).isoformat()
    for name, sealed, expected in (("before", before, "INDETERMINATE"), ("after", after, "FAILED")):
        path = tmp_path / f"{name}.jwt"
        path.write_bytes(sealed)
        _, rules = verified(run, path, "--trust", document, "--at", later)
        assert rules["seal.signature"] == "PASSED"
        assert rules["seal.verification-method"] == expected


def test_whoever_names_somebody_else_as_issuer_is_found_out(run, folder, tmp_path):
    [said] = run("keys", "did", folder / "seal.p12", "--json").lines
    other = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    (tmp_path / "a.jwt").write_bytes(token(folder, other, said["verificationMethod"]))
    steps, rules = verified(run, tmp_path / "a.jwt")
    assert rules["signer.controller"] == "FAILED"
    assert steps["signer"]["outcome"] == "FAILED"
