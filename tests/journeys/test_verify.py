"""Judging from the command line: files from anyone, offline, with the right exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tessera.cli import main
from tessera.seals.jades import JADES
from tessera.seals.keys import SealHolder, make_test_seal
from tests.mutants import issuer_in
from tests.unit.verify import conftest as made

FOLDER = os.environ.get("TESSERA_CASES")
AT = "2026-11-24T11:00:00Z"
COMMAND = Path(sys.executable).with_name("tessera")


def pem(certificate: bytes) -> bytes:
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


@pytest.fixture
def trust(tmp_path):
    path = tmp_path / "trust" / "ca.pem"
    path.parent.mkdir()
    path.write_bytes(pem(made.authority().certificate))
    return path


@pytest.fixture
def credential(tmp_path):
    path = tmp_path / "credential.jsonld"
    path.write_bytes(made.sealed())
    return path


@pytest.fixture
def altered(tmp_path):
    path = tmp_path / "altered.jsonld"
    path.write_bytes(made.sealed().replace(b"Ada", b"Eve"))
    return path


# The Commission's own sample


@pytest.fixture
def annex_one():
    if not FOLDER:
        pytest.skip("official cases: not here (the Annex I sample is not run)")
    cases = json.loads((Path(FOLDER) / "manifest.json").read_text(encoding="utf-8"))["cases"]
    return next(
        (Path(FOLDER) / case["path"], case["at"])
        for case in cases
        if case["format"] == "edc-jades" and "Annex I" in case["exercises"]
    )


def test_the_sample_of_the_commission_passes_with_its_authority(run, annex_one, tmp_path):
    path, at = annex_one
    ca = tmp_path / "ca.pem"
    ca.write_bytes(pem(issuer_in(path.read_bytes())))
    printed = run("verify", path, "--at", at, "--trust", ca, "--json")
    [report] = printed.lines
    assert printed.code == 0
    assert report["verdict"] == "PASSED"
    assert report["seal"]["level"] == "B-LTA"
    states = {step["id"]: step["outcome"] for step in report["steps"]}
    assert states["schema"] == "PASSED"
    assert states["elements"] == "FAILED"
    missing = [
        finding["rule"]
        for step in report["steps"]
        if step["id"] == "elements"
        for finding in step["findings"]
        if finding["outcome"] == "FAILED" and not finding.get("advice")
    ]
    assert missing == ["elements.eu-2022.quality-assurance"]


def test_the_sample_without_its_authority_or_at_a_later_day_is_open(run, annex_one, tmp_path):
    path, at = annex_one
    ca = tmp_path / "ca.pem"
    ca.write_bytes(pem(issuer_in(path.read_bytes())))
    assert run("verify", path, "--at", at).code == 2
    late = run("verify", path, "--at", "2026-11-24", "--trust", ca)
    assert late.code == 2
    assert "expired on 2025-05-10" in " ".join(late.out.split())


def test_the_sample_with_one_letter_changed_fails(run, annex_one, tmp_path):
    path, at = annex_one
    ca, changed = tmp_path / "ca.pem", tmp_path / "changed.jsonld"
    ca.write_bytes(pem(issuer_in(path.read_bytes())))
    changed.write_bytes(path.read_bytes().replace(b"Andromeda", b"Andromede", 1))
    assert run("verify", changed, "--at", at, "--trust", ca).code == 1


# Our own files


def test_a_sound_file_passes_and_says_so_in_words(run, credential, trust):
    printed = run("verify", credential, "--at", AT, "--trust", trust)
    assert printed.code == 0
    words = " ".join(printed.out.split())
    assert "passed: Ada Example was awarded 'Data Ethics in Practice'" in words
    assert "Sealed with a test key. It proves nothing outside a test." in words
    assert "What nobody checked:" in words
    assert "Policy 'standard', judged for 2026-11-24 11:00:00 UTC." in words


def test_a_folder_of_certificates_may_be_trusted(run, credential, trust):
    assert run("verify", credential, "--at", AT, "--trust", trust.parent).code == 0


def test_an_altered_file_fails_and_its_content_is_not_praised(run, altered, trust):
    printed = run("verify", altered, "--at", AT, "--trust", trust)
    assert printed.code == 1
    assert "The seal is broken; the content is not shown." in " ".join(printed.out.split())
    assert "Eve" not in printed.out


def test_of_several_files_the_worst_counts(run, credential, altered, trust, tmp_path):
    unsealed = tmp_path / "open.jsonld"
    unsealed.write_bytes(made.document())
    wishes = ("--at", AT, "--trust", trust)
    assert run("verify", credential, unsealed, *wishes).code == 2
    assert run("verify", unsealed, altered, credential, *wishes).code == 1
    missing = tmp_path / "missing.jsonld"
    assert run("verify", altered, missing, credential, *wishes).code == 65


def test_json_is_one_object_a_line_for_each_input(run, credential, altered, trust):
    printed = run("verify", credential, altered, "--at", AT, "--trust", trust, "--json")
    assert [one["input"] for one in printed.lines] == [str(credential), str(altered)]
    assert [one["verdict"] for one in printed.lines] == ["PASSED", "FAILED"]
    for one in printed.lines:
        assert one["schema"] == 1
        assert [step["id"] for step in one["steps"]] == [
            "parse", "seal", "signer", "time", "status", "schema", "elements", "issuer", "parts",
        ]  # fmt: skip


def test_the_real_program_ends_with_the_same_codes(credential, altered, trust):
    for path, code in ((credential, 0), (altered, 1)):
        done = subprocess.run(
            [COMMAND, "verify", path, "--at", AT, "--trust", trust], capture_output=True
        )
        assert done.returncode == code, done.stderr


# The moment


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (AT, 0),
        ("2026-11-24T12:00:00+01:00", 0),
        ("2026-11-25", 0),
        ("2026-11-24T09:00:00Z", 2),  # before it was sealed
        ("2028-12-01", 2),  # the certificate has expired
        ("2031-12-01", 1),  # the credential itself has ended
        ("yesterday", 64),
        ("", 64),
        ("2026-13-01", 64),
    ],
)
def test_the_moment_of_judgement_decides(run, credential, trust, at, code):
    assert run("verify", credential, "--at", at, "--trust", trust).code == code


def test_without_a_moment_it_is_now(run, tmp_path, trust):
    now = datetime.now(UTC)
    key = made.authority()
    seal = make_test_seal(
        key, now - timedelta(hours=1), SealHolder(organisation="TEST Now", identifier=made.DUBLIN)
    )
    path = tmp_path / "now.json"
    path.write_bytes(JADES.seal(b'{"id":"urn:x:1"}', seal, now - timedelta(minutes=1)))
    [report] = run("verify", path, "--trust", trust, "--json").lines
    assert datetime.fromisoformat(report["at"]) >= now - timedelta(seconds=1)
    assert report["verdict"] == "PASSED"


# Detached documents


def test_a_detached_document_is_named_beside_its_seal(run, tmp_path, trust):
    whole = json.loads(made.sealed())
    del whole["payload"]
    seal, document, other = (tmp_path / name for name in ("seal.json", "a.jsonld", "b.jsonld"))
    seal.write_text(json.dumps(whole))
    document.write_bytes(made.document())
    other.write_bytes(made.document().replace(b"Ada", b"Eve"))
    wishes = ("--at", AT, "--trust", trust)
    assert run("verify", seal, *wishes, "--detached", document).code == 0
    assert run("verify", seal, *wishes, "--detached", other).code == 1
    alone = run("verify", seal, *wishes)
    assert alone.code == 2
    assert "--detached" in alone.out
    missing = run("verify", seal, *wishes, "--detached", tmp_path / "none.jsonld")
    assert missing.code == 65
    assert "none.jsonld" in missing.err


def test_of_two_detached_documents_with_one_name_neither_is_lost(run, tmp_path, trust):
    whole = json.loads(made.sealed())
    del whole["payload"]
    seal = tmp_path / "seal.json"
    seal.write_text(json.dumps(whole))
    for name, content in (("a", made.document()), ("b", b"{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mc.jsonld").write_bytes(content)
    both = [one for name in "ab" for one in ("--detached", tmp_path / name / "mc.jsonld")]
    assert run("verify", seal, "--at", AT, "--trust", trust, *both).code == 2


def test_a_detached_document_that_is_too_large_is_not_called_altered(run, tmp_path, credential):
    large = tmp_path / "large.jsonld"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    assert "larger than 20 MB" in told(run("verify", credential, "--detached", large), 65)


# Wrong use


def told(printed, code):
    """The call was refused in a sentence, without a traceback, and nothing was printed."""
    assert printed.code == code
    assert printed.err.startswith("tessera: ")
    assert "Traceback" not in printed.err
    return printed.err


def test_a_missing_file_and_a_folder_are_said(run, tmp_path):
    assert "none.jsonld" in told(run("verify", tmp_path / "none.jsonld"), 65)
    assert "is a folder" in told(run("verify", tmp_path), 65)


def test_an_unknown_policy_or_list_names_those_there_are(run, credential):
    assert "standard, complete, covered" in told(
        run("verify", credential, "--policy", "lenient"), 64
    )
    assert "eu-2022" in told(run("verify", credential, "--list", "none"), 64)


def test_what_is_trusted_must_be_a_certificate(run, credential, tmp_path):
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    told(run("verify", credential, "--trust", nothing), 65)
    told(run("verify", credential, "--trust", tmp_path / "none.pem"), 65)


def test_without_a_file_the_usage_is_shown(run):
    assert run("verify").code == 64


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b"[" * 10_000 + b"]" * 10_000, "nested"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"a":0.12345678901234567891}', "more digits"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "malformed PDF file"),
        (
            b"PK\x03\x04\x14\x00",
            "a document of an office program, or a ZIP that cannot be unpacked",
        ),
        (b"\x89PNG\r\n\x1a\n\x00", "The picture is cut off."),
        (b'\xef\xbb\xbf<?xml version="1.0"?><elmo/>', "It is XML or HTML, but no credential"),
        (b"<!DOCTYPE html><p>", "document type"),
        (b'<elmo xmlns="urn:x"><learner/></elmo>', "It is XML or HTML, but no credential"),
        (b"<svg/>", "It is XML or HTML, but no credential"),
        (b"title: x\n", "cannot be read"),
    ],
)
def test_bad_input_is_a_verdict_with_its_reason(run, tmp_path, content, said):
    path = tmp_path / "bad"
    path.write_bytes(content)
    printed = run("verify", path)
    assert printed.code == 1
    assert said in " ".join(printed.out.split())
    assert printed.out.count("✗") == 1, "said once"
    assert "Nothing else was checked." in printed.out
    assert "? unknown" not in printed.out


def test_a_picture_without_a_badge_is_evidence_that_a_person_has_to_judge(run, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    printed = run("verify", path)
    assert printed.code == 2
    assert "This file carries no seal" in printed.said
    assert "unverified evidence" in printed.said


def test_fifty_megabytes_are_refused_without_being_read(run, tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(50_000_000)
        file.write(b"{")
    printed = run("verify", path)
    assert printed.code == 1
    assert "larger than 20 MB" in printed.said


def test_a_hostile_file_does_not_write_to_the_terminal(run, tmp_path):
    path = tmp_path / "hostile.json"
    path.write_bytes(b'{"\x1b[2J\\u001b[31m":1,"\\u001b[31m":1,"\\u001b[31m":2}')
    assert "\x1b" not in run("verify", path).out


# Policies


def test_stricter_policies_ask_for_more(run, tmp_path, credential, trust):
    incomplete = tmp_path / "incomplete.jsonld"
    whole = json.loads(made.document())
    del whole["credentialSubject"]["hasClaim"]["specifiedBy"]["learningOutcome"]
    incomplete.write_bytes(made.sealed(json.dumps(whole, ensure_ascii=False).encode()))
    wishes = ("--at", AT, "--trust", trust)
    assert run("verify", credential, *wishes, "--policy", "complete").code == 0
    assert run("verify", incomplete, *wishes).code == 0
    assert run("verify", incomplete, *wishes, "--policy", "complete").code == 1
    assert run("verify", credential, *wishes, "--policy", "covered").code == 2


# Three bodies in three countries


BODIES = (
    ("TEST Example University Dublin", "IE", "VATIE-1234567A"),
    ("TEST Example Hogeschool Utrecht", "NL", "VATNL-123456789B01"),
    ("TEST Example University Tampere", "FI", "VATFI-7654321"),
)


def test_three_bodies_seal_and_each_seal_removed_is_named(run, tmp_path, trust):
    ids = tuple(f"https://body{number}.example/" for number in range(3))
    document = made.joint_document(tuple(zip(ids, BODIES, strict=True)), seals_required=ids)
    keys = [made.key(identifier, name) for name, _, identifier in BODIES]
    whole = JADES.seal(document, keys[0], made.NOW)
    for key in keys[1:]:
        whole = JADES.cosign(whole, key, made.NOW)
    path = tmp_path / "joint.jsonld"
    path.write_bytes(whole)
    wishes = ("--at", AT, "--trust", trust, "--json")
    complete = run("verify", path, *wishes)
    assert complete.code == 0
    assert complete.lines[0]["seal"]["signers"] == [name for name, _, _ in BODIES]
    for gone, (name, _, _) in enumerate(BODIES):
        path.write_bytes(made.without_seal(whole, gone))
        printed = run("verify", path, *wishes)
        assert printed.code == 1
        [seal] = [step for step in printed.lines[0]["steps"] if step["id"] == "seal"]
        [missing] = [one for one in seal["findings"] if one["outcome"] == "FAILED"]
        assert missing["rule"] == "seal.required.missing"
        assert name.removeprefix("TEST ") in missing["message"]


def test_a_body_that_must_seal_and_that_nobody_describes_is_named_as_missing(run, tmp_path, trust):
    ids = tuple(f"https://body{number}.example/" for number in range(3))
    stranger = "https://nobody-describes.example/"
    document = made.joint_document(
        tuple(zip(ids, BODIES, strict=True)), seals_required=(*ids, stranger)
    )
    keys = [made.key(identifier, name) for name, _, identifier in BODIES]
    whole = JADES.seal(document, keys[0], made.NOW)
    for key in keys[1:]:
        whole = JADES.cosign(whole, key, made.NOW)
    path = tmp_path / "joint.jsonld"
    path.write_bytes(whole)
    printed = run("verify", path, "--at", AT, "--trust", trust, "--json")
    assert printed.code == 1
    [seal] = [step for step in printed.lines[0]["steps"] if step["id"] == "seal"]
    [missing] = [one for one in seal["findings"] if one["outcome"] == "FAILED"]
    assert missing["rule"] == "seal.required.missing"
    assert missing["evidence"]["organisation"] == stranger


def test_seals_are_added_from_the_command_line(run, tmp_path, credential):
    folder = tmp_path / "second"
    assert main(["keys", "test-ca", str(folder), "--identifier", "VATFI-7654321"]) == 0
    added = run(
        "seal", "add", credential, "--key", folder / "seal.p12",
        "--password-file", folder / "password.txt",
    )  # fmt: skip
    assert added.code == 0, added.err
    [report] = run("verify", credential, "--json").lines
    rules = [
        finding["rule"] for step in report["steps"] for finding in step["findings"]
        if finding["rule"] == "seal.signature"
    ]  # fmt: skip
    assert rules == ["seal.signature"] * 2
    assert re.fullmatch(r"[0-9a-f]{64}", report["sha256"])
