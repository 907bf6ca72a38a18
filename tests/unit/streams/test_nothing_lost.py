"""What an item or a suggestion says stays said along its life, and nothing of a forgotten item is left."""

from typing import Any

import pytest
from support.world import RULES, T0, World

from schemas.picture import Item, Suggestion
from schemas.times import HOUR, MINUTE, z

KEY = "actor.kommun-0180/water-0180"
DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def item(world: World, key: str = KEY) -> dict[str, Any]:
    return world.state.picture["item"][key]


def test_unchanged_renews_the_times_and_leaves_the_rest_as_it_was(world: World) -> None:
    world.report(0, "kommun-0180", "water-0180", {"water 0180": 3}, next_report=T0 + HOUR, like={"text": "k1"})
    before = item(world)
    world.report(10, "kommun-0180", "u1", change="unchanged")
    after = item(world)

    moved = {"sent": z(T0 + 10 * MINUTE), "known_at": z(T0 + 10 * MINUTE)}
    assert after == {name: value for name, value in before.items() if name != "next_report"} | moved
    assert "next_report" in before


def test_a_cancelled_item_still_says_when_it_began_and_would_have_ended(world: World) -> None:
    world.warning(0, "RED", 1, onset=T0 + HOUR, ends=T0 + 5 * HOUR)
    world.warning(5, "RED", 2, change="cancel")
    told = item(world, "smhi/1-1")

    assert (told["state"], told["revision"]) == ("cancelled", 2)
    assert (told["onset"], told["ends"]) == (z(T0 + HOUR), z(T0 + 5 * HOUR))


def test_nothing_of_a_forgotten_item_is_left(world: World) -> None:
    world.report(0, "kommun-0180", "water-0180", {"water 0180": 3}, like={"text": "k1"})
    assert world.state.alike == {"k1": [KEY]}
    world.report(1, "kommun-0180", "water-0180", change="cancel")
    world.tick(31 * DAY_MIN)

    assert [name for name, table in world.state.tables().items() if "water-0180" in str(table)] == []
    assert world.state.alike == {}
    assert KEY not in world.state.picture["item"]


def test_items_are_as_they_are_released(world: World) -> None:
    world.report(0, "kommun-0180", "water-0180", {"water 0180": 3}, next_report=T0 + HOUR)
    world.warning(1, "RED", 1, onset=T0 + HOUR)

    for told in world.state.picture["item"].values():
        Item.model_validate(told)


def rule(told: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in RULES["rule"] if row["id"] == told["rule"])


def test_a_raised_suggestion_says_all_that_its_rule_says(world: World) -> None:
    world.warning(0, "RED", 1, onset=T0 + 24 * HOUR)
    (raised,) = [s for s in world.suggestions("raised") if s["act"] == "convene"]
    (reason,) = raised["reasons"]

    Suggestion.model_validate(raised)
    assert raised["raised_at"] == raised["since"] == z(T0)
    assert reason["since"] == z(T0)
    assert reason["items"] == ["smhi/1-1"]
    for name in ("text", "falls_away", "basis", "level"):
        assert reason[name] == rule(reason)[name]
    assert [*reason["direct"], *reason["indirect"]] == [*rule(reason)["direct"], *rule(reason).get("indirect", [])]
    assert reason["strength"] > 0
    assert reason["params"]["percent"] == 100, "of the inhabitants of all 26"
    assert len(raised["id"]) == len("s-") + 12


def test_a_holding_suggestion_says_since_when_until_when_and_whether_it_will_call(world: World) -> None:
    world.warning(0, "ORANGE", 1, onset=T0 + HOUR)
    (holding,) = world.suggestions("holding")

    Suggestion.model_validate(holding)
    assert (holding["since"], holding["holds_until"]) == (z(T0), z(T0 + 10 * MINUTE))
    assert holding["call"] is True
    assert holding["seats"]
    assert [reason["rule"] for reason in holding["reasons"]] == ["R02"]


def test_a_reason_names_whom_a_rule_wants_directly_and_indirectly(world: World) -> None:
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    (reason,) = world.suggestions("raised")[0]["reasons"]

    assert (reason["rule"], reason["direct"], reason["indirect"]) == ("R04", ["KOM"], ["BLA", "TRAFIK"])


def reasons(world: World, state: str = "raised") -> list[str]:
    (told,) = [s for s in world.suggestions(state) if s["level"] == "samordnande"]
    return [f"{reason['rule']} {reason.get('subject', '')}".strip() for reason in told["reasons"]]


def test_of_two_reasons_the_one_that_ends_goes_and_the_suggestion_stays(world: World) -> None:
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5}, valid_until=T0 + 12 * HOUR)
    world.report(1, "ellevio", "y", {"energy 0180": 5}, valid_until=T0 + 12 * HOUR)
    assert reasons(world) == ["R04 transit", "R04 energy"]

    world.report(10, "region-sthlm-trafik", "x", {"transit 0180": 1}, valid_until=T0 + 12 * HOUR)
    world.tick(129)
    assert reasons(world) == ["R04 transit", "R04 energy"]
    world.tick(131)
    assert reasons(world) == ["R04 energy"]
    world.report(140, "ellevio", "y", {"energy 0180": 1}, valid_until=T0 + 12 * HOUR)
    world.tick(261)
    assert reasons(world, "withdrawn") == ["R04 energy"], "what it last rested on stays readable"


@pytest.mark.parametrize(("minute", "proposed"), [(0, 45), (1, 60), (15, 60), (16, 75)])
def test_the_proposed_time_is_a_whole_quarter_at_least_forty_five_minutes_ahead(minute: int, proposed: int) -> None:
    world = World()
    world.warning(minute, "RED", 1, onset=T0 + 24 * HOUR)
    (raised,) = [s for s in world.suggestions("raised") if s["level"] == "samordnande"]

    assert raised["proposed_at"] == z(T0 + proposed * MINUTE)
