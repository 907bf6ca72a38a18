"""What would raise a suggestion: rules of a higher level that one step makes true, and which step."""

import pytest
from support.ruling import book, loose, rule, ruled
from support.world import REFERENCE, T0, World

from schemas.times import HOUR
from streams.core.raising import raises

ASKED = {"test": "request"}
BUS, ROADS = "region-sthlm-trafik", "trafikverket-vag"
CELLS = {"test": "cells", "impact": 4, "sectors": ["transit"]}
RED = {"test": "warning", "levels": ["RED", "BLACK"], "areas": 2}
OUT = {"test": "counts", "kinds": ["people_without_water", "people_moved"], "at_least": 100}
DIRECTION = {"test": "forum", "level": "samordnande", "need_direction": True}


def told(world: World, level: str = "bevaka") -> list[dict]:
    return raises(loose(world), book(world), level)


def way(world: World) -> list[dict] | None:
    """The step that makes the one rule true, if there is one."""
    found = told(world)
    return found[0]["changes"] if found else None


def high(when: dict, **more) -> World:
    return ruled(rule("A", when, level="samordnande", **more))


def counted(world: World, number: int, name: str = "x") -> None:
    count = {"kind": "people_without_water", "low": number, "high": number, "owner": "svoa", "areas": ["0180"]}
    world.report(0, "svoa", name, counts=[count])


def test_only_higher_levels_of_the_ladder_are_told_the_lowest_first():
    levels = ("inriktande", "samordnande", "tib", "bevaka", "planering")
    world = ruled(*(rule(f"R{n}", ASKED, level=level) for n, level in enumerate(levels)))
    assert [row["level"] for row in told(world)] == ["tib", "samordnande", "inriktande"]
    assert [row["level"] for row in told(world, "tib")] == ["samordnande", "inriktande"]
    assert told(world, "inriktande") == []
    assert told(world, "planering") == []


def test_what_ends_a_forum_raises_nothing():
    acts = ("slow_down", "close", "convene")
    world = ruled(*(rule(f"R{n}", ASKED, level="tib", act=act) for n, act in enumerate(acts)))
    assert [row["rule"] for row in told(world)] == ["R2"]


def test_at_most_five_rules_are_told():
    world = ruled(*(rule(f"R{n}", ASKED, level="tib") for n in range(6)))
    assert [row["rule"] for row in told(world)] == ["R0", "R1", "R2", "R3", "R4"]


def test_a_row_names_the_rule_its_level_and_the_step():
    assert told(high(ASKED)) == [
        {"rule": "A", "level": "samordnande", "changes": [{"do": "request", "forum": "samordnande"}]}
    ]


def test_the_shorter_of_two_ways_is_told_and_what_is_true_already_is_none():
    world = high({**CELLS, "areas": 2}, at_once=ASKED)
    world.report(0, BUS, "x", {"transit 0180 0182": 3})
    assert way(world) == [{"do": "request", "forum": "samordnande"}]
    world.report(1, "kommun-0188", "need", kind="request")
    assert way(world) is None or all(change["do"] == "worse" for change in way(world))


def test_of_conditions_that_all_must_hold_only_what_is_missing_is_a_step():
    world = high({"all": [ASKED, {**CELLS, "areas": 1}]})
    assert way(world) is None
    world.report(0, BUS, "x", {"transit 0180": 3})
    worse = {"do": "worse", "area": "0180", "sector": "transit", "impact": 4}
    assert way(world) == [{"do": "request", "forum": "samordnande"}, worse]
    world.report(1, "kommun-0188", "need", kind="request")
    assert way(world) == [worse]


def test_of_conditions_of_which_one_suffices_the_shortest_step_is_told():
    world = high({"any": [{**CELLS, "areas": 2}, ASKED, {"none": ASKED}]})
    world.report(0, BUS, "x", {"transit 0180 0182": 3})
    world.report(1, "kommun-0188", "need", kind="request")
    assert told(world) == []
    world = high({"any": [{**CELLS, "areas": 2}, {"test": "contradiction"}]})
    assert way(world) is None
    world.report(0, BUS, "x", {"transit 0180 0182": 3})
    assert [change["area"] for change in way(world)] == ["0180", "0182"]


def test_what_only_time_or_another_world_brings_is_no_step():
    for when in ({"test": "contradiction"}, {"test": "forum", "level": "samordnande"}, {"test": "drift", "impact": 3}):
        assert told(high(when)) == []


def test_a_warning_that_covers_enough_at_another_level_is_a_step():
    world = ruled(
        rule("A", RED, level="tib"), rule("B", {**RED, "levels": ["ORANGE", "YELLOW"], "areas": 9}, level="bevaka")
    )
    world.warning(0, "ORANGE", 1, ["0180"])
    assert told(world) == []
    world.warning(1, "ORANGE", 2, ["0180", "0182"])
    assert way(world) == [{"do": "warning", "source": "smhi", "level": "RED"}]


def test_cells_one_step_below_are_told_the_most_inhabitants_first_and_no_more_than_it_takes():
    world = high({**CELLS, "areas": 3})
    world.report(0, BUS, "x", {"transit 0188": 4, "transit 0182 0180 0120": 3, "transit 0127": 2})
    changes = way(world)
    people = {a: REFERENCE["municipalities"][a]["inhabitants"] for a in ("0180", "0182", "0120")}
    assert [c["area"] for c in changes] == sorted(people, key=lambda a: -people[a])[:2]
    assert {(c["do"], c["sector"], c["impact"]) for c in changes} == {("worse", "transit", 4)}


def test_cells_two_steps_below_or_too_few_are_further_away():
    world = high({**CELLS, "areas": 2})
    world.report(0, BUS, "x", {"transit 0180": 3, "transit 0182": 2})
    assert told(world) == []


def test_each_sector_is_tried_by_itself_and_municipalities_of_a_size_in_their_order():
    towns = {code: {**row, "inhabitants": 1} for code, row in REFERENCE["municipalities"].items()}
    world = high({"test": "cells", "impact": 4, "areas": 1})
    world.put(0, "reference", {**REFERENCE, "municipalities": towns})
    world.report(0, ROADS, "x", {"road 0182 0180": 3})
    assert way(world) == [{"do": "worse", "area": "0180", "sector": "road", "impact": 4}]


def test_a_rule_for_each_sector_is_tried_for_each():
    world = high({"test": "cells", "impact": 4, "areas": 1}, each="sector")
    world.report(0, ROADS, "x", {"road 0180": 3})
    world.report(0, BUS, "x", {"transit 0182": 3})
    assert [[c["sector"] for c in row["changes"]] for row in told(world)] == [["road"], ["transit"]]


@pytest.mark.parametrize(("number", "more"), [(49, None), (50, 50), (99, 1)])
def test_a_number_that_is_half_there_is_a_step(number, more):
    world = high(OUT)
    counted(world, number)
    assert way(world) == (None if more is None else [{"do": "more", "kind": "people_without_water", "number": more}])


def test_numbers_are_added_as_the_rule_adds_them():
    world = high(OUT)
    counted(world, 30)
    counted(world, 40, "y")
    assert told(world) == []
    assert told(high({"test": "counts", "kinds": ["people_without_water"], "percent": 5})) == []


def test_a_need_of_direction_is_a_step_where_that_forum_is_at_work():
    world = high(DIRECTION)
    assert told(world) == []
    for name, level in (("a", "inriktande"), ("c", "samordnande"), ("b", "samordnande")):
        world.command(0, "convene", args={"forum": name, "level": level, "at": T0 + HOUR, "form": "telefon"})
    assert way(world) == [{"do": "need_direction", "forum": "b"}]
    world.command(1, "step_down", on="b")
    assert way(world) == [{"do": "need_direction", "forum": "c"}]
