"""Times are read as XML Schema writes them, and no others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tessera.formats.vcdm.instants import day_text, instant_text, is_date_time, read_instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.123456789+14:00",
        "2026-11-22T24:00:00-00:00",
        "2028-02-29T23:59:59-13:59",
        "12026-01-01T00:00:00Z",
        "-0044-03-15T12:00:00Z",
    ],
)
def test_a_stamp_is_one(text):
    assert is_date_time(text, needs_offset=True)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22 10:00:00Z",
        "2026-11-22T10:00Z",
        "2026-11-22T10:00:60Z",
        "2026-11-22T24:00:01Z",
        "2026-11-22T10:00:00+14:01",
        "2026-02-29T10:00:00Z",
        "2026-04-31T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "02026-01-01T00:00:00Z",
        "226-01-01T00:00:00Z",
        "2026-11-22T10:00:00z",
        "٢٠٢٦-11-22T10:00:00Z",
        5,
        None,
    ],
)
def test_what_is_no_time_is_none(text):
    assert not is_date_time(text, needs_offset=False)
    assert read_instant(text) is None


def test_an_offset_is_asked_for_only_where_it_is_needed():
    assert not is_date_time("2026-11-22T10:00:00", needs_offset=True)
    assert is_date_time("2026-11-22T10:00:00", needs_offset=False)
    assert read_instant("2026-11-22T10:00:00") == datetime(2026, 11, 22, 10)


def test_times_are_turned_into_utc():
    assert read_instant("2026-11-22T10:00:00.5+02:00") == datetime(
        2026, 11, 22, 8, 0, 0, 500_000, tzinfo=UTC
    )
    assert read_instant("2026-12-31T24:00:00Z") == datetime(2027, 1, 1, tzinfo=UTC)
    assert read_instant("12026-01-01T00:00:00Z") is None  # right, but beyond our calendar
    assert read_instant("0001-01-01T00:00:00+14:00") is None


def test_what_is_written_is_read_back():
    moment = datetime(2026, 11, 22, 10, 0, 0, 120, tzinfo=UTC)
    assert read_instant(instant_text(moment)) == moment
    assert instant_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
    assert day_text(date(2026, 1, 1)) == "2026-01-01T00:00:00Z"
