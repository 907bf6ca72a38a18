"""Outlines of a drawn county as SVG paths, and simpler ones for smaller maps and for rims.

Pure. In: a path of whole numbers as region/<county>/draw.json has it: lands, each `m` and relative steps, then `z`.
Out: paths in the same units.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise

LANDS = 0.12
"""A land with less than this share of the largest one's reach gets no rim of its own."""
SPECK = 8
"""Units that an islet reaches at least on a coarse map."""
GRID = 2
"""Units between the places where a coarse map has its points: half a pixel of one 270 px wide. What two municipalities
share they share there too, since both their points go to the same place."""
_NUMBER = re.compile(r"-?\d+")
_START = re.compile(r"\s*m(-?\d+)[ ,]*(-?\d+)")
Point = tuple[int, int]


@cache
def rims(d: str) -> str:
    """The larger lands of an outline: round each islet of an archipelago a rim would hide all of them."""
    lands = list(_lands(d))
    least = max(map(_reach, lands), default=0) * LANDS
    return "".join(_path(land) for land in lands if _reach(land) >= least)


@cache
def coarse(d: str) -> str:
    """Without the islets that a map of some 400 px draws as specks, and with points on a grid."""
    lands = list(_lands(d))
    least = min(SPECK, max(map(_reach, lands), default=0))
    return "".join(_path(_on_grid(land)) for land in lands if _reach(land) >= least)


def _lands(d: str) -> Iterator[list[Point]]:
    """Each land by itself as its points: in the drawing one begins where the one before did."""
    x, y = 0, 0
    for part in d.split("z"):
        found = _START.match(part)
        if found:
            x, y = x + int(found[1]), y + int(found[2])
            steps = [int(n) for n in _NUMBER.findall(part[found.end() :])]
            yield list(zip(accumulate(steps[::2], initial=x), accumulate(steps[1::2], initial=y), strict=True))


def _reach(land: list[Point]) -> int:
    """The larger of its width and height."""
    across, along = [x for x, _ in land], [y for _, y in land]
    return max(max(across) - min(across), max(along) - min(along))


def _on_grid(land: list[Point]) -> list[Point]:
    """Rounded to the grid, without points that say nothing more: twice the same, or on a straight line."""
    kept: list[Point] = []
    for x, y in land:
        point = (round(x / GRID) * GRID, round(y / GRID) * GRID)
        if kept and kept[-1] == point:
            continue
        while len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def _straight(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _path(land: list[Point]) -> str:
    """Relative steps, no more signs than needed: `M12 3l4-5 6 7z`."""
    steps = [n for (x, y), (to_x, to_y) in pairwise(land) for n in (to_x - x, to_y - y)]
    drawn = "".join(f" {n}" if n >= 0 else str(n) for n in steps)
    return f"M{land[0][0]} {land[0][1]}l{drawn.strip()}z"
