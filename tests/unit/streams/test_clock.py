"""A process's view of the space's clock: what it takes from `control`, and how long until a time comes."""

import asyncio

import pytest
from support.waiting import PATIENCE_S

from schemas.clock import ClockRecord
from schemas.codec import canon
from schemas.times import HOUR, MINUTE, SECOND, parse
from schemas.topics import CONTROL, Space
from streams.clock import SpaceClock, clock_out, wall_ms

SPACE = Space("ovning-clock")
AT = parse("2027-01-19T06:00:00Z")


def record(**body: object) -> bytes:
    return canon({"kind": "clock", "body": body})


@pytest.fixture
def clock() -> SpaceClock:
    return SpaceClock(SPACE, ClockRecord("stepped", AT))


def test_before_any_record_the_real_space_has_wall_time_and_an_exercise_stands():
    assert abs(SpaceClock(Space("real")).now() - wall_ms()) < 5 * SECOND
    assert SpaceClock(SPACE).now() == 0


def test_a_clock_record_is_taken_and_what_waited_for_it_goes_on(clock):
    async def scene() -> None:
        waiting = asyncio.create_task(clock.changed())
        await asyncio.sleep(0)
        clock.take(record(mode="stepped", at=AT + HOUR))
        async with asyncio.timeout(PATIENCE_S):
            await waiting

    asyncio.run(scene())
    assert clock.now() == AT + HOUR


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"\xff",
        canon({"kind": "rules", "body": {"mode": "real"}}),
        canon({"kind": "clock"}),
        canon({"kind": "clock", "body": None}),
        record(mode="sideways"),
        record(mode="stepped", at="soon"),
        record(mode="paced", at=AT, wall=AT, speed=-1),
    ],
)
def test_any_other_record_on_control_leaves_it_as_it_is(clock, value):
    """Every process reads the whole of `control` at its start: one bad record may not keep them all from starting."""
    clock.take(value)

    assert clock.now() == AT


@pytest.mark.parametrize(
    ("setting", "due", "seconds"),
    [
        (ClockRecord("stepped", AT), AT, 0.0),
        (ClockRecord("stepped", AT), AT - 1, 0.0),
        (ClockRecord("stepped", AT), AT + 1, None),
        (ClockRecord("paced", AT, AT, 0), AT + MINUTE, None),
    ],
)
def test_a_clock_that_stands_never_comes_to_a_later_time(setting, due, seconds):
    assert SpaceClock(SPACE, setting).wall_delay(due) == seconds


def test_a_paced_clock_comes_to_a_time_by_its_speed():
    now = wall_ms()
    delay = SpaceClock(SPACE, ClockRecord("paced", AT, now, 60)).wall_delay(AT + HOUR)

    assert delay == pytest.approx(60, abs=2)


def test_the_real_clock_comes_to_a_time_as_the_wall_does():
    delay = SpaceClock(Space("real")).wall_delay(wall_ms() + MINUTE)

    assert delay == pytest.approx(60, abs=2)


def test_what_sets_a_clock_is_read_as_it_was_written(clock):
    out = clock_out(SPACE, "01", ClockRecord("paced", AT, AT, 5))
    clock.take(out.value)

    assert (out.topic, out.key) == (SPACE.topic(CONTROL), b"01")
    assert clock.setting == ClockRecord("paced", AT, AT, 5)
