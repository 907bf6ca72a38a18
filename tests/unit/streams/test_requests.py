"""A request for reports: whom, which sectors, by when; a reminder half-way; grey and named when it is due."""

import pytest
from support.world import T0, World

from schemas.times import HOUR, z


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, minute: float = 0, **more):
    args = {"sectors": ["care"], "areas": ["0180", "0182"], "by": T0 + HOUR, **more}
    outcome = world.command(minute, "request_reports", args=args).outcome
    return outcome.reason or world.records[-1].body["id"]


def request(world: World, key: str):
    return world.state.picture["request"].get(key)


def test_a_request_names_whom_it_asks(world):
    shown = request(world, ask(world))
    assert {"kommun-0180", "kommun-0182"} <= set(shown["whom"])
    assert "kommun-0188" not in shown["whom"]
    assert (shown["by"], shown["asked_by"], shown["state"]) == (z(T0 + HOUR), "lansstyrelsen-01", "open")


def test_asking_one_actor_asks_only_for_what_it_may_report_on(world):
    key = ask(world, whom=["kommun-0182"])
    assert request(world, key)["whom"] == ["kommun-0182"]
    world.tick(61)
    assert world.cell("0182/care")["unknown"] == "not_reported"
    assert world.cell("0180/care") == {}


def test_asking_somebody_who_may_report_on_none_of_it_is_refused(world):
    assert ask(world, whom=["kommun-0188"]) == "not_there"


def test_half_way_those_who_have_not_answered_are_reminded(world):
    key = ask(world, whom=["kommun-0180", "kommun-0182"])
    world.report(10, "kommun-0182", "care-0182", {"care 0182": 2})
    world.tick(29)
    assert "reminded_at" not in request(world, key)
    world.tick(30)
    assert (request(world, key)["reminded_at"], request(world, key)["missing"]) == (z(T0 + HOUR // 2), ["kommun-0180"])


def test_a_report_sent_before_it_was_asked_for_is_no_answer_and_unchanged_is_one(world):
    world.report(-30, "kommun-0182", "care-0182", {"care 0182": 2})
    key = ask(world, whom=["kommun-0182"])
    world.tick(30)
    assert request(world, key)["missing"] == ["kommun-0182"]
    world.report(40, "kommun-0182", "x", change="unchanged")
    world.tick(60)
    assert request(world, key) is None


def test_at_the_due_time_cells_turn_grey_and_those_who_are_silent_are_named_for_a_day(world):
    key = ask(world, whom=["kommun-0180", "kommun-0182"])
    world.report(10, "kommun-0182", "care-0182", {"care 0182": 2})
    world.tick(60)
    assert world.cell("0180/care")["unknown"] == "not_reported"
    assert world.cell("0182/care")["impact"] == 2
    assert (request(world, key)["state"], request(world, key)["missing"]) == ("due", ["kommun-0180"])
    world.tick(60 + 24 * 60)
    assert request(world, key) is None
    assert world.cell("0180/care")["unknown"] == "not_reported"
    assert world.state.asks == {}


def test_a_request_answered_by_all_is_over_when_it_is_due(world):
    key = ask(world, whom=["kommun-0182"])
    world.report(10, "kommun-0182", "care-0182", {"care 0182": 2})
    world.tick(60)
    assert request(world, key) is None
    assert not [name for name in world.state.due if name.startswith("ask")]


def test_a_request_undone_asks_nobody_and_leaves_no_grey(world):
    key = ask(world, whom=["kommun-0182"])
    world.tick(60)
    assert world.cell("0182/care")["unknown"] == "not_reported"
    assert world.command(61, "undo", on=key).outcome.result == "applied"
    assert request(world, key) is None
    assert world.cell("0182/care") == {}
    assert not [name for name in world.state.due if name.startswith("ask")]


def test_a_request_undone_before_it_is_due_reminds_nobody(world):
    key = ask(world, whom=["kommun-0182"])
    assert {f"ask|{key}", f"askremind|{key}"} <= set(world.state.due)
    world.command(5, "undo", on=key)
    assert not [name for name in world.state.due if name.startswith("ask")]
    world.tick(99)
    assert (request(world, key), world.state.picture["failed"]) == (None, {})
    assert world.cell("0182/care") == {}


def test_what_is_asked_for_by_a_time_that_has_passed_is_due_at_once(world):
    key = ask(world, 5, whom=["kommun-0182"], by=T0)
    world.tick(5)
    assert (request(world, key)["state"], request(world, key)["by"]) == ("due", z(T0))
