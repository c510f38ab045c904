"""Remote seals: a real service on loopback, its limits, its faults, and what is refused."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.remote.csc_server import (
    EC_PUBLIC_KEY,
    RSA_ENCRYPTION,
    CscServer,
    busy,
    cut,
    half,
    one_seal,
    says,
    served,
    trickle,
    write_profile,
)

from tessera.errors import KeyRefusedError, UsageError
from tessera.report import Outcome
from tessera.seals.certificates import public_key
from tessera.seals.jades import JADES
from tessera.seals.keys import new_test_authority
from tessera.seals.keys.csc import load_csc
from tessera.seals.keys.csc_client import ATTEMPTS
from tessera.seals.keys.csc_profile import CscProfile, read_profile, refuse_unsafe
from tessera.seals.keys.refusals import (
    GoneError,
    LockedError,
    RemoteRefusedError,
    WrongSecretError,
    WrongUsageError,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DIGESTS = [hashlib.sha256(b"%d" % number).digest() for number in range(7)]
OTP = {"type": "Password", "id": "OTP", "format": "N", "generator": "totp"}
FIXED = {"type": "Password", "id": "PIN", "format": "N"}


@pytest.fixture(scope="module")
def authority():
    return new_test_authority(NOW)


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited, without waiting them."""
    return []


@pytest.fixture
def load(waits):
    return lambda profile, pin=None, **more: load_csc(profile, pin, wait=waits.append, **more)


@pytest.fixture
def remote(authority, tmp_path):
    with one_seal(authority, NOW, tmp_path) as (server, profile):
        yield server, profile


@pytest.mark.parametrize(
    ("algorithm", "more"),
    [
        ("ES256", {}),
        ("ES256", {"algorithms": [EC_PUBLIC_KEY]}),
        ("ES256", {"raw_ecdsa": True}),
        ("RS256", {}),
        ("RS256", {"algorithms": ["1.2.840.113549.1.1.10", RSA_ENCRYPTION]}),
    ],
)
def test_a_remote_seal_is_a_seal_as_any_other(authority, tmp_path, load, algorithm, more):
    with one_seal(authority, NOW, tmp_path, algorithm=algorithm, **more) as (_, profile):
        key = load(profile, at=NOW)
        sealed = JADES.seal(b'{"a":1}', key, NOW)
    assert key.alg == algorithm
    assert key.is_test
    findings = JADES.check(JADES.open(sealed))
    assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}
    [signature] = JADES.open(sealed).signatures
    assert signature.certificates == key.certificate_chain
    assert key.certificate_chain[1] == authority.certificate


def test_many_digests_are_one_call_up_to_the_limit_of_the_service(authority, tmp_path, load):
    with one_seal(authority, NOW, tmp_path, multisign=3) as (server, profile):
        signatures = load(profile).sign_many(DIGESTS)
        assert [len(one["hashes"]) for one in server.called("signatures/signHash")] == [3, 3, 1]
        assert [one["numSignatures"] for one in server.called("credentials/authorize")] == [3, 3, 1]
    key = public_key(server.credentials["GX0112348"].chain[0])
    assert isinstance(key, ec.EllipticCurvePublicKey)
    for digest, signature in zip(DIGESTS, signatures, strict=True):
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        prehashed = Prehashed(SHA256())
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(prehashed))


def test_the_profile_may_ask_for_fewer_per_call(remote, tmp_path, load):
    server, _ = remote
    load(write_profile(tmp_path, server, hashes_per_call=5)).sign_many(DIGESTS)
    assert [len(one["hashes"]) for one in server.called("signatures/signHash")] == [5, 2]


def test_one_access_token_serves_a_batch_and_is_renewed_when_it_has_expired(remote, load):
    server, profile = remote
    key = load(profile)
    key.sign_many(DIGESTS)
    assert len(server.tokens) == 1
    server.tokens.clear()
    assert len(key.sign_many(DIGESTS)) == 7
    assert len(server.tokens) == 1


def test_a_bearer_token_is_read_again_each_time_and_refused_with_a_sentence(remote, tmp_path, load):
    server, _ = remote
    profile = write_profile(
        tmp_path, server, client_id=None, client_secret_file=None, access_token_file="token.txt"
    )
    (tmp_path / "token.txt").write_text("first\n")
    server.tokens.add("first")
    key = load(profile)
    server.tokens.clear()
    with pytest.raises(WrongSecretError, match=r"does not accept the access token.*new one"):
        key.sign(b"x")
    server.tokens.add("second")
    (tmp_path / "token.txt").write_text("second\n")
    assert key.sign(b"x")


def test_a_busy_service_is_asked_again_after_the_time_it_names(remote, load, waits):
    server, profile = remote
    key = load(profile)
    later = "Wed, 25 Nov 2026 12:00:45 GMT"
    server.date = NOW
    server.faults["signatures/signHash"] += [busy(429, "7"), busy(503, later), busy(503, "soon")]
    assert len(key.sign_many(DIGESTS)) == 7
    assert waits[:2] == [7.0, 45.0]
    assert 1.5 <= waits[2] <= 2.5
    assert server.signed == 7


def test_a_service_that_wants_a_long_wait_ends_the_batch_with_a_sentence(remote, load, waits):
    server, profile = remote
    key = load(profile)
    server.faults["credentials/authorize"].append(busy(503, "3600"))
    with pytest.raises(GoneError, match=r"asks to wait 3600 seconds\. Try again then"):
        key.sign_many(DIGESTS)
    assert not waits


def test_waiting_grows_and_ends(remote, load, waits):
    server, profile = remote
    key = load(profile)
    server.faults["signatures/signHash"] += [busy(429)] * ATTEMPTS
    with pytest.raises(GoneError, match="did not answer 6 times"):
        key.sign(b"x")
    assert len(waits) == ATTEMPTS - 1
    assert all(later > before for before, later in pairwise(waits))


def test_a_cut_connection_is_tried_again_with_fresh_authorisation(remote, load):
    server, profile = remote
    key = load(profile)

    def cut_after_use(body):
        server.expire()  # the service had signed; only its answer was lost
        return cut(body)

    server.faults["signatures/signHash"].append(cut_after_use)
    assert len(key.sign_many(DIGESTS)) == 7
    assert len(server.called("credentials/authorize")) == 2


def test_a_service_without_an_answer_in_time_is_tried_again(remote, tmp_path, load):
    server, _ = remote
    key = load(write_profile(tmp_path, server, timeout_seconds=0.2))
    server.faults["signatures/signHash"] += [server.never, server.never]
    assert len(key.sign_many(DIGESTS)) == 7


def test_an_answer_that_breaks_off_or_trickles_is_tried_again(remote, tmp_path, load):
    server, _ = remote
    key = load(write_profile(tmp_path, server, timeout_seconds=0.3))
    server.faults["signatures/signHash"] += [half, trickle, half]
    assert len(key.sign_many(DIGESTS)) == 7
    assert key.sign(b"x")


def test_a_service_that_is_down_ends_with_what_to_do(authority, tmp_path, load, waits):
    with one_seal(authority, NOW, tmp_path) as (_, profile):
        key = load(profile)
    with pytest.raises(GoneError, match="Try again when it is back"):
        key.sign(b"x")
    assert len(waits) == ATTEMPTS - 1


def test_an_expired_sad_is_replaced_once(remote, load):
    server, profile = remote
    key = load(profile)

    def expired(body):
        server.expire()

    server.faults["signatures/signHash"].append(expired)
    assert len(key.sign_many(DIGESTS)) == 7
    server.faults["signatures/signHash"] += [expired, expired]
    with pytest.raises(RemoteRefusedError, match="Invalid parameter SAD"):
        key.sign_many(DIGESTS)


def _shortened(server):
    one = server.credentials["GX0112348"]
    return lambda body: says(
        200, {"signatures": [server.signature(one, h) for h in body["hashes"][1:]]}
    )(body)


def _swapped(server):
    one = server.credentials["GX0112348"]
    return lambda body: says(
        200, {"signatures": [server.signature(one, h) for h in reversed(body["hashes"])]}
    )(body)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (_shortened, "asked for 7 signatures and gave 6. None of them is used"),
        (_swapped, "does not fit the certificate"),
        (lambda _: says(200, {"responseID": "later"}), "gave no"),
        (lambda _: says(200, {"signatures": [7] * 7}), "no base64"),
        (lambda _: says(200, {"signatures": ["AAAA"] * 7}), "does not fit"),
        (lambda _: says(200, {"signatures": ["MAYCAQACAQA="] * 7}), "does not fit"),
        (lambda _: says(200, [1]), "no JSON object"),
        (lambda _: says(200, b"\xff<html>"), "no JSON object"),
        (lambda _: says(302, None, Location="http://127.0.0.1:1/"), "HTTP 302"),
        (lambda _: says(500, {"error": "server_error"}), "server_error"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_whole(remote, load, fault, words):
    server, profile = remote
    key = load(profile)
    server.faults["signatures/signHash"] += [fault(server)] * 2
    with pytest.raises(KeyRefusedError, match=words):
        key.sign_many(DIGESTS)


def test_a_wrong_pin_is_tried_once_and_not_again(remote, load):
    server, profile = remote
    key = load(profile, "0000")
    with pytest.raises(WrongSecretError, match="Do not try at random"):
        key.sign_many(DIGESTS)
    assert len(server.called("credentials/authorize")) == 1
    assert not server.called("signatures/signHash")


def test_a_locked_seal_and_a_person_to_confirm_are_told_apart(remote, load):
    server, profile = remote
    key = load(profile)
    locked = {"error": "invalid_request", "error_description": "Credential locked"}
    server.faults["credentials/authorize"] += [says(400, locked), says(202, {"handle": "h"})]
    with pytest.raises(LockedError, match="Ask the provider to unlock"):
        key.sign(b"x")
    with pytest.raises(RemoteRefusedError, match="waits for a person"):
        key.sign(b"x")


def test_a_wrong_client_secret_is_said(remote, load):
    _, profile = remote
    (profile.parent / "client-secret.txt").write_text("wrong\n")
    with pytest.raises(WrongSecretError, match="does not accept client_id"):
        load(profile)


@pytest.mark.parametrize(
    ("more", "refusal", "words"),
    [
        ({"key_status": "disabled"}, RemoteRefusedError, "disabled"),
        ({"cert_status": "revoked"}, RemoteRefusedError, "is revoked"),
        ({"cert_status": "suspended"}, RemoteRefusedError, "is suspended"),
        ({"multisign": 0}, RemoteRefusedError, "does not say what"),
        ({"algorithms": ["1.2.840.113549.1.1.10"]}, KeyRefusedError, "cannot sign ES256"),
        ({"auth": {"mode": "oauth2code"}}, RemoteRefusedError, "in a browser"),
        (
            {"auth": {"mode": "explicit", "expression": "PIN AND OTP", "objects": [FIXED, OTP]}},
            RemoteRefusedError,
            "PIN AND OTP, which a person must type",
        ),
    ],
)
def test_a_credential_that_cannot_seal_here_is_refused(
    authority, tmp_path, load, more, refusal, words
):
    with (
        one_seal(authority, NOW, tmp_path, **more) as (_, profile),
        pytest.raises(refusal, match=words),
    ):
        load(profile)


def test_a_pin_that_is_enough_alone_is_used_where_there_are_others(authority, tmp_path, load):
    auth = {"mode": "explicit", "expression": "OTP OR (PIN)", "objects": [OTP, FIXED]}
    with one_seal(authority, NOW, tmp_path, auth=auth) as (_, profile):
        assert load(profile).sign(b"x")


def test_a_token_for_the_credential_itself_needs_no_sad(authority, tmp_path, load):
    with one_seal(authority, NOW, tmp_path, auth={"mode": "oauth2code"}) as (server, _):
        (tmp_path / "token.txt").write_text("scope-credential")
        server.tokens.add("scope-credential")
        profile = write_profile(
            tmp_path, server, client_id=None, client_secret_file=None, pin_file=None,
            access_token_file="token.txt",
        )  # fmt: skip
        assert load(profile).sign(b"x")
        assert not server.called("credentials/authorize")


def test_the_only_credential_needs_no_name_and_several_do(authority, tmp_path, load):
    both = {name: served(authority, NOW) for name in ("A1", "B2")}
    with CscServer(both) as server:
        with pytest.raises(KeyRefusedError, match="There are: A1, B2"):
            load(write_profile(tmp_path, server))
        key = load(write_profile(tmp_path, server, credential="B2"))
        assert key.certificate_chain[0] == both["B2"].chain[0]
        with pytest.raises(RemoteRefusedError, match="Invalid parameter credentialID"):
            load(write_profile(tmp_path, server, credential="C3"))


def test_a_service_that_lists_nothing_without_a_person_is_told_the_name_instead(remote, load):
    server, profile = remote
    words = {"error": "invalid_request", "error_description": "Invalid parameter userID"}
    server.faults["credentials/list"].append(says(400, words))
    with pytest.raises(RemoteRefusedError, match=r'Invalid parameter userID.*credential = "ID"'):
        load(profile)


def test_an_expired_certificate_and_that_of_an_authority_must_not_seal(authority, tmp_path, load):
    with one_seal(authority, NOW - timedelta(days=1000), tmp_path) as (server, profile):
        with pytest.raises(KeyRefusedError, match="expired on"):
            load(profile, at=NOW)
        server.credentials["GX0112348"].chain.pop(0)
        with pytest.raises(WrongUsageError, match="not meant for signing"):
            load(profile)


def test_a_chain_that_the_service_leaves_out_is_taken_from_beside(authority, tmp_path, load):
    with one_seal(authority, NOW, tmp_path) as (server, profile):
        chain = server.credentials["GX0112348"].chain
        server.credentials["GX0112348"].chain = chain[:1]
        assert len(load(profile).certificate_chain) == 1
        assert load(profile, beside=chain[::-1]).certificate_chain == tuple(chain)
        server.credentials["GX0112348"].chain = []
        with pytest.raises(KeyRefusedError, match="--chain FILE"):
            load(profile)


def test_a_tls_service_is_used_only_when_its_certificate_is_trusted(authority, tmp_path, load, tls):
    context, ca = tls
    with CscServer({"X": served(authority, NOW)}, tls=context) as server:
        with pytest.raises(RemoteRefusedError, match=r"not trusted here.*Nothing was sent"):
            load(write_profile(tmp_path, server))
        assert not server.calls
        assert load(write_profile(tmp_path, server, ca_file=str(ca))).sign(b"x")


@pytest.fixture
def tls(tmp_path: Path):
    """A server context for 127.0.0.1, and the file of the certificate that vouches for it."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST service")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=36_500))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca, both = tmp_path / "service-ca.pem", tmp_path / "service.pem"
    ca.write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(private + ca.read_bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context, ca


def test_a_key_elsewhere_cannot_be_pickled_and_prints_no_secret(remote, load):
    import pickle

    _, profile = remote
    key = load(profile, "2468")
    with pytest.raises(KeyRefusedError):
        pickle.dumps(key)
    assert "2468" not in repr(key) + repr(vars(key).keys())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("enabled"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["key", "cert", "auth", "status", "algo", "multisign", "certificates", "mode",
             "objects", "expression", "id", "type", "credentialIDs", "SAD", "signatures"]
        ), inner, max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.sampled_from(["credentials/list", "credentials/info"]), JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_a_service_answers_is_a_refusal_and_never_a_fault(talking, method, answer):
    server, profile = talking
    server.faults[method].append(says(200, answer))
    try:
        load_csc(profile, wait=lambda _: None)
    except KeyRefusedError as error:
        assert str(error)
    finally:
        server.faults.clear()


@given(JSON, JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_is_given_for_a_signature_is_proved_or_refused(talking, sad, signed):
    server, profile = talking
    server.faults["credentials/authorize"].append(says(200, sad))
    server.faults["signatures/signHash"].append(says(200, signed))
    key = load_csc(profile, wait=lambda _: None)
    try:
        assert key.proved(DIGESTS[0], key.sign_digest(DIGESTS[0]))
    except KeyRefusedError as error:
        assert str(error)
    finally:
        server.faults.clear()


@pytest.fixture(scope="module")
def talking(authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("talking")
    with one_seal(authority, NOW, folder) as (server, profile):
        yield server, profile


# The profile


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('pin = "1234"', 'holds a secret itself.*pin_file = "FILE"'),
        ('client_secret = "x"', "client_secret_file"),
        ('servise = "x"', "'servise', which is not known"),
        ("hashes_per_call = true", "must be a number"),
        ("hashes_per_call = 0", "from 1 to 10000"),
        ("timeout_seconds = -1", "up to 600"),
        ("credential = 7", "must be text"),
        ('token_url = "http://seal.example.org/token"', "is not encrypted"),
        ('access_token_file = "t"', "either client_id and client_secret_file, or"),
        ("= 1", "is no TOML"),
    ],
)
def test_a_profile_that_is_wrong_says_what_to_correct(tmp_path, line, words):
    path = tmp_path / "p.toml"
    path.write_text(
        'service = "https://seal.example.org/csc/v2"\nclient_id = "a"\n'
        f'client_secret_file = "s"\n{line}\n'
    )
    with pytest.raises(UsageError, match=words):
        read_profile(path)


def test_a_profile_names_its_secrets_relative_to_itself(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('service = "https://s.example/csc/v2"\naccess_token_file = "t.txt"\n')
    assert read_profile(path).access_token_file == tmp_path / "t.txt"
    with pytest.raises(UsageError, match="cannot be read"):
        read_profile(tmp_path / "none.toml")
    path.write_text('access_token_file = "t.txt"\n')
    with pytest.raises(UsageError, match="does not name the service"):
        read_profile(path)


@pytest.mark.parametrize(
    "address",
    [
        "https://s.example/csc/v2",
        "http://127.0.0.1:8",
        "http://[::1]/",
        "http://localhost/",
    ],
)
def test_https_and_this_machine_are_spoken_to(address):
    refuse_unsafe(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://s.example",
        "ftp://s.example",
        "https://u@s.example",
        "http://localhost.example/",
        "https://",
        "s",
        "https://a:b:c",
        "https://s.example/?q=1",
        "http://128.0.0.1/",
        "https://s.example/a b",
        "https://sé.example/",
    ],
)
def test_nothing_else_is_spoken_to(address):
    with pytest.raises(UsageError):
        refuse_unsafe(address)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_as_an_address_is_refused_or_spoken_to_but_never_a_fault(text):
    try:
        CscProfile(path=Path("p"), service=text, access_token_file=Path("t"))
    except UsageError as error:
        assert str(error)
    else:
        assert text.startswith(("http", "HTTP", "Http")) or text.lower().lstrip().startswith("http")
