"""What CRLs and OCSP responses say counts only when it is about the certificate and signed.

pyHanko's own validator is asked about the same data: it must not find good what we find
revoked, or the other way round.
"""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.authority.pki import Life
from tests.authority.world import SEALED_AT, World, a_world, day

from tessera.errors import UnreadableError, UsageError
from tessera.report import Outcome
from tessera.trust.anchors import Anchor
from tessera.trust.revocation import (
    Compromise,
    RevocationData,
    decisive,
    is_covered,
    left_out,
    statements,
)
from tessera.trust.revocation_files import load_revocation, read_compromises
from tessera.trust.revocation_findings import Setting, revocation_at
from tessera.trust.revocation_gather import Gatherer, RevocationError

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world():
    with a_world() as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(world):
    yield
    services = world.services
    services.now, services.revoked, services.faults = SEALED_AT, {}, set()


def said(world: World, data: RevocationData):
    pool = RevocationData(certificates=(world.middle.der, world.root.der))
    return decisive(world.sealer.der, world.middle.der, data + pool)


def asked(world: World) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        world.sealer.certificate, world.middle.certificate, hashes.SHA1()
    )
    return world.services.answer_ocsp(builder.build().public_bytes(Encoding.DER))


def listed(world: World) -> bytes:
    return world.services.crl(world.middle.certificate.serial_number)


def revoke(world: World, when: str, invalid=None):
    number = world.sealer.certificate.serial_number
    world.services.revoked = {number: (day(when), invalid)}


@pytest.mark.parametrize("responder", [True, False])
@pytest.mark.parametrize("revoked", [True, False])
def test_an_ocsp_response_speaks_by_responder_or_issuer(world, responder, revoked):
    kept = world.services.responder
    if not responder:
        world.services.responder = None
    if revoked:
        revoke(world, "2026-05-20")
    try:
        statement = said(world, RevocationData(ocsp_responses=(asked(world),)))
    finally:
        world.services.responder = kept
    assert statement is not None
    assert statement.source == "OCSP"
    assert statement.revoked_at == (day("2026-05-20") if revoked else None)
    assert statement.is_fresh(SEALED_AT)


def test_a_crl_speaks_and_an_invalidity_date_counts_when_it_is_earlier(world):
    assert said(world, RevocationData(crls=(listed(world),))).revoked_at is None
    revoke(world, "2026-05-20")
    assert said(world, RevocationData(crls=(listed(world),))).revoked_at == day("2026-05-20")
    revoke(world, "2026-05-20", day("2026-04-01"))
    statement = said(world, RevocationData(crls=(listed(world),)))
    assert (statement.revoked_at, statement.reason) == (day("2026-04-01"), "keyCompromise")


def test_a_revocation_stays_whatever_is_said_later(world):
    revoke(world, "2026-05-20")
    old = listed(world)
    world.services.revoked, world.services.now = {}, SEALED_AT + 24 * HOUR
    data = RevocationData(crls=(old, listed(world)), ocsp_responses=(asked(world),))
    assert len(statements(world.sealer.der, world.middle.der, data)) == 3
    assert said(world, data).revoked_at == day("2026-05-20")


def _crl(world, issuer=None, *, add=(), entry=(), at=SEALED_AT):
    issuer = issuer or world.middle
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(world.middle.certificate.subject)
        .last_update(at)
        .next_update(at + 48 * HOUR)
    )
    for extension, critical in add:
        builder = builder.add_extension(extension, critical)
    if entry:
        number = world.sealer.certificate.serial_number
        revoked = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(at)
        for extension in entry:
            revoked = revoked.add_extension(extension, critical=False)
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_hold_can_be_lifted(world):
    held = _crl(world, entry=[x509.CRLReason(x509.ReasonFlags.certificate_hold)])
    assert said(world, RevocationData(crls=(held,))).revoked_at == SEALED_AT
    lifted = _crl(world, at=SEALED_AT + HOUR)
    assert said(world, RevocationData(crls=(held, lifted))).revoked_at is None


def _place(**more):
    given = dict.fromkeys(("full_name", "relative_name", "only_some_reasons"))
    flags = dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl",
         "only_contains_attribute_certs"), False,
    )  # fmt: skip
    return x509.IssuingDistributionPoint(**{**given, **flags, **more})


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        _place(indirect_crl=True),
        _place(only_contains_ca_certs=True),
        _place(only_contains_attribute_certs=True),
        _place(only_some_reasons=frozenset({x509.ReasonFlags.superseded})),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_list_that_may_leave_the_certificate_out_says_nothing(world, extension):
    assert said(world, RevocationData(crls=(_crl(world, add=[(extension, True)]),))) is None


def test_a_list_of_end_certificates_speaks_for_the_seal(world):
    place = _place(only_contains_user_certs=True)
    data = RevocationData(crls=(_crl(world, add=[(place, True)]),))
    assert said(world, data) is not None


def test_nobody_else_can_speak_for_the_issuer(world):
    forged = _crl(world, world.tsa_root, entry=[x509.CRLReason(x509.ReasonFlags.unspecified)])
    assert said(world, RevocationData(crls=(forged,))) is None
    kept = world.services.responder
    for stranger in (world.tsa_root, world.tsa, world.tree.responder(world.tsa_root)):
        world.services.responder = stranger
        answer = asked(world)
        world.services.responder = kept
        assert said(world, RevocationData(ocsp_responses=(answer,))) is None


def test_a_responder_whose_certificate_had_ended_says_nothing(world):
    kept = world.services.responder
    world.services.responder = world.tree.responder(
        world.middle, Life(begins=day("2025-02-01"), ends=day("2026-05-01"))
    )
    answer = asked(world)
    world.services.responder = kept
    assert said(world, RevocationData(ocsp_responses=(answer,))) is None


def test_what_was_said_after_the_certificate_ended_counts_only_with_a_promise(world):
    """RFC 6960 section 4.4.4 and X.509 8.5.2.12: who still answers for ended certificates."""
    world.services.now = day("2028-03-01")
    data = RevocationData(crls=(listed(world),), ocsp_responses=(asked(world),))
    assert said(world, data) is None
    kept = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("2.5.29.60"), b"\x18\x0f20250101000000Z"
    )
    promised = _crl(world, add=[(kept, False)], at=day("2028-03-01"))
    assert said(world, RevocationData(crls=(promised,))) is not None


def test_freshness_is_that_of_the_standard(world):
    statement = said(world, RevocationData(crls=(listed(world),)))
    assert statement.is_fresh(SEALED_AT - 24 * HOUR)
    assert statement.is_fresh(SEALED_AT + 47 * HOUR)
    assert not statement.is_fresh(SEALED_AT + 49 * HOUR)
    endless = replace(statement, renewed_by=None)
    assert endless.is_fresh(SEALED_AT)
    assert not endless.is_fresh(SEALED_AT + HOUR)


@pytest.mark.parametrize(
    ("knows", "at", "outcome", "indication", "decides"),
    [
        ("nothing", "2027-01-01", Outcome.INDETERMINATE, "TRY_LATER", False),
        ("nothing", "2028-06-01", Outcome.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE", True),
        ("good", "2026-06-02", Outcome.PASSED, None, True),
        ("good", "2026-07-01", Outcome.INDETERMINATE, "TRY_LATER", False),
        ("revoked", "2026-07-01", Outcome.INDETERMINATE, "REVOKED_NO_POE", True),
    ],
)
def test_each_state_of_knowledge_has_its_indication(world, knows, at, outcome, indication, decides):
    if knows == "revoked":
        revoke(world, "2026-06-20")
    crls = () if knows == "nothing" else (listed(world),)
    setting = Setting(at=day(at), anchors=(), data=RevocationData(crls=crls))
    chain = (world.sealer.der, world.middle.der)
    [finding] = revocation_at(chain, day(at), setting, begins=SEALED_AT)
    assert (finding.outcome, finding.evidence.get("indication")) == (outcome, indication)
    assert finding.advice is not decides


@pytest.mark.parametrize("revoked", [True, False])
@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_pyhanko_says_the_same(world, kind, revoked):
    if revoked:
        revoke(world, "2026-05-20")
    raw = listed(world) if kind == "crl" else asked(world)
    data = RevocationData(**{"crls" if kind == "crl" else "ocsp_responses": (raw,)})
    assert (said(world, data).revoked_at is not None) is revoked
    assert _pyhanko_finds_revoked(world, kind, raw) is revoked


def _pyhanko_finds_revoked(world, kind, raw):
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.errors import RevokedError
    from pyhanko_certvalidator.validate import async_validate_path

    def load(holder):
        return asn1_x509.Certificate.load(holder.der)

    world.services.revoked = {}
    top = world.services.crl(world.root.certificate.serial_number)
    context = ValidationContext(
        trust_roots=[load(world.root)],
        other_certs=[load(world.middle)],
        crls=[asn1_crl.CertificateList.load(one)
              for one in ([top, raw] if kind == "crl" else [top])],
        ocsps=[asn1_ocsp.OCSPResponse.load(raw)] if kind == "ocsp" else [],
        moment=SEALED_AT + HOUR, allow_fetching=False,
        revocation_mode="require",
    )  # fmt: skip

    async def judge():
        paths = await context.path_builder.async_build_paths(load(world.sealer))
        await async_validate_path(context, paths[0])

    try:
        asyncio.run(judge())
    except RevokedError:
        return True
    return False


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        (x509.DeltaCRLIndicator(3), "a delta CRL"),
        (_place(indirect_crl=True), "an indirect CRL"),
        (_place(only_some_reasons=frozenset({x509.ReasonFlags.superseded})),
         "a CRL for some reasons only"),
    ],
)  # fmt: skip
def test_a_crl_of_a_kind_that_is_not_used_is_named(world, extension, kind):
    data = RevocationData(crls=(_crl(world, add=[(extension, True)]),))
    assert said(world, data) is None
    setting = Setting(at=SEALED_AT, anchors=(), data=data)
    chain = (world.sealer.der, world.middle.der)
    [finding] = revocation_at(chain, SEALED_AT, setting, begins=SEALED_AT)
    assert (finding.rule, finding.outcome) == ("time.revocation-unknown", Outcome.INDETERMINATE)
    assert f"There is {kind} about it" in finding.message
    assert finding.evidence["unused"] == kind
    plain = setting.data + RevocationData(crls=(listed(world),))
    [finding] = revocation_at(chain, SEALED_AT, replace(setting, data=plain), begins=SEALED_AT)
    assert (finding.rule, finding.evidence.get("unused")) == ("time.not-revoked", None)


def test_an_indirect_crl_is_named_only_where_the_certificate_names_its_issuer(world):
    other = world.tree.authority("TEST CRL issuer", world.root)
    crl = (
        x509.CertificateRevocationListBuilder().issuer_name(other.certificate.subject)
        .last_update(SEALED_AT).next_update(SEALED_AT + HOUR)
        .add_extension(_place(indirect_crl=True), critical=True)
        .sign(other.key, hashes.SHA256()).public_bytes(Encoding.DER)
    )  # fmt: skip
    data = RevocationData(crls=(crl, b"junk"))
    assert left_out(world.sealer.der, world.middle.der, data) is None
    point = x509.DistributionPoint(
        None, None, None, [x509.DirectoryName(other.certificate.subject)]
    )
    held = world.sealer.certificate
    naming = (
        x509.CertificateBuilder().subject_name(held.subject).issuer_name(held.issuer)
        .public_key(held.public_key()).serial_number(5)
        .not_valid_before(held.not_valid_before_utc).not_valid_after(held.not_valid_after_utc)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(world.middle.key, hashes.SHA256()).public_bytes(Encoding.DER)
    )  # fmt: skip
    assert left_out(naming, world.middle.der, data) == "an indirect CRL"
    assert left_out(b"junk", b"junk", data) is None


def _with_version(crl: bytes, version: int) -> bytes:
    """Return a CRL with another version; that of a v2 list is the INTEGER 1 (RFC 5280 5.1)."""
    place = crl.index(b"\x02\x01\x01")
    assert place < 16, "the version stands first"
    return crl[: place + 2] + bytes([version]) + crl[place + 3 :]


@pytest.mark.parametrize("version", [0, 2, 125])
def test_a_crl_of_a_version_that_does_not_exist_says_nothing(world, version):
    data = RevocationData(crls=(_with_version(listed(world), version),))
    assert statements(world.sealer.der, world.middle.der, data) == ()
    assert statements(world.sealer.der, world.middle.der, RevocationData(crls=(listed(world),)))


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_hostile_data_say_nothing_and_break_nothing(world, data):
    raw = bytearray(listed(world) if data.draw(st.booleans()) else asked(world))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, 10_000)) % len(raw)
        raw[place] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, 10_000))])
    both = RevocationData(crls=(cut, bytes(raw)), ocsp_responses=(cut, bytes(raw)))
    assert isinstance(statements(world.sealer.der, world.middle.der, both), tuple)
    assert isinstance(is_covered(cut, both), bool)


# After the end of an authority ---------------------------------------------------


def judged(world, data, control="2026-06-01T12:00:00", at="2027-12-01", compromise=None):
    """Outcomes by holder, of a seal that a timestamp proves to be of 2026-06-01."""
    chain = (world.sealer.der, world.middle.der, world.root.der)
    setting = Setting(at=day(at), anchors=(), data=data, compromise=compromise or Compromise())
    return revocation_at(chain, day(control), setting, begins=SEALED_AT)


def test_what_an_authority_says_after_it_was_revoked_counts_for_nothing(world):
    """EN 319 102-1 clause 5.6.2.2: the moment slides to the revocation of the authority."""
    number = world.middle.certificate.serial_number
    world.services.revoked = {number: (day("2027-01-01"), None)}
    world.services.now = day("2027-06-01")
    above = world.services.crl(world.root.certificate.serial_number)
    world.services.revoked = {}
    late = RevocationData(crls=(above, listed(world)))
    leaf, middle = judged(world, late)
    assert (leaf.rule, leaf.outcome) == ("time.revocation-unknown", Outcome.INDETERMINATE)
    assert "after 2027-01-01" in leaf.message
    assert (middle.rule, middle.outcome) == ("time.not-revoked", Outcome.PASSED)
    world.services.now = SEALED_AT + HOUR
    early = late + RevocationData(crls=(listed(world),))
    assert [one.outcome for one in judged(world, early)] == [Outcome.PASSED] * 2


def test_what_an_authority_says_after_its_key_was_lost_counts_for_nothing(world):
    world.services.now = day("2027-06-01")
    both = (world.services.crl(world.root.certificate.serial_number), listed(world))
    data = RevocationData(crls=both)
    assert [one.outcome for one in judged(world, data)] == [Outcome.PASSED] * 2
    for lost, unknown in ((world.middle, 1), (world.root, 2)):
        digest = hashlib.sha256(lost.der).hexdigest()
        compromise = Compromise(since={digest: day("2027-01-01")})
        found = judged(world, data, compromise=compromise)
        rules = [one.rule for one in found]
        assert rules[:unknown] == ["time.revocation-unknown"] * unknown


def test_a_trusted_authority_whose_key_was_lost_before_proves_nothing(world):
    digest = hashlib.sha256(world.root.der).hexdigest()
    compromise = Compromise(since={digest: day("2026-05-01")})
    last = judged(world, RevocationData(), compromise=compromise)[-1]
    assert (last.rule, last.outcome) == ("time.revoked", Outcome.FAILED)


# Gathering --------------------------------------------------------------------


def gatherer(world):
    return Gatherer(asker=world.inquiry().asker, pool=(world.middle.der, world.root.der))


def test_gathering_asks_each_address_once_and_brings_all_that_is_needed(world):
    gather = gatherer(world)
    world.services.asked.clear()
    data = gather.about(world.sealer.der)
    assert gather.about(world.sealer.der) == data
    assert world.services.asked == ["ocsp", f"crl/{world.root.certificate.serial_number}"]
    assert is_covered(world.sealer.der, data)
    assert is_covered(world.middle.der, data)


def test_gathering_says_what_could_not_be_had(world):
    world.services.faults = {"ocsp"}
    with pytest.raises(RevocationError, match=r"could not be found out.*500"):
        gatherer(world).about(world.sealer.der)


def test_gathering_refuses_a_revoked_certificate(world):
    revoke(world, "2026-05-20")
    with pytest.raises(RevocationError, match="was revoked on 2026-05-20"):
        gatherer(world).about(world.sealer.der)


# Files and arguments -----------------------------------------------------------


def test_a_trust_folder_brings_lists_responses_and_lost_keys(world, tmp_path):
    from base64 import encodebytes

    (tmp_path / "a.crl").write_bytes(listed(world))
    pem = b"-----BEGIN X509 CRL-----\n" + encodebytes(listed(world)) + b"-----END X509 CRL-----\n"
    (tmp_path / "b.crl").write_bytes(pem)
    (tmp_path / "c.ocsp").write_bytes(asked(world))
    digest = hashlib.sha256(world.sealer.der).hexdigest()
    (tmp_path / "compromised.txt").write_text(f"# lost keys\n{digest} 2026-06-01 # laptop\n\n")
    data = load_revocation([tmp_path])
    assert (len(data.crls), len(data.ocsp_responses)) == (2, 1)
    assert said(world, data) is not None
    lost = read_compromises((), [tmp_path])
    assert lost.of(Anchor.of(world.sealer.der).facts) == day("2026-06-01")


def test_a_lost_key_is_named_by_file_or_digest(world, tmp_path):
    (tmp_path / "seal@work.pem").write_bytes(world.sealer.pem)
    digest = hashlib.sha256(world.sealer.der).hexdigest()
    for name in (tmp_path / "seal@work.pem", digest.upper()):
        lost = read_compromises([f"{name}@2026-06-01T10:00:00+02:00"])
        assert lost.since == {digest: day("2026-06-01T08:00:00")}


@pytest.mark.parametrize("text", ["", "2026-06-01", "nowhere.pem@2026-06-01", "@2026-06-01"])
def test_a_lost_key_that_names_nothing_is_refused_with_a_sentence(text):
    with pytest.raises(UsageError, match=r"--compromised|CERTIFICATE@"):
        read_compromises([text])


def test_a_line_that_is_no_lost_key_and_a_pem_without_list_are_refused(tmp_path):
    (tmp_path / "compromised.txt").write_text("my laptop 2026-06-01\n")
    with pytest.raises(UnreadableError, match="not SHA-256 and day"):
        read_compromises((), [tmp_path])
    (tmp_path / "x.crl").write_text("-----BEGIN NOTHING-----\n")
    with pytest.raises(UnreadableError, match="holds no CRL"):
        load_revocation([tmp_path])
