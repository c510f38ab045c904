"""Keys: test authorities that say TEST, keys that must not seal, further seals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from tessera.seals.certificates import TEST_POLICY_OID
from tessera.seals.keys import SealHolder, new_test_authority
from tests.journeys.conftest import credentials, learner, write_csv

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=1000)


def _store(folder: Path, begins: datetime, holder: SealHolder | None = None) -> Path:
    """A key file with `password.txt` beside it, valid for two years from a day."""
    folder.mkdir()
    authority = new_test_authority(begins, holder)
    store = authority.make_store(holder or SealHolder(), begins, b"secret")
    (folder / "seal.p12").write_bytes(store)
    (folder / "password.txt").write_text("secret\n")
    return folder / "seal.p12"


def _certificates(keys: Path) -> list[x509.Certificate]:
    password = (keys / "password.txt").read_text().strip().encode()
    _, leaf, others = pkcs12.load_key_and_certificates((keys / "seal.p12").read_bytes(), password)
    authority = x509.load_pem_x509_certificate((keys / "ca.pem").read_bytes())
    assert authority in others
    return [leaf, *others]


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
@pytest.mark.parametrize("organisation", ["", "Example University", "TEST House"])
def test_a_test_authority_says_test_in_every_certificate(run, tmp_path, algorithm, organisation):
    keys = tmp_path / "keys"
    printed = run("keys", "test-ca", keys, "--algorithm", algorithm, "--organisation", organisation)
    assert printed.code == 0
    assert "TEST" in printed.out
    for certificate in _certificates(keys):
        [name] = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert "TEST" in name.value.split() or "(TEST)" in name.value
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        assert TEST_POLICY_OID in {one.policy_identifier.dotted_string for one in policies}
    secrets = [path for path in keys.iterdir() if path.suffix not in (".pem", ".json")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in secrets)


@pytest.mark.parametrize("name", ["ca.pem", "did.json", "seal.p12", "password.txt"])
def test_a_test_authority_never_overwrites_and_then_writes_nothing(run, tmp_path, name):
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / name).write_text("mine")
    printed = run("keys", "test-ca", keys)
    assert printed.code == 73
    assert "already exists and is left as it is" in printed.err
    assert [path.name for path in keys.iterdir()] == [name]
    assert (keys / name).read_text() == "mine"


@pytest.mark.parametrize("arguments", [("--country", "Ireland"), ("--algorithm", "HS256")])
def test_a_test_authority_with_wrong_facts_is_wrong_use(run, tmp_path, arguments):
    printed = run("keys", "test-ca", tmp_path / "keys", *arguments)
    assert printed.code == 64
    assert not (tmp_path / "keys").exists()


def _refused(run, description, table, key, out, *more):
    printed = run("issue", description, table, "--key", key, "--out", out, *more)
    assert printed.code == 77, printed
    assert printed.err.count("\n") == 1
    assert not out.exists()
    return printed.err


def test_a_wrong_password_is_refused_before_anything_is_written(
    run, description, table, keys, tmp_path
):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("guess\n")
    key, out = keys / "seal.p12", tmp_path / "out"
    assert "password" in _refused(run, description, table, key, out, "--password-file", wrong)


def test_no_password_at_all_is_refused(run, description, table, keys, tmp_path):
    alone = tmp_path / "alone.p12"
    alone.write_bytes((keys / "seal.p12").read_bytes())
    assert "password" in _refused(run, description, table, alone, tmp_path / "out")


def test_a_password_file_that_is_no_text_or_not_there_is_refused(
    run, description, table, keys, tmp_path
):
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for given in (binary, tmp_path / "nowhere"):
        error = _refused(
            run, description, table, keys / "seal.p12", tmp_path / "out", "--password-file", given
        )
        assert str(given) in error


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_password_is_the_first_line_however_an_editor_saved_it(
    run, description, table, keys, tmp_path, ending, mark
):
    password = (keys / "password.txt").read_text().strip()
    file = tmp_path / "password"
    file.write_bytes((mark + password + ending).encode())
    printed = run(
        "issue", description, table, "--key", keys / "seal.p12", "--password-file", file,
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert printed.code == 0, printed.err


@pytest.mark.parametrize(
    ("begins", "word"), [(LONG_AGO, "expired"), (NOW + timedelta(days=9), "only from")]
)
def test_a_certificate_out_of_its_validity_seals_nothing(
    run, description, table, tmp_path, begins, word
):
    key = _store(tmp_path / "keys", begins)
    assert word in _refused(run, description, table, key, tmp_path / "out")


def test_a_key_of_a_wrong_kind_is_refused(run, description, table, tmp_path):
    private = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(private.public_key()).serial_number(7)
        .not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
        .sign(private, None)
    )  # fmt: skip
    key = tmp_path / "seal.p12"
    key.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", private, certificate, None, BestAvailableEncryption(b"secret")
        )
    )
    (tmp_path / "password.txt").write_text("secret")
    error = _refused(run, description, table, key, tmp_path / "out")
    assert "P-256" in error


def test_what_is_no_key_file_is_refused(run, description, table, tmp_path):
    (tmp_path / "password.txt").write_text("x")
    for content in (b"", b"-----BEGIN CERTIFICATE-----", bytes(range(256)) * 2):
        key = tmp_path / "seal.p12"
        key.write_bytes(content)
        assert "PKCS#12" in _refused(run, description, table, key, tmp_path / "out")
    missing = _refused(run, description, table, tmp_path / "nowhere.p12", tmp_path / "out")
    assert "nowhere.p12" in missing


def test_a_key_elsewhere_says_how_its_place_is_named(
    run, description, table, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for key, words in (
        ("csc:profile", f"The profile {tmp_path}/tessera/csc/profile.toml cannot be read"),
        ("pkcs11:token=a", "module-path"),
    ):
        printed = run("issue", description, table, "--key", key, "--out", tmp_path / "out")
        assert printed.code == 64
        assert words in printed.err
        assert not (tmp_path / "out").exists()


def test_as_many_password_files_as_keys_or_one(run, description, table, keys, tmp_path):
    key, password = keys / "seal.p12", keys / "password.txt"
    printed = run(
        "issue", description, table, "--key", key, "--password-file", password,
        "--password-file", password, "--out", tmp_path / "out",
    )  # fmt: skip
    assert printed.code == 64
    assert "1 keys and 2 password files" in printed.err


# Further seals


@pytest.fixture
def sealed(run, description, keys, tmp_path) -> Path:
    table = write_csv(tmp_path / "one.csv", [learner(1)])
    code = run(
        "issue", description, table, "--key", keys / "seal.p12", "--out", tmp_path / "sealed"
    ).code
    assert code == 0
    [path] = credentials(tmp_path / "sealed")
    return path


def test_a_further_seal_keeps_every_byte_that_was_there(run, sealed, tmp_path):
    before = sealed.read_bytes()
    key = _store(tmp_path / "other", NOW - timedelta(days=1), SealHolder(organisation="TEST Two"))
    printed = run("seal", "add", sealed, "--key", key)
    assert printed.code == 0
    assert "TEST Two has sealed" in printed.out
    after = sealed.read_bytes()
    assert after.startswith(before[:-2])
    assert len(json.loads(after)["signatures"]) == 2
    assert [path.name for path in sealed.parent.iterdir()] == [sealed.name]


def test_a_further_seal_may_go_into_a_new_file_but_over_no_other(run, sealed, tmp_path):
    before = sealed.read_bytes()
    key = _store(tmp_path / "other", NOW - timedelta(days=1))
    target = tmp_path / "target.jsonld"
    assert run("seal", "add", sealed, "--key", key, "-o", target).code == 0
    assert sealed.read_bytes() == before
    assert len(json.loads(target.read_bytes())["signatures"]) == 2
    written = target.read_bytes()
    printed = run("seal", "add", sealed, "--key", key, "-o", target)
    assert printed.code == 73
    assert "left as it is" in printed.err
    assert target.read_bytes() == written


def test_one_body_seals_once(run, sealed, keys):
    before = sealed.read_bytes()
    printed = run("seal", "add", sealed, "--key", keys / "seal.p12")
    assert printed.code == 64
    assert "already" in printed.err
    assert sealed.read_bytes() == before


def test_nothing_is_added_to_a_file_whose_seal_is_broken(run, sealed, tmp_path):
    broken = sealed.read_bytes().replace("Παπαδοπούλου".encode(), "Παπαδοπουλου".encode())
    assert broken != sealed.read_bytes()
    sealed.write_bytes(broken)
    key = _store(tmp_path / "other", NOW - timedelta(days=1))
    printed = run("seal", "add", sealed, "--key", key)
    assert printed.code == 65
    assert "broken" in printed.err
    assert sealed.read_bytes() == broken


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"payload":"x"}', b"a.b.c", bytes(range(156, 255))]
)
def test_nothing_is_added_to_what_is_no_sealed_file(run, tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    key = _store(tmp_path / "other", NOW - timedelta(days=1))
    printed = run("seal", "add", path, "--key", key)
    assert printed.code == 65
    assert printed.err.count("\n") == 1
    assert path.read_bytes() == content


# The demo


def test_the_demo_runs_twice_in_a_row_and_touches_nothing_else(run, tmp_path):
    folder = tmp_path / "demo"
    for _ in range(2):
        printed = run("demo", folder)
        assert printed.code == 0, printed.err
        assert "3 credentials are sealed" in printed.out
        assert "passed" in printed.out
        (folder / "mine.txt").write_text("mine")
    assert (folder / "mine.txt").read_text() == "mine"


def test_the_demo_leaves_a_folder_alone_that_it_did_not_write(run, tmp_path):
    (tmp_path / "description.yaml").write_text("mine")
    printed = run("demo", tmp_path)
    assert printed.code == 73
    assert (tmp_path / "description.yaml").read_text() == "mine"


def test_the_demo_says_in_a_sentence_that_it_cannot_write(run):
    printed = run("demo", "/proc/demo")
    assert printed.code == 73
    assert "Name a folder that you may write to" in printed.err
