"""When a suggestion says anew what would end it and what would raise it: at once, then at most once a minute."""

from support.ruling import book, loose, rule, ruled
from support.world import T0, World

from schemas.times import MINUTE, SECOND, z
from streams.core.reconsidering import reconsider

BUS = "region-sthlm-trafik"
ASKED = {"test": "request"}
TRANSIT = {"test": "cells", "impact": 3, "areas": 1, "sectors": ["transit"]}


def the(world: World) -> dict:
    return next(iter(world.state.picture["suggestion"].values()))


def ended_by(world: World) -> list[str]:
    return [change["item"].rpartition("/")[2] for change in the(world).get("falls_away_if", {}).get("changes", ())]


def ask(world: World, minute: float, name: str, **more) -> None:
    world.report(minute, "kommun-0188", name, kind="request", **more)


def test_a_new_suggestion_says_at_once_what_would_end_it_and_how_long_that_takes():
    world = ruled(rule("A", ASKED, clear="20 min"), rule("B", TRANSIT, clear="30 min"))
    ask(world, 0, "a")
    assert the(world)["falls_away_if"] == {
        "changes": [{"do": "end", "item": "actor.kommun-0188/a"}],
        "clear_min": 20,
    }
    world.report(5, BUS, "x", {"transit 0180": 3})
    assert the(world)["falls_away_if"]["clear_min"] == 30
    assert ended_by(world) == ["a", "x"]


def test_what_else_comes_in_the_same_moment_is_said_a_second_later_and_then_once_a_minute():
    world = ruled(rule("A", ASKED))
    ask(world, 0, "a")
    ask(world, 0, "b")
    assert ended_by(world) == ["a"]
    world.tick(1 / 60)
    assert ended_by(world) == ["a", "b"]
    ask(world, 0.5, "c")
    assert ended_by(world) == ["a", "b"]
    world.tick(1)
    assert ended_by(world) == ["a", "b"]
    world.tick(1 + 1 / 60)
    assert ended_by(world) == ["a", "b", "c"]
    ask(world, 2 + 1 / 60, "d")
    assert ended_by(world) == ["a", "b", "c", "d"]


def test_what_ends_is_no_longer_named_and_where_nothing_ends_it_nothing_is():
    world = ruled(rule("A", {"any": [ASKED, {"none": TRANSIT}]}))
    ask(world, 0, "a")
    assert "falls_away_if" not in the(world)
    assert "raises_if" not in the(world)


def test_only_reasons_of_its_own_level_are_what_it_hangs_on():
    world = ruled(rule("A", ASKED, level="tib", act="call_duty"), rule("B", TRANSIT, clear="9 h"))
    ask(world, 0, "a")
    world.report(5, BUS, "x", {"transit 0180": 3})
    assert [r["rule"] for r in the(world)["reasons"]] == ["A", "B"]
    assert (ended_by(world), the(world)["falls_away_if"]["clear_min"]) == (["a"], 0)


def test_what_would_raise_it_is_said_beside_and_is_gone_when_it_is_not_so_any_more():
    world = ruled(rule("A", ASKED), rule("B", TRANSIT, level="tib", act="call_duty"))
    ask(world, 0, "a")
    assert "raises_if" not in the(world)
    world.report(5, BUS, "x", {"transit 0180": 2})
    ask(world, 6, "b")
    assert [row["rule"] for row in the(world)["raises_if"]] == ["B"]
    world.report(10, BUS, "x", {"transit 0180": 1})
    ask(world, 12, "c")
    assert "raises_if" not in the(world)


def test_a_new_report_on_a_cell_is_reason_enough_to_say_it_anew():
    world = ruled(rule("A", {**TRANSIT, "sectors": ["road"]}))
    world.report(0, "trafikverket-vag", "x", {"road 0180": 3})
    assert ended_by(world) == ["x"]
    world.report(0.5, "kommun-0180-trafik", "y", {"road 0180": 3})
    assert world.state.due[f"why|{the(world)['id']}"] == T0 + MINUTE
    world.report(0.75, "kommun-0180-trafik", "z", {"road 0180": 3})
    world.tick(1)
    assert ended_by(world) == ["y", "z", "x"]
    world.report(9, "kommun-0180-trafik", "q", {"road 0180": 3})
    assert world.state.due[f"why|{the(world)['id']}"] == T0 + 9 * MINUTE + SECOND


def test_what_has_just_been_said_anew_waits_for_nothing():
    world = ruled(rule("A", ASKED))
    ask(world, 0, "a")
    world.report(5, BUS, "x", {"transit 0180": 1})
    assert f"why|{the(world)['id']}" in world.state.due
    ask(world, 5 + 0.5 / 60, "b")
    assert (ended_by(world), f"why|{the(world)['id']}" in world.state.due) == (["a", "b"], False)


def test_what_people_have_decided_is_not_reconsidered():
    world = ruled(rule("A", ASKED))
    ask(world, 0, "a")
    before = world.command(1, "dismiss", on=the(world)["id"], texts={"reason": "k"}) and the(world)
    step = loose(world)
    reconsider(step, book(world), before["id"], due=True)
    reconsider(step, book(world), "s-nothing", due=True)
    assert (step.changes(), step.journal.here()) == ([], 0)


def test_a_reason_whose_rule_is_no_more_is_not_what_it_hangs_on():
    world = ruled(rule("A", ASKED), rule("B", TRANSIT))
    ask(world, 0, "a")
    world.report(0, BUS, "x", {"transit 0180": 3})
    world.put(5, "rules", {"rules": {"version": "u", "rule": [rule("B", TRANSIT)]}})
    world.tick(9)
    assert (ended_by(world), the(world)["since"]) == (["x"], z(T0))
