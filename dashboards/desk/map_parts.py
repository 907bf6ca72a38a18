"""The living parts of `/map`: the map large, and everything on it again as two tables.

Pure. In: a scene, the county's drawing. Out: element id -> markup, as in parts.py.
Next: dashboards/telling/overview.py
"""

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from dashboards.desk import filtering
from dashboards.desk.matrix import sentence
from dashboards.desk.parts import Sought
from dashboards.drawing.glyphs import cell_signs
from dashboards.drawing.map import Drawing
from dashboards.drawing.map_signs import SMHI
from dashboards.drawing.paint import Paint
from dashboards.telling import overview
from dashboards.telling.filter import narrow, places_of
from dashboards.telling.happenings import headline, severity_said
from dashboards.telling.scene import Scene, is_loud
from schemas.sectors import Impact


class Held(NamedTuple):
    """A cell that the map counts or hatches."""

    sector: str
    name: str
    signs: Markup
    said: str
    state: str
    """The same without its place and sector."""


class Place(NamedTuple):
    """One municipality of the table."""

    code: str
    name: str
    sectors: int
    cells: list[Held]
    """Moderate or worse, and those that ought to be known; worst first."""
    calm: int
    """How many are known to be unaffected."""
    warned: str
    """SMHI's sign there; empty without one."""


class Shown(NamedTuple):
    """One item of the map."""

    key: str
    sign: str
    title: str
    where: str
    grave: str
    step: int


def draw(whole: Scene, root: str, drawing: Drawing, paint: Paint, sought: Sought) -> Mapping[str, str]:
    """All parts. A filter narrows items and table; the counts of the map are the county's own."""
    scene = narrow(whole, sought.asked, sought.haystack)
    macros = paint.map
    parts = {
        "p-version": scene.words.number(scene.head.version),
        "p-map": overview.big_map(scene, drawing, root, large=True),
        "p-filter": paint.parts.filtered(filtering.told(scene, sought.asked, whole), root, "/map"),
        "p-places": macros.places(places(scene), root),
        "p-items": macros.items(items(scene), root),
    }
    return {name: str(markup).strip() for name, markup in parts.items()}


def places(scene: Scene) -> list[Place]:
    """Municipalities in their fixed order, with the cells that the map tells of."""
    signs = overview.warned(scene)
    return [_place(scene, code, name, signs.get(code, "")) for code, name in scene.region.towns.items()]


def _place(scene: Scene, code: str, name: str, warned: str) -> Place:
    held = {sector: scene.cells[code, sector] for sector in scene.region.sectors}
    bad = [s for s, c in held.items() if (c["impact"] >= Impact.MODERATE or is_loud(c)) and _asked(scene, code, s)]
    bad.sort(key=lambda s: -(held[s]["impact"] or held[s].get("last", 0)))
    return Place(
        code,
        name,
        sum(cell["impact"] >= Impact.SIGNIFICANT for cell in held.values()),
        [_held(scene, code, s) for s in bad],
        sum(cell["impact"] == Impact.NONE for cell in held.values()),
        warned,
    )


def _held(scene: Scene, code: str, sector: str) -> Held:
    said = sentence(scene, code, sector)
    name, signs = scene.region.sectors[sector].short, cell_signs(scene.cells[code, sector])
    return Held(sector, name, signs, said, said.partition(": ")[2])


def _asked(scene: Scene, code: str, sector: str) -> bool:
    return scene.only is None or (code, sector) in scene.only.cells


def items(scene: Scene) -> list[Shown]:
    """The items that the map shows, as it shows them: by place, or in the list in the sea."""
    rows = []
    for mark in overview.marks(scene):
        item = scene.item(mark.key)
        if item is not None:
            where = scene.words.places(places_of(item), scene.region.towns, shown=3)
            step = 0 if mark.kind in SMHI else mark.step
            rows.append(
                Shown(
                    mark.key,
                    mark.kind,
                    headline(scene, item),
                    where,
                    severity_said(scene, item),
                    step,
                )
            )
    return rows
