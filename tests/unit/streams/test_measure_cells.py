"""Cells as rules read them: how bad, by whose reports, contradicted or not; silence neither raises nor clears."""

import pytest
from support.ruling import book, loose, rule, ruled
from support.world import T0, World

from schemas.rule_tests import CellsTest, OwnersTest
from schemas.sectors import SECTORS
from schemas.times import HOUR, MINUTE
from streams.core.judging import judge
from streams.core.measure_cells import hit_areas, judge_contradiction, measure_cells, measure_owners, sectors_of
from streams.core.measured import Measured

BUS, ROADS, TOWN = "region-sthlm-trafik", "trafikverket-vag", "kommun-0180-trafik"


@pytest.fixture
def world() -> World:
    return ruled()


def members(world: World, name: str) -> dict:
    return world.state.members.get(name, {})


def owners(world: World, *actors: str, impact: int = 3, sectors: tuple[str, ...] = ("road", "transit")) -> Measured:
    asked = {"test": "owners", "owners": list(actors), "sectors": list(sectors), "impact": impact, "areas": 1}
    return measure_owners(loose(world), OwnersTest.model_validate(asked, strict=False))


def test_a_test_of_cells_reads_its_own_sectors_else_the_rules_subject_else_all():
    named = CellsTest.model_validate({"test": "cells", "impact": 3, "areas": 1, "sectors": ["road", "care"]})
    every = CellsTest(test="cells", impact=3, areas=1)
    assert (sectors_of(named, "transit"), sectors_of(every, "transit")) == (("road", "care"), ("transit",))
    assert sectors_of(every, "") == SECTORS


def test_a_cell_counts_from_moderate_on_and_its_reports_from_significant_on(world):
    for impact, cells, own in ((1, {}, 0), (2, {"0180": {"impact": 2}}, 0), (3, {"0180": {"impact": 3}}, 1)):
        world.report(impact, BUS, "x", {"transit 0180": impact})
        assert (members(world, "cells|transit"), len(members(world, "own|transit"))) == (cells, own)
    world.report(9, BUS, "x", {"transit 0180": 1})
    assert (members(world, "cells|transit"), members(world, "own|transit")) == ({}, {})


def test_what_is_outdated_brings_what_it_brought_while_it_was_fresh(world):
    world.report(0, BUS, "x", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.report(0, ROADS, "a", {"road 0180": 4}, valid_until=T0 + HOUR)
    world.report(0, TOWN, "b", {"road 0180": 2}, valid_until=T0 + 9 * HOUR)
    before = {name: dict(table) for name, table in world.state.members.items()}
    assert {"cells|transit", "own|transit", "cells|road", "own|road", "contradiction"} <= set(before)
    world.tick(60)
    assert world.cell("0180/transit")["unknown"] == "outdated"
    kept = {name: table for name, table in world.state.members.items() if name != "overdue"}
    assert {name: dict(table) for name, table in kept.items()} == before


def test_a_cell_that_nobody_names_any_more_counts_no_more(world):
    world.report(0, BUS, "x", {"transit 0180": 4})
    world.report(1, BUS, "x", change="cancel")
    assert (members(world, "cells|transit"), members(world, "own|transit")) == ({}, {})


def test_the_reports_behind_a_bad_cell_are_told_to_the_letter(world):
    line = {"now": 3, "expected": 4, "until": T0 + 5 * HOUR}
    world.report(0, TOWN, "b", {"road 0180": line})
    world.report(1, ROADS, "a", {"road 0180": 5})
    world.report(2, ROADS, "c", {"road 0180": 2})
    world.report(3, ROADS, "d", {"road 0180": 5}, origin="relayed")
    at = T0 + MINUTE
    assert members(world, "own|road")["0180"]["lines"] == [
        [f"actor.{TOWN}/b", TOWN, "kommun-0180", 3, T0, 4, T0 + 5 * HOUR],
        [f"actor.{ROADS}/a", ROADS, world.state.reference.party(ROADS), 5, at, 0, at],
    ]


def test_municipalities_at_least_so_bad_are_found_in_order(world):
    world.report(0, BUS, "x", {"transit 0182": 3, "transit 0180": 4, "transit 0120": 2})
    step = loose(world)
    assert hit_areas(step, "transit", 3) == ("0180", "0182")
    assert hit_areas(step, "transit", 5) == hit_areas(step, "road", 2) == ()


def test_a_bad_sector_rests_on_the_worst_report_of_each_cell(world):
    world.report(0, BUS, "x", {"transit 0182": 3, "transit 0180": 4})
    world.report(0, BUS, "y", {"transit 0182": 2})
    on = measure_cells(loose(world), "transit", ("0180", "0182"))
    assert on == Measured(("0180", "0182"), (f"actor.{BUS}/x",), 402, (("impact", "4"),))


def test_a_cell_that_is_shown_no_more_names_nobody(world):
    world.report(0, BUS, "x", {"transit 0182": 3})
    del world.state.picture["cell"]["0182/transit"]
    assert measure_cells(loose(world), "transit", ("0182",)).items == ()


def test_sectors_are_never_added_together():
    world = ruled(rule("A", {"test": "cells", "impact": 3, "areas": 2}))
    world.report(0, BUS, "x", {"transit 0182": 3})
    world.report(0, ROADS, "x", {"road 0180": 3})
    assert world.suggestions("raised") == []
    world.report(1, ROADS, "x", {"road 0180 0187": 3})
    node = book(world).rules["A"].when
    assert judge(loose(world), node, "").on.areas == ("0180", "0187")
    assert not judge(loose(world), node, "transit").true


def test_what_owners_tell_themselves_is_told_to_the_letter(world):
    world.report(0, BUS, "x", {"transit 0182": 3})
    world.report(0, ROADS, "y", {"road 0180 0182": 4})
    world.report(0, TOWN, "z", {"road 0180": 5})
    on = owners(world, BUS, ROADS)
    keys = (f"actor.{BUS}/x", f"actor.{ROADS}/y")
    assert on == Measured(("0180", "0182"), keys, 402, (("by", f"{BUS}+{ROADS}"), ("impact", "4")))
    assert owners(world, BUS, ROADS, impact=4).items == keys[1:]
    assert owners(world, BUS, ROADS, sectors=("transit",)).areas == ("0182",)
    assert owners(world, "ssbf") == Measured((), (), 0, (("by", ""), ("impact", "0")))


def test_contradicted_cells_rest_on_their_fresh_reports(world):
    assert not judge_contradiction(loose(world)).true
    for area in ("0182", "0180"):
        world.report(0, ROADS, area, {f"road {area}": 4})
    world.report(0, TOWN, "z", {"road 0180": 2})
    world.report(0, TOWN, "old", {"road 0180": 1}, valid_until=T0 - HOUR)
    on = judge_contradiction(loose(world)).on
    keys = (f"actor.{TOWN}/z", f"actor.{ROADS}/0180")
    assert on == Measured(("0180",), keys, 1, (("cells", "0180/road"),))
    world.report(1, TOWN, "z", {"road 0180": 4})
    assert members(world, "contradiction") == {}
