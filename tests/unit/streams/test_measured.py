"""How measures are kept: touched only on change, costly ones read once a minute; what parts rest on together."""

import pytest
from support.ruling import loose, ruled
from support.world import World

from schemas.times import MINUTE, SECOND
from streams.core.measured import Measured, joined, look, look_again, member, seldom


@pytest.fixture
def world() -> World:
    return ruled()


def test_a_measure_is_touched_only_where_it_changes_and_is_gone_when_it_is_empty(world):
    step = loose(world)
    assert member(step, "m", "a", None) is False
    assert (step.tests, step.journal.here()) == (set(), 0)
    assert member(step, "m", "a", {"n": 1}) is True
    assert step.tests == {"m"}
    step.tests.clear()
    assert member(step, "m", "a", {"n": 1}) is False
    assert step.tests == set()
    assert member(step, "m", "b", {"n": 2}) is True
    assert member(step, "m", "a", None) is True
    assert world.state.members["m"] == {"b": {"n": 2}}
    assert member(step, "m", "b", None) is True
    assert "m" not in world.state.members
    assert step.tests == {"m"}


def test_a_costly_measure_is_read_at_once_after_a_quiet_minute_and_else_when_the_minute_is_over(world):
    step, start = loose(world), world.state.t
    seldom(step, "own")
    assert (step.tests, world.state.facts["read|own"]) == ({"own"}, start)
    step.tests.clear()
    seldom(step, "own")
    assert step.tests == {"own"}, "all that comes in one step is read in it"
    for later in (SECOND, MINUTE - 1):
        step = loose(world)
        step.at = start + later
        seldom(step, "own")
        assert (step.tests, world.state.due["look|own"]) == (set(), start + MINUTE)
    step.at = start + MINUTE
    seldom(step, "own")
    assert step.tests == {"own"}
    assert "look|own" not in world.state.due
    assert world.state.facts["read|own"] == start + MINUTE


def test_a_measure_that_is_looked_at_waits_no_longer(world):
    step = loose(world)
    step.deadline("look|own", step.at + MINUTE)
    look(step, "own")
    assert (step.tests, "look|own" in world.state.due) == ({"own"}, False)


def test_tests_of_one_measure_are_looked_at_again_each_in_its_time(world):
    step = loose(world)
    look_again(step, "own", "a", step.at + SECOND)
    look_again(step, "own", "b", step.at + MINUTE)
    assert [world.state.due[f"look|own|{by}"] - step.at for by in "ab"] == [SECOND, MINUTE]
    look_again(step, "own", "a", None)
    assert "look|own|a" not in world.state.due


def test_what_one_part_rests_on_is_left_as_it_is_and_of_several_everything_once():
    one = Measured(("b", "a"), ("y", "x"), 3, (("by", "p"), ("areas", "q")))
    two = Measured(("c", "a"), ("x", "z"), 2, (("by", "r"),))
    assert joined([one]) is one
    assert joined([one, two]) == Measured(("a", "b", "c"), ("x", "y", "z"), 3, (("areas", "q"), ("by", "r")))
    assert joined([]) == Measured()
