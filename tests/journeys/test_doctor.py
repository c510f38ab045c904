"""The doctor: every way a key can be unfit is found, and has a next step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from tessera.seals.keys import SealHolder, new_test_authority
from tests.authority.pki import Tree
from tests.authority.tsa import running
from tests.journeys.conftest import Run
from tests.remote.csc_server import one_seal, says
from tests.remote.soft_token import LABEL, PIN, module, soft_token

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority():
    return new_test_authority(NOW - timedelta(days=1))


def _doctor(run: Run, *arguments: object):
    printed = run("doctor", "--json", *arguments)
    assert printed.code in (0, 1, 2), printed
    return printed.code, {one["rule"]: one for one in printed.lines[0]["findings"]}


def _failed(run: Run, rule: str, *arguments: object) -> str:
    """Run the doctor, expect this one failure and nothing else, return its sentence."""
    code, found = _doctor(run, *arguments)
    assert code == 1
    assert [one for one in found if found[one]["outcome"] == "FAILED"] == [rule], found
    return found[rule]["message"]


def _store(folder: Path, begins: datetime, holder: SealHolder | None = None) -> Path:
    """A key file with `password.txt` beside it, valid for two years from a day."""
    folder.mkdir()
    store = new_test_authority(begins, holder).make_store(holder or SealHolder(), begins, b"secret")
    (folder / "seal.p12").write_bytes(store)
    (folder / "password.txt").write_text("secret\n")
    return folder / "seal.p12"


def _bare(folder: Path, *extensions: x509.ExtensionType, issued_by_other: bool = False) -> Path:
    """A key file whose certificate names no organisation identifier."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST Someone")])
    other = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST Issuer")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(other if issued_by_other else name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=700))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    store = pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, BestAvailableEncryption(b"secret")
    )
    (folder / "bare.p12").write_bytes(store)
    (folder / "password.txt").write_text("secret\n")
    return folder / "bare.p12"


# The machine


def test_the_doctor_names_the_next_step_for_what_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.setattr("tessera.cli.diagnosing.find_spec", lambda name: None)
    monkeypatch.setenv("TESSERA_STANDARDS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    code, found = _doctor(run)
    assert code in (0, 2)
    for extra in ("keys", "pdf", "rdf", "tables", "trust"):
        assert f"tessera[{extra}]" in found[f"doctor.extra.{extra}"]["message"]
    assert "doctor.clock" not in found
    printed = run("doctor")
    assert "Next:" in printed.out


# A key file


def test_the_doctor_finds_a_good_test_key_good_and_says_that_it_is_a_test(run, keys):
    code, found = _doctor(run, "--key", keys / "seal.p12")
    assert code == 0
    for rule in ("key", "key.expiry", "key.usage", "key.identifier", "key.chain"):
        assert found[f"doctor.{rule}"]["outcome"] == "PASSED"
    assert "TEST" in found["doctor.key.test"]["message"]
    assert "--tsa URL" in found["doctor.clock"]["message"]


def test_the_doctor_warns_before_a_certificate_expires(run, tmp_path):
    key = _store(tmp_path / "keys", NOW - timedelta(days=700))
    assert "order a new one now" in _failed(run, "doctor.key.expiry", "--key", key)


def test_the_doctor_says_that_a_certificate_has_expired_or_is_not_valid_yet(run, tmp_path):
    old = _store(tmp_path / "old", NOW - timedelta(days=1000))
    assert "expired on" in _failed(run, "doctor.key.expiry", "--key", old)
    early = _store(tmp_path / "early", NOW + timedelta(days=3))
    assert "valid only from" in _failed(run, "doctor.key.expiry", "--key", early)


def test_the_doctor_says_that_a_key_cannot_be_opened(run, tmp_path, keys):
    (tmp_path / "wrong.txt").write_text("wrong\n")
    told = _failed(
        run, "doctor.key", "--key", keys / "seal.p12", "--password-file", tmp_path / "wrong.txt"
    )
    assert "Check the password file" in told
    assert "cannot be opened" in _failed(run, "doctor.key", "--key", tmp_path / "none.p12")


def test_the_doctor_finds_a_certificate_for_other_uses(run, tmp_path):
    usage = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    key = _bare(tmp_path, usage)
    assert "Use an e-seal certificate" in _failed(run, "doctor.key.usage", "--key", key)


def test_the_doctor_doubts_a_qualified_certificate_of_a_person(run, tmp_path):
    # QcType with the one value esign (EN 319 412-5 clause 4.2.3).
    statements = bytes.fromhex("3015 3013 0606 04008e460106 3009 0607 04008e46010601")
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), statements)
    _, found = _doctor(run, "--key", _bare(tmp_path, extension))
    assert found["doctor.key.usage"]["outcome"] == "INDETERMINATE"
    assert "not for the seal of an organisation" in found["doctor.key.usage"]["message"]


def test_the_doctor_misses_the_organisation_identifier(run, tmp_path):
    key = _bare(tmp_path)
    assert "2.5.4.97" in _failed(run, "doctor.key.identifier", "--key", key)


def test_the_doctor_misses_the_issuer_and_finds_it_beside(run, tmp_path, authority):
    store = authority.make_store(SealHolder(), NOW - timedelta(days=1), b"secret")
    key, leaf, _ = pkcs12.load_key_and_certificates(store, b"secret")
    assert key is not None
    alone = pkcs12.serialize_key_and_certificates(
        b"seal", key, leaf, None, BestAvailableEncryption(b"secret")
    )
    (tmp_path / "alone.p12").write_bytes(alone)
    (tmp_path / "password.txt").write_text("secret\n")
    told = _failed(run, "doctor.key.chain", "--key", tmp_path / "alone.p12")
    assert "--chain FILE" in told
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    code, found = _doctor(run, "--key", tmp_path / "alone.p12", "--chain", tmp_path / "ca.pem")
    assert code == 0
    assert "up to its root" in found["doctor.key.chain"]["message"]


def test_the_doctor_warns_when_others_may_read_the_password(run, keys, tmp_path):
    copy = tmp_path / "password.txt"
    copy.write_bytes((keys / "password.txt").read_bytes())
    copy.chmod(0o644)
    arguments = ("--key", keys / "seal.p12", "--password-file", copy)
    code, found = _doctor(run, *arguments)
    assert code == 0
    assert "chmod 600" in found["doctor.key.secret-file"]["message"]
    copy.chmod(0o600)
    assert "doctor.key.secret-file" not in _doctor(run, *arguments)[1]


# A token


@pytest.fixture
def token(tmp_path, monkeypatch, authority):
    module()
    with soft_token(tmp_path, monkeypatch) as token:
        token.put(authority, NOW - timedelta(days=1))
        (tmp_path / "pin.txt").write_text(f"{PIN}\n")
        (tmp_path / "pin.txt").chmod(0o600)
        yield token


def test_the_doctor_tries_a_key_on_a_token(run, token, tmp_path):
    arguments = ("--key", token.uri(token=LABEL), "--password-file", tmp_path / "pin.txt")
    code, found = _doctor(run, *arguments)
    assert code == 0
    assert found["doctor.key"]["outcome"] == "PASSED"
    assert "--password-file" in _failed(run, "doctor.key.secret", "--key", token.uri(token=LABEL))
    (tmp_path / "pin.txt").write_text("000000\n")
    token.start_again()
    assert "does not accept this PIN" in _failed(run, "doctor.key.secret", *arguments)
    assert "found: token=TEST%20Registry" in _failed(
        run, "doctor.key", "--key", token.uri(token="Archive")
    )


def test_the_doctor_finds_a_certificate_that_is_not_that_of_the_key(
    run, token, tmp_path, authority
):
    token.put(authority, NOW, certificates=False, label="bare", id=b"\x05")
    strange = authority.make_store(SealHolder(), NOW - timedelta(days=1), b"x")
    _, leaf, _ = pkcs12.load_key_and_certificates(strange, b"x")
    assert leaf is not None
    (tmp_path / "chain.pem").write_bytes(
        leaf.public_bytes(Encoding.PEM) + authority.certificate_pem
    )
    told = _failed(
        run, "doctor.key", "--key", token.uri(object="bare"),
        "--password-file", tmp_path / "pin.txt", "--chain", tmp_path / "chain.pem",
    )  # fmt: skip
    assert "do not belong together" in told


def test_a_wrong_address_of_a_key_is_wrong_use(run, tmp_path):
    printed = run("doctor", "--key", "pkcs11:token=a")
    assert printed.code == 64
    assert "module-path" in printed.err
    printed = run("doctor", "--key", f"csc:{tmp_path}/none.toml")
    assert printed.code == 64
    printed = run("doctor", "--key", "csc:../secret")
    assert printed.code == 64
    assert "no name of a profile" in printed.err


# A remote seal


def test_the_doctor_tries_a_remote_seal_and_its_clock_and_signs_nothing(
    run, tmp_path, authority, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with one_seal(authority, NOW, tmp_path / "tessera" / "csc") as (server, _):
        code, found = _doctor(run, "--key", "csc:seal")
        assert code == 0
        assert found["doctor.key"]["outcome"] == "PASSED"
        assert found["doctor.clock"]["outcome"] == "PASSED"
        assert len(server.called("credentials/authorize")) == 1
        assert server.signed == 0
        secrets = tmp_path / "tessera" / "csc"
        (secrets / "client-secret.txt").chmod(0o600)
        (secrets / "pin.txt").chmod(0o640)
        told = _doctor(run, "--key", "csc:seal")[1]["doctor.key.secret-file"]["message"]
        assert f"chmod 600 {secrets / 'pin.txt'}" in told
        (secrets / "pin.txt").chmod(0o600)
        assert "doctor.key.secret-file" not in _doctor(run, "--key", "csc:seal")[1]
        server.date = datetime.now(UTC) - timedelta(minutes=12)
        told = _failed(run, "doctor.clock", "--key", "csc:seal")
        assert "seconds ahead of that of the seal service" in told
        assert "timedatectl" in told
        server.date = datetime.now(UTC) + timedelta(minutes=12)
        assert "behind" in _failed(run, "doctor.clock", "--key", "csc:seal")


@pytest.mark.parametrize(
    ("status", "answer", "rule"),
    [
        (400, {"error": "invalid_authentication_data"}, "doctor.key.secret"),
        (
            400,
            {"error": "invalid_request", "error_description": "Credential locked"},
            "doctor.key.locked",
        ),
        (403, {"error": "access_denied"}, "doctor.key.remote"),
        (503, None, "doctor.key.reachable"),
    ],
)
def test_the_doctor_says_why_a_remote_seal_refuses(run, tmp_path, authority, status, answer, rule):
    with one_seal(authority, NOW, tmp_path) as (server, profile):
        server.faults["credentials/authorize"].append(
            says(status, answer, **{"Retry-After": "900"})
        )
        _failed(run, rule, "--key", f"csc:{profile}")


# The clock


@pytest.fixture
def stamping():
    """A timestamp authority on this machine, and the services it is part of."""
    with running() as services:
        tree = Tree(services=services.url)
        services.tsa = tree.tsa(tree.root("TEST TSA CA"))
        yield services, f"{services.url}/tsa"


def test_the_clock_is_compared_with_a_timestamp_authority(run, keys, stamping):
    services, tsa = stamping
    code, found = _doctor(run, "--key", keys / "seal.p12", "--tsa", tsa)
    assert code == 0
    assert found["doctor.clock"]["outcome"] == "PASSED"
    services.now = datetime.now(UTC) + timedelta(hours=1)
    told = _failed(run, "doctor.clock", "--key", keys / "seal.p12", "--tsa", tsa)
    assert "seconds behind that of http://127.0.0.1" in told
    services.now = datetime.now(UTC) - timedelta(hours=1)
    assert "ahead of" in _failed(run, "doctor.clock", "--tsa", tsa)


@pytest.mark.parametrize("fault", ["refuse", "nonce", "imprint", "garbage", "status"])
def test_a_timestamp_authority_that_gives_no_time_is_said(run, stamping, fault):
    services, tsa = stamping
    services.faults.add(fault)
    code, found = _doctor(run, "--tsa", tsa)
    assert code == 2
    assert found["doctor.clock"]["outcome"] == "INDETERMINATE"
    assert "Next: try another authority" in found["doctor.clock"]["message"]


@pytest.mark.parametrize("tsa", ["file:///etc/hostname", "http://127.0.0.1:9/", "no address"])
def test_an_address_that_is_no_authority_is_said(run, tsa):
    code, found = _doctor(run, "--tsa", tsa)
    assert code == 2
    assert f"{tsa} gave no time" in found["doctor.clock"]["message"]
