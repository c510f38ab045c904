"""A required seal belongs to a body by its identifier, in whichever form it is written."""

import pytest

from tessera.model import Identifier, Organisation, Text
from tessera.seals.certificates import describe
from tessera.verify.examination import Signer
from tessera.verify.signers import RequiredBody, seals_of
from tests.unit.verify.conftest import key


def signer(identifier):
    certificate = key(identifier, "TEST Body").certificate_chain[0]
    return Signer(signature=None, certificate=certificate, facts=describe(certificate))


def body(scheme, value, *more):
    organisation = Organisation(
        id="urn:b",
        legal_name=Text.of({"en": "Body"}),
        identifiers=(Identifier.parse(scheme, value),),
    )
    return RequiredBody.of("urn:b", [*more, organisation])


@pytest.mark.parametrize(
    ("held", "scheme", "stated", "fits"),
    [
        ("VATIE-1234567A", "eidas-legal", "VATIE-1234567A", True),
        ("VATIE-1234567A", "vat", "IE1234567A", True),
        ("LEIXG-529900T8BM49AURSDO55", "lei", "529900T8BM49AURSDO55", True),
        ("VATIE-1234567A", "eidas-legal", "VATIE-1234567B", False),
        ("NTRIE-1234567A", "vat", "IE1234567A", False),
        ("VATIE-1234567A", "deqarinst", "DEQARINST0123", False),
    ],
)
def test_the_identifier_decides(held, scheme, stated, fits):
    assert bool(seals_of(body(scheme, stated), [signer(held)])) is fits


def test_all_descriptions_of_one_body_count():
    bare = Organisation(id="urn:b", legal_name=Text.of({"en": "Body"}))
    required = body("vat", "IE1234567A", bare)
    assert required.identifiers == {"IE1234567A"}
    assert seals_of(required, [signer("VATIE-1234567A")])


def test_a_body_without_identifier_or_description_is_sealed_by_nobody():
    bare = Organisation(id="urn:b", legal_name=Text.of({"en": "TEST Body"}))
    for required in (RequiredBody.of("urn:b", [bare]), RequiredBody.of("urn:b", [])):
        assert seals_of(required, [signer("VATIE-1234567A")]) == []
    assert RequiredBody.of("urn:b", []).name == "urn:b"
