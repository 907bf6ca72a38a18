"""Instants: whole milliseconds inside, `Z` text outside, the same whatever offset or side of a clock change."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.times import DAY, EARLIEST, HOUR, LATEST, MINUTE, SECOND, from_datetime, parse, to_datetime, z

STOCKHOLM = ZoneInfo("Europe/Stockholm")
instants = st.integers(EARLIEST, LATEST)


@given(instants)
def test_text_and_number_are_the_same_instant(ms):
    assert parse(z(ms)) == ms
    assert from_datetime(to_datetime(ms)) == ms


@given(st.lists(instants, min_size=2, max_size=2))
def test_the_text_sorts_as_the_time_does(pair):
    one, other = pair
    assert (z(one) < z(other)) == (one < other)


@given(instants, st.integers(-14 * 60 + 1, 14 * 60 - 1))
def test_an_offset_changes_the_text_and_not_the_instant(ms, minutes):
    local = to_datetime(ms).astimezone(timezone(timedelta(minutes=minutes)))

    assert parse(local.isoformat()) == ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (EARLIEST, "1900-01-01T00:00:00.000Z"),
        (LATEST, "2100-01-01T00:00:00.000Z"),
        (1_709_164_800_001, "2024-02-29T00:00:00.001Z"),
    ],
)
def test_milliseconds_are_always_three_digits(ms, text):
    assert z(ms) == text


def test_the_spring_night_has_twenty_three_hours():
    evening, morning = (datetime(2027, 3, day, 12, tzinfo=STOCKHOLM) for day in (27, 28))

    assert from_datetime(morning) - from_datetime(evening) == DAY - HOUR


def test_the_autumn_night_has_two_half_past_twos_an_hour_apart():
    first = datetime(2027, 10, 31, 2, 30, tzinfo=STOCKHOLM)
    second = first.replace(fold=1)

    assert from_datetime(second) - from_datetime(first) == HOUR
    assert z(from_datetime(first)) == "2027-10-31T00:30:00.000Z"


def test_the_same_instant_with_summer_and_winter_offset_is_one():
    assert parse("2027-10-31T02:30:00+02:00") == parse("2027-10-31T01:30:00+01:00")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2027-01-19T07:00:00", "no offset"),
        ("2027-01-19", "no offset"),
        ("9999-12-31T23:59:59Z", "outside 1900 to 2100"),
        ("1899-12-31T23:59:59Z", "outside 1900 to 2100"),
        ("0001-01-01T00:00:00+23:59", "outside 1900 to 2100"),
        ("2027-02-30T00:00:00Z", "day is out of range"),
        ("2027-01-19T25:00:00Z", "hour must be in"),
        ("soon", "Invalid isoformat"),
        ("", "Invalid isoformat"),
    ],
)
def test_what_is_no_instant_is_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        parse(text)


def test_a_time_without_offset_is_never_guessed():
    with pytest.raises(ValueError, match="no offset"):
        from_datetime(datetime(2027, 1, 19, 7))  # noqa: DTZ001 - the fault under test


def test_what_is_finer_than_a_millisecond_is_cut_not_rounded():
    moment = datetime(2027, 1, 19, 6, 0, 0, 999_999, tzinfo=UTC)

    assert z(from_datetime(moment)) == "2027-01-19T06:00:00.999Z"
    assert from_datetime(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_units_are_milliseconds():
    assert (SECOND, MINUTE, HOUR, DAY) == (1_000, 60_000, 3_600_000, 86_400_000)
