"""Signs of items on the map, and where they stand so that they cover neither each other nor a number.

In: marks with their places in drawing units. Out: SVG. Circle, rhombus and triangle belong to SMHI's levels and to
nothing else; every other item is a dark plate whose foot points at its place. Pure.
Used by dashboards/drawing/map.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from dashboards.drawing.map_names import Box, width

_INK = 'fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"'
SMHI: Mapping[str, str] = {
    "smhi-yellow": '<circle cx="12" cy="12" r="10.5" fill="#ffe000" stroke="#141a20" stroke-width="1.3"/>',
    "smhi-orange": '<path d="M12 1l11 11-11 11L1 12z" fill="#ff8b00" stroke="#141a20" stroke-width="1.3"/>',
    "smhi-red": (
        '<path d="M12 1.5L23 21.5H1z" fill="#e50000" stroke="#fff" stroke-width="1.3"/>'
        f'<path d="M12 8.5v6.5M12 17.2v1.8" {_INK}/>'
    ),
}
"""SMHI's three levels, in its own shapes and colours, alike in both themes; in a field of 24 by 24."""

PLATES: Mapping[str, str] = {
    "road": "M9.2 4.2L6.6 16M14.8 4.2L17.4 16M12 4.6v2.2M12 9v2.2M12 13.4v2.2",
    "transit": "M7 4.2h10v9.6H7zM7 9.2h10M9 13.8v2.2M15 13.8v2.2",
    "rail": "M8.2 3.8h7.6v9H8.2zM8.2 8.2h7.6M9.6 12.8l-2 3.4M14.4 12.8l2 3.4",
    "power": "M13 3L7.6 10.8H12l-1.2 5.8L16.4 8.6H12z",
    "water": "M12 3.4c2.6 3.4 4.2 5.5 4.2 7.9a4.2 4.2 0 0 1-8.4 0c0-2.4 1.6-4.5 4.2-7.9z",
    "health": "M10.2 4h3.6v3.9h3.9v3.6h-3.9v3.9h-3.6v-3.9H6.3V7.9h3.9z",
    "planned": "M6.6 5.4h10.8v10.2H6.6zM6.6 8.7h10.8M9.4 3.7v3M14.6 3.7v3",
    "message": "M6 4.4h12v8.6h-6l-3.4 2.9V13H6z",
    "item": "M12 4.2v6.6M12 14v1.2",
}
"""Kind of item -> lines on its plate, in the same field."""

SIGNS: Mapping[str, str] = {**SMHI, **PLATES}
"""All kinds: SMHI's as markup, the others as the lines of their sign."""

_PLATE = "M3.5 1h17v17h-5.4L12 23l-3.1-5H3.5z"
_PLACES = (
    (0, 0),
    (0, -1.3),
    (1.3, -0.4),
    (-1.3, -0.4),
    (1.1, 1.0),
    (-1.1, 1.0),
    (0, -2.3),
    (2.3, 0),
    (-2.3, 0),
    (0, 2.2),
)
"""Where a sign may stand, in its own sizes from its place, best first."""
FRAMED = 4
"""From this step on a plate has a second frame."""
TAG = 0.5
"""Room of the tag that says how many more stand under one sign, in the sign's size."""


class MapMark(NamedTuple):
    """An item on the map."""

    kind: str
    """A key of `SMHI` or `PLATES`; anything else gets the plate of an item."""
    title: str
    """What a pointer resting on it shows, in Swedish."""
    at: tuple[float, float] | None = None
    """Longitude and latitude; None puts it in the list in the sea, for what lies over many municipalities."""
    short: str = ""
    """Words beside it in the list, at most about 30 letters."""
    key: str = ""
    """Item key, for `data-item`."""
    step: int = 0
    """How grave, 1 to 5: the plate's colour and frame; 0 draws it plain. SMHI's shapes say it themselves."""


class Pin(NamedTuple):
    """Marks close together as one sign."""

    x: float
    y: float
    """The place it points at."""
    west: float
    """West edge of the sign; its foot is on the place, or a line leads there."""
    box: Box
    """What sign and tag take up."""
    marks: tuple[MapMark, ...]


def kind_of(mark: MapMark) -> str:
    """Key of the sign a mark gets."""
    return mark.kind if mark.kind in SIGNS else "item"


def symbol(kind: str, prefix: str) -> str:
    """Definition of a sign, to be used by reference."""
    drawn = SMHI.get(kind) or (
        f'<path class="map-plate" d="{_PLATE}" fill="#141a20" stroke="#fff" stroke-width="1.4"/>'
        f'<path class="map-sign" d="{PLATES[kind]}" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
    )
    return f'<symbol id="{prefix}-s-{kind}" viewBox="0 0 24 24" overflow="visible">{drawn}</symbol>'


def pin_marks(marks: Iterable[tuple[float, float, MapMark]], size: float, numbers: Sequence[Box]) -> list[Pin]:
    """Signs for marks at (x, y): near ones joined, each stood where it covers no number and no other sign."""
    groups: list[tuple[float, float, list[MapMark]]] = []
    for x, y, mark in marks:
        near = next((g for gx, gy, g in groups if abs(gx - x) < size * 0.8 and abs(gy - y) < size * 0.8), None)
        if near is None:
            groups.append((x, y, [mark]))
        else:
            near.append(mark)
    pins, taken = list[Pin](), list(numbers)
    for x, y, group in groups:
        tag = size * TAG if len(group) > 1 else 0.0
        low = 0.0 if kind_of(group[0]) in SMHI else -0.46
        stands = (_stand(x + dx * size, y + (low + dy) * size, size, -tag if dx < 0 else tag) for dx, dy in _PLACES)
        first, *others = stands
        west, box = next((s for s in (first, *others) if not s[1].meets_any(taken)), first)
        taken.append(box)
        pins.append(Pin(x, y, west, box, tuple(group)))
    return pins


def _stand(x: float, y: float, size: float, tag: float) -> tuple[float, Box]:
    """West edge of a sign with its middle at (x, y), and its room with a tag to the right (left if negative)."""
    west = x - size / 2
    return west, Box(west + min(tag, 0.0), y - size / 2, west + size + max(tag, 0.0), y + size / 2)


def draw_pin(pin: Pin, size: float, prefix: str, links: str | None = None) -> str:
    """A sign, how many it stands for when several, and a line to its place when it had to step aside.

    With `links`, what comes before the path of an item's page, it leads there; the keyboard goes by the list.
    """
    first = max(pin.marks, key=lambda mark: mark.step)
    x, y = pin.west, pin.box.north
    middle = x + size / 2, y + size / 2
    aside = abs(middle[0] - pin.x) > 1 or not pin.box.north <= pin.y <= pin.box.south + 1
    tail = (
        f'<path class="map-tail" d="M{round(middle[0])} {round(middle[1])}L{round(pin.x)} {round(pin.y)}" fill="none"'
        f' stroke="#141a20" stroke-width="{round(size * 0.1, 1)}" stroke-linecap="round"/>'
    )
    names = escape("; ".join(mark.title for mark in pin.marks))
    grave = f" step{first.step}" if first.step and kind_of(first) not in SMHI else ""
    drawn = (
        f'<g class="mark{grave}" data-item="{escape(first.key)}"><title>{names}</title>{tail if aside else ""}'
        f"{_frame(x, y, size) if grave and first.step >= FRAMED else ''}"
        f"{_use(kind_of(first), x, y, size, prefix)}{_more(pin, size)}</g>"
    )
    if links is None or not first.key:
        return drawn
    return f'<a href="{links}/item/{quote(first.key)}" tabindex="-1" aria-label="{names}">{drawn}</a>'


def _frame(x: float, y: float, size: float) -> str:
    """A second frame round the plate of what is grave: told without its colour too."""
    unit = size / 24
    return (
        f'<rect class="map-frame" x="{round(x + unit, 1)}" y="{round(y - 1.5 * unit, 1)}" width="{round(22 * unit, 1)}"'
        f' height="{round(22 * unit, 1)}" fill="none" stroke="#141a20" stroke-width="{round(1.6 * unit, 1)}"/>'
    )


def _more(pin: Pin, size: float) -> str:
    """How many other items stand under the same sign: a small tag, so that it is not taken for a count of sectors."""
    if len(pin.marks) == 1:
        return ""
    words, high = f"+{len(pin.marks) - 1}", size * 0.56
    wide, y = width(words, high) + high * 0.3, pin.box.north
    x = pin.west + size * 0.2 - wide if pin.box.west < pin.west else pin.west + size * 0.8
    return (
        f'<rect class="map-plate" x="{round(x)}" y="{round(y)}" width="{round(wide)}" height="{round(high)}"'
        f' rx="{round(high / 4)}" fill="#141a20" stroke="#fff" stroke-width="{round(size / 24, 1)}"/>'
        f'<text class="map-more" x="{round(x + wide / 2)}" y="{round(y + high * 0.8)}" text-anchor="middle"'
        f' font-size="{round(high * 0.88)}" font-weight="600" fill="#fff">{words}</text>'
    )


def draw_list(marks: Sequence[MapMark], size: tuple[int, int], text: float, prefix: str) -> str:
    """What lies over many municipalities: a list in the open sea, in the south-east corner, first one uppermost."""
    sign, rows = text * 1.15, []
    for i, mark in enumerate(marks):
        words = mark.short or mark.title
        letters = min(text, text * size[0] * 0.6 / max(width(words, text), 1.0))
        x, y = size[0] - text * 0.6, size[1] - text * 0.8 - (len(marks) - 1 - i) * text * 1.5
        left = x - width(words, letters) - sign * 1.25
        rows.append(
            f'<g class="mark listed" data-item="{escape(mark.key)}"><title>{escape(mark.title)}</title>'
            f"{_use(kind_of(mark), left, y - sign * 0.82, sign, prefix)}"
            f'<text x="{round(left + sign * 1.25)}" y="{round(y)}" font-size="{round(letters)}" font-weight="600"'
            f' fill="#141a20">{escape(words)}</text></g>'
        )
    return "".join(rows)


def _use(kind: str, x: float, y: float, size: float, prefix: str) -> str:
    return (
        f'<use href="#{prefix}-s-{kind}" x="{round(x)}" y="{round(y)}" width="{round(size)}" height="{round(size)}"/>'
    )
