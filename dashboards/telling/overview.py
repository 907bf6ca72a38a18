"""What the maps show of a picture: sectors in trouble per municipality, and the three worst sectors each on its own.

Pure. In: a scene, the county's drawing. Out: SVG by dashboards/drawing/map.py, each with a sentence that says the same.
"""

from itertools import islice
from typing import NamedTuple

from markupsafe import Markup

from dashboards.drawing.map import Drawing, MapCell, MapMark, More, county_map, small_map
from dashboards.drawing.map_signs import SMHI
from dashboards.telling.filter import step_of
from dashboards.telling.going import WEATHER
from dashboards.telling.happenings import headline, open_items, open_warnings, sign_of
from dashboards.telling.scene import Scene, is_loud
from schemas.codec import Json
from schemas.sectors import Impact
from streams.core.places import affected

SMALL_MAPS = 3
LETTERS = 22
"""Height of letters on the large map, in thousandths of its width."""
MOST_MARKS = 80
"""More signs than this hide the county; the list beside the map counts all."""


class SmallMap(NamedTuple):
    """One sector's map."""

    name: str
    line: str
    svg: Markup
    sector: str


def big_map(scene: Scene, drawing: Drawing, links: str | None = None, *, large: bool = False) -> Markup:
    """The county: number of sectors at significant or worse, in a neutral ramp.

    Args:
        scene: what it shows.
        drawing: of the county.
        links: as in map.py.
        large: about 800 px wide or more: smaller letters, and a rim round municipalities under a warning.
    """
    cells = {area: cell_of(scene, area) for area in scene.region.towns}
    svg = county_map(
        drawing,
        cells,
        marks(scene),
        label=label_of(scene, cells),
        names=scene.region.towns,
        text=LETTERS if large else 38,
        more=More(large, links, tuple(warned(scene).items()) if large else ()),
    )
    return Markup(svg)  # noqa: S704 map.py escapes every text


def warned(scene: Scene) -> dict[str, str]:
    """Municipality -> SMHI's gravest sign there; a warning of the whole county stands in the list in the sea alone."""
    found: dict[str, str] = {}
    for key, item in scene.going.weather.items():
        sign, areas = sign_of(scene, key, item), affected(item["areas"])
        if sign in SMHI and len(areas) < len(scene.region.towns) and (scene.only is None or key in scene.only.items):
            found |= {code: sign for code in areas if list(SMHI).index(sign) > _level(found.get(code))}
    return found


def _level(sign: str | None) -> int:
    return -1 if sign is None else list(SMHI).index(sign)


def cell_of(scene: Scene, area: str) -> MapCell:
    """A municipality on the map: how many sectors are in trouble, how much is not known."""
    held = {sector: scene.cells[area, sector] for sector in scene.region.sectors}
    bad = [sector for sector, cell in held.items() if cell["impact"] >= Impact.SIGNIFICANT]
    unknown = sum(is_loud(cell) for cell in held.values())
    words = scene.words
    parts = [f"{scene.region.sectors[s].short} {words.impact_short(held[s]['impact'])}" for s in bad]
    if unknown:
        parts.append(words("map.unknown", cells=words.count("cells", unknown)))
    title = f"{scene.region.towns[area]}: {', '.join(parts) or words('map.calm')}"
    return MapCell(len(bad), unknown, max((c["impact"] for c in held.values()), default=0), title)


def label_of(scene: Scene, cells: dict[str, MapCell]) -> str:
    """What the map shows, in one sentence."""
    words = scene.words
    hit = sorted((a for a, c in cells.items() if c.sectors), key=lambda a: -cells[a].sectors)
    if not hit:
        return words("map.label_calm")
    worst = ", ".join(f"{scene.region.towns[a]} {cells[a].sectors}" for a in hit[:3])
    return words("map.label", areas=words.count("areas", len(hit)), worst=worst)


def marks(scene: Scene) -> list[MapMark]:
    """The gravest open items that have a place of their own, and one row for each level of SMHI's warnings."""
    found: list[MapMark] = []
    listed: set[str] = set()
    for key, raw in _worth_a_sign(scene):
        placed = len(found) < MOST_MARKS and "point" in raw
        sign, point = sign_of(scene, key, raw), _point(raw)
        listing = point is None and sign in SMHI and sign not in listed
        item = scene.item(key) if placed or listing else None
        if item is not None:
            listed.add(sign if listing else "")
            title = headline(scene, item)
            found.append(MapMark(sign, title, point, short_of(scene, item, title), key, step_of(item)))
    return found


def _worth_a_sign(scene: Scene) -> list[tuple[str, Json]]:
    """In the order of the lists: what has a place as far as there is room for it, and SMHI's warnings."""
    rows = open_items(scene)
    placed = (at for at, (_, raw) in enumerate(rows) if "point" in raw)
    last = next(islice(placed, MOST_MARKS - 1, None), len(rows))
    first = [row for row in rows[: last + 1] if "point" in row[1] or row[1]["source"] == WEATHER]
    had = {key for key, _ in first}
    return [*first, *(row for row in open_warnings(scene) if row[0] not in had)]


def short_of(scene: Scene, item: Json, title: str) -> str:
    """A few words for the list in the sea: `Röd: snöfall och vind`."""
    native, words = item["native"], scene.words
    level = f"weather_level.{native.get('level')}"
    if item["source"] == "smhi" and words.known(level):
        return f"{words(level).capitalize()}: {words.weather(native.get('code', ''))}"
    return title[:30]


def _point(item: Json) -> tuple[float, float] | None:
    point = item.get("point")
    return None if point is None else (float(point[0]), float(point[1]))


def small_maps(scene: Scene, drawing: Drawing) -> list[SmallMap]:
    """The worst sectors, each in the colours of its levels."""
    ranked = sorted(
        scene.region.sectors,
        key=lambda s: sorted((scene.cells[a, s]["impact"] for a in scene.region.towns), reverse=True),
        reverse=True,
    )
    return [
        _small(scene, drawing, sector) for sector in ranked[:SMALL_MAPS] if _worst(scene, sector) >= Impact.MODERATE
    ]


def _worst(scene: Scene, sector: str) -> int:
    return max(int(scene.cells[area, sector]["impact"]) for area in scene.region.towns)


def _small(scene: Scene, drawing: Drawing, sector: str) -> SmallMap:
    words, held = scene.words, {area: scene.cells[area, sector] for area in scene.region.towns}
    worst = _worst(scene, sector)
    n = sum(cell["impact"] == worst for cell in held.values())
    line = words("map.small", impact=words.impact_short(worst), areas=words.count("areas", n))
    name = scene.region.sectors[sector].short
    cells = {area: MapCell(unknown=int(is_loud(cell)), impact=cell["impact"]) for area, cell in held.items()}
    svg = small_map(drawing, cells, label=f"{name}: {line}")
    return SmallMap(name, line, Markup(svg), sector)  # noqa: S704 see above
