"""The certificate: conforming, readable in order, the same each time, for every name one sentence.

The checks of PDF/UA and PDF/A are those of pdfua and pikepdf (16 of 106 rules); typst
enforces the rest. They are no certification.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfua import validate
from PIL import Image
from pypdf import PdfReader

from tessera.errors import UsageError
from tessera.model import (
    AwardingBody,
    Learner,
    LearningOutcome,
    Organisation,
    Picture,
    Text,
)
from tessera.render.certificate import (
    CertificateOptions,
    Printer,
    RenderError,
    UndrawableError,
    draw_certificate,
)
from tessera.render.certificate_data import (
    colour_scale,
    contrast_with_white,
    day_in_words,
    number_in_words,
)
from tessera.render.labels import labels
from tessera.vocab.names import EU_LANGUAGES
from tests.complete import complete_award, complete_description

SEALED = '{"payload":"{\\"Ζωή\\":1}","signatures":[]}'.encode()
FINNISH = (
    "Kansainvälisen tietosuojalainsäädännön ja tekoälyjärjestelmien riskienhallinnan "
    "soveltaminen julkishallinnon digitaalisten palveluiden kehittämisessä, ylläpitämisessä ja "
    "vaikuttavuuden arvioinnissa sekä yhteistyössä kansalaisten, järjestöjen ja pienyritysten "
    "kanssa vastuullisesti ja läpinäkyvästi toimien"
)
PRINTER = Printer()


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


def one_line(pdf: bytes) -> str:
    return " ".join(text(pdf).split())


def squeezed(words: str) -> str:
    """Without white space and hyphens, where lines may be broken."""
    plain = unicodedata.normalize("NFKC", words)
    return "".join(one for one in plain if not one.isspace() and one not in "-\u00ad\u200b")


def described(**changes: object):
    return replace(complete_award(), micro_credential=replace(complete_description(), **changes))


def named(name: str):
    return replace(complete_award(), learner=Learner(full_name=name))


def picture(form: str) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (20, 80, 110)).save(out, form)
    return Picture(media_type=f"image/{form.lower()}", content=out.getvalue())


def with_logo(logo: Picture):
    body = replace(complete_description().awarding_bodies[0].organisation, logo=logo)
    return described(awarding_bodies=(AwardingBody(organisation=body),))


def test_it_declares_pdf_a_3a_and_pdf_ua_1_and_carries_the_credential_as_its_source():
    with pikepdf.open(io.BytesIO(PRINTER.draw(complete_award(), SEALED))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en"
        [attached] = pdf.Root.AF
        assert attached.AFRelationship == "/Source"
        assert attached.UF == "credential.jsonld"
        assert attached.EF.F.Subtype == "/application/ld+json"
        assert attached.EF.F.read_bytes() == SEALED
        assert not pdf.check_pdf_syntax()
        assert pdf.docinfo.Title == "Data Ethics in Practice, Ada Example"


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_in_every_language_it_is_one_page_that_pdfua_finds_nothing_in(language, portrait, tmp_path):
    options = CertificateOptions(language=language, portrait=portrait)
    pdf = draw_certificate(complete_award(), SEALED, options)
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    assert not validate(path).findings
    [page] = reader(pdf).pages
    width, height = (float(one) for one in page.mediabox[2:])
    assert (width < height) == portrait
    assert abs(width * height - 595.28 * 841.89) < 10  # A4
    said = squeezed(text(pdf))
    for key in ("certificate", "awarded_to", "outcomes", "workload", "quality", "verify"):
        assert squeezed(labels(language)[key]) in said, key


def test_the_text_is_read_in_the_order_of_the_page():
    said = one_line(PRINTER.draw(complete_award(), SEALED))
    parts = (
        "Example University Dublin", "Example Hogeschool Utrecht", "Micro-credential",
        "Data Ethics in Practice", "awarded to", "Ada Example", "10 December 1990",
        "Learning outcomes", "Assess the risks", "Decide with colleagues", "Workload",
        "2 ECTS, 56 h", "EQF 7, second cycle", "Assessment", "82 %",
        "Written examination, supervised, identity verified: 74 %", "blended, English",
        "Institutional review 2023, ESG, Example Agency", "valid until 31 May 2029",
        "Master of Science in Data and Society", "Example Centre for Data and Society",
        "20 November 2031", "Ireland, Netherlands, 20 November 2026", "Check authenticity",
        "urn:",
    )  # fmt: skip
    at = 0
    for part in parts:
        found = said.find(part, at)
        assert found >= 0, (part, said[at:])
        at = found


def test_the_same_award_gives_the_same_bytes():
    assert draw_certificate(complete_award(), SEALED) == draw_certificate(complete_award(), SEALED)


def test_a_printer_gives_what_a_single_certificate_gives():
    printer = Printer()
    first = printer.draw(named("Somebody Else"), SEALED)
    assert printer.draw(complete_award(), SEALED) == draw_certificate(complete_award(), SEALED)
    assert first != printer.draw(complete_award(), SEALED)


def test_a_test_award_says_so_in_words_and_across_the_page():
    award = replace(complete_award(), is_test=True)
    said = one_line(PRINTER.draw(award, SEALED))
    assert "Test document without legal value" in said
    assert "legal value" not in one_line(PRINTER.draw(complete_award(), SEALED))
    assert len(PRINTER.draw(award, SEALED)) > len(PRINTER.draw(complete_award(), SEALED))


@pytest.mark.parametrize("portrait", [False, True])
def test_a_finnish_title_of_300_letters_fits_on_one_page(portrait):
    assert len(FINNISH) >= 290
    award = described(title=Text.of({"fi": FINNISH}))
    options = CertificateOptions(language="fi", portrait=portrait)
    pdf = draw_certificate(award, SEALED, options)
    assert len(reader(pdf).pages) == 1
    assert squeezed(FINNISH) in squeezed(text(pdf))


def test_thirty_long_outcomes_go_on_to_further_pages_and_none_is_lost():
    outcomes = tuple(
        LearningOutcome(id=f"o{at}", title=Text.of({"fi": f"{FINNISH} {at}"})) for at in range(30)
    )
    pdf = draw_certificate(described(learning_outcomes=outcomes), SEALED)
    assert 1 < len(reader(pdf).pages) <= 5
    said = squeezed(text(pdf))
    assert all(squeezed(f"toimien {at}") in said for at in range(30))
    assert "Checkauthenticity" in said


def test_a_text_that_is_missing_in_the_language_is_shown_in_its_own_and_marked_as_such():
    pdf = draw_certificate(complete_award(), SEALED, CertificateOptions(language="bg"))
    assert "Data Ethics in Practice" in one_line(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.Lang == "bg"
        spoken = {str(one.Lang) for one in opened.objects if _has(one, "/Lang")}
    assert "en" in spoken


def _has(one: object, key: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and key in one


def test_several_awarding_bodies_all_stand_at_the_head():
    bodies = tuple(
        AwardingBody(
            organisation=Organisation(
                id=f"https://b{at}.example/", legal_name=Text.of({"en": f"Body Number {at}"})
            )
        )
        for at in range(6)
    )
    said = one_line(PRINTER.draw(described(awarding_bodies=bodies), SEALED))
    assert all(f"Body Number {at}" in said[: said.index("awarded to")] for at in range(6))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_logo_of_the_institution_stands_on_the_page(form):
    def images(pdf: bytes) -> int:
        return len(reader(pdf).pages[0].images)

    assert images(PRINTER.draw(complete_award(), SEALED)) == 0
    assert images(PRINTER.draw(with_logo(picture(form)), SEALED)) == 1


def test_a_drawn_logo_in_svg_is_taken_as_well():
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    logo = Picture(media_type="image/svg+xml", content=svg)
    assert PRINTER.draw(with_logo(logo), SEALED) != PRINTER.draw(complete_award(), SEALED)


def test_a_broken_logo_is_named_in_a_sentence_and_the_next_one_is_drawn():
    broken = with_logo(Picture(media_type="image/png", content=b"no picture"))
    with pytest.raises(RenderError, match="could not be drawn"):
        PRINTER.draw(broken, SEALED)
    assert PRINTER.draw(complete_award(), SEALED)


def test_the_code_leads_to_the_address_for_verifying_where_there_is_one():
    address = "https://verify.example/c/{id}"
    pdf = draw_certificate(complete_award(), SEALED, CertificateOptions(verify_url=address))
    assert squeezed("verify.example/c/urn:uuid:6f0c7a4e") in squeezed(text(pdf))
    plain = PRINTER.inputs(complete_award(), SEALED)["data"]
    other = Printer(CertificateOptions(verify_url=address)).inputs(complete_award(), SEALED)["data"]
    assert plain.split('"qr"')[1] != other.split('"qr"')[1]


@pytest.mark.parametrize(
    ("name", "sign"),
    [("李雷", "李"), ("Ada 🦊", "🦊"), ("محمد الفاسي", "U+"), ("გიორგი", "U+10D2"),
     ("Ada\ue000", "U+E000")],
)  # fmt: skip
def test_a_name_that_cannot_be_drawn_gives_a_sentence_that_names_the_sign(name, sign):
    with pytest.raises(UndrawableError) as caught:
        PRINTER.draw(named(name), SEALED)
    assert sign in str(caught.value)
    assert str(caught.value).startswith("The name of the learner holds the sign")
    assert "Ada Example" in text(PRINTER.draw(complete_award(), SEALED))


@pytest.mark.parametrize(
    "name", ["Ζωή Παπαδοπούλου", "Müşerref Öztürk-Żak", "Щъркелов", "Nguyễn Thị Ánh", "O'Néill"]
)
def test_names_of_european_scripts_are_drawn_and_read_back(name):
    assert name in one_line(PRINTER.draw(named(name), SEALED))


def test_a_hebrew_name_is_drawn():
    said = text(PRINTER.draw(named("יעל כהן"), SEALED))
    assert "יעל" in said
    assert "כהן" in said


def test_a_name_cannot_turn_its_direction_and_look_like_another():
    assert "abc" in text(PRINTER.draw(named("\u202eabc"), SEALED))


@pytest.mark.parametrize("name", ["#strong[x]", "$a$ \\ @b <c>", "/* x", '"] #panic()', "{id}"])
def test_a_name_is_data_and_never_markup(name):
    assert squeezed(name) in squeezed(text(PRINTER.draw(named(name), SEALED)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(min_size=1, max_size=120).filter(lambda name: name.strip()),
)
def test_any_name_at_all_is_drawn_on_one_page_or_refused_with_a_sentence(name):
    try:
        pdf = PRINTER.draw(named(name), SEALED)
    except UndrawableError as error:
        assert "The sealed credential itself is complete" in str(error)
    else:
        assert len(reader(pdf).pages) == 1


LETTERS = st.characters(min_codepoint=0x41, max_codepoint=0x17F, categories=["Lu", "Ll"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=4))
def test_any_name_of_latin_letters_is_read_back_as_it_is(words):
    name = " ".join(words)
    said = squeezed(text(PRINTER.draw(named(name), SEALED)))
    assert squeezed(name) in said


def test_half_a_credit_and_many_credits_are_said_in_the_language():
    award = replace(complete_award(), achievement=replace(complete_award().achievement,
                    ects=Decimal("7.50")))  # fmt: skip
    finnish = draw_certificate(award, SEALED, CertificateOptions(language="fi"))
    assert "7,5 ECTS" in one_line(finnish)
    assert "7.5 ECTS" in one_line(PRINTER.draw(award, SEALED))


def test_an_award_with_next_to_nothing_in_it_still_gives_a_page():
    bare = replace(
        complete_award(), learner=Learner(), achievement=type(complete_award().achievement)(),
        micro_credential=type(complete_description())(id="https://x.example/mc"),
        awarded_on=None, issued_at=None, valid_from=None, valid_until=None,
    )  # fmt: skip
    assert len(reader(PRINTER.draw(bare, SEALED)).pages) == 1


@pytest.mark.parametrize(
    "wrong", [{"language": "tlh"}, {"colour": "blue"}, {"verify_url": "http://x.example/"}]
)
def test_wrong_options_are_refused_before_anything_is_drawn(wrong):
    with pytest.raises(UsageError):
        CertificateOptions(**wrong)


def test_a_colour_that_is_too_pale_for_text_is_used_for_the_art_alone():
    pale, dark = (
        Printer(CertificateOptions(colour=one)).inputs(complete_award(), SEALED)["data"]
        for one in ("#F0C000", "#1d4f6b")
    )
    assert '"accent": "#1e1a21"' in pale
    assert "#f0c000" in pale
    assert '"accent": "#1d4f6b"' in dark


def test_a_scale_of_colours_goes_towards_white_and_contrast_is_that_of_wcag():
    assert colour_scale("#000000") == ("#000000", "#6b6b6b", "#c2c2c2")
    assert round(contrast_with_white("#ffffff"), 2) == 1
    assert round(contrast_with_white("#000000"), 2) == 21


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "2 May 2026"), ("de", "2. Mai 2026"), ("fi", "2. toukokuuta 2026"),
     ("el", "2 Μαΐου 2026"), ("bg", "2 май 2026 г."), ("mt", "2 ta’ Mejju 2026")],
)  # fmt: skip
def test_days_are_written_as_the_language_writes_them(language, said):
    assert " ".join(day_in_words(date(2026, 5, 2), language).split()) == said


def test_numbers_are_written_as_the_language_writes_them():
    assert number_in_words(Decimal("7.50"), "fi") == "7,5"
    assert number_in_words(Decimal("60"), "en") == "60"
