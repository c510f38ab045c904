"""Certificates from the command line: beside the credentials, of one credential, and verified."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.journeys.certifying import Certifier
from tessera.render.certificate import CertificateOptions, UndrawableError
from tessera.report import Outcome
from tessera.seals.keys import SealHolder, make_test_seal
from tessera.seals.pades import PADES
from tests.pdf_attacks import NOW, credential, keys

AT = NOW + timedelta(minutes=5)


def certifier(language: str | None = None, key: object = "own", **look: object) -> Certifier:
    chosen = keys()[1] if key == "own" else key
    return Certifier(CertificateOptions(**look), chosen, AT, language)


def text(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


# One credential


def test_a_certificate_holds_the_credential_byte_for_byte_and_is_sealed_by_its_issuer():
    _, sealed = credential()
    opened = PADES.open(certifier().certify(sealed))
    assert opened.document == sealed
    assert opened.signatures[0].claimed_at == AT
    assert all(one.outcome is Outcome.PASSED for one in PADES.check(opened))


def test_without_a_key_the_page_is_drawn_and_not_sealed():
    opened = PADES.open(certifier(key=None).certify(credential()[1]))
    assert opened.document == credential()[1]
    assert not opened.signatures


def test_it_speaks_the_language_of_the_credential_or_the_one_that_is_asked_for():
    _, sealed = credential()
    assert "Learning outcomes" in text(certifier().certify(sealed))
    assert "Lernergebnisse" in text(certifier(language="de").certify(sealed))


def test_a_broken_credential_gets_no_certificate():
    _, sealed = credential()
    with pytest.raises(UnreadableError, match="broken"):
        certifier().certify(sealed.replace(b"Ada Example", b"Eve Example"))


def test_what_is_no_sealed_credential_gets_no_certificate():
    with pytest.raises(UnreadableError):
        certifier().certify(b"{}")


def test_the_key_of_somebody_else_is_refused_before_anything_is_drawn():
    holder = SealHolder(organisation="Other", country="FI", identifier="VATFI-TEST-OTHER")
    other = make_test_seal(keys()[0], NOW, holder)
    with pytest.raises(KeyRefusedError, match="two issuers"):
        certifier(key=other).certify(credential()[1])


def test_a_name_that_cannot_be_drawn_has_a_credential_and_no_certificate():
    _, sealed = credential("李雷", "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000cc")
    with pytest.raises(UndrawableError, match="李"):
        certifier().certify(sealed)


def test_a_page_that_would_not_say_what_the_credential_says_is_not_given_out(monkeypatch):
    from tessera.journeys import certifying

    real = certifying.page_text
    monkeypatch.setattr(certifying, "page_text", lambda pdf: real(pdf).replace("Ada", "Eve"))
    with pytest.raises(UndrawableError, match="learner"):
        certifier().certify(credential()[1])
