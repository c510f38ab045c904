"""The dates of a list and of its signer."""

from datetime import timedelta

import pytest
from tests.unit.trust.lists.material import ISSUED, NEXT, NOW, national, party

from tessera.report import Outcome
from tessera.trust.lists.markup import read_xml
from tessera.trust.lists.read import read_list
from tessera.trust.lists.validity import currency_of, dates_of, signer_dates


def dated(at=NOW, **changes):
    listed = read_list(read_xml(national(**changes).xml()))
    return {one.rule: one for one in dates_of(listed, at)}


def test_a_current_list_passes():
    found = dated()
    assert set(found) == {"list.issued", "list.current"}
    assert {one.outcome for one in found.values()} == {Outcome.PASSED}


@pytest.mark.parametrize(("late", "expired"), [(0, False), (1, True)])
def test_a_list_expires_when_the_next_one_is_due(late, expired):
    found = dated(at=NEXT + timedelta(seconds=late))
    assert ("list.expired" in found) is expired
    if expired:
        assert found["list.expired"].outcome is Outcome.FAILED
        assert "tessera trust update" in found["list.expired"].message


def test_a_list_is_not_there_before_it_is_issued():
    found = dated(at=ISSUED - timedelta(seconds=1))
    assert found["list.not-yet-issued"].outcome is Outcome.INDETERMINATE


def test_a_closed_list_is_refused():
    assert dated(next_update=None)["list.closed"].outcome is Outcome.FAILED


def test_dates_that_cannot_be_read_are_not_guessed():
    found = dated(next_update="soon", issued="lately")
    assert found["list.next-update"].outcome is Outcome.INDETERMINATE
    assert found["list.issued"].outcome is Outcome.INDETERMINATE


def test_more_than_six_months_is_a_remark():
    found = dated(next_update="2027-12-01T00:00:00Z")
    assert found["list.long-validity"].advice
    assert found["list.current"].outcome is Outcome.PASSED


def test_a_newer_list_may_be_used_for_an_earlier_moment():
    listed = read_list(read_xml(national().xml()))
    [found] = currency_of(listed, ISSUED - timedelta(days=900))
    assert found.outcome is Outcome.PASSED


def test_the_certificate_has_to_be_valid_when_the_list_was_issued():
    listed = read_list(read_xml(national().xml()))
    ended = party("Ended", ends=ISSUED - timedelta(days=1))
    begins = party("Begins", begins=ISSUED + timedelta(days=8))
    assert signer_dates(party("Operator of FI").der, listed).outcome is Outcome.PASSED
    assert signer_dates(ended.der, listed).outcome is Outcome.FAILED
    assert signer_dates(begins.der, listed).outcome is Outcome.FAILED
    assert signer_dates(b"rubbish", listed).outcome is Outcome.FAILED
    undated = read_list(read_xml(national(issued="never").xml()))
    assert signer_dates(ended.der, undated).outcome is Outcome.INDETERMINATE
