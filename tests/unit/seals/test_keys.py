import os
import pickle
import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from tessera.errors import KeyRefusedError, StoreError, UsageError
from tessera.seals import der
from tessera.seals.algorithms import verify_signature
from tessera.seals.certificates import describe, public_key
from tessera.seals.keys import (
    SealHolder,
    load_pkcs12,
    make_test_authority,
    make_test_seal,
    new_test_authority,
)
from tessera.seals.protocol import DigestSigningKey
from tessera.seals.validity import refuse_outside_validity


def store(now, key, *, usage=None, is_authority=False, with_key=True, with_certificate=True):
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "TEST Someone")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + timedelta(days=10))
    )  # fmt: skip
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if is_authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    certificate = builder.sign(key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(
        b"x", key if with_key else None, certificate if with_certificate else None, None,
        BestAvailableEncryption(b"secret"),
    )  # fmt: skip


def usages(*named):
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in named for name in names})


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256"])
def test_the_test_authority_writes_keys_that_load_and_sign(tmp_path, now, algorithm):
    written = make_test_authority(tmp_path / "keys", now, algorithm=algorithm)
    key = load_pkcs12(written.key, written.password.read_text().strip(), at=now)
    assert key.alg == algorithm
    assert key.is_test
    assert isinstance(key, DigestSigningKey)
    leaf, issuer = key.certificate_chain
    trusted = x509.load_pem_x509_certificate(written.authority.read_bytes())
    assert trusted == x509.load_der_x509_certificate(issuer)
    finding = verify_signature(algorithm, public_key(leaf), key.sign(b"text"), b"text")
    assert finding.outcome.value == "PASSED"
    for path in (written.key, written.password, written.authority):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path / "keys")) == ["ca.pem", "password.txt", "seal.p12"]


def test_test_certificates_say_test_and_name_the_body(tmp_path, now):
    written = make_test_authority(
        tmp_path, now, organisation="Example University", country="FI", identifier="VATFI-12345678"
    )
    key = load_pkcs12(written.key, written.password.read_text().strip())
    facts = describe(key.certificate_chain[0])
    assert facts.organisation == "Example University (TEST)"
    assert "TEST" in facts.common_name
    assert (facts.country, facts.organisation_identifier) == ("FI", "VATFI-12345678")
    assert facts.not_after - facts.not_before == timedelta(days=730)


@pytest.mark.parametrize("name", ["ca.pem", "seal.p12", "password.txt"])
def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, now, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(StoreError, match="already exists"):
        make_test_authority(tmp_path, now)
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path, now):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        make_test_authority(tmp_path / "file" / "keys", now)


def test_a_wrong_password_is_refused_in_words(tmp_path, now):
    written = make_test_authority(tmp_path, now)
    with pytest.raises(KeyRefusedError, match="password") as refused:
        load_pkcs12(written.key, "not the password")
    assert refused.value.exit_code == 77


def test_a_key_in_pem_text_is_told_how_to_become_a_key_file():
    with pytest.raises(KeyRefusedError, match="openssl pkcs12 -export"):
        load_pkcs12(b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "secret")


@pytest.mark.parametrize("raw", [b"", b"hello", b"\x30\x03\x02\x01\x03", b"\x30\x80\x00\x00"])
def test_a_file_that_is_no_key_store_is_refused(raw):
    with pytest.raises(KeyRefusedError):
        load_pkcs12(raw, "secret")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(KeyRefusedError, match="cannot be opened"):
        load_pkcs12(tmp_path / "none.p12", "secret")


def test_a_store_without_private_key_is_refused(now):
    raw = store(now, ec.generate_private_key(ec.SECP256R1()), with_key=False)
    with pytest.raises(KeyRefusedError, match="no private key"):
        load_pkcs12(raw, "secret")


def test_a_store_without_the_certificate_of_the_key_is_refused(now):
    raw = store(now, ec.generate_private_key(ec.SECP256R1()), with_certificate=False)
    with pytest.raises(KeyRefusedError, match="no certificate"):
        load_pkcs12(raw, "secret")


def test_a_store_with_two_private_keys_is_refused():
    plain = [
        pkcs12.serialize_key_and_certificates(
            b"x", ec.generate_private_key(ec.SECP256R1()), None, None, NoEncryption()
        )
        for _ in range(2)
    ]

    def bags(raw):
        parts = [content for _, content in der.elements(der.only(raw, der.SEQUENCE))]
        wrapped = list(der.elements(parts[1]))[1][1]
        safes = der.only(der.only(wrapped, der.OCTETS), der.SEQUENCE)
        return b"".join(der.encode(tag, content) for tag, content in der.elements(safes))

    safes = der.encode(der.SEQUENCE, bags(plain[0]) + bags(plain[1]))
    data = bytes.fromhex("06092a864886f70d010701")
    content = der.encode(0xA0, der.encode(der.OCTETS, safes))
    both = der.encode(der.SEQUENCE, der.integer(3) + der.encode(der.SEQUENCE, data + content))
    with pytest.raises(KeyRefusedError, match="several private keys"):
        load_pkcs12(both, None)


def test_a_weak_rsa_key_is_refused(now):
    raw = store(now, rsa.generate_private_key(public_exponent=65537, key_size=1024))
    with pytest.raises(KeyRefusedError, match="1024 bits"):
        load_pkcs12(raw, "secret")


def test_a_curve_that_seals_do_not_use_is_refused(now):
    raw = store(now, ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(KeyRefusedError, match="curve"):
        load_pkcs12(raw, "secret")


@pytest.mark.parametrize(
    ("named", "accepted"),
    [(("digital_signature",), True), (("content_commitment",), True),
     (("key_encipherment",), False), (("key_agreement", "data_encipherment"), False)],
)  # fmt: skip
def test_key_usage_must_allow_signing(now, named, accepted):
    raw = store(now, ec.generate_private_key(ec.SECP256R1()), usage=usages(*named))
    if accepted:
        assert load_pkcs12(raw, "secret").alg == "ES256"
    else:
        with pytest.raises(KeyRefusedError, match="not meant for signing"):
            load_pkcs12(raw, "secret")


def test_an_authority_does_not_seal(now):
    raw = store(now, ec.generate_private_key(ec.SECP256R1()), is_authority=True)
    with pytest.raises(KeyRefusedError, match="authority"):
        load_pkcs12(raw, "secret")


def test_a_certificate_outside_its_validity_is_refused(authority, now):
    expired = make_test_seal(authority, now - timedelta(days=900))
    with pytest.raises(KeyRefusedError, match="expired on"):
        refuse_outside_validity(expired.certificate_chain[0], now)
    future = make_test_seal(authority, now + timedelta(days=1))
    with pytest.raises(KeyRefusedError, match="valid only from"):
        refuse_outside_validity(future.certificate_chain[0], now)
    with pytest.raises(KeyRefusedError, match="time zone"):
        refuse_outside_validity(expired.certificate_chain[0], now.replace(tzinfo=None))


def test_loading_at_a_moment_refuses_an_expired_key(tmp_path, now):
    written = make_test_authority(tmp_path, now - timedelta(days=900))
    password = written.password.read_text().strip()
    assert load_pkcs12(written.key, password).is_test
    with pytest.raises(KeyRefusedError, match="expired"):
        load_pkcs12(written.key, password, at=now)


def test_a_private_key_neither_prints_nor_travels(es_key):
    assert repr(es_key) == "<LocalKey ES256 of 'TEST Awarding Body'>"
    with pytest.raises(KeyRefusedError):
        pickle.dumps(es_key)
    shown = [name for name in dir(es_key) if "private" in name.lower()]
    assert shown == []


@pytest.mark.parametrize("bad", [{"country": "Ireland"}, {"organisation": " "}, {"identifier": ""}])
def test_a_holder_that_no_certificate_can_name_is_refused(bad):
    with pytest.raises(UsageError):
        SealHolder(**bad)


def test_unknown_algorithms_and_naive_times_are_refused(now):
    with pytest.raises(UsageError, match="not for 'HS256'"):
        new_test_authority(now, algorithm="HS256")
    with pytest.raises(UsageError, match="time zone"):
        new_test_authority(now.replace(tzinfo=None))
