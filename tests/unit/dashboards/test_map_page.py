"""The map leads to what it shows, its page says the same as tables, and every status of the desk is a link."""

import re
from itertools import accumulate

from support.desk import scene_of
from support.matters import GULLMARSPLAN, feed
from support.world import FOLDER, T0, TOWNS, World

from dashboards.desk.map_parts import draw, items, places
from dashboards.desk.matrix import Cells
from dashboards.desk.parts import Sought, Stand
from dashboards.desk.parts import draw as draw_desk
from dashboards.drawing.map import load_drawing
from dashboards.drawing.map_signs import MapMark, draw_pin, pin_marks
from dashboards.drawing.outlines import GRID
from dashboards.drawing.paint import Paint
from dashboards.picture.search import Haystack
from dashboards.telling import overview, six
from dashboards.telling.filter import Filter
from schemas.times import HOUR
from streams.words import load_words

DRAWING, PAINT = load_drawing(FOLDER), Paint(load_words())
APART = ["18.70000", "59.70000"]
WARNING = {"severity": "severe", "onset": T0 + HOUR}


def storm() -> World:
    world = World()
    world.report(0, "trafikverket-vag", "lage", {"road 0180": 4, "road 0188": 2})
    world.report(1, "kommun-0180", "lage", {"school 0180": 3, "care 0180": 1})
    feed(world, 2, "trafikverket", "a", "0180", point=GULLMARSPLAN, severity="severe", texts={"headline": "Olycka"})
    feed(world, 3, "trafikverket", "b", point=APART, severity="minor", texts={"headline": "Arbete"})
    world.warning(4, "ORANGE", 1, ["0188"], **WARNING)
    return world


def test_with_links_every_municipality_and_sign_leads_somewhere_and_says_what_it_holds():
    svg = overview.big_map(scene_of(storm(), 10), DRAWING, "/under")
    assert 'role="group"' in svg
    assert set(re.findall(r'href="/under/area/(\d{4})"', svg)) == set(TOWNS)
    assert 'aria-label="Stockholm: Vägtrafik allvarlig, Förskola, skola betydande"' in svg
    assert set(re.findall(r'href="/under/item/([^"]+)"', svg)) >= {"trafikverket/a", "trafikverket/b"}
    image = overview.big_map(scene_of(storm(), 10), DRAWING)
    assert 'role="img"' in image
    assert "<a " not in image


def test_a_grave_item_has_a_second_frame_and_a_colour_and_smhi_keeps_its_own_shapes():
    def pin(kind: str, step: int) -> str:
        [found] = pin_marks([(50.0, 50.0, MapMark(kind, "x", (18.0, 59.0), "", "k", step))], 40, [])
        return draw_pin(found, 40, "m")

    assert ("step4" in pin("road", 4), "map-frame" in pin("road", 4)) == (True, True)
    assert ("step3" in pin("road", 3), "map-frame" in pin("road", 3)) == (True, False)
    assert not re.search("step|map-frame", pin("smhi-red", 5))


def test_only_a_part_of_the_county_under_a_warning_has_a_rim_of_its_own():
    scene = scene_of(storm(), 10)
    assert overview.warned(scene) == {"0188": "smhi-orange"}
    assert 'class="smhi-orange"' in overview.big_map(scene, DRAWING, large=True)
    whole = storm()
    whole.warning(5, "RED", 2, **WARNING)
    assert overview.warned(scene_of(whole, 10)) == {}


def test_the_table_says_the_same_as_the_map():
    scene = scene_of(storm(), 10)
    rows = {row.code: row for row in places(scene)}
    assert {code: row.sectors for code, row in rows.items() if row.sectors} == {"0180": 2}
    assert [cell.name for cell in rows["0180"].cells] == ["Vägtrafik", "Förskola, skola"]
    assert (rows["0180"].calm, rows["0188"].warned, rows["0126"].cells) == (1, "smhi-orange", [])
    drawn = re.findall(r'data-item="([^"]+)"', overview.big_map(scene, DRAWING))
    assert {row.key for row in items(scene)} == set(drawn)


def test_the_pages_parts_follow_the_filter_and_the_counts_stay_the_countys():
    def parts(query: str) -> dict[str, str]:
        return dict(draw(scene_of(storm(), 10), "", DRAWING, PAINT, Sought(Filter.read(query), Haystack())))

    assert "Arbete" in parts("")["p-items"]
    narrowed = parts("severity=severe")
    assert "Arbete" not in narrowed["p-items"]
    assert 'data-count="0180"' in narrowed["p-map"]
    assert 'href="/map"' in narrowed["p-filter"]


def test_a_coarse_map_leaves_out_specks_and_keeps_every_municipality():
    for outline in DRAWING.areas.values():
        assert 0 < len(outline.coarse) <= len(outline.d) + 20
    assert sum(len(a.coarse) for a in DRAWING.areas.values()) < 0.75 * sum(len(a.d) for a in DRAWING.areas.values())


def test_every_status_on_the_desk_is_one_click_from_what_lies_under_it():
    world = storm()
    world.health(5, "trafikverket")
    parts = draw_desk(scene_of(world, 10), Stand(True, True, True, ""), DRAWING, Cells(), PAINT)
    under = [re.findall(r'href="(/[^"]+)"', parts[f"six-{a.id}"]) for a in six.six(scene_of(world, 10))]
    assert under == [
        ["/?severity=severe"],
        ["/area/0180"],
        ["/cell/0180/road"],
        ["/changes"],
        ["/?unknown=loud"],
        ["/activation"],
    ]
    assert "/?sector=road" in parts["p-minis"]
    assert "/cell/0180/road" in parts["p-hour"]
    assert "/items?source=trafikverket" in parts["p-sources"]
    assert all(f'href="/cell/{area}/road"' in parts[f"c-{area}-road"] for area in TOWNS)


def test_on_a_quiet_day_the_six_lead_to_the_map_and_to_all_items():
    quiet = [answer.under for answer in six.six(scene_of(World(), 0))]
    assert quiet == ["items", "map", "items", "changes", "?unknown=loud", "activation"]


def points_of(path: str) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for start_x, start_y, steps in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path):
        each = [int(n) for n in re.findall(r"-?\d+", steps)]
        xs, ys = accumulate(each[::2], initial=int(start_x)), accumulate(each[1::2], initial=int(start_y))
        found |= set(zip(xs, ys, strict=True))
    return found


def test_neighbours_on_a_coarse_map_have_the_points_of_their_border_in_common():
    points = {code: points_of(area.coarse) for code, area in DRAWING.areas.items()}
    assert all(x % GRID == y % GRID == 0 for found in points.values() for x, y in found)
    assert len(points["0180"] & points["0182"]) > 3, "Stockholm and Nacka"
    assert len(points["0114"] & points["0115"]) > 3, "Upplands Väsby and Vallentuna"
