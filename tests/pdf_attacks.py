"""A sealed certificate, and what attackers make of it.

`certificate()` is drawn and sealed by the real code with TEST keys. Each attack is a
function from a `Certificate` to the bytes of a PDF that must be refused. Those of `CHANGED`
change a sealed file; those of `RESEALED` are sealed by the issuer's own key after the
change, so that only the rule about the content can refuse them.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tessera.formats.elm.encode import dump, encode
from tessera.issue.compose import with_issuer
from tessera.model import Award, Duration, Learner
from tessera.render.certificate import CertificateOptions, draw_certificate
from tessera.render.display import display_picture
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tessera.seals.keys import (
    LocalKey,
    SealHolder,
    TrialAuthority,
    make_test_seal,
    new_test_authority,
)
from tessera.seals.pades import PADES
from tests.complete import complete_award

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OTHER_ID = "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000bb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate in all its stages; award: as it was encoded."""

    award: Award
    credential: bytes
    drawn: bytes
    sealed: bytes
    key: LocalKey
    authority: TrialAuthority

    def resealed(self, pdf: bytes) -> bytes:
        """Another PDF, sealed by the same issuer."""
        return PADES.seal(pdf, self.key, NOW)


@cache
def keys() -> tuple[TrialAuthority, LocalKey]:
    """An authority, and the key of the issuer."""
    authority = new_test_authority(NOW)
    return authority, make_test_seal(authority, NOW)


@cache
def credential(name: str = "Ada Example", id: str | None = None) -> tuple[Award, bytes]:
    """An award of a learner, and its credential sealed by the issuer."""
    _, key = keys()
    award = complete_award()
    mc = award.micro_credential
    mc = replace(mc, workload=replace(mc.workload, activity=Duration("P56D")))
    issued = with_issuer(mc, describe(key.certificate_chain[0]))
    award = replace(
        award, id=id or award.id, micro_credential=issued, learner=Learner(full_name=name),
        display=display_picture(issued, "en", is_test=True), display_language="en", is_test=True,
    )  # fmt: skip
    return award, JADES.seal(dump(encode(award)), key, NOW)


@cache
def certificate(language: str = "en", portrait: bool = False) -> Certificate:
    """The certificate of one learner, sealed twice by the issuer: inside and outside."""
    authority, key = keys()
    award, sealed = credential()
    drawn = draw_certificate(
        award, sealed, CertificateOptions(language=language, portrait=portrait)
    )
    return Certificate(
        award=award, credential=sealed, drawn=drawn, sealed=PADES.seal(drawn, key, NOW),
        key=key, authority=authority,
    )  # fmt: skip


def _with_pikepdf(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one incremental update behind it; every earlier byte stays."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


# Of a sealed file


def swapped_attachment(one: Certificate) -> bytes:
    def swap(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AF[0].EF.F.write(credential("Somebody Else", OTHER_ID)[1])

    return _with_pikepdf(one.sealed, swap)


def second_attachment_behind(one: Certificate) -> bytes:
    def attach(writer: IncrementalPdfFileWriter) -> None:
        stream = writer.add_object(generic.StreamObject({}, stream_data=b"{}"))
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        names.append(generic.pdf_string("more.jsonld"))
        names.append(writer.add_object(_dict(Type="/Filespec", EF={"F": stream})))
        writer.update_root()

    return _updated(one.sealed, attach)


def added_page(one: Certificate) -> bytes:
    def add(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        first = pages.raw_get("/Kids").raw_get(0)
        pages["/Kids"].append(first)
        pages[pdf_name("/Count")] = generic.NumberObject(2)
        writer.update_container(pages)

    return _updated(one.sealed, add)


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def overlay(one: Certificate) -> bytes:
    def draw(writer: IncrementalPdfFileWriter) -> None:
        white = writer.add_object(
            generic.StreamObject({}, stream_data=b"q 1 1 1 rg 0 0 800 600 re f Q")
        )
        page = _page(writer)
        page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), white])
        writer.update_container(page)

    return _updated(one.sealed, draw)


def annotation(one: Certificate) -> bytes:
    def note(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        made = _dict(Type="/Annot", Subtype="/FreeText", Rect=[100, 100, 500, 200],
                     Contents="30 ECTS")  # fmt: skip
        page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(made)])
        writer.update_container(page)

    return _updated(one.sealed, note)


def form_value(one: Certificate) -> bytes:
    def fill(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"].append(writer.add_object(_dict(FT="/Tx", T="name", V="Somebody Else")))
        writer.update_container(form)

    return _updated(one.sealed, fill)


def script_behind(one: Certificate) -> bytes:
    def act(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/OpenAction")] = _dict(S="/JavaScript", JS="app.alert(1)")
        writer.update_root()

    return _updated(one.sealed, act)


def shadow_replace(one: Certificate) -> bytes:
    """Redefine what a font draws: the bytes of the page stay, what it shows does not."""

    def replace_font(writer: IncrementalPdfFileWriter) -> None:
        fonts = _page(writer)["/Resources"]["/Font"]
        names = sorted(fonts)
        first = fonts[names[0]]
        first[pdf_name("/BaseFont")] = pdf_name("/Helvetica")
        writer.update_container(first)

    return _updated(one.sealed, replace_font)


def shadow_hide(one: Certificate) -> bytes:
    """Something covers the page when it is sealed; an update takes the cover away."""

    def cover(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([0, 0, 800, 600]))
        pdf.pages[0].Annots = Array([pdf.make_indirect(made)])

    def uncover(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        page[pdf_name("/Annots")] = generic.ArrayObject([])
        writer.update_container(page)

    return _updated(one.resealed(_with_pikepdf(one.drawn, cover)), uncover)


def signed_again_after_a_change(one: Certificate) -> bytes:
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from tessera.seals.pades.write import _signer

    writer = IncrementalPdfFileWriter(io.BytesIO(overlay(one)))
    metadata = PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)
    stranger = make_test_seal(new_test_authority(NOW), NOW)
    signer = PdfSigner(metadata, signer=_signer(stranger))
    # pyHanko itself would refuse to sign what a certified file forbids.
    signer._enforce_certification_constraints = lambda _: None
    return bytes(signer.sign_pdf(writer).getvalue())


def truncated(one: Certificate) -> bytes:
    return one.sealed[:-200]


def flipped_byte(one: Certificate) -> bytes:
    at = one.sealed.index(b"<xmp:CreatorTool>") + 20
    return one.sealed[:at] + bytes([one.sealed[at] ^ 1]) + one.sealed[at + 1 :]


def stripped_seal(one: Certificate) -> bytes:
    return one.drawn


def appended_bytes(one: Certificate) -> bytes:
    return one.sealed + b"\n% and 30 ECTS more\n"


def filled_gap(one: Certificate) -> bytes:
    """Use the unsigned room behind the signature for bytes of one's own."""
    end = one.sealed.rindex(b"0000000000>")
    return one.sealed[:end] + b"4141414141>" + one.sealed[end + 11 :]


def no_byte_range(one: Certificate) -> bytes:
    return one.sealed.replace(b"/ByteRange", b"/ByteRangX")


def no_contents(one: Certificate) -> bytes:
    return one.sealed.replace(b"/Contents <30", b"/Contentz <30")


# Sealed by the issuer itself


def two_attachments(one: Certificate) -> bytes:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["more.txt"] = b"more"

    return one.resealed(_with_pikepdf(one.drawn, attach))


def no_attachment(one: Certificate) -> bytes:
    def detach(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.AF
        del pdf.Root.Names

    return one.resealed(_with_pikepdf(one.drawn, detach))


def attachment_that_is_no_source(one: Certificate) -> bytes:
    def relate(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AF[0].AFRelationship = Name.Supplement

    return one.resealed(_with_pikepdf(one.drawn, relate))


def attachment_with_two_contents(one: Certificate) -> bytes:
    def divide(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AF[0].EF.UF = pdf.make_indirect(Stream(pdf, b"{}"))

    return one.resealed(_with_pikepdf(one.drawn, divide))


def _acting(action: Dictionary) -> Callable[[Certificate], bytes]:
    def act(one: Certificate) -> bytes:
        def put(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].Thumbs = Array([Dictionary(Deep=Array([action]))])

        return one.resealed(_with_pikepdf(one.drawn, put))

    return act


script = _acting(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
launch = _acting(Dictionary(S=Name.Launch, F=String("calc.exe")))
web_link = _acting(Dictionary(S=Name.URI, URI=String("https://stranger.example/")))


def layers(one: Certificate) -> bytes:
    def put(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))

    return one.resealed(_with_pikepdf(one.drawn, put))


def visible_annotation(one: Certificate) -> bytes:
    def put(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 99, 99]))
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return one.resealed(_with_pikepdf(one.drawn, put))


def seal_that_certifies_nothing(one: Certificate) -> bytes:
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from tessera.seals.pades.write import _signer

    writer = IncrementalPdfFileWriter(io.BytesIO(one.drawn))
    signer = PdfSigner(PdfSignatureMetadata(field_name="Seal"), signer=_signer(one.key))
    return bytes(signer.sign_pdf(writer).getvalue())


# Not even to be parsed


def object_stream_bomb(_: Certificate) -> bytes:
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\n"
    return head + packed + b"\nendstream\nendobj\nstartxref\n0\n%%EOF\n"


def bomb_in_a_bomb(_: Certificate) -> bytes:
    packed = b"A" * 1000
    for _layer in range(5):
        packed = zlib.compress(packed, 9)
    head = b"%PDF-1.7\n1 0 obj\n<</Filter[/FlateDecode/FlateDecode]>>\nstream\n"
    return head + packed + b"\nendstream\nendobj\nstartxref\n0\n%%EOF\n"


def encrypted(one: Certificate) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(one.drawn)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    return out.getvalue()


def endless_pages(_: Certificate) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\n"
        b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
        b"trailer\n<</Size 2/Root 1 0 R/Prev 67>>\nstartxref\n67\n%%EOF\n"
    )


def deeply_nested(_: Certificate) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\nstartxref\n9\n%%EOF\n"


Attack = Callable[[Certificate], bytes]
CHANGED: tuple[Attack, ...] = (
    swapped_attachment, second_attachment_behind, added_page, overlay, annotation, form_value,
    script_behind, shadow_replace, shadow_hide, signed_again_after_a_change, truncated,
    flipped_byte, stripped_seal, appended_bytes, filled_gap, no_byte_range, no_contents,
)  # fmt: skip
RESEALED: tuple[tuple[Attack, str], ...] = (
    (two_attachments, "attachment"), (no_attachment, "attachment"),
    (attachment_that_is_no_source, "attachment"), (script, "active"), (launch, "active"),
    (web_link, "active"), (layers, "active"), (visible_annotation, "active"),
    (seal_that_certifies_nothing, "profile"),
)  # fmt: skip
UNREAD: tuple[Attack, ...] = (
    object_stream_bomb, bomb_in_a_bomb, encrypted, endless_pages, deeply_nested,
    attachment_with_two_contents,
)  # fmt: skip


def stranger_key(*, like_issuer: bool) -> LocalKey:
    """A key of an authority nobody trusts; it may bear the very name of the issuer."""
    authority = new_test_authority(NOW)
    if like_issuer:
        return make_test_seal(authority, NOW)
    holder = SealHolder(organisation="Stranger", country="FI", identifier="VATFI-TEST-STRANGER")
    return make_test_seal(authority, NOW, holder)


def _dict(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {pdf_name(f"/{key}"): _value(value) for key, value in entries.items()}
    )


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return _dict(**value)
    if isinstance(value, list):
        return generic.ArrayObject(generic.NumberObject(one) for one in value)
    if isinstance(value, str):
        return pdf_name(value) if value.startswith("/") else generic.pdf_string(value)
    return value
