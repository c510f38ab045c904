"""Who vouches for a seal, since when, and the class of the seal that follows."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.trust.lists.material import (
    AUTHORITY,
    NOW,
    OPERATOR,
    QUALIFIED,
    QUALIFIED_IN_DEVICE,
    SEAL,
    SINCE,
    WITHDRAWN,
    list_of_lists,
    national,
    party,
    policy_criterion,
    qualification,
    service,
    tree,
)

from tessera.report import Outcome
from tessera.trust.lists.assess import Moments, assess
from tessera.trust.lists.model import CA_PKC, CA_QC, FOR_SEALS, GRANTED, RECOGNISED, TSA_QTST

SEALED = datetime(2024, 3, 1, tzinfo=UTC)
POLICY = "1.3.6.1.4.1.99999.1"
FOR_SIGNATURES = FOR_SEALS.replace("ForeSeals", "ForeSignatures")
BEFORE_EIDAS = {
    "authority": party("Old authority", is_authority=True, begins=datetime(2010, 1, 1, tzinfo=UTC)),
}


def judged(*services, leaf=SEAL, pool=(), sealed_at=SEALED, is_proved=False, at=NOW, **more):
    moments = Moments(judged_at=at, sealed_at=sealed_at, is_proved=is_proved)
    return assess(leaf.der, [one.der for one in pool], tree(*services, **more), moments)


def outcome(assessment):
    """The rule that decides, and the class; only a listed service may pass."""
    first = assessment.findings[0]
    assert (first.outcome is Outcome.PASSED) is assessment.is_trusted
    assert (first.rule == "list.service") is assessment.is_trusted
    return first.rule, assessment.seal_class


def said(assessment):
    return next(one.message for one in assessment.findings if one.rule == "list.class")


def test_a_qualified_certificate_in_a_device_of_a_granted_service_is_qualified():
    found = judged()
    assert outcome(found) == ("list.service", "qualified")
    assert found.vouches.service.territory == "FI"
    assert "granted since 2020-01-01" in found.findings[0].message


def test_without_a_device_the_seal_is_advanced():
    found = judged(leaf=party("No device", AUTHORITY, statements=QUALIFIED))
    assert outcome(found) == ("list.service", "advanced-trusted")
    assert "qualified device" in said(found)


def test_without_a_statement_the_certificate_is_not_qualified():
    found = judged(leaf=party("Plain", AUTHORITY))
    assert outcome(found) == ("list.service", "advanced-trusted")
    assert "not a qualified one" in said(found)


def test_a_certificate_for_signatures_makes_no_qualified_seal():
    natural = QUALIFIED_IN_DEVICE.replace(
        bytes.fromhex("04008e46010602"), bytes.fromhex("04008e46010601")
    )
    found = judged(leaf=party("Natural", AUTHORITY, statements=natural))
    assert outcome(found) == ("list.service", "advanced-trusted")
    assert "not for seals" in said(found)


def test_an_authority_that_no_list_names_is_unknown():
    stranger = party("Stranger", party("Strange authority", is_authority=True))
    assert outcome(judged(leaf=stranger)) == ("list.service.unknown", "advanced-unknown")


def test_a_namesake_of_a_listed_authority_is_unknown():
    twin = party("Seal authority", is_authority=True, begins=datetime(2020, 5, 1, tzinfo=UTC))
    assert outcome(judged(leaf=party("Forged", twin)))[0] == "list.service.unknown"


def test_an_authority_below_the_listed_one_is_followed():
    middle = party("Middle authority", AUTHORITY, is_authority=True)
    leaf = party("Below", middle, statements=QUALIFIED_IN_DEVICE)
    assert outcome(judged(leaf=leaf))[0] == "list.service.unknown"
    assert outcome(judged(leaf=leaf, pool=[middle])) == ("list.service", "qualified")


def test_a_service_withdrawn_before_the_seal_does_not_vouch():
    begin = SEALED - timedelta(days=1)
    found = judged(service(AUTHORITY, status=WITHDRAWN, since=begin, history=[(GRANTED, SINCE)]))
    assert outcome(found) == ("list.service.status", "advanced-unknown")
    assert "was withdrawn from 2024-02-29 on" in found.findings[0].message


@pytest.mark.parametrize(
    ("is_proved", "expected"),
    [(True, ("list.service", "qualified")),
     (False, ("list.service.status-unproved", "advanced-unknown"))],
)  # fmt: skip
def test_a_seal_older_than_a_withdrawal_has_to_prove_it(is_proved, expected):
    begin = SEALED + timedelta(days=1)
    listed = service(AUTHORITY, status=WITHDRAWN, since=begin, history=[(GRANTED, SINCE)])
    assert outcome(judged(listed, is_proved=is_proved)) == expected


def test_judged_at_a_moment_before_the_withdrawal_the_claim_is_enough():
    begin = SEALED + timedelta(days=10)
    listed = service(AUTHORITY, status=WITHDRAWN, since=begin, history=[(GRANTED, SINCE)])
    at = SEALED + timedelta(days=5)
    assert outcome(judged(listed, at=at)) == ("list.service", "qualified")


def test_a_certificate_issued_while_withdrawn_is_not_trusted_later():
    back = datetime(2022, 1, 1, tzinfo=UTC)
    listed = service(AUTHORITY, since=back, history=[(WITHDRAWN, SINCE)])
    found = judged(listed, is_proved=True)
    assert outcome(found) == ("list.service.status", "advanced-unknown")
    assert "the certificate of 2021-01-01" in found.findings[0].message


def test_a_service_listed_after_the_seal_does_not_vouch():
    listed = service(AUTHORITY, since=SEALED + timedelta(days=1))
    assert outcome(judged(listed))[0] == "list.service.not-yet"


@pytest.mark.parametrize(
    ("type", "additional"), [(CA_QC, (FOR_SIGNATURES,)), (CA_QC, ()), (TSA_QTST, (FOR_SEALS,))]
)
def test_a_service_of_another_type_does_not_vouch_for_seals(type, additional):
    listed = service(AUTHORITY, type=type, additional=additional)
    assert outcome(judged(listed)) == ("list.service.type", "advanced-unknown")


def test_of_two_services_of_one_authority_the_one_for_seals_counts():
    signatures = service(AUTHORITY, additional=(FOR_SIGNATURES,))
    assert outcome(judged(signatures, service(AUTHORITY))) == ("list.service", "qualified")


def conflicts(assessment):
    return [one for one in assessment.findings if one.rule == "list.service.conflict"]


def test_lists_that_contradict_each_other_about_an_authority_are_said_to():
    begin = SEALED - timedelta(days=1)
    twin = service(
        AUTHORITY, status=WITHDRAWN, since=begin, history=[(GRANTED, SINCE)], name="Twin"
    )
    for services in ((twin, service(AUTHORITY)), (service(AUTHORITY), twin)):
        found = judged(*services)
        assert outcome(found) == ("list.service", "qualified")
        [finding] = conflicts(found)
        assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)
        assert "Twin of Provider" in finding.message
        assert finding.evidence["service"] == "Twin"


@pytest.mark.parametrize(
    "other",
    [service(AUTHORITY, name="Twin"), service(AUTHORITY, status=WITHDRAWN, additional=()),
     service(party("Other", is_authority=True), status=WITHDRAWN)],
)  # fmt: skip
def test_an_entry_that_agrees_or_is_about_something_else_is_no_contradiction(other):
    found = judged(service(AUTHORITY), other)
    assert outcome(found) == ("list.service", "qualified")
    assert conflicts(found) == []


def test_a_service_recognised_at_national_level_is_trusted_but_not_qualified():
    listed = service(AUTHORITY, type=CA_PKC, status=RECOGNISED, additional=())
    assert outcome(judged(listed)) == ("list.service", "advanced-trusted")
    deprecated = RECOGNISED.replace("recognised", "deprecated")
    listed = service(AUTHORITY, type=CA_PKC, status=deprecated, additional=())
    assert outcome(judged(listed)) == ("list.service.status", "advanced-unknown")


@pytest.mark.parametrize(
    ("status", "trusted"),
    [("undersupervision", True), ("accredited", True), ("supervisionrevoked", False)],
)
def test_before_july_2016_supervision_counts_and_nothing_is_qualified(status, trusted):
    authority = BEFORE_EIDAS["authority"]
    begin = datetime(2012, 1, 1, tzinfo=UTC)
    leaf = party(f"Old {status}", authority, statements=QUALIFIED_IN_DEVICE, begins=begin)
    old = GRANTED.replace("granted", status)
    listed = service(
        authority, since=datetime(2016, 7, 1, tzinfo=UTC),
        history=[(old, datetime(2011, 1, 1, tzinfo=UTC))],
    )  # fmt: skip
    found = judged(listed, leaf=leaf, sealed_at=datetime(2014, 1, 1, tzinfo=UTC))
    assert found.is_trusted is trusted
    assert found.seal_class == ("advanced-trusted" if trusted else "advanced-unknown")


def test_an_unknown_critical_extension_forbids_a_conclusion():
    strange = '<Extension Critical="true"><strange xmlns="urn:x"/></Extension>'
    listed = service(AUTHORITY, extension=strange)
    assert outcome(judged(listed)) == ("list.service.extension", "advanced-unknown")
    harmless = strange.replace("true", "false")
    assert outcome(judged(service(AUTHORITY, extension=harmless)))[0] == "list.service"


def with_policy(statements, *extensions):
    leaf = party("With policy", AUTHORITY, statements=statements, policy=POLICY)
    listed = service(AUTHORITY, extension="".join(extensions))
    return outcome(judged(listed, leaf=leaf))[1]


@pytest.mark.parametrize(
    ("statements", "qualifiers", "expected"),
    [
        (QUALIFIED_IN_DEVICE, ["NotQualified"], "advanced-trusted"),
        (QUALIFIED_IN_DEVICE, ["QCNoQSCD"], "advanced-trusted"),
        (QUALIFIED_IN_DEVICE, ["QCForESig"], "advanced-trusted"),
        (QUALIFIED_IN_DEVICE, ["QCStatement", "NotQualified"], "advanced-trusted"),
        (QUALIFIED_IN_DEVICE, ["QCForLegalPerson", "QCQSCDStatusAsInCert"], "qualified"),
        (QUALIFIED, ["QCWithQSCD"], "qualified"),
        (QUALIFIED, ["QCQSCDManagedOnBehalf"], "qualified"),
        (QUALIFIED, ["QCWithSSCD"], "advanced-trusted"),
        (None, ["QCStatement", "QCForESeal", "QCWithQSCD"], "qualified"),
        (None, ["QCStatement", "QCWithQSCD"], "advanced-trusted"),
    ],
)
def test_what_the_state_adds_goes_before_what_the_certificate_says(
    statements, qualifiers, expected
):
    added = [qualification(one, policy_criterion(f"urn:oid:{POLICY} ")) for one in qualifiers]
    assert with_policy(statements, *added) == expected


def test_what_the_state_adds_holds_only_for_the_certificates_it_is_about():
    added = qualification("NotQualified", policy_criterion("1.2.3"))
    assert with_policy(QUALIFIED_IN_DEVICE, added) == "qualified"


def test_an_addition_that_cannot_be_read_never_makes_a_seal_qualified():
    added = qualification("QCWithQSCD", "<sie:Moon/>")
    leaf = party("Moon", AUTHORITY, statements=QUALIFIED_IN_DEVICE)
    found = judged(service(AUTHORITY, extension=added), leaf=leaf)
    assert outcome(found) == ("list.service", "advanced-trusted")
    assert "cannot be read" in said(found)


def test_a_refused_list_that_knows_the_authority_is_named():
    found = judged(nation=national().signed(party("Thief")))
    assert outcome(found) == ("list.national.signer", "advanced-unknown")
    assert found.findings[0].outcome is Outcome.INDETERMINATE


def test_a_refused_list_of_lists_is_named():
    found = judged(lotl=list_of_lists().signed(OPERATOR))
    assert outcome(found) == ("list.lotl.signer", "advanced-unknown")


@pytest.mark.parametrize(("days", "state"), [(0, "PASSED"), (3, "PASSED"), (30, "INDETERMINATE")])
def test_the_age_of_the_lists_is_said(days, state):
    found = judged(fetched_at=NOW - timedelta(days=days))
    [age] = [one for one in found.findings if one.rule == "list.snapshot"]
    assert age.advice
    assert age.outcome.value == state
    assert ("on the day" if days == 0 else f"{days} days") in age.message


@pytest.mark.parametrize("leaf", [b"", b"rubbish", b"0\x82"])
def test_hostile_certificates_are_unknown(leaf):
    found = assess(leaf, [b"more"], tree(), Moments(judged_at=NOW, sealed_at=None))
    assert outcome(found) == ("list.service.unknown", "advanced-unknown")
