"""Geometry from outside, GeoJSON or well-known text, into simple parts that can be measured, or a reason why not.

In: values as a source sent them, longitude first, WGS 84. Out: points, lines and valid polygons, or a `Refusal`.
Nothing here raises for bad input: what strangers send is data, and its faults are told.
Next: streams/areas.py
"""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

Reason = Literal[
    "malformed", "unknown_type", "empty", "not_finite", "out_of_range", "swapped", "too_large", "too_deep", "wrong_crs"
]
"""Why a geometry cannot be used; the same words in logs, tests and on the screen."""

VERTEX_LIMIT = 100_000
"""Most vertices taken in one geometry. All of Sweden's municipalities have 77,000 in our own layer."""
TEXT_LIMIT = 2_000_000
"""Longest well-known text, in characters."""
DEPTH_LIMIT = 8
"""Deepest nesting of collections. Real feeds have two."""
SPAN_LIMIT = (40.0, 25.0)
"""Widest extent in degrees (east-west, north-south): Sweden with its seas is 14 by 15, the Nordic countries fit."""
SWEDEN = (10.0, 55.0, 25.0, 69.5)
"""West, south, east, north of Sweden with its seas. With the axes swapped the same box lies in the Arabian Sea."""

Part = Point | LineString | Polygon
_KINDS = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})
_SRID = re.compile(r"\s*SRID=(\d+);", re.IGNORECASE)

KNOWN_TEXT = 100
"""Texts no longer than this, points above all, are remembered: a matter's revisions come with the same one."""


class Refusal(NamedTuple):
    """A geometry that cannot be used, and why in one line."""

    reason: Reason
    detail: str


class _BadError(Exception):
    """Carries a refusal out of the recursion; never leaves this file."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.refusal = Refusal(reason, detail)


def from_geojson(value: object) -> list[Part] | Refusal:
    """Parts of any GeoJSON object: a geometry, a collection, a feature or a feature collection.

    Unclosed rings are closed, invalid polygons mended, third coordinates dropped.
    """
    try:
        return _checked([part for geometry in _geometries(value, 0) for part in _geojson_parts(geometry)])
    except _BadError as bad:
        return bad.refusal


def from_wkt(text: object) -> Sequence[Part] | Refusal:
    """Parts of a well-known text with X before Y: `POINT (18.07 59.33)`, Z and M allowed, `SRID=4326;` allowed."""
    return _known_wkt(text) if isinstance(text, str) and len(text) <= KNOWN_TEXT else _wkt(text)


def _wkt(text: object) -> tuple[Part, ...] | Refusal:
    try:
        return tuple(_checked(list(_flat(_read_wkt(text), 0))))
    except _BadError as bad:
        return bad.refusal


_known_wkt = lru_cache(maxsize=8_192)(_wkt)


def from_lon_lat(lon: object, lat: object) -> list[Part] | Refusal:
    """One point."""
    try:
        return _checked([Point(*_position([lon, lat]))])
    except _BadError as bad:
        return bad.refusal


def _read_wkt(text: object) -> BaseGeometry:
    if not isinstance(text, str):
        raise _BadError("malformed", "well-known text must be text")
    if len(text) > TEXT_LIMIT:
        raise _BadError("too_large", f"well-known text of {len(text)} characters, the limit is {TEXT_LIMIT}")
    srid = _SRID.match(text)
    if srid and srid[1] != "4326":
        raise _BadError("wrong_crs", f"coordinates are in EPSG:{srid[1]}, send WGS 84 (EPSG:4326)")
    try:
        return shapely.force_2d(shapely.from_wkt(text[srid.end() :] if srid else text))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise _BadError("malformed", f"not well-known text: {str(error).splitlines()[0][:120]}") from error


def _geometries(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > DEPTH_LIMIT:
        raise _BadError("too_deep", f"collections nested deeper than {DEPTH_LIMIT}")
    if not isinstance(value, dict):
        raise _BadError("malformed", "a GeoJSON geometry must be an object")
    kind = value["type"] if isinstance(value.get("type"), str) else ""
    if kind == "Feature":
        if value.get("geometry") is not None:
            yield from _geometries(value["geometry"], depth + 1)
    elif kind in {"FeatureCollection", "GeometryCollection"}:
        members = value.get("features" if kind == "FeatureCollection" else "geometries")
        if not isinstance(members, list):
            raise _BadError("malformed", f"{kind} has no list of members")
        for member in members:
            yield from _geometries(member, depth + 1)
    elif kind in _KINDS:
        yield value
    else:
        raise _BadError("unknown_type", f"no GeoJSON type {str(value.get('type'))[:40]!r}")


def _geojson_parts(geometry: dict[str, object]) -> Iterator[Part]:
    kind, coordinates = str(geometry["type"]), geometry.get("coordinates")
    if not isinstance(coordinates, list):
        raise _BadError("malformed", f"{kind} has no list of coordinates")
    if not coordinates:
        return
    for one in _list(coordinates, kind) if kind.startswith("Multi") else [coordinates]:
        if kind.endswith("Point"):
            yield Point(*_position(one))
        elif kind.endswith("LineString"):
            yield _line(_positions(one, kind))
        else:
            yield from _polygon([_positions(ring, kind) for ring in _list(one, kind)])


def _list(value: object, kind: str) -> list[object]:
    if not isinstance(value, list):
        raise _BadError("malformed", f"{kind} has coordinates of the wrong depth")
    return value


def _positions(value: object, kind: str) -> list[tuple[float, float]]:
    found = _list(value, kind)
    if len(found) > VERTEX_LIMIT:
        raise _BadError("too_large", f"{len(found)} vertices, the limit is {VERTEX_LIMIT}")
    return [_position(one) for one in found]


def _position(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise _BadError("malformed", "a position must be a list of longitude and latitude")
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in value[:2]):
        raise _BadError("malformed", "longitude and latitude must be numbers")
    try:
        return float(value[0]), float(value[1])
    except OverflowError as error:
        raise _BadError("not_finite", "a coordinate is too large to be a number") from error


def _line(points: list[tuple[float, float]]) -> Part:
    if not points:
        raise _BadError("empty", "a line has no points")
    return LineString(points) if len(set(points)) > 1 else Point(points[0])


def _polygon(rings: list[list[tuple[float, float]]]) -> Iterator[Part]:
    if not rings or not rings[0]:
        return
    for ring in rings:
        if len(set(ring)) < 3:
            raise _BadError("malformed", "a ring of a polygon needs three different points")
    yield from _flat(Polygon(rings[0], rings[1:]), 0)


def _flat(geometry: BaseGeometry, depth: int) -> Iterator[Part]:
    """Points, lines and valid polygons in a geometry; an invalid polygon becomes what `make_valid` makes of it."""
    if depth > DEPTH_LIMIT:
        raise _BadError("too_deep", f"collections nested deeper than {DEPTH_LIMIT}")
    if geometry.is_empty:
        return
    if isinstance(geometry, BaseMultipartGeometry):
        for part in geometry.geoms:
            yield from _flat(part, depth + 1)
    elif isinstance(geometry, Polygon):
        if _finite(geometry) and not geometry.is_valid:
            yield from _flat(shapely.make_valid(geometry), depth + 1)
        else:
            yield geometry
    elif isinstance(geometry, Point):
        yield geometry
    elif isinstance(geometry, LineString):
        yield geometry if not _finite(geometry) or geometry.length else Point(geometry.coords[0])
    else:
        raise _BadError("unknown_type", f"cannot measure a {geometry.geom_type}")


def _finite(geometry: BaseGeometry) -> bool:
    return all(math.isfinite(side) for side in geometry.bounds)


def _checked(parts: list[Part]) -> list[Part]:
    if not parts:
        raise _BadError("empty", "there is no place in it")
    vertices = shapely.get_coordinates(parts)
    if len(vertices) > VERTEX_LIMIT:
        raise _BadError("too_large", f"{len(vertices)} vertices, the limit is {VERTEX_LIMIT}")
    # plain lists: for the one point that most reports have, numpy's own reductions cost twenty times as much
    lons, lats = vertices.T.tolist()
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    if not all(map(math.isfinite, (*lons, *lats))):
        raise _BadError("not_finite", "a coordinate is not a finite number")
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise _BadError("out_of_range", "coordinates are no degrees; are they SWEREF 99 TM metres?")
    if _within(SWEDEN, south, west, north, east) and not _within(SWEDEN, west, south, east, north):
        raise _BadError("swapped", "latitude stands first; GeoJSON and well-known text put longitude first")
    if east - west > SPAN_LIMIT[0] or north - south > SPAN_LIMIT[1]:
        raise _BadError("too_large", f"it spans {east - west:.0f} by {north - south:.0f} degrees")
    return parts


def _within(box: tuple[float, float, float, float], west: float, south: float, east: float, north: float) -> bool:
    return box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]
