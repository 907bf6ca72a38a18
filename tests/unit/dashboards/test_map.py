"""The map: every municipality once, nothing unknown drawn as calm, names and signs that do not cover each other."""

import hashlib
import itertools
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, make_valid, union_all

from dashboards.drawing.map import NAMED, RAMP, MapCell, county_map, load_drawing, small_map
from dashboards.drawing.map_names import MEASURED_TEXT, Box, Line, around, place_names, width
from dashboards.drawing.map_signs import PLATES, SMHI, MapMark, pin_marks
from streams.errors import RegionDataError
from streams.reference import load_names

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "region" / "stockholm"
DRAWING = load_drawing(FOLDER)
NAMES = load_names(FOLDER)
PLACES = {code: outline.places for code, outline in DRAWING.areas.items()}
QUIET = {code: MapCell() for code in DRAWING.areas}
CSS = (ROOT / "dashboards" / "static" / "map.css").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(cells: dict[str, MapCell] | None = None, marks: tuple[MapMark, ...] = (), **more: object) -> ET.Element:
    text = county_map(DRAWING, QUIET if cells is None else cells, marks, label="Karta över länet", names=NAMES, **more)  # type: ignore[arg-type]
    return ET.fromstring(text)


def area(svg: ET.Element, code: str) -> ET.Element:
    found = svg.findall(f".//{SVG}path[@data-area='{code}']")
    assert len(found) == 1
    return found[0]


def outline(path: str) -> MultiPolygon | Polygon:
    """Polygons of a path of relative steps."""
    x = y = 0
    rings = []
    for ring in re.findall(r"m([^z]+)z", path):
        numbers = [int(n) for n in re.findall(r"-?\d+", ring)]
        points = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        x, y = points[0]
        rings.append(make_valid(Polygon(points)))
    return union_all(rings)


def named_boxes(svg: ET.Element, text: int) -> list[Box]:
    return [
        around(float(t.get("x", "")), float(t.get("y", "")) - text * 0.35, width(t.text or "", text), text)
        for t in svg.findall(f".//{SVG}text[@data-name]")
    ]


def test_every_municipality_is_one_path_with_id_code_and_title() -> None:
    svg = drawn({**QUIET, "0188": MapCell(title="Norrtälje: 4 sektorer")})

    for code in DRAWING.areas:
        path = area(svg, code)
        assert path.get("id") == f"m-{code}"
        assert path.get("class") == "area n0"
        assert path.findtext(f"{SVG}title") == ("Norrtälje: 4 sektorer" if code == "0188" else NAMES[code])


def test_the_map_is_an_image_with_one_sentence() -> None:
    svg = drawn()

    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Karta över länet")
    assert svg.get("viewBox") == f"0 0 {DRAWING.size[0]} {DRAWING.size[1]}"


def test_the_ramp_counts_sectors_and_ends_at_four() -> None:
    counts = dict(zip(DRAWING.areas, [0, 1, 2, 3, 4, 5, 13], strict=False))
    svg = drawn({**QUIET, **{code: MapCell(n) for code, n in counts.items()}})

    for code, n in counts.items():
        assert area(svg, code).get("class") == f"area n{min(n, 4)}"
        assert svg.findtext(f".//{SVG}text[@data-count='{code}']", "") == (str(n) if n else "")


def test_what_is_not_known_is_hatched_whatever_the_count() -> None:
    svg = drawn({**QUIET, "0180": MapCell(0, unknown=1), "0182": MapCell(3, unknown=2)})
    patterns = {p.get("id") for p in svg.iter(f"{SVG}pattern")}

    for code, step in (("0180", 0), ("0182", 3)):
        assert area(svg, code).get("fill") == f"url(#m-hatch-{step})"
        assert "unknown" in (area(svg, code).get("class") or "")
        assert f"m-hatch-{step}" in patterns


def test_a_municipality_without_a_cell_is_unknown_never_calm() -> None:
    assert "unknown" in (area(drawn({}), "0188").get("class") or "")
    small = ET.fromstring(small_map(DRAWING, {}, label="Väg"))
    assert {p.get("class") for p in small.iter(f"{SVG}path")} == {"area unknown"}


def test_small_maps_use_the_colours_of_the_levels() -> None:
    svg = ET.fromstring(small_map(DRAWING, {**QUIET, "0188": MapCell(impact=4)}, label="Kollektivtrafik"))

    assert area(svg, "0188").get("class") == "area i4"
    assert area(svg, "0188").get("fill") == "#cf2a2a"
    assert area(svg, "0180").get("class") == "area i0"
    assert svg.get("aria-label") == "Kollektivtrafik"


def test_nothing_in_the_map_needs_an_inline_style_or_script() -> None:
    marks = tuple(MapMark(kind, kind, (18 + i / 20, 59.3)) for i, kind in enumerate([*SMHI, *PLATES, "unheard-of"]))
    text = county_map(DRAWING, {}, marks, label="x", names=NAMES)

    assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=|javascript:|https?://(?!www\.w3\.org/2000/svg)", text)


def test_words_from_outside_cannot_break_out() -> None:
    evil = '"><script>alert(1)</script>'
    text = county_map(
        DRAWING,
        {"0180": MapCell(title=evil)},
        [MapMark("road", evil, (18.0, 59.3), key=evil), MapMark("smhi-red", evil, short=evil)],
        label=evil,
        names={**NAMES, "0188": evil},
        named=["0188"],
    )

    assert "<script" not in text
    ET.fromstring(text)


def test_two_maps_in_one_page_share_no_id() -> None:
    both = [e.get("id") for prefix in ("m", "w") for e in drawn(prefix=prefix).iter() if e.get("id")]

    assert len(both) == len(set(both))


def test_circle_rhombus_and_triangle_are_smhis_alone() -> None:
    marks = tuple(MapMark(kind, kind, (17.3 + i / 6, 58.9)) for i, kind in enumerate([*SMHI, *PLATES]))
    symbols = {str(s.get("id")).removeprefix("m-s-"): s for s in drawn(marks=marks).iter(f"{SVG}symbol")}

    assert set(symbols) == {*SMHI, *PLATES}
    assert [e.tag for e in symbols["smhi-yellow"]] == [f"{SVG}circle"]
    for kind in PLATES:
        assert [e.get("class") for e in symbols[kind]] == ["map-plate", "map-sign"]
        assert not list(symbols[kind].iter(f"{SVG}circle"))


def test_an_unknown_kind_of_item_is_shown_with_the_plain_sign() -> None:
    svg = drawn(marks=(MapMark("volcano", "Vulkan", (18.5, 59.0), key="x/1"),))
    group = svg.find(f".//{SVG}g[@data-item='x/1']")

    assert group is not None
    assert group.findtext(f"{SVG}title") == "Vulkan"
    assert group.find(f"{SVG}use").get("href") == "#m-s-item"  # type: ignore[union-attr]


def test_items_without_a_place_or_outside_the_picture_are_listed_in_the_sea() -> None:
    svg = drawn(
        marks=(
            MapMark("smhi-red", "SMHI röd varning", short="Snö, hela länet"),
            MapMark("road", "Uppsala", (17.3, 60.9)),
        )
    )
    listed = svg.findall(f".//{SVG}g[@class='mark listed']")

    assert [g.findtext(f"{SVG}text") for g in listed] == ["Snö, hela länet", "Uppsala"]


def test_items_on_one_place_are_one_sign_that_names_all() -> None:
    svg = drawn(marks=tuple(MapMark("road", f"Olycka {n}", (18.005, 59.3305)) for n in range(3)))
    groups = svg.findall(f".//{SVG}g[@class='mark']")

    assert len(groups) == 1
    assert groups[0].findtext(f"{SVG}title") == "Olycka 0; Olycka 1; Olycka 2"
    assert groups[0].findtext(f"{SVG}text") == "+2"


def test_a_sign_steps_aside_from_a_number_and_from_another_sign() -> None:
    number = around(500, 500, 30, 30)
    pins = pin_marks([(500, 505, MapMark("road", "a")), (560, 505, MapMark("rail", "b"))], 40, [number])

    assert not any(pin.box.meets(number) for pin in pins)
    assert not pins[0].box.meets(pins[1].box)


def test_the_worst_are_named_and_equals_together_or_not_at_all() -> None:
    codes = list(DRAWING.areas)
    two_worst = {**QUIET, **{c: MapCell(1) for c in codes[:NAMED]}, "0188": MapCell(4), "0120": MapCell(3)}

    assert {t.get("data-name") for t in drawn(two_worst).findall(f".//{SVG}text[@data-name]")} == {"0188", "0120"}
    all_alike = drawn({code: MapCell(2) for code in codes}).findall(f".//{SVG}text[@data-name]")
    assert all("quiet" in (t.get("class") or "") for t in all_alike)


def test_a_quiet_map_names_a_few_places_quietly() -> None:
    texts = drawn().findall(f".//{SVG}text[@data-name]")

    assert {t.get("data-name") for t in texts} <= set(DRAWING.orient)
    assert len(texts) >= 3


def test_all_26_names_fit_at_24_units() -> None:
    numbers = [(code, around(*places.at, 17, 20)) for code, places in PLACES.items()]

    assert set(place_names(list(PLACES), NAMES, PLACES, 24, numbers, DRAWING.size)) == set(PLACES)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 6), min_size=26, max_size=26),
    st.sampled_from([20, 24, 30, 38, 60]),
    st.lists(st.tuples(st.floats(17.3, 19.3), st.floats(58.8, 60.2)), max_size=12),
)
def test_names_cover_neither_each_other_nor_numbers(
    counts: list[int], text: int, where: list[tuple[float, float]]
) -> None:
    cells = {code: MapCell(n) for code, n in zip(DRAWING.areas, counts, strict=True)}
    svg = drawn(cells, tuple(MapMark("road", "x", at) for at in where), text=text, named=list(DRAWING.areas))
    names = named_boxes(svg, text)

    assert not any(a.meets(b) for a, b in itertools.combinations([_less(box) for box in names], 2))
    assert all(box.west >= 0 and box.east <= DRAWING.size[0] for box in names)
    for count in svg.findall(f".//{SVG}text[@data-count]"):
        if count.text:
            x, y = PLACES[count.get("data-count", "")].at
            assert not any(_less(box).meets(around(x, y, 8, 10)) for box in names)


def _less(box: Box) -> Box:
    """Coordinates in the SVG are rounded to whole units."""
    return Box(box.west + 1, box.north + 1, box.east - 1, box.south - 1)


def test_lines_and_boxes_know_when_they_meet() -> None:
    assert Line(0, 0, 10, 10).crosses(Line(0, 10, 10, 0))
    assert not Line(0, 0, 10, 10).crosses(Line(20, 0, 30, 10))
    assert Box(0, 0, 10, 10).crossed(Line(-5, 5, 15, 5))
    assert Box(0, 0, 10, 10).crossed(Line(2, 2, 3, 3))
    assert not Box(0, 0, 10, 10).crossed(Line(-5, 20, 15, 20))
    assert not Box(0, 0, 10, 10).crossed(Line(5, 11, 5, 20))


# ---- the drawing itself ----------------------------------------------------------------------------------------


def test_the_drawing_is_lean_and_was_made_from_these_borders() -> None:
    raw = (FOLDER / "draw.json").read_bytes()
    body = json.loads(raw)

    assert len(raw) < 45_000
    assert (
        body["source"]["sha256"]["assign.geojson"]
        == hashlib.sha256((FOLDER / "assign.geojson").read_bytes()).hexdigest()
    )
    assert len(DRAWING.areas) == 26
    assert body["text"] == MEASURED_TEXT, "map_names.py scales the room by it"


def test_the_archipelago_is_an_archipelago() -> None:
    islands = {code: outline.d.count("m") for code, outline in DRAWING.areas.items()}

    assert sum(islands.values()) > 800
    assert islands["0120"] > 200
    assert islands["0183"] == 1


def test_a_number_stands_on_its_own_land() -> None:
    for code, shape in DRAWING.areas.items():
        assert outline(shape.d).buffer(1).contains(Point(shape.places.at)), code


def test_known_places_are_drawn_in_or_beside_their_municipality() -> None:
    lines = (ROOT / "tests/corpora/places.csv").read_text(encoding="utf-8").splitlines()[1:]
    for name, lat, lon, code in (line.split(",") for line in lines):
        there = Point(DRAWING.project(float(lon), float(lat)))
        assert outline(DRAWING.areas[code].d).distance(there) < 8, f"{name} is drawn over 1 km from its land"


def test_the_projection_keeps_directions_and_knows_its_frame() -> None:
    north, south = DRAWING.project(18.0, 60.0), DRAWING.project(18.0, 59.0)

    assert north[0] == south[0]
    assert north[1] < south[1]
    assert DRAWING.sees(18.07, 59.33)
    assert not DRAWING.sees(11.97, 57.71)


def test_a_broken_drawing_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RegionDataError, match="draw-borders"):
        load_drawing(tmp_path)
    (tmp_path / "draw.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RegionDataError, match="draw-borders"):
        load_drawing(tmp_path)


# ---- colours ---------------------------------------------------------------------------------------------------


def theme(*, dark: bool) -> dict[str, str]:
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
    return {name: night if dark else day for name, day, night in pairs}


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_style_sheet_and_the_drawing_agree_on_the_ramp() -> None:
    assert tuple(theme(dark=False)[f"n{step}"] for step in range(5)) == RAMP
    assert not re.search(r"--[a-z0-9-]+: #", CSS), "each colour has its dark one"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_letters_can_be_read_on_every_ground(name: str) -> None:
    colours = theme(dark=name == "dark")

    for ground in ("n0", "n1", "n2", "sea", "land-out", "map-rim"):
        assert contrast(colours["map-ink"], colours[ground]) >= 4.5, ground
    for ground in ("n3", "n4"):
        assert contrast(colours["map-pale"], colours[ground]) >= 4.5, ground
    for ground in ("n0", "map-rim"):
        assert contrast(colours["map-quiet"], colours[ground]) >= 4.5, ground
    assert contrast(colours["map-sign"], colours["map-plate"]) >= 4.5
