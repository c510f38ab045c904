"""The criteria of a qualification: each kind, each way to join, and what cannot be told."""

import pytest
from lxml import etree
from tests.unit.trust.lists.material import AUTHORITY, party, policy_criterion, qualification

from tessera.trust.lists.qualifiers import meets, read_qualifications

HELD = party("Holder", AUTHORITY, policy="1.2.3")
HEAD = (
    '<x xmlns="http://uri.etsi.org/02231/v2#" '
    'xmlns:add="http://uri.etsi.org/02231/v2/additionaltypes#" '
    'xmlns:sie="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#" '
    'xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">'
)
YES, NO = policy_criterion("1.2.3"), policy_criterion("9.9.9")
SIGNS = '<sie:KeyUsage><sie:KeyUsageBit name="digitalSignature">{}</sie:KeyUsageBit></sie:KeyUsage>'


def read(criteria, join="all"):
    root = etree.fromstring(f"{HEAD}{qualification('QCWithQSCD', criteria, join)}</x>")
    [found] = read_qualifications(root[0][0])
    assert found.qualifiers == {"QCWithQSCD"}
    return meets(found.criteria, HELD.der)


def other(name, identifier):
    tag = "AttributeOID" if name == "CertSubjectDNAttribute" else "KeyPurposeId"
    return (
        f"<sie:otherCriteriaList><add:{name}><add:{tag}><xades:Identifier>{identifier}"
        f"</xades:Identifier></add:{tag}></add:{name}></sie:otherCriteriaList>"
    )


@pytest.mark.parametrize(
    ("join", "criteria", "expected"),
    [
        ("all", YES, True),
        ("all", YES + NO, False),
        ("atLeastOne", NO + YES, True),
        ("atLeastOne", NO, False),
        ("none", NO, True),
        ("none", NO + YES, False),
        ("sometimes", YES, None),
        ("all", "", None),
    ],
)
def test_the_ways_to_join(join, criteria, expected):
    assert read(criteria, join) is expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (policy_criterion("1.2.3", "1.2.4"), False),
        (policy_criterion("urn:oid:1.2.3"), True),
        (SIGNS.format("true"), True),
        (SIGNS.format("false"), False),
        (SIGNS.format("true").replace("digitalSignature", "keyCertSign"), False),
        (SIGNS.format("maybe"), None),
        (SIGNS.format("true").replace("digitalSignature", "flying"), None),
        ("<sie:KeyUsage/>", None),
        (other("CertSubjectDNAttribute", "2.5.4.10"), True),
        (other("CertSubjectDNAttribute", "2.5.4.97"), False),
        (other("ExtendedKeyUsage", "1.3.6.1.5.5.7.3.4"), False),
        ("<sie:otherCriteriaList><add:Moon/></sie:otherCriteriaList>", None),
        (f'<sie:CriteriaList assert="none">{NO}</sie:CriteriaList>', True),
        (f'<sie:CriteriaList assert="none">{YES}</sie:CriteriaList>', False),
        ("<sie:CriteriaList>" + YES + "</sie:CriteriaList>", None),
    ],
)
def test_the_kinds_of_criteria(criteria, expected):
    assert read(criteria) is expected


def test_nesting_has_an_end():
    deep = YES
    for _ in range(12):
        deep = f'<sie:CriteriaList assert="all">{deep}</sie:CriteriaList>'
    assert read(deep) is None


def test_a_certain_answer_needs_no_other():
    unknown = '<sie:CriteriaList assert="x"/>'
    assert read(YES + unknown, "atLeastOne") is True
    assert read(NO + unknown, "all") is False
    assert read(NO + unknown, "none") is None


def test_a_certificate_that_cannot_be_read_meets_nothing():
    root = etree.fromstring(f"{HEAD}{qualification('QCWithQSCD', YES)}</x>")
    [found] = read_qualifications(root[0][0])
    assert meets(found.criteria, b"rubbish") is None


def test_a_qualification_without_criteria_is_not_understood():
    text = qualification("QCWithQSCD", YES)
    start, end = text.index("<sie:CriteriaList"), text.index("</sie:CriteriaList>") + 19
    root = etree.fromstring(f"{HEAD}{text[:start]}{text[end:]}</x>")
    [found] = read_qualifications(root[0][0])
    assert meets(found.criteria, HELD.der) is None
