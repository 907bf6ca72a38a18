"""The county as one inline SVG: how many sectors are in trouble where, what is not known, and where items are.

In: the drawing (region/<county>/draw.json), a cell for each municipality, marks, all words. Out: SVG text with classes
for the style sheet (static/map.css), plain attributes for where there is none, no style attribute, no script.
The big map uses a neutral ramp, as a map of the worst level would be red everywhere on a day with closed schools;
small maps show one sector each in the colours of its levels. Pure but for `load_drawing`.
Next: dashboards/drawing/map_names.py, dashboards/drawing/map_signs.py
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from dashboards.drawing.map_names import Box, Name, Places, around, place_names
from dashboards.drawing.map_signs import SIGNS, MapMark, draw_list, draw_pin, kind_of, pin_marks, symbol
from dashboards.drawing.outlines import coarse, rims
from streams.errors import RegionDataError

__all__ = ["RAMP", "SIGNS", "Drawing", "MapCell", "MapMark", "More", "county_map", "load_drawing", "small_map"]

RAMP = ("#ffffff", "#dfe5ea", "#bcc7d0", "#667785", "#465563")
"""0, 1, 2, 3, 4 or more sectors at step 3 or worse. The style sheet has the same, and a dark set."""
LEVELS = ("#ffffff", "#ffffff", "#f7d24a", "#e8871e", "#cf2a2a", "#7d0016")
"""Unknown, none ... critical: for small maps."""
UNKNOWN = "#aab5bf"
"""A municipality of a small map whose sector is not known."""
PALE = 3
"""From this step of the ramp on, letters inside are light."""
LARGEST_NUMBER = 34
"""In units: a larger number would reach over the smallest municipality's neighbours."""
WARNED: Mapping[str, tuple[str, str]] = {
    "smhi-yellow": ("#ffe000", "2 5"),
    "smhi-orange": ("#ff8b00", "7 4"),
    "smhi-red": ("#ff4a4a", "14 3"),
}
"""SMHI's levels: colour and dashes of the rim of a municipality under it."""
NAMED = 6
"""Most names shown when nobody says which. Equals are named together or not at all."""


class MapCell(NamedTuple):
    """One municipality on a map."""

    sectors: int = 0
    """How many are at `significant` or worse, by fresh reports."""
    unknown: int = 0
    """How many ought to be known and are not (`not_reported`, `outdated`, `source_unreachable`): hatched."""
    impact: int = 0
    """For a small map: impact of its sector, 0 to 5."""
    title: str = ""
    """What a pointer resting on it shows, in Swedish; the name when empty."""


class Outline(NamedTuple):
    """How a municipality is drawn."""

    d: str
    small: str
    places: Places

    @property
    def coarse(self) -> str:
        """Without the islets that a map of some 400 px draws as specks: they weigh a fifth of it."""
        return coarse(self.d)


class Drawing(NamedTuple):
    """What region/<county>/draw.json holds."""

    size: tuple[int, int]
    west: float
    north: float
    x: float
    """Units a degree of longitude."""
    y: float
    """Units a degree of latitude."""
    context: str
    areas: Mapping[str, Outline]
    orient: tuple[str, ...]
    """Municipalities named for orientation when nothing else is to be named."""

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Units of the drawing, y downwards. May lie outside `size`."""
        return (lon - self.west) * self.x, (self.north - lat) * self.y

    def sees(self, lon: float, lat: float) -> bool:
        """True if the point lies in the picture."""
        x, y = self.project(lon, lat)
        return 0 <= x <= self.size[0] and 0 <= y <= self.size[1]


class More(NamedTuple):
    """What a map has beside its counts."""

    fine: bool = True
    """Every islet; else only those that can be seen on a map of some 400 px."""
    links: str | None = None
    """What comes before the paths of pages; with it each municipality and item is a link, else the map is an image."""
    warned: tuple[tuple[str, str], ...] = ()
    """(municipality, kind of SMHI's sign) of those with a rim in its colour, its dashes the longer the graver."""


def load_drawing(folder: Path) -> Drawing:
    """Drawing of the county in `folder`. Raises RegionDataError when it cannot be read."""
    path = folder / "draw.json"
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        scale, (wide, high) = body["projection"], body["size"]
        areas = {
            code: Outline(a["d"], a["small"], Places(tuple(a["at"]), a["room"], tuple((x, y) for x, y in a["spots"])))
            for code, a in body["areas"].items()
        }
        return Drawing(
            (wide, high),
            scale["west"],
            scale["north"],
            scale["x"],
            scale["y"],
            body["context"],
            areas,
            tuple(body["orient"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegionDataError(f"{path}: cannot be read ({error!r}); make it anew with scripts/draw-borders") from error


def county_map(
    drawing: Drawing,
    cells: Mapping[str, MapCell],
    marks: Sequence[MapMark] = (),
    *,
    label: str,
    names: Mapping[str, str],
    named: Collection[str] | None = None,
    text: int = 38,
    prefix: str = "m",
    more: More = More(),  # noqa: B008 it is frozen
) -> str:
    """The big map.

    Args:
        drawing: from `load_drawing`.
        cells: by municipality code; a missing one is drawn as unknown.
        marks: items; those without a place, or with one outside the picture, go to the list in the sea.
        label: one sentence that says what the map shows; the table beside it holds the same.
        names: of municipalities, by code.
        named: codes to name, the most important first; None lets the counts decide.
        text: height of letters in units of 1/1000 of the map's width: 38 is 12 px on a map 315 px wide.
        prefix: begins every id, so that two maps can stand in one page.
        more: links, detail, rims.
    """
    size = text * 1.2
    shown = {code: cells.get(code, MapCell(unknown=1)) for code in drawing.areas}
    numbers = [(code, _number_box(drawing.areas[code], text)) for code, cell in shown.items() if cell.sectors]
    pins = pin_marks(_placed(drawing, marks), size, [box for _, box in numbers])
    wanted, quiet = _wanted(drawing, shown, named)
    taken = [*numbers, *(("", pin.box) for pin in pins)]
    spots = place_names(wanted, names, {c: a.places for c, a in drawing.areas.items()}, text, taken, drawing.size)
    parts = [
        _opening(drawing, label, text, "img" if more.links is None else "group"),
        _definitions({kind_of(m) for m in marks}, text, prefix),
        f'<rect class="sea" width="{drawing.size[0]}" height="{drawing.size[1]}" fill="#dbe4ea"/>',
        f'<path class="context" d="{drawing.context}" fill="#edf0f2"/><g>',
        *_areas(drawing, shown, names, prefix, more),
        '</g><g class="lines" fill="none" stroke="#44515d">',
        *(_line(name, drawing.areas[code], shown[code]) for code, name in spots.items()),
        '</g><g class="names" text-anchor="middle">',
        *(_name(code, name, names[code], shown[code], quiet=quiet) for code, name in spots.items()),
        '</g><g class="counts" text-anchor="middle" font-weight="600">',
        *(_number(code, drawing.areas[code], cell, text) for code, cell in shown.items()),
        '</g><g class="marks">',
        *(draw_pin(pin, size, prefix, more.links) for pin in pins),
        draw_list([m for m in marks if not (m.at and drawing.sees(*m.at))], drawing.size, text, prefix),
        "</g></svg>",
    ]
    return "".join(parts)


def _placed(drawing: Drawing, marks: Sequence[MapMark]) -> list[tuple[float, float, MapMark]]:
    return [(*drawing.project(*m.at), m) for m in marks if m.at and drawing.sees(*m.at)]


def _opening(drawing: Drawing, label: str, text: int, role: str) -> str:
    wide, high = drawing.size
    return (
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="{role}"'
        f' aria-label="{escape(label)}" font-size="{text}">'
    )


def _areas(
    drawing: Drawing, shown: Mapping[str, MapCell], names: Mapping[str, str], prefix: str, more: More
) -> Iterator[str]:
    """The municipalities, and over them the rims of those under a warning."""
    for code, cell in shown.items():
        outline, title = drawing.areas[code], escape(cell.title or names.get(code, code))
        yield _area(code, outline.d if more.fine else outline.coarse, cell, title, prefix, more.links)
    yield '</g><g class="warned" fill="none">'
    for code, kind in more.warned:
        if code in drawing.areas:
            yield _warned(drawing.areas[code], kind)


def small_map(drawing: Drawing, cells: Mapping[str, MapCell], *, label: str) -> str:
    """A map of one sector, about 100 px wide: each municipality in the colour of its impact, the unknown ones grey."""
    wide, high = drawing.size
    areas = []
    for code, outline in drawing.areas.items():
        cell = cells.get(code, MapCell(unknown=1))
        look, fill = ("unknown", UNKNOWN) if cell.unknown else (f"i{cell.impact}", LEVELS[cell.impact])
        areas.append(f'<path class="area {look}" data-area="{code}" d="{outline.small}" fill="{fill}"/>')
    return (
        f'<svg class="map small" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"'
        f' aria-label="{escape(label)}" stroke="#84919d" stroke-width="4">{"".join(areas)}</svg>'
    )


def _wanted(drawing: Drawing, shown: Mapping[str, MapCell], named: Collection[str] | None) -> tuple[list[str], bool]:
    """Codes to name, and whether they are named only for orientation."""
    if named is not None:
        return [code for code in named if code in drawing.areas], False
    worst = sorted((code for code in shown if shown[code].sectors), key=lambda c: (-shown[c].sectors, c))
    while len(worst) > NAMED:
        worst = [code for code in worst if shown[code].sectors > shown[worst[-1]].sectors]
    return (worst, False) if worst else ([code for code in drawing.orient if code in drawing.areas], True)


def _step(cell: MapCell) -> int:
    return max(0, min(cell.sectors, len(RAMP) - 1))


def _definitions(kinds: Collection[str], text: int, prefix: str) -> str:
    """One hatching for each step of the ramp, and the signs that are used."""
    space = round(text * 0.36, 1)
    hatches = (
        f'<pattern id="{prefix}-hatch-{step}" width="{space}" height="{space}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect class="n{step}" width="{space}" height="{space}" fill="{colour}"/>'
        f'<path class="hatch on{step}" d="M0 0v{space}" stroke="{"#aab5bf" if step >= PALE else "#7d8994"}"'
        f' stroke-width="{round(space * 0.28, 1)}"/></pattern>'
        for step, colour in enumerate(RAMP)
    )
    return f"<defs>{''.join(hatches)}{''.join(symbol(kind, prefix) for kind in sorted(kinds))}</defs>"


def _area(code: str, d: str, cell: MapCell, title: str, prefix: str, links: str | None) -> str:
    step = _step(cell)
    fill = f"url(#{prefix}-hatch-{step})" if cell.unknown else RAMP[step]
    hatch = " unknown" if cell.unknown else ""
    drawn = (
        f'<path id="{prefix}-{code}" class="area n{step}{hatch}" data-area="{code}" d="{d}" fill="{fill}"'
        ' stroke="#84919d" stroke-width=".75" vector-effect="non-scaling-stroke" stroke-linejoin="round">'
        f"{f'<title>{title}</title>' if links is None else ''}</path>"
    )
    return (
        drawn if links is None else f'<a href="{links}/area/{code}" data-at="{code}" aria-label="{title}">{drawn}</a>'
    )


def _warned(outline: Outline, kind: str) -> str:
    """A municipality under a warning: a dashed rim, the longer dashes the graver, on a dark one that shows it up."""
    d = rims(outline.d)
    return (
        f'<path class="rim" d="{d}" stroke="#141a20" stroke-width="3" vector-effect="non-scaling-stroke"/>'
        f'<path class="{kind}" d="{d}" stroke="{WARNED[kind][0]}" stroke-width="1.8"'
        f' stroke-dasharray="{WARNED[kind][1]}" vector-effect="non-scaling-stroke"/>'
    )


def _number_size(text: float) -> float:
    return min(text * 0.92, LARGEST_NUMBER)


def _number_box(outline: Outline, text: int) -> Box:
    x, y = outline.places.at
    return around(x, y, _number_size(text) * 0.7, _number_size(text) * 0.85)


def _number(code: str, outline: Outline, cell: MapCell, text: int) -> str:
    """The count, empty when there is none; on a hatched ground with a rim of the ground's colour."""
    (x, y), size, step = outline.places.at, _number_size(text), _step(cell)
    rim = f' stroke="{RAMP[step]}" stroke-width="{round(size * 0.2)}" paint-order="stroke"' if cell.unknown else ""
    return (
        f'<text class="count on{step}{" rim" if rim else ""}" data-count="{code}" x="{x}" y="{round(y + size * 0.36)}"'
        f' font-size="{round(size)}" fill="{"#fff" if step >= PALE else "#141a20"}"{rim}>{cell.sectors or ""}</text>'
    )


def _line(name: Name, outline: Outline, cell: MapCell) -> str:
    """From a name to its number, or to a dot where no number stands."""
    if name.line is None:
        return ""
    x1, y1, x2, y2 = (round(n) for n in name.line)
    dot = ""
    if not cell.sectors:
        x2, y2 = outline.places.at
        dot = f'<circle class="dot" cx="{x2}" cy="{y2}" r="4" fill="#44515d" stroke="none"/>'
    return f'<path d="M{x1} {y1}L{x2} {y2}" vector-effect="non-scaling-stroke"/>{dot}'


def _name(code: str, name: Name, words: str, cell: MapCell, *, quiet: bool) -> str:
    inside, step = name.line is None, _step(cell)
    look = f"{f'in on{step}' if inside else 'out'}{' quiet' if quiet else ''}"
    ink = "#fff" if inside and step >= PALE else "#5c6975" if quiet else "#141a20"
    rim = RAMP[step] if inside else "#e6ecf0"
    return (
        f'<text class="name {look}" data-name="{code}" x="{round(name.x)}" y="{round(name.y)}"'
        f' font-weight="{400 if quiet else 600}" fill="{ink}" stroke="{rim}" stroke-width="6" stroke-linejoin="round"'
        f' paint-order="stroke">{escape(words)}</text>'
    )
