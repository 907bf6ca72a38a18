"""Which municipalities a point, a line, a polygon or a list of codes touches, and how surely.

In: geometry as sources send it (longitude first, WGS 84), or codes of Statistics Sweden. Out: `Placed`.
Borders come from `region/<county>/assign.geojson`, which holds the sea; the drawn map has other, coarser borders.
Pure once loaded: no clock, no network. Used by streams/intake.py, which writes the answer into the log record.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from streams.errors import RegionDataError
from streams.guesses import Guesses
from streams.placed import TOUCH, Found, Placed, Share
from streams.reference import load_figures, load_names
from streams.shapes import Part, Refusal, from_geojson, from_lon_lat, from_wkt

NEAR_METRES = 200
"""Outside every border by at most this much is `near`: the layer has 24 sliver holes between its municipalities,
and a position typed from a map or read by a telephone is no better."""
FAR_METRES = 20_000
"""At sea beyond the borders, up to this much, is `far`. Åland's first land lies 22 km from the county's border."""
EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth."""


class Limits(NamedTuple):
    """Below these a municipality is only touched: it stands as near (reference.toml, figures)."""

    percent: int = 1
    """A polygon that covers less of a municipality only touches it: drawn borders differ by about as much."""
    own_percent: int = 10
    """... unless that much of the polygon itself lies there: a small fire is not a touch."""
    line_metres: int = 200
    """A line that runs less far in a municipality, and less than `percent` of its length, only touches it."""


class AreaIndex:
    """The borders of one county and its neighbours, ready to be asked. Make it with `AreaIndex.load`."""

    def __init__(
        self,
        county: str,
        borders: Mapping[str, BaseGeometry],
        names: Mapping[str, str],
        limits: Limits | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        """Take borders in WGS 84 by municipality code, those of `county` and of its neighbours."""
        self.county = county
        self.names = names
        self.guesses = guesses or Guesses(county, names)
        """What words alone say of a place, for what nothing else places."""
        self._limits = limits or Limits()
        self._codes = sorted(borders)
        self.inside = tuple(code for code in self._codes if code.startswith(county))
        """Codes of the county's municipalities."""
        self._metres = _metres_a_degree([borders[code] for code in self.inside])
        self._shapes = self._flat([borders[code] for code in self._codes])
        self._known = lru_cache(maxsize=8_192)(self._at)
        """Points asked for: a matter's revisions lie where it lay."""
        shapely.prepare(self._shapes)
        self._tree = STRtree(self._shapes)
        self._home = STRtree([s for s, code in zip(self._shapes, self._codes, strict=True) if code in self.inside])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Index of the county in `folder`. Raises RegionDataError when its borders cannot be read."""
        path = folder / "assign.geojson"
        try:
            layer = json.loads(path.read_text(encoding="utf-8"))
            borders = {feature["id"]: shape(feature["geometry"]) for feature in layer["features"]}
            county, names, figures = layer["county"], load_names(folder), load_figures(folder)
            limits = Limits(figures.touch_percent, figures.touch_own_percent, figures.touch_line_m)
            return cls(county, borders, names, limits, Guesses.load(folder, county, names))
        except (OSError, ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
            raise RegionDataError(f"{path}: no borders to assign with ({error}); see docs/region.md") from error

    def place_point(self, lon: float, lat: float) -> Placed:
        """Where a point is: `inside` one municipality, else `near` or `far` from the nearest, else outside."""
        return self.place_parts(from_lon_lat(lon, lat))

    def place_geometry(self, geojson: object) -> Placed:
        """Where a GeoJSON object is: any geometry, feature or collection of them."""
        return self.place_parts(from_geojson(geojson))

    def place_wkt(self, text: object) -> Placed:
        """Where a well-known text is, X before Y, as Trafikverket sends it."""
        return self.place_parts(from_wkt(text))

    def place_codes(self, codes: Iterable[str]) -> Placed:
        """Municipalities by code: the county's code is all of them, known codes elsewhere are kept as outside."""
        found, unknown = Found(), []
        for code in codes:
            if code == self.county or code in self.inside:
                for one in self.inside if code == self.county else (code,):
                    found.add(one, Share("inside", 100, 0))
            elif code in self.names:
                found.outside.add(code)
            else:
                unknown.append(str(code)[:20])
        placed = found.placed()
        if not unknown:
            return placed
        return placed._replace(
            reason="unknown_code", detail=f"no county or municipality of Sweden has code {', '.join(unknown[:10])}"
        )

    def place_parts(self, parts: Sequence[Part] | Refusal) -> Placed:
        """Where parts of a geometry are, as `shapes` made them."""
        if isinstance(parts, Refusal):
            return Placed({}, (), parts.reason, parts.detail)
        if len(parts) == 1 and isinstance(parts[0], Point):
            return self._known(parts[0].x, parts[0].y)
        return self._placed(parts)

    def _at(self, lon: float, lat: float) -> Placed:
        return self._placed([Point(lon, lat)])

    def _placed(self, parts: Sequence[Part]) -> Placed:
        flat = self._flat(parts)
        found = Found()
        self._points([part for part in flat if isinstance(part, Point)], found)
        self._lines([part for part in flat if isinstance(part, LineString)], found)
        self._polygons([part for part in flat if isinstance(part, Polygon)], found)
        return found.placed()

    def _flat(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """The same shapes in metres, on a plane that is true along the county's middle."""
        return list(shapely.transform(shapes, lambda lon_lat: lon_lat * self._metres))

    def _hits(self, part: BaseGeometry) -> list[tuple[str, BaseGeometry]]:
        return [(self._codes[i], self._shapes[i]) for i in sorted(self._tree.query(part, predicate="intersects"))]

    def _points(self, points: list[Point], found: Found) -> None:
        counts: dict[str, int] = {}
        for point in points:
            hits = [code for code, _ in self._hits(point)]
            home = [code for code in hits if code in self.inside]
            if home:
                counts[home[0]] = counts.get(home[0], 0) + 1
            elif hits:
                found.outside.add(hits[0])
            else:
                self._nearest(point, _percent(1, len(points)), found)
        for code, count in counts.items():
            found.add(code, Share("inside", _percent(count, len(points)), 0))

    def _lines(self, lines: list[LineString], found: Found) -> None:
        total = sum(line.length for line in lines)
        run: dict[str, float] = {}
        for line in lines:
            hits = self._hits(line)
            for code, border in hits:
                run[code] = run.get(code, 0.0) + float(line.intersection(border).length)
            if not hits:
                self._nearest(line, 0, found)
        for code, length in run.items():
            enough = length >= self._limits.line_metres or length * 100 >= total * self._limits.percent
            self._add(code, Share("inside", _percent(length, total), 0) if enough else TOUCH, found)

    def _polygons(self, polygons: list[Polygon], found: Found) -> None:
        if not polygons:
            return
        whole = shapely.union_all(polygons)
        small: set[str] = set()
        for polygon in polygons:
            hits = self._hits(polygon)
            for code, border in hits:
                if polygon.intersection(border).area * 100 >= polygon.area * self._limits.own_percent:
                    small.add(code)
            if not hits:
                self._nearest(polygon, 0, found)
        for code, border in self._hits(whole):
            covered, size = whole.intersection(border).area, border.area
            enough = covered * 100 >= size * self._limits.percent or code in small
            self._add(code, Share("inside", _percent(covered, size), 0) if enough else TOUCH, found)

    def _add(self, code: str, share: Share, found: Found) -> None:
        if code in self.inside:
            found.add(code, share)
        elif share.how == "inside":
            found.outside.add(code)

    def _nearest(self, part: BaseGeometry, percent: int, found: Found) -> None:
        """Add the nearest municipality: near, or far when no other county is nearer; else it is outside."""
        indices, distances = self._home.query_nearest(part, return_distance=True)
        metres, code = min(zip(distances.tolist(), (self.inside[i] for i in indices), strict=True))
        if metres <= NEAR_METRES:
            found.add(code, Share("near", percent, max(1, round(metres))))
            return
        other, code_there = min(
            (float(part.distance(border)), c) for c, border in zip(self._codes, self._shapes, strict=True)
        )
        if other < metres:
            if other <= NEAR_METRES:
                found.outside.add(code_there)
        elif metres <= FAR_METRES:
            found.add(code, Share("far", percent, round(metres)))


def _percent(part: float, whole: float) -> int:
    return max(1, min(100, round(part * 100 / whole)))


def _metres_a_degree(shapes: list[BaseGeometry]) -> tuple[float, float]:
    """Metres of a degree eastwards and northwards, along the county's middle."""
    _, south, _, north = (float(side) for side in shapely.total_bounds(shapes))
    metres = math.radians(1) * EARTH_METRES
    return metres * math.cos(math.radians((south + north) / 2)), metres
