"""Which municipality: 44 known places, shares of polygons and lines, and an answer to whatever is sent."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from streams.areas import FAR_METRES, AreaIndex, Limits
from streams.errors import RegionDataError
from streams.placed import TOUCH, Placed, Share, merge

ROOT = Path(__file__).parents[3]
INDEX = AreaIndex.load(ROOT / "region" / "stockholm")
PLACES = list(csv.DictReader((ROOT / "tests/corpora/places.csv").read_text(encoding="utf-8").splitlines()))
LAYER = json.loads((ROOT / "region/stockholm/assign.geojson").read_text(encoding="utf-8"))
BORDERS = {feature["id"]: shape(feature["geometry"]) for feature in LAYER["features"]}
STADSHUSET = (18.0545, 59.3275)


def square(lon: float, lat: float, metres: float) -> dict[str, Any]:
    y = metres / 2 / 111_195
    x = y / math.cos(math.radians(lat))
    ring = [[lon - x, lat - y], [lon + x, lat - y], [lon + x, lat + y], [lon - x, lat + y], [lon - x, lat - y]]
    return {"type": "Polygon", "coordinates": [ring]}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@pytest.mark.parametrize("place", PLACES, ids=[p["name"] for p in PLACES])
def test_a_known_place_lies_inside_its_municipality(place: dict[str, str]) -> None:
    placed = INDEX.place_point(float(place["lon"]), float(place["lat"]))

    assert placed == Placed({place["municipality"]: Share("inside", 100, 0)})


def test_there_are_44_known_places_in_all_26_municipalities() -> None:
    assert len(PLACES) == 44
    assert {p["municipality"] for p in PLACES} == set(INDEX.inside)


@pytest.mark.parametrize(("lon", "lat", "code"), [(17.89139, 59.40829, "0180"), (18.01878, 59.63192, "0191")])
def test_a_sliver_hole_between_municipalities_is_near_with_its_metres(lon: float, lat: float, code: str) -> None:
    assert INDEX.place_point(lon, lat) == Placed({code: Share("near", 100, 1)})


def test_the_sea_beyond_the_borders_is_far_with_its_metres_and_then_outside() -> None:
    beyond = INDEX.place_point(19.45, 60.10)
    abroad = INDEX.place_point(19.94, 60.10)

    assert [(code, share.how) for code, share in beyond.areas.items()] == [("0188", "far")]
    assert 200 < beyond.areas["0188"].metres <= FAR_METRES
    assert abroad == Placed({}), "Mariehamn is not ours"


def test_a_point_in_a_neighbouring_county_is_kept_as_outside() -> None:
    assert INDEX.place_point(17.6389, 59.8586) == Placed({}, ("0380",))
    assert INDEX.place_point(17.53, 59.57) == Placed({}, ("0305",))


def test_a_point_far_from_sweden_is_outside_without_a_code() -> None:
    assert INDEX.place_point(2.35, 48.86) == Placed({})


def test_several_points_share_in_whole_percent() -> None:
    points = {
        "type": "MultiPoint",
        "coordinates": [[18.0545, 59.3275], [18.07, 59.33], [18.08, 59.32], [18.164, 59.3097]],
    }

    assert INDEX.place_geometry(points).areas == {"0180": Share("inside", 75, 0), "0182": Share("inside", 25, 0)}


def test_a_polygon_over_the_county_covers_all_26_wholly() -> None:
    placed = INDEX.place_geometry(box(16.0, 58.0, 21.0, 61.0))

    assert placed.areas == {code: Share("inside", 100, 0) for code in INDEX.inside}
    assert "0305" in placed.outside


def test_a_polygon_over_half_a_municipality_says_about_half() -> None:
    placed = INDEX.place_geometry(box(18.0, 59.85, 19.9, 61.0))

    assert 20 <= placed.areas["0188"].percent <= 70
    assert set(placed.areas) == {"0188"}


def test_a_polygon_that_only_touches_a_border_does_not_affect_the_neighbour() -> None:
    lidingo = INDEX.place_geometry(box(18.10, 59.345, 18.27, 59.395))

    assert lidingo.areas["0186"].how == "inside"
    assert "0191" not in lidingo.areas
    assert {share for share in lidingo.areas.values() if share.how != "inside"} == {TOUCH}
    assert all(share.percent >= 1 for share in lidingo.areas.values() if share.how == "inside")


def test_how_little_is_a_touch_is_the_countys_figure() -> None:
    uppsala = box(17.2, 59.70, 18.0, 60.4)
    few, many = (
        AreaIndex("01", BORDERS, INDEX.names, Limits(percent, 100, 200)).place_geometry(uppsala) for percent in (1, 99)
    )

    assert few.areas["0191"].how == "inside"
    assert many.areas["0191"] == TOUCH


def test_a_line_that_only_touches_is_near_and_not_affected() -> None:
    line = "LINESTRING (18.0545 59.3275, 18.164 59.3097)"
    touching = AreaIndex("01", BORDERS, INDEX.names, Limits(percent=99, line_metres=1_000_000)).place_wkt(line)

    assert set(INDEX.place_wkt(line).areas) == set(touching.areas) == {"0180", "0182"}
    assert set(touching.areas.values()) == {TOUCH}


def test_a_small_polygon_wholly_inside_affects_its_municipality() -> None:
    assert INDEX.place_geometry(square(18.705, 59.758, 100)).areas == {"0188": Share("inside", 1, 0)}


def test_each_small_part_of_a_multipolygon_counts_by_itself() -> None:
    parts = [square(18.705, 59.758, 4000)["coordinates"], square(17.95, 58.903, 60)["coordinates"]]

    assert set(INDEX.place_geometry({"type": "MultiPolygon", "coordinates": parts}).areas) == {"0188", "0192"}


def test_a_small_polygon_across_a_border_affects_both() -> None:
    bridge = INDEX.place_geometry(square(18.0108, 59.3419, 1500))

    assert {"0180", "0184"} <= set(bridge.areas)


def test_an_invalid_polygon_is_mended() -> None:
    bow_tie = [[18.02, 59.30], [18.10, 59.34], [18.10, 59.30], [18.02, 59.34], [18.02, 59.30]]

    assert "0180" in INDEX.place_geometry({"type": "Polygon", "coordinates": [bow_tie]}).areas


def test_an_unclosed_ring_is_closed_and_a_third_coordinate_dropped() -> None:
    ring = [[18.69, 59.75, 3.0], [18.72, 59.75, 3.0], [18.72, 59.77, 3.0]]

    assert set(INDEX.place_geometry({"type": "Polygon", "coordinates": [ring]}).areas) == {"0188"}


def test_a_line_shares_its_length() -> None:
    placed = INDEX.place_wkt("LINESTRING (18.0545 59.3275, 18.164 59.3097)")

    assert set(placed.areas) == {"0180", "0182"}
    assert 98 <= sum(share.percent for share in placed.areas.values()) <= 102


def test_a_line_out_of_the_county_keeps_both_sides() -> None:
    placed = INDEX.place_wkt("LINESTRING (17.861 59.628, 17.6389 59.8586)")

    assert set(placed.areas) == {"0191"}
    assert {"0330", "0380"} <= set(placed.outside)


def test_a_line_without_length_is_a_point() -> None:
    assert INDEX.place_wkt("LINESTRING (18.0545 59.3275, 18.0545 59.3275)") == INDEX.place_point(*STADSHUSET)


@pytest.mark.parametrize(
    "text",
    [
        "POINT (18.0545 59.3275)",
        "point(18.0545 59.3275)",
        "POINT Z (18.0545 59.3275 12)",
        "POINT (18.0545 59.3275 12)",
        "SRID=4326;POINT (18.0545 59.3275)",
        "MULTIPOINT ((18.0545 59.3275))",
        "MULTILINESTRING ((18.0545 59.3275, 18.0550 59.3280))",
        "POLYGON ((18.054 59.327, 18.056 59.327, 18.056 59.328, 18.054 59.327))",
        "GEOMETRYCOLLECTION (POINT (18.0545 59.3275), LINESTRING Z (18.0545 59.3275 1, 18.0550 59.3280 1))",
    ],
)
def test_well_known_text_in_all_its_forms_is_read(text: str) -> None:
    assert set(INDEX.place_wkt(text).areas) == {"0180"}


def test_features_and_collections_are_opened() -> None:
    point = {"type": "Point", "coordinates": [18.0545, 59.3275]}
    feature = {"type": "Feature", "properties": {}, "geometry": point}
    inner = {"type": "GeometryCollection", "geometries": [point, square(18.705, 59.758, 100)]}
    whole = {"type": "FeatureCollection", "features": [feature, {"type": "Feature", "geometry": None}, inner]}

    assert set(INDEX.place_geometry(feature).areas) == {"0180"}
    assert set(INDEX.place_geometry(whole).areas) == {"0180", "0188"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"type": "Point", "coordinates": [59.3275, 18.0545]}, "swapped"),
        ({"type": "LineString", "coordinates": [[59.3, 18.0], [59.4, 18.1]]}, "swapped"),
        ({"type": "Point", "coordinates": [float("nan"), 59.3]}, "not_finite"),
        ({"type": "Polygon", "coordinates": [[[18, 59], [float("inf"), 60], [19, 60], [18, 59]]]}, "not_finite"),
        ({"type": "Point", "coordinates": [10**400, 59.3]}, "not_finite"),
        ({"type": "Point", "coordinates": [674032, 6580822]}, "out_of_range"),
        ({"type": "Point", "coordinates": []}, "empty"),
        ({"type": "FeatureCollection", "features": []}, "empty"),
        ({"type": "Feature", "geometry": None}, "empty"),
        (box(-170, -80, 170, 80), "too_large"),
        ({"type": "LineString", "coordinates": [[18.0, 59.0]] * 100_001}, "too_large"),
        ({"type": "Polygon", "coordinates": [[[18, 59], [18, 59], [18, 59], [18, 59]]]}, "malformed"),
        ({"type": "Point", "coordinates": ["18.0", "59.3"]}, "malformed"),
        ({"type": "Point", "coordinates": [True, False]}, "malformed"),
        ({"type": "Point", "coordinates": [18.0]}, "malformed"),
        ({"type": "Polygon", "coordinates": [18.0, 59.3]}, "malformed"),
        ({"type": "Point"}, "malformed"),
        ({"type": "GeometryCollection"}, "malformed"),
        ({"type": "Circle", "coordinates": [18, 59]}, "unknown_type"),
        ({}, "unknown_type"),
        (None, "malformed"),
        ("POINT (18 59)", "malformed"),
    ],
)
def test_a_geometry_that_cannot_be_used_is_refused_with_a_reason(value: object, reason: str) -> None:
    placed = INDEX.place_geometry(value)

    assert (placed.areas, placed.outside, placed.reason) == ({}, (), reason)
    assert placed.detail
    assert "\n" not in placed.detail


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    value: dict[str, Any] = {"type": "Point", "coordinates": [18.0, 59.3]}
    for _ in range(200):
        value = {"type": "GeometryCollection", "geometries": [value]}

    assert INDEX.place_geometry(value).reason == "too_deep"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("POINT (59.3275 18.0545)", "swapped"),
        ("POINT (674032 6580822)", "out_of_range"),
        ("SRID=3006;POINT (674032 6580822)", "wrong_crs"),
        ("POINT EMPTY", "empty"),
        ("POINT (NaN NaN)", "not_finite"),
        ("POINT (18.05", "malformed"),
        ("POLYGON ((18 59, 19 59, 19 60))", "malformed"),
        ("", "malformed"),
        (None, "malformed"),
        ("x" * 2_000_001, "too_large"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_a_reason(text: object, reason: str) -> None:
    placed = INDEX.place_wkt(text)

    assert (placed.areas, placed.reason) == ({}, reason)


def test_the_county_code_is_all_26() -> None:
    assert INDEX.place_codes(["01"]).areas == {code: Share("inside", 100, 0) for code in INDEX.inside}
    assert len(INDEX.inside) == 26


def test_codes_elsewhere_in_sweden_are_kept_as_outside() -> None:
    assert INDEX.place_codes(["0188", "0330", "03"]) == Placed({"0188": Share("inside", 100, 0)}, ("03", "0330"))


def test_an_unknown_code_is_told_and_hides_no_known_one() -> None:
    placed = INDEX.place_codes(["0180", "9999", "Stockholm"])

    assert set(placed.areas) == {"0180"}
    assert placed.reason == "unknown_code"
    assert "9999" in placed.detail
    assert "Stockholm" in placed.detail


def test_merging_keeps_the_surest_way_the_largest_share_and_the_first_reason() -> None:
    one = Placed({"0180": Share("near", 100, 30)}, ("0305",))
    two = Placed({"0180": Share("inside", 7, 0), "0182": Share("far", 0, 900)}, (), "swapped", "latitude first")
    three = Placed({"0180": Share("inside", 12, 0)}, (), "empty", "nothing")

    assert merge([one, two, three]) == Placed(
        {"0180": Share("inside", 12, 0), "0182": Share("far", 0, 900)}, ("0305",), "swapped", "latitude first"
    )
    assert merge([]) == Placed({})


def test_a_folder_without_borders_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RegionDataError, match=r"assign\.geojson"):
        AreaIndex.load(tmp_path)


lons = st.floats(16.5, 20.5)
lats = st.floats(58.2, 60.6)
positions = st.tuples(lons, lats).map(list)


@given(lons, lats)
def test_every_point_in_the_box_has_exactly_one_answer(lon: float, lat: float) -> None:
    placed = INDEX.place_point(lon, lat)

    assert placed.reason == ""
    assert len(placed.areas) + len(placed.outside) <= 1
    for share in placed.areas.values():
        assert (share.how == "inside") == (share.metres == 0)
        assert share.percent == 100


@given(st.lists(positions, min_size=3, max_size=8).filter(lambda ring: len({tuple(p) for p in ring}) >= 3))
def test_every_ring_in_the_box_gets_an_answer(ring: list[list[float]]) -> None:
    placed = INDEX.place_geometry({"type": "Polygon", "coordinates": [ring]})

    assert placed.reason in {"", "empty"}
    assert all(0 <= share.percent <= 100 for share in placed.areas.values())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "geometry", "x"]), inner),
    max_leaves=12,
)


@given(
    st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature"]), json_values
)
def test_nothing_a_stranger_sends_raises(kind: str, value: object) -> None:
    for body in ({"type": kind, "coordinates": value, "geometry": value, "geometries": value}, value):
        placed = INDEX.place_geometry(body)
        assert (placed.reason == "") or placed.detail


@given(st.text(max_size=40) | st.text(alphabet="POINTLESRGYMUZ(),. 0123456789-", max_size=40))
def test_no_text_raises(text: str) -> None:
    INDEX.place_wkt(text)
