"""One municipality, whole: worst first, nothing unknown hidden below what is calm, and whose word it is."""

from support.desk import scene_of
from support.matters import GULLMARSPLAN, feed
from support.world import T0, World

from dashboards.desk.area import area_page
from schemas.times import HOUR


def hit() -> World:
    world = World()
    world.report(0, "kommun-0180-trafik", "road", {"road 0180": 2})
    world.report(5, "region-sthlm-trafik", "bus", {"transit 0180": 4})
    world.report(6, "svoa", "water", {"water 0180": 1})
    world.report(7, "kommun-0188", "care", {"care 0188": 5})
    world.command(8, "request_reports", args={"sectors": ["ecom"], "areas": ["0180"], "by": T0 + HOUR})
    world.tick(61)
    return world


def test_the_worst_is_first_then_what_ought_to_be_known_then_what_is_calm():
    page = area_page(scene_of(hit(), 62), "0180")
    assert [row.sector for row in page.rows[:4]] == ["transit", "road", "ecom", "water"]
    assert page.rows[0].said.startswith("Allvarlig påverkan sedan 07.05")
    assert len(page.rows) == 13
    assert (page.name, page.people) == ("Stockholm", "995\u00a0000 invånare")


def test_only_what_goes_on_there_is_listed():
    world = hit()
    here = feed(world, 10, "trafikverket", "a", point=GULLMARSPLAN)
    feed(world, 11, "trafikverket", "b", areas="0188")
    assert [row.key for row in area_page(scene_of(world, 62), "0180").going] == [here]


def test_whose_word_it_is_and_when_it_came_last():
    told = [(row.name, row.cells) for row in area_page(scene_of(hit(), 62), "0180").reporters]
    assert told[0][1] == 1
    assert {name for name, _ in told} == {
        "Stockholm Vatten och Avfall",
        "Region Stockholm, trafikförvaltningen (SL)",
        "Stockholms stad, trafikkontoret",
    }
