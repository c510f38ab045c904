"""A shuffle gives every number another place, and places that nobody can guess."""

from __future__ import annotations

import secrets
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UsageError
from tessera.issue.status.shuffle import MOST_PLACES, Shuffle


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.binary(max_size=32))
def test_every_number_gets_a_place_of_its_own(size, secret):
    shuffle = Shuffle(size, secret)
    assert sorted(map(shuffle, range(size))) == list(range(size))


@pytest.mark.parametrize("size", [131_072, 131_073, 200_000])
def test_a_list_of_the_usual_size_is_filled_without_a_gap(size):
    shuffle = Shuffle(size, secrets.token_bytes(32))
    taken = bytearray(size)
    for number in range(size):
        taken[shuffle(number)] += 1
    assert taken == b"\x01" * size


def test_places_are_spread_evenly_and_do_not_follow_the_order_of_awarding():
    """Chi-square over 256 equal parts: 400 is passed by chance once in ten million runs."""
    size, count = 1_000_000, 20_000
    shuffle = Shuffle(size, secrets.token_bytes(32))
    found = [shuffle(number) for number in range(count)]
    parts = [0] * 256
    for place in found:
        parts[place * 256 // size] += 1
    expected = count / 256
    assert sum((one - expected) ** 2 / expected for one in parts) < 400
    rising = sum(later > earlier for earlier, later in pairwise(found))
    assert abs(rising - count / 2) < 6 * (count / 12) ** 0.5


def test_another_secret_is_another_shuffle_and_the_same_is_the_same():
    one, same, other = (Shuffle(10_000, secret) for secret in (b"a", b"a", b"b"))
    numbers = range(1000)
    assert [one(at) for at in numbers] == [same(at) for at in numbers]
    assert sum(one(at) == other(at) for at in numbers) < 20


@pytest.mark.parametrize("size", [0, -1, MOST_PLACES + 1])
def test_a_list_of_impossible_size_is_refused(size):
    with pytest.raises(UsageError):
        Shuffle(size, b"x")


@pytest.mark.parametrize("number", [-1, 10])
def test_a_number_outside_the_list_is_refused(number):
    with pytest.raises(UsageError):
        Shuffle(10, b"x")(number)


def test_the_longest_list_has_places_at_both_ends():
    shuffle = Shuffle(MOST_PLACES, b"x")
    assert len({shuffle(at) for at in (0, 1, MOST_PLACES - 1)}) == 3
