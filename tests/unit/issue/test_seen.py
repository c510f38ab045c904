"""First rows are remembered as a dictionary would, in far less room."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.issue.seen import FirstRows


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.integers(1, 1_000_001)), max_size=200))
def test_it_answers_as_a_dictionary_does(asked: list[tuple[str, int]]) -> None:
    rows, known = FirstRows(), {}
    for key, row in asked:
        assert rows.first(key, row) == known.setdefault(key, row)


def test_many_keys_in_few_buckets_are_kept_apart() -> None:
    rows = FirstRows()
    keys = [f"learner {number}" for number in range(50_000)]
    assert [rows.first(key, row) for row, key in enumerate(keys)] == list(range(50_000))
    assert [rows.first(key, 0) for key in keys] == list(range(50_000))
