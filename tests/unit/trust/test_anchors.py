import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tessera.errors import UnreadableError
from tessera.seals.keys import new_test_authority
from tessera.trust.anchors import Anchor, load_anchors


def test_pem_files_der_files_and_folders_are_read_once_each(tmp_path, authority, now):
    other = new_test_authority(now)
    (tmp_path / "both.pem").write_bytes(
        b"A remark\n" + authority.certificate_pem + other.certificate_pem
    )
    (tmp_path / "one.der").write_bytes(other.certificate)
    (tmp_path / "notes.txt").write_text("not a certificate")
    anchors = load_anchors([tmp_path, tmp_path / "one.der"])
    assert [anchor.certificate for anchor in anchors] == [authority.certificate, other.certificate]
    assert anchors[0].facts.is_authority
    assert anchors[0].origin.endswith("both.pem")


def test_a_private_key_next_to_the_certificate_is_passed_over(tmp_path, authority):
    block = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    (tmp_path / "mixed.pem").write_bytes(block + authority.certificate_pem)
    assert len(load_anchors([tmp_path / "mixed.pem"])) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pem", b""),
        ("a.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("a.pem", b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n"),
        ("a.pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("a.der", b"\x30\x03\x02\x01\x01"),
        ("a.txt", b"{}"),
    ],
)
def test_a_file_without_a_readable_certificate_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError, match=name):
        load_anchors([tmp_path / name])


def test_missing_files_and_empty_folders_are_named(tmp_path):
    with pytest.raises(UnreadableError, match="cannot be opened"):
        load_anchors([tmp_path / "none.pem"])
    with pytest.raises(UnreadableError, match="holds no certificates"):
        load_anchors([tmp_path])


def test_no_paths_give_no_anchors(authority):
    assert load_anchors([]) == ()
    loaded = x509.load_der_x509_certificate(authority.certificate)
    assert Anchor.of(loaded.public_bytes(Encoding.DER)).certificate == authority.certificate
