import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.seals import der

quick = settings(max_examples=80, derandomize=True, deadline=None)


@quick
@given(st.binary(max_size=300))
def test_what_is_written_is_read_back(content):
    assert der.only(der.encode(der.OCTETS, content), der.OCTETS) == content


@quick
@given(st.binary(max_size=60))
def test_random_bytes_are_read_or_refused_never_worse(content):
    try:
        total = sum(1 for _ in der.elements(content))
    except UnreadableError:
        return
    assert total <= len(content)


@pytest.mark.parametrize(
    ("value", "octets"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (-1, "0201ff")]
)
def test_integers_take_their_shortest_form(value, octets):
    assert der.integer(value).hex() == octets


def test_object_identifiers_with_large_arcs_are_read():
    assert der.oid_text(bytes.fromhex("69")) == "2.25"
    assert der.oid_text(bytes.fromhex("2a864886f70d010101")) == "1.2.840.113549.1.1.1"


@pytest.mark.parametrize("content", ["", "80", "3080", "30820", "3085", "1f01"])
def test_lengths_that_run_over_or_stay_open_are_refused(content):
    raw = bytes.fromhex(content + "0" * (len(content) % 2))
    if not raw:
        with pytest.raises(UnreadableError):
            der.oid_text(raw)
        return
    with pytest.raises(UnreadableError):
        list(der.elements(raw))
