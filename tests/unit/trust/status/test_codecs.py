"""Bits, packing and unpacking: against the standards' own examples, and against openvc-core."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openvc.status import bitstring, token_status_list

from tessera.errors import UnreadableError, UsageError
from tessera.seals.base64text import to_base64url
from tessera.trust.status import packing
from tessera.trust.status.bits import Order, packed, read, room

LEFT, RIGHT = Order.LEFT_FIRST, Order.RIGHT_FIRST
places = st.dictionaries(st.integers(0, 999), st.just(1), max_size=60)


@given(places)
def test_a_w3c_list_is_what_openvc_makes_of_the_same_credentials(marked):
    theirs = bitstring.new_bitstring(1000)
    for at in marked:
        bitstring.set_status_bit(theirs, at, 1)
    assert packed(marked.items(), places=1000, size=1, order=LEFT) == bytes(theirs)


@given(places)
def test_a_w3c_list_of_openvc_is_unpacked_and_read_and_ours_by_openvc(marked):
    ours = packed(marked.items(), places=1000, size=1, order=LEFT)
    bits = packing.from_encoded_list(bitstring.encode_bitstring(ours))
    assert {at for at in range(1000) if read(bits, at, size=1, order=LEFT)} == set(marked)
    assert bitstring.decode_bitstring(packing.to_encoded_list(ours)) == ours


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_a_token_list_is_what_openvc_makes_of_the_same_statuses(size, data):
    numbers = st.dictionaries(st.integers(0, 499), st.integers(0, 2**size - 1), max_size=60)
    statuses = data.draw(numbers)
    theirs = token_status_list.new_status_list(504, bits=size)
    for at, value in statuses.items():
        token_status_list.set_status(theirs, at, value, bits=size)
    ours = packed(statuses.items(), places=504, size=size, order=RIGHT)
    assert ours == bytes(theirs)
    again = token_status_list.decode_status_list(packing.to_lst(ours))
    assert packing.from_lst(token_status_list.encode_status_list(ours)) == again == ours
    for at in range(504):
        assert read(ours, at, size=size, order=RIGHT) == statuses.get(at, 0)


@given(st.integers(1, 64), st.data())
def test_places_of_any_size_are_read_as_written_from_the_left(size, data):
    numbers = st.dictionaries(st.integers(0, 99), st.integers(0, 2**size - 1), max_size=20)
    statuses = data.draw(numbers)
    bits = packed(statuses.items(), places=100, size=size, order=LEFT)
    assert [read(bits, at, size=size, order=LEFT) for at in range(100)] == [
        statuses.get(at, 0) for at in range(100)
    ]


def test_the_first_place_of_a_w3c_list_is_the_left_most_bit():
    assert packed([(0, 1)], places=16, size=1, order=LEFT) == b"\x80\x00"
    assert packed([(15, 1)], places=16, size=1, order=LEFT) == b"\x00\x01"


def test_the_examples_of_the_ietf_come_out_bit_by_bit():
    one = dict(enumerate((1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1)))
    assert packed(one.items(), places=16, size=1, order=RIGHT) == b"\xb9\xa3"
    two = dict(enumerate((1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3)))
    assert packed(two.items(), places=12, size=2, order=RIGHT) == b"\xc9\x44\xf9"
    assert packing.from_lst("eNrbuRgAAhcBXQ") == b"\xb9\xa3"
    assert packing.from_lst(bytes.fromhex("78da3be9f2130003df0207")) == b"\xc9\x44\xf9"


def test_the_example_of_w3c_unpacks_to_an_empty_list_of_the_least_size():
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    bits = packing.from_encoded_list(text)
    assert room(bits, size=1) == 131_072
    assert not any(bits)


@pytest.mark.parametrize("place", [-1, 16, 10**30])
@pytest.mark.parametrize("order", list(Order))
def test_a_place_outside_the_list_is_an_error_and_never_another_place(place, order):
    with pytest.raises(IndexError):
        read(b"\xff\xff", place, size=1, order=order)


def test_what_does_not_fit_is_not_packed():
    for values, size, order in (
        ([(16, 1)], 1, LEFT), ([(-1, 1)], 1, LEFT), ([(0, 2)], 1, LEFT), ([(0, 4)], 2, RIGHT),
        ([(0, 1)], 3, RIGHT), ([(0, 1)], 0, LEFT), ([(0, 1)], 65, LEFT),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            packed(values, places=16, size=size, order=order)


BOMB = bytes(packing.MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("packed_list", "reads"),
    [
        ("u" + to_base64url(gzip.compress(BOMB, 9, mtime=0)), packing.from_encoded_list),
        (to_base64url(zlib.compress(BOMB, 9)), packing.from_lst),
        (zlib.compress(BOMB, 9), packing.from_lst),
        (zlib.compress(bytes(400_000_000), 9), packing.from_lst),
    ],
    ids=["gzip", "zlib", "cbor", "400 MB"],
)
def test_a_zip_bomb_is_refused_before_it_unpacks(packed_list, reads):
    with pytest.raises(UnreadableError, match="unpacks to more than"):
        reads(packed_list)


def test_the_largest_list_that_is_read_is_read():
    largest = bytes(packing.MOST_BYTES)
    assert packing.from_lst(zlib.compress(largest, 1)) == largest


PACKED = gzip.compress(b"x", mtime=0)


@pytest.mark.parametrize(
    "text",
    [
        "", "H4sIAAAA", "u", "uAAAA", "u====", "u" + to_base64url(PACKED[:-3]),
        "u" + to_base64url(PACKED + b"more"), "u" + to_base64url(zlib.compress(b"x")),
        "z" + to_base64url(PACKED), "u" + to_base64url(PACKED) + "=",
    ],
)  # fmt: skip
def test_what_is_no_encoded_list_is_refused(text):
    with pytest.raises(UnreadableError):
        packing.from_encoded_list(text)


@given(st.binary(max_size=200), st.booleans())
def test_hostile_bytes_unpack_or_are_refused(raw, is_text):
    for reads in (packing.from_lst, packing.from_encoded_list):
        try:
            reads(to_base64url(raw) if is_text or reads is not packing.from_lst else raw)
        except UnreadableError:
            continue


def test_lists_of_2021_are_read_with_and_without_padding():
    text = to_base64url(gzip.compress(b"\x80" * 100))
    for one in (text, text + "=" * (-len(text) % 4)):
        assert packing.from_encoded_list(one, multibase=False) == b"\x80" * 100


def test_without_isal_the_standard_library_packs_the_same_list(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *more):
        if name == "isal":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    bits = packed([(7, 1)], places=131_072, size=1, order=LEFT)
    assert packing.from_encoded_list(packing.to_encoded_list(bits)) == bits
    assert packing.from_lst(packing.to_lst(bits)) == bits


def test_the_same_list_is_always_packed_to_the_same_bytes():
    bits = packed([(7, 1)], places=131_072, size=1, order=LEFT)
    assert packing.to_encoded_list(bits) == packing.to_encoded_list(bits)
    assert gzip.decompress(packing.gzipped(bits)) == bits
