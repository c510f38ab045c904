import subprocess
import sys

import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.seals import der
from tessera.seals.certificates import (
    TEST_POLICY_OID,
    describe,
    is_test_certificate,
    issuer_serial,
)


def certificate_with(now, extensions=(), organisation="Example University"):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_seal_certificate_says_who_holds_it(es_key):
    facts = describe(es_key.certificate_chain[0])
    assert (facts.organisation, facts.country) == ("TEST Awarding Body", "IE")
    assert facts.organisation_identifier == "VATIE-TEST-0000000"
    assert facts.key_usage == {"digital_signature", "content_commitment"}
    assert facts.policies == (TEST_POLICY_OID,)
    assert facts.key == "EC secp256r1"
    assert facts.is_test
    assert not facts.is_authority


def test_an_authority_says_that_it_is_one(authority):
    facts = describe(authority.certificate)
    assert facts.is_authority
    assert facts.key_usage == {"key_cert_sign", "crl_sign"}


@pytest.mark.parametrize("version", [3, 5, 0x7F])
def test_a_version_that_x509_does_not_know_is_unreadable(now, version):
    stated = b"\xa0\x03\x02\x01"
    altered = certificate_with(now).replace(stated + b"\x02", stated + bytes([version]), 1)
    with pytest.raises(UnreadableError):
        describe(altered)


def test_an_odd_serial_number_is_read_without_a_word_on_the_terminal(now, tmp_path):
    odd = Certificate.load(certificate_with(now))
    odd["tbs_certificate"]["serial_number"] = 0
    path = tmp_path / "odd.der"
    path.write_bytes(odd.dump(force=True))
    read = "import sys; from tessera.seals.certificates import describe; print(describe(open("
    done = subprocess.run(
        [sys.executable, "-c", f"{read}sys.argv[1], 'rb').read()).serial)", path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_name_longer_than_allowed_prints_nothing_beside_the_program(now, tmp_path):
    """X.520 bounds names; certificates that break a bound are real (the library warns)."""
    path = tmp_path / "long.der"
    raw = certificate_with(now, organisation="A" * 60)
    path.write_bytes(raw.replace(b"\x06\x03\x55\x04\x0a", b"\x06\x03\x55\x04\x06"))  # O as C
    read = "import sys; from tessera.seals.certificates import describe; print(describe(open("
    done = subprocess.run(
        [sys.executable, "-c", f"{read}sys.argv[1], 'rb').read()).country)", path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("A" * 60 + "\n", "")


def test_a_certificate_without_key_usage_restricts_nothing(now):
    assert describe(certificate_with(now)).key_usage is None


def test_statements_of_a_qualified_seal_are_reported_as_written(now):
    def statement(oid, info=b""):
        return der.encode(der.SEQUENCE, encoded(oid) + info)

    def encoded(oid):
        first, second, *arcs = (int(arc) for arc in oid.split("."))
        body = bytes([40 * first + second])
        for arc in arcs:
            groups = [arc & 0x7F]
            while arc := arc >> 7:
                groups.insert(0, arc & 0x7F | 0x80)
            body += bytes(groups)
        return der.encode(der.OID, body)

    types = der.encode(der.SEQUENCE, encoded("0.4.0.1862.1.6.2"))
    value = der.encode(
        der.SEQUENCE,
        statement("0.4.0.1862.1.1")
        + statement("0.4.0.1862.1.4")
        + statement("0.4.0.1862.1.6", types),
    )
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value)
    facts = describe(certificate_with(now, [extension]))
    assert (facts.qc_compliance, facts.qc_sscd, facts.qc_types) == (True, True, ("eseal",))
    assert not describe(certificate_with(now)).qc_compliance


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [("TEST Organisation", True), ("ORGANIZACION TEST", True), ("Test Valley College", False),
     ("TESTING Services", False), ("Example University", False)],
)  # fmt: skip
def test_test_counts_as_a_whole_word_in_capitals(now, organisation, expected):
    assert is_test_certificate(certificate_with(now, organisation=organisation)) is expected


def test_what_is_no_certificate_is_refused_and_is_no_test():
    assert not is_test_certificate(b"nonsense")
    with pytest.raises(UnreadableError):
        describe(b"\x30" * 70_000)


def test_the_issuer_serial_names_issuer_and_number(now):
    certificate = certificate_with(now)
    (_, names), (tag, serial) = der.elements(der.only(issuer_serial(certificate), der.SEQUENCE))
    issuer = x509.load_der_x509_certificate(certificate).issuer.public_bytes()
    assert der.only(names, 0xA4) == issuer
    assert (tag, int.from_bytes(serial, "big")) == (der.INTEGER, 4711)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data())
def test_hostile_certificates_are_described_or_refused_never_worse(data, es_key):
    whole = bytearray(es_key.certificate_chain[0])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = describe(bytes(whole))
    except UnreadableError:
        return
    assert len(facts.sha256) == 64
