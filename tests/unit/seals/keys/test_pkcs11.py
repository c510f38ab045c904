"""Keys on tokens: a real module (SoftHSM2), every way to name, unlock and lose a key."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st
from tests.remote.soft_token import LABEL, PIN, module, soft_token

from tessera.errors import KeyRefusedError, UsageError
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys import SealHolder, new_test_authority
from tessera.seals.keys.chain import in_order, read_chain
from tessera.seals.keys.pkcs11 import TokenKey, load_pkcs11
from tessera.seals.keys.pkcs11_uri import parse_uri
from tessera.seals.keys.refusals import (
    GoneError,
    LockedError,
    WrongSecretError,
    WrongUsageError,
)
from tessera.seals.protocol import DigestSigningKey

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority():
    return new_test_authority(NOW)


@pytest.fixture
def token(tmp_path, monkeypatch):
    module()
    with soft_token(tmp_path, monkeypatch) as token:
        yield token
    gc.collect()


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256"])
def test_a_seal_from_a_token_is_a_seal_as_any_other(token, authority, algorithm):
    chain = token.put(authority, NOW, algorithm=algorithm)
    key = load_pkcs11(token.uri(token=LABEL, object="seal"), PIN, at=NOW)
    assert isinstance(key, DigestSigningKey)
    assert (key.alg, key.is_test, key.certificate_chain) == (algorithm, True, tuple(chain))
    sealed = JADES.seal(b'{"a":1}', key, NOW)
    findings = JADES.check(JADES.open(sealed))
    assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}


def test_one_session_serves_many_seals_and_two_keys(token, authority):
    token.put(authority, NOW)
    token.put(authority, NOW, algorithm="RS256", label="other", id=b"\x02")
    first = load_pkcs11(token.uri(object="seal"), PIN)
    second = load_pkcs11(token.uri(object="other"), PIN)
    for number in range(20):
        assert first.sign(b"%d" % number)
        assert second.sign(b"%d" % number)


def test_a_key_that_asks_for_the_pin_each_time_is_given_it_each_time(token, authority):
    token.put(authority, NOW, asks_each_time=True)
    key = load_pkcs11(token.uri(token=LABEL), PIN)
    assert all(key.sign(b"%d" % number) for number in range(3))
    with pytest.raises(WrongSecretError, match="before each signature"):
        TokenKey(key._TokenKey__key, key.certificate_chain, LABEL, None)


@pytest.mark.parametrize(
    "named",
    [{}, {"token": LABEL}, {"object": "seal"}, {"id": "\x01"}, {"type": "private"}],
)
def test_a_key_that_is_alone_needs_no_more_of_a_name(token, authority, named):
    token.put(authority, NOW)
    assert load_pkcs11(token.uri(**named), PIN).sign(b"x")


def test_several_keys_are_told_apart_by_label_or_id(token, authority):
    token.put(authority, NOW, label="seal 2025", id=b"\x01")
    token.put(authority, NOW, label="seal 2026", id=b"\xa2")
    with pytest.raises(KeyRefusedError, match="object=seal%202025;id=%01; object=seal%202026"):
        load_pkcs11(token.uri(token=LABEL), PIN)
    assert load_pkcs11(token.uri(object="seal 2026"), PIN)
    uri = f"pkcs11:id=%a2?module-path={token.module}"
    assert load_pkcs11(uri, PIN)
    with pytest.raises(KeyRefusedError, match=r"has no key of this name\. It has: object=seal%20"):
        load_pkcs11(token.uri(object="seal 2024"), PIN)


def test_a_token_that_is_not_there_or_not_alone_is_said(token, authority):
    with pytest.raises(KeyRefusedError, match="holds no private key"):
        load_pkcs11(token.uri(token=LABEL), PIN)
    with pytest.raises(KeyRefusedError, match=r"not there.*found: token=TEST%20Registry;serial="):
        load_pkcs11(token.uri(token="Archive"), PIN)
    token.add_token("Archive")
    with pytest.raises(KeyRefusedError, match=r"Several tokens fit\..*serial"):
        load_pkcs11(token.uri(), PIN)
    token.put(authority, NOW)
    assert load_pkcs11(token.uri(token=LABEL), PIN)


def test_a_token_that_the_module_did_not_see_at_its_start_is_looked_for_again(
    token, authority, monkeypatch
):
    token.put(authority, NOW)
    tokens, pulled = token.folder / "tokens", token.folder / "pulled"
    token.pull()
    tokens.mkdir()
    token.start_again()
    tokens.rmdir()
    pulled.rename(tokens)
    monkeypatch.setattr("tessera.seals.keys.pkcs11._STARTED", {str(token.module)})
    with pytest.raises(KeyRefusedError, match="not there"):
        load_pkcs11(token.uri(token=LABEL), PIN)  # the module is in use: it is left alone
    monkeypatch.setattr("tessera.seals.keys.pkcs11._STARTED", set())
    assert load_pkcs11(token.uri(token=LABEL), PIN).sign(b"x")


def test_no_token_at_all_is_said(token):
    token.pull()
    token.folder.joinpath("tokens").mkdir()
    token.start_again()
    with pytest.raises(KeyRefusedError, match="no token was found at all"):
        load_pkcs11(token.uri(token=LABEL), PIN)


def test_a_wrong_pin_says_how_many_tries_are_left_as_far_as_the_token_does(token, authority):
    token.put(authority, NOW)
    with pytest.raises(WrongSecretError, match=r"does not accept this PIN\..*few tries are left"):
        load_pkcs11(token.uri(token=LABEL), "000000")
    with pytest.raises(WrongSecretError, match="does not accept this PIN"):
        load_pkcs11(token.uri(token=LABEL), "")
    assert load_pkcs11(token.uri(token=LABEL), PIN)


def test_without_a_pin_the_token_asks_for_a_file(token, authority, tmp_path):
    token.put(authority, NOW)
    with pytest.raises(WrongSecretError, match="--password-file FILE"):
        load_pkcs11(token.uri(token=LABEL))
    (tmp_path / "pin.txt").write_text(f"{PIN}\r\n")
    for source in (f"file:{tmp_path}/pin.txt", f"file://{tmp_path}/pin.txt", f"{tmp_path}/pin.txt"):
        assert load_pkcs11(token.uri(token=LABEL, query=f"&pin-source={source}")).sign(b"x")
    with pytest.raises(WrongSecretError, match="cannot be read"):
        load_pkcs11(token.uri(token=LABEL, query=f"&pin-source={tmp_path}/none"))


def test_a_token_pulled_out_ends_sealing_with_a_sentence_and_goes_on_when_it_is_back(
    token, authority
):
    token.put(authority, NOW)
    key = load_pkcs11(token.uri(token=LABEL), PIN)
    assert key.sign(b"x")
    token.pull()
    with pytest.raises(GoneError, match=r"does not answer any more .*Put it back\."):
        key.sign(b"x")
    token.put_back()
    assert load_pkcs11(token.uri(token=LABEL), PIN).sign(b"x")


def test_a_chain_may_lie_beside_the_token(token, authority, tmp_path):
    chain = token.put(authority, NOW, certificates=False)
    uri = token.uri(token=LABEL)
    with pytest.raises(KeyRefusedError, match=r"No certificate.*--chain FILE"):
        load_pkcs11(uri, PIN)
    pem = tmp_path / "chain.pem"
    pem.write_bytes(
        b"".join(load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in chain[::-1])
    )
    key = load_pkcs11(uri, PIN, beside=read_chain(pem))
    assert key.certificate_chain == tuple(chain)
    assert key.sign(b"x")


def test_a_certificate_of_another_key_is_found_out_by_the_first_signature(token, authority):
    chain = token.put(authority, NOW, certificates=False)
    strange = token.put(authority, NOW, certificates=False, label="strange", id=b"\x09")
    key = load_pkcs11(token.uri(object="seal"), PIN, beside=strange)
    with pytest.raises(KeyRefusedError, match="do not belong together"):
        key.sign(b"x")
    with pytest.raises(KeyRefusedError, match="More than one certificate"):
        load_pkcs11(token.uri(object="seal"), PIN, beside=(chain[0], strange[0]))


def test_what_must_not_seal_is_refused_on_a_token_too(token, authority):
    token.put(authority, NOW - timedelta(days=1000))
    with pytest.raises(KeyRefusedError, match="expired on"):
        load_pkcs11(token.uri(token=LABEL), PIN, at=NOW)
    token.put(authority, NOW, certificates=False, label="ca", id=b"\x07")
    with pytest.raises(KeyRefusedError, match="No certificate"):
        load_pkcs11(token.uri(object="ca"), PIN, beside=(authority.certificate,))


def test_a_module_that_is_none_is_refused(tmp_path):
    module()
    with pytest.raises(KeyRefusedError, match="There is no module"):
        load_pkcs11(f"pkcs11:?module-path={tmp_path}/none.so", PIN)
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(KeyRefusedError, match="cannot be used as a PKCS#11 module"):
        load_pkcs11(f"pkcs11:?module-path={tmp_path}/text.so", PIN)


def test_locked_and_last_tries_are_told_apart_by_what_the_token_says():
    pkcs11 = pytest.importorskip("pkcs11", reason="the extra 'keys' is not installed")
    from tessera.seals.keys.token_faults import explained, wrong_pin

    flags = pkcs11.TokenFlag
    assert "Only one try is left" in str(wrong_pin("T", flags.USER_PIN_FINAL_TRY))
    assert "few tries" in str(wrong_pin("T", flags.USER_PIN_COUNT_LOW))
    assert "locks" in str(wrong_pin("T", flags(0)))
    assert isinstance(wrong_pin("T", flags.USER_PIN_LOCKED), LockedError)
    for fault, refusal in (
        (pkcs11.PinLocked, LockedError),
        (pkcs11.DeviceRemoved, GoneError),
        (pkcs11.TokenNotPresent, GoneError),
        (pkcs11.MechanismInvalid, KeyRefusedError),
    ):
        with pytest.raises(refusal) as caught, explained("T"):
            raise fault
        assert type(caught.value) is refusal


# The address


def test_an_address_is_read_as_rfc_7512_writes_it():
    found = parse_uri(
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;"
        "model=1.0;serial=4D;object=my-key;type=private;id=%69%95%3E%5C%F4%BD%EC%91;slot-id=327"
        "?pin-source=file:/etc/token_pin&module-path=/usr/lib/p11/lib.so"
    )
    assert found.token == "The Software PKCS#11 Softtoken"
    assert found.manufacturer == "Snake Oil, Inc."
    assert (found.model, found.serial, found.object, found.slot) == ("1.0", "4D", "my-key", 327)
    assert found.id == bytes.fromhex("69953e5cf4bdec91")
    assert (found.module, found.pin_source) == (Path("/usr/lib/p11/lib.so"), Path("/etc/token_pin"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("pkcs12:token=a", "is written like pkcs11:"),
        ("pkcs11:token=a", "module-path"),
        ("pkcs11:?module-path=lib.so", "whole path"),
        ("pkcs11:token=a?module-path=/l&pin-value=1234", "others see the command line"),
        ("pkcs11:pin-value=1?module-path=/l", "others see the command line"),
        ("pkcs11:token=a;token=b?module-path=/l", "'token' twice"),
        ("pkcs11:tokn=a?module-path=/l", "'tokn', which is not known"),
        ("pkcs11:token?module-path=/l", "'token', which is not known"),
        ("pkcs11:token=a b?module-path=/l", "%20 for a space"),
        ("pkcs11:token=%2?module-path=/l", "%20 for a space"),
        ("pkcs11:type=cert?module-path=/l", "type=private"),
        ("pkcs11:slot-id=x?module-path=/l", "slot-id is a number"),
        ("pkcs11:?module-path=/l&pin-source=|prog", "whole path"),
    ],
)
def test_an_address_that_is_none_says_how_one_is_written(address, words):
    with pytest.raises(UsageError, match=words) as caught:
        parse_uri(address)
    assert "1234" not in str(caught.value)


@given(st.text(alphabet="pkcs1:;=?&%2a0/tokenidmodule-pathé \x00", max_size=60))
def test_any_text_is_an_address_or_wrong_use(text):
    try:
        parse_uri(f"pkcs11:{text}")
    except UsageError as error:
        assert str(error)


# Chains


def test_a_chain_is_put_in_order_whatever_lies_beside_it(authority, tmp_path):
    other = new_test_authority(NOW)
    store = authority.make_store(SealHolder(), NOW, b"x")
    _, leaf, _ = pkcs12.load_key_and_certificates(store, b"x")
    assert leaf is not None
    der = leaf.public_bytes(Encoding.DER)
    beside = (b"no certificate", other.certificate, der, authority.certificate)
    assert in_order(der, beside) == (der, authority.certificate)
    assert in_order(der, (other.certificate,)) == (der,)
    (tmp_path / "leaf.der").write_bytes(der)
    assert read_chain(tmp_path / "leaf.der") == (der,)
    (tmp_path / "text.pem").write_text("-----BEGIN NOTHING-----\n")
    for name in ("text.pem", "none.pem"):
        with pytest.raises(KeyRefusedError, match=r"holds no certificates|cannot be read"):
            read_chain(tmp_path / name)


def test_wrong_usage_is_a_refusal_of_its_own_kind(authority):
    from tessera.seals.certificates import describe
    from tessera.seals.keys.local import refuse_usage

    with pytest.raises(WrongUsageError, match="neither digitalSignature"):
        refuse_usage(describe(authority.certificate))
