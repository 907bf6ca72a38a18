"""The space's clock as data: real follows the wall, paced runs on from its record, stepped stands."""

import pytest

from schemas.clock import FASTEST, ClockRecord, read_clock
from schemas.times import DAY, HOUR, LATEST, SECOND, parse

WALL = parse("2026-11-25T20:00:00Z")
AT = parse("2027-01-19T06:00:00Z")


def test_real_is_the_wall():
    assert ClockRecord("real", AT, WALL, 60).now(WALL + 5) == WALL + 5


def test_paced_runs_on_from_its_record_at_its_speed():
    clock = ClockRecord("paced", AT, WALL, 60)

    assert clock.now(WALL) == AT
    assert clock.now(WALL + SECOND) == AT + 60 * SECOND


def test_paced_never_runs_back_behind_its_record():
    """Another machine's wall clock may be a little behind the one that wrote the record."""
    assert ClockRecord("paced", AT, WALL, 60).now(WALL - HOUR) == AT


def test_a_pause_is_a_speed_of_nought():
    assert ClockRecord("paced", AT, WALL, 0).now(WALL + DAY) == AT


def test_stepped_stands():
    assert ClockRecord("stepped", AT, WALL, 60).now(WALL + DAY) == AT


def test_however_fast_and_long_it_runs_it_tells_a_time_that_can_be_written():
    assert ClockRecord("paced", AT, WALL, FASTEST).now(WALL + 400 * DAY) == LATEST


@pytest.mark.parametrize(
    "record", [ClockRecord("real"), ClockRecord("paced", AT, WALL, 60), ClockRecord("stepped", AT)]
)
def test_it_comes_back_as_it_was_written(record):
    assert read_clock(record.as_json()) == record


def test_what_is_left_out_is_nought_and_speed_one():
    assert read_clock({"mode": "stepped", "at": AT}) == ClockRecord("stepped", AT, 0, 1)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "mode"),
        ({"mode": "fast"}, "mode must be one of real, paced, stepped"),
        ({"mode": "stepped", "at": 1.5}, "at must be a whole number"),
        ({"mode": "stepped", "at": True}, "at must be a whole number"),
        ({"mode": "paced", "at": AT, "wall": WALL, "speed": FASTEST + 1}, "speed must be a whole number from 0"),
        ({"mode": "paced", "at": AT, "wall": None}, "wall must be"),
    ],
)
def test_one_that_tells_no_time_is_refused_in_words(body, says):
    with pytest.raises(ValueError, match=says):
        read_clock(body)
