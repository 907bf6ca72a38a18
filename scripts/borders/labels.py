"""Where a municipality's number stands, how much room its name has there, and where else the name may stand.

In: outlines in drawing units and names. Out: for each code `at`, `room` and `spots`, the last cheapest first. Which
spot is taken is decided when a map is drawn, by what else is on it (dashboards/labels.py).
"""

import math
from typing import Any

import shapely
from shapely import LineString, MultiPolygon, Polygon

REACH = 520
"""Longest way from a name to its land, in units."""
ON_LAND = 300
"""What it costs a name, in units of way, to stand on the county's land."""
APART = 48
"""Least distance between two spots of one name, in units: they are to be different choices."""
SPOTS = 12
"""Spots kept for a name."""
STEP = 8
"""Grid on which spots are tried, in units."""


class Labels:
    """Finds the places of one drawing."""

    def __init__(
        self, plan: dict[str, Any], areas: dict[str, MultiPolygon], names: dict[str, str], size: tuple[int, int]
    ) -> None:
        self.areas, self.names, self.size = areas, names, size
        self.text, self.number = plan["text"], plan["number"]
        self.main = {code: max(g.geoms, key=lambda p: p.area) for code, g in areas.items()}
        self.land = shapely.union_all([shapely.make_valid(p) for p in self.main.values()])
        shapely.prepare([self.land, *self.main.values()])

    def wide(self, name: str) -> float:
        """Width of a name in units: about a semi-bold sans serif. dashboards/labels.py counts the same way."""
        units = sum(0.3 if c in "ijltf-" else 0.9 if c in "mwMW" else 0.68 if c.isupper() else 0.58 for c in name)
        return self.text * units

    def place(self) -> dict[str, dict[str, Any]]:
        """All places by code."""
        seats = {code: self.seat(code) for code in self.areas}
        numbers = {c: _box(x, y, self.number * 0.7, self.number * 0.9) for c, (x, y, _) in seats.items()}
        return {
            code: {"at": [x, y], "room": room, "spots": self.spots(code, (x, y), numbers)}
            for code, (x, y, room) in seats.items()
        }

    def seat(self, code: str) -> tuple[int, int, int]:
        """Middle of the number, and the width that a name over it has; 0 where only the number fits."""
        polygon, height = self.main[code], self.text + self.number
        west, south, east, north = polygon.bounds
        fits = []
        for x in range(int(west), int(east), 4):
            for y in range(int(south), int(north), 4):
                middle = y - self.text * 0.5
                width = max((w for w in range(60, 320, 20) if polygon.contains(_box(x, middle, w, height))), default=0)
                if width:
                    clear = polygon.exterior.distance(_box(x, middle, width, height))
                    need = int(1.9 * self.wide(self.names[code]))
                    fits.append((min(width, need), clear, x, y, width))
        if fits:
            _, _, x, y, width = max(fits)
            return x, y, width
        x, y = shapely.maximum_inscribed_circle(polygon, 0.5).coords[0]
        return round(x), round(y), 0

    def spots(self, code: str, at: tuple[int, int], numbers: dict[str, Polygon]) -> list[list[int]]:
        """Middles of a name beside its land: near, off the county's land, its line over no other number."""
        width, here = self.wide(self.names[code]), shapely.Point(at)
        others = shapely.union_all([box for other, box in numbers.items() if other != code])
        shapely.prepare(others)
        found = []
        for x in range(int(width / 2) + 8, int(self.size[0] - width / 2) - 8, STEP):
            for y in range(self.text, self.size[1] - self.text, STEP):
                box = _box(x, y, width + 8, self.text)
                away = box.distance(here)
                if not self.number < away < REACH or others.intersects(box) or numbers[code].intersects(box):
                    continue
                if others.intersects(LineString([(x, y), at])):
                    continue
                share = box.intersection(self.land).area / box.area
                found.append((away + ON_LAND * share, x, y))
        kept: list[list[int]] = []
        for _, x, y in sorted(found):
            if len(kept) < SPOTS and all(math.hypot(x - a, y - b) >= APART for a, b in kept):
                kept.append([x, y])
        return kept


def _box(x: float, y: float, width: float, height: float) -> Polygon:
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
