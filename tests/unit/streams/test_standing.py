"""Which report stands on which cell: left out, renewed, overtaken, in whatever order they came."""

import pytest
from support.matters import item
from support.world import T0, TOWNS, World

from schemas.sectors import SECTORS
from schemas.times import HOUR, MINUTE, z

BUS = "region-sthlm-trafik"
DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def shown(world: World, cell: str) -> tuple[int, int | None]:
    """Impact of a cell, and the last one behind an outdated grey."""
    found = world.cell(cell)
    return found["impact"], found.get("last")


def test_a_matter_that_turns_into_another_kind_leaves_its_cells_outdated(world):
    world.report(0, BUS, "x", {"transit 0180": 4})
    world.report(5, BUS, "x", kind="issue")
    assert shown(world, "0180/transit") == (0, 4)


def test_of_two_equal_lines_on_one_cell_the_first_stands(world):
    lines = {"transit 0180": {"now": 3, "expected": 5}, "transit 0180 0182": {"now": 3, "expected": 4}}
    world.report(0, BUS, "x", lines)
    assert world.cell("0180/transit")["expected"]["impact"] == 5


def test_what_was_left_out_gives_way_to_a_report_that_unchanged_has_made_newer(world):
    world.report(0, BUS, "x", {"transit 0180 0182": 4})
    world.report(3, BUS, "y", {"transit 0182": 2})
    world.report(5, BUS, "x", {"transit 0180": 4})
    assert shown(world, "0182/transit") == (0, 4)
    world.report(10, BUS, "u", change="unchanged")
    assert shown(world, "0182/transit") == (2, None)


def test_what_is_left_out_twice_is_outdated_since_the_first_time(world):
    world.report(0, BUS, "x", {"transit 0180 0182": 4})
    world.report(5, BUS, "x", {"transit 0180": 4})
    world.report(20, BUS, "x", {"transit 0180": 3})
    world.report(21, BUS, "y", {"transit 0182": 2}, sent=10)
    assert shown(world, "0182/transit") == (2, None)


def test_a_report_sent_in_the_moment_another_is_outdated_takes_its_place(world):
    world.report(0, BUS, "x", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.report(61, BUS, "y", {"transit 0180": 2}, sent=60)
    assert shown(world, "0180/transit") == (2, None)


def test_a_report_that_was_past_its_own_time_when_it_was_sent_stays_as_the_last_word(world):
    world.report(0, BUS, "x", {"transit 0180": 4}, valid_until=T0 - HOUR)
    assert shown(world, "0180/transit") == (0, 4)
    world.report(1, BUS, "y", {"transit 0180": 2}, sent=-90)
    assert shown(world, "0180/transit") == (0, 4)


def test_a_report_ahead_of_time_takes_over_when_the_other_is_outdated(world):
    world.report(0, BUS, "x", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.report(50, BUS, "y", {"transit 0180": 2}, sent=62)
    assert shown(world, "0180/transit") == (4, None)
    world.tick(60)
    assert shown(world, "0180/transit") == (2, None)


def test_only_ids_of_a_sector_and_an_area_take_each_other_over(world):
    for one, other in (("transit-a", "transit-b"), ("linje-0180", "linje-0182")):
        world.report(0, BUS, one, {"transit 0180": 4})
        world.report(1, BUS, other, {"transit 0180": 2})
        assert shown(world, "0180/transit") == (4, None)


def test_what_is_overtaken_on_one_cell_still_holds_on_the_others(world):
    world.report(0, BUS, "transit-01", {"transit 0180 0182": 4}, valid_until=T0 + HOUR)
    world.report(1, BUS, "transit-0180", {"transit 0180": 2}, valid_until=T0 + HOUR)
    assert item(world, f"actor.{BUS}/transit-01")["state"] == "active"
    world.report(2, BUS, "u", change="unchanged", valid_until=T0 + 3 * HOUR)
    world.tick(90)
    assert world.cell("0182/transit")["reported_at"] == z(T0 + 2 * MINUTE)
    assert (shown(world, "0180/transit"), shown(world, "0182/transit")) == ((2, None), (4, None))


def test_what_is_overtaken_everywhere_stays_superseded_counts_no_more_and_is_forgotten(world):
    key = f"actor.{BUS}/transit-01"
    counts = [{"kind": "people_without_water", "low": 5, "high": 5, "owner": BUS, "areas": ["0180"]}]
    world.report(0, BUS, "transit-01", {"transit 0180": 4}, valid_until=T0 + HOUR, counts=counts)
    before = item(world, key)
    assert "counts|people_without_water" in world.state.picture["signal"]
    world.report(5, BUS, "transit-0180", {"transit 0180": 2})
    assert item(world, key) == {**before, "state": "superseded"}
    assert "counts|people_without_water" not in world.state.members
    world.tick(60)
    assert item(world, key)["state"] == "superseded"
    world.tick(5 + 30 * DAY_MIN - 1)
    assert key in world.state.items
    world.tick(5 + 30 * DAY_MIN)
    assert key not in world.state.items


def test_a_report_that_comes_back_elsewhere_holds_nothing_of_before(world):
    world.report(0, BUS, "transit-01", {"transit 0180": 4})
    world.report(1, BUS, "transit-01", change="cancel")
    world.report(2, BUS, "transit-01", {"transit 0182": 4})
    world.report(3, BUS, "transit-0182", {"transit 0182": 2})
    assert item(world, f"actor.{BUS}/transit-01")["state"] == "superseded"


def test_what_is_forgotten_never_spoke_and_what_is_not_still_did(world):
    world.report(0, BUS, "x", {"transit 0180": 4})
    world.report(0, BUS, "relayed", {"transit 0182": 4}, origin="relayed")
    world.report(1, BUS, "y", {"transit 0180": 2}, valid_until=T0 + 99 * 24 * HOUR)
    for name in ("x", "relayed"):
        world.report(2, BUS, name, change="cancel")
    world.tick(31 * DAY_MIN)
    assert world.state.said == {f"{BUS}|0180/transit": {f"actor.{BUS}/y": T0 + HOUR // 60}}
    world.report(31 * DAY_MIN + 1, BUS, "y", change="cancel")
    world.tick(62 * DAY_MIN)
    assert (world.state.said, world.state.picture["failed"]) == ({}, {})


def test_a_new_registry_does_not_make_a_relayed_report_set_a_cell(world):
    world.report(0, BUS, "x", {"transit 0180": 4}, origin="relayed")
    world.put(1, "reference", {**world.state.reference_raw, "figures": {}})
    assert shown(world, "0180/transit") == (0, None)


def test_one_report_may_hold_every_cell_of_the_county(world):
    lines = {f"{sector} {' '.join(TOWNS)}": 1 for sector in SECTORS}
    world.report(0, "lansstyrelsen-01", "all", lines)
    assert len(world.state.items["actor.lansstyrelsen-01/all"].held) == 26 * 13 == len(TOWNS) * len(SECTORS)
