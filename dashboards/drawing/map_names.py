"""Which names a map can carry, and where: inside the land where there is room, else beside it with a line.

In: the drawing's places, the names wanted (most wanted first), what else takes room. Out: a place for each name that
fits without touching anything; the rest is left out, as the table beside the map has them all. Pure.
Used by dashboards/drawing/map.py.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

MEASURED_TEXT = 30
"""Height of a name for which `room` was measured (region/<county>/draw.toml)."""
ROUNDS = 12
"""How often names that found no room are tried in another order."""
GAP = 5
"""Least distance between a name and anything else, in units."""


class Box(NamedTuple):
    """Rectangle in drawing units, y downwards."""

    west: float
    north: float
    east: float
    south: float

    def meets(self, other: "Box") -> bool:
        """True if they overlap or touch."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.north <= other.south
            and other.north <= self.south
        )

    def meets_any(self, others: Iterable["Box"]) -> bool:
        """The same for several; written out, since it is asked some ten thousand times for a map."""
        west, north, east, south = self
        for w, n, e, s in others:  # noqa: SIM110 twice as quick as any() of a generator
            if west <= e and w <= east and north <= s and n <= south:
                return True
        return False

    def crossed(self, line: "Line") -> bool:
        """True if a line runs through it."""
        near, far = 0.0, 1.0
        x, y, dx, dy = line.x1, line.y1, line.x2 - line.x1, line.y2 - line.y1
        for start, step, low, high in ((x, dx, self.west, self.east), (y, dy, self.north, self.south)):
            if step == 0:
                if not low <= start <= high:
                    return False
                continue
            one, two = sorted(((low - start) / step, (high - start) / step))
            near, far = max(near, one), min(far, two)
        return near <= far


class Line(NamedTuple):
    """From a name's edge to just short of its number."""

    x1: float
    y1: float
    x2: float
    y2: float

    def crosses(self, other: "Line") -> bool:
        """True if they meet anywhere but on one line."""

        def side(x: float, y: float, line: "Line") -> float:
            return (line.x2 - line.x1) * (y - line.y1) - (line.y2 - line.y1) * (x - line.x1)

        return (
            side(self.x1, self.y1, other) * side(self.x2, self.y2, other) < 0
            and side(other.x1, other.y1, self) * side(other.x2, other.y2, self) < 0
        )


class Places(NamedTuple):
    """What the drawing knows of a municipality's places, in units."""

    at: tuple[int, int]
    """Middle of its number."""
    room: int
    """Width for a name over the number; 0 where only the number fits."""
    spots: tuple[tuple[int, int], ...]
    """Middles of the name beside its land, best first."""


class Name(NamedTuple):
    """A name that fits: the middle of its foot line, and its line when it stands beside its land."""

    x: float
    y: float
    line: Line | None


def width(text: str, height: float) -> float:
    """Width of a semi-bold sans serif text of that height, in units; on the wide side."""
    return height * sum(
        0.3 if c in "ijltf-.,' " else 0.9 if c in "mwMW" else 0.68 if c.isupper() else 0.58 for c in text
    )


def around(x: float, y: float, wide: float, high: float) -> Box:
    """Box around a middle."""
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def place_names(
    wanted: Sequence[str],
    names: Mapping[str, str],
    places: Mapping[str, Places],
    height: float,
    taken: Iterable[tuple[str, Box]],
    size: tuple[int, int],
) -> Mapping[str, Name]:
    """Place for each wanted name that finds one.

    Args:
        wanted: codes, the most important first; one that finds no room is tried again before the others.
        names: what to write, by code.
        places: from the drawing.
        height: of the letters, in units.
        taken: boxes already drawn (numbers, marks) and whose they are; a name may lie by its own number.
        size: of the drawing; no name reaches over its edge.
    """
    return _placed(tuple((code, names[code], places[code]) for code in wanted), height, tuple(taken), size)


@lru_cache(maxsize=64)
def _placed(
    wanted: tuple[tuple[str, str, Places], ...],
    height: float,
    taken: tuple[tuple[str, Box], ...],
    size: tuple[int, int],
) -> Mapping[str, Name]:
    """From one version to the next the same names are mostly wanted among the same signs."""
    named = {code: (name, places) for code, name, places in wanted}
    order, best = list(named), dict[str, Name]()
    for _ in range(ROUNDS):
        sheet = _Sheet(height, list(taken), size)
        found = {code: name for code in order if (name := sheet.place(code, *named[code]))}
        if len(found) > len(best):
            best = found
        missing = [code for code in order if code not in found]
        if not missing:
            break
        order = missing + [code for code in order if code in found]
    return best


class _Sheet:
    """What is already on the map while names are being placed."""

    def __init__(self, height: float, boxes: list[tuple[str, Box]], size: tuple[int, int]) -> None:
        self.height, self.boxes, self.lines, self.size = height, boxes, list[Line](), size

    def place(self, code: str, words: str, places: Places) -> Name | None:
        """Put a name on the sheet where it fits, inside its land if it can be."""
        wide = width(words, self.height)
        name = self._inside(code, wide, places) or self._beside(code, wide, places)
        if name:
            self.boxes.append((code, around(name.x, name.y - self.height * 0.35, wide, self.height)))
            self.lines += [name.line] if name.line else []
        return name

    def _inside(self, code: str, wide: float, places: Places) -> Name | None:
        if wide > places.room * min(1.0, MEASURED_TEXT / self.height):
            return None
        x, y = places.at
        box = around(x, y - self.height, wide, self.height)
        if any(box.meets(other) for owner, other in self.boxes if owner != code):
            return None
        return Name(x, y - self.height * 0.65, None)

    def _beside(self, code: str, wide: float, places: Places) -> Name | None:
        for x, y in places.spots:
            line = _leader(around(x, y, wide, self.height), places.at, self.height)
            if self._free(code, around(x, y, wide + 2 * GAP, self.height + 2 * GAP), line):
                return Name(x, y + self.height * 0.35, line)
        return None

    def _free(self, code: str, box: Box, line: Line) -> bool:
        west, north, east, south = box
        if west < 0 or north < 0 or east > self.size[0] or south > self.size[1]:
            return False
        return not (
            box.meets_any(other for _, other in self.boxes)
            or any(other.crossed(line) for owner, other in self.boxes if owner != code)
            or any(box.crossed(other) or line.crosses(other) for other in self.lines)
        )


def _leader(box: Box, at: tuple[int, int], height: float) -> Line:
    x = min(max(at[0], box.west), box.east)
    y = min(max(at[1], box.north), box.south)
    length = math.hypot(at[0] - x, at[1] - y) or 1.0
    short = max(length - height * 0.55, length * 0.3)
    return Line(x, y, x + (at[0] - x) * short / length, y + (at[1] - y) * short / length)
