"""A source as the picture shows it: heard, silent, worked on, not asked; a heartbeat is no news."""

import pytest
from support.ruling import ruled
from support.world import T0, World

from schemas.times import HOUR, MINUTE, z


@pytest.fixture
def world() -> World:
    return ruled()


def shown(world: World, source: str = "smhi") -> dict:
    return world.state.picture["source"][source]


def maintain(world: World, minute: float, until: int) -> None:
    world.command(minute, "maintenance", args={"source": "smhi", "until": until}, role="operator")


def test_a_source_that_is_heard_is_told_to_the_letter(world):
    world.health(0)
    told = {"source": "smhi", "state": "heard", "complete": True, "drift": 0, "interval_s": 60, "since": z(T0)}
    assert shown(world) == told
    version = world.state.version
    world.health(1)
    assert (shown(world), world.state.version, world.state.heard["smhi"]) == (told, version, T0 + MINUTE)


def test_names_of_drifting_fields_and_an_error_are_told_where_there_are_any(world):
    world.health(0, fields={"b": 2, "a": 1}, drift=3, error="e")
    assert (shown(world)["fields"], shown(world)["drift"], shown(world)["error"]) == (["a", "b"], 3, "e")
    world.health(1, fields={})
    assert not {"fields", "error"} & set(shown(world))


def test_one_that_answers_no_more_is_silent_after_its_own_intervals_and_a_grace(world):
    world.health(0)
    world.tick(2.49)
    assert shown(world)["state"] == "heard"
    world.tick(2.5)
    assert (shown(world)["state"], shown(world)["since"]) == ("silent", z(T0 + 150_000))
    world.health(9)
    assert (shown(world)["state"], shown(world)["since"]) == ("heard", z(T0 + 9 * MINUTE))


def test_while_it_is_not_heard_the_last_verdict_stands_and_only_the_error_is_news(world):
    world.health(0, complete=False, drift=2, fields={"a": 1})
    world.health(1, heard=False, complete=True, drift=0, error="timeout")
    told = shown(world)
    assert (told["state"], told["complete"], told["drift"], told["fields"]) == ("heard", False, 2, ["a"])
    assert (told["error"], told["since"]) == ("timeout", z(T0))
    world.tick(2.5)
    assert shown(world)["state"] == "silent"


def test_one_that_was_never_heard_is_silent_at_once(world):
    world.health(0, heard=False)
    assert shown(world)["state"] == "silent"


def test_one_that_is_not_asked_is_off_and_never_falls_silent(world):
    world.health(0)
    world.health(1, asked=False)
    assert shown(world)["state"] == "off"
    world.tick(99)
    assert shown(world)["state"] == "off"


def test_one_that_is_worked_on_is_silent_when_that_is_over(world):
    world.health(0)
    maintain(world, 1, T0 + HOUR)
    assert shown(world)["state"] == "heard"
    world.tick(3)
    assert shown(world)["state"] == "maintenance"
    world.tick(59)
    assert shown(world)["state"] == "maintenance"
    world.tick(60)
    assert shown(world)["state"] == "silent"
    maintain(world, 61, T0 + 2 * HOUR)
    assert (shown(world)["state"], world.state.due["silent|smhi"]) == ("maintenance", T0 + 2 * HOUR)


@pytest.mark.parametrize("hours", [1, 3])
def test_the_newest_word_says_how_long_it_is_worked_on(world, hours):
    world.health(0)
    maintain(world, 1, T0 + 2 * HOUR)
    world.tick(3)
    maintain(world, 4, T0 + hours * HOUR)
    assert shown(world)["since"] == z(T0 + 150_000)
    world.tick(hours * 60 - 1)
    assert shown(world)["state"] == "maintenance"
    world.tick(hours * 60)
    assert shown(world)["state"] == "silent"
