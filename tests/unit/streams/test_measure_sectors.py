"""Several sectors at once: together in place and time, by so many parties, reaching so far, for so long."""

import pytest
from support.ruling import loose, ruled
from support.world import T0, World

from schemas.rule_tests import SectorsTest
from schemas.times import HOUR
from streams.core.measure_sectors import judge_sectors

BUS, ROADS, CARE = "region-sthlm-trafik", "trafikverket-vag", "region-sthlm-vard"


def asked(**more) -> SectorsTest:
    return SectorsTest.model_validate({"test": "sectors", "impact": 3, "sectors": 2, **more})


@pytest.fixture
def world() -> World:
    return ruled()


def tell(world: World, minute: float, actor: str, sector: str, areas: str, impact: int = 3, **more) -> None:
    world.report(minute, actor, f"{sector}-x", {f"{sector} {areas}": {"now": impact, **more}})


def judged(world: World, **more):
    return judge_sectors(loose(world), asked(**more))


def test_what_it_rests_on_is_told_to_the_letter(world):
    tell(world, 0, BUS, "transit", "0180 0182", 4)
    tell(world, 0, ROADS, "road", "0180", 3)
    tell(world, 0, CARE, "health", "0180", 2)
    verdict = judged(world)
    assert verdict.true
    assert verdict.on.areas == ("0180", "0182")
    assert verdict.on.items == (f"actor.{BUS}/transit-x", f"actor.{ROADS}/road-x")
    assert verdict.on.strength == 2 * 1000 + 4 * 100 + 2
    assert dict(verdict.on.params) == {"by": f"{BUS}+{ROADS}", "count": "2", "sectors": "road+transit"}


def test_too_few_sectors_or_parties_are_not_enough(world):
    tell(world, 0, BUS, "transit", "0180")
    assert not judged(world).true
    tell(world, 0, "trafikverket-jarnvag", "rail", "0180")
    tell(world, 0, ROADS, "road", "0180")
    assert judged(world, parties=2).true
    assert not judged(world, sectors=4).true
    assert not judged(world, parties=4).true


def test_a_milder_sector_does_not_count(world):
    tell(world, 0, BUS, "transit", "0180", 4)
    tell(world, 0, ROADS, "road", "0180", 3)
    assert judged(world, impact=3).true
    assert not judged(world, impact=4).true


@pytest.mark.parametrize(("minute", "together"), [(60, True), (61, False)])
def test_reports_lie_together_within_the_time_itself(world, minute, together):
    tell(world, 0, BUS, "transit", "0180")
    tell(world, minute, ROADS, "road", "0180")
    assert judged(world, within="1 h").true is together


def test_each_stretch_of_time_is_tried_and_all_of_it_told(world):
    for minute, actor, sector in (
        (0, CARE, "health"),
        (100, BUS, "transit"),
        (130, ROADS, "road"),
        (400, "ssbf", "rescue"),
    ):
        tell(world, minute, actor, sector, "0180")
    verdict = judged(world, within="1 h")
    assert dict(verdict.on.params)["sectors"] == "road+transit"
    assert dict(judged(world, within="100 min").on.params)["sectors"] == "health+road+transit"
    assert not judged(world, within="100 min", sectors=3).true
    assert judged(world, within="130 min", sectors=3).true


def test_near_are_a_municipality_and_those_it_borders_on(world):
    towns = world.state.reference.municipalities
    near = towns["0180"]["neighbours"][0]
    around = {"0180", *towns["0180"]["neighbours"], *towns["0180"].get("bridges", ())}
    far = next(
        t
        for t in sorted(towns)
        if t not in around and around.isdisjoint({*towns[t].get("neighbours", ()), *towns[t].get("bridges", ())})
    )
    tell(world, 0, BUS, "transit", "0180")
    tell(world, 0, ROADS, "road", far)
    assert judged(world).true
    assert not judged(world, near="neighbours").true
    tell(world, 1, ROADS, "road", f"{far} {near}")
    verdict = judged(world, near="neighbours")
    assert verdict.true
    assert set(verdict.on.areas) == {"0180", near}


def test_only_sectors_that_reach_so_far_count(world):
    tell(world, 0, BUS, "transit", "0180 0182")
    tell(world, 0, ROADS, "road", "0182")
    percent = world.state.reference.percent(["0182"])
    assert not judged(world, areas=2).true
    assert judged(world, areas=1).true
    assert judged(world, areas=2, percent=percent).true
    assert not judged(world, percent=percent + 1).true
    tell(world, 1, ROADS, "road", "0182 0180")
    assert judged(world, areas=2).true


def test_a_sector_reaches_as_far_as_its_own_cells(world):
    tell(world, 0, BUS, "transit", "0180 0182")
    tell(world, 0, ROADS, "road", "0182 0187")
    tell(world, 0, CARE, "health", "0180")
    assert dict(judged(world, areas=2).on.params)["sectors"] == "road+transit"


def test_only_cells_expected_to_stay_so_for_so_long_count_and_it_is_looked_at_when_they_cease_to(world):
    tell(world, 0, BUS, "transit", "0180", 4, expected=3, until=T0 + 3 * HOUR)
    tell(world, 0, ROADS, "road", "0180", 4, expected=3, until=T0 + 2 * HOUR)
    assert judged(world, lasting="2 h").true
    assert world.state.due[f"look|own|lasting {2 * HOUR} impact 3"] == T0 + 1
    assert not judged(world, lasting="2 h", impact=4).true
    assert not judged(world, lasting="121 min").true
    world.tick(1)
    assert not judged(world, lasting="2 h").true
    assert world.state.due[f"look|own|lasting {2 * HOUR} impact 3"] == T0 + HOUR + 1
    tell(world, 2, BUS, "transit", "0180", 4)
    assert not judged(world, lasting="1 min", sectors=2).true
    world.tick(3 * 60)
    assert not judged(world, lasting="2 h", sectors=1).true
    assert f"look|own|lasting {2 * HOUR} impact 3" not in world.state.due
    assert judged(world, sectors=2).true
