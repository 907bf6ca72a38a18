"""The wall's second page: every sector of every municipality.

Sectors lie as rows, since thirteen of them can be read from six metres and twenty-six municipalities cannot; the
municipalities stand above them, slanted.
Pure. In: a scene. Out: element id -> markup, a row for each sector.
Next: dashboards/wall/going.py
"""

import re
from collections.abc import Mapping
from functools import cache

from markupsafe import Markup

from dashboards.drawing.glyphs import UNEQUAL, value
from dashboards.telling.scene import Scene, is_loud
from schemas.sectors import Impact

LONG = 11
"""Letters of a name that stands slanted over a column."""
_ROW = Markup('<th scope="row" class="{}">{}</th>{}')
_CELL = Markup("<td>{}{}</td>")


def draw(scene: Scene) -> Mapping[str, str]:
    """Rows by sector. A sector that nothing hits, and of which nothing is missing, is named quietly."""
    return {f"w-m-{sector}": str(_row(scene, sector)) for sector in scene.region.sectors}


def column(name: str) -> str:
    """A municipality's name as a column has room for it: `Uppl. Väsby`, `Uppl.-Bro`."""
    found = re.fullmatch(r"(\w{4})\w+([ -])(\w+)", name)
    return f"{found[1]}.{found[2]}{found[3]}" if found and len(name) > LONG else name


def _row(scene: Scene, sector: str) -> Markup:
    cells = [scene.cells[area, sector] for area in scene.region.towns]
    hit = any(cell["impact"] >= Impact.MODERATE or is_loud(cell) for cell in cells)
    signs = (_cell(value(cell), unequal=bool(cell.get("contradiction"))) for cell in cells)
    return _ROW.format("hit" if hit else "", scene.words(f"wall_sector.{sector}"), Markup("").join(signs))


@cache
def _cell(sign: Markup, *, unequal: bool) -> Markup:
    return _CELL.format(sign, UNEQUAL if unequal else "")
