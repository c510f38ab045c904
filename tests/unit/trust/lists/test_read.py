"""What a list states, read leniently: missing parts are missing, nothing is guessed."""

from datetime import UTC, datetime

import pytest
from tests.unit.trust.lists.material import (
    AUTHORITY,
    COMMISSION,
    ISSUED,
    JOURNAL,
    NEXT,
    OPERATOR,
    SINCE,
    WITHDRAWN,
    list_of_lists,
    national,
    service,
)

from tessera.trust.lists.markup import read_xml
from tessera.trust.lists.model import CA_QC, FOR_SEALS, GRANTED, LIST_OF_LISTS
from tessera.trust.lists.read import instant, is_list, read_list

TSL = 'xmlns="http://uri.etsi.org/02231/v2#"'


def read(written):
    return read_list(read_xml(written.xml()))


def test_a_list_of_lists_is_read():
    listed = read(list_of_lists())
    assert listed.is_list_of_lists
    assert (listed.version, listed.sequence_number, listed.territory) == (6, 40, "EU")
    assert (listed.issued_at, listed.next_update) == (ISSUED, NEXT)
    assert listed.information == (JOURNAL,)
    own, nation = listed.pointers
    assert (own.type, own.certificates) == (LIST_OF_LISTS, (COMMISSION.der,))
    assert (nation.territory, nation.location) == ("FI", "https://example.org/FI.xml")
    assert nation.certificates == (OPERATOR.der,)
    assert listed.title == "the list of trusted lists of EU, number 40"


def test_a_service_and_its_history_are_read_newest_first():
    back = datetime(2022, 1, 1, tzinfo=UTC)
    [found] = read(national(service(AUTHORITY, since=back, history=[(WITHDRAWN, SINCE)]))).services
    assert (found.provider, found.name) == ("Provider", "Seal authority")
    assert [one.status for one in found.periods] == [GRANTED, WITHDRAWN]
    assert (found.periods[0].type, found.periods[0].additional) == (CA_QC, {FOR_SEALS})
    assert found.at(back).status == GRANTED
    assert found.at(datetime(2021, 12, 31, tzinfo=UTC)).status == WITHDRAWN
    assert found.at(datetime(2019, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("broken", ["<ServiceStatus>", "<StatusStartingTime>", "<ServiceType"])
def test_a_service_of_no_readable_state_is_left_out(broken):
    xml = national().xml().replace(broken.encode(), b"<Was" + broken[1:].encode())
    for name in ("ServiceStatus", "StatusStartingTime", "ServiceTypeIdentifier"):
        if broken[1:].rstrip(">") in name:
            xml = xml.replace(f"</{name}>".encode(), f"</Was{name}>".encode())
    assert read_list(read_xml(xml)).services == ()


def test_certificates_that_are_no_base64_are_left_out():
    xml = national().xml().replace(b"<X509Certificate>M", b"<X509Certificate>*")
    assert read_list(read_xml(xml)).services[0].certificates == ()


@pytest.mark.parametrize("inner", ["", "<SchemeInformation/>", "<TrustServiceProviderList/>"])
def test_an_empty_list_states_nothing(inner):
    root = read_xml(f"<TrustServiceStatusList {TSL}>{inner}</TrustServiceStatusList>".encode())
    listed = read_list(root)
    assert is_list(root)
    assert (listed.territory, listed.sequence_number, listed.issued_at) == (None, None, None)
    assert not listed.is_closed
    assert listed.title == "the trusted list of no territory, without a number"


def test_only_the_element_of_the_specification_is_a_list():
    assert not is_list(read_xml(b"<TrustServiceStatusList/>"))


@pytest.mark.parametrize("number", ["-1", "1e3", "٣", "1" * 5000, ""])
def test_a_number_is_digits_of_a_sensible_size(number):
    assert read(national(number=number)).sequence_number is None


@pytest.mark.parametrize("text", [None, "", "soon", "2026-13-01T00:00:00Z", "9999-99-99"])
def test_what_is_no_instant_is_none(text):
    assert instant(text) is None


def test_an_instant_without_a_zone_is_utc():
    assert instant("2026-01-01T00:00:00") == datetime(2026, 1, 1, tzinfo=UTC)
    assert instant("0001-01-01T00:00:00+14:00") is None
