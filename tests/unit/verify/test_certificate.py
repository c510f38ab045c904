"""A certificate under judgement: one issuer in both seals, and a page that says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tessera.errors import UnreadableError
from tessera.formats.elm.decode import decode
from tessera.model import Award, Learner, Text
from tessera.render.certificate import CertificateOptions, draw_certificate
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.pades import PADES, page_text
from tessera.standards.jsontext import read_json
from tessera.verify.certificate import holder, not_on_page, seal_findings, unwrap
from tessera.vocab.names import EU_LANGUAGES
from tests import pdf_attacks
from tests.complete import complete_award
from tests.pdf_attacks import NOW, certificate


def award_in(pdf: bytes) -> Award:
    """The award as a verifier decodes it from the attachment."""
    from tessera.seals.jades import JADES

    sealed = JADES.open(PADES.open(pdf).document)
    return decode(read_json(sealed.document, max_bytes=1_000_000)).award


def outcomes(pdf: bytes, award: Award | None = None) -> dict[str, Outcome]:
    opened, _ = unwrap(pdf)
    sealers = (describe(certificate().key.certificate_chain[0]),)
    found = seal_findings(opened, award_in(pdf) if award is None else award, sealers)
    return {one.rule.removeprefix("seal.pades."): one.outcome for one in found}


def failures(pdf: bytes) -> set[str]:
    return {rule for rule, outcome in outcomes(pdf).items() if outcome is Outcome.FAILED}


def test_a_certificate_of_ours_passes_and_its_credential_is_found():
    opened, said = unwrap(certificate().sealed)
    assert said.rule == "parse.pdf"
    assert opened.document == certificate().credential
    assert set(outcomes(certificate().sealed).values()) == {Outcome.PASSED}


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_in_every_language_the_page_says_what_the_credential_says(language, portrait):
    award = award_in(certificate().sealed)
    options = CertificateOptions(language=language, portrait=portrait)
    pdf = draw_certificate(award, certificate().credential, options)
    assert not_on_page(award, page_text(pdf), language) == ()


def test_a_page_sealed_by_a_stranger_has_two_issuers():
    key = pdf_attacks.stranger_key(like_issuer=False)
    assert failures(PADES.seal(certificate().drawn, key, NOW)) == {"issuer"}


def test_the_credential_of_another_learner_does_not_fit_the_page():
    one = certificate()
    other_award, other = pdf_attacks.credential("Somebody Else", pdf_attacks.OTHER_ID)
    mixed = one.resealed(draw_certificate(one.award, other))
    assert failures(mixed) == {"text"}
    assert not_on_page(other_award, page_text(mixed), "en") == ("learner",)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"learner": Learner(full_name="Ada Exam")}, "learner"),
        ({"learner": Learner(full_name="Eve Example")}, "learner"),
        ({"awarded_on": date(2026, 11, 2)}, "date"),
    ],
)
def test_a_page_that_says_something_else_than_the_credential_is_named(change, missing):
    page = page_text(certificate().drawn)
    assert not_on_page(replace(certificate().award, **change), page, "en") == (missing,)


@pytest.mark.parametrize("ects", ["12", "22", "20", "2.5", "0.2", "5"])
def test_other_credits_that_look_alike_are_not_taken_for_the_same(ects):
    award = complete_award()
    award = replace(award, achievement=replace(award.achievement, ects=Decimal(ects)))
    page = page_text(draw_certificate(award, b"{}"))
    assert not_on_page(award, page, "en") == ()
    assert not_on_page(complete_award(), page, "en") == ("ECTS",)


def test_another_title_or_body_is_missed():
    award = complete_award()
    page = page_text(certificate().drawn)
    mc = replace(award.micro_credential, title=Text.of({"en": "Data Ethics in Practice II"}))
    assert not_on_page(replace(award, micro_credential=mc), page, "en") == ("title",)
    first, *others = award.micro_credential.awarding_bodies
    renamed = replace(first.organisation, legal_name=Text.of({"en": "Example University Cork"}))
    mc = replace(
        award.micro_credential, awarding_bodies=(replace(first, organisation=renamed), *others)
    )
    assert not_on_page(replace(award, micro_credential=mc), page, "en") == ("awarding body",)


@pytest.mark.parametrize("name", ["יעל כהן", "Anne-Sophie O'Néill", "Nguyễn Thị Ánh", "Żółć"])
def test_names_are_found_however_they_are_written(name):
    award = replace(complete_award(), learner=Learner(full_name=name))
    page = page_text(draw_certificate(award, b"{}"))
    assert not_on_page(award, page, "en") == ()


def test_a_language_that_is_none_is_read_as_english():
    award = certificate().award
    page = page_text(certificate().drawn)
    assert not_on_page(award, page, "not a language") == ()
    assert not_on_page(award, page, "tlh") == ()


def test_without_a_readable_credential_the_page_is_not_compared():
    opened, _ = unwrap(certificate().sealed)
    found = {one.rule: one.outcome for one in seal_findings(opened, None, ())}
    assert found["seal.pades.text"] is Outcome.INDETERMINATE
    assert found["seal.pades.issuer"] is Outcome.INDETERMINATE


def test_a_pdf_without_a_credential_says_so():
    bare = pdf_attacks.no_attachment(certificate())
    with pytest.raises(UnreadableError, match="without exactly one attached"):
        unwrap(bare)


def test_a_pdf_within_a_pdf_is_refused():
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(certificate().drawn)) as pdf:
        pdf.Root.AF[0].EF.F.write(certificate().drawn)
        pdf.save(out)
    with pytest.raises(UnreadableError, match="PDF within a PDF"):
        unwrap(out.getvalue())


def test_a_pdf_without_a_seal_has_no_holder():
    opened, _ = unwrap(pdf_attacks.stripped_seal(certificate()))
    assert holder(opened) is None
    assert "signature" in failures(certificate().drawn)
