"""Who signed a list, and does the signature cover every byte: each rule on its own."""

import pytest
from lxml import etree
from tests.unit.trust.lists.material import (
    AUTHORITY,
    COMMISSION,
    DS,
    ENVELOPED,
    EXCLUSIVE,
    OPERATOR,
    XADES,
    national,
    party,
    sign,
)

from tessera.report import Outcome
from tessera.trust.lists import signature
from tessera.trust.lists.markup import read_xml
from tessera.trust.lists.read import read_list
from tessera.trust.lists.signature import verify_signature

LIST = national()
SIGNED = LIST.signed(OPERATOR)


def rule(raw, known=()):
    """The rule that refuses; nothing of a refused list may be used."""
    verified = verify_signature(raw, known)
    assert verified.certificate is None
    assert verified.content is None
    [finding] = verified.findings
    assert finding.outcome is Outcome.FAILED
    return finding.rule


def changed(raw, change):
    root = etree.fromstring(raw)
    change(root, root.find(f"{{{DS}}}Signature"))
    return etree.tostring(root)


def test_a_signed_list_holds_and_names_its_signer():
    verified = verify_signature(SIGNED)
    assert [one.rule for one in verified.findings] == ["list.signature"]
    assert verified.certificate == OPERATOR.der
    assert verified.algorithm == "ecdsa-sha256"


def test_what_is_read_afterwards_is_what_was_digested():
    spoken = SIGNED.replace(b"<TSLSequenceNumber>7", b"<TSLSequenceNumber><!-- 9 -->7")
    content = verify_signature(spoken).content
    assert b"<!--" not in content
    assert b"Signature" not in content
    assert read_list(read_xml(content)) == read_list(read_xml(SIGNED))


def test_a_reference_by_the_identifier_of_the_root_is_the_whole_list():
    xml = national(attributes=' Id="list"').xml()
    assert verify_signature(sign(xml, OPERATOR, uri="#list")).certificate == OPERATOR.der


def test_an_unsigned_list_is_refused():
    assert rule(LIST.xml()) == "list.signature.absent"


def test_two_signatures_are_refused():
    def twice(root, held):
        root.append(etree.fromstring(etree.tostring(held).replace(b"props", b"other")))

    assert rule(changed(SIGNED, twice)) == "list.signature.several"


def test_a_signature_elsewhere_is_refused():
    def hide(root, held):
        root[0].append(held)

    assert rule(changed(SIGNED, hide)) == "list.signature.place"


def test_an_identifier_that_stands_twice_is_refused():
    def double(root, held):
        root[0].set("Id", "props")

    assert rule(changed(SIGNED, double)) == "list.duplicate-id"


def test_any_changed_text_breaks_the_digest():
    assert rule(SIGNED.replace(b">granted<", b">Granted<").replace(b"FI", b"SE", 1)) == (
        "list.signature.digest"
    )


def test_signed_properties_cannot_be_changed():
    assert rule(SIGNED.replace(b"2026-10-25T10:00:00Z</xades", b"2026-10-26T10:00:00Z</xades")) == (
        "list.signature.digest"
    )


def test_a_signature_value_of_another_key_is_refused():
    thief = party("Thief")
    forged = sign(LIST.xml(), thief, brings=[OPERATOR], names=OPERATOR)
    assert rule(forged) == "list.signature.value"


def test_a_certificate_that_the_properties_do_not_name_is_refused():
    assert rule(sign(LIST.xml(), OPERATOR, names=COMMISSION)) == "list.signature.certificate"


def test_a_list_without_certificates_is_proved_by_known_ones_only():
    bare = sign(LIST.xml(), OPERATOR, brings=[])
    assert rule(bare) == "list.signature.certificate"
    assert rule(bare, [COMMISSION.der]) == "list.signature.certificate"
    assert verify_signature(bare, [COMMISSION.der, OPERATOR.der]).certificate == OPERATOR.der


def test_properties_without_the_name_of_the_signer_are_refused():
    def anonymous(root, held):
        found = held.find(f".//{{{XADES}}}SigningCertificateV2")
        found.getparent().remove(found)

    assert rule(changed(SIGNED, anonymous)) == "list.signature.certificate"


def test_a_signature_without_properties_is_refused():
    def plain(root, held):
        held.remove(held.find(f"{{{DS}}}Object"))

    assert rule(changed(SIGNED, plain)) == "list.signature.properties"


def test_properties_that_are_not_signed_are_refused():
    def leave_out(root, held):
        information = held.find(f"{{{DS}}}SignedInfo")
        information.remove(information.findall(f"{{{DS}}}Reference")[1])

    assert rule(changed(SIGNED, leave_out)) == "list.signature.properties"


def test_a_signed_piece_wrapped_into_a_forged_list_is_refused():
    """The whole signed list moves into a forged one, and the reference follows it."""
    original = sign(national(attributes=' Id="list"').xml(), OPERATOR, uri="#list")
    inner = etree.fromstring(original)
    held = inner.find(f"{{{DS}}}Signature")
    forged = etree.fromstring(national(number=99, attributes=' Id="forged"').xml())
    forged.append(held)
    place = etree.SubElement(held, f"{{{DS}}}Object")
    place.append(inner)
    assert rule(etree.tostring(forged)) == "list.signature.wrapping"


def test_a_whole_list_reference_beside_a_strange_one_is_refused():
    def stray(root, held):
        information = held.find(f"{{{DS}}}SignedInfo")
        extra = etree.SubElement(information, f"{{{DS}}}Reference", URI="#stray")
        etree.SubElement(extra, f"{{{DS}}}DigestMethod", Algorithm="x#sha256")

    assert rule(changed(SIGNED, stray)) == "list.signature.wrapping"


def test_a_signature_that_does_not_cover_the_list_is_refused():
    def uncover(root, held):
        information = held.find(f"{{{DS}}}SignedInfo")
        information.remove(information.find(f"{{{DS}}}Reference"))

    assert rule(changed(SIGNED, uncover)) == "list.signature.wrapping"


@pytest.mark.parametrize(
    "transforms",
    [
        (EXCLUSIVE,),
        (ENVELOPED,),
        (EXCLUSIVE, ENVELOPED),
        (ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        (ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        (ENVELOPED, f"{EXCLUSIVE}WithComments"),
        (ENVELOPED, EXCLUSIVE, "http://www.w3.org/2000/09/xmldsig#base64"),
    ],
)
def test_transforms_that_could_leave_something_out_are_refused(transforms):
    assert rule(sign(LIST.xml(), OPERATOR, transforms=transforms)) == "list.signature.transforms"


@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "",
    ],
)
def test_unsafe_algorithms_are_refused(method):
    assert rule(sign(LIST.xml(), OPERATOR, method=method)) == "list.signature.algorithm"


def test_an_unknown_algorithm_is_refused():
    strange = "http://example.org/own#own-sha256"
    assert rule(sign(LIST.xml(), OPERATOR, method=strange)) == "list.signature.form"


def test_a_signature_that_says_nothing_is_refused():
    def empty(root, held):
        held.find(f"{{{DS}}}SignedInfo").clear()

    assert rule(changed(SIGNED, empty)) == "list.signature.form"


def test_an_unreadable_certificate_is_a_finding():
    broken = party("Broken")
    object.__setattr__(broken, "certificate", _Rubbish(broken.certificate))
    assert rule(sign(LIST.xml(), broken)) == "list.signature.certificate"


class _Rubbish:
    def __init__(self, certificate):
        self.certificate = certificate

    def public_bytes(self, encoding):
        return b"rubbish"


def test_a_short_key_is_remarked_where_it_holds(monkeypatch):
    monkeypatch.setattr(signature, "describe", lambda _: _Short())
    first, remark = verify_signature(SIGNED).findings
    assert first.outcome is Outcome.PASSED
    assert (remark.rule, remark.advice) == ("list.signature.short-key", True)


class _Short:
    key, sha256 = "RSA 1024", "00"


def test_the_signature_of_an_authority_is_no_other_kind():
    assert verify_signature(LIST.signed(AUTHORITY)).certificate == AUTHORITY.der
