"""What the wall says, made of a real fold: worst first, nothing unknown left out, never more rows than fit."""

import math

import pytest
from support.desk import scene_of
from support.matters import feed
from support.world import FOLDER, T0, TOWNS, World

from dashboards.drawing.map import load_drawing
from dashboards.drawing.paint import Paint
from dashboards.wall.ahead import ahead, awaited
from dashboards.wall.going import PLACE, TEXT, events
from dashboards.wall.going import ROWS as GOING_ROWS
from dashboards.wall.matrix import column
from dashboards.wall.matrix import draw as draw_matrix
from dashboards.wall.page import ARC_MINUTES, CAPITAL, ROWS, type_size
from dashboards.wall.rows import LONG, STATUS, WIDE, draw, status
from schemas.times import DAY, HOUR
from streams.words import load_words

SECTORS = ("road", "water", "care", "school", "lead", "supply")


def rows(world: World, minute: float) -> list[tuple[str, str, str]]:
    return [(line.name, line.text, line.when) for line in status(scene_of(world, minute))]


def storm() -> World:
    """Every level, a contradiction, what is expected, what nobody has said."""
    world = World()
    world.warning(0, "RED", 1, onset=T0 + 24 * HOUR)
    world.report(10, "region-sthlm-trafik", "stom", {"transit 0188 0120 0182": 4}, next_report=T0 + 2 * HOUR)
    world.report(30, "trafikverket-vag", "lage", {"road 0180": {"now": 4, "expected": 5}})
    world.report(31, "kommun-0180-trafik", "lage", {"road 0180": 2})
    for number, sector in enumerate(("care", "school", "lead", "supply", "water")):
        world.report(32, "kommun-0188", sector, {f"{sector} 0188": 1 + number % 4})
    world.command(33, "request_reports", args={"sectors": ["ecom"], "areas": ["0188"], "by": T0 + HOUR})
    world.tick(61)
    return world


def test_an_empty_picture_is_not_called_calm():
    assert rows(World(), 0) == [("13 sektorer", "bedöms inte", "")]


def test_the_worst_is_first_and_each_level_is_said_once_in_words():
    told = rows(storm(), 61)
    assert told[0] == ("Kollektivtrafik", "allvarlig: 3 kommuner", "07.10")
    assert told[1] == ("Väg", "Stockholm, motsägs", "07.30")


def test_what_is_not_known_has_a_row_whatever_else_there_is():
    told = rows(storm(), 61)
    assert ("Okänt", "1 ej rapporterade", "") in told
    assert any(name == "Väntat" and "kritisk" in text for name, text, _ in told)


def test_there_are_never_more_rows_than_fit_and_sectors_that_found_no_room_are_counted():
    world = World()
    for sector in SECTORS:
        world.report(0, "kommun-0188", sector, {f"{sector} 0188": 4})
    world.report(1, "region-sthlm-vard", "x", {"health 01": 5})
    world.report(1, "polisen-sthlm", "x", {"order 01": 3})
    world.report(1, "ellevio", "x", {"energy 0188": {"now": 3, "expected": 5}})
    told = rows(world, 2)
    assert len(told) == STATUS
    assert told[0][:2] == ("Sjukvård", "kritisk: hela länet")
    assert any(name.endswith("sektorer till") for name, _, _ in told)
    assert all(len(text) <= LONG for _, text, _ in told)


@pytest.mark.parametrize("count", range(1, 27))
def test_no_row_is_too_long_for_its_place(count):
    world = World()
    world.report(0, "region-sthlm-trafik", "x", {f"transit {' '.join(TOWNS[:count])}": 3})
    name, text, _ = rows(world, 1)[0]
    assert name == "Kollektivtrafik"
    assert len(text) <= WIDE


def test_a_calm_day_shows_what_is_ahead():
    world = World()
    args = {"forum": "vecka", "level": "samordnande", "mode": "ordinary", "at": T0 + 2 * DAY, "form": "telefon"}
    world.command(0, "convene", args=args)
    world.report(0, "polisen-sthlm", "E", kind="planned_event", onset=T0 + 4 * DAY, texts={"headline": "Demonstration"})
    told = [(row.when, row.text) for row in ahead(scene_of(world, 1), 3)]
    assert told == [("tors 07.00", "Samordnande forum"), ("lör 07.00", "Demonstration")]
    assert "På gång" in draw(scene_of(world, 120), load_drawing(FOLDER), Paint(load_words()))["w-below"]


def test_a_call_nobody_has_acknowledged_waits_first_and_once():
    world = storm()
    told = awaited(scene_of(world, 61), 3)
    assert told[0].urgent
    assert told[0].text == "Larm: samordnande forum"
    assert sum("amordnande forum" in row.text for row in told) == 1


def test_more_than_there_is_room_for_is_counted():
    world = storm()
    for number in range(5):
        args = {"forum": f"f{number}", "level": "planering", "at": T0 + (2 + number) * DAY, "form": "telefon"}
        world.command(62, "convene", args=args)
    told = awaited(scene_of(world, 63), 3)
    assert len(told) == 3
    assert told[-1].text.endswith("till")


@pytest.mark.parametrize(("distance", "diagonal"), [(6.0, 75.0), (3.0, 55.0), (9.0, 98.0), (6.0, 65.0)])
def test_type_is_as_large_as_the_farthest_reader_needs(distance, diagonal):
    part = type_size(distance, diagonal)
    capital_m = part * CAPITAL * diagonal * 0.0254 / math.hypot(16 / 9, 1)
    minutes = math.degrees(2 * math.atan(capital_m / 2 / distance)) * 60
    assert minutes >= ARC_MINUTES - 0.01
    assert part >= 1 / (ROWS * 4 / 3) - 1e-9


def test_the_matrix_has_every_cell_and_names_what_is_hit_louder():
    drawn = draw_matrix(scene_of(storm(), 61))
    assert list(drawn) == [f"w-m-{sector}" for sector in scene_of(storm(), 61).region.sectors]
    assert {markup.count("<td>") for markup in drawn.values()} == {26}
    assert 'class="hit">Kollektivtrafik' in drawn["w-m-transit"]
    assert 'class="hit">Tele' in drawn["w-m-ecom"], "what was asked for and has not come is missed"
    assert 'class="hit"' not in drawn["w-m-rescue"]
    assert drawn["w-m-road"].count("ne") >= 1, "a contradiction is marked"


def test_a_long_name_is_shortened_over_its_column_and_all_stay_apart():
    assert column("Upplands Väsby") == "Uppl. Väsby"
    assert column("Upplands-Bro") == "Uppl.-Bro"
    towns = scene_of(World(), 0).region.towns.values()
    assert len({column(name) for name in towns}) == len(towns) == 26
    assert max(len(column(name)) for name in towns) <= 11


def test_no_event_of_the_wall_is_longer_than_its_row():
    told = events(scene_of(storm(), 61), GOING_ROWS)
    assert told
    assert all(len(row.title) + len(row.when) <= TEXT and len(row.where) <= PLACE for row in told)


def test_a_municipality_of_a_long_name_keeps_its_end_beside_an_event():
    world = World()
    feed(world, 1, "trafikverket", "a", "0114")
    assert "Uppl. Väsby" in [name for name, _, _ in rows(world, 2)]
