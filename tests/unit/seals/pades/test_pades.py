"""The seal of a PDF: made as PAdES asks, read without judging, every attack refused."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pdfua import validate
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests import pdf_attacks
from tests.pdf_attacks import NOW, certificate, keys

from tessera.errors import KeyRefusedError, UnreadableError, UsageError
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tessera.seals.keys import make_test_seal
from tessera.seals.pades import PADES, is_pdf, page_text
from tessera.seals.pades.holder import same_holder
from tessera.seals.pades.read import reader_of, seals_in

RULES = ("attachment", "active", "profile", "coverage", "revisions", "signature")


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return certificate().sealed


def failed(raw: bytes) -> set[str]:
    """The rules that fail; opening may refuse first."""
    try:
        opened = PADES.open(raw)
    except UnreadableError:
        return {"unreadable"}
    found = PADES.check(opened)
    assert all(one.rule.startswith(("seal.pades.", "seal.timestamp")) for one in found)
    assert all(one.message for one in found)
    return {one.rule.removeprefix("seal.pades.") for one in found if one.outcome is Outcome.FAILED}


# What we seal


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_seal_of_ours_passes_every_rule(algorithm):
    authority, _ = keys()
    key = make_test_seal(authority, NOW, algorithm=algorithm)
    opened = PADES.open(PADES.seal(certificate().drawn, key, NOW))
    found = {one.rule: one.outcome for one in PADES.check(opened)}
    assert found == {f"seal.pades.{rule}": Outcome.PASSED for rule in RULES}


def test_opening_yields_the_credential_the_signer_and_the_time_it_states(sealed):
    opened = PADES.open(sealed)
    assert opened.document == certificate().credential
    assert JADES.open(opened.document).signatures
    [signature] = opened.signatures
    assert signature.certificates[0] == certificate().key.certificate_chain[0]
    assert certificate().authority.certificate in signature.certificates
    assert signature.claimed_at == NOW
    assert signature.algorithm == "ES256"
    assert opened.language == "en"


def test_the_time_of_the_seal_is_the_one_that_was_given():
    later = NOW + timedelta(hours=3)
    opened = PADES.open(PADES.seal(certificate().drawn, certificate().key, later))
    assert opened.signatures[0].claimed_at == later


def test_it_is_a_certifying_pades_signature_on_no_page(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        assert field.FT == "/Sig"
        assert field.V.SubFilter == "/ETSI.CAdES.detached"
        assert field.V.Reference[0].TransformParams.P == 1
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert not any("/Annots" in page for page in pdf.pages)
        assert sum(field.V.ByteRange[2:]) == len(sealed)


def test_every_certificate_of_the_chain_is_in_it_once(sealed):
    certificates = PADES.open(sealed).signatures[0].certificates
    assert sorted(certificates) == sorted(certificate().key.certificate_chain)


def test_sealing_is_one_update_behind_the_drawn_file(sealed):
    assert sealed.startswith(certificate().drawn)


def test_pdfua_finds_nothing_in_the_sealed_file(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    assert not validate(path).findings


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_poppler_finds_the_signature_valid_and_the_whole_document_signed(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True)
    assert "Signature is Valid." in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout
    assert "Total document signed" in done.stdout


def test_pyhanko_validates_the_signature_with_the_authority_as_trust_root(sealed):
    from asn1crypto.x509 import Certificate

    root = Certificate.load(certificate().authority.certificate)
    context = ValidationContext(trust_roots=[root], moment=NOW + timedelta(minutes=1))
    status = validate_pdf_signature(seals_in(reader_of(sealed))[0], context)
    assert status.bottom_line


def test_the_page_is_read_as_text(sealed):
    assert "Ada Example" in page_text(sealed)


@pytest.mark.parametrize("language", ["en", "el", "bg", "fi", "mt"])
def test_without_its_drawings_a_page_has_the_same_text(language, monkeypatch):
    from tessera.seals.pades import text

    pdf = certificate(language).drawn
    reduced = page_text(pdf)
    monkeypatch.setattr(text, "without_drawings", lambda content: content)
    assert page_text(pdf) == reduced


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"q 1 0 0 1 5 5 cm 0 0 m 9 9 l S Q BT (a) Tj ET", b" BT (a) Tj ET"),
        (b"q q 0 0 m f Q Q BT (a) Tj ET", b" BT (a) Tj ET"),
        (b"q 1 0 0 1 5 5 cm BT (q 0 0 m f Q) Tj ET Q", None),
        (b"BT (a (q 0 0 m f Q) b) Tj ET", None),
        (b"BT (\\(q 0 0 m f Q ) Tj ET", None),
        (b"BT <41 42> Tj ET q /X Do Q", None),
        (b"% q\n1 0 0 1 5 5 cm Q BT (a) Tj ET", None),
        (b"BI q 0 0 m Q EI BT (a) Tj ET", None),
        (b"q 0 0 m", None),
    ],
)
def test_only_what_can_hold_no_text_is_taken_for_a_drawing(content, left):
    from tessera.seals.pades.text import without_drawings

    assert without_drawings(content) == (content if left is None else left)


def _laden(put) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(certificate().drawn)) as pdf:
        put(pdf, pdf.pages[0])
        pdf.save(out)
    return out.getvalue()


def test_a_page_that_would_take_long_to_read_is_not_read():
    def much(pdf, page):
        page.Contents = pdf.make_indirect(pikepdf.Stream(pdf, b"BT (a) Tj ET " * 60_000))

    def tables(pdf, page):
        for font in page.Resources.Font.values():
            font.ToUnicode = pdf.make_indirect(pikepdf.Stream(pdf, b"<00> " * 200_000))

    for put in (much, tables):
        with pytest.raises(UnreadableError, match="more on its pages"):
            page_text(_laden(put))


def test_drawings_within_drawings_are_not_followed(caplog):
    def nested(pdf, page):
        inner = pikepdf.Stream(pdf, b"BT (a) Tj ET")
        for _ in range(6):
            outer = pikepdf.Stream(pdf, b"/X Do " * 10)
            outer.Subtype = pikepdf.Name.Form
            outer.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(X=pdf.make_indirect(inner))
            )
            inner = outer
        page.Resources.XObject = pikepdf.Dictionary(X=pdf.make_indirect(inner))
        page.contents_add(b"/X Do " * 10)

    assert "Ada Example" in page_text(_laden(nested))
    assert not caplog.records


# What later revisions may add


def test_document_timestamps_and_validation_data_may_follow():
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfTimeStamper
    from pyhanko.sign.validation import DocumentSecurityStore
    from tests.timestamps import timestamper

    writer = IncrementalPdfFileWriter(io.BytesIO(certificate().sealed))
    stamped = PdfTimeStamper(timestamper()).timestamp_pdf(writer, "sha256")
    out = io.BytesIO(stamped.getvalue())
    seal = seals_in(reader_of(out.getvalue()))[0]
    DocumentSecurityStore.add_dss(out, seal.pkcs7_content, certs=[seal.signer_cert])
    assert len(out.getvalue()) > len(certificate().sealed) + 1000
    assert failed(out.getvalue()) == set()


# Attacks


@pytest.mark.parametrize("attack", pdf_attacks.CHANGED, ids=lambda one: one.__name__)
def test_a_sealed_file_that_was_changed_is_refused(attack):
    assert failed(attack(certificate()))


@pytest.mark.parametrize(
    ("attack", "rule"), pdf_attacks.RESEALED, ids=lambda one: getattr(one, "__name__", one)
)
def test_what_no_certificate_holds_is_refused_even_under_the_seal_of_the_issuer(attack, rule):
    assert failed(attack(certificate())) == {rule}


@pytest.mark.parametrize("attack", pdf_attacks.UNREAD, ids=lambda one: one.__name__)
def test_a_file_made_to_exhaust_or_confuse_readers_is_refused_before_it_is_read(attack):
    with pytest.raises(UnreadableError):
        PADES.open(attack(certificate()))


@pytest.mark.parametrize(
    ("attack", "rule"),
    [
        (pdf_attacks.added_page, "revisions"),
        (pdf_attacks.overlay, "revisions"),
        (pdf_attacks.annotation, "revisions"),
        (pdf_attacks.form_value, "revisions"),
        (pdf_attacks.shadow_hide, "revisions"),
        (pdf_attacks.shadow_replace, "revisions"),
        (pdf_attacks.appended_bytes, "coverage"),
        (pdf_attacks.filled_gap, "coverage"),
        (pdf_attacks.stripped_seal, "signature"),
        (pdf_attacks.flipped_byte, "signature"),
        (pdf_attacks.script_behind, "active"),
        (pdf_attacks.second_attachment_behind, "attachment"),
        (pdf_attacks.signed_again_after_a_change, "signature"),
    ],
)
def test_the_rule_that_an_attack_breaks_is_named(attack, rule):
    assert rule in failed(attack(certificate()))


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_no_byte_that_is_signed_can_be_changed(data):
    raw = certificate().sealed
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = _flipped(raw, at, data.draw(st.integers(0, 7)))
    if not _gap(raw)[0] <= at < _gap(raw)[1]:
        assert failed(changed)


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_what_can_be_changed_in_the_signature_changes_neither_signer_nor_time_nor_content(data):
    """CMS leaves further certificates and the name of the signer unsigned (RFC 5652, 5.4)."""
    raw = certificate().sealed
    changed = _flipped(
        raw, data.draw(st.integers(_gap(raw)[0], _gap(raw)[1] - 1)), data.draw(st.integers(0, 7))
    )
    if not failed(changed):
        before, after = PADES.open(raw), PADES.open(changed)
        assert after.document == before.document
        [own], [other] = before.signatures, after.signatures
        assert other.certificates[0] == own.certificates[0]
        assert (other.signature, other.claimed_at) == (own.signature, own.claimed_at)


def _gap(raw: bytes) -> tuple[int, int]:
    """Where the hexadecimal digits of the signature stand, without the zeros behind them."""
    begin = raw.rindex(b"/Contents <") + len(b"/Contents <")
    end = raw.index(b">", begin)
    return begin, begin + len(raw[begin:end].rstrip(b"0"))


def _flipped(raw: bytes, at: int, bit: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.binary(max_size=300), st.integers(0, 60_000))
def test_hostile_bytes_are_refused_and_never_break_the_reader(noise, at):
    raw = certificate().sealed
    assert failed(b"%PDF-1.7\n" + noise)
    if noise and raw[at : at + len(noise)] != noise:
        assert failed(raw[:at] + noise + raw[at + len(noise) :])


# Wrong use


def test_a_sealed_pdf_is_not_sealed_again(sealed):
    with pytest.raises(UnreadableError, match="already"):
        PADES.seal(sealed, certificate().key, NOW)
    with pytest.raises(UsageError):
        PADES.cosign(sealed, certificate().key, NOW)


def test_what_is_no_pdf_is_neither_sealed_nor_opened():
    assert not is_pdf(b"{}")
    with pytest.raises(UnreadableError):
        PADES.seal(b"{}", certificate().key, NOW)
    with pytest.raises(UnreadableError):
        PADES.open(b"{}")


def test_an_algorithm_that_pdf_readers_do_not_know_is_refused():
    class Odd:
        alg = "EdDSA"
        certificate_chain = certificate().key.certificate_chain

    with pytest.raises(KeyRefusedError, match="EdDSA"):
        PADES.seal(certificate().drawn, Odd(), NOW)


def test_the_same_holder_is_known_by_identifier_and_not_by_name():
    _, key = keys()
    own = describe(key.certificate_chain[0])
    like = describe(pdf_attacks.stranger_key(like_issuer=True).certificate_chain[0])
    other = describe(pdf_attacks.stranger_key(like_issuer=False).certificate_chain[0])
    assert same_holder(own, own)
    assert same_holder(own, like)
    assert not same_holder(own, other)
