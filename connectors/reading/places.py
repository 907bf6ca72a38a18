"""Places as sources write them, checked and made lean enough for a record.

In: GeoJSON, well-known text, county numbers. Out: parts of `schemas.report.Place`, or nothing when they are no place.
Which municipalities they touch is decided later, by streams/intake.py.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from connectors.reading.values import Drift
from streams.shapes import SWEDEN, Part, Refusal, from_geojson, from_wkt

COUNTIES = tuple(f"{n:02d}" for n in (1, *range(3, 11), 12, 13, 14, *range(17, 26)))
"""Sweden's county codes (Statistics Sweden)."""
VERTICES = 2_000
"""Most vertices kept of one item: more only makes records heavy. The county's own border has about 80 in feeds."""
_STEPS = (0.0005, 0.002, 0.01, 0.05)
"""Tolerances in degrees tried in turn, about 50 m to 5 km."""


def county_codes(numbers: Iterable[object]) -> list[str]:
    """County codes of a source's numbers: 2 is Stockholm's old number, 0 is the whole country, others are not ours."""
    found: set[str] = set()
    for number in numbers:
        if isinstance(number, int) and not isinstance(number, bool):
            found.update(COUNTIES if number == 0 else (f"{1 if number == 2 else number:02d}",))
    return sorted(found.intersection(COUNTIES))


def drawn(value: object, drift: Drift, where: str) -> str | None:
    """Well-known text of any GeoJSON object, a tenth of its size in memory; None, and counted, if it is no place."""
    whole = _of_geojson(value, drift, where)
    return None if whole is None else shapely.to_wkt(whole, rounding_precision=5)


def geojson(value: object, drift: Drift, where: str) -> dict[str, Any] | None:
    """A GeoJSON geometry of any GeoJSON object; None, and counted, if it is no place in degrees."""
    whole = _of_geojson(value, drift, where)
    lean: dict[str, Any] | None = None if whole is None else orjson.loads(shapely.to_geojson(whole))
    return lean


def _of_geojson(value: object, drift: Drift, where: str) -> BaseGeometry | None:
    if not _finite(value):
        drift.note("!", f"{where}:not_finite")
        return None
    parts = from_geojson(value)
    if isinstance(parts, Refusal):
        drift.note("!", f"{where}:{parts.reason}")
        return None
    return _lean(parts, drift, where)


def wkt(value: object, drift: Drift, where: str) -> str | None:
    """Well-known text, X before Y, in degrees; None, and counted, if it is none."""
    if value is None:
        return None
    parts = from_wkt(value)
    if isinstance(parts, Refusal):
        drift.note("!", f"{where}:{parts.reason}")
        return None
    return shapely.to_wkt(_lean(parts, drift, where), rounding_precision=5)


def point(lon: float, lat: float, drift: Drift, where: str) -> str | None:
    """Well-known text of one point, by the same rules as `wkt` but at a twentieth of its price, for long lists."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        drift.note("!", f"{where}:not_finite")
    elif abs(lon) > 180 or abs(lat) > 90:
        drift.note("!", f"{where}:out_of_range")
    elif _in_sweden(lat, lon) and not _in_sweden(lon, lat):
        drift.note("!", f"{where}:swapped")
    else:
        x, y = (f"{number:.5f}".rstrip("0").rstrip(".") for number in (lon, lat))
        return f"POINT ({x} {y})"
    return None


def _in_sweden(lon: float, lat: float) -> bool:
    west, south, east, north = SWEDEN
    return west <= lon <= east and south <= lat <= north


def _finite(value: object) -> bool:
    """No number in it is infinite or none; geometry libraries warn of those on stderr instead of refusing them."""
    nodes = [value]
    while nodes:
        node = nodes.pop()
        if isinstance(node, float) and not math.isfinite(node):
            return False
        if isinstance(node, dict | list):
            nodes.extend(node.values() if isinstance(node, dict) else node)
    return True


def _lean(parts: Sequence[Part], drift: Drift, where: str) -> BaseGeometry:
    """One geometry of the parts, two-dimensional, with few enough vertices."""
    whole: BaseGeometry = shapely.force_2d(_joined(parts))
    for tolerance in _STEPS:
        if shapely.get_num_coordinates(whole) <= VERTICES:
            return whole
        drift.note("!", f"{where}:simplified")
        whole = whole.simplify(tolerance, preserve_topology=True)
    return whole


def _joined(parts: Sequence[Part]) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    joined: Any
    match kinds:
        case _ if kinds == {"Polygon"}:
            joined = shapely.multipolygons(parts)
        case _ if kinds == {"LineString"}:
            joined = shapely.multilinestrings(parts)
        case _ if kinds == {"Point"}:
            joined = shapely.multipoints(parts)
        case _:
            joined = shapely.geometrycollections(parts)
    assert isinstance(joined, BaseGeometry)
    return joined
