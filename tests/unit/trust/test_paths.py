import sys
from datetime import timedelta

import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.report import Outcome
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.trust import paths
from tessera.trust.anchors import Anchor
from tessera.trust.paths import MAX_SIGNATURE_CHECKS, validate_path


class Tree:
    """Certificates made for one test: root, intermediate, leaf."""

    def __init__(self, now):
        self.now = now
        self.keys = {}

    def make(self, name, issuer=None, *, ca=True, usage=None, days=400, path_length=None, more=()):
        key = self.keys.setdefault(name, ec.generate_private_key(ec.SECP256R1()))
        signer = self.keys[issuer or name]
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer or name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now)
            .not_valid_after(self.now + timedelta(days=days))
        )
        if ca is not None:
            constraints = x509.BasicConstraints(ca=ca, path_length=path_length)
            builder = builder.add_extension(constraints, critical=True)
        if usage is not None:
            builder = builder.add_extension(usages(*usage), critical=True)
        for extension in more:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def named(name):
    return x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name)])


def usages(*granted):
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in granted for name in names})


def not_for(name):
    return x509.NameConstraints(None, [x509.DirectoryName(named(name))])


@pytest.fixture
def tree(now):
    return Tree(now)


def judged(leaf, intermediates, anchors, at):
    return validate_path(leaf, intermediates, [Anchor.of(item) for item in anchors], at)


def rules(result, outcome):
    return [f.rule for f in result.findings if f.outcome is outcome and not f.advice]


def test_a_test_seal_leads_to_its_test_authority(authority, es_key, now):
    leaf, issuer = es_key.certificate_chain
    result = judged(leaf, [issuer], [authority.certificate], now)
    assert result.outcome is Outcome.PASSED
    assert rules(result, Outcome.PASSED) == ["signer.trusted-anchor"]
    assert result.chain == (leaf, authority.certificate)
    advice = {f.rule: f.outcome for f in result.findings if f.advice}
    assert advice == {"signer.test-certificate": Outcome.INDETERMINATE}


def test_a_chain_of_three_passes_by_root_by_intermediate_and_by_leaf(tree, now):
    root, middle = tree.make("Root"), tree.make("Middle", "Root")
    leaf = tree.make("Leaf", "Middle", ca=False, usage=("content_commitment",))
    assert judged(leaf, [middle], [root], now).chain == (leaf, middle, root)
    assert judged(leaf, [], [middle], now).chain == (leaf, middle)
    assert judged(leaf, [], [leaf], now).chain == (leaf,)
    for anchor in (root, middle, leaf):
        assert judged(leaf, [middle, b"junk"], [anchor], now).outcome is Outcome.PASSED


@pytest.mark.parametrize("with_anchor", [False, True])
def test_an_unknown_authority_is_not_decided(es_key, now, with_anchor):
    stranger = Tree(now).make("Stranger")
    result = judged(
        es_key.certificate_chain[0], es_key.certificate_chain[1:],
        [stranger] if with_anchor else [], now,
    )  # fmt: skip
    assert rules(result, Outcome.INDETERMINATE) == ["signer.unknown-authority"]
    assert result.chain == es_key.certificate_chain[:1]


def test_a_missing_intermediate_is_an_unknown_authority(tree, now):
    root = tree.make("Root")
    tree.make("Middle", "Root")
    leaf = tree.make("Leaf", "Middle", ca=False)
    assert judged(leaf, [], [root], now).outcome is Outcome.INDETERMINATE


def test_a_certificate_that_borrows_the_name_of_an_authority_fails(tree, now):
    root = tree.make("Root")
    forger = Tree(now)
    forger.make("Root")
    leaf = forger.make("Leaf", "Root", ca=False)
    result = judged(leaf, [], [root], now)
    assert rules(result, Outcome.FAILED) == ["signer.chain"]


def test_another_key_of_a_namesake_authority_is_unknown_rather_than_forged(authority, now):
    namesake = new_test_authority(now)
    leaf, root = make_test_seal(namesake, now).certificate_chain
    for found in ([], [root]):
        result = judged(leaf, found, [authority.certificate], now)
        assert rules(result, Outcome.INDETERMINATE) == ["signer.unknown-authority"]


def test_a_body_may_not_issue_certificates_with_its_seal(tree, now):
    root = tree.make("Root")
    seal = tree.make("Body", "Root", ca=False)
    leaf = tree.make("Leaf", "Body", ca=False)
    assert rules(judged(leaf, [seal], [root], now), Outcome.FAILED) == ["signer.chain"]


def test_an_authority_may_not_exceed_its_path_length(tree, now):
    root = tree.make("Root")
    middle = tree.make("Middle", "Root", path_length=0)
    lower = tree.make("Lower", "Middle")
    leaf = tree.make("Leaf", "Lower", ca=False)
    assert rules(judged(leaf, [lower, middle], [root], now), Outcome.FAILED) == ["signer.chain"]


def test_a_trusted_body_does_not_vouch_for_whom_its_seal_signs(tree, now):
    tree.make("Root")
    body = tree.make("Body", "Root", ca=False)
    leaf = tree.make("Leaf", "Body", ca=False)
    assert judged(body, [], [body], now).outcome is Outcome.PASSED
    result = judged(leaf, [body], [body], now)
    assert rules(result, Outcome.INDETERMINATE) == ["signer.unknown-authority"]


@pytest.mark.parametrize("wrong", [{"ca": None}, {"usage": ("digital_signature",)}])
def test_a_trusted_certificate_that_is_no_authority_vouches_for_nobody(tree, now, wrong):
    root = tree.make("Root", **wrong)
    leaf = tree.make("Leaf", "Root", ca=False)
    assert judged(leaf, [], [root], now).outcome is Outcome.INDETERMINATE


def test_the_limits_a_trusted_authority_sets_itself_hold(tree, now):
    root = tree.make("Root", path_length=0, more=[not_for("Barred")])
    middle = tree.make("Middle", "Root")
    leaf, barred = tree.make("Leaf", "Middle", ca=False), tree.make("Barred", "Root", ca=False)
    assert rules(judged(leaf, [middle], [root], now), Outcome.FAILED) == ["signer.chain"]
    assert rules(judged(barred, [], [root], now), Outcome.FAILED) == ["signer.chain"]
    assert judged(tree.make("Free", "Root", ca=False), [], [root], now).outcome is Outcome.PASSED


def test_an_authority_may_not_seal_for_names_it_is_barred_from(tree, now):
    root = tree.make("Root")
    middle = tree.make("Middle", "Root", more=[not_for("Barred")])
    barred, free = tree.make("Barred", "Middle", ca=False), tree.make("Free", "Middle", ca=False)
    assert rules(judged(barred, [middle], [root], now), Outcome.FAILED) == ["signer.chain"]
    assert judged(free, [middle], [root], now).outcome is Outcome.PASSED


def test_a_critical_extension_that_nobody_knows_fails(tree, now):
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    root, middle = tree.make("Root"), tree.make("Middle", "Root", more=[unknown])
    leaf = tree.make("Leaf", "Root", ca=False, more=[unknown])
    below = tree.make("Below", "Middle", ca=False)
    assert rules(judged(leaf, [], [root], now), Outcome.FAILED) == ["signer.chain"]
    assert rules(judged(below, [middle], [root], now), Outcome.FAILED) == ["signer.chain"]


@pytest.mark.parametrize("usage", [("digital_signature",), ("crl_sign",)])
def test_an_authority_without_the_right_to_sign_certificates_fails(tree, now, usage):
    root, middle = tree.make("Root"), tree.make("Middle", "Root", usage=usage)
    leaf = tree.make("Leaf", "Middle", ca=False)
    assert rules(judged(leaf, [middle], [root], now), Outcome.FAILED) == ["signer.chain"]


def test_an_authority_whose_extension_is_damaged_fails_and_breaks_nothing(tree, now):
    damaged = x509.UnrecognizedExtension(x509.ExtensionOID.KEY_USAGE, b"no bit string")
    root, middle = tree.make("Root"), tree.make("Middle", "Root", more=(damaged,))
    leaf = tree.make("Leaf", "Middle", ca=False)
    result = judged(leaf, [middle], [root], now)
    assert rules(result, Outcome.FAILED) == ["signer.chain"]
    assert "damaged" in result.findings[0].message


SERVER, CLIENT, MAIL = (
    getattr(x509.ExtendedKeyUsageOID, name)
    for name in ("SERVER_AUTH", "CLIENT_AUTH", "EMAIL_PROTECTION")
)


@pytest.mark.parametrize(
    ("purposes", "expected"),
    [([SERVER], Outcome.FAILED), ([SERVER, CLIENT], Outcome.FAILED),
     ([CLIENT, MAIL], Outcome.PASSED), ([SERVER, CLIENT, MAIL], Outcome.PASSED)],
)  # fmt: skip
def test_a_certificate_for_other_purposes_alone_seals_nothing(tree, now, purposes, expected):
    root = tree.make("Root")
    leaf = tree.make("Leaf", "Root", ca=False, more=[x509.ExtendedKeyUsage(purposes)])
    result = judged(leaf, [], [root], now)
    assert result.outcome is expected
    if expected is Outcome.FAILED:
        assert rules(result, Outcome.FAILED) == ["signer.extended-key-usage"]


def test_a_certificate_signed_with_an_unsafe_algorithm_is_not_decided(now):
    """SHA-1: whoever can make two certificates collide decides who is trusted."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ends = now + timedelta(days=400)
    root = x509.CertificateBuilder(
        named("Root"), named("Root"), key.public_key(), 1, now, ends
    ).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    leaf = x509.CertificateBuilder(named("Root"), named("Leaf"), key.public_key(), 2, now, ends)
    trusted = root.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    sound = leaf.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    weak = Certificate.load(sound)
    for place in (weak["tbs_certificate"]["signature"], weak["signature_algorithm"]):
        place["algorithm"] = "sha1_rsa"
    signed = weak["tbs_certificate"].dump(force=True)
    weak["signature_value"] = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())
    weak = weak.dump(force=True)
    assert judged(sound, [], [trusted], now).outcome is Outcome.PASSED
    assert rules(judged(weak, [], [trusted], now), Outcome.INDETERMINATE) == ["signer.algorithm"]


def test_a_certificate_not_meant_for_signing_fails(tree, now):
    root = tree.make("Root")
    leaf = tree.make("Leaf", "Root", ca=False, usage=("key_encipherment",))
    assert rules(judged(leaf, [], [root], now), Outcome.FAILED) == ["signer.key-usage"]


def test_an_expired_certificate_still_has_a_signer(tree, now):
    root = tree.make("Root", days=4000)
    leaf = tree.make("Leaf", "Root", ca=False, days=5)
    late = judged(leaf, [], [root], now + timedelta(days=900))
    early = judged(leaf, [], [root], now - timedelta(days=900))
    assert (late.outcome, early.outcome) == (Outcome.PASSED, Outcome.PASSED)


def test_certificates_never_valid_together_are_not_decided(tree, now):
    root, middle = tree.make("Root", days=4000), tree.make("Middle", "Root", days=5)
    tree.now = now + timedelta(days=30)
    leaf = tree.make("Leaf", "Middle", ca=False)
    result = judged(leaf, [middle], [root], now)
    assert rules(result, Outcome.INDETERMINATE) == ["signer.chain"]


def test_a_crowd_of_look_alikes_costs_no_more_than_the_budget(tree, now, monkeypatch):
    crowd = [tree.make("Same") for _ in range(40)]
    leaf = tree.make("Leaf", "Same", ca=False)
    calls = []
    real = paths._same_name
    monkeypatch.setattr(paths, "_same_name", lambda a, b: calls.append(1) or real(a, b))
    result = judged(leaf, crowd, [Tree(now).make("Other")], now)
    assert result.outcome is Outcome.INDETERMINATE
    assert len(calls) < 100 * MAX_SIGNATURE_CHECKS


def test_only_so_many_certificates_of_a_file_are_looked_at(tree, now, monkeypatch):
    root, middle = tree.make("Root"), tree.make("Middle", "Root")
    leaf = tree.make("Leaf", "Middle", ca=False)
    crowd = [tree.make(f"Other {number}") for number in range(3)]
    assert judged(leaf, [*crowd, middle], [root], now).outcome is Outcome.PASSED
    monkeypatch.setattr(paths, "MAX_CANDIDATES", 3)
    assert judged(leaf, [*crowd, middle], [root], now).outcome is Outcome.INDETERMINATE


def test_without_the_extra_the_path_is_not_decided_and_says_how_to_install(
    authority, es_key, now, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyhanko_certvalidator.validate", None)
    result = judged(es_key.certificate_chain[0], [], [authority.certificate], now)
    (finding,) = [f for f in result.findings if f.rule == "signer.not-checked"]
    assert finding.outcome is Outcome.INDETERMINATE
    assert "tessera[trust]" in finding.message


def test_what_is_no_certificate_fails(authority, now):
    result = judged(b"junk", [], [authority.certificate], now)
    assert rules(result, Outcome.FAILED) == ["signer.certificate"]


@settings(max_examples=80, derandomize=True, deadline=None)
@given(data=st.data())
def test_a_damaged_certificate_never_leads_to_the_authority(data, authority, es_key, now):
    leaf = bytearray(es_key.certificate_chain[0])
    position = data.draw(st.integers(0, len(leaf) - 1))
    leaf[position] ^= 1 << data.draw(st.integers(0, 7))
    result = judged(bytes(leaf), [bytes(leaf)], [authority.certificate], now)
    assert result.outcome is not Outcome.PASSED
